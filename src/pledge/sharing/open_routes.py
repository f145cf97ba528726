"""Pages of whoever has the link or the code of a shared report: no account, no script, nothing kept of them.

The first page shows nothing and counts nothing, so that a program which looks through an e-mail opens no report.
"""

from functools import partial
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from pledge.database.unit import read, write
from pledge.policy.policies import PUBLIC
from pledge.policy.scopes import PublicScope
from pledge.refusals import Missing
from pledge.sharing import opening
from pledge.sharing.areas import areas
from pledge.sharing.codes import read_code
from pledge.sharing.opening import Over
from pledge.web.addresses import client_address
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page, see_other

NO_CODE = "Enter the code as it stands in what the firm sent you: seven groups of four letters and digits"
NOT_FOUND = 404
GONE = 410
_PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


def _page(request: AnyRequest, template: str, status: int = 200, **context: Any) -> Response[bytes]:
    answer = page(request, template, status=status, **context)
    answer.headers.update(_PRIVATE)
    return answer


@get("/s", policy=PUBLIC)
async def code_page(request: AnyRequest) -> Response[Any]:
    """Ask for the code of a shared report, and go on to it."""
    typed = request.query_params.get("share")
    if typed is None:
        return _page(request, "sharing/code.html", form=Form())
    code = read_code(typed)
    if code is not None:
        return see_other(f"/s/{code}", headers=_PRIVATE)
    form = Form({"share": [typed]})
    form.fail("share", NO_CODE)
    return _page(request, "sharing/code.html", 422, form=form)


@get("/s/{code:str}", policy=PUBLIC)
async def cover_page(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Say that there is a report behind the button, or why there is none any more."""
    return await _opened(request, code, "sharing/cover.html", count=False)


@get("/s/{code:str}/report", policy=PUBLIC)
async def shared_page(request: AnyRequest, within: Within[PublicScope], code: FromPath[str]) -> Response[bytes]:
    """Show what is shared, and count that somebody looked."""
    own, count = within.actor.organisation, not request.scope["state"].get("head")
    return await _opened(request, code, "sharing/opened.html", count=count, own=own, known=areas())


async def _opened(request: AnyRequest, code: str, template: str, *, count: bool, **context: Any) -> Response[bytes]:
    try:
        found = await (
            write(partial(opening.look, code, context["own"])) if count else read(partial(opening.find, code))
        )
    except Over as over:
        return _page(request, "sharing/over.html", GONE, over=over)
    except Missing:
        address = client_address(request.scope, request.app.state.settings.trusted_proxies)
        await write(partial(opening.missed, address))
        return _page(request, "sharing/unknown.html", NOT_FOUND)
    return _page(request, template, opened=found, code=read_code(code), **context)


ROUTES = [code_page, cover_page, shared_page]
