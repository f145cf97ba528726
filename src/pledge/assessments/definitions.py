"""Published questionnaires: every version, and every text that it has had, from the database.

A published version never changes but in its text, by a revision that is safe
(``pledge.questionnaires.checks.changes``). An assessment pins the version it was started on and is finished on it, in
its newest text; its report pins that text.
"""

from pledge.database import sql
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import ASSESSMENTS, installed
from pledge.questionnaires.loading import published

# What this process knows of the database: texts read once, the newest version of each questionnaire, the revision of
# the newest text of each version, and every text there is. ``refresh`` reads the last three again: another process may
# publish at any moment.
_texts: dict[tuple[str, str, int], Definition] = {}
_current: dict[str, Definition] = {}
_newest: dict[tuple[str, str], int] = {}
_known: set[tuple[str, str, int]] = set()

_EVERY = """
SELECT questionnaire, version, revision, published FROM questionnaire_version
UNION ALL SELECT questionnaire, version, revision, published FROM questionnaire_revision
"""
HOW_MANY = "((SELECT count(*) FROM questionnaire_version) + (SELECT count(*) FROM questionnaire_revision))"
_ONE = """
SELECT text FROM questionnaire_version WHERE questionnaire = {} AND version = {} AND revision = {}
UNION ALL SELECT text FROM questionnaire_revision WHERE questionnaire = {} AND version = {} AND revision = {}
"""


def current(questionnaire: str) -> Definition | None:
    """Return the newest published version in its newest text, on which new assessments start.

    None when there is no such questionnaire. Before anything was read of the database it is the installed file.
    """
    if questionnaire in _current:
        return _current[questionnaire]
    found = installed().get(questionnaire)
    return found.definition if found else None


def all_current() -> list[Definition]:
    """Return every current questionnaire, in the order that people answer them."""
    found = [current(name) for name in ASSESSMENTS]
    return [definition for definition in found if definition is not None]


def forget() -> None:
    """Forget what this process knows of the database, so that it is read again."""
    for known in (_texts, _current, _newest, _known):
        known.clear()


async def catch_up(texts: int | None = None) -> None:
    """Read what is published, in the current unit, if anything was published since: one quick statement if not.

    Whatever begins or offers a new assessment calls it first, so that every process offers the same one at once. Never
    in a unit that publishes: what it read would stay if that were undone. ``texts`` is the value of ``HOW_MANY`` where
    another statement has brought it.
    """
    if (await sql.value(f"SELECT {HOW_MANY}") if texts is None else texts) != len(_known):
        await refresh()


async def refresh() -> None:
    """Read what is published, in the current unit."""
    rows = await sql.rows(f"{_EVERY} ORDER BY published, version, revision")
    newest: dict[tuple[str, str], int] = {}
    last: dict[str, str] = {}  # the version of each questionnaire that came last
    for row in rows:
        key = row["questionnaire"], row["version"]
        if key not in newest:
            last[key[0]] = key[1]
        newest[key] = max(row["revision"], newest.get(key, 0))
    found = {name: await _read(name, number, newest[name, number]) for name, number in last.items()}
    for known in (_newest, _current, _known):
        known.clear()
    _newest.update(newest)
    _current.update(found)
    _known.update((row["questionnaire"], row["version"], row["revision"]) for row in rows)


async def version(questionnaire: str, number: str, revision: int | None = None) -> Definition:
    """Return a published version in one of its texts (None: the newest), in the current unit; read once in a process.

    Raises KeyError when it was never published.
    """
    if revision is None:
        if (questionnaire, number) not in _newest:
            await refresh()
        revision = _newest[questionnaire, number]
    return await _read(questionnaire, number, revision)


async def _read(questionnaire: str, number: str, revision: int) -> Definition:
    key = (questionnaire, number, revision)
    if key not in _texts:
        text: str | None = await sql.value(_ONE, *key, *key)
        if text is None:
            raise KeyError(key)
        file = installed().get(questionnaire)  # was read already, and is most often the same
        found = file if file is not None and file.text == text else published(text)
        assert found.definition is not None
        _texts[key] = found.definition
    return _texts[key]
