"""A form that we could not take now comes back in the page that says why, ready to be sent again.

Nothing of it is stored: the fields are in the page alone, and never a password, a code or a file. A form says who
opened it and for which organisation, so another person or organisation that sends it again is refused (forms).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from pledge.web.bodies import FORM_BYTES
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.receiving import WrongPerson, read_form

AGAIN = "again"  # in an address: which page was kept (kept)
Answer = Callable[[Form | None], Response[Any]]


@dataclass(frozen=True, slots=True)
class Resend:
    """What a page needs to send a form again: where to, and the fields as they came.

    step: what must be done first in another tab, as (address, words of the link); None when only time has to pass.
    incomplete: whether passwords, codes or files were left out and have to be given again.
    """

    action: str
    fields: list[tuple[str, str]]
    step: tuple[str, str] | None
    incomplete: bool


def unkept(request: AnyRequest) -> None:
    """See to it that the page which answers this form is not kept (``keeping``)."""
    request.scope["state"]["unkept"] = True


def resend(request: AnyRequest, sent: Form | None, step: tuple[str, str] | None = None) -> Resend | None:
    """Return how a page sends ``sent`` again, and see to it that the page is not kept; None without a form."""
    unkept(request)
    if sent is None:
        return None
    return Resend(target(request), sent.resendable, step, sent.has_secrets or bool(sent.files))


def target(request: AnyRequest) -> str:
    """Return the path and the query as the browser sent them, without the name of a page that was kept."""
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    query = "&".join(part for part in query.split("&") if not part.startswith(f"{AGAIN}="))
    return f"{path}?{query}" if query else path


class WithForm(Response[bytes]):
    """A response made of what the form said, even where nobody has read the form yet. ``answer`` makes it."""

    def __init__(self, request: AnyRequest, answer: Answer, wrong_person: Callable[[], Response[Any]]) -> None:
        super().__init__(b"")
        self.request = request
        self.answer = answer
        self.wrong_person = wrong_person

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """Return what reads the form and then answers."""
        return cast(ASGIResponse, self._serve)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            sent = await _sent(self.request)
            response = self.answer(sent)
            for file in sent.files.values() if sent else ():
                await file.close()
        except WrongPerson:
            response = self.wrong_person()
        await response.to_asgi_response(app=None, request=self.request)(scope, receive, send)


async def _sent(request: AnyRequest) -> Form | None:
    """Return the form that was sent; None when there is none, when it does not say how long it is, or is too long."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= FORM_BYTES):
        return None
    try:
        return await read_form(request)
    except HTTPException:
        return None
