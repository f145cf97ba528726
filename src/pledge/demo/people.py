"""Who one can be in the demo: one person for each role, with an address that nobody has and a password to print."""

import hashlib
from typing import NamedTuple

from pledge.demo.county import SEED

_WORDS = ("amber", "barley", "cedar", "dapple", "ember", "fennel", "gravel", "harbour", "indigo", "juniper", "kettle",
          "lantern", "meadow", "nettle", "orchard", "pebble")  # fmt: skip


class Member(NamedTuple):
    """Somebody to sign in as."""

    role: str
    name: str
    email: str
    does: str


CAST = (
    Member("owner", "Alice Demo", "alice@harrowmere.example.org", "owns Harrowmere Joinery"),
    Member("contributor", "Bob Demo", "bob@harrowmere.example.org", "works with Alice"),
    Member("viewer", "Vera Demo", "vera@harrowmere.example.org", "reads what Alice and Bob write"),
    Member(
        "organiser", "Olive Demo", "olive@harrowmere.example.org", "organises for the Harrowmere Chamber of Commerce"
    ),
    Member("staff", "Stella Demo", "stella@partnership.example.org", "works for the partnership"),
    Member("operator", "Rosa Demo", "rosa@partnership.example.org", "runs the server"),
)


def password_of(member: Member) -> str:
    """Return a member's password: four words from the seed. It opens nothing but a demo on this machine."""
    digest = hashlib.sha256(f"{SEED}:{member.role}".encode()).digest()
    return " ".join(_WORDS[byte % len(_WORDS)] for byte in digest[:4])


def sign_ins() -> str:
    """Return what is printed: a line for each role."""
    lines = [f"  {member.role:12} {member.email:34} {password_of(member)}" for member in CAST]
    return "\n".join(["Sign in as (e-mail address, password):", *lines])
