"""Published questionnaires: every version, and every text that it has had, from the database.

A published version never changes but in its text, by a revision that is safe
(``pledge.questionnaires.checks.changes``). An assessment pins the version it was started on and is finished on it, in
its newest text; its report pins that text.
"""

from pledge.content import ContentError
from pledge.database import clock, sql
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import ASSESSMENTS, installed
from pledge.questionnaires.loading import Loaded, published
from pledge.questionnaires.published import beside

# What this process knows of the database: texts read once, the newest version of each questionnaire, and the revision
# of the newest text of each version. ``refresh`` reads the last two again.
_texts: dict[tuple[str, str, int], Definition] = {}
_current: dict[str, Definition] = {}
_newest: dict[tuple[str, str], int] = {}

_EVERY = """
SELECT questionnaire, version, revision, published FROM questionnaire_version
UNION ALL SELECT questionnaire, version, revision, published FROM questionnaire_revision
"""
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
    for known in (_texts, _current, _newest):
        known.clear()


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
    _newest.clear()
    _newest.update(newest)
    _current.clear()
    _current.update(found)


def behind() -> list[str]:
    """Return a sentence for every installed file of a version that another was published after."""
    return [
        f"{name}.yaml is version {file.version}, and version {_current[name].version} was published after it. "
        f"Version {_current[name].version} is asked; to go back, give the file a new version."
        for name, file in installed().items()
        if name in _current and _current[name].version != file.version
    ]


async def publish() -> list[str]:
    """Store every installed version and text that is not stored yet, in the current unit, and return their names.

    Raises ContentError when a stored version was changed otherwise than by a revision that is safe.
    """
    published, problems = [], []
    for name, file in installed().items():
        assert file.definition is not None
        stored = await _stored(name, file)
        if stored is None:
            await _store("questionnaire_version", file)
        elif refused := beside(file, stored):
            problems += [f"{name}.yaml, line {problem.line}: {problem.message}" for problem in refused]
            continue
        elif file.revision <= stored.revision:
            continue
        else:
            await _store("questionnaire_revision", file)
        published.append(f"{name} {file.version}")
    if problems:
        raise ContentError(*problems)
    await refresh()
    return published


async def _stored(questionnaire: str, file: Loaded) -> Loaded | None:
    """Return the stored text of a file's version that has its revision, or else the newest; None without any."""
    rows = await sql.rows(
        f"SELECT revision FROM ({_EVERY}) AS t WHERE questionnaire = {{}} AND version = {{}} ORDER BY revision",  # noqa: S608
        questionnaire,
        file.version,
    )
    revisions = [row["revision"] for row in rows]
    if not revisions:
        return None
    revision = file.revision if file.revision in revisions else revisions[-1]
    return await _published(questionnaire, file.version, revision)


async def _store(table: str, file: Loaded) -> None:
    await sql.rows(
        f"INSERT INTO {table} (questionnaire, version, revision, sha256, text, published) "  # noqa: S608
        "VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        file.id,
        file.version,
        file.revision,
        file.hash,
        file.text,
        clock.now(),
    )


async def _published(questionnaire: str, number: str, revision: int) -> Loaded:
    key = (questionnaire, number, revision)
    text: str | None = await sql.value(_ONE, *key, *key)
    if text is None:
        raise KeyError(key)
    return published(text)


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
        file = installed().get(questionnaire)
        if file is None or (file.version, file.revision) != (number, revision):
            file = await _published(*key)
        assert file.definition is not None
        _texts[key] = file.definition
    return _texts[key]
