"""Who one can be in the demo: one person for each role, with an address that nobody has and a password to print."""

import base64
import hashlib
from datetime import datetime
from typing import NamedTuple

import pyotp

from pledge.accounts import totp
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
WITH_FACTOR = ("organiser", "staff", "operator")


def password_of(member: Member) -> str:
    """Return a member's password: four words from the seed. It opens nothing but a demo on this machine."""
    digest = hashlib.sha256(f"{SEED}:{member.role}".encode()).digest()
    return " ".join(_WORDS[byte % len(_WORDS)] for byte in digest[:4])


def secret_of(member: Member) -> str:
    """Return what an authenticator app needs to make a member's codes, or "" for those who sign in without one."""
    if member.role not in WITH_FACTOR:
        return ""
    return base64.b32encode(hashlib.sha256(f"{SEED}:{member.role}:factor".encode()).digest()[:20]).decode()


def door_secret() -> str:
    """Return the secret of the door link of the event that starts soon after the demo is made."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{SEED}:door".encode()).digest()).decode().rstrip("=")


def codes(moment: datetime) -> list[tuple[Member, str]]:
    """Return what the app of everybody who has one shows at a moment."""
    return [(member, pyotp.TOTP(secret_of(member)).at(moment)) for member in CAST if member.role in WITH_FACTOR]


def sign_ins() -> str:
    """Return what is printed: a line for each role, and where to find the codes of those who need one."""
    lines = [f"  {member.role:12} {member.email:34} {password_of(member)}" for member in CAST]
    keys = [f"  {member.role:12} {totp.groups(secret_of(member))}" for member in CAST if member.role in WITH_FACTOR]
    return "\n".join(
        [
            "Sign in as (e-mail address, password):",
            *lines,
            "These are asked for a code, too. /demo/mailbox shows it; or give your authenticator app the key:",
            *keys,
            "At the door of the event that starts soon after this demo is made, without an account:",
            f"  /door/{door_secret()}",
        ]
    )
