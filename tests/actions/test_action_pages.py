"""The list of actions, one action's page, and its form."""

import io
from datetime import date, timedelta
from functools import partial

import openpyxl
import pytest
from tests.actions.conftest import action_on, actions_of
from tests.support.cast import colleague
from tests.support.firms import submitted

from pledge.actions import evidence
from pledge.database import clock, sql
from pledge.database.unit import read, write

LONG = ("<b>Rang</b> them. میں نے پوچھا 😀 {{ 7*7 }} " * 130)[:4990] + "the end"


def listed(page) -> list[str]:
    return page.document.xpath("//main//ul[contains(@class,'task-list')]//a/@href")


def day(days: int) -> dict[str, str]:
    due = clock.today() + timedelta(days=days)
    return {"due-day": str(due.day), "due-month": str(due.month), "due-year": str(due.year)}


async def test_without_a_report_the_page_says_what_will_stand_there(alice):
    page = await alice.get("/actions")
    assert page.status == 200 and "Answer the questions first" in page.text
    assert (await (await alice.get("/home")).browser.get("/actions.xlsx")).status == 200


async def test_the_list_begins_with_what_cannot_wait_and_with_whom_to_call(firm):
    page = await firm.get("/actions")
    every = await actions_of(firm)
    assert listed(page) == [f"/actions/{each.id}" for each in every]
    first = page.document.xpath("//main//li[contains(@class,'task-list__item')]")[0]
    assert "Act first" in first.text_content() and "First call 08000 121 700" in first.text_content()
    assert f"Open ({len(every)})" in page.text and f"Yours ({len(every)})" in page.text and "Late (0)" in page.text


async def test_the_lists_and_the_questionnaires_are_links(firm):
    await submitted(firm, "procurement", 1)
    late, put_off, done, *others = await actions_of(firm)
    yesterday = clock.today() - timedelta(days=1)
    await write(partial(sql.rows, "UPDATE action SET due = {} WHERE id = {}", yesterday, late.id))
    await (await firm.get(f"/actions/{put_off.id}")).submit(status="not_now", reason="We move first")
    await (await firm.get(f"/actions/{done.id}")).submit(status="done")
    page = await firm.get("/actions")
    for words, action in (("Late (1)", late), ("Not now (1)", put_off), ("Done (1)", done)):
        found = await page.follow(words)
        assert f"/actions/{action.id}" in listed(found) and f"/actions/{others[0].id}" not in listed(found), words
    asked = await page.follow("Recruitment")
    mine = {f"/actions/{each.id}" for each in [late, *others] if each.questionnaire == "recruitment"}
    assert mine and set(listed(asked)) == mine
    assert (await firm.get("/actions?show=nonsense&from=nowhere")).status == 200


async def test_an_action_says_what_why_by_when_and_where_help_is(firm):
    action = (await actions_of(firm))[0]
    page = await firm.get(f"/actions/{action.id}")
    assert action.what in page.text and action.why in page.text and "First call 08000 121 700" in page.text
    assert "Has anyone who works for you paid" in page.text
    assert (
        f"/reports/{action.assessment}/answers#question-r-b2" in page.links()
        and "/assessments/recruitment" in page.links()
    )
    assert [link for link in page.links() if link.startswith("https://")]


async def test_what_somebody_types_is_kept_word_for_word(firm):
    action = (await actions_of(firm))[0]
    page = await (await firm.get(f"/actions/{action.id}")).submit(status="doing", note=LONG, **day(30))
    assert page.status == 200 and "Saved." in page.text and "<b>Rang</b>" not in page.html
    assert page.fields()["note"] == [LONG] and page.fields()["status"] == ["doing"]
    after = await action_on(firm, "r-b2")
    assert (after.note, after.status, after.due) == (LONG, "doing", clock.today() + timedelta(days=30))
    assert "doing, by" in page.text and "note changed (Alice)" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"status": "not_now"}, "Say why not now, in a few words: your colleagues will ask"),
        ({"status": "later"}, "“How far is it?” has an answer that is not on the page"),
        ({"note": "x" * 5001}, "“Note” is 5,001 characters long. Use 5,000 or fewer."),
        ({"due-day": "31", "due-month": "2", "due-year": "2027"}, "“31 2 2027” is not a day in the calendar"),
        ({"due-day": "1", "due-month": "1", "due-year": "2020"}, "“By when?” is in the past."),
        ({"due-day": "1", "due-month": "1", "due-year": "2090"}, "is more than five years away"),
        ({"due-day": "", "due-month": "", "due-year": ""}, "Enter by when it is to be done"),
        ({"member": "00000000-0000-4000-8000-000000000000"}, "has left meanwhile, or may only read now"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(firm, typed, said):
    action = (await actions_of(firm))[0]
    page = await (await firm.get(f"/actions/{action.id}")).submit(**{"note": "Ask the yard", **typed})
    assert page.status == 422 and any(said in error for error in page.errors), page.errors
    assert page.fields()["note"] == [typed.get("note", "Ask the yard")]
    assert await action_on(firm, "r-b2") == action


async def test_what_cannot_wait_is_put_off_only_with_a_reason_and_whom_to_call_stays(firm):
    action = (await actions_of(firm))[0]
    assert action.flag == "act_first"
    for reason in ("", "   ", "\u200b"):
        page = await (await firm.get(f"/actions/{action.id}")).submit(status="not_now", reason=reason)
        assert page.status == 422 and "Say why not now" in page.errors[0] and "First call 08000 121 700" in page.text
    (label,) = page.document.xpath("//label[@for='reason']")
    assert "optional" not in label.text_content()
    page = await (await firm.get(f"/actions/{action.id}")).submit(status="not_now", reason="We get advice first")
    assert "Saved." in page.text and "First call 08000 121 700" in page.text and "/help" in page.links()
    every = await firm.get("/actions")
    assert "1 action that cannot wait is put off" in every.text and "First call 08000 121 700" in every.text
    put_off = await firm.get("/actions?show=not-now")
    assert "Act first" in put_off.text and "First call 08000 121 700" in put_off.text
    await (await firm.get(f"/actions/{action.id}")).submit(status="done")
    assert "cannot wait" not in (await firm.get("/actions")).text


async def test_a_list_can_be_in_the_order_of_its_days_and_of_what_is_due_soon(firm):
    every = await actions_of(firm)
    last, first = every[0], every[-1]
    for action, days in ((last, 300), (first, 7), (every[1], 8), (every[2], 0)):
        due = clock.today() + timedelta(days=days)
        await write(partial(sql.rows, "UPDATE action SET due = {} WHERE id = {}", due, action.id))

    page = await (await firm.get("/actions")).follow("Next date first")
    assert listed(page)[0] == f"/actions/{every[2].id}" and listed(page)[-1] == f"/actions/{last.id}"
    assert len(listed(page)) == len(every) and "order=date" in str(page.links())
    soon = await page.follow(f"Due soon ({len(listed(await firm.get('/actions?show=soon')))})")
    assert listed(soon)[:1] == [f"/actions/{every[2].id}"] and f"/actions/{first.id}" in listed(soon)
    assert f"/actions/{every[1].id}" not in listed(soon), "eight days are not soon"
    for address in ("/actions/paper?show=soon&order=date", "/actions?order=zzz"):
        assert (await firm.get(address)).status == 200


async def test_a_late_action_can_be_saved_without_another_date(firm):
    action = (await actions_of(firm))[0]
    yesterday = clock.today() - timedelta(days=1)
    await write(partial(sql.rows, "UPDATE action SET due = {} WHERE id = {}", yesterday, action.id))
    page = await (await firm.get(f"/actions/{action.id}")).submit(status="doing")
    assert page.status == 200 and "Late" in page.text


async def test_two_colleagues_finish_one_action_at_once(firm, bob):
    action = (await actions_of(firm))[0]
    mine, his = await firm.get(f"/actions/{action.id}"), await bob.get(f"/actions/{action.id}")
    assert "action-done" in (await mine.submit(status="done")).url
    page = await his.submit(status="done")
    assert page.status == 200, "it is done, as he wanted"
    assert [each.status for each in await actions_of(firm)].count("done") == 1


async def test_what_a_colleague_changed_meanwhile_is_shown_with_what_was_typed(firm, bob):
    action = (await actions_of(firm))[0]
    mine, his = await firm.get(f"/actions/{action.id}"), await bob.get(f"/actions/{action.id}")
    await mine.submit(status="done", note="Alice rang")
    page = await his.submit(status="doing", note="Bob asked")
    assert page.status == 409 and "Somebody changed this action while your page was open" in page.errors[0]
    assert "Bob asked" in page.text and page.fields()["note"] == ["Alice rang"] and page.fields()["status"] == ["done"]
    saved = await page.submit(note="Alice rang. Bob asked")
    assert saved.status == 200 and (await action_on(firm, "r-b2")).note == "Alice rang. Bob asked"


async def test_a_colleague_who_is_given_an_action_is_told_without_what_it_says(site, firm, bob):
    action = (await actions_of(firm))[0]
    page = await firm.get(f"/actions/{action.id}")
    (member,) = page.document.xpath("//option[normalize-space()='Bob']/@value")
    before = len(await site.mails())
    page = await page.submit(member=member, note="Zyxwyn")
    assert "we have told your colleague" in page.text and "given to Bob" in page.text
    (mail,) = (await site.mails())[before:]
    assert mail.recipient == "bob@example.org" and mail.link == f"/actions/{action.id}"
    assert "Zyxwyn" not in mail.body and action.what not in mail.body
    assert "Yours (1)" in (await bob.get("/actions")).text
    await (await bob.get(f"/actions/{action.id}")).submit(status="doing")
    assert len(await site.mails()) == before + 1, "nobody is told of what they do themselves"
    page = await (await bob.get(f"/actions/{action.id}")).submit(member="nobody")
    assert "Nobody yet" in page.text and (await action_on(firm, "r-b2")).member is None


async def test_whoever_leaves_has_no_action_any_more(firm, bob):
    action = (await actions_of(firm))[0]
    page = await firm.get(f"/actions/{action.id}")
    (member,) = page.document.xpath("//option[normalize-space()='Bob']/@value")
    await page.submit(member=member)
    stale = await firm.get(f"/actions/{action.id}")
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", bob.id))
    refused = await stale.submit(status="doing")
    assert refused.status == 422 and "has left meanwhile" in refused.errors[0]
    assert (await action_on(firm, "r-b2")).who == "Nobody yet"


async def test_whoever_has_left_can_do_nothing_from_a_page_that_is_still_open(firm, bob):
    action = (await actions_of(firm))[0]
    page, adding = await bob.get(f"/actions/{action.id}"), await bob.get(f"/actions/{action.id}/evidence")
    await write(partial(sql.rows, "DELETE FROM membership WHERE person = {}", bob.id))
    for refused in (
        await page.submit(status="done", note="Zyxwyn"),
        await adding.submit(title="Zyxwyn", url="https://a.example.org"),
        await bob.get(f"/actions/{action.id}"),
    ):
        assert refused.status in (403, 404, 409) or not refused.url.startswith("/actions"), (
            refused.status,
            refused.url,
        )
        assert action.what not in refused.text
    assert await action_on(firm, "r-b2") == action
    assert await read(partial(sql.value, "SELECT count(*) FROM evidence")) == 0


async def test_a_viewer_reads_and_changes_nothing(site, firm):
    vera = await colleague(site, "Vera", firm, "viewer")
    action = (await actions_of(firm))[0]
    page = await vera.get(f"/actions/{action.id}")
    assert page.status == 200 and action.what in page.text and not page.document.xpath("//main//form")
    assert "Answer again" not in page.text


async def test_another_firm_has_no_such_action(firm, charlie):
    action = (await actions_of(firm))[0]
    assert (await charlie.get(f"/actions/{action.id}")).status == 404
    assert action.what not in (await charlie.get("/actions")).text


async def test_the_list_on_paper_has_all_there_is_to_each(firm):
    action = (await actions_of(firm))[0]
    await (await firm.get(f"/actions/{action.id}")).submit(status="doing", note="Ask the yard")
    page = await firm.get("/actions/paper")
    assert "First call 08000 121 700" in page.text and action.what in page.text and action.why in page.text
    assert "Ask the yard" in page.text and "Done on, and by whom:" in page.text
    assert page.document.xpath("count(//main//h2)") == len(await actions_of(firm))


async def test_the_workbook_has_no_formula(firm):
    action = (await actions_of(firm))[0]
    await (await firm.get(f"/actions/{action.id}")).submit(note="=1+1")
    done = (await actions_of(firm))[1]
    await write(partial(evidence.add, firm.scope, done.id, "=Licence", None, "https://a.example.org/1"))
    await write(partial(evidence.add, firm.scope, done.id, "Course", date(2027, 5, 3), ""))
    await (await firm.get(f"/actions/{done.id}")).submit(status="done")
    answer = await firm.browser.http.get("/actions.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert sheet["A1"].value == "What to do" and len(rows) == len(await actions_of(firm))
    first = [cell.value for cell in rows[0]]
    assert first[0].startswith("First call 08000 121 700") and first[1] == "Act first" and first[7] == "=1+1"
    assert first[2].date() == action.due and {cell.data_type for row in rows for cell in row} <= {"s", "d", "n"}
    last = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in rows[-1]], strict=True))
    assert (last["How far"], last["Done on"].date()) == ("Done", clock.today()) and first[5] is None
    assert last["Evidence"] == "=Licence: https://a.example.org/1\nCourse (until 3 May 2027)"
    assert sheet.auto_filter.ref == f"A1:K{len(rows) + 1}"
    open_ones = openpyxl.load_workbook(io.BytesIO((await firm.browser.http.get("/actions.xlsx?show=open")).content))
    assert open_ones.active.max_row == len(rows)
