"""What is not scored reaches no figure of the county: no measure, no cell, no file of a release."""

from functools import partial

from tests.support.cast import member_of_new_organisation
from tests.support.firms import MAILROOM, fill_profile, sign_pledge
from tests.support.kinds import start_on_kinds

from pledge.assessments import drafts, saving, submitting
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.insights import releasing
from pledge.organisations.places import gazetteer
from pledge.questionnaires.answers import Answer

TOLD = {
    "people": Answer("4321"), "policy-since": Answer("2025-03-01"), "found-by": Answer(values=("agency",)),
    "agency-name": Answer("Best Hands of Burnley"), "learned": Answer("Mrs Secret told us"),
}  # fmt: skip


async def test_a_release_of_firms_that_told_more_has_the_score_alone(site):
    for number in range(10):
        firm = await member_of_new_organisation(site, f"F{number}", f"Firm {number}")
        await fill_profile(firm)
        await sign_pledge(firm)
        definition = await start_on_kinds(firm, "recruitment")
        draft = await read(partial(drafts.load, firm.scope, "recruitment"))
        answers = {**TOLD, "trained": Answer("yes" if number % 2 else "no")}
        await saving.save_page(firm.scope, definition, draft.revision, answers, {})
        await write(partial(submitting.submit, firm.scope, "recruitment", MAILROOM))
    made = await releasing.release(gazetteer())
    measures = {cell.measure.id for table in made.tables for cell in table.cells}
    assert "section:scored" in measures and not {"section:figures", "section:words"} & measures
    shown = {
        (table.id, cell.measure.id): cell.figure.value
        for table in made.tables
        for cell in table.cells
        if cell.figure and table.id == "recruitment-total"
    }
    assert shown["recruitment-total", "score"] == shown["recruitment-total", "section:scored"] == 5000
    kept = str([await read(partial(sql.rows, f"SELECT * FROM {table}")) for table in
                ("release", "release_table", "release_cell", "answer_fact", "section_fact")])  # fmt: skip
    for told in ("4321", "2025-03-01", "agency", "Best Hands", "Secret"):
        assert told not in kept
