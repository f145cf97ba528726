"""The form on an action's page: what it offers, and what it wants or all that is wrong."""

from datetime import date, timedelta

from pledge.actions.changing import MAX_NOTE, MAX_REASON, Wanted
from pledge.actions.listing import STATUSES, Action
from pledge.actions.merging import Status
from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.organisations.people.members import Member
from pledge.policy.scopes import OrganisationScope
from pledge.web.forms import Form

FARTHEST = timedelta(days=5 * 366)  # from today: a questionnaire's own deadlines are no later
NOBODY = "nobody"
GONE = ": The colleague whom you chose has left meanwhile, or may only read now. Choose somebody else."


def doers(action: Action, people: list[Member], within: OrganisationScope) -> list[dict[str, str]]:
    """Return who can have an action, as options: nobody, who has it now, and everybody who may change it."""
    found = [
        {"value": str(each.id), "text": f"{each.name} (you)" if each.person == within.person else each.name}
        for each in people
    ]
    if action.member and all(each["value"] != str(action.member) for each in found):
        found.append({"value": str(action.member), "text": f"{action.name} (may only read now)"})
    return [{"value": NOBODY, "text": "Nobody yet"}, *found]


def statuses() -> list[dict[str, str]]:
    """Return how far an action can be, as options."""
    return [{"value": value, "text": words} for value, words in STATUSES.items()]


def as_it_is(action: Action) -> Form:
    """Return the form, filled in with what the action says now."""
    due = action.due
    return Form(
        defaults={
            "status": action.status,
            "reason": action.reason,
            "member": str(action.member or NOBODY),
            "due-day": str(due.day),
            "due-month": str(due.month),
            "due-year": str(due.year),
            "note": action.note,
            "seen": str(action.revision),
        }
    )


def read_wanted(form: Form, action: Action, options: list[dict[str, str]]) -> Wanted | None:
    """Return what the form wants; what is wrong is in the form."""
    chosen = form.choice("status", STATUSES, "Choose how far it is")
    status: Status | None = next((known for known in STATUSES if known == chosen), None)
    wanting = "Say why not now, in a few words: your colleagues will ask" if status == "not_now" else None
    reason = form.text("reason", wanting, limit=MAX_REASON)
    member = form.text("member", "Choose who does it")
    if member and member not in {each["value"] for each in options}:
        form.refuse("member", GONE)
    due = form.day("due", "Enter by when it is to be done")
    if due is not None and due != action.due:
        _check(form, due)
    note = form.text("note", None, limit=MAX_NOTE, multiline=True)
    if form.errors or status is None or due is None:
        return None
    return Wanted(status, reason, parse_id(member), due, note)


def _check(form: Form, due: date) -> None:
    today = clock.today()
    if due < today:
        form.refuse("due", " is in the past. Enter today or a later day.")
    elif due > today + FARTHEST:
        form.refuse("due", " is more than five years away. Check the year.")
