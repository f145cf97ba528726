"""What a questionnaire means, checked: each problem has a stable code (``problems.CODES``) and a place."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from pledge.questionnaires.checks.conditions import check_rule
from pledge.questionnaires.checks.wording import means_unsure
from pledge.questionnaires.context import target_points
from pledge.questionnaires.definition import AnyQuestion, Definition, Option, Question, Section
from pledge.questionnaires.effort import minutes_of_all
from pledge.questionnaires.kinds import AnyUnscored, Choice, Choices, Date, Measured, Written
from pledge.questionnaires.parts import MAX_POINTS, Rule
from pledge.questionnaires.problems import CODES, Path, listed, quoted
from pledge.questionnaires.proving.proofs import prove
from pledge.questionnaires.topics import TOPICS
from pledge.questionnaires.typed import place, possible
from pledge.questionnaires.yamltext import Source
from pledge.words.numbers import plural

# what stands behind a questionnaire in the addresses of pages, where those of its sections stand too
RESERVED = frozenset({"again", "ask", "check", "language", "newer", "paper", "put-away", "start", "submit", "widen"})
FAR = Fraction(3, 2)  # how many times the minutes may be what words and questions come to, or the other way round
CHECKED_WITHIN = timedelta(days=366)  # of a resource: twelve months, whatever the year


_ANSWERS = ("options", "least", "most", "decimals", "earliest", "latest")  # keys that say what can be answered


def check(definition: Definition, source: Source, today: date | None = None) -> None:
    """Report every problem of meaning in a definition built from ``source``.

    ``today``: the day on which resources must have been looked at lately, None where that does not matter: what was
    right when it was installed must not stop a server a year later.
    """
    _Checks(definition, source).run()
    if today is not None:
        _check_days(definition, source, today)


def _check_days(definition: Definition, source: Source, today: date) -> None:
    for key, resource in definition.resources.items():
        path = ("resources", key, "checked")
        if resource.checked is not None and resource.checked > today:
            message = f"The day {resource.checked} is still to come; write the day on which you looked at the page."
            source.report_meaning("checked-in-future", path, message)
        elif resource.checked is not None and resource.checked < today - CHECKED_WITHIN:
            message = f"The page was last looked at on {resource.checked}; look again, and write today’s date."
            source.report_meaning("checked-long-ago", path, message)


def shared_answers(definitions: Iterable[tuple[Definition, Source]]) -> None:
    """Report questions that share a ``reuse_key`` but not their possible answers, within and across files.

    Each problem is reported in the source of the later question.
    """
    first: dict[str, tuple[str, Question]] = {}
    for definition, source in definitions:
        for question, path in _located(definition):
            if question.reuse_key is not None:
                name, other = first.setdefault(question.reuse_key, (f"{definition.id} {question.id}", question))
                alike(question, other, name, path, source)


def alike(question: Question, other: Question, name: str, path: Path, source: Source) -> None:
    """Report where a question differs in its possible answers from ``other``, called ``name``, which shares them."""
    values = sorted(option.value for option in other.options)
    if values != sorted(option.value for option in question.options):
        message = f"The answer is shared with {name}, so the options are {listed(values)}."
        source.report_meaning("reuse-mismatch", (*path, "options"), message)
    if question.not_applicable != other.not_applicable:
        can = "can" if other.not_applicable else "cannot"
        message = f"The answer is shared with {name}, which {can} be said not to apply; write the same here."
        source.report_meaning("reuse-mismatch", (*path, "not_applicable"), message)


def _located(definition: Definition) -> list[tuple[Question, Path]]:
    return [
        (question, ("sections", s, "questions", q))
        for s, section in enumerate(definition.sections)
        for q, question in enumerate(section.questions)
        if isinstance(question, Question)
    ]


class _Checks:
    def __init__(self, definition: Definition, source: Source) -> None:
        self.definition, self.source = definition, source
        self.report = source.report_meaning
        self.before: dict[str, AnyQuestion] = {}  # the questions that come earlier
        self.fields: dict[str, str] = {}  # what the page calls the boxes of dates, which no question may be called
        # ids of questions and identities of conditions that are wrong in themselves
        self.unclear: set[str | int] = set()
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
        self.topics()
        self.minutes()
        titles = [" ".join(section.title.casefold().split()) for section in definition.sections]
        self.once(titles, ("sections",), "duplicate-text", "title")
        self.once([standard.id for standard in definition.standards], ("standards",), "duplicate-standard", "id")
        self.once([section.id for section in definition.sections], ("sections",), "duplicate-section", "id")
        for key, resource in definition.resources.items():
            if resource.checked is None:
                self.report("no-checked-date", ("resources", key, "checked"), CODES["no-checked-date"].rule)
        for position, section in enumerate(definition.sections):
            self.section(section, ("sections", position))
        prove(definition, self.source, self.unclear)

    def once(self, names: Sequence[str], path: Path, code: str, key: str = "") -> None:
        """Report names that stand twice in a list."""
        first: dict[str, int] = {}
        for position, name in enumerate(names):
            if first.setdefault(name, position) < position:
                here = (*path, position, key) if key else (*path, position)
                self.report(code, here, f"{quoted(name)} is already number {first[name] + 1} in this list.")

    def minutes(self) -> None:
        """Report minutes that are far from those of all questions. The shortest files may be one off by rounding."""
        said = self.definition.estimated_minutes
        if said is None or self.source.doubtful(("sections",)):
            return
        found = minutes_of_all(self.definition)
        if max(said, found) > FAR * min(said, found) and abs(said - found) > 1:
            message = f"All questions take about {plural(found, 'minute')}, by their number and words, and not {said}."
            self.report("minutes-far", ("estimated_minutes",), message)

    def topics(self) -> None:
        """Report topics that no question has, and those that no event can have."""
        used = {topic for question in self.definition.scored for topic in question.topics}
        for position, topic in enumerate(self.definition.topics):
            if topic not in TOPICS:
                message = f"No event can have the topic {quoted(topic)}; the topics are {listed(list(TOPICS))}."
                self.report("topic-without-events", ("topics", position), message)
            elif topic not in used and not self.source.doubtful(("sections",)):
                self.report("unused-topic", ("topics", position), f"No question has the topic {quoted(topic)}.")

    def section(self, section: Section, path: Path) -> None:
        if section.id in RESERVED:
            message = f"{quoted(section.id)} is another page of every questionnaire; give the section another id."
            self.report("reserved-section", (*path, "id"), message)
        self.condition(section.show_if, (*path, "show_if"))
        for position, question in enumerate(section.questions):
            here = (*path, "questions", position)
            if question.id in self.fields:
                message = f"{quoted(question.id)} is also a field of the date {quoted(self.fields[question.id])}."
                self.report("duplicate-question", (*here, "id"), message)
            if question.id in self.before:
                message = f"The question id {quoted(question.id)} is already used; give each question its own."
                self.report("duplicate-question", (*here, "id"), message)
            if isinstance(question, Question):
                self.options(question.options, here)
                self.flags(question, here)
                self.references(question, here)
            else:
                self.unscored(question, here)
            self.variants(question, here)
            self.condition(question.show_if, (*here, "show_if"))
            if any(self.source.doubtful((*here, key)) for key in _ANSWERS):
                self.unclear.add(question.id)
            self.before.setdefault(question.id, question)

    def condition(self, rule: Rule | None, path: Path, *, profile_only: bool = False) -> None:
        """Check what a condition refers to. Whether it can be met is proved of those that are sound."""
        if rule is None:
            return
        before = None if profile_only else self.before
        if self.source.doubtful(path) or not check_rule(rule, path, before, self.definition, self.source):
            self.unclear.add(id(rule))

    def options(self, options: tuple[Option, ...], path: Path) -> None:
        points = [option.points for option in options]
        here = (*path, "options")
        self.labels(options, here)
        if max(points, default=MAX_POINTS) < MAX_POINTS:
            self.report("no-top-option", here, CODES["no-top-option"].rule)
        if min(points, default=0) > 0:
            self.report("no-zero-option", here, CODES["no-zero-option"].rule)
        for position, (lower, higher) in enumerate(pairwise(points), 1):
            if higher < lower:
                message = f"This option has {higher} points and stands after one with {lower}."
                self.report("options-order", (*here, position, "points"), message)
        for position, option in enumerate(options):
            if option.flag and option.points == MAX_POINTS:
                self.report("flag-on-top-option", (*here, position, "flag"), CODES["flag-on-top-option"].rule)
            elif option.flag and any(not other.flag and other.points < option.points for other in options):
                message = "This option has a flag and more points than another that has none."
                self.report("flag-order", (*here, position, "flag"), message)

    def labels(self, options: Sequence[Option | Choice], path: Path) -> None:
        self.once([option.value for option in options], path, "duplicate-option", "value")
        self.once([option.label.strip().casefold() for option in options], path, "duplicate-label", "label")
        for position, option in enumerate(options):
            self.unsure(option.label, (*path, position, "label"))

    def unscored(self, question: AnyUnscored, path: Path) -> None:
        """Check what a question has that is not scored: its choices, or its range."""
        if isinstance(question, Choices):
            here = (*path, "options")
            self.labels(question.options, here)
            for position, option in enumerate(question.options):
                if option.exclusive and not 2 <= position == len(question.options) - 1:
                    self.report("exclusive-option", (*here, position, "exclusive"), CODES["exclusive-option"].rule)
        elif isinstance(question, Measured):
            self.range(question, (*path, "least"), (*path, "most"))
        elif isinstance(question, Date):
            self.range(question, (*path, "earliest"), (*path, "latest"))
            for part in ("day", "month", "year"):
                self.fields.setdefault(f"{question.id}-{part}", question.id)

    def range(self, question: AnyUnscored, low: Path, high: Path) -> None:
        """Check that a figure or a date has answers, and that both ends of its range are among them."""
        assert not isinstance(question, Choices | Written)
        first, last = question.range
        if place(question, str(first)) > place(question, str(last)):
            self.unclear.add(question.id)
            self.report("empty-range", high, f"The range ends at {last}, before it begins at {first}.")
            return
        for here, value in ((low, first), (high, last)):
            if not possible(question, str(value)):
                self.report("empty-range", here, f"{quoted(str(value))} has more decimals than an answer can have.")

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
        highest = target_points("high", question.weight, small=False)
        for position, option in enumerate(question.options):
            here = (*path, "options", position, "action")
            if option.action:
                self.known(option.action.resources, (*here, "resources"), "resources")
                if option.points >= highest and not option.flag:
                    message = f"Nobody who answers this has a gap: it has {option.points} points and no flag."
                    self.report("action-never", here, message)
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

    def variants(self, question: AnyQuestion, path: Path) -> None:
        values = [option.value for option in question.options] if isinstance(question, Question | Choices) else []
        for position, variant in enumerate(question.variants):
            here = (*path, "variants", position)
            self.condition(variant.when, (*here, "when"), profile_only=True)
            if not (variant.text or variant.hint or variant.options):
                self.report("empty-variant", here, CODES["empty-variant"].rule)
            for value, label in variant.options.items():
                if value not in values:
                    message = f"This question has no option {quoted(value)}; it has {listed(values) or 'none'}."
                    self.report("unknown-variant-option", (*here, "options", value), message)
                self.unsure(label, (*here, "options", value))
