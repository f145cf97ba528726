"""Rating every supplier anew, of all organisations, when a rule, a word list or the goods list was replaced."""

from collections import Counter
from uuid import UUID

from pledge.audit.log import record
from pledge.database import sql
from pledge.database.unit import write
from pledge.suppliers.listed.rating import FACTS, RISK, facts_of, note_context, stored_risk
from pledge.suppliers.risk.rules import VERSION
from pledge.suppliers.same.facts import rated

AT_ONCE = 500  # suppliers in one unit


async def rerate() -> Counter[str]:
    """Rate every supplier anew that other rules have rated, some at a time; it may be stopped and run again.

    Return how many went from which level to which (“low → high”), or stayed (“unchanged”). Whoever changes a supplier
    meanwhile rates it by these rules too.
    """
    moved: Counter[str] = Counter()
    while found := await write(_some):
        moved += found
    return moved


async def _some() -> Counter[str]:
    rows = await sql.rows(
        f"SELECT organisation, id, level, {FACTS} FROM supplier WHERE risk_version <> {{}} "  # noqa: S608
        "LIMIT {} FOR UPDATE SKIP LOCKED",
        VERSION,
        AT_ONCE,
    )
    moved: Counter[str] = Counter()
    organisations: Counter[UUID] = Counter()
    updates = []
    for row in rows:
        risk = rated(facts_of(row))
        moved["unchanged" if risk.level == row["level"] else f"{row['level']} → {risk.level}"] += 1
        organisations[row["organisation"]] += 1
        updates.append((*stored_risk(risk), row["organisation"], row["id"]))
    columns = ", ".join(f"{name} = {{}}" for name in RISK)
    await sql.many(f"UPDATE supplier SET {columns} WHERE organisation = {{}} AND id = {{}}", updates)  # noqa: S608
    for organisation, count in organisations.items():
        await note_context(organisation)
        await record("suppliers.rerated", organisation, organisation=organisation, suppliers=count, rules=VERSION)
    return moved
