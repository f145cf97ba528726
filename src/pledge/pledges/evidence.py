"""What shows that a pledge is kept: the status it has earned, and the evidence for each commitment. Pure.

The facts are those of ``pledge.pledges.facts``, the rules those of the text that was signed (``pledge.pledges.text``).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from pledge.pledges.facts import Assessed, Facts
from pledge.pledges.text import PledgeText, Rule, Status
from pledge.words.numbers import percent

State = Literal["met", "not_yet", "not_applicable"]


class NotYet(msgspec.Struct, frozen=True):
    """One thing that is not there yet, in a plain sentence.

    It may be about a ``question``, and names the ``questionnaire`` only where answering that is what would help;
    ``href`` leads to what would help, as ``link`` says. ``event``: to an event that can be booked.
    ``unasked``: it is only that the form which was answered does not ask about it.
    """

    reason: str
    questionnaire: str = ""
    question: str = ""
    href: str = ""
    link: str = ""
    event: bool = False
    unasked: bool = False


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

    @property
    def step(self) -> NotYet | None:
        """The one thing to do next; None where nothing can be done about it now."""
        return _step(self.missing)

    @property
    def unasked(self) -> bool:
        """Whether nothing is missing but answers to questions that were not asked yet."""
        return bool(self.missing) and all(each.unasked for each in self.missing)


class Standing(msgspec.Struct, frozen=True):
    """The status that was earned, the one that comes next (None after the last), and what is missing for it."""

    earned: Status
    next: Status | None
    missing: tuple[NotYet, ...] = ()

    @property
    def step(self) -> NotYet | None:
        """The one thing to do next; None where nothing can be done about it now."""
        return _step(self.missing)


def _step(missing: tuple[NotYet, ...]) -> NotYet | None:
    """Return an event that one can simply book, else the first thing that leads somewhere."""
    leading = [each for each in missing if each.href]
    return next((each for each in leading if each.event), leading[0] if leading else None)


NO_QUESTION = "None of our questions about this are for a firm like yours. The promise holds all the same."
_MET = Outcome("met")
_NOTHING_ASKED = Outcome("not_applicable")


def standing_of(text: PledgeText, facts: Facts) -> Standing:
    """Return the status that a signatory has earned, which is the last of the text's that holds with all before it."""
    earned = text.statuses[0]
    for status in text.statuses[1:]:
        outcome = judge(status.requires, facts, text) if status.requires is not None else _MET
        if outcome.state == "not_yet":
            return Standing(earned, status, _once(outcome.missing))
        earned = status
    return Standing(earned, None)


def status_of(text: PledgeText, facts: Facts) -> str:
    """Return the id of the status that a signatory has earned."""
    return standing_of(text, facts).earned.id


def evidence(text: PledgeText, facts: Facts) -> tuple[Kept, ...]:
    """Return every commitment of a text, in its order, with the state of its evidence."""
    found = []
    for commitment in text.commitments:
        outcome = judge(commitment.evidence.rule, facts, text)
        reason = {
            "met": commitment.evidence.text,
            "not_applicable": NO_QUESTION,
            "not_yet": " ".join(dict.fromkeys(missing.reason for missing in outcome.missing)),
        }[outcome.state]
        found.append(Kept(commitment.id, commitment.title, outcome.state, reason, _once(outcome.missing)))
    return tuple(found)


def _once(missing: tuple[NotYet, ...]) -> tuple[NotYet, ...]:
    return tuple({each.reason: each for each in reversed(missing)}.values())[::-1]


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
        href, link = assessed.report, "Go deeper from your report" if assessed.report else ""
        return Outcome("not_yet", (NotYet(reason, questionnaire, question, href, link, unasked=True),))
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
        return _not_yet(reason, questionnaire, question, assessed.ended[question], "See the action")
    if not lacking:
        return _MET
    if question in assessed.done:
        lacking += " You have done something about it since: answer again to show it."
    href, link = _where(assessed, question)
    return _not_yet(lacking, questionnaire, question, href, link)


def _where(assessed: Assessed, question: str) -> tuple[str, str]:
    """Return the address of what would change an answer, and what a link there says."""
    if question in assessed.actions:
        return assessed.actions[question], "See what to do about it"
    href = f"{assessed.report}/answers#question-{question}" if assessed.report else ""
    return href, "See this answer in your report"


def _not_yet(reason: str, questionnaire: str, question: str, href: str, link: str) -> Outcome:
    return Outcome("not_yet", (NotYet(reason, questionnaire, question, href, link if href else ""),))


def _to_complete(questionnaire: str, reason: str, question: str = "") -> NotYet:
    return NotYet(reason, questionnaire, question, f"/assessments/{questionnaire}", "Go to these questions")


def _lacking(rule: Rule, facts: Facts, text: PledgeText) -> NotYet | None:
    """Return what is missing of a rule that is not about a question, or None when nothing is."""
    newest = facts.assessed.values()
    match rule.kind:
        case "submitted" if rule.submitted and rule.submitted not in facts.assessed:
            return _to_complete(rule.submitted, f"Complete {_title(rule.submitted, facts)}.")
        case "in_time":
            return _in_time(rule, facts)
        case "upload" if rule.upload not in facts.uploads:
            reason = "You have not uploaded a supplier list yet."
            return NotYet(reason, href="/suppliers/uploads", link="Upload your list")
        case "attendance":
            return _attended(rule, facts)
        case "consent" if rule.consent not in facts.consents:
            return NotYet(f"You did not agree to this: “{_consent(rule, text)}”")
        case "without_flag":
            return _flagged(rule, facts)
        case "rise" if not any(map(_rose, newest)):
            return NotYet("No score has risen since the one before it.", href="/actions", link="See your actions")
        case "score":
            return _low(rule.min_score or 0, facts)
    return None


def _flagged(rule: Rule, facts: Facts) -> NotYet | None:
    for questionnaire, assessed in facts.assessed.items():
        for question, answer in assessed.answers.items():
            if answer.flag == rule.no_flag:
                href, link = _where(assessed, question)
                reason = f"An answer in {_title(questionnaire, facts)} says that something cannot wait."
                return NotYet(reason, questionnaire, question, href, link if href else "")
    return None


def _low(least: int, facts: Facts) -> NotYet | None:
    for questionnaire, assessed in facts.assessed.items():
        if assessed.score is None or assessed.score < least:
            so_far = "has no score yet" if assessed.score is None else f"has {percent(assessed.score)}"
            reason = f"{_start(_title(questionnaire, facts))} {so_far}. This asks for {percent(least)} in each."
            return NotYet(reason, href="/actions", link="See your actions")
    return None if facts.assessed else NotYet("There is no score yet.")


def _start(words: str) -> str:
    return words[:1].upper() + words[1:]


def _in_time(rule: Rule, facts: Facts) -> NotYet | None:
    last = facts.signed_on + timedelta(days=rule.within_days or 0)
    questionnaire = rule.submitted or ""
    title = _title(questionnaire, facts)
    assessed = facts.assessed.get(questionnaire)
    if assessed and min(assessed.submitted_on) <= last:
        return None
    if assessed:
        return NotYet(f"{_start(title)} was due by {_day(last)}, and came later. It counts again once you renew.")
    if facts.today > last:
        return _to_complete(questionnaire, f"{_start(title)} was due by {_day(last)}.")
    return _to_complete(questionnaire, f"Complete {title} by {_day(last)}.")


def _attended(rule: Rule, facts: Facts) -> NotYet | None:
    since = facts.today - timedelta(days=rule.within_days or 0)
    topics = frozenset(rule.attendance)
    if any(each.on >= since and not topics.isdisjoint(each.topics) for each in facts.attendances):
        return None
    reason = f"Nobody from your firm has been at an event about this since {_day(since)}."
    for event in facts.coming:
        if not topics.isdisjoint(event.topics):
            return NotYet(reason, href=event.href, link=event.words, event=True)
    return NotYet(reason, href=f"/events?topic={rule.attendance[0]}", link="See events about this")


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
