"""The pages on which a pledge is read, signed and withdrawn, as the right person and as the wrong one."""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import pytest
import time_machine
from tests.support.cast import colleague
from tests.support.firms import fill_profile

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.pledges import publishing, standing
from pledge.pledges.text import edition, shipped

from .signers import rows, signed

SIGN = {
    "name": "Alice Example", "role": "owner", "authority": "yes", "consent__register": "yes",
    "consent__grouped__figures": "yes",
}  # fmt: skip


async def sign(page, **changes):
    return await page.submit("/pledge/sign", **{**SIGN, **changes})


@asynccontextmanager
async def the_words_change(site):
    """Put a newer text in the place of the one that comes with the site, for a while."""
    state = site.application.litestar.state
    changed = (
        shipped()
        .source.replace('version: "2026.1"', 'version: "2027.1"')
        .replace("We name one person in charge of this", "We name two people in charge of this")
    )
    before, state.pledge = state.pledge, edition(changed, shipped().path)
    await write(partial(publishing.publish, state.pledge))
    yield
    state.pledge = before


# — the text —


async def test_everybody_can_read_the_pledge_and_start(visitor):
    page = await visitor.get("/pledge")
    assert page.status == 200
    for words in (
        "We accept that people can be exploited", "We name one person in charge", "It is not a certificate",
        "You may sign as owner, director, partner, trustee or chief officer", "Use the badge only while",
        "lasts 12 months", "never shows a score", "A low score never stops you",
    ):  # fmt: skip
        assert words in page.text
    assert "/register" in page.links() and "/sign-in?next=/pledge/sign" in page.links()


async def test_a_member_is_led_to_signing_and_then_to_the_signature(alice):
    assert "/pledge/sign" in (await alice.get("/pledge")).links()
    await signed(alice)
    page = await alice.get("/pledge")
    assert "Pendle Joinery signed on" in page.text and "/pledge/sign" not in page.links()


async def test_an_earlier_text_can_still_be_read(site, visitor):
    async with the_words_change(site):
        page = await visitor.get("/pledge?version=2026.1")
        assert "This is an earlier text, version 2026.1" in page.text and "We name one person in charge" in page.text
        assert "/register" not in page.links()
        assert "We name two people in charge" in (await visitor.get("/pledge?version=2027.1")).text


@pytest.mark.parametrize("version", ["1999.1", "", "x" * 3000, "%00", "%ff", "2026.1'--"])
async def test_a_version_that_never_was_is_not_found(visitor, version):
    assert (await visitor.get(f"/pledge?version={version}")).status == 404


# — who may sign —


async def test_a_visitor_is_asked_to_sign_in_and_then_brought_back(visitor):
    page = await visitor.get("/pledge/sign")
    assert page.url == "/sign-in?next=%2Fpledge%2Fsign"
    refused = await visitor.post("/pledge/sign", SIGN)
    assert refused.status == 403 and "signed out" in refused.text


async def test_an_owner_without_a_profile_is_told_what_is_missing(alice):
    page = await alice.get("/pledge/sign")
    assert page.status == 200 and "One thing before you sign" in page.title
    assert "Still missing: your postcode" in page.text and "/organisation/edit" in page.links()
    posted = await alice.post("/pledge/sign", {"organisation": str(alice.organisation), **SIGN})
    assert posted.status == 409 and "One thing before you sign" in posted.title and await rows() == []


@pytest.mark.parametrize("role", ["contributor", "viewer"])
async def test_a_colleague_sees_who_can_sign(site, alice, role):
    await fill_profile(alice)
    await colleague(site, "Anna", alice, "owner")
    cleo = await colleague(site, "Cleo", alice, role)
    page = await cleo.get("/pledge/sign")
    assert page.status == 200 and "Ask Alice or Anna to sign" in page.text and f"you are a {role}" in page.text
    assert "http://127.0.0.1:8000/pledge/sign" in page.text
    refused = await cleo.post("/pledge/sign", {"organisation": str(alice.organisation), "version": "2026.1", **SIGN})
    assert refused.status == 403 and "owners of the active organisation" in refused.text and await rows() == []


async def test_people_without_a_firm_are_led_to_where_they_belong(site, stella, olive):
    assert (await stella.get("/pledge/sign")).url == "/partnership?notice=for-firms"
    assert (await olive.get("/pledge/sign")).url == "/organise?notice=for-firms"
    nobody = await site.signed_in(await site.person("Nora", "nora@example.org"))
    assert (await nobody.get("/pledge/sign")).url == "/organisation/new?notice=for-firms"


# — signing —


async def test_an_owner_reads_the_whole_text_and_signs(site, alice):
    await fill_profile(alice)
    page = await alice.get("/pledge/sign")
    for commitment in shipped().text.commitments:
        assert commitment.text in page.text
    assert page.fields("/pledge/sign")["name"] == ["Alice"] and "Pendle" in page.text
    with time_machine.travel("2026-11-21T12:00:00Z"):
        done = await sign(page)
    assert done.url == "/pledge/signed?new=yes" and "You have signed the pledge" in done.title
    assert "Pendle Joinery, until 21 November 2027" in done.text
    assert f"/signatories/{alice.organisation}" in done.links() and "/home" in done.links()
    assert "Is the signer’s name shown? No" in done.text
    (mail,) = await site.mails()
    assert mail.recipient == "alice@example.org" and mail.subject == "You have signed the pledge for Pendle Joinery"
    assert mail.link == f"/signatories/{alice.organisation}" and "21 November 2027" in mail.body
    (row,) = await rows()
    assert (row["role"], row["name"], bool(row["name_public"])) == ("Owner", "Alice Example", False)


async def test_the_name_is_shown_if_the_signer_wants_it(alice, visitor):
    await fill_profile(alice)
    done = await sign(await alice.get("/pledge/sign"), consent__signatory__name="yes")
    assert "Is the signer’s name shown? Yes" in done.text
    assert "Signed by Alice Example" in (await visitor.get("/signatories")).text


async def test_who_has_signed_sees_the_signature_and_cannot_sign_again(alice, bob):
    await signed(alice)
    assert (await alice.get("/pledge/sign")).url == "/pledge/signed"
    page = await bob.get("/pledge/signed")
    assert page.status == 200 and "Signed by Alice Example, Owner" in page.text
    assert "/pledge/withdraw" not in page.links()
    assert "/pledge/withdraw" in (await alice.get("/pledge/signed")).links()


async def test_nobody_has_signed_yet_so_the_way_leads_to_signing(alice, charlie):
    await signed(alice)
    assert (await charlie.get("/pledge/signed")).url == "/pledge/sign"
    assert (await charlie.get("/pledge/withdraw")).url == "/pledge/sign"


async def test_every_missing_tick_is_named_at_once_and_what_was_typed_is_kept(alice):
    await fill_profile(alice)
    page = await sign(
        await alice.get("/pledge/sign"),
        name="", role=None, authority=None, consent__register=None, consent__grouped__figures=None,
        consent__signatory__name="yes",
    )  # fmt: skip
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.errors[:3] == [
        "Enter your name", "Choose your role", "Tick the box to say that you are allowed to sign",
    ]  # fmt: skip
    assert [error[:35] for error in page.errors[3:]] == ["To sign, you need to agree to this:"] * 2
    for link in page.document.xpath("//*[contains(@class,'error-summary')]//a/@href"):
        assert page.document.xpath(f"//*[@id='{link[1:]}']"), link
    assert page.fields("/pledge/sign")["consent-signatory-name"] == ["yes"] and await rows() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"role": "x" * 5000}, "“Your role” has an answer that is not on the page. Choose one of those that are."),
        ({"role": "king"}, "“Your role” has an answer that is not on the page. Choose one of those that are."),
        ({"name": "x" * 5000}, "“Your name” is 5,000 characters long. Use 200 or fewer."),
        ({"name": "\u200b\x00 \t"}, "Enter your name"),
        ({"authority": "no"}, "Tick the box to say that you are allowed to sign"),
    ],
)
async def test_bad_input_is_named_and_nothing_is_signed(alice, changes, message):
    await fill_profile(alice)
    page = await sign(await alice.get("/pledge/sign"), **changes)
    assert (page.status, page.errors) == (422, [message])
    assert await rows() == []


async def test_markup_in_a_name_stays_words(alice, visitor):
    await fill_profile(alice, name="<b>Joiners</b> & Sons")
    done = await sign(await alice.get("/pledge/sign"), name="<script>alert(1)</script>", consent__signatory__name="yes")
    assert "<script>alert" not in done.html and "<script>alert(1)</script>, Owner" in done.text
    page = await visitor.get("/signatories")
    assert "<b>Joiners</b> & Sons" in page.text and "<b>Joiners" not in page.html


async def test_a_form_of_another_firm_is_refused_and_gives_back_what_was_typed(alice, charlie):
    await fill_profile(alice)
    await fill_profile(charlie, name="Ribble Catering")
    page = await sign(await alice.get("/pledge/sign"), organisation=str(charlie.organisation), name="Alice A. Example")
    assert page.status == 409 and "another of your organisations" in page.text and "Alice A. Example" in page.text
    assert (await sign(await alice.get("/pledge/sign"), organisation=None)).status == 409
    assert await rows() == []


async def test_words_that_changed_meanwhile_are_shown_and_nothing_is_signed_unread(site, alice):
    await fill_profile(alice)
    page = await alice.get("/pledge/sign")
    async with the_words_change(site):
        again = await sign(page, name="Alice A. Example", role="trustee")
        assert again.status == 409 and await rows() == []
        assert "The words of the pledge changed while you had this page open" in again.text
        assert "We name two people in charge" in again.text
        fields = again.fields("/pledge/sign")
        assert (fields["name"], fields["role"], fields["version"]) == (["Alice A. Example"], ["trustee"], ["2027.1"])
        assert "authority" not in fields and "consent-register" not in fields  # given for other words
        done = await sign(again)
        assert "Text Version 2027.1" in done.text
    assert [row["version"] for row in await rows()] == ["2027.1"]


@pytest.mark.parametrize("version", ["", "2025.9", "x" * 5000, None])
async def test_a_form_for_another_version_is_refused(alice, version):
    await fill_profile(alice)
    page = await sign(await alice.get("/pledge/sign"), version=version)
    assert page.status == 409 and page.fields("/pledge/sign")["name"] == ["Alice Example"] and await rows() == []


async def test_a_form_sent_twice_signs_once_and_leads_to_the_same_page(site, alice):
    await fill_profile(alice)
    page = await alice.get("/pledge/sign")
    done = await asyncio.gather(*(sign(page) for _ in range(4)))
    assert {(each.status, each.url) for each in done} == {(200, "/pledge/signed?new=yes")}
    assert len(await rows()) == 1 and len(await site.mails()) == 1


async def test_two_owners_who_sign_at_once_sign_once(site, alice):
    await fill_profile(alice)
    anna = await colleague(site, "Anna", alice, "owner")
    pages = [await alice.get("/pledge/sign"), await anna.get("/pledge/sign")]
    done = await asyncio.gather(*(sign(page, name=name) for page, name in zip(pages, ("Alice", "Anna"), strict=True)))
    assert {each.status for each in done} == {200} and len(await rows()) == 1 and len(await site.mails()) == 1


async def test_signing_asks_for_the_status_to_be_worked_out(site, alice):
    await fill_profile(alice)
    await sign(await alice.get("/pledge/sign"))
    jobs = await read(partial(sql.rows, "SELECT kind, payload FROM job WHERE state = 'waiting'"))
    assert [(job["kind"], str(alice.organisation) in job["payload"]) for job in jobs] == [(standing.REFRESH, True)]


# — a newer text —


async def test_a_signatory_sees_what_a_newer_text_changes_and_signs_it_once(site, alice, bob):
    await signed(alice)
    assert "The words of the pledge have changed" not in (await alice.get("/pledge/signed")).text
    async with the_words_change(site):
        assert "The words have changed since then. See what is new" in (await alice.get("/pledge")).text
        mine = await alice.get("/pledge/signed")
        assert "You signed version 2026.1, and now there is version 2027.1" in mine.text
        for words in ("Before: Lead. We name one person in charge", "Now: Lead. We name two people in charge"):
            assert words in mine.text
        theirs = await bob.get("/pledge/signed")
        assert "An owner can sign the new words at any time." in theirs.text and "/pledge/sign" not in theirs.links()
        page = await alice.get("/pledge/sign")
        assert "What has changed since you signed" in page.text and "Before: Lead. We name one person" in page.text
        assert (await sign(page)).url == "/pledge/signed?new=yes"
        assert (await alice.get("/pledge/sign")).url == "/pledge/signed"
        assert "have changed" not in (await alice.get("/pledge/signed")).text
        again = await sign(page, _key="another form, opened before")  # by another owner, say
        assert again.url == "/pledge/signed"
    assert [row["version"] for row in await rows()] == ["2026.1", "2027.1"]


# — renewing and withdrawing —


async def test_a_pledge_that_runs_out_soon_can_be_renewed(alice, bob):
    with time_machine.travel("2026-11-21T12:00:00Z"):
        await signed(alice)
    with time_machine.travel("2027-10-20T12:00:00Z"):
        alice.browser = await alice.browser.site.signed_in(alice.id, alice.organisation)
        page = await alice.get("/pledge/signed")
        assert "/pledge/sign" in page.links() and "ran out" not in page.text
        page = await alice.get("/pledge/sign")
        assert "Renew your pledge" in page.title and "runs until 21 November 2027" in page.text
        done = await sign(page)
        assert "until 20 October 2028" in done.text
    assert [row["ending"] for row in await rows()] == ["renewed", ""]


async def test_a_pledge_that_ran_out_says_so(alice):
    with time_machine.travel("2026-11-21T12:00:00Z"):
        await signed(alice)
    with time_machine.travel("2027-12-01T12:00:00Z"):
        alice.browser = await alice.browser.site.signed_in(alice.id, alice.organisation)
        assert "Your pledge ran out on 21 November 2027" in (await alice.get("/pledge/signed")).text
        assert "your pledge ran out on 21 November 2027. Sign again" in (await alice.get("/pledge/sign")).text


async def test_an_owner_withdraws_after_a_question_and_every_owner_hears_of_it(site, alice, visitor):
    await colleague(site, "Anna", alice, "owner")
    await signed(alice)
    page = await alice.get("/pledge/withdraw")
    assert "Withdraw your pledge?" in page.title and "/pledge/signed" in page.links()
    assert [row["ending"] for row in await rows()] == [""]  # asking changes nothing
    done = await page.submit("/pledge/withdraw")
    assert done.url == "/pledge?notice=pledge-withdrawn" and "Your pledge is withdrawn" in done.text
    assert (await page.submit("/pledge/withdraw")).url == "/pledge?notice=pledge-withdrawn"  # sent twice
    assert {mail.recipient for mail in await site.mails()} == {"alice@example.org", "anna@example.org"}
    assert len(await site.mails()) == 2
    assert (await visitor.get(f"/signatories/{alice.organisation}")).status == 404


async def test_nobody_else_can_withdraw_it(alice, bob, charlie, stella, visitor):
    await signed(alice)
    form = {"organisation": str(alice.organisation)}
    assert (await bob.get("/pledge/withdraw")).status == 403
    assert (await bob.post("/pledge/withdraw", form)).status == 403
    assert (await charlie.post("/pledge/withdraw", form)).status == 409
    assert (await stella.post("/pledge/withdraw", form)).url == "/partnership?notice=for-firms"
    assert (await visitor.post("/pledge/withdraw", form)).status == 403
    assert (await visitor.get("/pledge/withdraw")).url.startswith("/sign-in")
    assert [row["ending"] for row in await rows()] == [""]


async def test_a_form_from_another_site_is_refused(alice):
    await signed(alice)
    page = await alice.browser.http.post(
        "/pledge/withdraw", data={"organisation": str(alice.organisation)}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert page.status_code == 403 and [row["ending"] for row in await rows()] == [""]


async def test_the_box_about_ones_own_name_says_where_it_is_shown(alice):
    await fill_profile(alice)
    page = await alice.get("/pledge/sign")
    (hint,) = page.document.xpath("//*[@id='consent-signatory-name-hint']")
    assert hint.text_content() == "In the public register, beside the entry of Pendle Joinery."
    assert "consent-register-hint" not in page.html
