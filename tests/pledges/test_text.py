"""Reading the words of the pledge, strictly."""

import re

import pytest

from pledge.organisations.reference import ReferenceDataError
from pledge.pledges.text import STATUSES, PledgeText, Rule, edition, shipped
from pledge.resources import resource

FILE = resource("questionnaires") / "pledge.yaml"
SOURCE = FILE.read_text(encoding="utf-8")


def line_of(text: str, source: str = SOURCE) -> int:
    return source[: source.index(text)].count("\n") + 1


def problems(source: str) -> list[str]:
    with pytest.raises(ReferenceDataError) as refused:
        edition(source, FILE)
    return refused.value.problems


def test_the_pledge_that_comes_with_the_site_is_read_whole():
    text = shipped().text
    assert (text.version, text.term_months, text.reminder_days) == ("2026.1", 12, (60, 30, 7))
    assert [commitment.id for commitment in text.commitments][0::7] == ["lead", "be-open"]
    assert tuple(status.id for status in text.statuses) == STATUSES
    assert text.status("improving").title == "Improving"
    assert text.preamble.startswith("We accept that people can be exploited")
    assert [consent.required for consent in text.signing.consents] == [True, True, False]
    assert text.lapse.removed_after_days == 90


def test_every_rule_has_a_kind_and_the_tree_keeps_its_shape():
    by_id = {commitment.id: commitment.evidence.rule for commitment in shipped().text.commitments}
    train = by_id["train"]
    assert train.kind == "any" and [part.kind for part in train.any] == ["all", "attendance"]
    assert [leaf.question for leaf in train.leaves()] == ["p-a4", "r-e3", None]
    assert [leaf.kind for leaf in by_id["be-open"].leaves()] == ["in_time", "in_time", "consent", "consent"]
    improving = shipped().text.status("improving").requires
    assert improving is not None
    assert [leaf.kind for leaf in improving.leaves()] == ["submitted", "submitted", "without_flag", "rise", "score"]


def test_a_copy_with_other_line_ends_or_a_byte_order_mark_is_the_same_edition(tmp_path):
    copy = tmp_path / "pledge.yaml"
    copy.write_bytes(b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode())
    assert shipped(copy).sha256 == shipped().sha256
    copy.write_text(SOURCE.replace("We promise to look", "We hope to look"), encoding="utf-8")
    assert shipped(copy).sha256 != shipped().sha256


def test_words_that_yaml_would_change_stay_words():
    text = edition(SOURCE.replace("title: Lead", "title: no").replace('"2026.1"', "2026.10"), FILE).text
    assert text.commitments[0].title == "no"
    assert text.version == "2026.10"


def test_all_problems_of_shape_are_named_at_once_with_their_lines():
    broken = (
        SOURCE.replace("term_months: 12", "term_months: a year")
        .replace("    title: Lead\n", "")
        .replace("min_points: 3", "min_points: 5", 1)
        .replace("  authority:", "  autority:")
    )
    found = problems(broken)
    for line, words in (
        (line_of("term_months", broken), "“a year” will not do here"),
        (line_of("- id: lead", broken), "“title” is missing"),
        (line_of("min_points: 5", broken), "“5” will not do here. Write points, from 1 to 4"),
        (line_of("autority", broken), "“autority” is not known here"),
    ):
        assert any(problem.startswith(f"pledge.yaml: Line {line}: ") and words in problem for problem in found), words


def test_all_problems_of_meaning_are_named_at_once_in_the_order_of_the_lines():
    broken = (
        SOURCE.replace("reminder_days: [60, 30, 7]", "reminder_days: [7, 30, 60]")
        .replace("- id: induct", "- id: lead")
        .replace("{consent: register}", "{consent: newsletter}")
        .replace("signatory-name, required: false", "signatory-name, required: true")
        .replace("shows: [name, ", "shows: [score, name, ")
    )
    found = problems(broken)
    assert [re.sub(r"^pledge.yaml: Line (\d+): .*", r"\1", problem) for problem in found] == [
        str(line_of(text, broken))
        for text in (
            "reminder_days", "- id: lead\n    title: Start", "evidence:\n      text: Both", "- {id: signatory-name",
            "shows: [score",
        )
    ]  # fmt: skip
    assert "largest first" in found[0] and "Two commitments have the id “lead”" in found[1]
    assert "consent “newsletter”" in found[2] and "only by choice" in found[3] and "The register shows" in found[4]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{upload: suppliers}", "{upload: suppliers, consent: register}", "asks for nothing that is known"),
        ("{upload: suppliers}", "{}", "asks for nothing that is known"),
        ("{upload: suppliers}", "{submitted: procurement}", "Evidence cannot ask for “submitted”"),
        ("{rise: true}", "{rise: false}", "Write “true” here"),
        ("{rise: true}", "{upload: suppliers}", "A status cannot ask for “upload”"),
        ("r-b2, no_flag: true", "r-b2, no_flag: act_first", "Write “true” here"),
        ("- id: improving", "- id: best", "The statuses are signed, assessed, improving, in this order"),
        ("kind: pledge", "kind: questionnaire", "Write pledge"),
        ('version: "2026.1"', 'version: "2026 / 1"', "a short version, like 2026.1"),
        ("roles:\n", "roles: []\n  others:\n", "“others” is not known here"),
        ("title: Lead", "title: Lead\n    title: Led", "“title” is written twice"),
        ("      all:\n        - {upload", "      any:\n        - {consent: register}\n      all:\n        - {upload",
         "either “all” or “any”"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(old: str, new: str, words: str):
    assert old in SOURCE
    assert any(words in problem for problem in problems(SOURCE.replace(old, new, 1)))


def test_a_status_without_requirements_and_a_first_one_with_some_are_refused():
    requires = SOURCE[SOURCE.index("    requires:\n") : SOURCE.index("  - id: improving")]
    without = SOURCE.replace(requires, "", 1)
    assert problems(without) == [
        f"pledge.yaml: Line {line_of('- id: assessed', without)}: "
        "The first status requires nothing; every other one has “requires”."
    ]
    signed = "text: The organisation signed this pledge, and the pledge is current.\n"
    assert "The first status requires nothing" in problems(SOURCE.replace(signed, signed + requires))[0]


def test_nobody_can_sign_where_there_is_no_role():
    roles = SOURCE[SOURCE.index("    - {id: owner,") : SOURCE.index("  authority:")]
    assert "There are no roles. Write at least one." in problems(SOURCE.replace(f"roles:\n{roles}", "roles: []\n"))[0]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"kind: [", b"- a\n- b\n", b"kind: pledge\n---\nkind: pledge\n"])
def test_a_file_that_is_no_pledge_gets_a_sentence(tmp_path, content):
    path = tmp_path / "pledge.yaml"
    path.write_bytes(content)
    with pytest.raises(ReferenceDataError, match=r"^pledge\.yaml: "):
        shipped(path)
    with pytest.raises(ReferenceDataError, match="cannot be read"):
        shipped(tmp_path / "none.yaml")


def test_a_rule_says_what_it_is_when_it_is_made_in_code():
    assert Rule(submitted="procurement").kind == "submitted"
    assert Rule(submitted="procurement", within_days=92).kind == "in_time"
    with pytest.raises(ValueError, match="asks for nothing"):
        Rule()


def test_the_text_cannot_be_changed_at_run_time():
    with pytest.raises(AttributeError):
        shipped().text.term_months = 24  # type: ignore[misc]
    assert isinstance(shipped().text, PledgeText)
