"""Scoring and visibility over random questionnaires, profiles and answers, beside a second, naive scorer."""

import json
from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pledge.organisations.profile import FIELDS, Profile
from pledge.organisations.sectors import RISK_SECTORS
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.asked import asked
from pledge.questionnaires.explaining import explain
from pledge.questionnaires.loading import published
from pledge.questionnaires.result import from_json, to_json
from pledge.questionnaires.rules import compile_rule
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers, pages, shown_pages, steering_questions

many = settings(derandomize=True, deadline=None, database=None)

profiles = st.builds(
    Profile,
    kind=st.sampled_from([None, *FIELDS["kind"].values]),
    headcount_band=st.sampled_from([None, *FIELDS["headcount_band"].values]),
    risk_sectors=st.sets(st.sampled_from(["care", "shellfish", "ppe", "logistics"])).map(tuple),
    labour=st.sets(st.sampled_from(list(FIELDS["labour"].values))).map(tuple),
    outside_work=st.sets(st.sampled_from(list(FIELDS["outside_work"].values))).map(tuple),
    listed_goods=st.sampled_from([None, True, False]),
)
flags = st.sampled_from([None, None, None, "act_first", "check_first", "foundation"])
profile_rules = st.sampled_from(
    [
        {"profile": "small", "equals": True},
        {"profile": "licensed_labour", "equals": True},
        {"profile": "labour", "includes": "agency"},
        {"not": {"profile": "kind", "in": ["charity"]}},
        {"profile": "headcount_band", "gte": "10-49"},
    ]
)


@st.composite
def rules(draw, earlier):
    """Draw a condition on the profile or on earlier questions."""
    if not earlier or draw(st.booleans()):
        return draw(profile_rules)
    name = draw(st.sampled_from(earlier))
    leaf = draw(
        st.sampled_from(
            [
                {"question": name, "equals": "p0"},
                {"question": name, "gte": 2},
                {"question": name, "lte": 2},
                {"question": name, "answered": True},
            ]
        )
    )
    shape = draw(st.sampled_from(["leaf", "not", "any", "all"]))
    if shape == "leaf":
        return leaf
    return {"not": leaf} if shape == "not" else {shape: [leaf, draw(profile_rules)]}


@st.composite
def contents(draw):
    """Draw the sections of a questionnaire, for ``define``: each a list of keyword sets for ``question``."""
    earlier, sections = [], {}
    for number in range(draw(st.integers(1, 3))):
        asked, before = [], tuple(earlier)
        for _ in range(draw(st.integers(1, 6))):
            middle = draw(st.lists(st.integers(0, 3), max_size=3))
            points = (0, *sorted(middle), 4)
            options = [{"value": f"v{n}", "label": f"Label {n}", "points": p} for n, p in enumerate(points)]
            options[0]["value"] = "p0"
            for option in options[:-1]:
                flag = draw(flags)
                if flag:
                    option["flag"] = flag
            more = {"options": options, "not_applicable": draw(st.booleans())}
            more["action"] = {"text": "Do it.", "due_days": draw(st.sampled_from([7, 30, 90]))}
            if draw(st.integers(0, 2)) == 0:
                more["show_if"] = draw(rules(earlier))
            if draw(st.integers(0, 3)) == 0:
                more["flags_when"] = draw(profile_rules)
            if draw(st.integers(0, 5)) == 0:
                more["page_break"] = True
            name = f"q{len(earlier)}"
            asked.append({"name": name, "weight": draw(st.integers(1, 3)), **more})
            earlier.append(name)
        section = {"questions": asked}
        if draw(st.integers(0, 3)) == 0:
            section["show_if"] = draw(rules(before))
        sections[f"s{number}"] = section
    return sections


@pytest.fixture(scope="module")
def built(make):
    """Return a function from drawn contents to a definition, passing over conditions that none can meet."""
    question, document = make

    def build(content):
        sections = {
            name: {**section, "questions": [question(**asked) for asked in section["questions"]]}
            for name, section in content.items()
        }
        return published(json.dumps(document(sections))).definition

    return build


def draw_answers(data, definition, missing=True):
    answers = {}
    for question in definition.questions:
        choices = [Answer(option.value) for option in question.options] + [Answer(dont_know=True)]
        choices += [Answer(not_applicable="None here.")] if question.not_applicable else []
        answer = data.draw(st.sampled_from([*choices, None] if missing else choices))
        if answer is not None:
            answers[question.id] = answer
    return answers


# ---- the second scorer: the rules once more, by fractions and loops, from the words of docs/scoring.md ----


def naive_holds(rule, profile, answers, definition):
    if rule.all is not None:
        return all(naive_holds(part, profile, answers, definition) for part in rule.all)
    if rule.any is not None:
        return any(naive_holds(part, profile, answers, definition) for part in rule.any)
    if rule.not_ is not None:
        return not naive_holds(rule.not_, profile, answers, definition)
    if rule.profile == "small":
        return profile.headcount_band in ("0", "1-9", "10-49")
    if rule.profile == "licensed_labour":
        return any(RISK_SECTORS[name].licensed_labour for name in profile.risk_sectors)
    if rule.profile == "labour":
        return rule.includes in profile.labour
    if rule.profile == "kind":
        return profile.kind in rule.in_
    if rule.profile == "headcount_band":
        return profile.headcount_band in ("10-49", "50-249", "250+")
    answer = answers.get(rule.question)
    if answer is None:
        return False
    if rule.answered:
        return True
    if rule.equals is not None:
        return answer.value == rule.equals
    if answer.not_applicable is not None:
        return False
    worth = naive_points(definition.question(rule.question), answer)
    return worth >= int(rule.gte) if rule.gte else worth <= int(rule.lte)


def naive_points(question, answer):
    return next((option.points for option in question.options if option.value == answer.value), 0)


def half_up(fraction):
    return floor(fraction * 10_000 + Fraction(1, 2))


def naive_context(profile):
    levels = {RISK_SECTORS[name].level for name in profile.risk_sectors}
    total = 2 if "high" in levels else 1 if levels else 0
    total += min(2, len({"agency", "seasonal", "sponsored"} & set(profile.labour)))
    total += 2 if profile.listed_goods else 0
    total += 1 if profile.outside_work else 0
    total += 1 if {"minimum_wage", "tied_housing"} & set(profile.labour) else 0
    return total, "low" if total < 2 else "medium" if total < 5 else "high"


def naive_figures(definition, profile, answers):
    level = naive_context(profile)[1]
    small = profile.headcount_band in ("0", "1-9", "10-49")
    counted, shown, raised, gaps, sums = {}, [], [], [], []
    for section in definition.sections:
        part = {"points": 0, "most": 0, "shown": 0, "open": False, "flags": set()}
        visible = section.show_if is None or naive_holds(section.show_if, profile, counted, definition)
        for question in section.questions:
            if not visible or not (
                question.show_if is None or naive_holds(question.show_if, profile, counted, definition)
            ):
                continue
            shown.append(question.id)
            answer = answers.get(question.id)
            if answer is not None:
                counted[question.id] = answer
            part["shown"] += 4 * question.weight
            if answer is not None and answer.not_applicable is not None:
                continue
            part["most"] += 4 * question.weight
            if answer is None:
                part["open"] = True
                continue
            worth = naive_points(question, answer)
            part["points"] += worth * question.weight
            flag = next((o.flag for o in question.options if o.value == answer.value), None)
            if answer.dont_know and any(o.flag == "act_first" for o in question.options):
                flag = "check_first"
            if question.flags_when and not naive_holds(question.flags_when, profile, {}, definition):
                flag = None
            target = {"low": 2, "medium": 3, "high": 4 if question.weight == 3 and not small else 3}[level]
            if flag:
                raised.append((question.id, flag))
                part["flags"].add(flag)
                target = max(target, min(o.points for o in question.options if not o.flag))
            if flag or worth < target:
                due = 7 if answer.dont_know else question.action.due_days
                rank = ["act_first", "check_first", "foundation", None].index(flag)
                priority = question.weight * (target - worth)
                gaps.append((rank, -priority, due, len(shown), question.id, target))
        sums.append(part)
    whole = {key: sum(part[key] for part in sums) for key in ("points", "most", "shown")}
    whole["open"] = any(part["open"] for part in sums)
    whole["flags"] = set().union(*(part["flags"] for part in sums))
    return {
        "shown": shown,
        "flags": raised,
        "gaps": [(gap[4], gap[5], -gap[1], gap[2]) for gap in sorted(gaps)],
        "whole": naive_part(whole),
        "sections": [naive_part(part) for part in sums],
    }


def naive_part(part):
    value = None if part["open"] or not part["most"] else half_up(Fraction(part["points"], part["most"]))
    coverage = half_up(Fraction(part["most"], part["shown"])) if part["shown"] else None
    band = None
    if value is not None and Fraction(part["most"], part["shown"]) >= Fraction(1, 2):
        bands = ["starting", "developing", "established", "leading"]
        at = sum(value >= lowest for lowest in (4000, 6500, 8500))
        if "foundation" in part["flags"]:
            at = min(at, 1)
        if "check_first" in part["flags"]:
            at = min(at, 2)
        band = bands[at]
    return part["points"], part["most"], value, coverage, band


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_both_scorers_agree_on_every_figure(built, content, profile, data):
    definition = built(content)
    answers = draw_answers(data, definition, missing=data.draw(st.booleans()))
    result, naive = score(definition, profile, answers), naive_figures(definition, profile, answers)
    assert [row.id for row in result.questions if row.state != "not_shown"] == naive["shown"]
    whole = (result.weighted_points, result.weighted_max, result.score, result.coverage, result.band)
    assert whole == naive["whole"]
    assert [
        (part.weighted_points, part.weighted_max, part.score, part.coverage, part.band) for part in result.sections
    ] == naive["sections"]
    assert [(flag.question, flag.flag) for flag in result.flags] == naive["flags"]
    assert [(gap.question, gap.target, gap.priority, gap.due_days) for gap in result.gaps] == naive["gaps"]
    assert (result.context.points, result.context.level) == naive_context(profile)
    missing = [name for name in naive["shown"] if name not in answers]
    assert (list(result.unanswered), result.complete) == (missing, not missing)


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_a_result_is_within_its_limits(built, content, profile, data):
    definition = built(content)
    result = score(definition, profile, draw_answers(data, definition))
    assert result.score is None or 0 <= result.score <= 10_000
    assert result.complete or (result.score, result.band) == (None, None)
    raised = {flag.flag for flag in result.flags}
    assert not ("foundation" in raised and result.band in ("established", "leading"))
    assert not ("check_first" in raised and result.band == "leading")
    assert (result.headline == "act_first") is ("act_first" in raised)
    assert from_json(to_json(result)) == result


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_more_points_never_lower_the_score(built, content, profile, data):
    definition = built(content)
    answers = draw_answers(data, definition, missing=False)
    before = score(definition, profile, answers)
    free = [row for row in before.questions if row.points is not None and row.id not in steering_questions(definition)]
    assume(free)
    row = data.draw(st.sampled_from(free))
    better = [option for option in definition.question(row.id).options if option.points > row.points]
    assume(better)
    option = data.draw(st.sampled_from(better))
    after = score(definition, profile, answers | {row.id: Answer(option.value)})
    assert after.score >= before.score
    assert after.weighted_points > before.weighted_points
    # and the explanation foretold it exactly
    (explanation,) = [found for found in explain(definition, before) if found.question == row.id]
    (foretold,) = [found for found in explanation.improvements if found.value == option.value]
    assert foretold.adds_weighted_points == after.weighted_points - before.weighted_points
    assert foretold.adds_score == after.score - before.score
    assert foretold.flag == next((flag.flag for flag in after.flags if flag.question == row.id), None)


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_not_applicable_takes_a_question_out_of_both_sums(built, content, profile, data):
    definition = built(content)
    answers = draw_answers(data, definition, missing=False)
    before = score(definition, profile, answers)
    steering = steering_questions(definition)
    free = [
        row
        for row in before.questions
        if row.points is not None and row.id not in steering and definition.question(row.id).not_applicable
    ]
    assume(free)
    row = data.draw(st.sampled_from(free))
    after = score(definition, profile, answers | {row.id: Answer(not_applicable="None here.")})
    assert before.weighted_points - after.weighted_points == row.weighted_points
    assert before.weighted_max - after.weighted_max == row.weighted_max
    assert row.id not in {gap.question for gap in after.gaps} | {flag.question for flag in after.flags}


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_neither_order_nor_hidden_answers_matter(built, content, profile, data):
    definition = built(content)
    answers = draw_answers(data, definition)
    result = score(definition, profile, answers)
    shuffled = data.draw(st.permutations(list(answers)))
    assert score(definition, profile, {name: answers[name] for name in shuffled}) == result
    other = draw_answers(data, definition)
    on_path = {name: answer for name, answer in answers.items() if name not in result.not_shown}
    off_path = {name: answer for name, answer in other.items() if name in result.not_shown}
    assert score(definition, profile, on_path) == result
    assert score(definition, profile, on_path | off_path) == result
    assert tuple(effective_answers(definition, profile, on_path | off_path)) == tuple(
        effective_answers(definition, profile, answers)
    )


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_every_question_is_on_one_page_with_none_that_it_follows(built, content, profile, data):
    definition = built(content)
    found = pages(definition)
    assert [name for page in found for name in page.questions] == [q.id for q in definition.questions]
    assert all(1 <= len(page.questions) <= 4 for page in found)
    for section in definition.sections:
        numbers = [page.number for page in found if page.section == section.id]
        assert numbers == list(range(1, len(numbers) + 1))
    answers = draw_answers(data, definition)
    shown = shown_pages(definition, tuple(effective_answers(definition, profile, answers)))
    names = tuple(name for page in shown for name in page.questions)
    assert names == tuple(effective_answers(definition, profile, answers))
    fixed = {(page.section, page.number): set(page.questions) for page in found}
    assert all(set(page.questions) <= fixed[page.section, page.number] for page in shown)
    # changing the answers of a page never changes what is shown on that same page
    page = data.draw(st.sampled_from(found))
    changed = {name: answers[name] for name in answers if name not in page.questions}
    again = tuple(effective_answers(definition, profile, changed))
    assert {name for name in names if name in page.questions} == {n for n in again if n in page.questions}


@many
@given(content=contents(), profile=profiles, data=st.data())
def test_what_can_be_asked_is_what_is_shown_as_far_as_the_answers_let_it(built, content, profile, data):
    definition = built(content)
    answers = draw_answers(data, definition)
    shown = effective_answers(definition, profile, answers)
    counted = {name: answer for name, answer in shown.items() if answer is not None}
    possible = asked(definition, profile)
    assert [each.number for each in possible] == list(range(1, len(possible) + 1))
    # what is left of a condition needs no profile any more
    held = [
        each.question.id
        for each in possible
        if each.depends is None or compile_rule(each.depends, definition)(Profile(), counted)
    ]
    assert held == list(shown)
    assert all(bool(each.only_if) is (each.depends is not None) for each in possible)
