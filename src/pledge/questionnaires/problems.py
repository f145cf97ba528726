"""What can be wrong with a questionnaire file: the stable codes, and a report that collects every problem."""

from collections.abc import Sequence
from typing import Literal

import msgspec

Path = tuple[str | int, ...]  # where in the file: keys and list positions from the top
Severity = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True):
    """One problem. ``line`` counts from 1; ``where`` names the part; ``message`` is a sentence."""

    code: str
    severity: Severity
    line: int
    where: str
    message: str


class Code(msgspec.Struct, frozen=True):
    """A kind of problem: the rule that is broken, as a sentence. Only errors stop a file from being used."""

    severity: Severity
    rule: str


def _error(rule: str) -> Code:
    return Code("error", rule)


def _warning(rule: str) -> Code:
    return Code("warning", rule)


CODES = {
    # the file
    "not-utf8": _error("A questionnaire file is text in UTF-8."),
    "empty-file": _error("A questionnaire file must not be empty."),
    "file-too-large": _error("A questionnaire file is at most 512 KB."),
    "file-too-deep": _error("Lists and mappings are nested at most 40 deep."),
    "hidden-character": _error("A text has no characters that cannot be seen or that turn its direction."),
    "yaml-syntax": _error("A questionnaire file is valid YAML."),
    "several-documents": _error("A file holds one questionnaire, so one YAML document."),
    "alias": _error("YAML anchors (&) and aliases (*) are not used; each part is written out."),
    "tag": _error("YAML tags (!) are not used; every value is read as text."),
    "not-a-mapping": _error("A questionnaire file is a mapping of keys to values at its top."),
    "duplicate-key": _error("A key stands once in its mapping."),
    "other-kind": _error("A questionnaire file has no “kind”, or “kind: questionnaire”."),
    # the shape
    "unknown-key": _error("Only the keys of the format are used."),
    "missing-key": _error("Every key that the format requires is there."),
    "wrong-type": _error("Each value is of the type that the format gives: a text, number, list or mapping."),
    "empty-text": _error("A text that is given must not be empty."),
    "unknown-schema": _error("The format is “schema: 1”."),
    "bad-id": _error("An id, option value or key is letters and digits, joined by hyphens or underscores."),
    "bad-version": _error("A version is letters and digits, joined by full stops or hyphens."),
    "revision-range": _error("A revision is a whole number from 1 to 999."),
    "bad-language": _error("A language is a tag such as “en” or “cy”."),
    "bad-link": _error("A link starts with https:// or http:// and has no spaces."),
    "bad-date": _error("A date is written year-month-day, such as 2026-11-21."),
    "bad-rule": _error("A condition is one of all, any, not, question or profile; the last two with one comparison."),
    "unknown-kind": _error("A question’s kind is one of the format’s; without one, it is the kind that is scored."),
    "bad-figure": _error("A figure is written like 12 or 12.5, with at most four digits after the point."),
    "decimals-range": _error("A number of decimals is whole, from 0 to 4."),
    "length-range": _error("The longest text is a whole number of characters, from 1 to 2000."),
    "points-range": _error("An option’s points are a whole number from 0 to 4."),
    "weight-range": _error("A question’s weight is 1, 2 or 3."),
    "days-range": _error("A number of days is whole, from 1 to 1825 (five years)."),
    "reserved-section": _error("A section’s id is no word that stands in its place in the address of another page."),
    "minutes-range": _error("The estimated minutes are a whole number from 1 to 240."),
    "unknown-flag": _error("A flag is act_first, check_first or foundation."),
    "no-sections": _error("A questionnaire needs at least one section."),
    "empty-section": _error("A section needs at least one question."),
    "too-few-options": _error("A question needs at least two options."),
    "no-action": _error("A question needs an action: what to do about a gap."),
    # the meaning
    "duplicate-section": _error("A section id is used once."),
    "duplicate-question": _error("A question id is used once in the whole file."),
    "duplicate-option": _error("An option value is used once in its question."),
    "duplicate-label": _error("No two options of a question say the same."),
    "duplicate-text": _error("Nobody is asked the same twice, and no two sections have one title."),
    "duplicate-topic": _error("A topic is listed once."),
    "duplicate-standard": _error("A standard’s id is used once."),
    "unused-topic": _error("A topic at the top of the file is that of a question."),
    "topic-without-events": _error("A topic is one that events can have, so that a gap leads to events."),
    "unknown-topic": _error("A question’s topics are among the topics at the top of the file."),
    "unknown-standard": _error("What a question maps to is among the standards at the top of the file."),
    "unknown-resource": _error("An action’s resources are among the resources at the top of the file."),
    "no-checked-date": _error("A resource says on what day somebody last looked at it."),
    "checked-in-future": _error("Nobody can have looked at a resource on a day to come."),
    "checked-long-ago": _error("Somebody looked at each resource in the last twelve months."),
    "empty-range": _error("What is the least comes before what is the most, and both can be answers."),
    "exclusive-option": _error("One option at most goes with no other, it is the last, and two others are before it."),
    "no-top-option": _error("A question needs an option with 4 points, so that full marks can be reached."),
    "no-zero-option": _error("A question needs an option with 0 points."),
    "action-never": _error("An option has an action of its own only where its answer can be a gap."),
    "flag-on-top-option": _error("An option with 4 points must have no flag, so that every flag can be cleared."),
    "unsure-option": _error("No option means “not sure”: that is what “Don’t know” is for."),
    "unknown-question": _error("A condition refers to a question of this file."),
    "later-question": _error("A condition refers only to questions that come before it."),
    "unknown-option": _error("A condition names option values of the question that it refers to."),
    "unknown-profile-key": _error("A condition refers to a profile field that can steer questions."),
    "unknown-profile-value": _error("A condition names values that the profile field can have."),
    "wrong-comparison": _error("A comparison suits what it compares."),
    "profile-only": _error("Flags and variants depend on the profile alone, never on answers."),
    "condition-never": _error("A condition can be met."),
    "flag-never": _error("Somebody who is asked a question can raise its flags."),
    "variant-never": _error("Somebody who is asked a question reads the words of each of its variants."),
    "variant-shadowed": _error("A variant fits somebody whom no variant before it fits."),
    "nothing-asked": _error("Everybody is asked something that counts."),
    "not-proved": _error("The conditions are simple enough to prove what can happen."),
    "empty-variant": _error("A variant must change the text, the hint or an option’s label."),
    "unknown-variant-option": _error("A variant relabels options that the question has."),
    "reuse-mismatch": _error(
        "Questions that share an answer have the same option values, and all or none can be said not to apply."
    ),
    # between the files that are installed together
    "missing-content": _error("Pledge needs this file. Copy the one that comes with Pledge, and change it."),
    "second-file": _error("One file of the folder has a questionnaire’s id; the pledge is in pledge.yaml alone."),
    "unknown-reuse": _error("A reuse_key is that of another question, or its id."),
    "evidence-questionnaire": _error("The pledge names questionnaires that are there."),
    "evidence-question": _error("The pledge’s evidence names questions that its questionnaire has."),
    "evidence-flag": _error("The pledge asks for the absence of a flag that can be raised."),
    "evidence-topic": _error("The pledge’s evidence names topics that a questionnaire has."),
    "evidence-upload": _error("The pledge’s evidence names something that can be uploaded."),
    # a translation
    "no-original": _error("A translation is of a questionnaire that stands beside it."),
    "old-translation": _error("A translation is of the words that stand in its questionnaire now."),
    "other-version": _error("A translation is of the version of its questionnaire that stands beside it."),
    "same-language": _error("A translation is in another language than its questionnaire."),
    "unclear-check": _error("A translation says who has checked it and when, or that it needs a check; not both."),
    "missing-translation": _error("A translation has every text that those whom it covers can be shown."),
    "unknown-translation": _error("A translation has no text that its questionnaire does not have."),
    "not-translated": _warning("A text is not the same in both languages."),
    "other-figures": _warning("A text has the same figures in both languages."),
    # beside what is published
    "changed-version": _error("A published text never changes: another text has a new version, or a new revision."),
    "unsafe-revision": _error("A revision changes nothing that another version is needed for."),
    "minutes-far": _warning("The estimated minutes are near to what the words and questions come to."),
    "condition-always": _warning("A condition can also fail; otherwise it is not needed."),
    "options-order": _warning("Options are listed in ascending order of points."),
    "flag-order": _warning("An option with a flag has no more points than one without."),
    "flags-when-unused": _warning("A question with flags_when needs an option with a flag."),
    "not-applicable-act-first": _warning(
        "A question about harm should be hidden by the profile where it does not apply, not opted out of."
    ),
    "no-dont-know": _warning("A question should say what to do first when the answer is not known."),
    "no-topic": _warning("A question should have a topic, so that events can be matched to its gap."),
}


def quoted(text: str, longest: int = 60) -> str:
    """Return a text from a file in quotation marks, short and printable, for use in a message."""
    clean = "".join(character if character.isprintable() else "�" for character in text[: longest + 1])
    return f"“{clean if len(clean) <= longest else clean[:longest] + '…'}”"


def listed(texts: Sequence[str], most: int = 12) -> str:
    """Return texts as a list in words, cut off after ``most``."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
