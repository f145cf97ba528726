"""What colleagues did lately, as the page of tasks tells it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

LATELY = timedelta(days=7)
AT_MOST = 5  # lines


class News(NamedTuple):
    """Who did something with what, and when; it is found at ``href``."""

    at: datetime
    who: str
    did: str
    what: str
    href: str


def news(
    submitted: Sequence[Mapping[str, Any]],
    answered: Sequence[Mapping[str, Any]],
    finished: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
) -> list[News]:
    """Return the newest of what other members sent in, answered and finished, the newest first.

    ``titles``: of the questionnaires that there are; what is of another is left out.
    """
    found = [*_submitted(submitted, titles), *_answered(answered, titles), *_finished(finished)]
    return sorted(found, reverse=True)[:AT_MOST]


def _submitted(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Iterator[News]:
    for row in rows:
        if row["questionnaire"] in titles:
            did = "answered a question again in" if row["based_on"] else "sent in"
            yield News(row["at"], row["name"], did, titles[row["questionnaire"]], f"/reports/{row['id']}")


def _answered(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Iterator[News]:
    for row in rows:
        name = row["questionnaire"]
        if name in titles:
            yield News(row["at"], row["name"], "answered questions of", titles[name], f"/assessments/{name}")


def _finished(rows: Sequence[Mapping[str, Any]]) -> Iterator[News]:
    for row in rows:
        yield News(row["at"], row["name"], "finished an action:", row["what"], f"/actions/{row['id']}")
