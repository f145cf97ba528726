"""A supplier without an account: it opens the link, answers, sees what would be shown, agrees, and takes it back."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from tests.asking import making
from tests.support.cast import colleague

from pledge.asking import answering, invitations
from pledge.database import clock, sql
from pledge.database.unit import Reach, database, reaching, read, write
from pledge.questionnaires.answers import Answer
from pledge.refusals import Missing, Refusal

HARM = "Yes, and someone has not had it all back"
PAGES = (
    {
        "q-fees": "ask-starters",
        "q-right-to-work": "everyone",
        "q-minimum-wage": "all-costs",
        "q-pay-account": "on-change",
    },
    {"q-papers": "copy-and-return", "q-leaving": "in-terms", "q-speaking-up": "second-route"},
    {
        "q-origin": "?not-applicable",
        "why-origin": "We sell our time",
        "q-passing-on": "consent",
        "q-plan": "?dont-know",
    },
)


@pytest.fixture
async def secret(alice, acme):
    return await making.asked(alice.scope, acme)


def at(supplier) -> str:
    return f"/suppliers/{supplier}/ask"


async def state() -> tuple:
    """All that this domain keeps."""
    tables = ("supplier_invitation", "supplier_answer", "supplier_share", "ask_refusal")
    return tuple([await making.rows(table) for table in tables])


async def answer_pages(browser, secret, **changes):
    page = await browser.get(f"/asked/{secret}/questions/1")
    for fields in PAGES:
        page = await page.submit(f"/asked/{secret}/questions", **{**fields, **changes})
    return page


async def test_from_the_mail_to_a_share_and_back(site, alice, acme, visitor):
    await (await alice.get(at(acme))).submit(at(acme), button="how=mail")
    link = (await site.mails("info@acme.example.net"))[0].link
    before = await state()
    page = await visitor.get(link)
    assert "Pendle Joinery has Acme Ltd in its list of suppliers. Alice asks you" in page.text
    for said in ("You do not have to", "sees nothing before you say so", "for a year", "take it back", "costs nothing"):
        assert said in page.text
    assert await state() == before  # looking changes nothing
    page = await page.submit(link)
    secret = link.removeprefix("/t/")
    assert page.url == f"/asked/{secret}" and await state() == before
    assert (await visitor.get(link)).status == 200  # it works again, to go on later
    page = await answer_pages(visitor, secret)
    assert page.title.startswith("Check your answers") and "Does not apply: We sell our time" in page.text
    assert "Asked on" in (await alice.get(at(acme))).text
    page = await visitor.get(f"/asked/{secret}/result")
    assert "Ask those in charge if there is a plan" in page.text
    assert "%" not in page.text and "You can get help now" not in page.text
    page = await visitor.get(f"/asked/{secret}/share")
    assert "What stays with you: 1 answer" in page.text and "No. If we take a copy, we hand it back" in page.text
    assert not await making.rows("supplier_share")
    assert "If we take a copy" not in (await alice.get(at(acme))).text
    page = await page.submit(f"/asked/{secret}/share", agreed="yes")
    assert page.url.startswith(f"/asked/{secret}?notice=shared") and "What you share with Pendle Joinery" in page.text
    assert "Nobody at Pendle Joinery has looked at it yet" in page.text
    mail = (await site.mails("alice@example.org"))[-1]
    assert mail.subject == "Acme Ltd has answered you" and mail.link == at(acme)
    seen = await alice.get(at(acme))
    assert f"Answered by the supplier itself on {clock.today():%-d %B %Y}, not checked" in seen.text
    assert "does not change how we rate it" in seen.text and "If we take a copy, we hand it back" in seen.text
    assert "These are 9 of 10 answers" in seen.text and "Don’t know yet" not in seen.text and "%" not in seen.text
    page = await visitor.get(link)
    page = await page.submit(link)
    assert f"Somebody at Pendle Joinery looked at it on {clock.today():%-d %B %Y}" in page.text
    page = await (await page.follow("Take it back")).submit()
    assert page.status == 404 and "Nothing is shared any more" in page.text
    seen = await alice.get(at(acme))
    assert f"The supplier has withdrawn its answers on {clock.today():%-d %B %Y}" in seen.text
    assert "hand it back" not in seen.text and not await making.rows("supplier_answer")
    assert "hand it back" not in str(await state())


async def test_answers_are_kept_page_by_page_and_can_be_gone_on_with(visitor, secret):
    page = await visitor.get(f"/asked/{secret}/questions/1")
    await page.submit(f"/asked/{secret}/questions", **{"q-fees": "ask-starters"})
    assert "You have answered 1 of 10" in (await visitor.get(f"/asked/{secret}")).text
    page = await visitor.get(f"/asked/{secret}/questions/1")
    assert page.fields(f"/asked/{secret}/questions")["q-fees"] == ["ask-starters"]
    page = await page.submit(f"/asked/{secret}/questions", **{"q-fees": "asked-some"})
    assert (await making.find(secret)).answers == {"fees": Answer(value="asked-some")}
    page = await visitor.get(f"/asked/{secret}/check")
    assert "9 questions are still open" in page.text
    for path in ("result", "share"):
        assert (await visitor.get(f"/asked/{secret}/{path}")).url == f"/asked/{secret}/check"
    forged = await visitor.post(f"/asked/{secret}/share", {"agreed": "yes", "shown": "0" * 64})
    assert forged.status == 409 and not await making.rows("supplier_share")


async def test_what_is_wrong_on_a_page_is_named_and_the_rest_is_kept(visitor, secret):
    page = await visitor.get(f"/asked/{secret}/questions/3")
    page = await page.submit(**{"q-origin": "?not-applicable", "q-passing-on": "nonsense", "q-plan": "written"})
    assert page.status == 422
    assert [error.split("”: ")[1] for error in page.errors] == [
        "Say in a few words why this does not apply to you",
        "Choose one of the answers on the page",
    ]
    assert page.fields()["q-origin"] == ["?not-applicable"]
    assert (await making.find(secret)).answers == {"plan": Answer(value="written")}
    page = await page.submit(**{"q-origin": "?not-applicable", "why-origin": "x" * 501, "q-passing-on": "consent"})
    assert page.status == 422 and "501 characters long" in page.errors[0]
    odd = {"q-fees": "ask-starters", "q-r-b2": "someone-paid"}  # of another page, and of none
    await visitor.post(f"/asked/{secret}/questions/3", odd)
    assert set((await making.find(secret)).answers) == {"plan", "passing-on"}
    for number in (0, 4):
        assert (await visitor.get(f"/asked/{secret}/questions/{number}")).status == 404
        assert (await visitor.post(f"/asked/{secret}/questions/{number}", odd)).status == 404


async def two_tabs(browser, secret, number: int = 1):
    return [await browser.get(f"/asked/{secret}/questions/{number}") for _ in range(2)]


async def test_an_older_tab_does_not_overwrite_a_newer_answer_unseen(visitor, secret):
    first, second = await two_tabs(visitor, secret)
    await first.submit(**{"q-fees": "ask-starters"})
    page = await second.submit(**{"q-fees": "asked-some", "q-minimum-wage": "all-costs"})
    assert page.status == 409 and "This was answered elsewhere while your page was open" in page.errors[0]
    by_value = {option.value: option.label for option in making.quick_check().question("fees").options}
    assert f"The saved answer: {by_value['ask-starters']}" in page.text
    assert f"What you have just chosen: {by_value['asked-some']}" in page.text
    assert "q-fees" not in page.fields() and page.fields()["q-minimum-wage"] == ["all-costs"], "none is chosen"
    blind = await page.submit()
    assert blind.status == 422 and "Until you do, the saved one stays" in blind.errors[0]
    assert "What you have just chosen:" in blind.text and "q-fees" not in blind.fields()
    kept = {"fees": Answer(value="ask-starters"), "minimum-wage": Answer(value="all-costs")}
    assert (await making.find(secret)).answers == kept
    done = await blind.submit(**{"q-fees": "asked-some"})
    assert done.url.startswith(f"/asked/{secret}/questions/2")
    assert (await making.find(secret)).answers == kept | {"fees": Answer(value="asked-some")}


async def test_what_an_older_tab_leaves_alone_stays_as_it_is_now(visitor, secret):
    await making.answered(secret, fees=Answer(value="ask-starters"), origin=Answer(not_applicable="We sell time"))
    first, second = await two_tabs(visitor, secret)
    await first.submit(**{"q-fees": "asked-some"})
    assert (await second.submit(**{"q-pay-account": "on-change"})).url.startswith(f"/asked/{secret}/questions/2")
    now = (await making.find(secret)).answers
    assert (now["fees"], now["pay-account"]) == (Answer(value="asked-some"), Answer(value="on-change"))
    first, second = await two_tabs(visitor, secret, 3)
    await first.submit(**{"why-origin": "We sell our time"})
    page = await second.submit(**{"why-origin": "Only time"})
    assert page.status == 409 and "Does not apply: We sell our time" in page.text and "Only time" in page.text
    await page.submit(**{"q-origin": "?not-applicable"})
    assert (await making.find(secret)).answers["origin"] == Answer(not_applicable="Only time")


async def test_the_same_answer_in_both_tabs_is_no_conflict(visitor, secret):
    for page in await two_tabs(visitor, secret):
        assert (await page.submit(**{"q-fees": "ask-starters"})).status == 200


async def test_two_answers_at_the_same_moment_are_one_answer_and_one_question(site, visitor, secret):
    colleague_there = site.browser()
    pages = [await browser.get(f"/asked/{secret}/questions/1") for browser in (visitor, colleague_there)]
    values = ("ask-starters", "asked-some")
    answers = await asyncio.gather(
        *(page.submit(**{"q-fees": value}) for page, value in zip(pages, values, strict=True))
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    won = next(value for answer, value in zip(answers, values, strict=True) if answer.status == 200)
    assert (await making.find(secret)).answers["fees"].value == won


async def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(visitor, secret):
    await making.answered(secret, fees=Answer(value="ask-starters"))
    page = await visitor.post(f"/asked/{secret}/questions/1", {"q-fees": "asked-some"})
    assert page.status == 409 and (await making.find(secret)).answers["fees"] == Answer(value="ask-starters")


async def test_an_answer_that_tells_of_harm_shows_help_at_once_and_is_never_shared(visitor, alice, acme, secret):
    page = await visitor.get(f"/asked/{secret}/questions/1")
    page = await page.submit(f"/asked/{secret}/questions", **{**PAGES[0], "q-fees": "someone-paid"})
    assert page.url == f"/asked/{secret}/questions/2?help=now" and "You can get help now" in page.text
    await making.answered(secret, fees=Answer(value="someone-paid"))
    page = await visitor.get(f"/asked/{secret}/result")
    assert "You can get help now" in page.text and "Act first" in page.text
    page = await visitor.get(f"/asked/{secret}/share")
    details = " ".join(page.document.xpath("//details")[0].text_content().split())
    assert HARM in details and page.text.count(HARM) == 1  # there it says what stays
    await page.submit(f"/asked/{secret}/share", agreed="yes")
    seen = await alice.get(at(acme))
    assert "9 of 10 answers" in seen.text and HARM not in seen.text and "paid money to get the job" not in seen.text
    (share,) = await making.rows("supplier_share")
    assert "paid" not in share["content"].lower().replace("we ban", "")


async def test_without_consent_to_exactly_this_nothing_is_shared(visitor, secret):
    await making.answered(secret)
    page = await visitor.get(f"/asked/{secret}/share")
    no = await page.submit(f"/asked/{secret}/share")
    assert no.status == 422 and "Tick the box if you agree" in no.errors[0]
    forged = await page.submit(f"/asked/{secret}/share", agreed="yes", shown="0" * 64)
    assert forged.status == 409 and "has changed since you opened the page" in forged.errors[0]
    await making.answered(secret, plan=Answer(value="call-someone"))  # meanwhile, on another device
    late = await page.submit(f"/asked/{secret}/share", agreed="yes")
    assert late.status == 409 and "We know who to ring" in late.text
    assert not await making.rows("supplier_share")
    assert (await late.submit(f"/asked/{secret}/share", agreed="yes")).status == 200
    assert len(await making.rows("supplier_share")) == 1


async def test_sent_twice_it_is_shared_once(visitor, site, secret):
    await making.answered(secret)
    page = await visitor.get(f"/asked/{secret}/share")
    fields = {**page.fields(f"/asked/{secret}/share"), "agreed": ["yes"]}
    for _ in range(2):
        assert (await visitor.post(f"/asked/{secret}/share", fields)).url.startswith(f"/asked/{secret}?notice=shared")
    assert len(await making.rows("supplier_share")) == 1
    assert [mail.subject for mail in await site.mails("alice@example.org")].count("Acme Ltd has answered you") == 1
    other = {**fields, "_key": ["another"]}
    refused = await visitor.post(f"/asked/{secret}/share", other)
    assert refused.status == 409 and "You have shared something already" in refused.text
    assert secret not in str(await making.rows("submission"))


async def test_what_is_shared_stays_as_it_was_agreed(visitor, secret):
    await making.shared(secret)
    for path in ("questions/1", "check", "share", "decline"):
        assert (await visitor.get(f"/asked/{secret}/{path}")).url == f"/asked/{secret}"
    refused = await visitor.post(f"/asked/{secret}/questions/1", {"q-fees": "asked-some"})
    assert refused.status == 409 and "What you typed" in refused.text
    assert (await visitor.post(f"/asked/{secret}/decline", {"_key": "k"})).status == 409
    assert (await visitor.get(f"/asked/{secret}/result")).status == 200  # for the supplier itself


async def test_who_of_the_firm_looked_is_noted_by_day(site, alice, bob, charlie, acme, secret):
    vera = await colleague(site, "Vera", alice, "viewer")
    await making.shared(secret)
    await alice.get(f"/suppliers/{acme}")  # the supplier's page shows none of it
    assert not (await making.find(secret)).looks
    for person in (vera, bob, alice, charlie):
        await person.get(at(acme))
    assert (await making.find(secret)).looks == (clock.today(),)
    looked = await read(partial(sql.rows, "SELECT person FROM audit_entry WHERE action = 'share.looked-at'"))
    assert len(looked) == 1
    look = partial(invitations.note_look, alice.scope, (await making.find(secret)).id)
    with clock.at(clock.now() + timedelta(days=1)):
        await write(look)
        assert len((await making.find(secret)).looks) == 2
    await write(partial(sql.rows, "UPDATE supplier_share SET ended = {}, content = ''", clock.now()))
    with clock.at(clock.now() + timedelta(days=2)):
        await write(look)
    assert [len(row["looks"].split()) for row in await making.rows("supplier_share")] == [2]


async def test_until_then_the_same_link_shows_it_and_takes_it_back(visitor, secret):
    await making.answered(secret)
    consent = await visitor.get(f"/asked/{secret}/share")
    assert "with the link in our e-mail, which goes on working for that year" in consent.text
    await consent.submit(f"/asked/{secret}/share", agreed="yes")
    with clock.at(clock.now() + timedelta(days=365, minutes=-1)):
        page = await (await visitor.get(f"/t/{secret}")).submit(f"/t/{secret}")
        assert "What you share with Pendle Joinery" in page.text
        await (await page.follow("Take it back")).submit()
        assert "Nothing is shared any more" in (await visitor.get(f"/asked/{secret}")).text


async def test_a_year_later_it_is_over(site, alice, acme, visitor, secret):
    await making.shared(secret)
    with clock.at(clock.now() + timedelta(days=365, minutes=-1)):
        page = await visitor.get(f"/t/{secret}")  # the link lives as long as the share
        assert page.status == 200 and (await page.submit(f"/t/{secret}")).status == 200
    with clock.at(clock.now() + timedelta(days=365, minutes=1)):
        assert (await visitor.get(f"/asked/{secret}")).status == 404
        found = await read(partial(invitations.of, alice.scope, acme))
        assert found.state == "ended" and found.summary is None and found.ran_out
        (said,) = (await read(partial(invitations.beside, alice.scope, [acme]))).values()
        assert said.text.startswith("Ran out ") and said.told is None
        await making.asked(alice.scope, acme)  # now it can be asked again


async def test_answers_that_come_too_late_are_in_the_page_that_says_so(visitor, alice, acme, secret):
    page = await visitor.get(f"/asked/{secret}/questions/1")
    typed = {"q-fees": "ask-starters", "q-papers": "copy-and-return"}
    label = page.document.xpath("//input[@value='ask-starters']/following-sibling::label")[0].text_content().strip()

    async def given_back(status: int, why: str) -> None:
        late = await page.submit(f"/asked/{secret}/questions", **typed)
        assert late.status == status and why in late.text and label in late.text.partition("What you typed")[2]
        assert "ask-starters" not in late.text and not await making.rows("supplier_answer")

    with clock.at(clock.now() + timedelta(days=30, minutes=1)):
        await given_back(404, "This link has run out")
    await write(partial(invitations.withdraw, alice.scope, acme))
    await given_back(404, "The firm has taken its questions back")
    await making.asked(alice.scope, acme, "")  # afresh: the address from before is none any more
    await given_back(404, "We cannot find this page")


async def test_a_secret_that_is_none_opens_nothing(visitor, secret):
    before = await state()
    for path in ("", "/questions/1", "/check", "/result", "/share", "/decline"):
        assert (await visitor.get(f"/asked/{secret[:-1]}x{path}")).status == 404
    for path in ("/questions/1", "/share", "/withdraw", "/decline"):
        assert (await visitor.post(f"/asked/{secret[:-1]}x{path}", {"agreed": "yes"})).status == 404
    assert await state() == before
    with pytest.raises(Missing):
        await making.find("")


async def test_nothing_to_show_is_nothing_to_share(visitor, secret):
    unknown = {question.id.replace("-", "_"): Answer(dont_know=True) for question in making.quick_check().questions}
    await making.answered(secret, **unknown)
    assert "None of your answers would be shown" in (await visitor.get(f"/asked/{secret}/result")).text
    page = await visitor.get(f"/asked/{secret}/share")
    assert (await page.submit(f"/asked/{secret}/share", agreed="yes")).status == 409


async def test_nobody_takes_back_what_is_not_there(visitor, secret):
    assert (await visitor.post(f"/asked/{secret}/withdraw", {"_key": "k"})).status == 409
    with pytest.raises(Refusal):
        await write(partial(answering.withdraw, secret))


async def test_the_firm_s_own_units_do_not_reach_the_answers(db, alice, charlie, secret):
    """The second wall: what a supplier answers for itself, and what others were given, on PostgreSQL."""
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no row-level security")
    await making.answered(secret)
    for table, count in (("supplier_answer", 0), ("supplier_invitation", 1)):
        with reaching(Reach(alice.organisation)):
            assert len(await making.rows(table)) == count
    await making.shared(secret)
    with reaching(Reach(alice.organisation)):
        assert len(await making.rows("supplier_share")) == 1
    with reaching(Reach(charlie.organisation)):
        assert not await making.rows("supplier_share") and not await making.rows("supplier_invitation")
        assert not await write(partial(sql.rows, "UPDATE supplier_share SET looks = '' RETURNING id"))


async def test_a_page_of_questions_is_a_few_round_trips(visitor, secret):
    await visitor.get(f"/asked/{secret}/questions/1")
    before = database().statements
    page = await visitor.get(f"/asked/{secret}/questions/1")
    assert database().statements - before == 1
    assert len(page.html) < 15_000


async def test_a_reader_of_the_mail_that_opens_links_changes_nothing(visitor, secret):
    before = await state()
    for path in (f"/t/{secret}", f"/asked/{secret}", f"/asked/{secret}/decline", f"/asked/{secret}/report"):
        await visitor.get(path)
        await visitor.http.head(path)
    assert await state() == before
    with clock.at(clock.now() + timedelta(days=30, hours=-1)):
        assert (await making.find(secret)).open


async def test_what_a_supplier_is_to_do_about_harm_begins_with_whom_to_call(visitor, secret):
    harm = {
        "fees": "someone-paid",
        "right_to_work": "after-start",
        "minimum_wage": "below",
        "pay_account": "someone-else",
    }
    await making.answered(secret, 2, **{name: Answer(value=value) for name, value in harm.items()})
    page = await visitor.get(f"/asked/{secret}/result")
    first = "First call 08000 121 700, the Modern Slavery & Exploitation Helpline. "
    whole = f"{first}See their website for hours. We last checked the number on 21 November 2026. "
    tops = [" ".join(node.text_content().split()) for node in page.document.xpath("//*[@class='pledge-action']/h2")]
    later = [" ".join(node.text_content().split()) for node in page.document.xpath("//main//details")]
    assert [text[3:].startswith(whole) for text in tops] == [True] * 3
    assert later[0].startswith(first) and later[0].count(whole) == 1
    assert later[1:] and not any("First call" in text for text in later[1:])
