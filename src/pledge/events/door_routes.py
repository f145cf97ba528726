"""Pages of the door: the organiser makes its link, volunteers check people in. The link’s secret is never stored."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.accounts.totp import qr
from pledge.database.ids import new_token, parse_id
from pledge.database.unit import read, write
from pledge.events.programme.event import Event
from pledge.events.running import door, organising
from pledge.events.running.door import Counts, DoorLink, DoorShut, Guest
from pledge.policy.policies import DOOR, ORGANISER
from pledge.policy.scopes import DoorScope, OrganiserScope
from pledge.refusals import Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once, write_once
from pledge.web.pages import ask, page, see_other
from pledge.web.receiving import read_form

# — the organiser —


@get("/organise/events/{event:uuid}/door", policy=ORGANISER)
async def make_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to make another door link, which ends the one there is."""
    return await _ask(
        request,
        within,
        event,
        "Make a new door link?",
        "The link that you made before then stops working, for everybody who has it.",
        address=f"/organise/events/{event}/door",
        yes="Make a new door link",
        hidden={"instead": "yes"},
    )


@get("/organise/events/{event:uuid}/door/withdraw", policy=ORGANISER)
async def withdraw_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to withdraw the door link."""
    return await _ask(
        request,
        within,
        event,
        "Withdraw the door link?",
        "Whoever has it can then check nobody in any more. Who was checked in stays so.",
        address=f"/organise/events/{event}/door/withdraw",
        yes="Withdraw the door link",
    )


async def _ask(
    request: AnyRequest, within: OrganiserScope, event: UUID, question: str, what: str, **answers: Any
) -> Response[bytes]:
    async def unit() -> tuple[Event, DoorLink | None]:
        return await organising.load(within, event), await door.link(within, event)

    found, made = await read(unit)
    if made is None:
        raise Refusal("This event has no door link now. Make one on the page of the event.")
    back = f"/organise/events/{event}"
    return ask(request, question, what, about=found.title, back=back, no="Keep the link", **answers)


@post("/organise/events/{event:uuid}/door", policy=ORGANISER)
async def make(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Make a door link and show it, this once."""
    form = await read_form(request)
    secret, made = new_token(), list[DoorLink]()

    async def work() -> str:
        if form.value("instead") != "yes" and await door.link(within, event):
            raise Refusal("A colleague has made a door link meanwhile. Open the event afresh to see it.")
        made.append(await door.make(within, event, secret))
        return f"/organise/events/{event}?notice=door-shown"

    location = await write_once(form, work)
    if not made:  # the same form again: the link was shown, and we do not know it any more
        return see_other(location)
    found = await read(partial(organising.load, within, event))
    address = f"{request.app.state.settings.base_url}/door/{secret}"
    size, path = qr(address)
    return page(request, "organise/door.html", event=found, door=made[-1], address=address, size=size, path=path)


@post("/organise/events/{event:uuid}/door/withdraw", policy=ORGANISER)
async def withdraw(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """End the event's door link."""
    form = await read_form(request)

    async def work() -> str:
        await door.withdraw(within, event)
        return f"/organise/events/{event}?notice=door-withdrawn"

    return await answer_once(form, work)


# — the volunteer —


@get("/door/{token:str}", policy=DOOR, anonymous=True)
async def door_page(request: AnyRequest, within: Within[DoorScope], token: FromPath[str]) -> Response[bytes]:
    """Show the box that finds somebody, whoever it found, and how many are here."""
    typed = request.query_params.get("name", "")
    form = Form({"name": [typed]} if typed else None)
    typed = form.text("name", None, limit=100)
    person = parse_id(request.query_params.get("person", ""))
    if typed and not door.enough(typed):
        form.fail("name", f"Type {door.LETTERS} letters of the name or more.")

    async def unit() -> tuple[Counts, list[Guest], Guest | None]:
        counts = await door.counts(within)
        if typed and not form.errors:
            await door.count_search(within, counts.expected)
            return counts, await door.find(within, typed), None
        return counts, [], await door.guest(within, person) if person else None

    counts, found, shown = await (write(unit) if typed else read(unit))
    return page(
        request,
        "door/door.html",
        status=422 if form.errors else 200,
        form=form,
        token=token,
        counts=counts,
        searched=bool(typed) and not form.errors,
        found=found[: door.MOST],
        more=len(found) > door.MOST,
        shown=shown,
        before=request.query_params.get("before") == "yes",
    )


@post("/door/{token:str}/people/{attendee:uuid}/in", policy=DOOR, anonymous=True)
async def check_in(
    request: AnyRequest, within: Within[DoorScope], token: FromPath[str], attendee: FromPath[UUID]
) -> Redirect:
    """Check somebody in."""
    form = await read_form(request)

    async def work() -> str:  # what it returns is kept: not the secret
        newly = await door.check_in(within, attendee)
        return f"person={attendee}" if newly else f"person={attendee}&before=yes"

    return see_other(f"/door/{token}?{await write_once(form, work)}")


@post("/door/{token:str}/people/{attendee:uuid}/undo", policy=DOOR, anonymous=True)
async def undo(
    request: AnyRequest, within: Within[DoorScope], token: FromPath[str], attendee: FromPath[UUID]
) -> Redirect:
    """Take a check-in back: the one that was seen, not one that somebody made since."""
    form = await read_form(request)

    async def work() -> str:
        await door.undo(within, attendee, form.value("seen"))
        return f"person={attendee}"

    return see_other(f"/door/{token}?{await write_once(form, work)}")


def shut(request: AnyRequest, error: DoorShut) -> Response[bytes]:
    """Say when a door link works, or that it does not."""
    return page(request, "door/shut.html", status=403 if error.opens else 404, shut=error)


ROUTES = [make_page, make, withdraw_page, withdraw, door_page, check_in, undo]
