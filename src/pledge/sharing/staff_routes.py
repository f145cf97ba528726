"""Pages of partnership staff: the reports that firms invited the partnership to read, like a buyer and no more."""

from functools import partial
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from pledge.database.unit import EVERYTHING, reaching, read, write
from pledge.policy.policies import STAFF
from pledge.policy.scopes import AggregateScope
from pledge.sharing import to_partnership
from pledge.sharing.areas import areas
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page


@get("/partnership/shared", policy=STAFF)
async def invited_page(request: AnyRequest, within: Within[AggregateScope]) -> Response[bytes]:
    """Show which firms invited the partnership to read a report."""
    with reaching(EVERYTHING):
        found = await read(partial(to_partnership.everything, within))
    return page(request, "sharing/staff_list.html", invited=found)


@get("/partnership/shared/{invited:uuid}", policy=STAFF)
async def invited_report_page(
    request: AnyRequest, within: Within[AggregateScope], invited: FromPath[UUID]
) -> Response[bytes]:
    """Show one of them as its firm agreed; the firm sees that it was opened, and the log says by whom."""
    with reaching(EVERYTHING):
        found = await write(partial(to_partnership.look, within, invited))
    return page(request, "sharing/staff_report.html", invited=found, shared=found.shared, known=areas())


ROUTES = [invited_page, invited_report_page]
