"""Asking a supplier: who may, what it is sent, how often, and what the list says about it."""

from datetime import timedelta
from functools import partial

import pytest
from tests.asking import making
from tests.asking.making import ADDRESS
from tests.suppliers.sending import HEAD, address_of, csv, imported, matched
from tests.support.cast import colleague

from pledge.asking import answering, invitations
from pledge.asking.invitations import refusal_hash
from pledge.database import clock
from pledge.database.unit import write
from pledge.limits import TooMany
from pledge.questionnaires.answers import Answer
from pledge.refusals import Missing, Refusal
from pledge.words.dates import uk_date

NEXT_WEEK = timedelta(days=7, minutes=1)


QUESTION = "End the link that it has?"


def where(supplier) -> str:
    return f"/suppliers/{supplier}/ask"


async def ask(person, supplier, **typed):
    page = await person.get(where(supplier))
    page = await page.submit(where(supplier), button=f"how={typed.pop('how', 'mail')}", **typed)
    return await page.submit() if QUESTION in page.text else page


async def test_a_supplier_is_sent_one_plain_mail_that_says_who_asks(site, alice, acme):
    page = await alice.get(where(acme))
    assert page.fields(where(acme))["email"] == [ADDRESS]  # from the supplier's facts
    page = await ask(alice, acme, contact="Ann Acme")
    assert "We have written to the supplier" in page.text and f"by e-mail to {ADDRESS}" in page.text
    (mail,) = await site.mails(ADDRESS)
    assert mail.subject == "Pendle Joinery has ten short questions for you"
    assert "Hello Ann Acme" in mail.body and "Alice at Pendle Joinery buys from you" in mail.body
    assert f"You can answer until {uk_date(clock.now() + timedelta(days=30))}" in mail.body
    assert "the link goes on working for as long as they are shared" in mail.body  # test_answering: a year later
    assert mail.body.count("http://127.0.0.1:8000/") == 1 and mail.link.startswith("/t/")
    assert not (await making.rows("supplier_answer")) and not (await making.rows("supplier_share"))
    (kept,) = [row for row in await making.rows("outbox") if row["recipient"] == ADDRESS]
    assert kept["fleeting"]  # nothing of it is kept once it is sent


async def test_what_came_of_it_stands_beside_the_supplier(site, alice, acme):
    listed = await alice.get("/suppliers")
    assert "Asked" not in listed.text and "Ask this supplier" in (await alice.get(f"/suppliers/{acme}")).text
    secret = await making.asked(alice.scope, acme)
    today, day = f"{clock.today():%-d %b %Y}", f"{clock.today():%-d %B %Y}"
    assert f"Asked {today}" in (await alice.get("/suppliers")).text
    assert f"Asked {today}" in (await alice.get(f"/suppliers/{acme}")).text
    await making.shared(secret)
    assert f"Answered {today}" in (await alice.get("/suppliers")).text
    page = await alice.get(f"/suppliers/{acme}")
    assert f"What the supplier said itself on {day}" in page.text and "changes nothing in the risk above" in page.text
    assert (await alice.get("/suppliers?q=bee")).text.count("Answered") == 0
    await write(partial(answering.withdraw, secret))
    assert f"Withdrawn {today}" in (await alice.get("/suppliers")).text


async def test_a_member_may_pass_the_link_on(site, alice, acme, visitor):
    page = await ask(alice, acme, how="link", email="whatever")
    assert page.status == 200 and "We show it only this once" in page.text and not await site.mails(ADDRESS)
    address = page.document.xpath("//main//*[contains(@class, 'pledge-address')]")[0].text_content()
    (row,) = await making.rows("supplier_invitation")
    assert ADDRESS not in str(row) and (row["email"], row["contact"], row["mailed"]) == ("", "", None)
    link = address.removeprefix("http://127.0.0.1:8000")
    opened = await visitor.get(link)
    assert "Pendle Joinery asks how you guard against exploitation" in opened.text and "works once" in opened.text
    start = await opened.submit(link)
    assert start.status == 200 and "it is your only way back" in start.text
    assert start.document.xpath("//*[contains(@class, 'pledge-address')]")[0].text_content().endswith(start.url)
    await making.answered(start.url.removeprefix("/asked/"), fees=Answer(value="someone-paid"))
    for path in (link, link.replace("/t/", "/asked/"), f"{link.replace('/t/', '/asked/')}/share"):
        page = await alice.get(path)  # who still has the link
        assert page.status == 404 and "paid" not in page.text
    assert "This link was opened already" in (await alice.get(link)).text
    page = await ask(alice, acme, how="link")  # nor does another one tell anything
    address = page.document.xpath("//main//*[contains(@class, 'pledge-address')]")[0].text_content()
    page = await alice.get(address.removeprefix("http://127.0.0.1:8000"))
    page = await page.submit()
    assert "You have answered" not in page.text and not await making.rows("supplier_answer")
    assert (await visitor.get(start.url)).status == 404


async def test_a_link_is_ended_only_when_that_was_asked_about(site, alice, acme, visitor):
    secret = await making.asked(alice.scope, acme)
    await making.answered(secret)
    page = await alice.get(where(acme))
    page = await page.submit(where(acme), button="how=link")
    assert page.status == 422 and QUESTION in page.text and "answered so far is deleted" in page.text
    assert (await making.find(secret)).answers and (await visitor.get(f"/asked/{secret}")).status == 200
    kept = await page.follow("Keep the link that it has")
    assert kept.url == where(acme) and (await making.find(secret)).answers
    page = await page.submit(button="how=link")
    assert "We show it only this once" in page.text and not await making.rows("supplier_answer")
    with clock.at(clock.now() + NEXT_WEEK):
        alice.browser = await site.signed_in(alice.id, alice.organisation)
        page = await alice.get(where(acme))
        page = await page.submit(where(acme), button="how=mail", email="other@acme.example.net", contact="Ann")
        assert QUESTION in page.text and not await site.mails("other@acme.example.net")
        page = await page.submit()
        assert "We have written to the supplier" in page.text
        (mail,) = await site.mails("other@acme.example.net")
        assert "Hello Ann" in mail.body


async def test_the_same_form_sent_twice_asks_once(site, alice, acme):
    for how in ("mail", "link"):
        page = await alice.get(where(acme))
        fields = {**page.fields(where(acme)), "how": [how], "sure": ["yes"]}
        first, second = await alice.post(where(acme), fields), await alice.post(where(acme), fields)
        assert first.status == second.status == 200
    assert "The link was shown" in second.text
    assert len(await site.mails(ADDRESS)) == 1 and len(await making.rows("supplier_invitation")) == 1


async def test_who_may_ask(site, alice, bob, charlie, acme, visitor):
    vera = await colleague(site, "Vera", alice, "viewer")
    assert "An owner or contributor can ask" in (await vera.get(where(acme))).text
    fields = {"organisation": str(alice.organisation), "email": ADDRESS, "_key": "k"}
    assert (await vera.post(where(acme), fields)).status == 403
    assert (await charlie.get(where(acme))).status == 404
    assert (await charlie.post(where(acme), {**fields, "organisation": str(charlie.organisation)})).status == 404
    assert (await charlie.post(where(acme), fields)).status == 409
    assert (await visitor.get(where(acme))).url.startswith("/sign-in")
    assert not await making.rows("supplier_invitation")
    assert (await ask(bob, acme)).status == 200
    assert "Bob" in (await vera.get(where(acme))).text
    assert (await vera.post(f"{where(acme)}/withdraw", fields)).status == 403
    assert (
        await charlie.post(f"{where(acme)}/withdraw", {**fields, "organisation": str(charlie.organisation)})
    ).status == 404
    assert (await alice.get(where("00000000-0000-4000-8000-000000000000"))).status == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": ""}, "Enter the supplier’s e-mail address, or choose to get the link instead"),
        (
            {"email": "acme"},
            "“Their e-mail address” is not in the usual form. Enter an e-mail address like name@example.org.",
        ),
        ({"contact": "see www.spam.example"}, "“Whom to write to” has a web address in it. Enter a name without one."),
        (
            {"contact": "0900 123 456"},
            "“Whom to write to” has a telephone number in it. Enter a name without one.",
        ),
    ],
)
async def test_a_bad_form_is_shown_again(site, alice, acme, typed, said):
    page = await ask(alice, acme, **typed)
    assert page.status == 422 and page.errors == [said] and page.title.startswith("Error: ")
    assert not await making.rows("supplier_invitation")


async def test_what_is_taken_back_no_longer_works(site, alice, acme, visitor):
    secret = await making.asked(alice.scope, acme)
    await making.answered(secret)
    page = await alice.get(where(acme))
    page = await (await page.follow("Take it back")).submit()
    assert "It is taken back" in page.text and "You took it back" in page.text
    for path in (f"/t/{secret}", f"/asked/{secret}", f"/asked/{secret}/share"):
        over = await visitor.get(path)
        assert over.status == 404 and "The firm has taken its questions back" in over.text
    assert (await visitor.post(f"/asked/{secret}/share", {"agreed": "yes", "shown": "x"})).status == 404
    again = await alice.post(f"{where(acme)}/withdraw", {"organisation": str(alice.organisation)})
    assert again.status == 404


async def test_what_a_supplier_shares_is_not_the_firm_s_to_take_back(alice, acme):
    await making.shared(await making.asked(alice.scope, acme))
    with pytest.raises(Missing):
        await write(partial(invitations.withdraw, alice.scope, acme))
    assert [row["state"] for row in await making.rows("supplier_invitation")] == ["open"]


# — no spam —


async def test_one_supplier_is_written_to_once_a_week(site, alice, acme):
    assert "We send it one e-mail" in (await alice.get(where(acme))).text
    first = await making.asked(alice.scope, acme)
    with pytest.raises(Refusal, match="you can ask us to write again from"):
        await making.asked(alice.scope, acme)
    page = await alice.get(where(acme))
    assert "Send the e-mail" not in page.text
    again = uk_date(clock.now() + timedelta(days=7))
    assert f"you can ask us to write again from {again} on. We do not do so by ourselves" in page.text
    await (await alice.get(f"{where(acme)}/withdraw")).submit()  # that is no way round it
    fields = {"organisation": str(alice.organisation), "email": ADDRESS, "_key": "k"}
    for how in ("mail", "link", "mail"):
        answer = await alice.post(where(acme), {**fields, "how": how, "_key": f"k{how}"})
        assert answer.status == (200 if how == "link" else 409), answer.text
    assert len(await site.mails(ADDRESS)) == 1
    with clock.at(clock.now() + NEXT_WEEK):
        second = await making.asked(alice.scope, acme)
        assert (await making.find(second)).email == ADDRESS
    assert first != second and len(await making.rows("supplier_invitation")) == 1


async def test_a_firm_and_an_address_have_their_limits(site, alice, charlie):
    with clock.at(clock.now()):
        for _ in range(3):
            await making.asked(charlie.scope)
        with pytest.raises(TooMany):
            await making.asked(charlie.scope, email=ADDRESS.upper())
        await making.asked(alice.scope)  # another firm keeps nobody from asking
        for number in range(19):
            await making.asked(alice.scope, email=f"{number}@example.org")
        with pytest.raises(TooMany):
            await making.asked(alice.scope, email="one.more@example.org")
        await making.asked(alice.scope, email="")  # a link is not our mail


async def test_whoever_says_never_is_not_asked_by_anybody(site, alice, bob, charlie, acme, visitor):
    secret = await making.asked(alice.scope, acme, ADDRESS)
    page = await visitor.get(f"/asked/{secret}/decline")
    page = await page.submit(for_good="yes")
    assert page.status == 404 and "You have said no" in page.text
    assert ADDRESS not in str(await making.rows("supplier_invitation"))
    assert [row["email_hash"] for row in await making.rows("ask_refusal")] == [refusal_hash(ADDRESS)]
    assert "The supplier has said no" in (await alice.get(where(acme))).text
    assert "Declined" in (await alice.get("/suppliers")).text
    with pytest.raises(Refusal, match="does not want to be asked"):
        await making.asked(alice.scope, acme, "")
    await imported(site, charlie, csv(["Acme Ltd", "Tea", "UK", 1, ""], head=HEAD))
    theirs = (await address_of(charlie, "Acme Ltd")).removeprefix("/suppliers/")
    refused = await ask(charlie, theirs, email=ADDRESS.upper())
    assert refused.status == 422 and "does not want to be asked through Pledge" in refused.errors[0]
    assert (await visitor.get(f"/t/{secret}")).status == 404


async def test_a_no_this_time_is_no_no_for_others(site, alice, charlie, visitor):
    secret = await making.asked(alice.scope)
    await (await visitor.get(f"/asked/{secret}/decline")).submit()
    assert not await making.rows("ask_refusal")
    await making.asked(charlie.scope)


# — links —


async def test_a_newer_link_ends_the_one_before_and_keeps_the_answers(site, alice, acme, visitor):
    first = await making.asked(alice.scope, acme)
    await making.answered(first)
    with clock.at(clock.now() + NEXT_WEEK):
        second = await making.asked(alice.scope, acme)
        assert "There is a newer link" in (await visitor.get(f"/t/{first}")).text
        assert (await visitor.get(f"/asked/{first}")).status == 404
        assert (await making.find(second)).complete


async def test_another_address_gets_none_of_the_answers_of_the_one_before(site, alice, acme, visitor):
    first = await making.asked(alice.scope, acme)
    await making.answered(first)
    with clock.at(clock.now() + NEXT_WEEK):
        second = await making.asked(alice.scope, acme, "other@acme.example.net")
        assert not (await making.find(second)).answers and not await making.rows("supplier_answer")
    assert "This link no longer works" in (await visitor.get(f"/t/{first}")).text


async def test_a_link_runs_out(site, alice, acme, visitor):
    secret = await making.asked(alice.scope, acme)
    with clock.at(clock.now() + timedelta(days=30, minutes=-1)):
        assert (await making.find(secret)).open
        alice.browser = await site.signed_in(alice.id, alice.organisation)
    with clock.at(clock.now() + timedelta(days=30, minutes=1)):
        for path in (f"/t/{secret}", f"/asked/{secret}"):
            page = await visitor.get(path)
            assert page.status == 404 and "This link has run out" in page.text
        assert "There was no answer in time" in (await alice.get(where(acme))).text
        assert (await ask(alice, acme)).status == 200


async def test_a_supplier_that_became_one_with_another_keeps_what_came_of_asking(site, alice):
    kept, merge = await matched(site, alice)
    (row,) = await making.rows("supplier_merge")
    secret = await making.asked(alice.scope, row["gone"])
    await making.shared(secret)
    assert "What the supplier says itself" in (await alice.get(where(kept))).text
    assert "Answered" in (await alice.get(f"/suppliers/{kept}")).text
    with pytest.raises(Refusal, match="shares its answers with you already"):
        await making.asked(alice.scope, kept)
    page = await alice.get(f"/suppliers/{kept}")
    await page.submit(f"/suppliers/merges/{merge}/undo")
    assert "Answered" not in (await alice.get(f"/suppliers/{kept}")).text
    assert "What the supplier says itself" in (await alice.get(where(row["gone"]))).text
