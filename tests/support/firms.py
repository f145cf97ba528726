"""Making a firm go some way through the job, by the functions that the pages use."""

from functools import partial

from pledge.assessments import definitions, drafts, saving, submitting
from pledge.database.unit import read, write
from pledge.declared import ONCE_SUBMITTED
from pledge.directory.contacts import contacts
from pledge.mail.words import Mailroom
from pledge.organisations import profiles
from pledge.organisations.partnership import partnership
from pledge.organisations.places import Place
from pledge.organisations.profile import Depth, Profile
from pledge.pledges import signing
from pledge.pledges.text import shipped
from pledge.questionnaires.answers import Answer
from tests.support.cast import Person

MAILROOM = Mailroom(
    "http://127.0.0.1:8000",
    {"partnership": partnership(None), "helpline": contacts()["helpline"], "emergency": contacts()["emergency"]},
)

JOINERY = Profile(
    kind="business", postcode="BB9 7LJ", district="E07000122", area="pennine", sector="F",
    risk_sectors=("construction",), headcount_band="1-9", turnover_36m=False, labour=(),
    outside_work=("subcontracting",), goods_abroad=True,
)  # fmt: skip


async def fill_profile(person: Person, profile: Profile = JOINERY, name: str = "Pendle Joinery") -> None:
    place = Place(profile.postcode or "", profile.district or "", profile.area or "")
    await write(partial(profiles.save, person.scope, name, profile, place))


async def start(person: Person, questionnaire: str = "procurement", depth: Depth = "full") -> None:
    definition = definitions.current(questionnaire)
    assert definition is not None
    await write(partial(drafts.start, person.scope, definition, depth))


def answers_at(definition, points: int) -> dict[str, Answer]:
    """For every question that is scored the option with the most points up to ``points``."""
    found = {}
    for question in definition.scored:
        fitting = [option for option in question.options if option.points <= points]
        best = max(fitting or question.options[:1], key=lambda option: option.points)
        found[question.id] = Answer(value=best.value)
    return found


async def answer_all(person: Person, questionnaire: str = "procurement", points: int = 3, **others: Answer) -> None:
    """Answer every shown question; ``others`` are particular answers by question id with _ for -."""
    draft = await read(partial(drafts.load, person.scope, questionnaire))
    assert draft is not None
    given = answers_at(draft.definition, points) | {name.replace("_", "-"): answer for name, answer in others.items()}
    shown = {name: answer for name, answer in given.items() if name in draft.shown}
    saved = await saving.save_page(person.scope, draft.definition, draft.revision, shown, {})
    assert saved is not None and not saved.refused and not saved.conflicts


async def submitted(
    person: Person, questionnaire: str = "procurement", points: int = 3, depth: Depth = "full", **others: Answer
):
    """Take a firm with a profile all the way to a submitted assessment and return its id."""
    await start(person, questionnaire, depth)
    await answer_all(person, questionnaire, points, **others)
    return await write(partial(submitting.submit, person.scope, questionnaire, MAILROOM, then=ONCE_SUBMITTED))


async def sign_pledge(person: Person) -> None:
    """Sign the current pledge with everything it asks to agree to."""
    edition = shipped()
    required = tuple(consent.id for consent in edition.text.signing.consents if consent.required)
    signed = await write(partial(signing.sign, person.scope, edition, signing.Given(person.name, "Owner", required)))
    assert signed is not None
