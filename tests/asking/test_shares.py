"""A supplier that uses Pledge shares the summary of its own report, sees who looked, and takes it back."""

from datetime import timedelta
from functools import partial

import pytest
from tests.asking import making
from tests.support.cast import colleague, member_of_new_organisation
from tests.support.firms import MAILROOM, fill_profile, submitted

from pledge.asking import answering, invitations, shares
from pledge.database import clock
from pledge.database.unit import EVERYTHING, Reach, reaching, read, write
from pledge.policy.actors import MEMBER_ROLES
from pledge.questionnaires.answers import Answer
from pledge.refusals import ChangedMeanwhile, Missing, Refusal


def at(supplier) -> str:
    return f"/suppliers/{supplier}/ask"


@pytest.fixture
async def secret(alice, acme):
    """The link that Alice's firm sent to Acme, which is Charlie's."""
    return await making.asked(alice.scope, acme)


@pytest.fixture
async def reported(charlie):
    """Charlie's firm has a report that says “Act first”."""
    await fill_profile(charlie, name="Ribble Catering")
    await submitted(charlie, "recruitment", 3, r_b2=Answer(value="someone-paid"))
    return charlie


async def share(person, secret, **typed):
    page = await person.get(f"/asked/{secret}/report/recruitment")
    return await page.submit(f"/asked/{secret}/report", **{"agreed": "yes", **typed})


async def test_a_report_is_chosen_seen_agreed_to_looked_at_and_taken_back(site, alice, reported, visitor, acme, secret):
    page = await visitor.get(f"/asked/{secret}/report")
    assert page.url.startswith("/sign-in?next=") and "report" in page.url
    page = await reported.get(f"/asked/{secret}/report")
    assert "Recruitment, training and induction" in page.text and "Buying and your supply chain" not in page.text
    page = await reported.get(f"/asked/{secret}/report/recruitment")
    assert "Ribble Catering" in page.text and "Act first" not in page.text and "paid money" not in page.text
    assert not await making.rows("supplier_share")
    page = await share(reported, secret)
    assert page.url.startswith(f"/asked/{secret}?notice=shared") and "Take it back" not in page.html
    assert [mail.subject for mail in await site.mails("alice@example.org")][-1] == "Acme Ltd has answered you"
    seen = await alice.get(at(acme))
    assert "Ribble Catering: Recruitment, training and induction" in seen.text
    assert "All of it Established" in seen.text and "Act first" not in seen.text
    assert "not checked" in seen.text and "no proof that all is well" in seen.text
    page = await reported.get("/shares")
    today = f"{clock.today():%-d %B %Y}"
    assert "Pendle Joinery" in page.text and "by Charlie" in page.text
    assert f"Somebody at Pendle Joinery looked at it on {today}" in page.text
    assert "only from the questions that cannot tell of harm to people, so it can differ from the report" in page.text
    assert "if you make a newer one, what they see stays as it is" in page.text
    await submitted(reported, "recruitment", 0)
    assert "All of it Established" in (await reported.get("/shares")).text
    page = await (await page.follow("Take it back")).submit()
    assert "It is taken back" in page.text and f"Over since {today}" in page.text
    seen = await alice.get(at(acme))
    assert f"The supplier has withdrawn its answers on {today}" in seen.text and "Ribble" not in seen.text
    assert "Established" not in str(await making.rows("supplier_share"))
    assert (await visitor.get(f"/asked/{secret}")).status == 404


async def test_who_may_share_and_take_back(site, alice, bob, reported, olive, visitor, acme, secret):
    viewer = await colleague(site, "Vic", reported, "viewer")
    fields = {"organisation": str(reported.organisation), "agreed": "yes", "shown": "x", "_key": "k"}
    path = f"/asked/{secret}/report/recruitment"
    for person, expected in ((viewer, 403), (olive, 200), (visitor, 403), (alice, 409)):
        answer = await person.post(path, fields)
        assert answer.status == expected and not answer.url.startswith(f"/asked/{secret}?"), person
    assert not await making.rows("supplier_share")
    contributor = await colleague(site, "Cora", reported, "contributor")
    await share(contributor, secret)
    (row,) = await making.rows("supplier_share")
    assert (row["giver"], row["shared_by"], row["organisation"]) == (
        reported.organisation, contributor.id, alice.organisation,
    )  # fmt: skip
    page = await viewer.get("/shares")
    assert "Pendle Joinery" in page.text and "Take it back" not in page.text
    withdraw = f"/shares/{row['id']}/withdraw"
    assert (await viewer.post(withdraw, fields)).status == 403
    assert (await alice.post(withdraw, {**fields, "organisation": str(alice.organisation)})).status == 404
    assert (await visitor.post(f"/asked/{secret}/withdraw", {"_key": "k"})).status == 409  # the link is not enough
    assert "You share nothing at present" in (await alice.get("/shares")).text
    assert (await contributor.post(withdraw, {**fields, "organisation": str(alice.organisation)})).status == 409
    assert (await contributor.post(withdraw, fields)).status == 200
    assert (await reported.post(withdraw, {**fields, "_key": "other"})).status == 404
    assert MEMBER_ROLES.index("viewer") == 0


async def test_consent_is_to_what_was_shown(reported, secret):
    assert (await share(reported, secret, agreed=None)).status == 422
    forged = await share(reported, secret, shown="0" * 64)
    assert forged.status == 409 and "has changed since you opened the page" in forged.errors[0]
    page = await reported.get(f"/asked/{secret}/report/recruitment")
    await submitted(reported, "recruitment", 2)  # a newer report meanwhile
    late = await page.submit(f"/asked/{secret}/report", agreed="yes")
    assert late.status == 409 and not await making.rows("supplier_share")
    assert (await share(reported, secret)).status == 200
    again = await share(reported, await making.asked(reported.scope, email="other@example.net"))
    assert again.status == 409 and "Your own organisation asks here" in again.text


async def test_what_ran_out_is_over_before_it_is_deleted(reported, secret):
    await share(reported, secret)
    with clock.at(clock.now() + timedelta(days=365, minutes=1)):
        (given,) = await read(partial(shares.given, reported.scope))
        assert given.summary is None and given.ended == given.expires


async def test_without_a_report_there_is_none_to_choose(charlie, reported, secret, site):
    new = await member_of_new_organisation(site, "Nell", "New Firm")
    assert "New Firm has no report yet" in (await new.get(f"/asked/{secret}/report")).text
    for name in ("recruitment", "procurement", "quick-check", "nonsense"):
        assert (await new.get(f"/asked/{secret}/report/{name}")).status == 404
    assert (await reported.get(f"/asked/{secret}/report/procurement")).status == 404
    assert (await reported.get("/asked/nonsense/report")).status == 404


async def test_the_wall_lets_both_firms_and_nobody_else_to_a_share(db, alice, reported, olive, site, secret):
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no row-level security")
    await share(reported, secret)
    other = await member_of_new_organisation(site, "Nell", "New Firm")
    for organisation, count in ((alice.organisation, 1), (reported.organisation, 1), (other.organisation, 0)):
        with reaching(Reach(organisation)):
            assert len(await making.rows("supplier_share")) == count
    with reaching(Reach(reported.organisation)):
        assert not await making.rows("supplier_invitation")  # who was asked stays with who asked
        assert len(await read(partial(shares.given, reported.scope))) == 1
    with reaching(Reach(other.organisation)):
        assert not await read(partial(shares.given, reported.scope))


async def test_two_at_once_share_one_thing(db, reported, secret):
    summary = await read(partial(shares.offered, reported.scope, "recruitment"))
    found = await making.answered(secret)
    both = (
        partial(answering.share_answers, secret, found.would_share.digest, MAILROOM),
        partial(
            answering.share, secret, summary, summary.digest, MAILROOM,
            giver=reported.organisation, person=reported.id,
        ),
    )  # fmt: skip
    import asyncio

    with reaching(EVERYTHING):
        done = await asyncio.gather(*(write(each) for each in both), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["NoneType", "Refusal"]
    assert len(await making.rows("supplier_share")) == 1
    with pytest.raises((ChangedMeanwhile, Refusal)):
        await write(partial(answering.share_answers, secret, "x", MAILROOM))
    with pytest.raises(Missing):
        await write(partial(shares.withdraw, reported.scope, found.id))
    assert (await read(partial(invitations.of, reported.scope, found.id))) is None
