"""What a firm shows to others: the badge on its website, and the page where its owner finds badge and certificate."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.pledges import badge, standing
from pledge.pledges.register import Register
from pledge.policy.policies import PUBLIC, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page

# For an image in strangers' pages: they may show it, it can do nothing, and opened by itself it is a picture.
_SHOWN_ELSEWHERE = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "content-disposition": "inline",
}


@get("/badge/{name:str}", policy=PUBLIC, anonymous=True)
async def badge_image(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Answer with a firm's badge, an empty image where no pledge is current; 304 to whoever has it; 404 for no id."""
    stem, _, kind = name.partition(".")
    organisation = parse_id(stem)
    if organisation is None or kind != "svg":
        raise Missing
    state = request.app.state
    register: Register = state.register
    entry = await read(partial(register.entry, organisation))
    made = badge.badge_of(entry, state.partnership.name, register.text.register.label, clock.now())
    headers = {**_SHOWN_ELSEWHERE, "etag": made.etag, "cache-control": f"public, max-age={made.max_age}"}
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if made.etag in held or "*" in held:
        return Response(b"", status_code=304, headers=headers, media_type="image/svg+xml")
    return Response(made.svg, headers=headers, media_type="image/svg+xml")


@get("/pledge/certificate", policy=VIEWER)
async def showing_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Offer the certificate and the badge while the pledge is current; else say why there is none and what to do."""
    newest = await read(partial(standing.newest, within.organisation))
    today = clock.today()
    return page(
        request,
        "pledges/showing.html",
        newest=newest,
        current=newest is not None and newest.current(today),
        pledge=request.app.state.pledge.text,
        snippet=badge.snippet(request.app.state.settings.base_url, within.organisation),
        width=badge.WIDTH,
        height=badge.HEIGHT,
        alt=badge.ALT,
    )


ROUTES = [badge_image, showing_page]
