"""Which questions may leave an organisation, because nothing of them can tell of harm to people. Pure.

See docs/decisions/0007: nothing is shared that any answer to a question with an act_first option could change.
"""

from pledge.questionnaires.definition import Definition, Question, once
from pledge.questionnaires.rules import questions_of


@once
def shareable(definition: Definition) -> frozenset[str]:
    """Return the scored questions that no answer to a question with an act_first option could change.

    Left out are those questions, and every other that is asked only after some answer to one of them, however many
    conditions lie between. It is the same for every organisation: neither profile nor answers matter.
    """
    telling: set[str] = set()
    found: set[str] = set()
    for section in definition.sections:
        for question in section.questions:  # conditions refer backwards only
            depends = questions_of(section.show_if) | questions_of(question.show_if)
            harm = isinstance(question, Question) and question.may_mean_harm
            if harm or not telling.isdisjoint(depends):
                telling.add(question.id)
            elif isinstance(question, Question):
                found.add(question.id)
    return frozenset(found)
