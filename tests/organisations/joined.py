"""Inviting and joining as people do it, for the tests of members."""

from functools import partial
from uuid import UUID

from pledge.database import sql
from pledge.database.unit import read

PEOPLE = "/organisation/people"
PASSWORD = "three brown oak tables"


async def invite(owner, email: str, role: str = "contributor"):
    """Invite by the form and return the page that follows."""
    page = await owner.get(f"{PEOPLE}/invite")
    return await page.submit(email=email, role=role)


async def invited(site, owner, email: str, role: str = "contributor") -> str:
    """Invite, and return the path of the link in the newest mail to the address."""
    page = await invite(owner, email, role)
    assert page.url.startswith(f"{PEOPLE}?notice=invited"), page.text
    return (await site.mails(email))[-1].link


async def members(organisation: UUID) -> dict[str, str]:
    """Who is in an organisation: address → role."""
    rows = await read(
        partial(
            sql.rows,
            "SELECT p.email, m.role FROM membership m JOIN person p ON p.id = m.person WHERE m.organisation = {}",
            organisation,
        )
    )
    return {row["email"]: row["role"] for row in rows}


async def membership(person) -> UUID:
    """The id of a person's membership in their organisation."""
    return await read(
        partial(
            sql.value,
            "SELECT id FROM membership WHERE organisation = {} AND person = {}",
            person.organisation,
            person.id,
        )
    )


async def count(table: str) -> int:
    return await read(partial(sql.value, f"SELECT count(*) FROM {table}"))


async def actions() -> list[str]:
    """What the log says happened, in order."""
    return [row["action"] for row in await read(partial(sql.rows, "SELECT action FROM audit_entry ORDER BY at, id"))]
