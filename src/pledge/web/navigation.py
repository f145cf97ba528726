"""The menu: what each kind of person needs most, in the order they need it. Pure."""

from typing import NamedTuple

from pledge.policy.actors import Actor

_PUBLIC = [
    ("/pledge", "The pledge"),
    ("/questions", "Questions"),
    ("/events", "Events"),
    ("/signatories", "Who has signed"),
    ("/help", "Help"),
]
_MEMBER = [("/home", "Your tasks"), ("/suppliers", "Suppliers"), ("/events", "Events"), ("/help", "Help")]
_ORGANISER = [("/organise", "Your events")]
_STAFF = [("/partnership", "The county")]
_DEMO = [("/demo/mailbox", "Demo mailbox")]


class Item(NamedTuple):
    """One entry of the menu; ``current`` when the page is in that part of the site."""

    text: str
    href: str
    current: bool


def menu(actor: Actor, path: str, *, demo: bool = False) -> list[Item]:
    """Return the menu for an actor who is at ``path``."""
    entries: list[tuple[str, str]] = []
    if actor.staff:
        entries += _STAFF
    if actor.organiser:
        entries += _ORGANISER
    if actor.organisation:
        entries += _MEMBER
    else:
        entries += _PUBLIC
    if demo:
        entries += _DEMO
    return [Item(text, href, path == href or path.startswith(f"{href}/")) for href, text in entries]
