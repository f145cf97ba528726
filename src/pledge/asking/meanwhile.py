"""Answers that a page of the quick check sends, beside those that are there by now. Pure.

A page says of each question which answer it showed (``print_of``). Only what somebody changed on it counts, and what
was answered elsewhere since is never overwritten unseen.
"""

from collections.abc import Mapping

import msgspec

from pledge.assessments import answer_notes
from pledge.questionnaires.answers import Answer, Answers


def print_of(answer: Answer | None) -> str:
    """Return what stands for an answer in a form: "" for none."""
    return answer_notes.print_of(msgspec.json.encode(answer).decode()) if answer else ""


def split(
    given: Mapping[str, Answer | None], shown: Mapping[str, str], stored: Answers
) -> tuple[dict[str, Answer | None], list[str]]:
    """Return the answers to store (None: emptied), and the questions answered otherwise than page and store say."""
    store: dict[str, Answer | None] = {}
    contested: list[str] = []
    for question, answer in given.items():
        before, had = stored.get(question), shown.get(question, "")
        if answer == before or print_of(answer) == had:
            continue
        if print_of(before) == had:
            store[question] = answer
        else:
            contested.append(question)
    return store, contested
