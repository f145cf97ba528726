"""The supplier list as a file to keep: a workbook or CSV, under the headings that an import knows.

A process of its own writes it (see ``list_child``): making a workbook of a long list takes seconds of processor time,
and pages come first. What is in the list goes to it through a file, some suppliers at a time, so nothing holds it all.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, BinaryIO, Literal

import msgspec

from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Refusal
from pledge.suppliers.listed import queries
from pledge.suppliers.listed.listing import LEVEL_WORDS
from pledge.suppliers.listed.rating import facts_of, reasons_of
from pledge.suppliers.reading.frames import LENGTH
from pledge.suppliers.risk.rules import RULES
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.words.countries import country_list, country_name
from pledge.suppliers.writing import file_making
from pledge.web.file_turns import in_turn

Kind = Literal["xlsx", "csv"]
Value = str | float | None

HEADINGS = (*(field.title for field in FIELDS), "Risk", "Why", "Do this next")
_AT_ONCE = 2_000
_SECONDS = 120
_YES_NO = {True: "yes", False: "no", None: None}

_encode = msgspec.msgpack.Encoder().encode


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
        country_list(facts.countries_of_origin),
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
    return await in_turn(within.organisation, partial(_made, within, kind))


async def _made(within: OrganisationScope, kind: Kind) -> BinaryIO:
    with await _lines(within) as lines:
        out = await file_making.new_file()
        try:
            if await file_making.run("pledge.suppliers.writing.list_child", kind, out, given=lines, seconds=_SECONDS):
                return out
        except BaseException:
            out.close()
            raise
        out.close()
    raise Refusal(file_making.FAILED, status=503)


async def _lines(within: OrganisationScope) -> BinaryIO:
    file = await file_making.new_file()
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
