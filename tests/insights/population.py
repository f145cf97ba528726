"""Generated counties: firms of skewed sectors, sizes and areas, which sign and submit."""

import random
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from pledge.assessments import definitions
from pledge.assessments.versions import publishing
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import write
from pledge.questionnaires.definition import Definition

SECTORS = "FGCINHQSMJLKAEPRODBTU"
SIZES = ("1-9", "10-49", "50-249", "250+")
BANDS = ("0", *SIZES)
AREAS = ("pennine", "central-fylde-coast", "north", "outside")


@dataclass
class Firm:
    sector: str
    size: str
    area: str
    id: UUID = field(default_factory=new_id)
    name: str = "A firm"

    @property
    def place(self) -> tuple[str, str, str]:
        """The rows in which tables count the firm: one of nobody but its owner is among those of up to nine."""
        return self.sector, "1-9" if self.size == "0" else self.size, self.area


def firms(rng: random.Random, count: int) -> list[Firm]:
    """Firms as counties have them: a few sectors with many, many with a few; mostly small."""
    sectors = rng.choices(SECTORS, [1 / (1 + place) for place in range(len(SECTORS))], k=count)
    sizes = rng.choices(BANDS, (25, 35, 27, 10, 3), k=count)
    areas = rng.choices(AREAS, (40, 40, 17, 3), k=count)
    return [Firm(*place) for place in zip(sectors, sizes, areas, strict=True)]


async def add(some: list[Firm]) -> None:
    """Add the organisations, with their profiles."""
    now = clock.now()
    await write(
        partial(
            sql.many,
            "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
            "headcount_band, labour, outside_work, listed_goods) "
            "VALUES ({}, {}, {}, 'business', 'BB9 7LJ', 'E07000122', {}, {}, '[]', {}, '[]', '[]', {})",
            [(firm.id, firm.name, now, firm.area, firm.sector, firm.size, False) for firm in some],
        )
    )


async def sign(some: list[Firm]) -> None:
    """Let firms sign the pledge today."""
    now, today = clock.now(), clock.today()

    async def unit() -> None:
        await sql.rows(
            "INSERT INTO pledge_text (version, sha256, text, published) VALUES ('2026.1', '', '', {}) "
            "ON CONFLICT DO NOTHING",
            now,
        )
        await sql.many(
            "INSERT INTO signature (id, organisation, version, name, role, name_public, consents, signed, signed_on, "
            "expires_on, status, status_since, reminders, ending) "
            "VALUES ({}, {}, '2026.1', 'A Signer', 'Owner', {}, '[]', {}, {}, {}, 'signed', {}, 0, '')",
            [(new_id(), firm.id, False, now, today, today.replace(year=today.year + 1), today) for firm in some],
        )

    await write(unit)


async def submit(
    rng: random.Random,
    some: list[Firm],
    questionnaire: str = "recruitment",
    *,
    answers: bool = False,
    depth: str = "full",
) -> dict[UUID, dict[str, int | None]]:
    """Let firms submit an assessment in one form with random scores; return them by firm and section (“” is the whole).

    One firm in fifty leaves a section out, and small firms leave out the last one. With ``answers`` there is a fact for
    each question, too.
    """
    definition = definitions.current(questionnaire)
    assert definition is not None
    now, today = clock.now(), clock.today()
    rows, sections, facts = [], [], []
    found: dict[UUID, dict[str, int | None]] = {}
    for firm in some:
        assessment = new_id()
        scores = _scores(rng, definition, small=firm.size in BANDS[:3])
        found[firm.id] = scores
        pinned = (assessment, firm.id, questionnaire, definition.version, depth)
        place = (firm.sector, firm.size, firm.area)
        rows.append((*pinned, True, "{}", now, now, now, today, "{}", "{}", scores[""], *place))
        sections += [(firm.id, assessment, name, 0, 0, score) for name, score in scores.items() if name]
        if answers:
            facts += [(firm.id, assessment, question.id, section.id, rng.randrange(5), question.weight)
                      for section in definition.sections for question in section.questions]  # fmt: skip

    async def unit() -> None:
        await publishing.at_start()
        await sql.many(
            "UPDATE assessment SET latest = {} WHERE organisation = {} AND questionnaire = {}",
            [(False, firm.id, questionnaire) for firm in some],
        )
        await sql.many(
            "INSERT INTO assessment (id, organisation, questionnaire, version, depth, status, latest, revision, "
            "answers, change, created, updated, submitted, submitted_on, profile, result, score, headline, sector, "
            "headcount_band, area, district) VALUES "
            "({}, {}, {}, {}, {}, 'submitted', {}, 1, {}, '', {}, {}, {}, {}, {}, {}, {}, 'developing', {}, {}, {}, "
            "'')",
            rows,
        )
        await sql.many(
            "INSERT INTO section_fact (organisation, assessment, section, weighted_points, weighted_max, score) "
            "VALUES ({}, {}, {}, {}, {}, {})",
            sections,
        )
        await sql.many(
            "INSERT INTO answer_fact (organisation, assessment, question, section, points, weight, state, target, "
            "flag) VALUES ({}, {}, {}, {}, {}, {}, 'answered', 2, '')",
            facts,
        )

    await write(unit)
    return found


def _scores(rng: random.Random, definition: Definition, *, small: bool) -> dict[str, int | None]:
    names = [section.id for section in definition.sections]
    level = rng.gauss(5000, 1500)
    scores: dict[str, int | None] = {
        name: None if rng.random() < 0.02 else min(10_000, max(0, round(rng.gauss(level, 2000)))) for name in names
    }
    if small:
        scores[names[-1]] = None
    known = [score for score in scores.values() if score is not None]
    return {"": round(sum(known) / len(known)) if known else None, **scores}
