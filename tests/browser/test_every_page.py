"""Every page of the site, for each kind of person, empty, full and with errors: accessible, quiet and light.

A route that is not in VISITS fails ``test_every_route_is_visited``.
"""

import re

import pytest
from playwright.async_api import Browser, Page
from tests.browser import axe, looks
from tests.browser.live import Live

from pledge.web.guard import routes

WEIGHT = 50_000  # bytes of a page with all that belongs to it, packed, from nothing
REQUESTS = 6
SMALLEST = 16  # pixels
EXPECTED = "Failed to load resource"  # a page that says that something is wrong, or a script that we keep away
WIDTHS = (1280, 320)  # pixels; a page is opened once, then narrowed

# route → [(who, address, what to do there)]: "" is looking, “press …” sends the form as it is, “follow …” goes on
VISITS: dict[str, list[tuple[str, str, str]]] = {
    "/": [("visitor", "/", ""), ("owner", "/", ""), ("visitor", "/?notice=signed-out", "")],
    "/accessibility": [("visitor", "/accessibility", "")],
    "/page-gone": [("owner", "/page-gone?form=/organisation/edit", ""), ("visitor", "/page-gone", "")],
    "/account/data": [("owner", "/account/data", "")],
    "/account/erase": [("owner", "/account/erase", ""), ("owner", "/account/erase", "press Erase my account")],
    "/account": [("owner", "/account", ""), ("organiser", "/account", "")],
    "/account/confirm": [
        ("long signed in", "/account/confirm?next=/account/email", ""),
        ("long signed in", "/account/confirm?next=/account/email", "press Go on"),
        ("long signed in by link", "/account/email", ""),
    ],
    "/account/email": [("owner", "/account/email", "press Send the link")],
    "/account/second-factor": [
        ("organiser", "/account/second-factor", ""),
        ("owner", "/account/second-factor", ""),
        ("new staff", "/partnership", ""),
    ],
    "/account/second-factor/codes": [("organiser", "/account/second-factor/codes", "")],
    "/account/second-factor/remove": [("organiser", "/account/second-factor/remove", "")],
    "/account/second-factor/set-up": [
        ("enrolling", "/account/second-factor/set-up", ""),
        ("enrolling", "/account/second-factor/set-up", "press Go on"),
    ],
    "/account/sessions": [("owner", "/account/sessions", "")],
    "/assessments/{questionnaire:str}": [
        ("new owner", "/assessments/procurement", ""),
        ("owner", "/assessments/procurement", ""),
        ("owner", "/assessments/recruitment", ""),
        ("returning", "/assessments/recruitment", ""),
    ],
    "/assessments/{questionnaire:str}/check": [
        ("owner", "/assessments/procurement/check", ""),
        ("returning", "/assessments/recruitment/check", ""),
    ],
    "/assessments/{questionnaire:str}/again": [("owner", "/assessments/procurement/again", "")],
    "/assessments/{questionnaire:str}/again/{section:str}": [
        ("owner", "/assessments/procurement/again/leadership", ""),
        ("returning", "/assessments/recruitment/again/responsibility", ""),
        ("returning", "/assessments/recruitment/again/agencies", ""),
    ],
    "/assessments/{questionnaire:str}/again/{section:str}/help": [
        ("owner", "/assessments/procurement/again/leadership/help", ""),
    ],
    "/assessments/{questionnaire:str}/put-away": [("owner", "/assessments/procurement/put-away", "")],
    "/assessments/{questionnaire:str}/newer": [("owner", "/assessments/procurement/newer", "")],
    "/assessments/{questionnaire:str}/{section:str}": [
        ("owner", "/assessments/procurement/leadership", ""),
        ("owner", "/assessments/procurement/leadership?help=now", ""),
    ],
    "/assessments/{questionnaire:str}/ask/{section:str}": [
        ("owner", "/assessments/procurement/ask/leadership", ""),
        ("owner", "/assessments/procurement/ask/leadership", "press Ask"),
        ("contributor", "/assessments/procurement/ask/buying", ""),
    ],
    "/assessments/{questionnaire:str}/paper/{section:str}": [
        ("owner", "/assessments/procurement/paper/supply-chain", ""),
        ("owner", "/assessments/procurement/paper/buying?by-day=31&by-month=2&by-year=2027", ""),
    ],
    "/actions": [
        ("new owner", "/actions", ""),
        ("owner", "/actions", ""),
        ("owner", "/actions?show=late", ""),
        ("owner", "/actions?show=not-now&from=procurement", ""),
        ("contributor", "/actions?show=mine", ""),
    ],
    "/actions/paper": [("owner", "/actions/paper", ""), ("owner", "/actions/paper?show=late", "")],
    "/papers": [("visitor", "/papers", ""), ("owner", "/papers", "")],
    "/actions/{action:uuid}": [
        ("owner", "/actions/{action}", ""),
        ("contributor", "/actions/{action}", "press Save"),
    ],
    "/actions/{action:uuid}/evidence": [
        ("owner", "/actions/{action}/evidence", ""),
        ("owner", "/actions/{action}/evidence", "press Add it"),
    ],
    "/actions/evidence/{piece:uuid}/remove": [("owner", "/actions/evidence/{evidence}/remove", "")],
    "/assignments/{assignment:uuid}": [
        ("owner", "/assignments/{assignment}", ""),
        ("contributor", "/assignments/{assignment}", ""),
    ],
    "/assignments/{assignment:uuid}/change": [("owner", "/assignments/{assignment}/change", "")],
    "/assignments/{assignment:uuid}/withdraw": [("owner", "/assignments/{assignment}/withdraw", "")],
    "/bookings": [("owner", "/bookings", ""), ("new owner", "/bookings", "")],
    "/bookings/{registration:uuid}": [("owner", "/bookings/{booking}", "")],
    "/bookings/{registration:uuid}/cancel": [("owner", "/bookings/{booking}/cancel", "")],
    "/bookings/{registration:uuid}/needs/delete": [("owner", "/bookings/{booking}/needs/delete", "")],
    "/bookings/{registration:uuid}/needs": [
        ("owner", "/bookings/{booking}/needs", ""),
        ("contributor", "/bookings/{booking}/needs", ""),
    ],
    "/complaints": [("visitor", "/complaints", ""), ("visitor", "/complaints", "press Send your complaint")],
    "/complaints/received/{complaint:uuid}": [("visitor", "/complaints/received/{complaint}", "")],
    "/erased/{receipt:uuid}": [("visitor", "/erased/{receipt}", "")],
    "/door/{token:str}": [
        ("visitor", "/door/{door}", ""),
        ("visitor", "/door/{door}?name=fay", ""),
        ("visitor", "/door/{door}?name=fay", "press Check in Fay"),
        ("visitor", "/door/{door}?name=fay", "press Undo Fay"),
        ("visitor", "/door/{door}?name=zzzz", ""),
        ("visitor", "/door/{door}?name=fa", ""),
        ("visitor", "/door/{door_later}", ""),
        ("visitor", "/door/nothing", ""),
    ],
    "/events": [
        ("visitor", "/events", ""),
        ("visitor", "/events?topic=legal", ""),
        ("visitor", "/events?from=31/2/2027", ""),
        ("visitor", "/events?past=yes", ""),
    ],
    "/events/{slug:str}": [
        ("visitor", "/events/a-morning-on-recruitment", ""),
        ("visitor", "/events/a-morning-on-recruitment", "press Book now"),
        ("owner", "/events/a-morning-on-procurement", ""),
        ("new owner", "/events/a-morning-on-recruitment?from=report", ""),
    ],
    "/events/{slug:str}/booked/{registration:uuid}": [
        ("owner", "/events/a-morning-on-procurement/booked/{booking}", ""),
    ],
    "/events/suggest": [
        ("visitor", "/events/suggest", ""),
        ("visitor", "/events/suggest", "press Send the suggestion"),
        ("visitor", "/events/suggest?kind=calendar", ""),
    ],
    "/events/suggest/check-your-email": [("visitor", "/events/suggest/check-your-email", "")],
    "/help": [("visitor", "/help", "")],
    "/help/law": [("visitor", "/help/law", "")],
    "/help/plan": [("visitor", "/help/plan", "")],
    "/help/ring": [
        ("visitor", "/help/ring", ""),
        ("visitor", "/help/ring", "press Ask for the call"),
        ("owner", "/help/ring", ""),
    ],
    "/help/ring/{call:uuid}": [
        ("visitor", "/help/ring/{call}", ""),
        ("owner", "/help/ring/{call}", ""),
        ("visitor", "/help/ring/{call_over}", ""),
    ],
    "/home": [("new owner", "/home", ""), ("owner", "/home", ""), ("contributor", "/home", "")],
    "/operate": [("operator", "/operate", "")],
    "/organisation": [("owner", "/organisation", "")],
    "/organisation/edit": [
        ("new owner", "/organisation/edit", ""),
        ("new owner", "/organisation/edit", "press Save and go on"),
    ],
    "/organisation/new": [("owner", "/organisation/new", "press Add it")],
    "/organisation/people": [
        ("owner", "/organisation/people", ""),
        ("new owner", "/organisation/people", ""),
        ("contributor", "/organisation/people", ""),
    ],
    "/organisation/people/invite": [
        ("owner", "/organisation/people/invite", ""),
        ("owner", "/organisation/people/invite", "press Send the invitation"),
    ],
    "/organisation/people/leave": [
        ("owner", "/organisation/people/leave", ""),
        ("contributor", "/organisation/people/leave", ""),
    ],
    "/organisation/people/invitations/{invitation:uuid}/withdraw": [
        ("owner", "/organisation/people", "follow Withdraw")
    ],
    "/organisation/people/{member:uuid}": [("owner", "/organisation/people/{member}", "")],
    "/organisation/people/{member:uuid}/hand-over": [("owner", "/organisation/people/{member}/hand-over", "")],
    "/organisation/people/{member:uuid}/remove": [("owner", "/organisation/people/{member}/remove", "")],
    "/organisation/switch": [
        ("contributor", "/organisation/switch", ""),
        ("staff", "/organisation/switch", ""),
    ],
    "/organise": [("organiser", "/organise", "")],
    "/organise/events/new": [
        ("organiser", "/organise/events/new", ""),
        ("organiser", "/organise/events/new", "press Save the draft"),
    ],
    "/organise/events/{event:uuid}": [
        ("organiser", "/organise/events/{event}", ""),
        ("organiser", "/organise/events/{draft}", ""),
        ("organiser", "/organise/events/{door_made}", ""),
    ],
    "/organise/events/{event:uuid}/call-off": [
        ("organiser", "/organise/events/{event}/call-off", ""),
    ],
    "/organise/events/{event:uuid}/door": [
        ("organiser", "/organise/events/{door_made}/door", ""),
        ("organiser", "/organise/events/{door_made}/door", "press Make a new door link"),
    ],
    "/organise/events/{event:uuid}/door/withdraw": [("organiser", "/organise/events/{door_made}/door/withdraw", "")],
    "/organise/events/{event:uuid}/delete": [("organiser", "/organise/events/{draft}/delete", "")],
    "/organise/events/{event:uuid}/edit": [("organiser", "/organise/events/{event}/edit", "")],
    "/organise/events/{event:uuid}/needs": [
        ("organiser", "/organise/events/{event}/needs", ""),
        ("organiser", "/organise/events/{draft}/needs", ""),
    ],
    "/organise/events/{event:uuid}/preview": [("organiser", "/organise/events/{draft}/preview", "")],
    "/organise/people": [
        ("organiser", "/organise/people", ""),
        ("organiser", "/organise/people", "press Send the invitation"),
    ],
    "/organise/people/invitations/{invitation:uuid}/withdraw": [
        ("organiser", "/organise/people", "follow Withdraw >> nth=0"),
    ],
    "/organise/people/{member:uuid}/remove": [
        ("organiser", "/organise/people", "follow Remove"),
        ("organiser", "/organise/people", "follow Leave"),
    ],
    "/organisation/erase": [("owner", "/organisation/erase", "")],
    "/partnership/calls": [("staff", "/partnership/calls", "")],
    "/partnership/calls/{call:uuid}/close": [
        ("staff", "/partnership/calls/{call}/close", ""),
        ("staff", "/partnership/calls/{call}/close", "press Close the call"),
        ("staff", "/partnership/calls/{call_over}/close", ""),
    ],
    "/partnership/complaints": [("staff", "/partnership/complaints", "")],
    "/partnership/complaints/{complaint:uuid}/answered": [
        ("staff", "/partnership/complaints/{complaint}/answered", ""),
    ],
    "/partnership": [("staff", "/partnership", "")],
    "/partnership/questionnaires": [("staff", "/partnership/questionnaires", "")],
    "/partnership/questionnaires/{questionnaire:str}": [
        ("staff", "/partnership/questionnaires/procurement", ""),
        ("staff", "/partnership/questionnaires/procurement", "press Publish version 2099.1"),
        ("staff", "/partnership/questionnaires/recruitment", ""),
    ],
    "/partnership/releases/{name:str}": [("staff", "/partnership", "follow Firms that have signed the pledge: by")],
    "/partnership/suggestions": [("staff", "/partnership/suggestions", "")],
    "/partnership/suggestions/{suggestion:uuid}": [
        ("staff", "/partnership/suggestions", "follow Spot the signs"),
        ("staff", "/partnership/suggestions", "follow A refused calendar"),
    ],
    "/partnership/suggestions/{suggestion:uuid}/accept": [
        ("staff", "/partnership/suggestions/{suggestion}/accept", ""),
        ("staff", "/partnership/suggestions/{suggestion}/accept", "press Accept it"),
    ],
    "/partnership/suggestions/{suggestion:uuid}/refuse": [
        ("staff", "/partnership/suggestions/{suggestion}/refuse", ""),
    ],
    "/pledge": [("visitor", "/pledge", "")],
    "/pledge/certificate": [("owner", "/pledge/certificate", ""), ("new owner", "/pledge/certificate", "")],
    "/pledge/kept": [("owner", "/pledge/kept", "")],
    "/pledge/sign": [("owner", "/pledge/sign", ""), ("new owner", "/pledge/sign", "")],
    "/pledge/signed": [("owner", "/pledge/signed", "")],
    "/pledge/withdraw": [("owner", "/pledge/withdraw", "")],
    "/privacy": [("visitor", "/privacy", "")],
    "/questions": [("visitor", "/questions", "")],
    "/questions/paper": [
        ("visitor", "/questions/paper", ""),
        ("visitor", "/questions/paper?kind=zzz&headcount_band=zzz&labour=zzz&risk_sectors=zzz", ""),
    ],
    "/questions/{questionnaire:str}/paper": [("visitor", "/questions/recruitment/paper?labour=agency", "")],
    "/assessments/{questionnaire:str}/paper": [("owner", "/assessments/procurement/paper", "")],
    "/quick-check": [("visitor", "/quick-check", ""), ("owner", "/quick-check", "press Go on")],
    "/quick-check/{number:int}": [("visitor", "/quick-check/2", "")],
    "/quick-check/register": [("visitor", "/quick-check/register", "")],
    "/sample-report": [("visitor", "/sample-report", "")],
    "/register": [("visitor", "/register", ""), ("visitor", "/register", "press Register")],
    "/register/check-your-email": [("visitor", "/register/check-your-email", "")],
    "/reports": [("owner", "/reports", ""), ("new owner", "/reports", ""), ("contributor", "/reports", "")],
    "/reports/{assessment:uuid}/again/{question:str}": [
        ("owner", "/actions/{action}", "follow Answer this question again"),
    ],
    "/reports/{name:str}": [
        ("owner", "/home", "follow Buying and your supply chain >> nth=-1"),
        ("owner", "/home", "follow Recruitment, training and induction >> nth=-1"),
    ],
    "/reports/{assessment:uuid}/answers": [
        ("owner", "/actions/{action}", "follow Your answer, and how it counts"),
    ],
    "/sign-in": [("visitor", "/sign-in", ""), ("visitor", "/sign-in", "press Sign in")],
    "/sign-in/check-your-email": [("visitor", "/sign-in/check-your-email", "")],
    "/sign-in/code": [("unproven", "/sign-in/code", ""), ("unproven", "/sign-in/code", "press Go on")],
    "/sign-in/forgotten": [("visitor", "/sign-in/forgotten", "press Send the link")],
    "/sign-in/link": [("visitor", "/sign-in/link", "")],
    "/sign-in/recovery": [("unproven", "/sign-in/recovery", "press Go on")],
    "/signatories": [("visitor", "/signatories", ""), ("visitor", "/signatories?name=zzz", "")],
    "/signatories/{organisation:uuid}": [("visitor", "/signatories", "follow Full Firm")],
    "/suppliers": [
        ("new owner", "/suppliers", ""),
        ("owner", "/suppliers", ""),
        ("owner", "/suppliers?q=zzz&level=high", ""),
    ],
    "/suppliers/totals": [("owner", "/suppliers/totals", ""), ("new owner", "/suppliers/totals", "")],
    "/suppliers/answers": [
        ("owner", "/suppliers/answers", ""),
        ("owner", "/suppliers/answers", "press Use these answers"),
        ("new owner", "/suppliers/answers", ""),
    ],
    "/suppliers/countries": [("owner", "/suppliers/countries", ""), ("new owner", "/suppliers/countries", "")],
    "/suppliers/matches": [
        ("owner", "/suppliers/matches", ""),
        ("owner", "/suppliers/matches", "press Save answers"),
        ("new owner", "/suppliers/matches", ""),
    ],
    "/suppliers/uploads": [("owner", "/suppliers/uploads", ""), ("new owner", "/suppliers/uploads", "press Upload")],
    "/suppliers/uploads/{upload:uuid}": [
        ("owner", "/suppliers/uploads/{outlined}", ""),
        ("owner", "/suppliers/uploads/{done}", ""),
        ("owner", "/suppliers/uploads/{done}?severity=warning", ""),
    ],
    "/suppliers/uploads/{upload:uuid}/remove": [("owner", "/suppliers/uploads/{outlined}/remove", "")],
    "/suppliers/uploads/{upload:uuid}/changes": [
        ("owner", "/suppliers/uploads/{newest}/changes?kind=changed", ""),
        ("owner", "/suppliers/uploads/{newest}/changes?kind=new", ""),
    ],
    "/suppliers/uploads/{upload:uuid}/missing": [("owner", "/suppliers/uploads/{newest}/missing", "")],
    "/suppliers/uploads/{upload:uuid}/rows/{row:str}": [
        ("owner", "/suppliers/uploads/{done}/rows/0-4", ""),
        ("owner", "/suppliers/uploads/{done}/rows/0-5", ""),
    ],
    "/suppliers/uploads/{upload:uuid}/whole-list": [
        ("owner", "/suppliers/uploads/{newest}/whole-list", ""),
        ("owner", "/suppliers/uploads/{newest}/whole-list", "press Take 1 supplier off my list"),
    ],
    "/suppliers/{supplier:uuid}": [("owner", "/suppliers/{supplier}", ""), ("owner", "/suppliers/{told}", "")],
    "/suppliers/{supplier:uuid}/ask/withdraw": [("owner", "/suppliers/{waiting}/ask/withdraw", "")],
    "/suppliers/{supplier:uuid}/ask": [
        ("owner", "/suppliers/{supplier}/ask", ""),
        ("owner", "/suppliers/{supplier}/ask", "press Give me the link instead"),
        ("owner", "/suppliers/{supplier}/ask", "press Send the e-mail"),
        ("owner", "/suppliers/{waiting}/ask", ""),
        ("owner", "/suppliers/{waiting}/ask", "press Give me a link"),
        ("owner", "/suppliers/{told}/ask", ""),
        ("owner", "/suppliers/{over}/ask", ""),
    ],
    "/asked/{secret:str}": [
        ("visitor", "/asked/{ask}", ""),
        ("visitor", "/asked/{ask_shared}", ""),
        ("visitor", "/asked/{ask_over}", ""),
        ("owner", "/asked/{asked0}", ""),
    ],
    "/asked/{secret:str}/questions/{number:int}": [
        ("visitor", "/asked/{ask}/questions/1", ""),
        ("visitor", "/asked/{ask}/questions/3?help=now", ""),
    ],
    "/asked/{secret:str}/check": [("visitor", "/asked/{ask}/check", ""), ("visitor", "/asked/{asked1}/check", "")],
    "/asked/{secret:str}/result": [("visitor", "/asked/{asked1}/result", "")],
    "/asked/{secret:str}/share": [
        ("visitor", "/asked/{asked1}/share", ""),
        ("visitor", "/asked/{asked1}/share", "press Share it"),
    ],
    "/asked/{secret:str}/report": [
        ("owner", "/asked/{asked0}/report", ""),
        ("new owner", "/asked/{asked0}/report", ""),
    ],
    "/asked/{secret:str}/report/{questionnaire:str}": [("owner", "/asked/{asked0}/report/recruitment", "")],
    "/asked/{secret:str}/withdraw": [("visitor", "/asked/{ask_shared}/withdraw", "")],
    "/asked/{secret:str}/decline": [("visitor", "/asked/{ask}/decline", "")],
    "/shares/{share:uuid}/withdraw": [("owner", "/shares", "follow Take it back")],
    "/reports/{assessment:uuid}/share": [("owner", "/reports/{shown}/share", "")],
    "/reports/{assessment:uuid}/share/{kind:str}": [
        ("owner", "/reports/{shown}/share/full", ""),
        ("owner", "/reports/{shown}/share/summary", "press Share it and get the link"),
    ],
    "/shares/links/{link:uuid}/withdraw": [("owner", "/shares/links/{link}/withdraw", "")],
    "/shares/links/{link:uuid}/new": [("owner", "/shares/links/{link}/new", "")],
    "/partnership/shared": [("staff", "/partnership/shared", "")],
    "/partnership/shared/{invited:uuid}": [("staff", "/partnership/shared/{link}", "")],
    "/s": [("visitor", "/s", ""), ("visitor", "/s?share=abc", "")],
    "/s/{code:str}": [
        ("visitor", "/s/{code}", ""),
        ("visitor", "/s/{code_over}", ""),
        ("visitor", "/s/nothing", ""),
    ],
    "/s/{code:str}/report": [
        ("visitor", "/s/{code}/report", ""),
        ("owner", "/s/{code}/report", ""),
        ("new owner", "/s/{code}/report", ""),
    ],
    "/shared-with-us": [("owner", "/shared-with-us", ""), ("new owner", "/shared-with-us", "")],
    "/shared-with-us/{kept:uuid}": [
        ("owner", "/shared-with-us/{kept}", ""),
        ("owner", "/shared-with-us/{kept_over}", ""),
    ],
    "/shared-with-us/{kept:uuid}/remove": [("owner", "/shared-with-us/{kept}/remove", "")],
    "/shares": [("owner", "/shares", ""), ("new owner", "/shares", "")],
    "/suppliers/{supplier:uuid}/edit": [("owner", "/suppliers/{supplier}/edit", "")],
    "/t/{secret:str}": [
        ("visitor", "/t/nothing", ""),
        ("visitor", "/t/{invitation}", "press Join Full Firm"),
        ("contributor", "/t/{invitation}", ""),
        ("visitor", "/t/{withdrawn}", ""),
        ("visitor", "{suggest}", ""),
        ("visitor", "/t/{action_reminders}", ""),
        ("visitor", "/t/{renewal_reminders}", ""),
        ("visitor", "/t/{ask}", ""),
        ("visitor", "{join}", ""),
        ("visitor", "{join_new}", ""),
        ("visitor", "{join_new}", "press Accept the invitation"),
        ("visitor", "/t/{enrolment}", "press Go on"),
        ("visitor", "/t/{new_email}", ""),
    ],
    "not there": [("visitor", "/nothing-here", ""), ("owner", "/partnership", "")],
}
HEAVY = {  # whole questionnaires on one page, to read and to print
    "/questions",
    "/questions/{questionnaire:str}/paper",
    "/assessments/{questionnaire:str}/paper",
}
NOT_PAGES = re.compile(
    r"\.(ics|json|csv|txt|xlsx|pdf|ico|zip)$|^/actions/evidence/{piece:uuid}$|^/papers/{paper:str}$|^/(badge|health|version|static|\.well-known)"
)
CASES = [(route, *visit) for route, visits in VISITS.items() for visit in visits]


def test_every_route_is_visited(application):
    pages = {path for path, method, _ in routes(application[0].litestar) if method == "GET"}
    missing = {path for path in pages if not NOT_PAGES.search(path)} - set(VISITS)
    assert not missing, f"add these pages to VISITS: {sorted(missing)}"


async def arrive(page: Page, live: Live, path: str, what: str) -> None:
    """Go to a page, and do there what is asked."""
    response = await page.goto(live.url + path.format_map(live.ids))
    assert response is not None and response.status < 500, response and response.status
    kind, _, name = what.partition(" ")
    if kind == "press":
        async with page.expect_navigation():
            await page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    elif kind == "follow":
        name, _, which = name.partition(" >> nth=")
        link = page.get_by_role("main").get_by_role("link", name=name).nth(int(which or 0))
        async with page.expect_navigation():
            await link.click()


@pytest.mark.parametrize(
    "scripts",
    ["by turns", pytest.param("always", marks=pytest.mark.soak), pytest.param("never", marks=pytest.mark.soak)],
)
async def test_every_page_is_accessible_quiet_light_and_in_one_column(browser: Browser, live: Live, scripts: str):
    failures: list[str] = []
    pages: dict[tuple[str, bool], tuple[Page, list[int], list[str]]] = {}
    framed: set[tuple[str, bool, int]] = set()  # whose frame was looked at, with scripts or without, and how wide
    for number, (route, who, path, what) in enumerate(CASES):
        scripted = number % 2 == 0 if scripts == "by turns" else scripts == "always"
        if (who, scripted) not in pages:
            pages[who, scripted] = await _page_of(browser, live, who, scripted)
        page, sizes, complaints = pages[who, scripted]
        case = f"{route} as {who}{'' if scripted else ' without scripts'}: {path} {what}"
        sizes.clear()
        complaints.clear()
        try:
            await arrive(page, live, path, what)
        except Exception as error:
            failures.append(f"{case}: {str(error).splitlines()[0]}")
            continue
        if scripted and not what and route not in HEAVY and (sum(sizes) > WEIGHT or len(sizes) > REQUESTS):
            failures.append(f"{case}: {sum(sizes)} bytes in {len(sizes)} requests")
        loaded_at = page.viewport_size["width"]
        for width in sorted(WIDTHS, key=lambda width: width != loaded_at):
            await page.set_viewport_size({"width": width, "height": 900})
            found = await axe.violations(page, frame=(who, scripted, width) not in framed)
            framed.add((who, scripted, width))
            found += await looks.sideways(page, 100, 200)
            if width == 320 and (small := await page.evaluate(SMALL_TEXT, SMALLEST)):
                found.append(f"text smaller than {SMALLEST} px: {small}")
            failures += [f"{case} at {width} px: {problem}" for problem in found]
        failures += [f"{case}: {complaint}" for complaint in complaints if not complaint.startswith(EXPECTED)]
    for (_, scripted), (page, sizes, _) in pages.items():
        assert sizes or not scripted, "no sizes were seen, so nothing was weighed"
        await page.context.close()
    assert not failures, "\n".join(failures)


async def _page_of(
    browser: Browser, live: Live, who: str, scripts: bool, *, weighed: bool = True
) -> tuple[Page, list[int], list[str]]:
    """Return a page of somebody's browser.

    With it the sizes of what it loads, packed, and what the browser complains about. To be ``weighed`` it remembers no
    file, which makes it slower.
    """
    context = await browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    context.set_default_timeout(10_000)
    if who in live.cookies:
        await context.add_cookies([{"name": "pledge", "value": live.cookies[who], "url": live.url}])
    if not scripts:
        await context.route("**/static/*/*.js", lambda route: route.abort())
    page = await context.new_page()
    sizes: list[int] = []
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if scripts and weighed:
        protocol = await context.new_cdp_session(page)
        await protocol.send("Network.enable")
        await protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
        protocol.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    return page, sizes, complaints


SMALL_TEXT = """
(least) => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    if (element.closest(".govuk-visually-hidden, .govuk-skip-link, script, style")) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < least) found.add(element.className + ": " + size);
  }
  return [...found].slice(0, 3).join("; ");
}
"""
