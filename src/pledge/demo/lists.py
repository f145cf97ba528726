"""Supplier lists for some of the demo's firms, sent through the real import: file, columns, rows, ratings."""

import csv
import random
import tempfile
from collections.abc import Sequence
from functools import partial
from typing import Any, BinaryIO, cast

from pledge.database.unit import read, write
from pledge.demo import county
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganisationScope
from pledge.reports import standing
from pledge.suppliers.files import proposing, receiving, states, uploads
from pledge.suppliers.importing import jobs
from pledge.web.forms import Form
from pledge.worker.loop import Worker

LISTS = 8  # firms that have sent one

_HEADINGS = ("Supplier", "What they supply", "Country", "Country of origin", "Annual spend", "Labour", "On our site")
_SUPPLIES = (
    ("Timber", "UK", "Brazil"), ("Workwear, cotton", "UK", "Bangladesh"), ("Office cleaning", "UK", ""),
    ("Agency drivers", "UK", ""), ("Legal advice", "UK", ""), ("Laptops", "UK", "China"), ("Bricks", "India", "India"),
    ("Skip hire", "UK", ""), ("Coffee", "UK", "Ethiopia"), ("Stationery", "UK", ""), ("Fixings", "Germany", "Germany"),
    ("Security guards", "UK", ""), ("Gloves", "", "Malaysia"), ("Paint", "UK", "UK"), ("Couriers", "UK", ""),
    ("Solar panels", "", "China"), ("Catering", "UK", ""), ("Insurance", "UK", ""),
)  # fmt: skip


async def send(
    chance: random.Random, members: Sequence[OrganisationScope], mailroom: Mailroom
) -> list[OrganisationScope]:
    """Let the first firm, and some others, send a list of suppliers and confirm what its columns are; return them.

    The first firm's list has the suppliers that it asks and the second firm; the third's has the first firm.
    """
    worker = Worker({**jobs.handlers(mailroom), **standing.handlers()}, given_up=jobs.given_up(mailroom))
    firms = [members[0], *chance.sample(list(members[1:]), LISTS - 1)]
    asked = [(each.name, each.supplies) for each in county.words().asked]
    more = {0: [*asked, (_name(firms[1]), "Catering")], 2: [(_name(firms[0]), "Joinery")]}
    for number, within in enumerate(firms):
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            _write(chance, rows)
            rows.writerows((name, supplies, "UK", "", "", "", "") for name, supplies in more.get(number, ()))
            file.flush()
            raw = cast(BinaryIO, file.buffer)
            examined = receiving.examine(raw)
            upload, _ = await write(partial(receiving.keep, within, "suppliers.csv", examined, raw))
        await worker.run_all()
        found = await read(partial(uploads.load, within, upload))
        shown = proposing.proposal(found.outline)
        plans = proposing.read_plans(Form(defaults=proposing.defaults(shown)), shown, text_file=True)
        await write(partial(states.confirm, within, upload, proposing.encoded(plans)))
        await worker.run_all()
    return firms


def _name(within: OrganisationScope) -> str:
    return within.actor.organisation_name


def _write(chance: random.Random, rows: Any) -> None:
    rows.writerow(_HEADINGS)
    for name in chance.sample(county.words().names, chance.randint(14, 30)):
        supplies, country, origin = chance.choice(_SUPPLIES)
        labour = chance.choice(("employees", "employees", "agency", "subcontract", ""))
        on_site = chance.choice(("yes", "no", ""))
        spend = f"{chance.lognormvariate(8, 1.2):.2f}"
        rows.writerow((f"{name} {supplies.split(',')[0]} Ltd", supplies, country, origin, spend, labour, on_site))
    # the last one once more, as somebody else typed it
    rows.writerow((f"{name[:3]}{name[4:]} {supplies.split(',')[0]}", supplies, country, "", "120.00", "", ""))
    rows.writerow(("", "Petty cash", "UK", "", "35.00", "", ""))
