"""What a page says of a level must hold for every result that has it."""

import msgspec
import pytest

from pledge.organisations.profile import TYPICAL
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import installed
from pledge.questionnaires.result import HEADLINES
from pledge.questionnaires.scoring import band_of, score
from pledge.reports.meaning import meaning
from pledge.words.numbers import whole_percent


@pytest.fixture(scope="module")
def result():
    definition = installed()["procurement"].definition
    given = {question.id: Answer(value=question.options[0].value) for question in definition.scored}
    return score(definition, TYPICAL, given)


def _with(result, points, flags):
    band = band_of(points, flags)
    headline = "act_first" if "act_first" in flags else band
    return msgspec.structs.replace(result, score=points, band=band, headline=headline)


FLAGS = [{*some} for some in ((), ("check_first",), ("foundation",), ("check_first", "foundation"), ("act_first",))]


@pytest.mark.parametrize("flags", FLAGS, ids=lambda flags: "+".join(sorted(flags)) or "none")
def test_it_is_true_of_every_score(result, flags):
    """“Less than half”, “some”, “much” and “most” are under 50, 40 to 65, 65 to 85 and 85 to 100 percent."""
    for points in range(10_001):
        said = meaning(_with(result, points, flags))
        if "act_first" in flags:
            assert said.startswith("What you answered can mean that someone is being harmed")
        elif "You do more than that" in said:
            assert band_of(points, set()) != band_of(points, flags)
        else:
            assert band_of(points, set()) == band_of(points, flags)
            assert ("less than half" in said) == (points < 4000)
            assert said.startswith("Some of") == (4000 <= points < 6500)
            assert said.startswith("Much of") == (6500 <= points < 8500)
            assert said.startswith("Most of") == (8500 <= points < 10_000)
            assert said.startswith("All that we ask") == (points == 10_000)
            if whole_percent(points) in (40, 65, 85):
                assert "%" not in said  # beside a figure that is rounded up to the next level's


def test_there_is_a_sentence_for_every_headline(result):
    for headline in HEADLINES:
        said = meaning(msgspec.structs.replace(result, headline=headline, band=None, score=None))
        assert said.endswith(".") and "weigh" not in said
