"""The law in plain words."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pledge.directory.law import DATA, law
from pledge.organisations.reference import ReferenceDataError

MINIMAL = """\
notice: This is general information, not legal advice.
sources:
  - &s {name: A page, checked: 2026-11-21}
figures:
  fine: {words: "£5", source: *s}
sections:
  - id: one
    title: One
    lines:
      - {text: "It costs {fine}.", source: *s}
"""


@pytest.fixture
def write(tmp_path: Path):
    """Return a function that writes a law file and gives its path."""

    def written(text: str) -> Path:
        path = tmp_path / "law.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_it_says_that_it_is_not_advice() -> None:
    assert law().notice.startswith("This is general information, not legal advice.")


def test_it_begins_with_employing_someone_without_knowing() -> None:
    first = law().sections[0]
    assert first.title == "If you employed someone who was trafficked, and did not know"
    assert first.intro
    assert first.intro.startswith("First make sure that the person is safe.")


def test_every_line_has_its_source_and_the_day_it_was_checked() -> None:
    lines = [*(line for section in law().sections for line in section.lines), *law().asked_by]
    assert len(lines) > 23
    for line in lines:
        assert line.source.name
        assert line.source.checked.isoformat() >= "2026-11-21"


def test_every_source_in_the_list_supports_something() -> None:
    used = {line.source for section in law().sections for line in section.lines}
    used |= {figure.source for figure in law().figures.values()}
    assert used == set(law().sources)


def test_amounts_are_filled_in_and_stand_once_in_the_file() -> None:
    lines = [*(line for section in law().sections for line in section.lines), *law().asked_by]
    words = " ".join(line.text for line in lines)
    assert {"£36 million", "£45,000", "£60,000"} == set(re.findall(r"£[\d,]+(?: million)?", words))
    written = (DATA / "law.yaml").read_text("utf-8")
    for figure in law().figures.values():
        assert written.count(figure.words) == 1


@pytest.mark.parametrize(
    "words",
    ["life imprisonment", "prevention order", "Antuzis", "12.71", "substitution", "0800 432"],
)
def test_what_was_not_verified_is_not_said(words: str) -> None:
    assert words not in (DATA / "law.yaml").read_text("utf-8")


def test_it_reads_easily(reading_grade: Callable[[list[str]], float]) -> None:
    for section in law().sections:
        texts = [line.text for line in section.lines]
        assert reading_grade([section.intro, *texts] if section.intro else texts) <= 8, section.title
        for text in texts:
            assert reading_grade([text]) <= 11, text


def test_a_line_without_a_source_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="Line 10: “source” is missing"):
        law(write(MINIMAL.replace('{fine}.", source: *s', '{fine}."')))


def test_a_source_without_a_date_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="Line 3: “checked” is missing"):
        law(write(MINIMAL.replace(", checked: 2026-11-21", "")))


def test_a_source_that_is_not_in_the_list_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="found undefined alias 'other'"):
        law(write(MINIMAL.replace('{fine}.", source: *s', '{fine}.", source: *other')))


def test_an_amount_that_is_not_in_the_list_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match=r"“\{toll\}” stands for nothing. Use “fine”"):
        law(write(MINIMAL.replace("{fine}", "{toll}")))


def test_an_unknown_entry_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="“advice” is not known here"):
        law(write(MINIMAL + "advice: sue\n"))


@pytest.mark.parametrize(
    ("start", "secondary"),
    [
        ("The Fair Work Agency began on 7 April 2026.", True),
        ("Since 1 October 2026 the rules on illegal working are wider.", True),
        (
            "Since 17 May 2026, whoever buys goods or services for the health service in England must judge the risk",
            True,
        ),
    ],
)
def test_the_changes_of_2026_are_there_with_how_sure_we_are(start: str, secondary: bool) -> None:
    part = next(part for part in law().sections if part.id == "new")
    (line,) = [line for line in part.lines if line.text.startswith(start)]
    assert line.source.secondary is secondary
    assert "We have not seen the final code of practice." in " ".join(line.text for line in part.lines)


async def test_every_statement_has_a_link_or_says_that_it_has_none_and_when_it_was_read(visitor) -> None:
    page = await visitor.get("/help/law")
    lines = [line for part in law().sections for line in part.lines]
    assert page.text.count("Source: ") == page.text.count("We read it there on ") == len(lines)
    assert page.text.count("(we have no web address for it)") == sum(line.source.url is None for line in lines) > 0
    assert page.text.count(", and not in the law itself.") == sum(line.source.secondary for line in lines)
    assert {line.source.url for line in lines if line.source.url} <= set(page.links())
    assert "Last checked" not in page.text and "We have not looked again since" in page.text
