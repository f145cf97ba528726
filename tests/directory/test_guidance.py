"""What to do if you suspect, what to know before the first question, and the plan to print."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pledge.directory.contacts import contacts
from pledge.directory.guidance import DATA, Topic, guidance
from pledge.organisations.profile import Profile
from pledge.organisations.reference import ReferenceDataError

MINIMAL = """\
sources:
  - &s {name: A page, checked: 2026-11-21}
help:
  - {id: one, title: One, intro: "Ring {helpline}.", contacts: [helpline], source: *s}
before: []
plan: {title: Plan, intro: Print it., source: *s, parts: []}
"""


@pytest.fixture
def write(tmp_path: Path):
    """Return a function that writes a guidance file and gives its path."""

    def written(text: str) -> Path:
        path = tmp_path / "guidance.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def words(topic: Topic) -> list[str]:
    return [topic.intro, *topic.points] if topic.intro else list(topic.points)


def test_help_begins_with_danger_then_what_to_do_then_what_not_to_do() -> None:
    assert [topic.id for topic in guidance().help] == [
        "danger", "suspect", "afraid", "do-not", "next", "signs", "supplier", "not-for", "scores", "who-sees",
    ]  # fmt: skip
    assert str(guidance().help[0].intro).startswith("Ring 999.")
    assert guidance().help[1].ordered


@pytest.mark.parametrize(
    "needed",
    [
        "Do not confront", "Do not promise to keep it secret", "Do not investigate", "Do not dismiss",
        "immigration papers", "not pass it on by e-mail", "Keep calm", "Keep the person safe", "Write down",
        "Tell the person your firm has named", "08000 121 700", "101", "Fair Work Agency",
        "You cannot send someone’s case there", "An adult has to agree", "not for reporting",
        "Do not type the names of victims", "A court may order",
    ],
)  # fmt: skip
def test_help_says_all_that_it_must(needed: str) -> None:
    assert needed in "\n".join(text for topic in guidance().help for text in words(topic))


@pytest.mark.parametrize(
    "needed",
    [
        "Nobody at the partnership can",
        "A court may order",
        "Nobody is alerted",
        "for a firm like yours",
        "08000 121 700",
    ],
)
def test_before_the_first_question_everything_is_said_that_one_should_know(needed: str) -> None:
    assert needed in "\n".join(text for topic in guidance().before for text in words(topic))
    assert len(guidance().before) == 7


def test_what_to_have_to_hand_is_that_of_the_questionnaire() -> None:
    def to_hand(questionnaire: str) -> str:
        topics = guidance().before_asking(questionnaire)
        assert len(topics) == 6
        return "\n".join(text for topic in topics for text in words(topic))

    assert "list of suppliers" in to_hand("procurement") and "agencies you use" not in to_hand("procurement")
    assert "agencies you use" in to_hand("recruitment") and "list of suppliers" not in to_hand("recruitment")


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (Profile(headcount_band="0"), False),
        (Profile(headcount_band="0", labour=("agency",)), True),
        (Profile(headcount_band="1-9"), True),
        (Profile(), True),
        (None, True),
    ],
)
def test_an_owner_for_whom_nobody_works_needs_nothing_about_people(profile: Profile | None, said: bool) -> None:
    everything = guidance().before_asking("recruitment", profile)
    assert ("to-hand-recruitment" in [topic.id for topic in everything]) == said
    assert "to-hand-procurement" in [topic.id for topic in guidance().before_asking("procurement", profile)]


def test_numbers_come_from_the_contacts_alone() -> None:
    written = (DATA / "guidance.yaml").read_text("utf-8")
    for contact in contacts().values():
        assert not contact.phone or contact.phone not in written


def test_the_helpline_is_never_said_to_be_always_open() -> None:
    everything = "".join(path.read_text("utf-8") for path in DATA.glob("*.yaml"))
    assert "24/7" not in everything
    assert everything.count("24 hours") == 1  # the Salvation Army's line, whose hours were read


def test_the_plan_prints_on_one_page_with_blanks_to_fill_in() -> None:
    text = guidance().plan.as_text()
    assert text.startswith("# Our plan if we suspect modern slavery\n")
    assert len(text.splitlines()) <= 60
    for title in ("Who decides", "Who to call", "Keep people safe", "Do not confront", "Record", "Afterwards"):
        assert f"\n## {title}\n" in text
    assert "- Person in charge: ____" in text
    assert "danger now: 999" in text
    assert "{" not in text


def test_it_reads_easily(reading_grade: Callable[[list[str]], float]) -> None:
    for topic in guidance().help + guidance().before:
        assert reading_grade(words(topic)) <= 8, topic.title
        for text in words(topic):
            assert reading_grade([text]) <= 10, text
    for part in guidance().plan.parts:
        assert reading_grade([*part.lines, *part.blanks]) <= 8, part.title


def test_every_source_in_the_list_supports_something() -> None:
    used = {topic.source for topic in guidance().help + guidance().before} | {guidance().plan.source}
    assert used == set(guidance().sources)


def test_a_contact_that_does_not_exist_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="There is no contact “uncle”"):
        guidance(write(MINIMAL.replace("[helpline]", "[uncle]")))


def test_a_number_that_does_not_exist_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match=r"“\{acas\}” stands for nothing"):
        guidance(write(MINIMAL.replace("{helpline}", "{acas}")))  # Acas has a page, and no number that was checked


def test_a_topic_with_nothing_to_say_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="Line 4: A topic needs an “intro” or “points”"):
        guidance(write(MINIMAL.replace('intro: "Ring {helpline}.", ', "")))


def test_a_topic_without_a_source_is_refused(write) -> None:
    with pytest.raises(ReferenceDataError, match="Line 4: “source” is missing"):
        guidance(write(MINIMAL.replace("[helpline], source: *s", "[helpline]")))


def test_a_link_must_stay_on_this_site(write) -> None:
    with pytest.raises(ReferenceDataError, match="Write a path on this site"):
        guidance(write(MINIMAL.replace("contacts:", "link: {text: a, to: 'https://a.example'}, contacts:")))
