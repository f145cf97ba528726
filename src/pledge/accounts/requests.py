"""What somebody without a session may ask for: an account, a link to sign in, a new password.

The page does the same whatever the address is: it queues one job. Only the worker looks whether the address is known,
so neither the words nor the time of the answer tell a stranger who has an account.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from pledge.accounts import links, people
from pledge.audit.log import record
from pledge.database.unit import write
from pledge.limits import Limit, TooMany, hit, hit_to
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.worker.loop import Handler
from pledge.worker.queue import Claimed, enqueue

CONFIRM_LIVES = timedelta(hours=24)
ENROLMENT_LIVES = timedelta(hours=24)  # of the link that an operator hands to somebody with a role
SIGN_IN_LIVES = timedelta(minutes=10)  # OWASP ASVS 5.0, 6.5.5: out-of-band codes live at most ten minutes

CARRIED = "carried"  # the field of what somebody takes along into a new account
LONGEST_CARRIED = 16_000  # characters

REGISTRATIONS_TO = Limit("register-to", hits=3, seconds=3600)
# As many as this within the life of a link: whoever asks for links to somebody else's address to use the limit up only
# makes sure that a link which works lies in the owner's mailbox.
LINKS_PER_ADDRESS = Limit("link-to", hits=3, seconds=int(SIGN_IN_LIVES.total_seconds()))

# Apart from those: whoever asks for somebody's address as their own uses up neither that person's links nor theirs.
NEW_EMAILS_OF = Limit("new-email-of", hits=3, seconds=LINKS_PER_ADDRESS.seconds)
NEW_EMAILS_TO = Limit("new-email-to", hits=6, seconds=24 * 3600)


async def ask_to_register(
    email: str, name: str, organisation_name: str, password_hash: str, address: str, carried: str = ""
) -> None:
    """Queue a registration that came from a network address, in the current unit. Raises TooMany.

    ``carried`` is what the person takes along into the new account: the link in the e-mail gives it back, sealed.
    """
    await hit_to(REGISTRATIONS_TO, people.email_key(email), address)
    asked = {"email": email, "name": name, "organisation_name": organisation_name, "password_hash": password_hash}
    await enqueue("accounts.register", {**asked, CARRIED: carried} if carried else asked)
    await record("registration.asked", "nobody")


async def ask_for_link(purpose: str, email: str, then: str = "") -> None:
    """Queue an e-mailed link (``sign_in`` or ``reset``), in the current unit. ``then`` is where to go afterwards."""
    await enqueue("accounts.link", {"purpose": purpose, "email": email, "then": then})
    await record("link.asked", "nobody", purpose=purpose)


async def ask_to_tell(person: UUID, template: str) -> None:
    """Queue an e-mail to a person about their account, in the current unit, where there is nobody to write it."""
    await enqueue("accounts.tell", {"person": str(person), "template": template})


async def ask_for_new_email(person: UUID, email: str) -> None:
    """Queue the link that changes a person's address, in the current unit. It goes to the new address."""
    await enqueue("accounts.new_email", {"person": str(person), "email": email})
    await record("email.asked", person, person=person)


def handlers(mailroom: Mailroom) -> dict[str, Handler]:
    """Return the background work of accounts by job kind."""

    async def register(job: Claimed) -> None:
        asked = {name: value for name, value in job.payload.items() if name != CARRIED}
        carried = job.payload.get(CARRIED, "")

        async def unit() -> None:
            known = await people.by_email(asked["email"])
            if known is not None:
                await post(mailroom.write(known.email, "already_registered", name=known.name), dedupe=f"job:{job.id}")
                return
            path = await links.make("confirm", CONFIRM_LIVES, asked, sealed=carried)
            message = mailroom.write(
                asked["email"],
                "confirm",
                name=asked["name"],
                organisation_name=asked["organisation_name"],
                path=path,
            )
            await post(message, dedupe=f"job:{job.id}")

        await write(unit)

    async def link(job: Claimed) -> None:
        asked = job.payload

        async def unit() -> None:
            known = await people.by_email(asked["email"])
            if known is None:
                return
            await hit(LINKS_PER_ADDRESS, people.email_key(asked["email"]))
            path = await links.make(asked["purpose"], SIGN_IN_LIVES, {"then": asked["then"]}, person=known.id)
            message = mailroom.write(known.email, asked["purpose"], name=known.name, path=path)
            await post(message, dedupe=f"job:{job.id}")

        await _unless_limited(unit)

    async def new_email(job: Claimed) -> None:
        person, email = UUID(job.payload["person"]), job.payload["email"]

        async def unit() -> None:
            account = await people.by_id(person)
            if account is None:
                return
            await hit(NEW_EMAILS_OF, str(person))
            await hit_to(NEW_EMAILS_TO, people.email_key(email), str(person))
            known = await people.by_email(email)
            if known is not None and known.id != person:
                await post(mailroom.write(known.email, "email_taken", name=known.name), dedupe=f"job:{job.id}")
                return
            path = await links.make("new_email", CONFIRM_LIVES, {"email": email}, person=person)
            message = mailroom.write(email, "new_email", name=account.name, old=account.email, path=path)
            await post(message, dedupe=f"job:{job.id}")

        await _unless_limited(unit)

    async def tell(job: Claimed) -> None:
        async def unit() -> None:
            await people.tell(UUID(job.payload["person"]), mailroom, job.payload["template"], dedupe=f"job:{job.id}")

        await write(unit)

    return {
        "accounts.register": register,
        "accounts.link": link,
        "accounts.new_email": new_email,
        "accounts.tell": tell,
    }


async def _unless_limited(unit: Callable[[], Awaitable[None]]) -> None:
    """Run the unit; an address that has had its mails for now gets no more, and nobody is told."""
    try:
        await write(unit)
    except TooMany:
        return
