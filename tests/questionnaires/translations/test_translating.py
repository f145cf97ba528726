"""A questionnaire in another language: only its words change. Who is offered it."""

import re

import msgspec
import pytest
import yaml

from pledge.organisations.profile import Profile
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.proving.walks import cut_points
from pledge.questionnaires.scoring import score
from pledge.questionnaires.simulating import make_walk
from pledge.questionnaires.translations.offered import offered
from pledge.questionnaires.translations.translating import translate
from pledge.questionnaires.visibility import effective_answers, pages, words

WORDS = (
    "text",
    "hint",
    "label",
    "unit",
    "messages",
)  # keys of a questionnaire whose values are words, as the format has


def silent(value):
    """Return a definition as data without any words."""
    if isinstance(value, dict):
        return {
            key: [*part] if key == "options" and isinstance(part, dict) else silent(part)
            for key, part in value.items()
            if key not in WORDS and not (key == "title" and ("sections" in value or "questions" in value))
        }
    return [silent(part) for part in value] if isinstance(value, list | tuple) else value


# — the words, and nothing else —


@pytest.mark.parametrize("name", ["smallest", "whole-format", "kinds"])
def test_everything_but_the_words_is_the_same(both, name):
    original, translation = both(name)
    before, after = msgspec.to_builtins(original), msgspec.to_builtins(translate(original, translation))
    assert after.pop("language") == "pl" and after.pop("translation")["id"] == before["id"]
    del before["language"]
    assert silent(after) == silent(before)
    english = set(re.findall(r": ([A-Z][^:]*\?)", yaml.safe_dump(before, width=9999)))
    assert english and not {text for text in english if text in yaml.safe_dump(after, width=9999)}


@pytest.mark.parametrize("name", ["smallest", "whole-format", "kinds"])
def test_whoever_answers_is_asked_and_scored_the_same(both, name):
    original, translation = both(name)
    said = translate(original, translation)
    assert pages(said) == pages(original)
    for walk in (make_walk(original, cut_points(original), 7, number) for number in range(200)):
        assert effective_answers(said, walk.profile, walk.answers) == effective_answers(
            original, walk.profile, walk.answers
        )
        assert score(said, walk.profile, walk.answers) == score(original, walk.profile, walk.answers)


def test_each_text_stands_where_the_original_has_its_own(both):
    said = translate(*both("whole-format"))
    fees = said.scored_question("fees")
    assert (said.title, said.sections[0].title) == ("Wszystkie klucze formatu", "Od czego Państwo zaczynają")
    assert words(said, fees, Profile()).labels["someone-paid"] == "Ktoś zapłacił"
    small = words(said, fees, Profile(headcount_band="1-9"))
    assert (small.text, small.hint) == ("Czy ktoś tutaj zapłacił za pracę?", "Prosimy zapytać każdego na osobności.")
    assert (small.labels["never-asked"], small.labels["asked-once"]) == (
        "Nigdy Państwo nie pytali",
        "Nie, pytaliśmy raz",
    )
    assert fees.dont_know_label == "Musielibyśmy zapytać"
    assert said.scored_question("hires").dont_know_label == "Nie wiem"
    assert (said.not_applicable_label, said.why_not_label) == (
        "To nas nie dotyczy",
        "Jeśli nie dotyczy, prosimy napisać dlaczego",
    )
    assert fees.action == both("whole-format")[0].scored_question("fees").action  # a report is in one language
    kinds = translate(*both("kinds"))
    people = kinds.question("people")
    assert (people.unit, people.messages.too_low, people.messages.too_high) == ("osób", "Prosimy doliczyć siebie", None)
    assert (
        words(kinds, kinds.question("found-by"), Profile(headcount_band="1-9")).labels["friends"] == "Przez znajomych"
    )


def test_what_stands_around_the_questions_is_said_in_both_languages(both):
    draft, checked = translate(*both("smallest")), translate(*both("whole-format"))
    assert draft.draft_notes == (
        ("Draft translation: needs a human translator’s check", "en"),
        ("Robocze tłumaczenie. Musi je sprawdzić tłumacz.", "pl"),
    )
    assert checked.draft_notes == ()
    assert draft.report_note == ("Raport jest po angielsku.", "pl")
    assert draft.short_form_label == "wersja krótka"


def test_a_definition_is_translated_once(both):
    original, translation = both("smallest")
    assert translate(original, translation) is translate(original, translation)
    other = msgspec.structs.replace(translation, title="Inny tytuł")
    assert translate(original, other).title == "Inny tytuł"


# — who is offered it —


def test_a_draft_is_offered_in_the_demo_alone(both):
    original, translation = both("smallest")
    assert offered(original, [translation], Profile(), drafts=False) == []
    assert offered(original, [translation], Profile(), drafts=True) == [translation]
    original, checked = both("whole-format")
    assert offered(original, [checked], None, drafts=False) == [checked]


def test_it_is_offered_for_its_own_version_to_those_whom_it_covers(both):
    original, translation = both("whole-format")
    later = msgspec.structs.replace(original, version="2026.2")
    assert offered(later, [translation], None, drafts=True) == []
    small = msgspec.structs.replace(translation, covers=Rule(profile="small", equals="true"))
    assert offered(original, [small], Profile(headcount_band="1-9"), drafts=False) == [small]
    assert offered(original, [small], Profile(headcount_band="250+"), drafts=False) == []
    assert offered(original, [small], None, drafts=False) == [small]  # whoever reads them all
