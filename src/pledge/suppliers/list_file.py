"""The supplier list as a file to keep: a workbook or CSV, under the headings that an import knows.

A process of its own writes it (see ``list_child``): making a workbook of a long list takes seconds of processor time,
and pages come first. What is in the list goes to it through a file, some suppliers at a time, so nothing holds it all.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from typing import Any, BinaryIO, Literal, cast

import msgspec

from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers import queries
from pledge.suppliers.countries import country_name
from pledge.suppliers.fields import FIELDS
from pledge.suppliers.frames import LENGTH
from pledge.suppliers.listing import LEVEL_WORDS
from pledge.suppliers.rating import facts_of, reasons_of
from pledge.suppliers.risk import RULES
from pledge.web.errors import Refusal

Kind = Literal["xlsx", "csv"]
Value = str | float | None

HEADINGS = (*(field.title for field in FIELDS), "Risk", "Why", "Do this next")
_AT_ONCE = 2_000
_SECONDS = 120
_WAITING = 4  # people who may wait for their file at once
_YES_NO = {True: "yes", False: "no", None: None}
_BUSY = "Others are waiting for a file like this just now. Try again in a minute."
_FAILED = "Something went wrong on our side while we wrote this file. Try again in a minute."

_encode = msgspec.msgpack.Encoder().encode
_one_at_a_time = asyncio.Lock()
_asking: set[object] = set()


def line(row: Any) -> list[Value]:
    """Return a supplier as a line of the file, in the order of ``HEADINGS``. ``row`` is one of the table."""
    facts, reasons = facts_of(row), reasons_of(row)
    rule = RULES.get(reasons[0].rule)
    return [
        facts.name,
        "; ".join(facts.goods),
        facts.company_number,
        ", ".join(facts.sic_codes),
        country_name(facts.country_of_supply) if facts.country_of_supply else None,
        ", ".join(map(country_name, facts.countries_of_origin)),
        None if facts.spend is None else facts.spend / 100,
        facts.labour,
        _YES_NO[facts.on_site],
        _YES_NO[facts.subcontracts],
        facts.licence_number,
        facts.town,
        facts.postcode,
        facts.email,
        facts.website,
        facts.reference,
        facts.last_checked.isoformat() if facts.last_checked else None,
        facts.owner,
        LEVEL_WORDS[row["level"]],
        " ".join(reason.text for reason in reasons),
        rule.action if rule else None,
    ]


async def make(within: OrganisationScope, kind: Kind) -> BinaryIO:
    """Return the organisation's list, the greatest risk first, as a nameless file; the caller closes it.

    Raises Refusal: too many are waiting, or it cannot be made.
    """
    if len(_asking) >= _WAITING:
        raise Refusal(_BUSY, status=503)
    asking = object()
    _asking.add(asking)
    try:
        async with _one_at_a_time:
            with await _lines(within) as lines:
                return await _written(kind, lines)
    finally:
        _asking.discard(asking)


async def _lines(within: OrganisationScope) -> BinaryIO:
    file = cast(BinaryIO, await asyncio.to_thread(tempfile.TemporaryFile))
    try:
        await asyncio.to_thread(file.write, _frame([list(HEADINGS)]))
        place = None
        while rows := await read(partial(queries.in_order, within, place, _AT_ONCE)):
            place = queries.place_of(rows[-1])
            await asyncio.to_thread(_write, file, rows)
        await asyncio.to_thread(file.flush)
    except BaseException:
        file.close()
        raise
    return file


def _write(file: BinaryIO, rows: Sequence[Any]) -> None:
    file.write(_frame([line(row) for row in rows]))


def _frame(lines: list[list[Any]]) -> bytes:
    encoded = _encode(lines)
    return LENGTH.pack(len(encoded)) + encoded


async def _written(kind: Kind, lines: BinaryIO) -> BinaryIO:
    lines.seek(0)
    out = cast(BinaryIO, await asyncio.to_thread(tempfile.TemporaryFile))
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-I", "-B", "-m", "pledge.suppliers.list_child", kind],
        stdin=lines.fileno(),
        stdout=out.fileno(),
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
        process_group=0,
    )
    try:
        if await asyncio.to_thread(process.wait, _SECONDS) == 0:
            return out
    except subprocess.TimeoutExpired:
        pass
    except BaseException:
        out.close()
        raise
    finally:
        if process.poll() is None:
            process.kill()
            await asyncio.to_thread(process.wait)
    out.close()
    raise Refusal(_FAILED, status=503)
