"""Answering, for whoever holds the link of an invitation: the quick check, sharing it, taking that back, declining.

Every function works in the current unit. Until something is shared, the firm that asked learns nothing.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from pledge.accounts import links
from pledge.accounts.links import NoLongerWorks, Opened, Purpose, Used
from pledge.accounts.people import email_key
from pledge.asking import meanwhile, summaries
from pledge.asking.invitations import PURPOSE, SHARED_FOR, refusal_hash
from pledge.asking.summaries import Summary
from pledge.assessments import definitions
from pledge.assessments.quick import quick_check
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token, token_hash
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import QUICK_CHECK
from pledge.refusals import ChangedMeanwhile, Missing, Refusal

_answers = msgspec.json.Decoder(dict[str, Answer]).decode


class Over(Exception):
    """There is nothing to answer any more. ``reason``: expired, withdrawn, declined, or ended (what was shared)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AnsweredMeanwhile(Exception):
    """Some of the ``questions`` were answered elsewhere since the page was opened. Nothing of it is saved."""

    def __init__(self, questions: Collection[str]) -> None:
        super().__init__(", ".join(questions))
        self.questions = questions


class Asked(msgspec.Struct, frozen=True, dict=True):
    """An invitation as the supplier sees it: who asks, what it has answered so far, and what it shares.

    ``by`` is "" once nobody can tell. ``looks`` are days on which somebody there looked.
    """

    id: UUID
    organisation: UUID
    organisation_name: str
    by: str
    supplier_name: str
    contact: str
    email: str
    token: str
    expires: datetime
    definition: Definition
    answers: dict[str, Answer]
    summary: Summary | None
    shared: datetime | None
    shared_until: datetime | None
    looks: tuple[date, ...]

    @property
    def by_mail(self) -> bool:
        """Whether we wrote to the supplier, rather than the firm."""
        return self.email != ""

    @property
    def open(self) -> bool:
        """Whether it can still be answered."""
        return self.summary is None

    @property
    def answered(self) -> int:
        """How many questions that are scored have an answer: the others need none."""
        return sum(question.id in self.answers for question in self.definition.scored)

    @property
    def complete(self) -> bool:
        """Whether every question that is scored has an answer."""
        return self.answered == len(self.definition.scored)

    @cached_property
    def harm(self) -> bool:
        """Whether an answer says that somebody may be harmed."""
        return quick_check.describes_harm(self.definition, self.answers)

    @cached_property
    def would_share(self) -> Summary:
        """What the firm that asks would see of the answers."""
        return summaries.of_answers(self.definition, self.answers)


_SELECT = f"""
SELECT i.id, i.organisation, o.name AS organisation_name, COALESCE(p.name, '') AS by, i.supplier_name, i.contact,
    i.email, i.token_hash AS token, i.state, i.expires, a.version, a.answers, s.content, s.shared,
    s.expires AS shared_until, s.ended, s.looks,
    {definitions.HOW_MANY} AS texts
FROM supplier_invitation i JOIN organisation o ON o.id = i.organisation LEFT JOIN person p ON p.id = i.asked_by
LEFT JOIN supplier_answer a ON a.invitation = i.id LEFT JOIN supplier_share s ON s.invitation = i.id
WHERE i.token_hash = {{}}
"""  # noqa: S608


async def find(secret: str) -> Asked:
    """Return the invitation whose link has this secret. Raises Missing; Over when it is none any more."""
    row = await sql.row(_SELECT, token_hash(secret))
    if row is None:
        raise Missing
    return await _asked(row)


async def _asked(row: dict[str, Any]) -> Asked:
    now, state, ended = clock.now(), row.pop("state"), row.pop("ended")
    if row["shared_until"] is not None:
        if ended is not None or row["shared_until"] <= now:
            raise Over("ended")
    elif state != "open" or row["expires"] <= now:
        raise Over("expired" if state == "open" else state)
    version, answers, content, texts = (row.pop(name) for name in ("version", "answers", "content", "texts"))
    await definitions.catch_up(texts)
    return Asked(
        **{**row, "looks": summaries.days(row["looks"] or "")},
        definition=await definitions.version(QUICK_CHECK, version) if version else quick_check.asked_now(),
        answers=_answers(answers) if answers else {},
        summary=summaries.decode(content) if content else None,
    )


async def _hold(secret: str) -> Asked:
    """Return the invitation; whoever does anything with it at the same moment waits until this unit is over."""
    await sql.hold("supplier_invitation", "state", "token_hash = {}", token_hash(secret))
    return await find(secret)


async def _hold_open(secret: str) -> Asked:
    found = await _hold(secret)
    if not found.open:
        raise Refusal("You have shared something already. Take it back first. Nothing was changed.")
    return found


# — answering —


async def save(secret: str, given: Mapping[str, Answer | None], shown: Mapping[str, str] | None = None) -> Asked:
    """Keep answers beside those that are there (None empties one), and return the invitation as it is now.

    ``shown`` stands for the answers that the page showed (``meanwhile``); None for whatever is there. Raises Missing,
    Over, AnsweredMeanwhile, and Refusal once something is shared.
    """
    found = await _hold_open(secret)
    given = {name: answer for name, answer in given.items() if name in found.definition}
    if shown is not None:
        given, contested = meanwhile.split(given, shown, found.answers)
        if contested:
            raise AnsweredMeanwhile(contested)
    answers = {name: answer for name, answer in {**found.answers, **given}.items() if answer is not None}
    await sql.rows(
        "INSERT INTO supplier_answer (invitation, version, answers, revision, updated) VALUES ({}, {}, {}, 1, {}) "
        "ON CONFLICT (invitation) DO UPDATE SET answers = excluded.answers, revision = supplier_answer.revision + 1, "
        "updated = excluded.updated",
        found.id,
        found.definition.version,
        msgspec.json.encode(answers).decode(),
        clock.now(),
    )
    await record("ask.answers-saved", found.id, organisation=found.organisation)
    return msgspec.structs.replace(found, answers=answers)


async def share_answers(secret: str, digest: str, mailroom: Mailroom) -> None:
    """Share the answers that the page showed (``digest`` is of them) with the firm that asked, and tell it.

    Raises Missing, Over; ChangedMeanwhile; Refusal when they are not complete, or something is shared already.
    """
    found = await _hold_open(secret)
    if not found.complete:
        raise Refusal("Some questions are still open. Answer them first. Nothing was shared.")
    if not found.would_share.answers:
        raise Refusal("None of your answers would be shown, so there is nothing to share.")
    await _share(found, found.would_share, digest, mailroom)


async def share(secret: str, summary: Summary, digest: str, mailroom: Mailroom, *, giver: UUID, person: UUID) -> None:
    """Share the summary of a report of the organisation ``giver``. Raises as ``share_answers``."""
    found = await _hold_open(secret)
    if found.organisation == giver:
        raise Refusal("Your own organisation asks here. There is nobody to share with.")
    await _share(found, summary, digest, mailroom, giver=giver, person=person)


async def _share(
    found: Asked, summary: Summary, digest: str, mailroom: Mailroom, *, giver: UUID | None = None,
    person: UUID | None = None,
) -> None:  # fmt: skip
    if summary.digest != digest:
        raise ChangedMeanwhile
    share, now = new_id(), clock.now()
    await sql.rows(
        "INSERT INTO supplier_share (id, organisation, invitation, kind, asker, giver, shared_by, content, shared, "
        "expires, looks) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, '')",
        share,
        found.organisation,
        found.id,
        summary.kind,
        found.organisation_name,
        giver,
        person,
        summaries.encode(summary),
        now,
        now + SHARED_FOR,
    )
    await links.prolong(found.token, now + SHARED_FOR)
    await record("share.given", share, person=person, organisation=found.organisation, kind=summary.kind)
    asker = await sql.row(
        "SELECT p.name, p.email, i.supplier FROM supplier_invitation i JOIN person p ON p.id = i.asked_by "
        "JOIN membership m ON m.person = p.id AND m.organisation = i.organisation WHERE i.id = {}",
        found.id,
    )
    if asker:
        words = {"name": asker["name"], "supplier_name": found.supplier_name, "supplier": asker["supplier"]}
        await post(mailroom.write(asker["email"], "supplier_answered", **words), dedupe=f"share:{share}")


async def withdraw(secret: str) -> None:
    """Take back the answers that were shared; nothing of them is kept. Raises Missing, Over; Refusal for a report."""
    found = await _hold(secret)
    if found.summary is None or found.summary.kind != "answers":
        raise Refusal("There are no answers to take back here. A report is taken back on your page of shares.")
    gone = await sql.rows(
        "UPDATE supplier_share SET ended = {}, content = '' WHERE invitation = {} RETURNING id", clock.now(), found.id
    )
    await sql.rows("DELETE FROM supplier_answer WHERE invitation = {}", found.id)
    await record("share.withdrawn", gone[0]["id"], organisation=found.organisation)


async def decline(secret: str, *, for_good: bool) -> None:
    """Say no. The address is forgotten; ``for_good``: a hash is kept, so that nobody here can write to it again.

    Raises Missing, Over, and Refusal once something is shared.
    """
    found = await _hold_open(secret)
    await sql.rows(
        "UPDATE supplier_invitation SET state = 'declined', closed = {}, email = '', contact = '' WHERE id = {}",
        clock.now(),
        found.id,
    )
    await sql.rows("DELETE FROM supplier_answer WHERE invitation = {}", found.id)
    if for_good and found.email:
        await sql.rows(
            "INSERT INTO ask_refusal (email_hash, refused) VALUES ({}, {}) ON CONFLICT (email_hash) DO NOTHING",
            refusal_hash(email_key(found.email)),
            clock.now(),
        )
    await record("ask.declined", found.id, organisation=found.organisation, for_good=for_good)


# — the link in the mail —


async def _look(link: Opened) -> Asked:
    try:
        return await find(link.secret)
    except Over as over:
        raise NoLongerWorks(over.reason, link) from over
    except Missing as error:
        known = await sql.row("SELECT 1 FROM supplier_invitation WHERE id = {}", UUID(link.payload["invitation"]))
        raise NoLongerWorks("replaced" if known else "gone", link) from error


async def _show(link: Opened) -> dict[str, Any]:
    return {"asked": await _look(link)}


async def _open(link: Opened, _prepared: object, _device: str) -> Used:
    """Go on to the pages of the invitation. A link that the firm itself passed on works once.

    What opens the answers must be the supplier's alone: so it gets an address of its own for the link that the firm
    knows. A link that we wrote is known to whoever reads that mailbox, and goes on working.
    """
    found = await _look(link)
    secret = link.secret
    if found.by_mail:
        await links.spare(link)
    else:
        secret = new_token()
        await sql.rows("UPDATE supplier_invitation SET token_hash = {} WHERE id = {}", token_hash(secret), found.id)
    await record("ask.opened", found.id, organisation=found.organisation)
    return Used(f"/asked/{secret}")


PURPOSES = {PURPOSE: Purpose("asking/link_ask.html", _open, show=_show, over="asking/over.html")}
