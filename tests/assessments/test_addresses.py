"""The addresses of a questionnaire’s pages: no section of one may be called as another page is."""

from pledge.app import ROUTES
from pledge.questionnaires.checks.checking import RESERVED


def test_the_words_that_no_section_may_be_called_are_those_of_the_routes():
    paths = [path.split("/")[1:] for route in ROUTES for path in route.paths]
    beside = {path[2] for path in paths if path[:2] == ["assessments", "{questionnaire:str}"] and len(path) > 2}
    assert {word for word in beside if word.replace("-", "").isalpha()} == RESERVED
    assert beside - RESERVED == {"{section:str}", "paper.pdf"}  # an id has no full stop
