"""Who is asking: one frozen value per request, made from the session in one query."""

from dataclasses import dataclass
from uuid import UUID

MEMBER_ROLES = ("viewer", "contributor", "owner")  # each may do what the ones before it may

NO_FACTOR = "none"  # the person has set up no second factor
ENROLLED = "enrolled"  # has one, and this session has not passed it
PASSED = "passed"  # has one, and this session has passed it


@dataclass(frozen=True, slots=True)
class Actor:
    """A visitor (``person`` is None) or a signed-in person with what they may act for.

    organisation, organisation_name, member_role: the active organisation and the person's role in it.
    organisations: how many they are a member of.
    organiser, organiser_name: the organiser body they act for. staff, operator: whether they hold that role.
    door, door_event: the door link that a volunteer without an account holds, and the event it is for.
    language: in which they read the questions where there is a translation, "" for the original.
    factor: NO_FACTOR, ENROLLED or PASSED. confirmed: whether they showed a few minutes ago who they are.
    unproven: the person of a session that still has to pass the second factor. Everywhere else it is a visitor: it has
    no ``person`` and no roles.
    """

    person: UUID | None = None
    name: str = ""
    email: str = ""
    session: UUID | None = None
    organisation: UUID | None = None
    organisation_name: str = ""
    member_role: str = ""
    organisations: int = 0
    organiser: UUID | None = None
    organiser_name: str = ""
    staff: bool = False
    operator: bool = False
    door: UUID | None = None
    door_event: UUID | None = None
    language: str = ""
    factor: str = NO_FACTOR
    confirmed: bool = False
    unproven: UUID | None = None

    @property
    def signed_in(self) -> bool:
        """Whether this is a person rather than a visitor."""
        return self.person is not None

    @property
    def needs_factor(self) -> bool:
        """Whether their role sees other people's data, so that a password alone is not enough."""
        return self.staff or self.operator or self.organiser is not None

    @property
    def must_enrol(self) -> bool:
        """Whether they have to set up a second factor before anything else."""
        return self.needs_factor and self.factor == NO_FACTOR


VISITOR = Actor()
