"""The form that asks a colleague for a part of a draft: what it offers, and what it wishes for or all that is wrong."""

from datetime import date, timedelta

from pledge.assessments.colleagues import assignments
from pledge.assessments.colleagues.assigning import MAX_NOTE, Wish
from pledge.assessments.colleagues.assignments import Assignment, Part
from pledge.assessments.drafts import Draft
from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.limits import TooMany
from pledge.organisations.people.members import Member
from pledge.policy.scopes import OrganisationScope
from pledge.web.forms import Form
from pledge.words.numbers import plural

ALL = "all"  # of a section's questions
USUAL = timedelta(days=7)  # from today
FARTHEST = timedelta(days=366)


class Asking:
    """What the form that asks shows: the draft, the section, who can be asked, and who is asked already."""

    def __init__(
        self, within: OrganisationScope, draft: Draft, section: str, people: list[Member], asked: list[Assignment]
    ) -> None:
        self.draft, self.section, self.people = draft, section, people
        self.me = within.person
        self.by_part = {each.part: each for each in asked}
        self.questions = assignments.questions(draft, Part(section))

    @property
    def parts(self) -> list[dict[str, str]]:
        """The section as a whole, and each of its questions, with who is asked already."""
        every = "The one question" if len(self.questions) == 1 else f"All {plural(len(self.questions), 'question')}"
        found = [{"value": ALL, "text": f"{every} of this part"}]
        found += [
            {"value": name, "text": assignments.title(self.draft, Part(self.section, name))}
            for name in (self.questions if len(self.questions) > 1 else ())
        ]
        for option in found:
            if known := self.by_part.get(self.part(option["value"])):
                option["hint"] = f"Asked already: {known.who}"
        return found

    @property
    def members(self) -> list[dict[str, str]]:
        """Everybody who can be asked, oneself too; the value is the membership's id."""
        return [
            {"value": str(each.id), "text": f"{each.name} (you)" if each.person == self.me else each.name,
             "hint": each.email}
            for each in self.people
        ]  # fmt: skip

    def part(self, typed: str) -> Part:
        """Return the part that a value of ``parts`` stands for."""
        return Part(self.section, "" if typed == ALL else typed)


def read_wish(form: Form, members: list[dict[str, str]]) -> Wish | None:
    """Return what the form wishes for; what is wrong is in the form."""
    known = {each["value"] for each in members}
    member = form.text("member", "Choose whom you ask")
    if member and member not in known:
        has_left(form)
    due = form.day("due", "Enter by when you need it")
    today = clock.today()
    if due and due < today:
        form.refuse("due", " is in the past. Enter today or a later day.")
    elif due and due > today + FARTHEST:
        form.refuse("due", " is more than a year away. Check the year.")
    note = form.text("note", None, limit=MAX_NOTE, multiline=True)
    found = parse_id(member)
    return Wish(found, due, note) if found and due and not form.errors else None


def as_it_begins() -> Form:
    """Return the form that asks, with a day that often fits."""
    return Form(defaults={"part": ALL, **_boxes(clock.today() + USUAL)})


def as_it_is(found: Assignment) -> Form:
    """Return the form that changes an assignment, filled in with what it says now."""
    said = {"member": str(found.member), "note": found.note, "seen": str(found.revision)}
    return Form(defaults={**said, **_boxes(found.due)})


def _boxes(due: date) -> dict[str, str]:
    return {"due-day": str(due.day), "due-month": str(due.month), "due-year": str(due.year)}


def seen(form: Form) -> int:
    """Return the revision that the page showed; 0, which none is, for a form that does not say."""
    shown = form.value("seen")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else 0


def too_many(form: Form, error: TooMany) -> dict[str, str]:
    """Say in the form that the firm has asked too often, and return the headers of the answer."""
    told = f"Your firm has asked {error.limit.hits} times today. You can ask more tomorrow."
    form.fail("", told, anchor="")
    return {"Retry-After": str(error.retry_after)}


def has_left(form: Form) -> None:
    """Say in the form that whoever was chosen cannot be asked any more, and choose nobody."""
    form.fail("member", "The colleague whom you chose has left meanwhile, or may only read now. Choose somebody else.")
    form.put("member", "")
