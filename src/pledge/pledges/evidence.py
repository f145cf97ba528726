"""What shows that a pledge is kept: the status it has earned, and the evidence for each commitment. Pure.

Whoever knows an organisation's assessments, uploads and attendance puts them into ``Facts``; the rules are those of
the text that was signed (``pledge.pledges.text``).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from pledge.pledges.text import PledgeText, Rule

State = Literal["met", "not_yet", "not_applicable"]


class Answer(msgspec.Struct, frozen=True):
    """One answer of a submitted assessment. ``points`` (0 to 4; don't know is 0) is None where it does not apply."""

    points: int | None
    flag: str = ""


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """What was submitted of one questionnaire, once or more.

    ``submitted_on`` has every day of submission. ``answers`` (question id → answer) has every question of the version
    that was answered last, shown or not, without those that only its short form leaves out; ``words`` (id → text) those
    in which it was asked, and decide nothing. ``report`` is the address of what was submitted last. ``ended`` (question
    id → address of the action that is open again) has the questions whose evidence has ended. Scores are in basis
    points, None where there is none: the newest, and the one before it by the same form and version. ``had_risen``:
    the newest is the first by its form, and by the other one a score had risen.
    """

    submitted_on: tuple[date, ...]
    answers: Mapping[str, Answer]
    words: Mapping[str, str] = {}
    report: str = ""
    ended: Mapping[str, str] = {}
    score: int | None = None
    previous_score: int | None = None
    had_risen: bool = False


class Attendance(msgspec.Struct, frozen=True):
    """Somebody of the organisation was checked in at an event on these topics."""

    topics: frozenset[str]
    on: date


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the platform knows about how an organisation keeps its pledge.

    ``assessed`` (questionnaire id → what was submitted) lacks what was never submitted. ``consents`` are those given
    with the signature, ``uploads`` what was uploaded (“suppliers”). ``titles`` (id → words) make the reasons readable
    and decide nothing.
    """

    today: date
    signed_on: date
    consents: frozenset[str] = frozenset()
    assessed: Mapping[str, Assessed] = {}
    uploads: frozenset[str] = frozenset()
    attendances: tuple[Attendance, ...] = ()
    titles: Mapping[str, str] = {}


class NotYet(msgspec.Struct, frozen=True):
    """One thing that is not there yet, in a plain sentence.

    It may be about a ``question``, and names the ``questionnaire`` only where answering that is what would help;
    ``href`` leads to the answer that was given, or to the questions, as ``link`` says.
    """

    reason: str
    questionnaire: str = ""
    question: str = ""
    href: str = ""
    link: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """Whether what is asked for is there. ``missing`` is empty unless it is not there yet."""

    state: State
    missing: tuple[NotYet, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """A commitment, its evidence, and why in a sentence. Nothing is ``missing`` twice."""

    commitment: str
    title: str
    state: State
    reason: str
    missing: tuple[NotYet, ...] = ()


_MET = Outcome("met")
_NOTHING_ASKED = Outcome("not_applicable")


def status_of(text: PledgeText, facts: Facts) -> str:
    """Return the status that a signatory has earned: the last of the text's that holds with all before it."""
    earned = text.statuses[0].id
    for status in text.statuses[1:]:
        if status.requires is not None and judge(status.requires, facts, text).state == "not_yet":
            break
        earned = status.id
    return earned


def evidence(text: PledgeText, facts: Facts) -> tuple[Kept, ...]:
    """Return every commitment of a text, in its order, with the state of its evidence."""
    found = []
    for commitment in text.commitments:
        outcome = judge(commitment.evidence.rule, facts, text)
        reason = {
            "met": commitment.evidence.text,
            "not_applicable": "None of the questions about this apply to you.",
            "not_yet": " ".join(dict.fromkeys(missing.reason for missing in outcome.missing)),
        }[outcome.state]
        once = tuple({missing.reason: missing for missing in reversed(outcome.missing)}.values())[::-1]
        found.append(Kept(commitment.id, commitment.title, outcome.state, reason, once))
    return tuple(found)


def judge(rule: Rule, facts: Facts, text: PledgeText) -> Outcome:
    """Return whether what a rule asks for is there.

    A question that was not shown or does not apply asks for nothing: among several it counts for nothing, and where
    any one is enough it is enough. What is not known is not there: a question that the version which was answered does
    not have shows nothing.
    """
    if rule.kind == "all":
        return _all([judge(part, facts, text) for part in rule.all])
    if rule.kind == "any":
        return _any([judge(part, facts, text) for part in rule.any])
    if rule.question and rule.questionnaire:
        return _question(rule, rule.questionnaire, rule.question, facts)
    missing = _lacking(rule, facts, text)
    return Outcome("not_yet", (missing,)) if missing else _MET


def _all(parts: Sequence[Outcome]) -> Outcome:
    missing = tuple(lack for part in parts for lack in part.missing)
    if missing:
        return Outcome("not_yet", missing)
    return _MET if any(part.state == "met" for part in parts) else _NOTHING_ASKED


def _any(parts: Sequence[Outcome]) -> Outcome:
    states = {part.state for part in parts}
    if "met" in states:
        return _MET
    if "not_applicable" in states:
        return _NOTHING_ASKED
    missing = list(parts[0].missing)
    for part in parts[1:]:
        missing += [msgspec.structs.replace(lack, reason=f"Or: {lack.reason}") for lack in part.missing]
    return Outcome("not_yet", tuple(missing))


def _question(rule: Rule, questionnaire: str, question: str, facts: Facts) -> Outcome:
    assessed = facts.assessed.get(questionnaire)
    if assessed is None:
        return Outcome("not_yet", (_to_complete(questionnaire, f"Complete {_title(questionnaire, facts)}.", question),))
    answer = assessed.answers.get(question)
    if answer is None:
        title = _title(questionnaire, facts)
        reason = f"We cannot tell: what you answered of {title} does not ask about this."
        return Outcome("not_yet", (NotYet(reason, questionnaire, question),))
    if answer.points is None:
        return _NOTHING_ASKED
    asked = assessed.words.get(question)
    subject = f"Your answer to “{asked}”" if asked else f"An answer in {_title(questionnaire, facts)}"
    lacking = ""
    if rule.no_flag and answer.flag:
        lacking = f"{subject} raises a warning."
    if rule.min_points and answer.points < rule.min_points:
        lacking = f"{subject} is not far enough yet."
    if not lacking and question in assessed.ended:
        reason = f"{subject} was shown by evidence that has ended."
        return Outcome(
            "not_yet", (NotYet(reason, questionnaire, question, assessed.ended[question], "See the action"),)
        )
    if not lacking:
        return _MET
    href = f"{assessed.report}/answers#question-{question}" if assessed.report else ""
    return Outcome("not_yet", (NotYet(lacking, questionnaire, question, href, "See this answer in your report"),))


def _to_complete(questionnaire: str, reason: str, question: str = "") -> NotYet:
    return NotYet(reason, questionnaire, question, f"/assessments/{questionnaire}", "Go to these questions")


def _lacking(rule: Rule, facts: Facts, text: PledgeText) -> NotYet | None:
    """Return what is missing of a rule that is not about a question, or None when nothing is."""
    newest = facts.assessed.values()
    met, reason = False, ""
    match rule.kind:
        case "submitted":
            met, reason = rule.submitted in facts.assessed, f"Complete {_title(rule.submitted, facts)}."
        case "in_time":
            met, reason = _in_time(rule, facts)
        case "upload":
            met, reason = rule.upload in facts.uploads, "You have not uploaded a supplier list yet."
        case "attendance":
            met, reason = _attended(rule, facts)
        case "consent":
            met, reason = rule.consent in facts.consents, f"You did not agree to this: “{_consent(rule, text)}”"
        case "without_flag":
            flags = {answer.flag for assessed in newest for answer in assessed.answers.values()}
            met, reason = rule.no_flag not in flags, "An answer says that something cannot wait."
        case "rise":
            met, reason = any(map(_rose, newest)), "No score has risen since the one before it."
        case "score":
            least = min((each.score if each.score is not None else -1 for each in newest), default=-1)
            met, reason = least >= (rule.min_score or 0), "A score is not high enough yet."
    if met:
        return None
    to_do = rule.submitted and rule.submitted not in facts.assessed
    return _to_complete(rule.submitted or "", reason) if to_do else NotYet(reason)


def _in_time(rule: Rule, facts: Facts) -> tuple[bool, str]:
    last = facts.signed_on + timedelta(days=rule.within_days or 0)
    title = _title(rule.submitted, facts)
    assessed = facts.assessed.get(rule.submitted or "")
    if assessed and min(assessed.submitted_on) <= last:
        return True, ""
    if assessed or facts.today > last:
        return False, f"{title[0].upper()}{title[1:]} was due by {_day(last)}."
    return False, f"Complete {title} by {_day(last)}."


def _attended(rule: Rule, facts: Facts) -> tuple[bool, str]:
    since = facts.today - timedelta(days=rule.within_days or 0)
    topics = frozenset(rule.attendance)
    came = any(each.on >= since and not topics.isdisjoint(each.topics) for each in facts.attendances)
    return came, f"Nobody from your firm has been at an event about this since {_day(since)}."


def _rose(assessed: Assessed) -> bool:
    return assessed.had_risen or rose(assessed.previous_score, assessed.score)


def rose(before: int | None, now: int | None) -> bool:
    """Return whether a score is higher than the one before it; not where there is none."""
    return now is not None and before is not None and now > before


def _consent(rule: Rule, text: PledgeText) -> str:
    return next(consent.label for consent in text.signing.consents if consent.id == rule.consent)


def _title(questionnaire: str | None, facts: Facts) -> str:
    title = facts.titles.get(questionnaire or "")
    return f"“{title}”" if title else f"the questions on {questionnaire}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
