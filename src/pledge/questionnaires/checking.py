"""What a questionnaire means, checked: each problem has a stable code (``problems.CODES``) and a place."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pledge.questionnaires.conditions import check_rule, outcomes
from pledge.questionnaires.definition import MAX_POINTS, Definition, Option, Question, Rule, Section
from pledge.questionnaires.problems import CODES, Path, listed, quoted
from pledge.questionnaires.wording import means_unsure
from pledge.questionnaires.yamltext import Source

MAX_TRIED = 500  # conditions of one file, so that checking it ends soon


def check(definition: Definition, source: Source) -> None:
    """Report every problem of meaning in a definition built from ``source``."""
    _Checks(definition, source).run()


def shared_answers(definitions: Iterable[tuple[Definition, Source]]) -> None:
    """Report questions that share a ``reuse_key`` but not their option values, within and across files.

    Each problem is reported in the source of the later question.
    """
    first: dict[str, tuple[str, set[str]]] = {}
    for definition, source in definitions:
        for question, path in _located(definition):
            values = {option.value for option in question.options}
            if question.reuse_key is None:
                continue
            other, expected = first.setdefault(question.reuse_key, (f"{definition.id} {question.id}", values))
            if values != expected:
                message = f"The answer is shared with {other}, so the options are {listed(sorted(expected))}."
                source.report_meaning("reuse-mismatch", (*path, "options"), message)


def _located(definition: Definition) -> list[tuple[Question, Path]]:
    return [
        (question, ("sections", s, "questions", q))
        for s, section in enumerate(definition.sections)
        for q, question in enumerate(section.questions)
    ]


class _Checks:
    def __init__(self, definition: Definition, source: Source) -> None:
        self.definition, self.source = definition, source
        self.report = source.report_meaning
        self.before: dict[str, Question] = {}  # the questions that come earlier
        self.tried = 0  # conditions
        names = {
            "topics": definition.topics,
            "standards": [standard.id for standard in definition.standards],
            "resources": list(definition.resources),
        }
        # what each list at the top of the file has, and the same in words
        self.above = {name: (frozenset(items), listed(items) or "none") for name, items in names.items()}

    def run(self) -> None:
        definition = self.definition
        self.once(definition.topics, ("topics",), "duplicate-topic")
        self.once([standard.id for standard in definition.standards], ("standards",), "duplicate-standard", "id")
        self.once([section.id for section in definition.sections], ("sections",), "duplicate-section", "id")
        for key, resource in definition.resources.items():
            if resource.checked is None:
                self.report("no-checked-date", ("resources", key, "checked"), CODES["no-checked-date"].rule)
        for position, section in enumerate(definition.sections):
            self.section(section, ("sections", position))

    def once(self, names: Sequence[str], path: Path, code: str, key: str = "") -> None:
        """Report names that stand twice in a list."""
        first: dict[str, int] = {}
        for position, name in enumerate(names):
            if first.setdefault(name, position) < position:
                here = (*path, position, key) if key else (*path, position)
                self.report(code, here, f"{quoted(name)} is already number {first[name] + 1} in this list.")

    def section(self, section: Section, path: Path) -> None:
        possible = self.condition(section.show_if, (*path, "show_if"))
        for position, question in enumerate(section.questions):
            here = (*path, "questions", position)
            if question.id in self.before:
                message = f"The question id {quoted(question.id)} is already used; give each question its own."
                self.report("duplicate-question", (*here, "id"), message)
            self.options(question.options, here)
            self.flags(question, here)
            self.references(question, here)
            self.variants(question, here)
            self.shown(question, section, possible, (*here, "show_if"))
            self.before.setdefault(question.id, question)

    def shown(self, question: Question, section: Section, section_possible: bool, path: Path) -> None:
        """Check a question's own condition, and together with its section's."""
        possible = self.condition(question.show_if, path)
        both = question.show_if and section.show_if and (section.show_if, question.show_if)
        if both and possible and section_possible and self.outcomes(*both) == {False}:
            message = "This condition can never be met together with the condition of its section."
            self.report("condition-never", path, message)

    def outcomes(self, *rules: Rule) -> set[bool] | None:
        """Return what the rules can come to, None where there are too many conditions to try them all out."""
        self.tried += 1
        return outcomes(rules, self.definition) if self.tried <= MAX_TRIED else None

    def condition(self, rule: Rule | None, path: Path, *, profile_only: bool = False) -> bool:
        """Check a condition; return whether it is sound and, as far as can be told, can be met."""
        if rule is None:
            return True
        before = None if profile_only else self.before
        if self.source.doubtful(path) or not check_rule(rule, path, before, self.definition, self.source):
            return False
        found = self.outcomes(rule)
        if found == {False}:
            self.report("condition-never", path, "No answers and no profile can meet this condition.")
        if found == {True}:
            self.report("condition-always", path, "This condition is always met; leave it out.")
        return found != {False}

    def options(self, options: tuple[Option, ...], path: Path) -> None:
        points = [option.points for option in options]
        here = (*path, "options")
        self.once([option.value for option in options], here, "duplicate-option", "value")
        self.once([option.label.strip().casefold() for option in options], here, "duplicate-label", "label")
        if max(points, default=MAX_POINTS) < MAX_POINTS:
            self.report("no-top-option", here, CODES["no-top-option"].rule)
        if min(points, default=0) > 0:
            self.report("no-zero-option", here, CODES["no-zero-option"].rule)
        for position, (lower, higher) in enumerate(pairwise(points), 1):
            if higher < lower:
                message = f"This option has {higher} points and stands after one with {lower}."
                self.report("options-order", (*here, position, "points"), message)
        for position, option in enumerate(options):
            self.unsure(option.label, (*here, position, "label"))
            if option.flag and option.points == MAX_POINTS:
                self.report("flag-on-top-option", (*here, position, "flag"), CODES["flag-on-top-option"].rule)
            elif option.flag and any(not other.flag and other.points < option.points for other in options):
                message = "This option has a flag and more points than another that has none."
                self.report("flag-order", (*here, position, "flag"), message)

    def unsure(self, label: str, path: Path) -> None:
        if self.definition.language.startswith("en") and means_unsure(label):
            message = f"{quoted(label)} means “not sure”; leave it out: everyone can answer “Don’t know”."
            self.report("unsure-option", path, message)

    def flags(self, question: Question, path: Path) -> None:
        flags = {option.flag for option in question.options} - {None}
        here = (*path, "flags_when")
        self.condition(question.flags_when, here, profile_only=True)
        if question.flags_when and not flags:
            self.report("flags-when-unused", here, "No option of this question has a flag.")
        if question.not_applicable and "act_first" in flags:
            rule = CODES["not-applicable-act-first"].rule
            self.report("not-applicable-act-first", (*path, "not_applicable"), rule)

    def references(self, question: Question, path: Path) -> None:
        self.known(question.topics, (*path, "topics"), "topics")
        self.known(question.maps_to, (*path, "maps_to"), "standards")
        self.known(question.action.resources, (*path, "action", "resources"), "resources")
        if not question.topics:
            self.report("no-topic", (*path, "topics"), CODES["no-topic"].rule)
        if question.dont_know is None:
            self.report("no-dont-know", (*path, "dont_know"), CODES["no-dont-know"].rule)

    def known(self, used: Sequence[str], path: Path, name: str) -> None:
        """Report names that the list ``name`` at the top of the file lacks, unless that list is misshapen."""
        above, only = self.above[name]
        for position, item in enumerate(used):
            if item not in above and (name,) not in self.source.misshapen:
                message = f"{quoted(item)} is not among the {name} at the top of the file, which has {only}."
                self.report(f"unknown-{name.removesuffix('s')}", (*path, position), message)

    def variants(self, question: Question, path: Path) -> None:
        values = [option.value for option in question.options]
        for position, variant in enumerate(question.variants):
            here = (*path, "variants", position)
            self.condition(variant.when, (*here, "when"), profile_only=True)
            if not (variant.text or variant.hint or variant.options):
                self.report("empty-variant", here, CODES["empty-variant"].rule)
            for value, label in variant.options.items():
                if value not in values:
                    message = f"This question has no option {quoted(value)}; it has {listed(values)}."
                    self.report("unknown-variant-option", (*here, "options", value), message)
                self.unsure(label, (*here, "options", value))
