"""The certificate as a PDF, for the people of the firm."""

from functools import partial
from typing import Any

import msgspec
from litestar import Response, get

from pledge.database import clock
from pledge.database.unit import read, write
from pledge.limits import Limit, hit
from pledge.paper.certificate import certificate_of
from pledge.paper.typesetting import typeset
from pledge.pledges import publishing, standing
from pledge.pledges.standing import Newest
from pledge.pledges.text import Edition
from pledge.policy.policies import VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import download, see_other

LIMIT = Limit("certificate", hits=60, seconds=3600)


@get("/certificate.pdf", policy=VIEWER)
async def certificate_file(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Answer with the certificate; where no pledge is current, lead to the page that says why and what to do."""

    async def unit() -> tuple[Newest | None, Edition | None]:
        newest = await standing.newest(within.organisation)
        return newest, await publishing.load(newest.signature.version) if newest else None

    newest, edition = await read(unit)
    today = clock.today()
    if newest is None or edition is None or not newest.current(today):
        return see_other("/pledge/certificate")
    state = request.app.state
    certificate = certificate_of(
        within.actor.organisation_name,
        newest.signature,
        edition.text,
        publisher=state.partnership.name,
        address=f"{state.settings.base_url}/signatories/{within.organisation}",
        today=today,
    )
    await write(partial(hit, LIMIT, str(within.organisation)))
    made = await typeset("certificate", msgspec.json.encode(certificate))
    return download(made, f"pledge-certificate-{newest.signature.signed_on.year}.pdf", "application/pdf")


ROUTES = [certificate_file]
