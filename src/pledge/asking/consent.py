"""The page that asks a supplier for consent to show exactly what it shows, and going on after a form."""

from collections.abc import Awaitable, Callable

from litestar import Response
from litestar.response import Redirect

from pledge.asking import summaries
from pledge.asking.answering import Asked
from pledge.asking.summaries import Summary
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.once import write_once
from pledge.web.pages import page, see_other

TICK_FIRST = "Tick the box if you agree. If you do not, close this page: nothing is shown to anybody"
NOT_THE_SAME = "What you would share has changed since you opened the page. Look at it here, then agree again."


def consent_page(
    request: AnyRequest, asked: Asked, secret: str, summary: Summary, form: Form, status: int, questionnaire: str = ""
) -> Response[bytes]:
    """Return the page; ``questionnaire`` is that of a report, "" for answers to the quick check."""
    kept = [] if questionnaire else summaries.kept(asked.definition, asked.answers)
    return page(
        request,
        "asking/consent.html",
        status=status,
        form=form,
        asked=asked,
        secret=secret,
        summary=summary,
        kept=kept,
        questionnaire=questionnaire,
    )


async def go_on(secret: str, form: Form, work: Callable[[], Awaitable[str]]) -> Redirect:
    """Do something once and go on; ``work`` returns what follows the secret in the address, which is never stored."""
    return see_other(f"/asked/{secret}{await write_once(form, work)}")
