"""The narrowest cut of a weighted graph. Pure.

Disclosure control asks of two published tables which groups of firms can be told apart by adding and subtracting
their figures. With the rows of the tables as nodes, and a tie between two rows for every firm that stands in both,
that question is which sets of nodes only few ties join to the rest.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
Ties = dict[Node, dict[Node, int]]


def narrow_cut(edges: Mapping[tuple[Node, Node], int], least: int) -> frozenset[Node] | None:
    """Return one side of a cut whose weight is under ``least`` and over 0, or None when there is none.

    ``edges`` maps pairs of nodes to positive weights; a pair may stand in either order. The narrowest cut of a part
    that is connected, as M. Stoer and F. Wagner find it (A simple min-cut algorithm, 1997).
    """
    members: dict[Node, set[Node]] = {}
    ties: Ties[Node] = {}
    for (one, other), weight in edges.items():
        for node in (one, other):
            members.setdefault(node, {node})
            ties.setdefault(node, {})
        if one != other:
            ties[one][other] = ties[other][one] = ties[one].get(other, 0) + weight
    while ties:
        part = _connected(ties, next(iter(ties)))
        if len(part) == 1:
            del ties[part[0]]
            continue
        last, before_last, weight = _sweep(ties, part)
        if weight < least:
            return frozenset(members[last])
        _merge(ties, members, before_last, last)
    return None


def _merge(ties: Ties[Node], members: dict[Node, set[Node]], kept: Node, gone: Node) -> None:
    members[kept] |= members.pop(gone)
    for other, weight in ties.pop(gone).items():
        del ties[other][gone]
        if other != kept:
            ties[kept][other] = ties[other][kept] = ties[kept].get(other, 0) + weight


def _connected(ties: Ties[Node], start: Node) -> list[Node]:
    """Return the nodes that ties join to one, that one first: in an order that is the same in every process."""
    found = [start]
    for node in found:
        found += [other for other in ties[node] if other not in found]
    return found


def _sweep(ties: Ties[Node], part: list[Node]) -> tuple[Node, Node, int]:
    """Take up the nodes of a connected part, each time the one tied most to those taken.

    Returns the last node, the one before it, and the weight of the ties of the last: the narrowest cut between them.
    """
    taken: list[Node] = []
    pull = dict.fromkeys(part, 0)
    while pull:
        taken.append(max(pull, key=lambda node: pull[node]))
        del pull[taken[-1]]
        for other, tie in ties[taken[-1]].items():
            if other in pull:
                pull[other] += tie
    *_, before_last, last = taken
    return last, before_last, sum(ties[last].values())
