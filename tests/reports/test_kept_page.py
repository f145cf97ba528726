"""The page that shows each commitment of the pledge with its evidence."""

from tests.suppliers.sending import imported, workbook
from tests.support.firms import fill_profile, sign_pledge, submitted


async def test_a_firm_that_has_only_signed_sees_what_is_missing_and_where(alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    page = await alice.get("/pledge/kept")
    assert page.status == 200 and page.text.count("Not yet") >= 7
    assert "You have not uploaded a supplier list yet." in page.text
    assert {"/assessments/procurement", "/assessments/recruitment"} <= set(page.links())


async def test_answers_and_a_supplier_list_are_evidence(site, alice):
    await fill_profile(alice)
    await sign_pledge(alice)
    before = (await alice.get("/pledge/kept")).text.count("Not yet")
    for questionnaire in ("procurement", "recruitment"):
        await submitted(alice, questionnaire, 4)
    answered = await alice.get("/pledge/kept")
    assert "Your answers say that a named person is in charge." in answered.text
    assert answered.text.count("Not yet") < before
    await imported(site, alice, workbook(["Marrowby Timber Ltd", "Timber", "Brazil", 12000, "robots"]))
    assert "You have not uploaded a supplier list yet." not in (await alice.get("/pledge/kept")).text


async def test_without_a_signature_the_way_leads_to_the_pledge(alice):
    assert (await alice.get("/pledge/kept")).url == "/pledge"


async def test_colleagues_see_it_and_nobody_else(alice, bob, charlie, olive, stella, visitor):
    await fill_profile(alice)
    await sign_pledge(alice)
    assert "How you keep your pledge" in (await bob.get("/pledge/kept")).text
    assert (await charlie.get("/pledge/kept")).url == "/pledge"  # of his own firm, which has not signed
    for person in (olive, stella):
        assert "How you keep your pledge" not in (await person.get("/pledge/kept")).text
    assert (await visitor.get("/pledge/kept")).url.startswith("/sign-in")
