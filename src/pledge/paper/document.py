"""A sheet with all that stands around its questions: what it is, for whom, what to have to hand, and whom to ring.

The page and the PDF say the same, because both are made of this.
"""

from collections.abc import Container, Iterable

import msgspec

from pledge.directory.contacts import Contact, contacts
from pledge.directory.guidance import Topic, guidance
from pledge.directory.law import law
from pledge.organisations.profile import FIELDS, Profile
from pledge.paper.sheet import Part, Sheet, sheet_of
from pledge.questionnaires.asked import steering_facts
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.translations.translating import Note, Translated
from pledge.words.numbers import plural

BLANKS = ("Firm or organisation", "Filled in by", "Date")
HOW = "Tick one box for each question, unless it says otherwise. “Don’t know” is an honest answer."
NOTE = "A note. Please name no workers or victims"
NO_REPORT = "not-a-report"  # the topic of the guidance that is said first, after what to have to hand
HELP = "worried-now"  # the topic that says to act first; whoever /help names for “suspect” can be rung too
SUSPECT = "suspect"


class Document(msgspec.Struct, frozen=True):
    """All words of a questionnaire on paper. ``chosen`` are the facts that decided what is asked.

    ``language`` is that of the questions and of their titles; all else is in English, but for the ``notes``, which say
    so, and that a translation is a draft: each with its language.
    """

    id: str
    title: str
    version: str
    language: str
    publisher: str
    about: tuple[str, ...]
    chosen: tuple[str, ...]
    parts: tuple[Part, ...]
    help: str
    contacts: tuple[Contact, ...]
    before: tuple[Topic, ...]
    notes: tuple[Note, ...] = ()
    blanks: tuple[str, ...] = BLANKS
    note: str = NOTE


def document_of(definition: Definition, profile: Profile, *, publisher: str, site: str) -> Document:
    """Return the document for a profile. ``site`` is the address at which the answers are typed in afterwards."""
    sheet = sheet_of(definition, profile)
    worried = _topics([HELP], guidance().before)[0]
    keys = dict.fromkeys([*worried.contacts, *_topics([SUSPECT], guidance().help)[0].contacts])
    return Document(
        id=sheet.id,
        title=sheet.title,
        version=sheet.version,
        language=sheet.language.partition("-")[0],
        publisher=publisher,
        about=_about(sheet, site),
        chosen=chosen(profile, steering_facts(definition)),
        parts=sheet.parts,
        help=worried.intro or "",
        contacts=tuple(contacts()[key] for key in keys),
        before=_before(definition.id, profile),
        notes=(*definition.draft_notes, definition.report_note) if isinstance(definition, Translated) else (),
    )


def _before(questionnaire: str, profile: Profile) -> tuple[Topic, ...]:
    to_hand = [topic for topic in guidance().before_asking(questionnaire, profile) if topic.questionnaire]
    return (*to_hand, *_topics([NO_REPORT], guidance().before))


def _about(sheet: Sheet, site: str) -> tuple[str, ...]:
    return (
        f"This is version {sheet.version}, with {plural(sheet.questions, 'question')}. "
        f"It takes about {plural(sheet.minutes, 'minute')}, and longer if you ask around.",
        HOW,
        f"Then type your answers in at {site}, and you get a report that says what to do first.",
    )


def chosen(profile: Profile, facts: Container[str]) -> tuple[str, ...]:
    """Return in words what a profile says of these facts."""
    given = {
        "kind": [profile.kind],
        "headcount_band": [],
        "sector": [profile.sector],
        **{name: getattr(profile, name) for name in ("risk_sectors", "labour", "outside_work", "goods_bought")},
    }
    said = {name: [FIELDS[name].values[value] for value in values if value] for name, values in given.items()}
    said["headcount_band"] = [profile.people] if profile.people else []
    if profile.turnover_36m:
        said["turnover_36m"] = [f"Turnover of {law().figures['s54_turnover'].words} or more"]
    if profile.goods_abroad:
        said["goods_abroad"] = ["Goods made or grown abroad"]
    return tuple(words for name, found in said.items() if name in facts for words in found)


def _topics(wanted: Iterable[str], topics: Iterable[Topic]) -> list[Topic]:
    known = {topic.id: topic for topic in topics}
    return [known[name] for name in wanted]
