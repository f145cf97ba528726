"""What is proved of a questionnaire: all that is written there can happen, and everybody is asked what counts."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.parts import Rule
from pledge.questionnaires.problems import Path, listed, quoted
from pledge.questionnaires.proving.solver import GaveUp, Literal, Solver
from pledge.questionnaires.proving.walks import Walks
from pledge.questionnaires.yamltext import Source

EFFORT = 1_200_000  # steps that the search for one file may take: some two seconds

NOT_PROVED = (
    "The conditions of this file hang together in too many ways to prove what can happen. Let fewer questions depend "
    "on answers to others, or on fewer of them at once."
)
_NOBODY = "No answers and no profile can meet this condition."
_NOT_WITH_SECTION = "This condition can never be met together with the condition of its section."
_ON_NO_WAY = "Nobody who has answered all that comes before can meet this condition."
_NO_FLAG = "Nobody who is asked this question can meet this condition, so its flags are never raised."
_NO_READER = "Nobody who is asked this question can meet this condition, so these words are never shown."
_SHADOWED = "The variants before this one fit everybody whom this one fits, so its words are never shown."
_ALWAYS = "This condition is always met; leave it out."
_ALWAYS_HERE = "Everybody who gets this far meets this condition; leave it out."


class _Step(NamedTuple):
    """Something that must be able to happen together with the steps before it, and what to report if it cannot."""

    literal: Literal
    code: str
    message: str


class _Claim(NamedTuple):
    """That a part of the file has its use: all ``steps`` can happen together."""

    path: Path
    steps: tuple[_Step, ...]


def prove(definition: Definition, source: Source, unclear: Collection[str | int] = ()) -> None:
    """Report what can never happen in a definition though it is written there, and whoever is asked nothing.

    ``unclear``: the ids of questions and the identities of conditions that are wrong in themselves; they may mean
    anything. Reports ``not-proved`` where the search gives up.
    """
    try:
        _Proofs(Walks(definition, Solver(EFFORT), unclear), source).run()
    except GaveUp:
        source.report("not-proved", (), NOT_PROVED)


class _Proofs:
    def __init__(self, walks: Walks, source: Source) -> None:
        self.walks, self.source = walks, source
        self.refuted: set[Path] = set()  # where what can never happen stands

    def run(self) -> None:
        self.settle(self.sections())
        self.settle(self.questions())
        self.settle(self.words())
        self.twice()
        self.settle(reversed(list(self.failing())))  # the first first: what comes later fails with it
        if not self.walks.unclear and not self.source.misshapen:
            self.everybody()

    def settle(self, claims: Iterable[_Claim]) -> None:
        """Report the claims that do not hold. Each way that a search finds is tried on all that are still open."""
        waiting = [(claim, 1) for claim in claims]
        while waiting:
            claim, steps = waiting.pop()  # the last first: a way to it leads past many others
            if self.walks.can(*(step.literal for step in claim.steps[:steps])):
                waiting.append((claim, steps))
                waiting = [more for each in waiting if (more := self.further(*each)) is not None]
            else:
                self.refuted.add(claim.path)
                self.source.report_meaning(claim.steps[steps - 1].code, claim.path, claim.steps[steps - 1].message)

    def further(self, claim: _Claim, steps: int) -> tuple[_Claim, int] | None:
        """Return a claim with how many of its steps to look for next, None when the way found last has them all."""
        while all(self.walks.solver.value(step.literal) for step in claim.steps[:steps]):
            if steps == len(claim.steps):
                return None
            steps += 1
        return claim, steps

    def sections(self) -> Iterator[_Claim]:
        for s, section in enumerate(self.walks.definition.sections):
            if section.show_if is not None:
                met = _Step(self.walks.sections[s], "condition-never", _NOBODY)
                yield _Claim(("sections", s, "show_if"), (met, self.on_a_way))

    @property
    def on_a_way(self) -> _Step:
        return _Step(self.walks.whole, "condition-never", _ON_NO_WAY)

    def asked(self) -> Iterator[tuple[int, int, Path, AnyQuestion]]:
        """Yield the questions that somebody can be asked, as far as is known, with their places."""
        for s, section in enumerate(self.walks.definition.sections):
            for q, question in enumerate(section.questions):
                path: Path = ("sections", s, "questions", q)
                if self.refuted.isdisjoint({("sections", s, "show_if"), (*path, "show_if")}):
                    yield s, q, path, question

    def questions(self) -> Iterator[_Claim]:
        for s, _, path, question in self.asked():
            if question.show_if is not None:
                met = _Step(self.walks.rule(question.show_if), "condition-never", _NOBODY)
                there = _Step(self.walks.sections[s], "condition-never", _NOT_WITH_SECTION)
                yield _Claim((*path, "show_if"), (met, there, self.on_a_way))

    def words(self) -> Iterator[_Claim]:
        """Claim that each flag can be raised, and each variant be read."""
        for s, q, path, question in self.asked():
            shown = (self.walks.shown[s, q], self.walks.whole)
            if isinstance(question, Question) and question.flags_when and any(each.flag for each in question.options):
                met = _Step(self.walks.rule(question.flags_when), "condition-never", _NOBODY)
                yield _Claim((*path, "flags_when"), (met, *(_Step(each, "flag-never", _NO_FLAG) for each in shown)))
            earlier: list[Literal] = []
            for position, variant in enumerate(question.variants):
                rule = self.walks.rule(variant.when)
                met = _Step(rule, "condition-never", _NOBODY)
                read = (_Step(each, "variant-never", _NO_READER) for each in shown)
                first = _Step(self.walks.every(earlier), "variant-shadowed", _SHADOWED)
                yield _Claim((*path, "variants", position, "when"), (met, *read, first))
                earlier.append(-rule)

    def failing(self) -> Iterator[_Claim]:
        """Claim that each condition can fail where it is looked at."""
        for s, section in enumerate(self.walks.definition.sections):
            yield from self.can_fail(section.show_if, ("sections", s, "show_if"))
        for s, q, path, question in self.asked():
            yield from self.can_fail(question.show_if, (*path, "show_if"), self.walks.sections[s])
            shown = self.walks.shown[s, q]
            if isinstance(question, Question):
                yield from self.can_fail(question.flags_when, (*path, "flags_when"), shown)
            for position, variant in enumerate(question.variants):
                yield from self.can_fail(variant.when, (*path, "variants", position, "when"), shown)

    def can_fail(self, rule: Rule | None, path: Path, *around: Literal) -> Iterator[_Claim]:
        if rule is not None and path not in self.refuted:
            here = (_Step(each, "condition-always", _ALWAYS_HERE) for each in around)
            yield _Claim(path, (_Step(-self.walks.rule(rule), "condition-always", _ALWAYS), *here))

    def twice(self) -> None:
        """Report a question that somebody reads in the words of one that they have read before."""
        readers: dict[str, dict[str, list[tuple[Path, Literal]]]] = {}  # by text, by question
        for s, q, path, question in self.asked():
            for text, here, reads in self.readings(question, path, self.walks.shown[s, q]):
                same = readers.setdefault(" ".join(text.casefold().split()), {})
                same.setdefault(question.id, []).append((here, reads))
        for same in readers.values():
            self.apart(same)

    def readings(self, question: AnyQuestion, path: Path, shown: Literal) -> Iterator[tuple[str, Path, Literal]]:
        """Yield the texts of a question, where each stands, and what tells that somebody reads it."""
        earlier: list[Literal] = [shown]
        others: list[Literal] = [shown]  # that nobody reads other words than the question's own
        for position, variant in enumerate(question.variants):
            rule = self.walks.rule(variant.when)
            reads = self.walks.every([*earlier, rule])
            if variant.text:
                yield variant.text, (*path, "variants", position, "text"), reads
                others.append(-reads)
            earlier.append(-rule)
        yield question.text, (*path, "text"), self.walks.every(others)

    def apart(self, same: dict[str, list[tuple[Path, Literal]]]) -> None:
        """Report those of some questions with one text that somebody reads after another of them."""
        reads = {name: self.walks.some([literal for _, literal in found]) for name, found in same.items()}
        again: dict[str, Literal] = {}
        before: list[Literal] = []
        for name, literal in reads.items():
            if before:
                again[name] = self.walks.every([literal, before[-1]])
            before.append(self.walks.some([*before[-1:], literal]))
        while again and self.walks.can(self.walks.some(list(again.values()))):
            first = next(name for name, literal in reads.items() if self.walks.solver.value(literal))
            for name in [name for name, literal in again.items() if self.walks.solver.value(literal)]:
                here = next(path for path, literal in same[name] if self.walks.solver.value(literal))
                self.source.report_meaning("duplicate-text", here, f"{quoted(first)} already asks the same.")
                del again[name]

    def everybody(self) -> None:
        """Report a profile for which no question is shown that is scored."""
        walks = self.walks
        sections = walks.definition.sections
        scored = [(s, q) for s, q in walks.shown if isinstance(sections[s].questions[q], Question)]
        nothing = walks.every([-walks.shown[place] for place in scored])
        if not walks.can(walks.whole, walks.filled, nothing):
            return
        facts = walks.facts()
        for fact in list(facts):  # leave those that are enough
            if not walks.can(*(other for other in facts if other != fact), -nothing):
                del facts[fact]
        who = listed(list(facts.values())) or "any profile"
        self.source.report("nothing-asked", ("sections",), f"An organisation with {who} is asked nothing that counts.")
