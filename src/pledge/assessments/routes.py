"""Answering a questionnaire: what to know first, the task list, questions, checking the answers, submitting."""

from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from pledge.assessments import answer_notes, definitions, drafts, pages, saving, submitting
from pledge.assessments.drafts import Draft
from pledge.assessments.fragments import field_name, read_field
from pledge.database.unit import glance, read
from pledge.policy.policies import CONTRIBUTOR, PUBLIC, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import MAX_NOTE, MAX_REASON, Answer
from pledge.questionnaires.definition import Definition
from pledge.web.errors import Missing, Refusal
from pledge.web.forms import Form, read_form
from pledge.web.guard import Within
from pledge.web.once import write_once
from pledge.web.pages import page, see_other

AnyRequest = Request[Any, Any, Any]


def _current(questionnaire: str) -> Definition:
    found = definitions.current(questionnaire)
    if found is None or questionnaire not in definitions.QUESTIONNAIRES:  # the quick check is no assessment
        raise Missing
    return found


@get("/questions", policy=PUBLIC)
async def all_questions(request: AnyRequest) -> Response[bytes]:
    """Show every question to everybody, as it is asked."""
    return page(request, "assessments/all_questions.html", questionnaires=definitions.all_current())


@get("/assessments/{questionnaire:str}", policy=VIEWER)
async def overview(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show the task list of the open draft; without one, what to know before the first question."""
    definition = _current(questionnaire)

    async def unit() -> tuple[Draft | None, Any]:
        draft = await drafts.load(within, questionnaire)
        return draft, None if draft else await submitting.latest_id(within, questionnaire)

    draft, report = await glance(unit)
    if draft is None:
        return page(request, "assessments/before.html", definition=definition, report=report)
    if not draft.profiled:
        return see_other("/organisation/edit")
    sections = drafts.progress(draft)
    return page(
        request,
        "assessments/tasks.html",
        definition=draft.definition,
        sections=sections,
        complete=all(section.status == "completed" for section in sections),
    )


@post("/assessments/{questionnaire:str}/start", policy=CONTRIBUTOR)
async def start(request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Start a draft on the current version."""
    definition = _current(questionnaire)
    form = await read_form(request)
    form.check_organisation(within.organisation)

    async def work() -> str:
        await drafts.start(within, definition)
        return f"/assessments/{questionnaire}"

    return see_other(await write_once(str(within.person), form.key, work))


@get("/assessments/{questionnaire:str}/{section:str}", policy=VIEWER)
async def question_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Show a page of questions with the answers so far."""

    draft, notes = await glance(partial(answer_notes.load_draft, within, questionnaire))
    if draft is None:
        _current(questionnaire)
        return see_other(f"/assessments/{questionnaire}")
    shown = pages.find(draft, section, request.query_params.get("page", "1"))
    if shown is None:
        raise Missing
    html = pages.render(request, within, draft, shown, notes, help_now="help" in request.query_params)
    return Response(html, media_type="text/html; charset=utf-8")


@post("/assessments/{questionnaire:str}/{section:str}", policy=CONTRIBUTOR)
async def save_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str], section: FromPath[str]
) -> Response[Any]:
    """Save what is valid on a page and go on; show the page again where something is not, or where a colleague was."""
    form = await read_form(request)
    form.check_organisation(within.organisation)
    definition = _current(questionnaire)
    if form.value("version") != definition.version:  # a draft is finished on the version it was started on
        try:
            definition = await read(partial(definitions.version, questionnaire, form.value("version")))
        except KeyError:
            raise Missing from None
    base = form.number("revision", None, least=0, most=2**31 - 1) or 0
    answers, notes = _answers(form, definition)
    saved = await saving.save_page(within, definition, base, answers, notes)
    if saved is None:
        raise Refusal("This assessment was submitted, or started again, while your page was open. Nothing was saved.")
    shown = pages.find(saved.draft, section, request.query_params.get("page", "1"))
    if shown is None:
        raise Missing
    for question in saved.refused:
        gone = saved.draft.definition.question(question)
        form.fail(field_name(gone), f"“{gone.text}” is not one of your questions any more. Go on.", anchor="")
    if saved.conflicts or form.errors:
        names = await read(partial(pages.names, {conflict.person for conflict in saved.conflicts}))
        html = pages.render_again(request, within, saved, shown, form, notes, names)
        return Response(html, media_type="text/html; charset=utf-8", status_code=409 if saved.conflicts else 422)
    if form.value("go") == "later":
        return see_other(f"/assessments/{questionnaire}?notice=answers-saved")
    help_now = "help=now" if _raises_alarm(saved.draft.definition, answers) else ""
    return see_other(pages.after(saved.draft, shown, help_now))


def _answers(form: Form, definition: Definition) -> tuple[dict[str, Answer], dict[str, str]]:
    """Return the valid answers and the notes on a submitted page; problems are recorded in the form."""
    answers: dict[str, Answer] = {}
    notes: dict[str, str] = {}
    for name in form.names("q-"):
        question_id = name.removeprefix("q-")
        if question_id not in definition:
            form.fail(name, "One of the answers was to a question that we do not ask. The others are saved.", anchor="")
            continue
        question = definition.question(question_id)
        reason = form.text(f"why-{question_id}", None, limit=MAX_REASON)
        given = read_field(question, form.value(name), reason)
        if isinstance(given, str):
            form.refuse(name, f": {given}")
        elif given is not None:
            answers[question_id] = given
    for name in form.names("note-"):
        question_id = name.removeprefix("note-")
        note = form.text(name, None, limit=MAX_NOTE, multiline=True)
        if question_id in definition and not form.error(name) and (note or form.value(f"had-{question_id}")):
            notes[question_id] = note
    return answers, notes


def _raises_alarm(definition: Definition, answers: dict[str, Answer]) -> bool:
    """Return whether an answer says that someone may be harmed, so that help is shown at once."""
    return any(
        option.flag == "act_first" and option.value == answer.value
        for question, answer in answers.items()
        if definition.question(question).flags_when is None
        for option in definition.question(question).options
    )


@get("/assessments/{questionnaire:str}/check", policy=VIEWER)
async def check_answers(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show all answers before they are submitted."""
    _current(questionnaire)
    draft = await glance(partial(drafts.load, within, questionnaire))
    if draft is None:
        return see_other(f"/assessments/{questionnaire}")
    return page(request, "assessments/check.html", definition=draft.definition, **pages.summary(draft))


@post("/assessments/{questionnaire:str}/submit", policy=CONTRIBUTOR)
async def submit(request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Submit the assessment: score it, freeze it, and show the report."""
    _current(questionnaire)
    form = await read_form(request)
    form.check_organisation(within.organisation)

    async def work() -> str:
        return f"/reports/{await submitting.submit(within, questionnaire, request.app.state.mailroom)}"

    while True:
        try:
            return see_other(await write_once(str(within.person), form.key, work))
        except submitting.Incomplete:
            return see_other(f"/assessments/{questionnaire}/check?notice=not-complete")
        except saving.Changed:
            continue


ROUTES = [all_questions, overview, start, check_answers, submit, question_page, save_page]
