"""Every failure as a plain page: what happened, what to do. Never a traceback, never half a page."""

import logging
from collections.abc import Callable
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from pledge.database import saving
from pledge.database.ids import new_id
from pledge.database.outages import is_outage
from pledge.limits import TooMany
from pledge.policy.policies import CONFIRM, ENROL, NO_ORGANISATION, PROVE, SIGN_IN, NotAdmitted
from pledge.refusals import Missing, Refusal
from pledge.web.bodies import FORM_SECONDS, Crowded
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, actor_of
from pledge.web.origin import SAFE_METHODS, CrossSite
from pledge.web.pages import page, see_other
from pledge.web.receiving import WrongOrganisation, WrongPerson, mark_of
from pledge.web.resending import Answer, WithForm, resend, target
from pledge.words.numbers import plural

log = logging.getLogger("pledge")

KNOWN = {400, 403, 404, 409, 413, 422, 429, 500, 503}

# What comes first, by the reason for the refusal: where, the words of its link, and what is said to a form.
_FIRST = {
    SIGN_IN: ("/sign-in", "Sign in in a new tab", "You are signed out"),
    PROVE: ("/sign-in/code", "Give the code in a new tab", "You have not given the code from your app yet"),
    ENROL: ("/account/second-factor", "Set it up in a new tab", "Set up a second step for signing in first"),
    CONFIRM: ("/account/confirm", "Show it in a new tab", "Show again that it is you"),
}


def error_page(request: AnyRequest, status: int, **context: Any) -> Response[bytes]:
    """Return the page for a status; one we have no page for becomes 400 or 500 of the same kind.

    The templates may use ``message``, ``typed``, ``resend``, ``reference``, ``retry_after`` and ``unread`` from
    ``context``.
    """
    shown = status if status in KNOWN else (400 if status < 500 else 500)
    return page(request, f"errors/{shown}.html", status=status, **context)


def _with_form(request: AnyRequest, answer: Answer) -> Response[Any]:
    """Return what ``answer`` makes of the form that was sent, or of None for a request that sends none."""
    if request.method in SAFE_METHODS:
        return answer(None)
    return WithForm(request, answer, lambda: _wrong_person(request))


def with_typed(request: AnyRequest, answer: Callable[[list[tuple[str, str]]], Response[bytes]]) -> Response[Any]:
    """Return what ``answer`` makes of what was typed into the form that was sent, in the words of its page."""
    return _with_form(request, lambda sent: answer(_theirs(request, sent)))


def _theirs(request: AnyRequest, sent: Form | None) -> list[tuple[str, str]]:
    """Return what a visitor, or the person who is signed in, typed into a form that says that they opened it."""
    if sent is None or (mark_of(actor_of(request)) and not sent.says_for_whom):
        return []
    return _typed(request, sent)


def _typed(request: AnyRequest, form: Form) -> list[tuple[str, str]]:
    """Return what was typed, in the words of the form’s page. A route that knows better says so by ``typed``."""
    words = request.scope["route_handler"].opt.get("typed")
    return list(words(request, form)) if words else form.typed


def _unread(request: AnyRequest, sent: Form | None) -> bool:
    """Return whether a form came of which we have read nothing, so that only the browser still has it."""
    return sent is None and request.method not in SAFE_METHODS


def _http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.status_code >= 500:
        return _unexpected(request, error)
    unread = error.status_code in (408, 413) and _unread(request, None)
    response = error_page(request, error.status_code, unread=unread)
    response.headers.update(error.headers or {})  # Allow, for a method that the address does not have
    return response


def _refused(request: AnyRequest, error: NotAdmitted) -> Response[Any]:
    if error.reason in _FIRST:
        return _with_form(request, lambda sent: _first(request, error.reason, sent))
    actor = actor_of(request)
    if error.reason == NO_ORGANISATION:
        return with_typed(request, lambda typed: _no_organisation(request, typed))
    log.warning("refused %s to %s: it is for %s", _route(request), actor.person, error.policy.who)
    message = f"This page is for {error.policy.who}. Ask them, or sign in with another account. Nothing was changed."
    return with_typed(request, lambda typed: error_page(request, 403, message=message, typed=typed))


def _first(request: AnyRequest, reason: str, sent: Form | None) -> Response[Any]:
    """Lead to what comes first. A form in which something was typed stays in the page, to be sent afterwards."""
    path, link, heading = _FIRST[reason]
    form = request.method not in SAFE_METHODS
    if form and (reason == SIGN_IN or (sent and sent.typed)):
        back = resend(request, sent, (path, link))
        return page(request, "errors/first.html", status=403, heading=heading, link=link, step=path, resend=back)
    # a form without anything typed is not sent again: one goes on at its page, or at the beginning
    then = target(request) if not form or reason == CONFIRM else None
    return Redirect(path, status_code=303, query_params={"next": then} if then else None)


def _no_organisation(request: AnyRequest, typed: list[tuple[str, str]]) -> Response[Any]:
    if typed:
        message = "You do not act for an organisation any more, so we did nothing with this form."
        return error_page(request, 403, message=message, typed=typed)
    query = "notice=for-firms"
    if request.scope["path"] == "/home":  # where everybody is led, with a notice perhaps
        query = request.scope["query_string"].decode("latin-1")
    return see_other(request.app.state.home_of(actor_of(request)) + (f"?{query}" if query else ""))


def _cross_site(request: AnyRequest, error: CrossSite) -> Response[bytes]:
    log.warning("refused %s: it came from another site, or did not say where from", _route(request))
    request.scope["state"]["unkept"] = True  # and it gives nothing back: that would be another site's form, made ours
    return error_page(request, 403, message=str(error))


def _unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    reference = str(new_id())[:8]
    log.error("unexpected error %s at %s", reference, _route(request), exc_info=error)

    def answer(sent: Form | None) -> Response[bytes]:
        unread = _unread(request, sent)
        return error_page(request, 500, reference=reference, resend=resend(request, sent), unread=unread)

    return _with_form(request, answer)


def _failed(request: AnyRequest, error: Exception) -> Response[Any]:
    if not is_outage(error):
        return _unexpected(request, error)
    saving.doubt()
    log.warning("the database cannot serve at %s: %s: %s", _route(request), type(error).__name__, error)

    def answer(sent: Form | None) -> Response[bytes]:
        response = error_page(request, 503, resend=resend(request, sent), unread=_unread(request, sent))
        response.headers["Retry-After"] = "5"
        return response

    return _with_form(request, answer)


def _route(request: AnyRequest) -> str:
    """Return the request as the log names it: never the address itself, which may hold a secret or line breaks."""
    return f"{request.method} {request.scope.get('path_template', 'an unknown address')}"


def _wrong_organisation(request: AnyRequest, error: WrongOrganisation) -> Response[bytes]:
    message = (
        "This form belongs to another of your organisations, and you act for a different one now. Nothing was changed. "
        "Change to that organisation, open the page again, and send the form again."
    )
    return error_page(request, 409, message=message, typed=[] if error.form.came_back else _typed(request, error.form))


def _wrong_person(request: AnyRequest) -> Response[bytes]:
    message = (
        "This form was opened by somebody else, who was signed in here before you. We did nothing with it, and we do "
        "not show what it says. Open the page again to fill it in yourself."
    )
    return error_page(request, 409, message=message)


def _refusal(request: AnyRequest, error: Refusal) -> Response[Any]:
    def answer(typed: list[tuple[str, str]]) -> Response[bytes]:
        response = error_page(request, error.status, message=error.message, onward=error.onward, typed=typed)
        if error.status == 503:
            response.headers["Retry-After"] = "60"  # “in a minute” or later, as its sentence says
        return response

    return with_typed(request, answer)


def _missing(request: AnyRequest, _error: Missing) -> Response[Any]:
    return with_typed(request, lambda typed: error_page(request, 404, typed=typed))


def _crowded(request: AnyRequest, _error: Crowded) -> Response[bytes]:
    response = error_page(request, 503, retry_after="a minute", unread=True)
    response.headers["Retry-After"] = str(int(FORM_SECONDS))
    return response


def _too_many(request: AnyRequest, error: TooMany) -> Response[Any]:
    minutes = -(-error.retry_after // 60)
    wait = "a minute" if minutes == 1 else plural(minutes, "minute")

    def answer(sent: Form | None) -> Response[bytes]:
        back, unread = resend(request, sent), _unread(request, sent)
        response = error_page(request, 429, retry_after=wait, resend=back, unread=unread)
        response.headers["Retry-After"] = str(error.retry_after)
        return response

    return _with_form(request, answer)


def handlers() -> ExceptionHandlersMap:
    """Return which function answers which exception."""
    return {
        HTTPException: _http,
        Missing: _missing,
        NotAdmitted: _refused,
        Refusal: _refusal,
        CrossSite: _cross_site,
        WrongOrganisation: _wrong_organisation,
        WrongPerson: lambda request, _: _wrong_person(request),
        TooMany: _too_many,
        Crowded: _crowded,
        Exception: _failed,
    }
