"""Who is asking: one frozen value per request, made from the session in one query."""

from dataclasses import dataclass
from uuid import UUID

MEMBER_ROLES = ("viewer", "contributor", "owner")  # each may do what the ones before it may


@dataclass(frozen=True, slots=True)
class Actor:
    """A visitor (``person`` is None) or a signed-in person with what they may act for.

    organisation, organisation_name, member_role: the active organisation and the person's role in it.
    organiser, organiser_name: the organiser body they act for. staff, operator: whether they hold that role.
    door, door_event: the door link that a volunteer without an account holds, and the event it is for.
    """

    person: UUID | None = None
    name: str = ""
    email: str = ""
    session: UUID | None = None
    organisation: UUID | None = None
    organisation_name: str = ""
    member_role: str = ""
    organiser: UUID | None = None
    organiser_name: str = ""
    staff: bool = False
    operator: bool = False
    door: UUID | None = None
    door_event: UUID | None = None

    @property
    def signed_in(self) -> bool:
        """Whether this is a person rather than a visitor."""
        return self.person is not None


VISITOR = Actor()
