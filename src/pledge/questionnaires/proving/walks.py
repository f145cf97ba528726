"""Every profile and every way through a questionnaire, as facts of a solver.

What a comparison means is asked of the same functions that show questions (``rules``), for each answer and each value
of a profile alone; so this can say nothing else than they do. Exact for this grammar: a question has finitely many
answers, a profile finitely many facts, and conditions only join comparisons of one of them each. Of figures and days,
those between two cut points of the file are alike: the first of them stands for all.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import Any

from msgspec import structs

from pledge.organisations.profile import BASES, FIELDS, Field, Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.kinds import AnyUnscored, Choices, Date, Measured
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.proving.solver import Literal, Solver
from pledge.questionnaires.rules import Test, compile_rule, leaves
from pledge.questionnaires.typed import possible

_NOTHING = Profile()  # is known of an organisation


def cut_points(definition: Definition) -> dict[str, list[str]]:
    """Return the figures and days that conditions compare the answer to each question with."""
    rules = [part.show_if for section in definition.sections for part in (section, *section.questions)]
    found: dict[str, list[str]] = {}
    for leaf in (leaf for rule in rules if rule is not None for leaf in leaves(rule)):
        if leaf.question is not None:
            found.setdefault(leaf.question, []).extend(cut for cut in (leaf.gte, leaf.lt) if cut is not None)
    return found


def _alike(question: AnyUnscored, cuts: Iterable[str]) -> list[Answer]:
    """Return answers to a question that is not scored, one for all that conditions cannot tell apart; each choice."""
    if isinstance(question, Choices):
        return [Answer(values=(option.value,)) for option in question.options]
    if isinstance(question, Measured | Date):
        firsts = dict.fromkeys((str(question.range[0]), *cuts))
        return [Answer(value) for value in firsts if possible(question, value)]
    return []


class Walks:
    """All walks through ``definition``: a profile, and an answer or none to each question that is shown.

    ``shown`` tells of each question, by its place, whether it is shown; ``sections`` of each section whether its
    condition holds. ``whole``: every question that is shown and scored is answered. ``filled``: every fact of the
    profile that has one value is given. ``unclear`` names questions and holds the identity of rules that are wrong in
    themselves: they may mean anything. Raises GaveUp as the solver does.
    """

    def __init__(self, definition: Definition, solver: Solver, unclear: Collection[str | int] = ()) -> None:
        self.definition, self.solver, self.unclear = definition, solver, unclear
        self.whole, self.filled = solver.fact(), solver.fact()
        self.shown: dict[tuple[int, int], Literal] = {}
        self.sections: list[Literal] = []
        self._always = solver.fact()
        solver.add([self._always])
        self._answers: dict[str, list[tuple[Literal, Answer]]] = {}
        self._facts: dict[str, list[tuple[Literal, Any]]] = {}
        self._cuts = cut_points(definition)
        self._leaves: dict[Rule, Literal] = {}
        self._joined: dict[tuple[Literal, ...], Literal] = {}
        for s, section in enumerate(definition.sections):
            self.sections.append(self.rule(section.show_if))
            for q, question in enumerate(section.questions):
                shown = self.every([self.sections[s], self.rule(question.show_if)])
                self.shown[s, q] = shown
                self._ask(question, shown)

    def can(self, *literals: Literal) -> bool:
        """Return whether there is a walk on which all of the literals hold."""
        return self.solver.solve(literals)

    def rule(self, rule: Rule | None) -> Literal:
        """Return what tells whether a condition holds; None always does."""
        if rule is None:
            return self._always
        if id(rule) in self.unclear:
            return self.solver.fact()
        if rule.all is not None:
            return self.every([self.rule(part) for part in rule.all])
        if rule.any is not None:
            return -self.every([-self.rule(part) for part in rule.any])
        if rule.not_ is not None:
            return -self.rule(rule.not_)
        if rule not in self._leaves:
            self._leaves[rule] = self._leaf(rule)
        return self._leaves[rule]

    def every(self, parts: Sequence[Literal]) -> Literal:
        """Return what holds exactly when all parts do."""
        parts = tuple(sorted({part for part in parts if part != self._always}))
        if len(parts) < 2:
            return parts[0] if parts else self._always
        if parts in self._joined:
            return self._joined[parts]
        whole = self._joined[parts] = self.solver.fact()
        for part in parts:
            self.solver.add([-whole, part])
        self.solver.add([whole, *(-part for part in parts)])
        return whole

    def some(self, parts: Sequence[Literal]) -> Literal:
        """Return what holds exactly when one of the parts does."""
        return -self.every([-part for part in parts])

    def facts(self) -> dict[Literal, str]:
        """Return the facts of the profile on the way that was found last, in words."""
        found = {}
        for name, values in self._facts.items():
            for literal, value in values:
                words = f"{name} {str(value).lower() if isinstance(value, bool) else value}"
                if self.solver.value(literal):
                    found[literal] = words
                elif FIELDS[name].form == "choices":
                    found[-literal] = f"no {words}"
        return found

    def _ask(self, question: AnyQuestion, shown: Literal) -> None:
        if question.id in self._answers:  # twice in the file: reported elsewhere
            return
        if isinstance(question, Question):
            answers = [Answer(option.value) for option in reversed(question.options)]  # tried first: the best
            answers += [Answer(dont_know=True)]
            answers += [Answer(not_applicable="-")] if question.not_applicable else []
        else:
            answers = _alike(question, self._cuts.get(question.id, ()))
        made = self._answers[question.id] = [(self.solver.fact(), answer) for answer in answers]
        if isinstance(question, Question):
            self._one([literal for literal, _ in made], -shown, -self.whole)
        elif isinstance(question, Choices):
            self._alone(question, made)
        else:
            self._one([literal for literal, _ in made], self._always)  # or none
        for literal, _ in made:
            self.solver.add([-literal, shown])

    def _alone(self, question: Choices, made: Sequence[tuple[Literal, Answer]]) -> None:
        """Let no choice go with one that is exclusive. A comparison asks whether one choice is made, or any."""
        exclusive = {option.value for option in question.options if option.exclusive}
        for (one, answer), (other, another) in combinations(made, 2):
            if not exclusive.isdisjoint((*answer.values, *another.values)):
                self.solver.add([-one, -other])

    def _one(self, literals: Sequence[Literal], *unless: Literal) -> None:
        """Let one of the literals hold at most, and one exactly unless one of ``unless`` holds."""
        for pair in combinations(literals, 2):
            self.solver.add([-literal for literal in pair])
        self.solver.add([*literals, *unless])

    def _leaf(self, rule: Rule) -> Literal:
        test = compile_rule(rule, self.definition)
        if rule.question is not None:
            if rule.question in self.unclear:
                return self.solver.fact()
            name = rule.question
            found = [(fact, test(_NOTHING, {name: answer})) for fact, answer in self._answers[name]]
            return self._holds(found, without=test(_NOTHING, {}))
        assert rule.profile is not None
        base = BASES.get(rule.profile, rule.profile)
        return self._about(FIELDS[base], test)

    def _about(self, field: Field, test: Test) -> Literal:
        """Return what tells whether a test of one fact of the profile holds.

        Of a field with several values a test only asks whether one among some is chosen, or none of them is.
        """

        def outcome(value: Any) -> bool:
            return test(structs.replace(_NOTHING, **{field.name: (value,) if field.form == "choices" else value}), {})

        found = [(fact, outcome(value)) for fact, value in self._values(field)]
        return self._holds(found, without=test(_NOTHING, {}))

    def _holds(self, found: Iterable[tuple[Literal, bool]], *, without: bool) -> Literal:
        """Return what holds when one of those facts does whose outcome is not that of having none (``without``)."""
        other = [fact for fact, outcome in found if outcome is not without]
        none = self.every([-fact for fact in other])
        return none if without else -none

    def _values(self, field: Field) -> list[tuple[Literal, Any]]:
        if field.name not in self._facts:
            values: Iterable[Any] = (True, False) if field.form == "yes_no" else field.values
            made = self._facts[field.name] = [(self.solver.fact(), value) for value in values]
            if field.form != "choices":
                self._one([literal for literal, _ in made], -self.filled)
        return self._facts[field.name]
