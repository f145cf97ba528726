"""Answers: a rendered page, a redirect after a form, a download."""

import asyncio
from collections.abc import AsyncIterator, Container, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect, Stream

from pledge.web import templates
from pledge.web.forms import mark_of
from pledge.web.guard import actor_of
from pledge.web.navigation import menu

_BLOCK = 64 * 1024
HTML = "text/html"  # Litestar adds the character set

_TOLD = "In a minute we e-mail what is new to everybody who has a place. Until then you can put it right."
_KNOWN = "Nothing is new to the people with a place, so no e-mail goes."
_TWICE = "The clocks go back that night, so one of its times comes twice: we took the first, in summer time."
# What a page says once after a form did its work, by the word in its address: ``?notice=profile-saved``.
NOTICES = {
    "signed-out": "You are signed out.",
    "password-changed": "Your password is changed.",
    "already-registered": "Your account is set up already. Sign in to go on.",
    "complaint-answered": "The complaint is marked as answered.",
    "name-saved": "Your name is saved.",
    "email-asked": "We have sent a link to the new address. It becomes yours when you press the button there.",
    "email-changed": "Your e-mail address is changed. You are signed out everywhere else.",
    "session-ended": "That device is signed out.",
    "sessions-ended": "Every other device is signed out.",
    "recovery-code-used": "You are signed in with a recovery code. It will not work again.",
    "factor-removed": "Your second step is removed. You sign in with your password or a link alone.",
    "profile-saved": "Your answers are saved.",
    "invited": "The invitation is on its way. The link in it works for 24 hours.",
    "invited-again": "They were invited before. We have sent a new link, and the one before no longer works.",
    "joined": "You have joined. This is what your organisation does here.",
    "role-changed": "The role is changed, and we have told them.",
    "member-removed": "They are removed, and we have told them.",
    "handed-over": "You have handed over. You are a contributor now.",
    "left": "You have left.",
    "for-firms": "That page is for people who act for a firm, and you do not now. This is where you begin.",
    "organisation-switched": "You act for this organisation now.",
    "not-signed": "Your organisation has not signed the pledge, so there is nothing yet that it keeps.",
    "pledge-withdrawn": "Your pledge is withdrawn. You are no longer in the public list.",
    "file-known": "You sent this file before. Here it is.",
    "file-removed": "The file is removed.",
    "supplier-saved": "Saved, and rated anew.",
    "row-saved": "The row is in your list.",
    "row-saved-next": "The row is in your list. Here is the next one.",
    "row-left-out-next": "The row is left out. Here is the next one.",
    "row-left-out": "The row is left out. You find it below what we put right or left out.",
    "row-back": "The row is no longer left out.",
    "taken-off": "They are off your list. You can put them back below.",
    "put-back": "Back on your list.",
    "countries-saved": "Saved, and rated anew.",
    "matches-saved": "Your answers are saved.",
    "matches-later": "Nothing was decided. The questions stay here.",
    "merge-undone": "Undone: they are two suppliers again, and we do not ask about them any more.",
    "supplier-asked": "We have written to the supplier. It can answer for 30 days.",
    "ask-link-shown": "The link was shown, and we do not keep it. To get another one, press the button again.",
    "ask-withdrawn": "It is taken back. The link that the supplier has no longer works.",
    "shared": "It is shared. Nobody sees more than this page shows.",
    "share-withdrawn": "It is taken back. Nothing of it can be seen there any more.",
    "answers-saved": "Your answers are saved. Come back when it suits you.",
    "not-complete": "Some questions are still open, so nothing was submitted.",
    "booked": "You are booked. We have e-mailed the details, with an entry for the calendar.",
    "already-booked": "You have a booking for this event already. Here it is.",
    "booked-already": "That e-mail address has a booking for this event already. We have sent it the details again.",
    "needs-saved": "Saved. The organiser sees it as it is now.",
    "needs-deleted": "It is deleted. The organiser does not see it any more, and the booking stays.",
    "booking-cancelled": "The booking is cancelled, and its places are free for others.",
    "event-saved": "The event is saved.",
    "event-saved-told": f"The event is saved. {_TOLD}",
    "event-saved-twice": f"The event is saved. {_TWICE}",
    "event-saved-told-twice": f"The event is saved. {_TWICE} {_TOLD}",
    "event-saved-known": f"The event is saved. {_KNOWN}",
    "event-saved-known-twice": f"The event is saved. {_TWICE} {_KNOWN}",
    "event-published": "The event is published. Everybody can see it now.",
    "event-resumed": f"The event takes place. {_TOLD}",
    "event-resumed-known": f"The event takes place. {_KNOWN}",
    "event-cancelled": "The event is cancelled. We are telling everybody with a place.",
    "event-postponed": "The event is postponed. In a minute we e-mail everybody who has a place. Until then you can "
    "put it right.",
    "event-copied": "This is a copy of the event, as a draft. Give it its days, and save it.",
    "event-deleted": "The draft is deleted.",
    "suggested": "Thank you. Your suggestion is with us, and we write to you when we have decided.",
    "suggestion-accepted": "Accepted, and we have told the sender.",
    "suggestion-refused": "Refused, and we have told the sender why.",
    "door-shown": "You made this door link a moment ago, and we showed it then. If you do not have it, make a new one.",
    "door-withdrawn": "The door link is withdrawn. It no longer works.",
    "colleague-invited": "The invitation is on its way. Its link works for 24 hours.",
    "invitation-withdrawn": "The invitation is withdrawn. Its link no longer works.",
    "removed": "They are removed, and we have told them by e-mail.",
    "team-left": "You no longer organise events there.",
    "team-joined": "Welcome. You can organise events now.",
    "team-joined-sign-in": "You can organise events now. Sign in to go on.",
}
# Those of them that tell of no success.
_HINDRANCES = frozenset({"for-firms", "not-signed", "not-complete"})


def render(request: Request[Any, Any, Any], template: str, *, untrue: Container[str] = (), **context: Any) -> str:
    """Return the HTML of a page, with who is looking (``actor``), the menu and a notice in its context.

    ``untrue``: the notices that may stand in an address that was kept, and are not so any more.
    """
    actor, path = actor_of(request), request.scope["path"]  # Litestar's url would believe the Host header
    notice = request.query_params.get("notice", "")
    if notice in untrue:
        notice = ""
    templates.reader_mark.set(mark_of(actor))
    return templates.render(
        template,
        **{
            "actor": actor,
            "navigation": menu(actor, path, demo=request.app.state.settings.demo),
            "notice": NOTICES.get(notice),
            "hindered": notice in _HINDRANCES,
            **context,
        },
    )


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """Return a page. Use status 422 when a form on it has problems."""
    return Response(render(request, template, **context).encode(), media_type=HTML, status_code=status)


def ask(
    request: Request[Any, Any, Any],
    question: str,
    what: str,
    *,
    address: str,
    back: str,
    yes: str,
    no: str,
    about: str = "",
    hidden: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response[bytes]:
    """Return the page that asks once before something that cannot be undone.

    ``what`` says what follows. The button ``yes`` posts to ``address``, with the ``hidden`` fields; the link ``no``
    goes ``back``. ``about`` is what it is about, above the question. ``status`` is 422 where a form
    leads to the question: such a page is kept for Back and reload.
    """
    context: dict[str, Any] = {"address": address, "back": back, "yes": yes, "no": no, "about": about, "hidden": hidden}
    return page(request, "ask.html", status=status, question=question, what=what, **context)


def see_other(location: str, *, cookies: list[Cookie] | None = None, headers: dict[str, str] | None = None) -> Redirect:
    """Return the answer to a form that did its work: 303, so that reloading the page sends nothing again."""
    return Redirect(location, status_code=303, cookies=cookies, headers=headers)


def download(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """Return a file to keep."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": _kept_as(name)})


def stream_file(file: BinaryIO, name: str, media_type: str) -> Stream:
    """Return a file to keep without ever holding it in memory. It is closed when it has gone out."""
    size = file.seek(0, 2)
    file.seek(0)
    headers = {"Content-Disposition": _kept_as(name), "Content-Length": str(size)}
    return Stream(_blocks(file), media_type=media_type, headers=headers)


async def _blocks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while block := await asyncio.to_thread(file.read, _BLOCK):
            yield block


def _kept_as(name: str) -> str:
    """Return the header that names a file to keep: in ASCII, with a UTF-8 form beside it (RFC 6266)."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "-_. ") else "-" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def local_path(target: str) -> str | None:
    """Return ``target`` when it is a path of this site, else None: nobody is sent elsewhere after signing in."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(char) < 33 for char in target):
        return None
    return None if "\\" in target or len(target) > 500 else target
