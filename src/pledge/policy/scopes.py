"""What a handler is given instead of tables: the rows it may reach.

Every domain function that touches an organisation's rows takes an OrganisationScope and puts its ``organisation``
into the statement, so that reaching another organisation's rows would need another scope, which nobody can make up.
"""

from dataclasses import dataclass
from uuid import UUID

from pledge.policy.actors import Actor

LEAST = 5  # firms that a figure must stand for, for readers inside a partnership


@dataclass(frozen=True, slots=True)
class PublicScope:
    """What everybody may see. ``actor`` may be a visitor."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class PersonScope:
    """A signed-in person's own rows."""

    actor: Actor
    person: UUID


@dataclass(frozen=True, slots=True)
class OrganisationScope:
    """The rows of the person's active organisation, within their member role."""

    actor: Actor
    person: UUID
    organisation: UUID
    role: str


@dataclass(frozen=True, slots=True)
class OrganiserScope:
    """The events of one organiser body and their attendees; never an organisation's answers."""

    actor: Actor
    person: UUID
    organiser: UUID


@dataclass(frozen=True, slots=True)
class DoorScope:
    """The people with a place at one event, while its door link works. ``door`` is the link, which the log names."""

    actor: Actor
    door: UUID
    event: UUID


@dataclass(frozen=True, slots=True)
class AggregateScope:
    """Published releases and public facts; never one organisation's rows."""

    actor: Actor
    person: UUID


@dataclass(frozen=True, slots=True)
class OperatorScope:
    """Running the installation: users and roles; no organisation's answers."""

    actor: Actor
    person: UUID


Scope = PublicScope | PersonScope | OrganisationScope | OrganiserScope | DoorScope | AggregateScope | OperatorScope
