"""Public pages: the first page, help, the law, privacy, accessibility; and what machines ask for."""

from datetime import UTC, datetime, time, timedelta

from litestar import Response, get
from litestar.response import Redirect

from pledge.assessments import definitions
from pledge.assessments.quick import quick_check
from pledge.database import clock
from pledge.directory.contacts import contacts
from pledge.directory.guidance import guidance
from pledge.directory.law import law
from pledge.directory.privacy import REVIEWED
from pledge.organisations.profile import Profile
from pledge.policy.policies import PUBLIC
from pledge.questionnaires.effort import effort, small_firm
from pledge.refusals import Missing
from pledge.web.assets import asset_url
from pledge.web.guard import AnyRequest
from pledge.web.pages import download, page

SECURITY_TXT_LIVES = timedelta(days=180)  # RFC 9116 §2.5.5: less than a year

ROBOTS = """\
User-agent: *
Disallow: /t/
Disallow: /s/
Disallow: /demo/
"""
ROBOTS_OF_A_DEMO = """\
User-agent: *
Disallow: /
"""


@get("/", policy=PUBLIC)
async def first_page(request: AnyRequest) -> Response[bytes]:
    """Say what this is, for whom, how long it takes and what to have to hand."""
    before = {topic.id: topic for topic in guidance().before}
    to_hand = [topic for topic in before.values() if topic.questionnaire]
    return page(
        request,
        "index.html",
        before=before,
        to_hand=to_hand,
        asked_by=law().asked_by,
        quick=effort(quick_check.asked_now(), Profile()),
        minutes=small_firm(definitions.all_current()),
    )


@get("/help", policy=PUBLIC)
async def help_page(request: AnyRequest) -> Response[bytes]:
    """Say what to do if you suspect: danger first."""
    found = guidance()
    named = {key for topic in found.help for key in topic.contacts}
    keys = [key for key in contacts() if key in named]
    return page(request, "directory/help.html", topics=found.help, plan=found.plan, contacts=contacts(), keys=keys)


@get("/help/plan", policy=PUBLIC)
async def plan_page(request: AnyRequest) -> Response[bytes]:
    """Show the one-page plan, to be printed and filled in."""
    return page(request, "directory/plan.html", plan=guidance().plan)


@get("/help/plan.txt", policy=PUBLIC)
async def plan_file() -> Response[bytes]:
    """Answer with the plan as a text file."""
    return download(guidance().plan.as_text().encode(), "response-plan.txt", "text/plain")


@get("/help/law", policy=PUBLIC)
async def law_page(request: AnyRequest) -> Response[bytes]:
    """Show the law in plain words, each line with its source."""
    return page(request, "directory/law.html", law=law())


@get("/privacy", policy=PUBLIC)
async def privacy_page(request: AnyRequest) -> Response[bytes]:
    """Say what we hold, why, for how long, and who sees it."""
    return page(
        request,
        "directory/privacy.html",
        uses=request.app.state.notice,
        law=law(),
        regulator=contacts()["ico"],
        reviewed=REVIEWED,
    )


@get("/accessibility", policy=PUBLIC)
async def accessibility_page(request: AnyRequest) -> Response[bytes]:
    """Say how the site was tested, and how to tell us what does not work."""
    return page(request, "directory/accessibility.html", reviewed=REVIEWED)


@get("/robots.txt", policy=PUBLIC)
async def robots(request: AnyRequest) -> Response[str]:
    """Keep search engines away from links that are somebody's own, and from all of a demo."""
    demo = request.app.state.settings.demo
    return Response(ROBOTS_OF_A_DEMO if demo else ROBOTS, media_type="text/plain")


@get("/favicon.ico", policy=PUBLIC)
async def favicon() -> Redirect:
    """Lead browsers that guess this address to the icon (pages name theirs themselves)."""
    return Redirect(asset_url("touch-icon.png"), status_code=302, headers={"cache-control": "public, max-age=86400"})


@get("/.well-known/security.txt", policy=PUBLIC)
async def security_txt(request: AnyRequest) -> Response[str]:
    """Say where to report a weakness (RFC 9116); 404 as long as the partnership has no e-mail address."""
    email = request.app.state.partnership.email
    if not email:
        raise Missing
    expires = datetime.combine(clock.today() + SECURITY_TXT_LIVES, time(), UTC)
    text = f"Contact: mailto:{email}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\n"
    return Response(text, media_type="text/plain")


ROUTES = [
    first_page,
    help_page,
    plan_page,
    plan_file,
    law_page,
    privacy_page,
    accessibility_page,
    robots,
    favicon,
    security_txt,
]
