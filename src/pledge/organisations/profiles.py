"""An organisation's stored profile: reading it, saving it."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.together import Select
from pledge.organisations.places import Place
from pledge.organisations.profile import Profile
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile

COLUMNS = (
    "name, kind, postcode, district, area, sector, risk_sectors, headcount_band, turnover_36m, labour, outside_work, "
    "goods_abroad, goods_bought, listed_goods, profiled"
)


class Stored(msgspec.Struct, frozen=True):
    """An organisation's name, its profile, and whether the profile has been filled in."""

    name: str
    profile: Profile
    complete: bool

    @property
    def print(self) -> str:
        """What stands in a form for what its page showed: another one once anybody has changed it."""
        told = msgspec.structs.replace(self.profile, listed_goods=False)
        return hashlib.sha256(msgspec.json.encode([self.name, told])).hexdigest()[:16]


async def load(within: OrganisationScope) -> Stored:
    """Return the profile of the scope's organisation, in the current unit."""
    return await of(within.organisation)


async def of(organisation: UUID) -> Stored:
    """Return the profile of an organisation, in the current unit."""
    (row,) = await select(organisation).rows()
    return stored(row)


def select(organisation: UUID) -> Select:
    """Return what asks for the profile of an organisation: one row for ``stored``."""
    return Select(COLUMNS, "FROM organisation WHERE id = {}", (organisation,))


def stored(row: dict[str, Any]) -> Stored:
    """Return the profile in a row of the organisation table (with the columns of a profile)."""
    profile = Profile(
        kind=row["kind"] or None,
        postcode=row["postcode"] or None,
        district=row["district"] or None,
        area=row["area"] or None,
        sector=row["sector"] or None,
        risk_sectors=tuple(msgspec.json.decode(row["risk_sectors"])),
        headcount_band=row["headcount_band"] or None,
        turnover_36m=row["turnover_36m"],
        labour=tuple(msgspec.json.decode(row["labour"])),
        outside_work=tuple(msgspec.json.decode(row["outside_work"])),
        goods_abroad=row["goods_abroad"],
        goods_bought=tuple(msgspec.json.decode(row["goods_bought"])),
        listed_goods=bool(row["listed_goods"]),
    )
    return Stored(row["name"], profile, row["profiled"] is not None)


async def save(within: OrganisationScope, name: str, profile: Profile, place: Place, shown: str | None = None) -> None:
    """Store the answers of the profile page, in the current unit. ``place`` is where the postcode lies.

    ``shown`` is the print of what the page showed (None: whatever is there). Raises ChangedMeanwhile when it is another
    by now.
    """
    if shown is not None:
        await sql.hold("organisation", "created", "id = {}", within.organisation)
        if (await load(within)).print != shown:
            raise ChangedMeanwhile
    await sql.rows(
        "UPDATE organisation SET name = {}, kind = {}, postcode = {}, district = {}, area = {}, sector = {}, "
        "risk_sectors = {}, headcount_band = {}, turnover_36m = {}, labour = {}, outside_work = {}, goods_abroad = {}, "
        "goods_bought = {}, profiled = {} WHERE id = {}",
        name,
        profile.kind,
        place.postcode,
        place.district,
        place.area,
        profile.sector,
        _json(profile.risk_sectors),
        profile.headcount_band,
        profile.turnover_36m,
        _json(profile.labour),
        _json(profile.outside_work),
        profile.goods_abroad,
        _json(profile.goods_bought),
        clock.now(),
        within.organisation,
    )
    await record("profile.saved", within.organisation, person=within.person, organisation=within.organisation)


async def note_listed_goods(organisation: UUID, listed: bool) -> None:
    """Note whether the supplier list has goods at risk, in the current unit. It is part of a score's context."""
    await sql.rows("UPDATE organisation SET listed_goods = {} WHERE id = {}", listed, organisation)


def _json(values: tuple[str, ...]) -> str:
    return msgspec.json.encode(values).decode()
