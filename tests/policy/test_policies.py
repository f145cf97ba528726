"""Every policy for every kind of actor: a table that says who may do what."""

from itertools import product
from uuid import UUID

import pytest

from pledge.policy.actors import ENROLLED, MEMBER_ROLES, NO_FACTOR, PASSED, VISITOR, Actor
from pledge.policy.policies import (
    ACCOUNT,
    CONFIRM,
    CONFIRMED,
    CONFIRMED_OWNER,
    CONTRIBUTOR,
    DOOR,
    ENROL,
    NO_ORGANISATION,
    NOT_ALLOWED,
    OPERATOR,
    ORGANISER,
    OWNER,
    PERSON,
    POLICIES,
    PROVE,
    PUBLIC,
    SIGN_IN,
    STAFF,
    VIEWER,
    NotAdmitted,
)
from pledge.policy.scopes import (
    AggregateScope,
    DoorScope,
    OperatorScope,
    OrganisationScope,
    OrganiserScope,
    PersonScope,
    PublicScope,
)

PERSON_ID, SESSION, FIRM, BODY = (UUID(int=number) for number in range(1, 5))


def actor(
    member: str = "",
    *,
    organiser: bool = False,
    staff: bool = False,
    operator: bool = False,
    factor: str = PASSED,
    confirmed: bool = False,
) -> Actor:
    return Actor(
        person=PERSON_ID, name="Alice", email="alice@example.org", session=SESSION,
        organisation=FIRM if member else None, organisation_name="Pendle Joinery" if member else "", member_role=member,
        organiser=BODY if organiser else None, organiser_name="Chamber" if organiser else "", staff=staff,
        operator=operator, factor=factor, confirmed=confirmed,
    )  # fmt: skip


ACTORS = {
    "visitor": VISITOR,
    "unproven": Actor(session=SESSION, factor=ENROLLED, unproven=PERSON_ID),
    "nobody's": actor(),
    "nobody's, confirmed": actor(confirmed=True),
    "owner without a factor": actor("owner", factor=NO_FACTOR),
    "viewer": actor("viewer"),
    "contributor": actor("contributor"),
    "owner": actor("owner"),
    "owner, confirmed": actor("owner", confirmed=True),
    "organiser": actor(organiser=True),
    "staff": actor(staff=True),
    "operator": actor(operator=True),
    "all at once": actor("owner", organiser=True, staff=True, operator=True),
    "viewer and staff": actor("viewer", staff=True),
    "door volunteer": Actor(door=FIRM, door_event=BODY),
    "staff without a factor": actor("owner", staff=True, factor=NO_FACTOR),
    "organiser without a factor": actor("viewer", organiser=True, factor=NO_FACTOR),
    "operator without a factor": actor(operator=True, factor=NO_FACTOR, confirmed=True),
}

# yes: a scope; otherwise why not
Y, S, O, N, P, E, C = "yes", SIGN_IN, NO_ORGANISATION, NOT_ALLOWED, PROVE, ENROL, CONFIRM  # noqa: E741
TABLE = {
    #    public account confirmed person viewer contributor owner confirmed_owner organiser staff operator door
    "visitor": (Y, S, S, S, S, S, S, S, S, S, S, N),
    "unproven": (Y, P, P, P, P, P, P, P, P, P, P, N),
    "nobody's": (Y, Y, C, Y, O, O, O, O, N, N, N, N),
    "nobody's, confirmed": (Y, Y, Y, Y, O, O, O, O, N, N, N, N),
    "viewer": (Y, Y, C, Y, Y, N, N, N, N, N, N, N),
    "contributor": (Y, Y, C, Y, Y, Y, N, N, N, N, N, N),
    "owner, confirmed": (Y, Y, Y, Y, Y, Y, Y, Y, N, N, N, N),
    "owner": (Y, Y, C, Y, Y, Y, Y, C, N, N, N, N),
    "owner without a factor": (Y, Y, C, Y, Y, Y, Y, C, N, N, N, N),
    "organiser": (Y, Y, C, Y, O, O, O, O, Y, N, N, N),
    "staff": (Y, Y, C, Y, O, O, O, O, N, Y, N, N),
    "operator": (Y, Y, C, Y, O, O, O, O, N, N, Y, N),
    "all at once": (Y, Y, C, Y, Y, Y, Y, C, Y, Y, Y, N),
    "viewer and staff": (Y, Y, C, Y, Y, N, N, N, N, Y, N, N),
    "staff without a factor": (Y, Y, C, E, E, E, E, E, E, E, E, N),
    "organiser without a factor": (Y, Y, C, E, E, E, E, E, E, E, E, N),
    "operator without a factor": (Y, Y, Y, E, E, E, E, E, E, E, E, N),
    "door volunteer": (Y, S, S, S, S, S, S, S, S, S, S, Y),
}
COLUMNS = (
    *(PUBLIC, ACCOUNT, CONFIRMED, PERSON, VIEWER, CONTRIBUTOR, OWNER, CONFIRMED_OWNER, ORGANISER, STAFF, OPERATOR),
    DOOR,
)


def verdict(policy, who: Actor) -> str:
    try:
        policy.admit(who)
    except NotAdmitted as refused:
        assert refused.policy is policy and str(refused) == refused.reason
        return refused.reason
    return Y


@pytest.mark.parametrize("who", ACTORS)
def test_who_may_do_what(who):
    assert tuple(verdict(policy, ACTORS[who]) for policy in COLUMNS) == TABLE[who]


def test_the_table_covers_every_policy_and_every_role():
    assert set(COLUMNS) == set(POLICIES) and set(TABLE) == set(ACTORS)
    assert set(MEMBER_ROLES) <= set(TABLE)


def test_every_combination_of_roles_may_do_what_each_of_them_may_and_no_more():
    for member, organiser, staff, operator in product(("", *MEMBER_ROLES), *[(False, True)] * 3):
        who = actor(member, organiser=organiser, staff=staff, operator=operator)
        allowed = {policy.name for policy in POLICIES if verdict(policy, who) == Y}
        expected = {"public", "account", "person"}
        expected |= set(MEMBER_ROLES[: MEMBER_ROLES.index(member) + 1]) if member else set()
        expected |= {name for name, has in (("organiser", organiser), ("staff", staff), ("operator", operator)) if has}
        assert allowed == expected


def test_a_scope_holds_what_the_actor_acts_for_and_nothing_else():
    who = ACTORS["all at once"]
    assert PUBLIC.admit(VISITOR) == PublicScope(VISITOR)
    assert PERSON.admit(who) == ACCOUNT.admit(who) == PersonScope(who, PERSON_ID)
    for policy in (VIEWER, CONTRIBUTOR, OWNER):
        assert policy.admit(who) == OrganisationScope(who, PERSON_ID, FIRM, "owner")
    confirmed = ACTORS["owner, confirmed"]
    assert CONFIRMED.admit(confirmed) == PersonScope(confirmed, PERSON_ID)
    assert CONFIRMED_OWNER.admit(confirmed) == OrganisationScope(confirmed, PERSON_ID, FIRM, "owner")
    assert ORGANISER.admit(who) == OrganiserScope(who, PERSON_ID, BODY)
    volunteer = ACTORS["door volunteer"]
    assert DOOR.admit(volunteer) == DoorScope(volunteer, FIRM, BODY)
    assert STAFF.admit(who) == AggregateScope(who, PERSON_ID)
    assert OPERATOR.admit(who) == OperatorScope(who, PERSON_ID)
    assert not hasattr(STAFF.admit(who), "organisation") and not hasattr(OPERATOR.admit(who), "organisation")


def test_a_visitor_is_nobody_and_has_nothing():
    assert not VISITOR.signed_in and ACTORS["nobody's"].signed_in
    assert (VISITOR.person, VISITOR.session, VISITOR.organisation, VISITOR.organiser, VISITOR.door) == (None,) * 5
    assert (VISITOR.staff, VISITOR.operator, VISITOR.confirmed, VISITOR.organisations) == (False, False, False, 0)


def test_half_a_door_link_opens_no_door():
    for half in (Actor(door=FIRM), Actor(door_event=BODY)):
        assert verdict(DOOR, half) == N


def test_a_role_that_does_not_exist_is_an_error_and_never_more_than_nothing():
    with pytest.raises(ValueError):
        VIEWER.admit(actor("administrator"))


def test_actors_and_scopes_cannot_be_changed_afterwards():
    scope = OWNER.admit(ACTORS["owner"])
    for thing, name in ((scope, "organisation"), (ACTORS["owner"], "staff")):
        with pytest.raises(AttributeError):
            setattr(thing, name, True)
