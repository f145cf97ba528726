"""The files of a report as the site answers with them: for the firm’s people, under plain names, as they ever were."""

import json
import re
import shutil

import pytest
from tests.paper.reports import making
from tests.paper.reports.reading import FORMATS, in_pdf, in_workbook
from tests.support.firms import fill_profile, submitted
from tests.support.publishing import publish_all

from pledge.assessments import definitions
from pledge.database.unit import database
from pledge.paper import typesetting
from pledge.paper.reports import files
from pledge.paper.reports.files import file_name
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.installed import installed
from pledge.resources import resource

KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "procurement", 2)


@pytest.mark.parametrize("kind", FORMATS)
async def test_each_is_a_file_to_keep_with_a_plain_name(alice, report, kind):
    answer = await alice.browser.http.get(f"/reports/{report}.{kind}")
    today = json.loads((await alice.browser.http.get(f"/reports/{report}.json")).content)["on"]
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == KINDS[kind]
    name = f"pendle-joinery-procurement-report-{today}.{kind}"
    assert answer.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("firm", "name"),
    [
        ("Pendle Joinery", "pendle-joinery-recruitment-report-2026-11-30.pdf"),
        ("Łódź & Söhne / \"Q\" <x>", "odz-sohne-q-x-recruitment-report-2026-11-30.pdf"),
        ("..\\..\\etc/passwd\r\nX: y", "etc-passwd-x-y-recruitment-report-2026-11-30.pdf"),
        ("اردو", "recruitment-report-2026-11-30.pdf"),
        ("a" * 39 + " b c", "a" * 39 + "-recruitment-report-2026-11-30.pdf"),
    ],
)  # fmt: skip
def test_a_name_is_ascii_whatever_the_firm_is_called(firm, name):
    assert file_name(making.a_report(firm=firm), "pdf") == name


@pytest.mark.parametrize("kind", FORMATS)
async def test_colleagues_may_have_it_and_nobody_else(alice, bob, charlie, olive, stella, visitor, report, kind):
    path = f"/reports/{report}.{kind}"
    assert (await bob.browser.http.get(path)).status_code == 200
    assert (await charlie.get(path)).status == 404
    assert (await visitor.get(path)).url.startswith("/sign-in")
    for stranger in (olive, stella):
        answer = await stranger.browser.http.get(path)
        assert b"Pendle" not in answer.content and answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("name", ["{}.docx", "{}.", "{}.pdf.pdf", "{}.PDF", "00000000-0000-0000-0000-000000000000.pdf"])
async def test_what_is_not_there_is_a_404(alice, report, name):
    assert (await alice.get(f"/reports/{name.format(report)}")).status == 404


async def test_the_page_leads_to_each(alice, report):
    links = (await alice.get(f"/reports/{report}")).links()
    assert {f"/reports/{report}.{kind}" for kind in FORMATS} <= set(links)


async def test_a_file_is_read_in_as_few_round_trips_as_the_page(alice, report):
    await alice.get(f"/reports/{report}")
    before = database().statements
    await alice.get(f"/reports/{report}")
    page = database().statements - before
    for kind, more in (("xlsx", 0), ("json", 0), ("pdf", 1)):  # a PDF is counted, because it costs
        before = database().statements
        await alice.browser.http.get(f"/reports/{report}.{kind}")
        assert database().statements - before == page + more, kind


async def test_a_person_has_sixty_pdfs_made_in_an_hour(alice, bob, report, monkeypatch):
    made = []

    async def typeset(template, data):
        made.append(template)
        return b"%PDF-"

    monkeypatch.setattr(files, "typeset", typeset)
    for _ in range(60):
        assert (await alice.browser.http.get(f"/reports/{report}.pdf")).status_code == 200
    assert (await alice.get(f"/reports/{report}.pdf")).status == 429
    assert (await bob.browser.http.get(f"/reports/{report}.pdf")).status_code == 200
    assert made == ["report"] * 61


async def test_when_none_can_be_made_the_answer_says_so_and_the_others_are_there(alice, report, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    page = await alice.get(f"/reports/{report}.pdf")
    assert page.status == 503 and "We could not make the PDF just now." in page.text
    assert (await alice.browser.http.get(f"/reports/{report}.xlsx")).status_code == 200


async def test_when_too_many_are_being_made_one_is_refused_in_time(alice, report, monkeypatch):
    monkeypatch.setattr(typesetting, "PATIENCE", 0.01)
    await typesetting._turn.acquire()
    await typesetting._turn.acquire()
    try:
        assert (await alice.get(f"/reports/{report}.pdf")).status == 503
    finally:
        typesetting._turn.release()
        typesetting._turn.release()


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Return a function that publishes the questionnaire on buying with changed words."""
    folder = tmp_path / "own"
    shutil.copytree(resource("questionnaires"), folder)
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(folder))
    path = folder / "procurement.yaml"
    original = path.read_text("utf-8")

    async def publish(title: str, version: str = r"\1", revision: int = 1) -> list[str]:
        text = re.sub(
            '^version: "(.+)"$', f'version: "{version}"\\nrevision: {revision}', original, count=1, flags=re.M
        )
        path.write_text(text.replace("title: Buying and your supply chain", f"title: {title}", 1), "utf-8")
        installed.cache_clear()
        return await publish_all()

    yield publish
    installed.cache_clear()
    definitions.forget()


async def test_an_old_report_stays_as_it_was_in_every_format(alice, install):
    assert await install("Buying, as it was", revision=2)
    await fill_profile(alice)
    report = await submitted(alice, "procurement", 1, p_b1=Answer(dont_know=True))
    before = await everything(alice, report)
    assert await install("Other words", revision=3)
    assert await install("Another title", version="2099.1")
    assert definitions.current("procurement").title == "Another title"
    after = await everything(alice, report)
    assert after == before
    assert "Buying,asitwas" in after["pdf"] and "(text2)" in after["xlsx"]


async def everything(person, report):
    """Return the words of each format, and the data."""
    found = {kind: (await person.browser.http.get(f"/reports/{report}.{kind}")).content for kind in FORMATS}
    return {"pdf": in_pdf(found["pdf"]), "xlsx": in_workbook(found["xlsx"]), "json": json.loads(found["json"])}
