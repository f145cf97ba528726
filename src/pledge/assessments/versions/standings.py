"""Where each questionnaire stands, for partnership staff: what is asked, what waits, and how many have begun."""

from collections.abc import Mapping
from typing import NamedTuple

from pledge.assessments.versions import publishing
from pledge.assessments.versions.publishing import Text, What
from pledge.content import ContentError, content_folder
from pledge.database import sql
from pledge.policy.scopes import LEAST, AggregateScope
from pledge.questionnaires.installed import load_installed, usable
from pledge.questionnaires.loading import Loaded
from pledge.questionnaires.problems import Problem
from pledge.questionnaires.translations.reading import Read as Translated


class Folder(NamedTuple):
    """The files of the folder of content as they are now: all of them, or sentences that say why none can be used.

    ``translations`` are those of any of them that could be read, those too that do not fit.
    """

    files: Mapping[str, Loaded]
    problems: list[str]
    translations: list[Translated] = []

    def translations_of(self, questionnaire: str) -> list[Translated]:
        """Return the translations of one questionnaire."""
        return [each for each in self.translations if each.id == questionnaire]


class Standing(NamedTuple):
    """One questionnaire: its published texts, oldest first, the installed file, and what publishing that would be."""

    id: str
    texts: list[Text]
    file: Loaded | None
    what: What | None
    problems: tuple[Problem, ...]

    @property
    def asked(self) -> Text | None:
        """The text that is asked of whoever begins now."""
        return publishing.current(self.texts)

    @property
    def waits(self) -> bool:
        """Whether the file is there to be published."""
        return self.what in ("first", "version", "revision")

    @property
    def title(self) -> str:
        """What it is called now."""
        loaded = self.asked.loaded if self.asked else self.file
        return loaded.definition.title if loaded and loaded.definition else self.id


def read_folder() -> Folder:
    """Read and check the files of the folder. Takes some tenths of a second: never in a unit, nor in the event loop."""
    try:
        found = load_installed()
        return Folder(usable(found), [], [file.translation for file in found if file.translation])
    except ContentError as error:
        return Folder({}, [_without_folder(sentence) for sentence in error.problems])


def _without_folder(sentence: str) -> str:
    """Return what is wrong with a file without where on the server it is: its name is enough."""
    try:
        return sentence.replace(f"{content_folder()}/", "")
    except ContentError:
        return sentence


async def everything(_within: AggregateScope, folder: Folder) -> list[Standing]:
    """Return every questionnaire that is published or installed, in the current unit, those that wait first."""
    by_id: dict[str, list[Text]] = {name: [] for name in folder.files}
    for text in await publishing.texts():
        by_id.setdefault(text.questionnaire, []).append(text)
    found = [_standing(name, texts, folder) for name, texts in by_id.items()]
    return sorted(found, key=lambda each: (not each.waits, each.title))


async def one(_within: AggregateScope, folder: Folder, questionnaire: str) -> Standing | None:
    """Return one questionnaire, in the current unit; None when there is none of that id."""
    texts = await publishing.texts_of(questionnaire)
    return _standing(questionnaire, texts, folder) if texts or questionnaire in folder.files else None


def _standing(name: str, texts: list[Text], folder: Folder) -> Standing:
    file = folder.files.get(name)
    what, problems = publishing.what_of(file, texts) if file else (None, ())
    return Standing(name, texts, file, what, problems)


async def begun(_within: AggregateScope, questionnaire: str) -> dict[str, str]:
    """Return how many firms have begun each version and not submitted, in words, in a unit that reaches every firm.

    In steps of LEAST, so that one firm more or less is hardly ever seen, and never below LEAST.
    """
    rows = await sql.rows(
        "SELECT version, count(*) AS firms FROM assessment WHERE questionnaire = {} AND status = 'draft' "
        "GROUP BY version",
        questionnaire,
    )
    return {row["version"]: in_steps(row["firms"]) for row in rows}


def in_steps(firms: int) -> str:
    """Return a number of firms as staff may know it: “fewer than 5”, “5 or more”, “10 or more”."""
    return f"{firms // LEAST * LEAST} or more" if firms >= LEAST else f"fewer than {LEAST}"
