"""How an invented firm answers: by its quality, with chance, and honestly enough to be interesting. Pure."""

import random

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.visibility import effective_answers

DONT_KNOW = 0.05
NOT_APPLICABLE = 0.15
HARM = 0.02  # of the answers that could say so
EASE = 0.15  # how much better the first section goes, and how much worse the last: firms begin at the beginning


def answers(chance: random.Random, definition: Definition, profile: Profile, quality: float) -> dict[str, Answer]:
    """Return an answer to every question that is shown and scored."""
    ease = {
        question.id: EASE * (1 - 2 * place / max(1, len(definition.sections) - 1))
        for place, section in enumerate(definition.sections)
        for question in section.questions
    }
    given: dict[str, Answer] = {}
    while True:
        shown = effective_answers(definition, profile, given)
        missing = [question for question in definition.scored if question.id in shown and question.id not in given]
        if not missing:
            return {question: given[question] for question in shown if question in given}
        for question in missing:
            given[question.id] = _answer(chance, question, quality + ease[question.id])


def _answer(chance: random.Random, question: Question, quality: float) -> Answer:
    if question.not_applicable and chance.random() < NOT_APPLICABLE:
        return Answer(not_applicable="We do not buy or use this.")
    if chance.random() < DONT_KNOW:
        return Answer(dont_know=True)
    wanted = chance.gauss(4 * quality, 0.9)
    fitting = [option for option in question.options if option.flag != "act_first" or chance.random() < HARM]
    best = min(fitting or question.options[-1:], key=lambda option: abs(option.points - wanted))
    return Answer(value=best.value)
