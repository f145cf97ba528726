"""Published questionnaires: the files of the folder of content, and every earlier version from the database.

A published version never changes: an assessment pins the version it was started on and is finished on it.
"""

from pledge.content import ContentError
from pledge.database import clock, sql
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import ASSESSMENTS, installed
from pledge.questionnaires.loading import published

_versions: dict[tuple[str, str], Definition] = {}


def current(questionnaire: str) -> Definition | None:
    """Return the version that new assessments start on, or None when there is no such questionnaire."""
    found = installed().get(questionnaire)
    return found.definition if found else None


def all_current() -> list[Definition]:
    """Return every current questionnaire, in the order that people answer them."""
    found = [current(name) for name in ASSESSMENTS]
    return [definition for definition in found if definition is not None]


async def publish() -> list[str]:
    """Store every shipped version that is not stored yet, in the current unit, and return their names.

    Raises ContentError when a stored version has other text: published versions never change.
    """
    published = []
    for name, loaded in installed().items():
        definition = loaded.definition
        assert definition is not None
        known = await sql.value(
            "SELECT sha256 FROM questionnaire_version WHERE questionnaire = {} AND version = {}",
            name,
            definition.version,
        )
        if known == loaded.hash:
            continue
        if known is not None:
            raise ContentError(
                f"{name}.yaml was changed, but version {definition.version} is published and never changes. "
                "Give the file a new version."
            )
        await sql.rows(
            "INSERT INTO questionnaire_version (questionnaire, version, sha256, text, published) "
            "VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
            name,
            definition.version,
            loaded.hash,
            loaded.text,
            clock.now(),
        )
        published.append(f"{name} {definition.version}")
    return published


async def version(questionnaire: str, number: str) -> Definition:
    """Return one published version, in the current unit; one that is not shipped is read once in a process.

    Raises KeyError when it was never published.
    """
    shipped = current(questionnaire)
    if shipped is not None and shipped.version == number:
        return shipped
    key = (questionnaire, number)
    if key not in _versions:
        text = await sql.value(
            "SELECT text FROM questionnaire_version WHERE questionnaire = {} AND version = {}", questionnaire, number
        )
        if text is None:
            raise KeyError(key)
        _versions[key] = published(text)
    return _versions[key]
