"""Questions that the supplier list can answer: what it says, and taking those answers over."""

from functools import partial
from typing import Any, NamedTuple

from litestar import Response, get, post

from pledge.assessments import drafts, saving
from pledge.assessments.drafts import Draft
from pledge.assessments.wording import label
from pledge.database.ids import new_id, parse_id
from pledge.database.unit import read
from pledge.policy.policies import CONTRIBUTOR
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Question
from pledge.questionnaires.visibility import words
from pledge.refusals import Refusal
from pledge.reports.offers import QUESTIONNAIRE, Offer, offers
from pledge.suppliers.listed import coverage
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form

_MEANWHILE = (
    "A colleague answered, or your list changed, while your page was open. Look at the answers again, then choose."
)


class Offered(NamedTuple):
    """An offered answer as the page shows it; ``now`` is the answer given so far, in words."""

    question: str
    text: str
    value: str
    answer: str
    because: str
    now: str
    given: bool
    same: bool


async def _load(within: OrganisationScope) -> tuple[Draft | None, dict[str, Offer], list[Offered]]:
    draft = await drafts.load(within, QUESTIONNAIRE)
    if draft is None or not draft.profiled:
        return draft, {}, []
    found = {}
    shown = []
    for offer in offers(await coverage.of_list(within)):
        if offer.question not in draft.shown:
            continue
        question, given = draft.definition.question(offer.question), draft.shown[offer.question]
        if not isinstance(question, Question) or all(option.value != offer.value for option in question.options):
            continue  # a questionnaire of one’s own may have other answers
        answer = Answer(value=offer.value)
        found[offer.question] = offer
        shown.append(
            Offered(
                offer.question,
                words(draft.definition, question, draft.profile).text,
                offer.value,
                label(draft.definition, question, draft.profile, answer),
                offer.because,
                label(draft.definition, question, draft.profile, given),
                given is not None,
                given is not None and given.value == offer.value,
            )
        )
    return draft, found, shown


@get("/suppliers/answers", policy=CONTRIBUTOR)
async def offers_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show the answers that the list gives, with what speaks for each."""
    draft, _, shown = await read(partial(_load, within))
    form = Form(
        defaults={
            "use": [each.question for each in shown if not each.given],
            "revision": str(draft.revision) if draft else "",
        }
    )
    return _page(request, draft, shown, form, 200)


@post("/suppliers/answers", policy=CONTRIBUTOR)
async def take_offers(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Save the chosen answers in the draft; one that a colleague gave meanwhile stays."""
    form = await read_form(request)
    draft, found, shown = await read(partial(_load, within))
    if draft is None or not draft.profiled:
        raise Refusal("The questions are not open any more, so nothing was saved.")
    base = form.number("revision", "Open this page again", least=0, most=2**31 - 1) or 0
    chosen = form.choices("use", found)
    if not chosen:
        form.fail("use", "Choose the answers that you want to use, or go back")
    if [name for name in chosen if form.value(f"saw-{name}") != found[name].value]:
        form = Form(defaults={"use": [], "revision": str(draft.revision)})
        form.fail("use", _MEANWHILE)
        return _page(request, draft, shown, form, 409)
    if form.errors:
        return _page(request, draft, shown, form, 422)
    answers = {question: Answer(value=found[question].value) for question in chosen}
    of = parse_id(form.value("draft")) or new_id()  # a form that names no draft is of none
    saved = await saving.save_page(within, draft.definition, base, answers, {}, draft=of)
    if saved is None:
        raise Refusal("The questions were submitted while your page was open, so nothing was saved.")
    if saved.conflicts:
        draft, _, shown = await read(partial(_load, within))
        form = Form(defaults={"use": [], "revision": str(draft.revision) if draft else ""})
        form.fail("use", _MEANWHILE)
        return _page(request, draft, shown, form, 409)
    return see_other(f"/assessments/{QUESTIONNAIRE}?notice=answers-saved")


def _page(request: AnyRequest, draft: Draft | None, shown: list[Offered], form: Form, status: int) -> Response[bytes]:
    return page(
        request,
        "reports/offers.html",
        status=status,
        form=form,
        draft=draft,
        shown=shown,
        questionnaire=QUESTIONNAIRE,
    )


ROUTES = [offers_page, take_offers]
