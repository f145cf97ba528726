"""What the matrix must know about each route: whose object an address names, and a form that the route accepts.

A new route needs at most two lines here. A path parameter that OBJECTS does not know, and a POST that FORMS does not
know, fail the matrix.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.suppliers import sending

NOWHERE = "00000000-0000-4000-8000-000000000000"
PASSWORD = "a long enough password 7"
PARAMETER = re.compile(r"{(\w+):\w+}")


@dataclass(frozen=True)
class Held:
    """Something that a firm or an organiser body has. ``kind`` is what the world calls it."""

    kind: str
    absent: str = NOWHERE


@dataclass(frozen=True)
class Known:
    """A word that means the same for everybody. ``absent`` is None where any word is answered."""

    value: str
    absent: str | None = "no-such"


@dataclass(frozen=True)
class Bearer:
    """A secret: whoever knows it may see what is behind it, which tells nothing of its holder."""

    kind: str | None
    absent: str = NOWHERE


@dataclass(frozen=True)
class Pass:
    """A secret that only its holder knows: with it they try what isn't there, all others have one that isn't there."""

    kind: str
    absent: str = NOWHERE


# by parameter, or by route and parameter where the same word names something else
OBJECTS: dict[str, Held | Known | Bearer | Pass] = {
    "/static/{fingerprint:str}/{name:str} fingerprint": Known("0", None),
    "/static/{fingerprint:str}/{name:str} name": Known("pledge.css", None),
    "secret": Bearer(None, "no-such-secret"),
    "organisation": Held("register entry"),
    "questionnaire": Known("recruitment"),
    "/assessments/{questionnaire:str}/start questionnaire": Known("procurement"),
    "/partnership/questionnaires/{questionnaire:str} questionnaire": Known("procurement"),
    "section": Known("responsibility"),
    "/assessments/{questionnaire:str}/ask/{section:str} section": Known("terms"),
    "/suppliers/{supplier:uuid}/ask/withdraw supplier": Held("asked supplier"),
    "share": Held("share"),
    "assignment": Held("assignment"),
    "action": Held("action"),
    "piece": Held("evidence"),
    "paper": Known("policy.docx"),
    "number": Known("1", "9"),
    "/asked/{secret:str}/report/{questionnaire:str} questionnaire": Known("procurement"),
    **{
        f"/asked/{{secret:str}}{path} secret": Pass("asked", "no-such-secret")
        for path in (
            *("", "/questions/{number:int}", "/check", "/result", "/share", "/decline"),
            *("/report", "/report/{questionnaire:str}"),
        )
    },
    "/asked/{secret:str}/withdraw secret": Pass("sharing", "no-such-secret"),
    "supplier": Held("supplier"),
    "merge": Held("merge"),
    "upload": Held("upload"),
    "/suppliers/uploads/{upload:uuid}/confirm upload": Held("outlined upload"),
    "/suppliers/uploads/{upload:uuid}/remove upload": Held("outlined upload"),
    "/suppliers/uploads/{upload:uuid}/retry upload": Held("failed upload"),
    "row": Known("0-5", "0-99"),
    "/suppliers/uploads/{upload:uuid}/whole-list upload": Held("newest upload"),
    "/suppliers/uploads/{upload:uuid}/put-back upload": Held("newest upload"),
    "session": Held("session"),
    "invitation": Held("invitation"),
    "member": Held("member"),
    "slug": Held("slug", "no-such-event"),
    "registration": Held("registration"),
    "/events/{slug:str}/booked/{registration:uuid} registration": Bearer("registration"),
    "event": Held("draft event"),
    "/organise/events/{event:uuid} event": Held("published event"),
    "/organise/events/{event:uuid}/needs event": Held("published event"),
    "/organise/events/{event:uuid}/attendees.xlsx event": Held("published event"),
    "/organise/events/{event:uuid}/call-off event": Held("published event"),
    "/organise/events/{event:uuid}/copy event": Held("published event"),
    "/badge/{name:str} name": Known(f"{NOWHERE}.svg", "no-such.svg"),
    "/reports/{name:str} name": Held("report"),
    "/reports/{assessment:uuid}/deeper assessment": Held("report"),
    "/reports/{assessment:uuid}/share assessment": Held("report"),
    "/reports/{assessment:uuid}/share/{kind:str} assessment": Held("report"),
    "kind": Known("full"),
    "code": Bearer("code", "0000-0000-0000-0000-0000-0000-0000"),
    "link": Held("shared link"),
    "kept": Held("kept share"),
    "invited": Held("invited report"),
    "/reports/{assessment:uuid}/answers assessment": Held("report"),
    "/reports/{assessment:uuid} assessment": Held("report"),
    "/reports/{assessment:uuid}/again/{question:str} assessment": Held("report"),
    "/reports/{assessment:uuid}/again/{question:str} question": Known("p-a1"),
    "/partnership/releases/{name:str} name": Held("release", "1999-01-01"),
    "/organise/people/invitations/{invitation:uuid}/withdraw invitation": Held("organiser invitation"),
    "/organise/people/{member:uuid}/remove member": Held("organiser colleague"),
    "/organise/events/{event:uuid}/door event": Held("published event"),
    "/organise/events/{event:uuid}/door/withdraw event": Held("published event"),
    "token": Pass("door", "no-such-door"),
    "attendee": Held("attendee"),
    "/door/{token:str}/people/{attendee:uuid}/undo attendee": Held("checked-in attendee"),
    "receipt": Bearer(None),
    "/complaints/received/{complaint:uuid} complaint": Known(NOWHERE, None),
    "complaint": Held("complaint"),
    "call": Held("call"),
    "/help/ring/{call:uuid} call": Held("own call"),
    "/help/ring/{call:uuid}/withdraw call": Held("own call"),
    "suggestion": Held("suggestion"),
}


@dataclass(frozen=True)
class Filled:
    """A form as a person fills it in: the page it is on, and what they type; the page's own fields go with it.

    ``chosen``: field → kind of the thing, everybody's, that is chosen there. ``page`` is None for a form that is on no
    page of its own: then ``typed`` is all there is.
    """

    page: str | None = ""  # "": at the address it is sent to
    typed: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] | None = None
    ticked: bool = False  # every box
    first: str = ""  # the radio buttons of which the first is chosen
    everywhere: str = ""  # is chosen wherever there are radio buttons for it
    chosen: dict[str, str] = field(default_factory=dict)


# every answer of the quick check
QUICK_CHECK = {
    "q-fees": "ask-starters", "q-right-to-work": "everyone", "q-minimum-wage": "all-costs",
    "q-pay-account": "on-change",
    "q-papers": "copy-and-return", "q-leaving": "in-terms", "q-speaking-up": "second-route",
    "q-origin": "?not-applicable", "why-origin": "We sell our time", "q-passing-on": "consent", "q-plan": "?dont-know",
}  # fmt: skip

# by path; what is not typed is as the page has it
FORMS: dict[str, Filled] = {
    "/register": Filled(
        typed={"organisation_name": "New Ltd", "name": "New", "email": "new@example.org", "password": PASSWORD}
    ),
    "/quick-check/{number:int}": Filled("/quick-check", QUICK_CHECK),
    "/quick-check/register": Filled(None, QUICK_CHECK),
    "/quick-check/use": Filled(None, QUICK_CHECK),
    "/sign-in": Filled(typed={"email": "nina@example.org", "password": PASSWORD}),
    "/sign-in/link": Filled(typed={"email": "charlie@example.org"}),
    "/sign-in/forgotten": Filled(typed={"email": "charlie@example.org"}),
    "/sign-out": Filled(None),
    "/account": Filled(typed={"name": "Another name"}),
    "/account/sign-out-everywhere": Filled("/account"),
    "/sign-in/code": Filled(None, {"code": "123456"}),
    "/sign-in/recovery": Filled(None, {"code": "aaaa-bbbb-cccc"}),
    "/account/second-factor": Filled(),
    "/account/second-factor/set-up": Filled(typed={"code": "123456"}),
    "/account/second-factor/codes": Filled(),
    "/account/second-factor/remove": Filled(),
    "/account/confirm": Filled(typed={"password": PASSWORD}),
    "/account/confirm/link": Filled("/account/confirm"),
    "/account/email": Filled(typed={"email": "newer@example.org"}),
    "/account/sessions/{session:uuid}/end": Filled("/account/sessions"),
    "/account/sessions/end-others": Filled("/account/sessions"),
    "/organisation/people/invite": Filled(typed={"email": "carol@example.org", "role": "viewer"}),
    "/organisation/people/invitations/{invitation:uuid}/withdraw": Filled(),
    "/organisation/people/{member:uuid}": Filled(typed={"role": "contributor"}),
    "/organisation/people/{member:uuid}/remove": Filled(),
    "/organisation/people/{member:uuid}/hand-over": Filled(),
    "/organisation/people/leave": Filled(),
    "/organisation/switch": Filled(),
    "/t/{secret:str}": Filled(None, {"password": PASSWORD}),
    "/organisation/edit": Filled(typed={"name": "Another Ltd"}),
    "/organisation/new": Filled(typed={"name": "A second firm"}),
    "/pledge/sign": Filled(typed={"name": "Charlie", "role": "owner"}, ticked=True),
    "/pledge/withdraw": Filled(),
    "/assessments/{questionnaire:str}/start": Filled("/assessments/procurement"),
    "/reports/{assessment:uuid}/deeper": Filled("/reports/{assessment:uuid}"),
    "/reports/{assessment:uuid}/again/{question:str}": Filled(typed={"q-p-a1": "named"}),
    "/assessments/{questionnaire:str}/submit": Filled("/assessments/recruitment/check"),
    "/assessments/{questionnaire:str}/newer": Filled(),
    "/assessments/{questionnaire:str}/widen": Filled(None, {"draft": NOWHERE}),
    "/assessments/{questionnaire:str}/language": Filled("/assessments/recruitment", {"language": "pl"}),
    "/assessments/{questionnaire:str}/{section:str}": Filled(typed={"q-r-a2": "none"}),
    "/assessments/{questionnaire:str}/again/{section:str}": Filled(typed={"q-r-a2": "none"}),
    "/assessments/{questionnaire:str}/put-away": Filled(),
    "/reports/reminders": Filled("/reports", {"off": "yes"}),
    "/assessments/{questionnaire:str}/ask/{section:str}": Filled(typed={"part": "r-d1"}, first="member"),
    "/assignments/{assignment:uuid}/change": Filled(typed={"note": "Other words"}),
    "/assignments/{assignment:uuid}/withdraw": Filled(),
    "/assignments/{assignment:uuid}/done": Filled("/assignments/{assignment:uuid}"),
    "/actions/{action:uuid}/evidence": Filled(typed={"title": "Our licence", "url": "https://files.example.org"}),
    "/actions/evidence/{piece:uuid}/remove": Filled(),
    "/actions/reminders": Filled("/actions"),
    "/actions/{action:uuid}": Filled(typed={"status": "not_now", "reason": "We move first"}),
    "/suppliers/{supplier:uuid}/edit": Filled(typed={"goods": "", "country_of_supply": "India"}),
    "/suppliers/{supplier:uuid}/ask": Filled(typed={"email": "info@acme.example.net"}),
    "/suppliers/{supplier:uuid}/ask/withdraw": Filled(),
    "/asked/{secret:str}/questions/{number:int}": Filled(typed={"q-fees": "asked-some"}),
    "/asked/{secret:str}/share": Filled(ticked=True),
    "/asked/{secret:str}/report/{questionnaire:str}": Filled(ticked=True),
    "/asked/{secret:str}/withdraw": Filled(),
    "/asked/{secret:str}/decline": Filled(ticked=True),
    "/shares/{share:uuid}/withdraw": Filled(),
    "/reports/{assessment:uuid}/share/{kind:str}": Filled(typed={"recipient": "A hospital"}, ticked=True),
    "/shares/links/{link:uuid}/withdraw": Filled(),
    "/shares/links/{link:uuid}/new": Filled(),
    "/s/{code:str}/keep": Filled("/s/{code:str}/report"),
    "/shared-with-us/{kept:uuid}": Filled(typed={"note": "Other words"}),
    "/shared-with-us/{kept:uuid}/remove": Filled(),
    "/suppliers/countries": Filled(),
    "/suppliers/matches": Filled(everywhere="different"),
    "/suppliers/merges/{merge:uuid}/undo": Filled("/suppliers/{supplier:uuid}"),
    "/suppliers/answers": Filled(ticked=True),
    "/suppliers/uploads": Filled(files={"file": ("new.csv", sending.csv(["New Ltd", "Tea", "India", 1, ""]))}),
    "/suppliers/uploads/{upload:uuid}/confirm": Filled(
        "/suppliers/uploads/{upload:uuid}", {"column-0-0": "name", "column-0-1": "goods_or_service"}
    ),
    "/suppliers/uploads/{upload:uuid}/remove": Filled(),
    "/suppliers/uploads/{upload:uuid}/retry": Filled("/suppliers/uploads/{upload:uuid}"),
    "/suppliers/uploads/{upload:uuid}/rows/{row:str}": Filled(typed={"country_of_supply": "India", "spend": "5"}),
    "/suppliers/uploads/{upload:uuid}/rows/{row:str}/leave-out": Filled(
        "/suppliers/uploads/{upload:uuid}/rows/{row:str}"
    ),
    "/suppliers/uploads/{upload:uuid}/whole-list": Filled(ticked=True),
    "/suppliers/uploads/{upload:uuid}/put-back": Filled("/suppliers/uploads/{upload:uuid}/missing"),
    "/events/{slug:str}": Filled(
        typed={
            "name": "New",
            "email": "new@example.org",
            "me": "yes",
            "food_0": "vegan",
            "needs_agreed": "yes",
        }
    ),
    "/bookings/{registration:uuid}/needs": Filled(typed={"food_1": "vegan"}),
    "/bookings/{registration:uuid}/cancel": Filled(),
    "/organise/events/new": Filled(typed={"title": "A new event"}),
    "/organise/events/{event:uuid}/edit": Filled(typed={"title": "Another title"}),
    "/organise/events/{event:uuid}/publish": Filled("/organise/events/{event:uuid}"),
    "/organise/events/{event:uuid}/copy": Filled("/organise/events/{event:uuid}"),
    "/organise/events/{event:uuid}/call-off": Filled(typed={"state": "cancelled", "reason": "Snow", "sure": "yes"}),
    "/organise/events/{event:uuid}/delete": Filled(),
    "/organise/events/{event:uuid}/door": Filled(),
    "/organise/events/{event:uuid}/door/withdraw": Filled(),
    "/organise/people/invite": Filled("/organise/people", {"email": "colleague@example.org"}),
    "/organise/people/invitations/{invitation:uuid}/withdraw": Filled(),
    "/organise/people/{member:uuid}/remove": Filled(),
    "/door/{token:str}/people/{attendee:uuid}/in": Filled(None),
    "/door/{token:str}/people/{attendee:uuid}/undo": Filled(None),
    "/events/suggest": Filled(
        typed={
            "title": "A talk",
            "starts-day": "1",
            "starts-month": "6",
            "starts-year": "2031",
            "starts-time": "10am",
            "where": "online",
            "url": "https://talk.example.org",
            "organiser_name": "A club",
            "why": "It helps",
            "email": "new@example.org",
            "opened": "1700000000",
        }
    ),
    "/partnership/questionnaires/{questionnaire:str}": Filled(ticked=True),
    "/partnership/suggestions/{suggestion:uuid}/accept": Filled(chosen={"organiser": "body"}),
    "/partnership/suggestions/{suggestion:uuid}/refuse": Filled(typed={"reason": "Not for firms"}),
    "/complaints": Filled(typed={"name": "New", "email": "new@example.org", "text": "You have my old address"}),
    "/partnership/complaints/{complaint:uuid}/answered": Filled(),
    "/help/ring": Filled(typed={"name": "New", "phone": "01632 960583"}, ticked=True),
    "/help/ring/{call:uuid}/withdraw": Filled("/help/ring/{call:uuid}"),
    "/partnership/calls/{call:uuid}/close": Filled(typed={"outcome": "called"}),
    "/account/erase": Filled(),
    "/organisation/erase": Filled(),
}

# what only somebody with a secret can send (an e-mailed link, the code of an app, a factor that no role needs), what
# goes into a draft that the county has submitted, and what is on the page of another form
NEVER_ACCEPTED = {
    "/t/{secret:str}", "/sign-in/code", "/sign-in/recovery", "/account/second-factor/set-up",
    "/account/second-factor/remove", "/suppliers/answers", "/quick-check/use", "/assessments/{questionnaire:str}/widen",
}  # fmt: skip


class UnknownRoute(AssertionError):
    """A route that these tables do not know. The message says what to add."""


def named(path: str, parameter: str) -> Held | Known | Bearer | Pass:
    """What a path parameter names."""
    found = OBJECTS.get(f"{path} {parameter}") or OBJECTS.get(parameter)
    if found is None:
        raise UnknownRoute(
            f"{path} names a {{{parameter}}} that the matrix does not know. In tests/security/addresses.py add "
            f'"{parameter}" to OBJECTS; in tests/security/world.py let both firms or bodies keep one.'
        )
    return found


def filled(path: str) -> Filled:
    """The form that a POST route accepts."""
    if path not in FORMS:
        raise UnknownRoute(f"The matrix has no form for POST {path}. Add one to FORMS in tests/security/addresses.py.")
    return FORMS[path]


def parameters(path: str) -> list[str]:
    return PARAMETER.findall(path)


def address(path: str, values: Mapping[str, str]) -> str:
    """A path with its parameters filled in."""
    return PARAMETER.sub(lambda found: values[found[1]], path)


def values(path: str, world: Any, holds: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What one's own parameters of a route are, what absent ones are, and which parameter each other holder has."""
    own: dict[str, str] = {}
    absent: dict[str, str] = {}
    others: dict[str, str] = {}
    for parameter in parameters(path):
        match named(path, parameter):
            case Known(value, nothing):
                own[parameter] = value
                absent[parameter] = value if nothing is None else nothing
            case Pass(kind, nothing):
                for holder in set(holds) & set(world.objects[kind]):
                    own[parameter] = world.objects[kind][holder]
                absent[parameter] = own.get(parameter, nothing)
            case Held(kind, nothing) | Bearer(kind, nothing):
                absent[parameter] = nothing
                for holder, value in world.objects[kind].items() if kind else ():
                    if holder == "everybody" or holder in holds:
                        own.setdefault(parameter, value)
                    else:
                        others[holder] = parameter
    return own, absent, others


def addresses(path: str, world: Any, holds: tuple[str, ...]) -> dict[str, str]:
    """The addresses of a route by target: absent first; own; other’s, one for each holder that is not oneself."""
    own, absent, others = values(path, world, holds)
    names = parameters(path)
    if not names:
        return {"own": path}
    found = {}
    if absent != own:
        found["absent"] = address(path, absent)
    if len(own) == len(names):
        found["own"] = address(path, own)
    for holder, parameter in others.items():
        what = named(path, parameter)
        assert isinstance(what, Held | Bearer) and what.kind is not None
        target = f"{'other' if isinstance(what, Held) else 'bearer'} {holder}"
        found[target] = address(path, {**absent, **own, parameter: world.objects[what.kind][holder]})
    return found
