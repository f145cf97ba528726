"""Which answers the supplier list itself gives to questions about it, and why. Pure.

A list shows what is written down, never what is done with it: the best answers, which speak of habits (“we check it
each year”), are left to the member. The shares are ours (docs/supplier-files.md).
"""

from collections.abc import Callable
from typing import NamedTuple

from pledge.suppliers.listed.coverage import Coverage
from pledge.words.numbers import number, plural

QUESTIONNAIRE = "procurement"
FULL = 0.95  # of the suppliers: then a list is full, and a rating covers all of them
GAPS = 0.5  # of the suppliers of which something more than the name is known: then it is a list, with gaps
MOST = 0.5  # of the spend of which we know where the goods were made


class Offer(NamedTuple):
    """An answer that the list gives: the question, the option's value, and what in the list speaks for it."""

    question: str
    value: str
    because: str


def offers(list_: Coverage) -> list[Offer]:
    """Return the answers that a list gives, in the order of the questionnaire; none from an empty list."""
    if not list_.suppliers:
        return []
    return [Offer(question, *rule(list_)) for question, rule in _RULES.items()]


def _kept(list_: Coverage) -> tuple[str, str]:
    least = min(list_.supply, list_.country, list_.owner)
    because = (
        f"It names {plural(list_.suppliers, 'supplier')}. We know what {_of(list_.supply, list_)} supply, "
        f"where {_of(list_.country, list_)} are, and who here deals with {_of(list_.owner, list_)}."
    )
    if least >= FULL * list_.suppliers:
        return "full", because
    return "with-gaps" if max(list_.supply, list_.country) >= GAPS * list_.suppliers else "accounts-only", because


def _made(list_: Coverage) -> tuple[str, str]:
    if list_.made_in:
        because = f"It says for {plural(list_.made_in, 'supplier')} where the goods were made or grown."
        if list_.spend:
            share = round(100 * list_.spend_made_in / list_.spend)
            because += f" That is {share}% of what you spend."
            if list_.spend_made_in >= MOST * list_.spend:
                return "most-spend", because
        return "a-few", because
    if list_.country:
        because = (
            f"It says where {plural(list_.country, 'supplier is', 'suppliers are')}, not where the goods come from."
        )
        return "seller-only", because
    return "none", "It does not say where anything comes from."


def _rated(list_: Coverage) -> tuple[str, str]:
    rated = list_.suppliers - list_.unrated
    because = (
        f"We could rate {_of(rated, list_)} suppliers. It says of {_of(list_.labour, list_)} whose workers they use."
    )
    if min(rated, list_.labour) >= FULL * list_.suppliers:
        return "all", because
    return ("some" if rated else "none"), because


def _of(count: int, list_: Coverage) -> str:
    return f"{number(count)} of {number(list_.suppliers)}"


_RULES: dict[str, Callable[[Coverage], tuple[str, str]]] = {"p-b1": _kept, "p-b2": _made, "p-c1": _rated}
QUESTIONS = frozenset(_RULES)
