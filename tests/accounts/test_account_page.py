from functools import partial

from pledge.database import sql
from pledge.database.unit import read


async def test_a_person_changes_their_name(alice):
    page = await alice.get("/account")
    assert alice.email in page.text and "Pendle Joinery" in page.text
    page = await page.submit("/account", name="Alice Ashworth")
    assert page.url == "/account?notice=name-saved"
    assert "Alice Ashworth" in page.html
    page = await (await alice.get("/account")).submit("/account", name="")
    assert page.status == 422 and page.errors == ["Enter your name"]


async def test_signing_out_everywhere_ends_every_session(site, alice):
    other = await site.signed_in(alice.id, alice.organisation)
    page = await alice.get("/account/sessions")
    page = await page.submit("/account/sign-out-everywhere")
    assert "You are signed out" in page.text
    assert (await other.get("/home")).url.startswith("/sign-in")
    assert await read(partial(sql.value, "SELECT count(*) FROM session")) == 0


async def test_a_visitor_signs_in_first(visitor):
    assert (await visitor.get("/account")).url.startswith("/sign-in?next=%2Faccount")
