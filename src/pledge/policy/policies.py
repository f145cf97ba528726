"""The policy that every route declares: who may use it, and which scope its handler is given.

A route is declared with ``policy=…`` as one of the values below. ``admit`` decides; it is pure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from pledge.policy.actors import MEMBER_ROLES, Actor
from pledge.policy.scopes import (
    AggregateScope,
    DoorScope,
    OperatorScope,
    OrganisationScope,
    OrganiserScope,
    PersonScope,
    PublicScope,
    Scope,
)


class NotAdmitted(Exception):
    """The actor may not use this route. ``reason`` is one of the constants below."""

    def __init__(self, reason: str, policy: "Policy") -> None:
        super().__init__(reason)
        self.reason = reason
        self.policy = policy


SIGN_IN = "sign_in"  # nobody is signed in
NO_ORGANISATION = "no_organisation"  # signed in, but acting for no organisation
NOT_ALLOWED = "not_allowed"  # signed in, without the role
PROVE = "prove"  # signed in, but the session has not passed the person's second factor
ENROL = "enrol"  # signed in, with a role that needs a second factor, which is not set up
CONFIRM = "confirm"  # signed in, but for this they have to show again who they are


@dataclass(frozen=True, slots=True)
class Policy:
    """A named rule. ``who`` says in words who may use the route; ``grant`` returns the scope or raises NotAdmitted."""

    name: str
    who: str
    grant: Callable[["Policy", Actor], Scope]

    def admit(self, actor: Actor) -> Scope:
        """Return the scope this policy gives the actor. Raises NotAdmitted."""
        return self.grant(self, actor)


def _public(_policy: Policy, actor: Actor) -> Scope:
    return PublicScope(actor)


def _known(policy: Policy, actor: Actor) -> UUID:
    """Return who is signed in. Raises NotAdmitted."""
    if actor.person is None:
        raise NotAdmitted(PROVE if actor.unproven else SIGN_IN, policy)
    return actor.person


def _ready(policy: Policy, actor: Actor) -> UUID:
    """Return who is signed in with all that their roles need. Raises NotAdmitted."""
    person = _known(policy, actor)
    if actor.must_enrol:
        raise NotAdmitted(ENROL, policy)
    return person


def _account(policy: Policy, actor: Actor) -> Scope:
    return PersonScope(actor, _known(policy, actor))


def _confirmed(policy: Policy, actor: Actor) -> Scope:
    person = _known(policy, actor)
    if not actor.confirmed:
        raise NotAdmitted(CONFIRM, policy)
    return PersonScope(actor, person)


def _confirmed_owner(policy: Policy, actor: Actor) -> Scope:
    scope = _member("owner")(policy, actor)
    if not actor.confirmed:
        raise NotAdmitted(CONFIRM, policy)
    return scope


def _person(policy: Policy, actor: Actor) -> Scope:
    return PersonScope(actor, _ready(policy, actor))


def _member(least: str) -> Callable[[Policy, Actor], Scope]:
    needed = MEMBER_ROLES.index(least)

    def grant(policy: Policy, actor: Actor) -> Scope:
        person = _ready(policy, actor)
        if actor.organisation is None:
            raise NotAdmitted(NO_ORGANISATION, policy)
        if MEMBER_ROLES.index(actor.member_role) < needed:
            raise NotAdmitted(NOT_ALLOWED, policy)
        return OrganisationScope(actor, person, actor.organisation, actor.member_role)

    return grant


def _organiser(policy: Policy, actor: Actor) -> Scope:
    person = _ready(policy, actor)
    if actor.organiser is None:
        raise NotAdmitted(NOT_ALLOWED, policy)
    return OrganiserScope(actor, person, actor.organiser)


def _door(policy: Policy, actor: Actor) -> Scope:
    if actor.door is None or actor.door_event is None:
        raise NotAdmitted(NOT_ALLOWED, policy)
    return DoorScope(actor, actor.door, actor.door_event)


def _staff(policy: Policy, actor: Actor) -> Scope:
    person = _ready(policy, actor)
    if not actor.staff:
        raise NotAdmitted(NOT_ALLOWED, policy)
    return AggregateScope(actor, person)


def _operator(policy: Policy, actor: Actor) -> Scope:
    person = _ready(policy, actor)
    if not actor.operator:
        raise NotAdmitted(NOT_ALLOWED, policy)
    return OperatorScope(actor, person)


PUBLIC = Policy("public", "everybody", _public)
ACCOUNT = Policy("account", "whoever is signed in, for their own account", _account)
# A route for those who have just shown who they are has a page at the same address: there one goes on afterwards.
CONFIRMED = Policy("confirmed", "whoever has just shown again who they are", _confirmed)
PERSON = Policy("person", "whoever is signed in", _person)
VIEWER = Policy("viewer", "every member of the active organisation", _member("viewer"))
CONTRIBUTOR = Policy("contributor", "contributors and owners of the active organisation", _member("contributor"))
OWNER = Policy("owner", "owners of the active organisation", _member("owner"))
CONFIRMED_OWNER = Policy(
    "confirmed_owner", "owners of the active organisation who have just shown again who they are", _confirmed_owner
)
ORGANISER = Policy("organiser", "organisers, for their own organiser body", _organiser)
DOOR = Policy("door", "whoever holds the door link of one event, around its time", _door)
STAFF = Policy("staff", "partnership staff", _staff)
OPERATOR = Policy("operator", "operators", _operator)

POLICIES = (
    *(PUBLIC, ACCOUNT, CONFIRMED, PERSON, VIEWER, CONTRIBUTOR, OWNER, CONFIRMED_OWNER),
    *(ORGANISER, DOOR, STAFF, OPERATOR),
)
