"""A form that arrives: read from the body of the request, and proved to be this person’s and this organisation’s."""

import hashlib
from functools import lru_cache
from urllib.parse import parse_qsl
from uuid import UUID

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, InternalServerException

from pledge.database.ids import parse_id
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganisationScope
from pledge.web.bodies import arriving
from pledge.web.forms import FOR, Form
from pledge.web.guard import AnyRequest, actor_of

FIELDS = 500


class WrongOrganisation(Exception):
    """The form belongs to another organisation than the one the person is acting for now."""

    def __init__(self, form: Form) -> None:
        super().__init__("the form belongs to another organisation")
        self.form = form


class WrongPerson(Exception):
    """The form was opened by somebody else than the person who is signed in now."""


def mark_of(actor: Actor) -> str:
    """Return what a form carries to say who opened it; "" for a visitor. It names them to nobody else.

    It keeps honest people from sending each other’s forms. Whoever forges it sends their own form, as themselves.
    """
    person = actor.person or actor.unproven
    return _mark(person) if person else ""


@lru_cache(maxsize=1000)
def _mark(person: UUID) -> str:
    return hashlib.sha256(f"a form for {person}".encode()).hexdigest()[:16]


def check_organisation(form: Form, active: UUID) -> None:
    """Raise WrongOrganisation unless the form carries the id of the organisation the person is acting for."""
    if parse_id(form.value("organisation")) != active:
        raise WrongOrganisation(form)


async def read_form(request: AnyRequest) -> Form:
    """Read the body of a form post. Where the route’s scope is an organisation, it is a form of that organisation.

    Raises ClientException (400) when it is not a form at all, RequestEntityTooLarge (413), HTTPException (408) when it
    does not arrive in time, Crowded (503) when too many others are arriving, WrongPerson when it was opened by somebody
    else than whoever is signed in, and WrongOrganisation when it is not the one they act for now.
    """
    form = await _read(request)
    actor, within = actor_of(request), request.scope["state"].get("within")
    form.sender = f"door:{actor.door}" if actor.door else str(actor.person or "")
    mark = mark_of(actor)
    try:
        if mark and form.says_for_whom and form.value(FOR) != mark:
            raise WrongPerson
        if isinstance(within, OrganisationScope):
            check_organisation(form, within.organisation)
    except (WrongPerson, WrongOrganisation):
        for file in form.files.values():
            await file.close()
        raise
    return form


async def _read(request: AnyRequest) -> Form:
    content_type, _ = request.content_type
    try:
        if content_type == "multipart/form-data":
            async with arriving(request, file=True):
                return await _multipart(request)
        if content_type == "application/x-www-form-urlencoded":
            async with arriving(request):
                return _urlencoded(await request.body())
    except InternalServerException as error:  # the browser went away in the middle
        raise ClientException from error
    except (UnicodeError, LookupError, ValueError) as error:
        raise ClientException("The form could not be read.") from error
    raise ClientException("The page was not sent as a form.")


def _urlencoded(body: bytes) -> Form:
    submitted: dict[str, list[str]] = {}
    for name, found in parse_qsl(
        body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS, encoding="utf-8", errors="strict"
    ):
        submitted.setdefault(name, []).append(found)
    return Form(submitted)


async def _multipart(request: AnyRequest) -> Form:
    submitted: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    parts = await request.form()
    try:
        for name, found in parts.multi_items():
            if not isinstance(found, UploadFile):
                found.encode()  # some character sets a part can name decode to what is no text
                submitted.setdefault(name, []).append(found)
                continue
            if earlier := files.get(name):  # no field of ours takes two
                await earlier.close()
            files[name] = found
    except UnicodeError:
        await parts.close()
        raise
    return Form(submitted, files=files)
