"""What the Flask and the Django page share with ours: the templates, the questionnaire, the words of a page."""

import json
from datetime import UTC, datetime

import pledge  # noqa: F401  chooses the SQLite library, as for ours
from pledge.database.ids import token_hash
from pledge.directory.contacts import contacts
from pledge.directory.guidance import guidance
from pledge.organisations.partnership import partnership
from pledge.organisations.profile import Profile
from pledge.policy.actors import Actor
from pledge.questionnaires.installed import installed
from pledge.questionnaires.visibility import effective_answers, pages, words
from pledge.web.forms import Form
from pledge.web.templates import environment

SECTION = "leadership"

SESSION = """
SELECT s.person, m.organisation, m.role, o.name FROM session s
JOIN membership m ON m.person = s.person AND m.organisation = s.organisation
JOIN organisation o ON o.id = m.organisation WHERE s.token_hash = ? AND s.expires > ?
"""
DRAFT = """
SELECT a.id, a.version, a.revision, a.answers, o.risk_sectors, o.headcount_band, o.labour, o.outside_work,
    o.turnover_36m FROM assessment a JOIN organisation o ON o.id = a.organisation
WHERE a.organisation = ? AND a.questionnaire = 'procurement' AND a.status = 'draft'
"""
NOTES = "SELECT question, text FROM answer_note WHERE assessment = ?"


def templates():
    """Return our own environment: the same templates, rendered whole at every request, as is usual."""
    found = environment(
        {
            "partnership": partnership(None),
            "helpline": contacts()["helpline"],
            "emergency": contacts()["emergency"],
            "guidance": guidance(),
            "demo": False,
            "flag_words": {},
        }
    )
    found.globals["static"] = found
    return found


def hashed(token: str) -> str:
    """Return what the session table has in place of a secret."""
    return token_hash(token)


def now() -> str:
    """Return this instant as SQLite has it."""
    return datetime.now(UTC).isoformat(sep=" ")


def page(found, session: dict, draft: dict, notes: dict[str, str]) -> str:
    """Return the HTML of the question page, rendered whole."""
    definition = installed()["procurement"].definition
    profile = Profile(
        risk_sectors=tuple(json.loads(draft["risk_sectors"])),
        headcount_band=draft["headcount_band"],
        labour=tuple(json.loads(draft["labour"])),
        outside_work=tuple(json.loads(draft["outside_work"])),
        turnover_36m=bool(draft["turnover_36m"]),
    )
    given = json.loads(draft["answers"])
    shown = effective_answers(definition, profile, {})
    wanted = next(page for page in pages(definition) if page.section == SECTION)
    actor = Actor(person=session["person"], organisation=session["organisation"], organisation_name=session["name"])
    questions = []
    for name in wanted.questions:
        if name not in shown:
            continue
        question, said = definition.question(name), words(definition, definition.question(name), profile)
        chosen = given.get(name, {}).get("value", "")
        options = [{"value": value, "text": label} for value, label in said.labels.items()]
        options += [{"divider": "or"}, {"value": "?dont-know", "text": question.dont_know_label}]
        questions.append(
            found.get_template("assessments/question.html").render(
                form=Form({f"q-{name}": [chosen]}), name=f"q-{name}", question=question, said=said, options=options,
                reason="", note=notes.get(name, ""), had="", both=None, both_notes=None, earlier="",
                language="en", why_not="",
            )
        )  # fmt: skip
    from markupsafe import Markup

    return found.get_template("assessments/page.html").render(
        form=Form(), definition=definition, section=definition.sections[0], place=1, places=6,
        draft_id="", languages=(),
        revision=draft["revision"], organisation=session["organisation"], questions=Markup("".join(questions)),
        action=f"/assessments/procurement/{SECTION}", back="/assessments/procurement", editable=True, help_now=False,
        actor=actor, navigation=[], notice=None,
    )  # fmt: skip
