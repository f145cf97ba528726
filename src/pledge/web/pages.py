"""Answers: a rendered page, a redirect after a form, a download."""

import asyncio
from collections.abc import AsyncIterator, Container, Mapping
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect, Stream

from pledge.web import templates
from pledge.web.guard import AnyRequest, actor_of
from pledge.web.notices import Hindrance
from pledge.web.receiving import mark_of

_BLOCK = 64 * 1024
HTML = "text/html"  # Litestar adds the character set


class Pointer(NamedTuple):
    """A sentence on somebody's first page about what waits for them, and the link, in words, that leads there."""

    sentence: str
    words: str
    address: str


def render(request: AnyRequest, template: str, *, untrue: Container[str] = (), **context: Any) -> str:
    """Return the HTML of a page, with who is looking (``actor``), the menu and a notice in its context.

    ``untrue``: the notices that may stand in an address that was kept, and are not so any more.
    """
    actor, path = actor_of(request), request.scope["path"]  # Litestar's url would believe the Host header
    word = request.query_params.get("notice", "")
    notice = None if word in untrue else request.app.state.notices.get(word)
    templates.reader_mark.set(mark_of(actor))
    return templates.render(
        template,
        **{
            "actor": actor,
            "navigation": request.app.state.menu(actor, path),
            "notice": notice,
            "hindered": isinstance(notice, Hindrance),
            **context,
        },
    )


def page(request: AnyRequest, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """Return a page. Use status 422 when a form on it has problems."""
    return Response(render(request, template, **context).encode(), media_type=HTML, status_code=status)


def ask(
    request: AnyRequest,
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
