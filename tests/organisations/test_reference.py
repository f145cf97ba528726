"""Reading reference data strictly."""

from pathlib import Path

import msgspec
import pytest

from pledge.organisations.reference import ReferenceDataError, Slug, Source, Text, Url, fill, read


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fact."""

    text: Text
    source: Source
    count: int = 0
    certain: bool = True


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some facts."""

    facts: tuple[Fact, ...]
    by_key: dict[Slug, Text] = {}
    link: Url | None = None


@pytest.fixture
def write(tmp_path: Path):
    """Return a function that writes a file and reads it as Facts."""

    def written(text: str) -> Facts:
        path = tmp_path / "facts.yaml"
        path.write_text(text, encoding="utf-8")
        return read(path, Facts)

    return written


def problems(write, text: str) -> list[str]:
    with pytest.raises(ReferenceDataError) as refused:
        write(text)
    return refused.value.problems


GOOD = "- {text: no, source: &s {name: A, checked: 2026-11-21}, count: 3, certain: false}\n"


def test_a_text_stays_as_written_and_a_source_can_be_named_twice(write) -> None:
    found = write(f"facts:\n{GOOD}- {{text: 0800, source: *s}}\nby_key: {{a-b: 'yes'}}\nlink: https://a.example/b\n")
    assert [fact.text for fact in found.facts] == ["no", "0800"]
    assert found.facts[0].source is not None
    assert found.facts[0].source == found.facts[1].source
    assert found.facts[0].source.checked.isoformat() == "2026-11-21"
    assert (found.facts[0].count, found.facts[0].certain) == (3, False)
    assert found.by_key == {"a-b": "yes"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "The file is empty."),
        ("facts: []\nfacts: []\n", "Line 2: “facts” is written twice. Keep one."),
        ("facts: []\nextra: 1\n", "Line 2: “extra” is not known here. Use “facts”, “by_key”, “link”."),
        ("facts: none\n", "Line 1: expected a list."),
        ("- 1\n", "Line 1: expected names and values (“name: value”)."),
        ("facts:\n- {text: a}\n", "Line 2: “source” is missing. Add it."),
        ("facts:\n- {text: a, source: {name: b}}\n", "Line 2: “checked” is missing. Add it."),
        (
            "facts:\n- {text: a, source: {name: b, checked: soon}}\n",
            "Line 2: “soon” will not do here. Write a date, like 2026-11-21.",
        ),
        (
            "facts:\n- {text: '', source: {name: b, checked: 2026-11-21}}\n",
            "Line 2: “” will not do here. Write some text.",
        ),
        ("facts: []\nlink: www.a.example\n", "Line 2: “www.a.example” will not do here. Write a full web"),
        ("facts: []\nlink: [a]\n", "Line 2: expected one value, not a list or a table."),
        ("facts: []\n? [a]\n: b\n", "Line 2: a name must be plain text."),
        ("facts: []\nby_key: {A B: c}\n", "Line 2: “A B” will not do here. Write small letters and digits"),
        ("facts:\n- {text: a, source: *nobody}\n", "Line 2: This is not valid YAML: found undefined alias 'nobody'."),
        ("facts: [\n", "Line 2: This is not valid YAML: expected the node content"),
        ("facts: []\n---\nfacts: []\n", "Line 2: This is not valid YAML: but found another document."),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line_and_what_to_do(write, text: str, problem: str) -> None:
    assert any(said.startswith(f"facts.yaml: {problem.rstrip('.')}") for said in problems(write, text))


def test_all_mistakes_are_named_at_once_and_a_shared_one_only_once(write) -> None:
    text = "facts:\n- {text: a, source: &s {name: b}}\n- {text: c, source: *s}\n- {txt: d, source: *s, count: many}\n"
    assert problems(write, text) == [
        "facts.yaml: Line 2: “checked” is missing. Add it.",
        "facts.yaml: Line 4: “txt” is not known here. Use “text”, “source”, “count”, “certain”.",
        "facts.yaml: Line 4: “many” will not do here. Write a whole number.",
        "facts.yaml: Line 4: “text” is missing. Add it.",
    ]


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"gone\.yaml: The file cannot be read: No such file"):
        read(tmp_path / "gone.yaml", Facts)
    (tmp_path / "old.yaml").write_bytes(b"facts: caf\xe9\n")
    with pytest.raises(ReferenceDataError, match=r"old\.yaml: The file is not UTF-8 text"):
        read(tmp_path / "old.yaml", Facts)


def test_names_in_braces_are_filled_in_everywhere(write) -> None:
    found = write(
        "facts:\n- {text: 'Ring {a}, or {b}.', source: {name: '{a}', checked: 2026-11-21}}\nby_key: {x: '{b}'}\n"
    )
    filled = fill(found, {"a": "1", "b": "2"}, Path("facts.yaml"))
    assert filled.facts[0].text == "Ring 1, or 2."
    assert filled.facts[0].source.name == "1"
    assert filled.by_key == {"x": "2"}


def test_a_name_in_braces_that_stands_for_nothing_is_refused(write) -> None:
    found = write("facts:\n- {text: 'Ring {a} or {c}', source: {name: s, checked: 2026-11-21}}\n")
    with pytest.raises(ReferenceDataError, match=r"facts\.yaml: “\{c\}” stands for nothing\. Use “a”\."):
        fill(found, {"a": "1"}, Path("facts.yaml"))
