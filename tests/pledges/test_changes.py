"""What a newer text changes, as it is said to those who signed an older one."""

from pledge.pledges.changes import Change, changes
from pledge.pledges.text import PledgeText, edition, shipped

OLD = shipped()
NEWS = '{id: news, required: false, label: "You may write to us."}'


def newer(*replaced: tuple[str, str]) -> PledgeText:
    source = OLD.source
    for before, now in replaced:
        assert before in source
        source = source.replace(before, now, 1)
    return edition(source, OLD.path).text


def test_the_same_words_change_nothing_whatever_the_version():
    assert changes(OLD.text, newer(('version: "2026.1"', 'version: "2027.1"'))) == ()
    assert changes(OLD.text, newer(("min_points: 2", "min_points: 3"))) == ()


def test_a_promise_that_changed_stands_with_both_texts():
    (found,) = changes(OLD.text, newer(("We name one person", "We name two people")))
    assert found == Change(
        "A promise",
        "Lead. We name one person in charge of this, and tell our staff who it is.",
        "Lead. We name two people in charge of this, and tell our staff who it is.",
    )


def test_what_is_new_and_what_is_gone_is_said_in_the_order_of_the_new_text():
    now = newer(
        ("  - It is not a report to the police or to anyone else.\n", ""), ("term_months: 12", "term_months: 24"),
        ("    - {id: signatory-name,", f"    - {NEWS}\n    - {{id: signatory-name,"),
    )  # fmt: skip
    found = changes(OLD.text, now)
    assert [change.title for change in found] == ["What it is not", "What you agree to", "How long it lasts"]
    assert found[0].before.endswith("or to anyone else.") and "police" not in found[0].now
    assert (found[1].before, found[1].now) == ("", "You may write to us.")
    assert (found[2].before, found[2].now) == ("12 months", "24 months")
    assert [(change.before, change.now) for change in changes(now, OLD.text)][-1] == ("You may write to us.", "")
