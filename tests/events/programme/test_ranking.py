from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.events.making import an_event

from pledge.events.programme import listing
from pledge.events.programme.ranking import Candidate, Gap, Near, fit, late, rank, severity
from pledge.questionnaires.topics import TOPICS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRESTON, WYRE, BURNLEY = "E07000123", "E07000128", "E07000117"
AREAS = {PRESTON: "central-fylde-coast", WYRE: "central-fylde-coast", BURNLEY: "pennine", "outside": "outside", "": ""}
HERE = Near(PRESTON, "central-fylde-coast")

FEES = Gap("r-b2", "Fees paid for work", ("recruitment",), 4)
AGENCY = Gap("r-b7", "Checks on agencies", ("recruitment", "legal"), 3)
TRAINING = Gap("r-d1", "Training for new people", ("training",), 2)


def a_candidate(number: int = 1, *, days: float = 30, district: str = PRESTON, **changes) -> Candidate:
    starts = NOW + timedelta(days=days)
    plain = {
        "id": UUID(int=number), "slug": f"event-{number}", "title": f"Event {number}", "organiser": "A chamber",
        "starts": starts, "ends": starts + timedelta(hours=3), "closes": starts, "online": False, "in_person": True,
        "venue": "Guild Hall", "district": district, "area": AREAS[district], "primary": "recruitment", "secondary": (),
        "places_left": 12, "external": False, "audience": "",
    }  # fmt: skip
    return Candidate(**{**plain, **changes})


def parts(event: Candidate, *gaps: Gap, near: Near = HERE) -> dict[str, tuple[int, str]]:
    (match,) = rank(gaps, [event], NOW, near).matches
    return {part.name: (part.points, part.reason) for part in match.parts}


# — what an event earns, worked out by hand from research —


def test_an_event_earns_by_its_topic_and_the_severity_of_each_gap():
    assert parts(a_candidate(), FEES)["topic"][0] == 40
    assert parts(a_candidate(), FEES, AGENCY)["topic"][0] == 40 + 15
    assert parts(a_candidate(secondary=("training",)), FEES, AGENCY, TRAINING)["topic"][0] == 40 + 15 + 5
    assert parts(a_candidate(primary="legal"), FEES, AGENCY)["topic"][0] == 30
    assert parts(a_candidate(primary="legal", secondary=("recruitment",)), FEES)["topic"][0] == 20
    many = [Gap(f"q{number}", "Gap", ("recruitment",), 4) for number in range(9)]
    assert parts(a_candidate(), *many)["topic"][0] == 60


def test_the_reason_names_the_gaps_the_most_serious_first():
    many = [*(Gap(f"q{number}", f"Gap {number}", ("recruitment",), 1) for number in range(3)), AGENCY, FEES]
    words = parts(a_candidate(), *many)["topic"][1]
    assert (
        words
        == "Helps with “Fees paid for work” (act first), “Checks on agencies” (serious), “Gap 0” (small) and 2 more"
    )
    assert parts(a_candidate(), FEES)["topic"][1] == "Helps with “Fees paid for work” (act first)"


@pytest.mark.parametrize(
    ("event", "near", "points", "reason"),
    [
        (a_candidate(), HERE, 15, "In your district: Guild Hall"),
        (a_candidate(district=WYRE), HERE, 10, "In your area: Guild Hall"),
        (a_candidate(district=BURNLEY), HERE, 3, "Further away: Guild Hall"),
        (a_candidate(), Near(), 6, "Guild Hall"),
        (a_candidate(district="outside"), Near("outside", "outside"), 3, "Further away: Guild Hall"),
        (a_candidate(online=True, in_person=False), HERE, 15, "Online"),
        (a_candidate(online=True, district=BURNLEY), HERE, 15, "Online. Further away: Guild Hall"),
        (a_candidate(online=True, district=BURNLEY), msgspec.structs.replace(HERE, online=False), 3,
         "Further away: Guild Hall"),
        (a_candidate(online=True, in_person=False), msgspec.structs.replace(HERE, online=False), 0, "Online"),
    ],
)  # fmt: skip
def test_reach_goes_by_district_and_area_or_online(event, near, points, reason):
    assert parts(event, FEES, near=near)["reach"] == (points, reason)


@pytest.mark.parametrize(
    ("days", "points", "reason"),
    [
        (0.2, 2, "Today"),
        (1, 2, "Tomorrow"),
        (2, 2, "In 2 days"),
        (3, 7, "In 3 days"),
        (13, 7, "In 13 days"),
        (14, 10, "In 2 weeks"),
        (60, 10, "In 8 weeks"),
        (61, 5, "In 2 months"),
        (120, 5, "In 4 months"),
        (121, 2, "In 4 months"),
    ],
)
def test_the_date_counts_most_when_there_is_time_to_plan(days, points, reason):
    assert parts(a_candidate(days=days), FEES)["date"] == (points, reason)


@pytest.mark.parametrize(
    ("changes", "points", "reason"),
    [
        ({"places_left": None}, 10, "Places available"),
        ({"places_left": 3}, 10, "3 places left"),
        ({"places_left": 2}, 6, "2 places left"),
        ({"places_left": 1}, 6, "1 place left"),
        ({"external": True, "places_left": 0}, 5, "Booked on the organiser’s own site"),
    ],
)
def test_places_count_when_there_are_enough(changes, points, reason):
    assert parts(a_candidate(**changes), FEES)["places"] == (points, reason)


def test_a_severity_comes_from_the_flag_else_from_the_priority():
    assert [severity(flag, 12) for flag in ("act_first", "check_first", "foundation", None)] == [4, 3, 3, 2]
    assert [severity(None, priority) for priority in (1, 5, 6, 12)] == [1, 1, 2, 2]


# — which events are listed, and in which order —


def listed(*args, **kwargs) -> list[int]:
    return [match.event.id.int for match in rank(*args, **kwargs).matches]


def test_an_event_that_covers_no_gap_or_that_nobody_can_book_is_not_listed():
    events = [
        a_candidate(1, primary="procurement"),
        a_candidate(2, places_left=0),
        a_candidate(3, closes=NOW),
        a_candidate(4, days=-1),
        a_candidate(5, external=True, days=-0.05),
        a_candidate(6),
    ]
    assert listed([FEES], events, NOW, HERE) == [6]


def test_topic_comes_before_everything_else():
    events = [a_candidate(1, primary="training"), a_candidate(2, days=200, district=BURNLEY, places_left=1)]
    assert listed([FEES, TRAINING], events, NOW, HERE) == [2, 1]


def test_ties_go_by_start_and_then_by_id():
    assert listed([FEES], [a_candidate(3), a_candidate(2), a_candidate(1, days=31)], NOW, HERE) == [2, 3, 1]


def test_each_serious_gap_has_its_best_event_before_any_gap_has_a_second():
    law = Gap("r-c1", "Right to work", ("legal",), 3)
    events = [a_candidate(1), a_candidate(2, days=31), a_candidate(3, primary="legal")]
    assert listed([FEES, law], events, NOW, HERE) == [1, 3, 2]
    mild = msgspec.structs.replace(law, severity=2)
    assert listed([FEES, mild], events, NOW, HERE) == [1, 2, 3]


def test_a_gap_has_three_events_at_most_and_the_best_for_it_first():
    events = [a_candidate(number, days=20 + number) for number in range(1, 6)]
    events.append(a_candidate(9, primary="training", secondary=("recruitment",), days=15))
    found = rank([FEES, TRAINING], events, NOW, HERE)
    assert [match.event.id.int for match in found.by_gap["r-b2"]] == [1, 2, 3]
    assert [match.event.id.int for match in found.by_gap["r-d1"]] == [9]
    assert [match.event.id.int for match in found.matches] == [1, 2, 3, 9]


def test_an_event_in_time_for_a_gap_stands_before_a_better_one_that_is_not():
    due = date(2026, 12, 11)  # an event on that London day is in time
    soon = a_candidate(9, days=20.4, primary="training", secondary=("recruitment",))
    events = [*(a_candidate(number, days=20 + number) for number in (1, 2, 3)), soon]
    fees = msgspec.structs.replace(FEES, due=due)
    assert [match.event.id.int for match in rank([fees], events, NOW, HERE).by_gap["r-b2"]] == [9, 1, 2]
    assert listed([fees], events, NOW, HERE)[0] == 9
    assert [late(event, due) for event in events] == [True, True, True, False]
    assert not late(events[0], None)


def test_a_gap_without_an_event_has_an_empty_list():
    assert rank([FEES, TRAINING], [a_candidate()], NOW, HERE).by_gap["r-d1"] == ()
    assert rank([FEES], [], NOW, HERE).matches == ()


def test_events_that_are_booked_are_set_apart_even_when_they_are_full():
    events = [a_candidate(1, places_left=0), a_candidate(2)]
    found = rank([FEES], events, NOW, HERE, booked={UUID(int=1)})
    assert [match.event.id.int for match in found.booked] == [1]
    assert [match.event.id.int for match in found.matches] == [2]


def test_a_ranking_can_be_kept_as_json_with_the_version_of_its_weights():
    found = rank([FEES, TRAINING], [a_candidate(1), a_candidate(2)], NOW, HERE, booked={UUID(int=2)})
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found
    assert found.version


def test_a_candidate_is_made_from_an_event():
    made = listing.candidate(an_event(seats_taken=4, capacity=10))
    assert (made.primary, made.secondary, made.places_left) == ("spotting-signs", ("reporting",), 6)
    assert made.in_person and not made.online and not made.external and made.closes == made.starts


# — properties —

GAPS = st.lists(
    st.builds(
        Gap,
        question=st.text("abcdef", min_size=1, max_size=4),
        title=st.just("A gap"),
        topics=st.lists(st.sampled_from(list(TOPICS)), min_size=1, max_size=3, unique=True).map(tuple),
        severity=st.integers(1, 4),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda gap: gap.question,
)
CANDIDATE = st.builds(
    a_candidate,
    st.integers(1, 10**6),
    days=st.integers(-2, 200),
    district=st.sampled_from(list(AREAS)),
    online=st.booleans(),
    primary=st.sampled_from(list(TOPICS)),
    secondary=st.lists(st.sampled_from(list(TOPICS)), max_size=3, unique=True).map(tuple),
    places_left=st.one_of(st.none(), st.integers(0, 5)),
    external=st.booleans(),
)
CANDIDATES = st.lists(CANDIDATE, min_size=1, max_size=8, unique_by=lambda event: event.id)


def points(gaps, event, near=HERE) -> int:
    """The points of one event on its own; -1 when it is not listed."""
    return next((match.points for match in rank(gaps, [event], NOW, near).matches), -1)


@settings(deadline=None)
@given(GAPS, CANDIDATE, st.data())
def test_a_more_severe_gap_never_lowers_its_events(gaps, event, data):
    number = data.draw(st.integers(0, len(gaps) - 1))
    assume(gaps[number].severity < 4)
    worse = list(gaps)
    worse[number] = msgspec.structs.replace(gaps[number], severity=gaps[number].severity + 1)
    assert points(worse, event) >= points(gaps, event)


@settings(deadline=None)
@given(GAPS, CANDIDATE)
def test_being_further_away_never_raises_an_event(gaps, event):
    places = [msgspec.structs.replace(event, district=code, area=AREAS[code]) for code in (PRESTON, WYRE, BURNLEY)]
    earned = [points(gaps, place) for place in places]
    assert earned == sorted(earned, reverse=True)


@settings(deadline=None)
@given(GAPS, CANDIDATE)
def test_fewer_places_never_raise_an_event(gaps, event):
    sizes = [msgspec.structs.replace(event, external=False, places_left=left) for left in (None, 5, 3, 2, 1, 0)]
    earned = [points(gaps, size) for size in sizes]
    assert earned == sorted(earned, reverse=True)


@settings(deadline=None)
@given(GAPS, CANDIDATES, st.data())
def test_what_is_nothing_to_do_with_the_gaps_changes_nothing(gaps, events, data):
    before = listed(gaps, events, NOW, HERE)
    renamed = [msgspec.structs.replace(event, title="Another name", audience="Members") for event in events]
    wanted = {topic for gap in gaps for topic in gap.topics}
    foreign = next((topic for topic in TOPICS if topic not in wanted), None)
    extra = [a_candidate(10**7, primary=foreign)] if foreign else []
    shuffled = data.draw(st.permutations([*renamed, *extra]))
    assert listed(gaps, shuffled, NOW, HERE) == before


@settings(deadline=None)
@given(GAPS, CANDIDATES)
def test_every_event_listed_names_a_gap_it_covers_and_every_serious_gap_has_its_best(gaps, events):
    found = rank(gaps, events, NOW, HERE)
    by_question = {gap.question: gap for gap in gaps}
    for match in found.matches:
        assert match.gaps and all(fit(by_question[question], match.event) for question in match.gaps)
        assert by_question[match.gaps[0]].title in match.reasons[0]
    assert len({match.event.id for match in found.matches}) == len(found.matches)
    for gap in gaps:
        assert len(found.by_gap[gap.question]) <= 3
        if gap.severity >= 3 and found.by_gap[gap.question]:
            assert any(gap.question in match.gaps for match in found.matches)
            best = max(fit(gap, match.event) for match in found.matches)
            assert fit(gap, found.by_gap[gap.question][0].event) == best
