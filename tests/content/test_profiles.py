"""Every question, flag and word, for every kind of organisation that may be shown it."""

import re
from functools import cache
from itertools import product

import pytest
from msgspec import structs

from pledge.organisations.profile import FIELDS, Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.loading import load
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers, words

from .conftest import FOLDER

LABOUR = ((), ("agency",), ("seasonal", "minimum_wage"), ("sponsored", "tied_housing"), ("agency", "sponsored"))
PROFILES = [
    Profile(
        kind=kind, headcount_band=band, turnover_36m=large, labour=labour, risk_sectors=sectors,
        outside_work=outside, goods_abroad=abroad, listed_goods=abroad, sector="F",
    )
    for kind, band, large, labour, sectors, outside, abroad in product(
        FIELDS["kind"].values, FIELDS["headcount_band"].values, (True, False), LABOUR,
        ((), ("agriculture",), ("construction",)), ((), ("crews_on_site", "subcontracting")), (True, False),
    )
]  # fmt: skip
DEFINITIONS = {name: load((FOLDER / f"{name}.yaml").read_bytes()).definition for name in ("procurement", "recruitment")}
STATEMENT = {"p-f6", "p-f6-charity"}
LABOUR_PROVIDERS = {"p-c4", "r-c1", "r-c2", "r-c3", "r-c4", "r-c5", "r-c6"}


OWN_STAFF = re.compile(r"\b([Oo]ur|[Yy]our|[Nn]ew|[Aa]ll) (staff|people|workers|team)\b|\bstarters?\b")
HARM = {"r-b2", "r-b3", "r-b7", "r-d2", "r-d3", "r-d4", "r-f7"}


def shown(name, profile):
    return set(effective_answers(DEFINITIONS[name], profile, {}))


def worst(name, profile):
    """The flags that a profile can be given at all: every question with its first option."""
    definition = DEFINITIONS[name]
    given = {question.id: Answer(value=question.options[0].value) for question in definition.questions}
    return {raised.question: raised.flag for raised in score(definition, profile, given).flags}


def asked_in(name, profile):
    """The words in which each question is put to an organisation of this profile."""
    definition = DEFINITIONS[name]
    for question in effective_answers(definition, profile, {}):
        said = words(definition, definition.question(question), profile)
        yield question, " ".join([said.text, said.hint or "", *said.labels.values()])


def texts(name, profile):
    """Everything that an organisation of this profile reads about the questions it is shown."""
    for asked, text in asked_in(name, profile):
        question = DEFINITIONS[name].question(asked)
        yield asked, text
        yield asked, f"{question.action.text} {question.action.why} {question.dont_know.action}"


@cache
def everything_read():
    """The kind of organisation, whether it is small, the question, and what it reads about it."""
    return {
        (profile.kind, profile.small, question, text)
        for name, profile in product(DEFINITIONS, PROFILES)
        for question, text in texts(name, profile)
    }


def test_nobody_but_a_firm_or_a_charity_that_trades_is_told_that_it_breaks_section_54():
    assert len(PROFILES) == 3 * 5 * 2 * 5 * 3 * 2 * 2
    for profile in PROFILES:
        flagged = set(worst("procurement", profile)) & STATEMENT
        expected = {"business": {"p-f6"}, "charity": {"p-f6-charity"}, "public_body": set()}
        assert flagged == (expected[profile.kind] if profile.turnover_36m else set()), profile


@pytest.mark.parametrize("points", ["none", "on-request", "out-of-date"])
def test_a_public_body_of_36_million_raises_no_flag_whatever_it_answers(points):
    council = Profile(kind="public_body", headcount_band="250+", turnover_36m=True)
    definition = DEFINITIONS["procurement"]
    best = {question.id: Answer(value=question.options[-1].value) for question in definition.questions}
    result = score(definition, council, best | {"p-f6": Answer(value=points)})
    assert (result.headline, result.flags) == ("leading", ())
    said = words(definition, definition.question("p-f6"), council)
    assert said.hint.startswith("The law that asks large firms for a statement is not about public bodies.")


@pytest.mark.parametrize(
    ("answer", "flag"),
    [("trade-none", "act_first"), ("trade-out-of-date", "act_first"), ("none", None), ("out-of-date", None)],
)
def test_a_large_charity_is_asked_whether_it_trades(answer, flag):
    charity = Profile(kind="charity", headcount_band="250+", turnover_36m=True)
    assert shown("procurement", charity) & STATEMENT == {"p-f6-charity"}
    definition = DEFINITIONS["procurement"]
    best = {question.id: Answer(value=question.options[-1].value) for question in definition.questions}
    result = score(definition, charity, best | {"p-f6-charity": Answer(value=answer)})
    assert [raised.flag for raised in result.flags] == ([flag] if flag else [])


def test_who_uses_no_labour_provider_is_asked_nothing_about_one():
    for profile in PROFILES:
        seen = shown("procurement", profile) | shown("recruitment", profile)
        if "agency" not in profile.labour:
            assert seen.isdisjoint(LABOUR_PROVIDERS), profile
        else:
            assert ("r-c6" in seen) is profile.licensed_labour
            assert ("p-c4" in seen) is (profile.licensed_labour and not profile.small)


def test_act_first_needs_something_that_the_organisation_has():
    """What can raise “Act first” for all who employ people are seven questions about them, and no other."""
    for profile in PROFILES:
        raised = worst("procurement", profile) | worst("recruitment", profile)
        urgent = {name for name, flag in raised.items() if flag == "act_first"} - STATEMENT
        staff = set() if profile.headcount_band == "0" else HARM
        providers = {"r-c6"} if profile.licensed_labour and "agency" in profile.labour else set()
        if providers and not profile.small:
            providers.add("p-c4")
        assert urgent == staff | providers, profile


def test_an_owner_without_staff_is_asked_nothing_about_staff():
    """Neither on its own people, nor in words that speak of them; of those who work for suppliers it is asked."""
    alone = [profile for profile in PROFILES if profile.headcount_band == "0"]
    for profile in [*alone, *(structs.replace(profile, depth="short") for profile in alone)]:
        assert shown("recruitment", profile) - LABOUR_PROVIDERS == {"r-e3", "r-f4"}
        assert shown("procurement", profile).isdisjoint({"p-a1", "p-f3"})
        for name in DEFINITIONS:
            for question, text in asked_in(name, profile):
                assert not OWN_STAFF.search(text), (question, text)


def test_nobody_reads_of_people_that_its_kind_does_not_have():
    strange = {
        "business": r"\bcouncillors?\b(?<!or a councillor)",
        "charity": r"\bowner\b",
        "public_body": r"\bowner\b",
    }
    for kind, _, question, text in everything_read():
        assert not re.search(strange[kind], text), (kind, question, text)


def test_small_organisations_read_of_no_supervisors_and_no_staff_office():
    for _, small, question, text in everything_read():
        if small:
            assert not re.search(r"\b[Ss]upervisors?\b|\bHR\b|the board\b", text), (question, text)


def test_what_is_said_to_be_the_law_is_said_of_those_whom_it_binds():
    for profile in PROFILES:
        for question, text in texts("procurement", profile):
            if "£36 million" in text:
                assert re.search(r"[Ff]irms with a turnover of £36|charities that trade", text), text
            if profile.kind == "public_body":
                assert "legal duty" not in text, (question, text)
