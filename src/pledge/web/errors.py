"""Every failure as a plain page: what happened, what to do. Never a traceback, never half a page."""

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from pledge.database.ids import new_id
from pledge.database.outages import is_outage
from pledge.policy.policies import CONFIRM, ENROL, NO_ORGANISATION, PROVE, SIGN_IN, Refused
from pledge.web.bodies import FORM_SECONDS, Crowded
from pledge.web.forms import WrongOrganisation
from pledge.web.guard import actor_of
from pledge.web.limits import TooMany
from pledge.web.navigation import home_of
from pledge.web.origin import CrossSite
from pledge.web.pages import page, see_other

log = logging.getLogger("pledge")

KNOWN = {400, 403, 404, 409, 413, 422, 429, 500, 503}

# What comes first, by the reason for the refusal.
_FIRST = {PROVE: "/sign-in/code", ENROL: "/account/second-factor", CONFIRM: "/account/confirm"}

AnyRequest = Request[Any, Any, Any]


class Missing(Exception):
    """What the address names is not there, or is not this person's: the same page for both."""


class Refusal(Exception):
    """The request cannot be done as things stand. ``message`` says why and what to do, in plain words."""

    def __init__(self, message: str, *, status: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def error_page(request: AnyRequest, status: int, **context: Any) -> Response[bytes]:
    """Return the page for a status; one we have no page for becomes 400 or 500 of the same kind.

    The templates may use ``message``, ``typed``, ``reference`` and ``retry_after`` from ``context``.
    """
    shown = status if status in KNOWN else (400 if status < 500 else 500)
    return page(request, f"errors/{shown}.html", status=status, **context)


def _http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500:
        return _unexpected(request, error)
    response = error_page(request, error.status_code)
    response.headers.update(error.headers or {})  # Allow, for a method that the address does not have
    return response


def _refused(request: AnyRequest, error: Refused) -> Response[Any]:
    if error.reason == SIGN_IN:
        if request.method == "GET":
            return Redirect("/sign-in", status_code=303, query_params={"next": _target(request)})
        return error_page(request, 403, message="You are signed out. Sign in again, then send the form again.")
    if error.reason in _FIRST:
        # a form that was refused is not sent again: one goes on at its page, or at the beginning
        then = _target(request) if request.method == "GET" or error.reason == CONFIRM else None
        return Redirect(_FIRST[error.reason], status_code=303, query_params={"next": then} if then else None)
    actor = actor_of(request)
    if error.reason == NO_ORGANISATION:
        query = request.scope["query_string"].decode("latin-1")  # a notice that was meant for the page of tasks
        return see_other(home_of(actor) + (f"?{query}" if query else ""))
    log.warning("refused %s to %s: it is for %s", _route(request), actor.person, error.policy.who)
    message = f"This page is for {error.policy.who}. Ask them, or sign in with another account. Nothing was changed."
    return error_page(request, 403, message=message)


def _target(request: AnyRequest) -> str:
    """Return the path and the query as the browser sent them."""
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _cross_site(request: AnyRequest, error: CrossSite) -> Response[bytes]:
    log.warning("refused %s: it came from another site, or did not say where from", _route(request))
    return error_page(request, 403, message=str(error))


def _unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    reference = str(new_id())[:8]
    log.error("unexpected error %s at %s", reference, _route(request), exc_info=error)
    return error_page(request, 500, reference=reference)


def _failed(request: AnyRequest, error: Exception) -> Response[bytes]:
    if not is_outage(error):
        return _unexpected(request, error)
    log.warning("the database cannot serve at %s: %s: %s", _route(request), type(error).__name__, error)
    response = error_page(request, 503)
    response.headers["Retry-After"] = "5"
    return response


def _route(request: AnyRequest) -> str:
    """Return the request as the log names it: never the address itself, which may hold a secret or line breaks."""
    return f"{request.method} {request.scope.get('path_template', 'an unknown address')}"


def _wrong_organisation(request: AnyRequest, error: WrongOrganisation) -> Response[bytes]:
    message = (
        "This form belongs to another of your organisations, and you act for a different one now. Nothing was changed. "
        "Change to that organisation, open the page again, and send the form again."
    )
    return error_page(request, 409, message=message, typed=error.form.typed)


def _refusal(request: AnyRequest, error: Refusal) -> Response[bytes]:
    response = error_page(request, error.status, message=error.message)
    if error.status == 503:
        response.headers["Retry-After"] = "60"  # “in a minute” or later, as its sentence says
    return response


def _crowded(request: AnyRequest, _error: Crowded) -> Response[bytes]:
    response = error_page(request, 503, retry_after="a minute")
    response.headers["Retry-After"] = str(int(FORM_SECONDS))
    return response


def _too_many(request: AnyRequest, error: TooMany) -> Response[bytes]:
    minutes = -(-error.retry_after // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    response = error_page(request, 429, retry_after=wait)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def handlers() -> ExceptionHandlersMap:
    """Return which function answers which exception."""
    return {
        HTTPException: _http,
        Missing: lambda request, _: error_page(request, 404),
        Refused: _refused,
        Refusal: _refusal,
        CrossSite: _cross_site,
        WrongOrganisation: _wrong_organisation,
        TooMany: _too_many,
        Crowded: _crowded,
        Exception: _failed,
    }
