"""The menu: what each kind of person needs most of all rooms, in the order they need it. Pure."""

from typing import NamedTuple

from pledge.policy.actors import Actor

_PUBLIC = [
    ("/quick-check", "Quick check"),
    ("/pledge", "The pledge"),
    ("/questions", "Questions"),
    ("/events", "Events"),
    ("/signatories", "Who has signed"),
    ("/help", "Help"),
]
_MEMBER = [
    ("/home", "Your tasks"),
    ("/actions", "Actions"),
    ("/reports", "Your reports"),
    ("/suppliers", "Suppliers"),
    ("/events", "Events"),
    ("/help", "Help"),
]
_OFFICE = [("/events", "Events"), ("/signatories", "Who has signed"), ("/help", "Help")]
_ORGANISER = [("/organise", "Your events")]
_STAFF = [("/partnership", "The county")]
_OPERATOR = [("/operate", "Running the site")]
_DEMO = [("/demo/mailbox", "Mailbox")]


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
    if actor.operator:
        entries += _OPERATOR
    if actor.organiser:
        entries += _ORGANISER
    if actor.organisation:
        entries += _MEMBER
    elif entries:
        entries += _OFFICE
    else:
        entries += _PUBLIC
    if demo:
        entries += _DEMO
    return [Item(text, href, path == href or path.startswith(f"{href}/")) for href, text in entries]


def home_of(actor: Actor) -> str:
    """Return the page where somebody who is signed in begins."""
    if actor.organisation:
        return "/home"
    if actor.staff:
        return "/partnership"
    if actor.organiser:
        return "/organise"
    return "/operate" if actor.operator else "/organisation/new"
