"""Publishing questionnaires: each version and text is stored once, as it was, and stays. Functions run in a unit.

The start of Pledge publishes a questionnaire that nobody was asked yet, and texts of a version that mean the same. A
new version of one that is published waits for somebody to publish it (docs/decisions/0020).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.content import ContentError
from pledge.database import clock, sql
from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import Loaded, published
from pledge.questionnaires.problems import Problem
from pledge.questionnaires.published import beside
from pledge.refusals import ChangedMeanwhile, Refusal

How = Literal["start", "page", "command"]
What = Literal["first", "version", "revision", "same", "older", "clash"]


class Text(msgspec.Struct, frozen=True):
    """One published text of a questionnaire. ``by``: the name of who published it, "" of nobody whom we know."""

    questionnaire: str
    version: str
    revision: int
    sha256: str
    published: datetime
    how: How
    by: str
    text: str

    @property
    def loaded(self) -> Loaded:
        """The text as a file that was read."""
        return published(self.text)


_TEXTS = """
SELECT t.questionnaire, t.version, t.revision, t.sha256, t.published, t.how, COALESCE(p.name, '') AS by, t.text
FROM (
    SELECT questionnaire, version, revision, sha256, published, how, published_by, text FROM questionnaire_version
    UNION ALL
    SELECT questionnaire, version, revision, sha256, published, how, published_by, text FROM questionnaire_revision
) t LEFT JOIN person p ON p.id = t.published_by
"""


async def texts() -> list[Text]:
    """Return every published text, oldest first."""
    return _read(await sql.rows(f"{_TEXTS} ORDER BY t.published, t.version, t.revision"))


async def texts_of(questionnaire: str) -> list[Text]:
    """Return every published text of one questionnaire, oldest first."""
    where = "WHERE t.questionnaire = {} ORDER BY t.published, t.version, t.revision"
    return _read(await sql.rows(f"{_TEXTS} {where}", questionnaire))


def _read(rows: list[dict[str, object]]) -> list[Text]:
    return [msgspec.convert(row, Text) for row in rows]


def current(texts: Iterable[Text]) -> Text | None:
    """Return which of a questionnaire's texts, oldest first, is asked: the newest of the version that came last."""
    found: dict[str, Text] = {}
    for text in texts:
        before = found.get(text.version)
        if before is None or text.revision > before.revision:
            found[text.version] = text  # a version keeps its place, so a later text does not bring it back
    return list(found.values())[-1] if found else None


def what_of(file: Loaded, texts: Iterable[Text]) -> tuple[What, tuple[Problem, ...]]:
    """Return what publishing a file would be, beside the published texts of its questionnaire, oldest first.

    ``first`` of its questionnaire; a new ``version``; a ``revision`` of a published version; the ``same`` as is asked,
    or an earlier text of it; an ``older`` version, which another was published after; or a ``clash`` with a published
    text, with what is wrong.
    """
    texts = list(texts)
    asked, own = current(texts), [text for text in texts if text.version == file.version]
    if asked is None:
        return "first", ()
    if not own:
        return "version", ()
    newest = max(own, key=lambda text: text.revision)
    beside_it = next((text for text in own if text.revision == file.revision), newest)
    if beside_it.sha256 != file.hash and (problems := beside(file, beside_it.loaded)):
        return "clash", problems
    if file.revision > newest.revision:
        return "revision", ()
    return ("same" if asked.version == file.version else "older"), ()


def allowed(file: Loaded, texts: Iterable[Text]) -> What:
    """Return what publishing a file would be, beside the texts of its questionnaire. Raises Refusal if it cannot be."""
    texts = list(texts)
    asked, (what, wrong) = current(texts), what_of(file, texts)
    if what == "older" and asked is not None:
        raise Refusal(
            f"Version {file.version} was published before, and version {asked.version} after it. Nothing was changed. "
            "To ask the old questions again, give the file a new version."
        )
    if wrong:
        raise Refusal(f"Line {wrong[0].line}: {wrong[0].message} Nothing was changed.")
    return what


async def at_start() -> list[str]:
    """Publish every installed file that needs nobody's decision, and return their names and versions.

    Raises ContentError when a published version was changed otherwise than by a revision that is safe.
    """
    done, problems = [], []
    for name, file in installed().items():
        what, wrong = what_of(file, await texts_of(name))
        problems += [f"{name}.yaml, line {problem.line}: {problem.message}" for problem in wrong]
        if what in ("first", "revision") and await _store(file, what, "start", None):
            done.append(f"{name} {file.version}")
    if problems:
        raise ContentError(*problems)
    return done


async def publish(file: Loaded, how: How, *, person: UUID | None = None, seen: str | None = None) -> bool:
    """Publish a file that can be used; return whether it was not published already.

    ``seen`` is the SHA-256 of the text that it was compared with ("" of none; None: of whatever is there). Raises
    ChangedMeanwhile when another is asked by now, and Refusal when it cannot be published after what is.
    """
    await sql.hold("questionnaire_version", "how", "questionnaire = {}", file.id)
    before = await texts_of(file.id)
    asked, what = current(before), allowed(file, before)
    if what == "same":
        return False
    if seen is not None and seen != (asked.sha256 if asked else ""):
        raise ChangedMeanwhile
    if not await _store(file, what, how, person):  # a first version, by somebody else in the same moment
        return await publish(file, how, person=person, seen=seen)
    await record(
        "questionnaire.published",
        file.id,
        person=person,
        how=how,
        version=file.version,
        revision=file.revision,
        sha256=file.hash,
    )
    return True


async def left() -> list[str]:
    """Return a sentence for every installed file that is not what is asked, and what to do about it."""
    found = []
    for name, file in installed().items():
        before = await texts_of(name)
        what, asked = what_of(file, before)[0], current(before)
        if asked is not None and what == "version":
            found.append(
                f"{name}.yaml is version {file.version}, which waits: version {asked.version} is asked until "
                f"partnership staff publish it at /partnership/questionnaires, or you do with “pledge questionnaires "
                f"publish {name}”."
            )
        elif asked is not None and what == "older":
            found.append(
                f"{name}.yaml is version {file.version}, and version {asked.version} was published after it. "
                f"Version {asked.version} is asked; to go back, give the file a new version."
            )
    return found


async def _store(file: Loaded, what: What, how: How, person: UUID | None) -> bool:
    table = "questionnaire_revision" if what == "revision" else "questionnaire_version"
    stored = await sql.rows(
        f"INSERT INTO {table} (questionnaire, version, revision, sha256, text, published, published_by, how) "  # noqa: S608
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING version",
        file.id,
        file.version,
        file.revision,
        file.hash,
        file.text,
        clock.now(),
        person,
        how,
    )
    return bool(stored)
