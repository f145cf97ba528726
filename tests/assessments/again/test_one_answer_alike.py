"""To answer one question again is to answer all of them again with that answer in its place."""

from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.firms import MAILROOM, fill_profile, start, submitted

from pledge.assessments import drafts, saving, submitting
from pledge.assessments.again import one_answer
from pledge.database import sql
from pledge.database.unit import read, write
from pledge.questionnaires.answers import Answer

FACTS = (
    "SELECT question, section, state, points, weight, target, flag FROM answer_fact WHERE assessment = {} ORDER BY 1"
)
PARTS = "SELECT section, weighted_points, weighted_max, score FROM section_fact WHERE assessment = {} ORDER BY 1"
KEPT = "SELECT version, depth, profile, result, score, headline, sector, district FROM assessment WHERE id = {}"


async def stored(person, report):
    """Everything that stands of a report but its day and who made it."""
    found = await read(partial(submitting.load, person.scope, report))
    said = {name: given.answer for name, given in found.answers.items()}
    return said, [await read(partial(sql.rows, query, report)) for query in (FACTS, PARTS, KEPT)]


async def test_one_again_is_as_all_again(alice):
    await fill_profile(alice)
    first = await submitted(alice, "recruitment", 2)
    definition = (await read(partial(submitting.load, alice.scope, first))).definition
    asked = [row["question"] for row in await read(partial(sql.rows, FACTS, first))]
    tried = 0

    async def both(name: str, answer: Answer) -> None:
        nonlocal tried
        newest = await read(partial(submitting.latest_id, alice.scope, "recruitment"))
        before = await read(partial(submitting.load, alice.scope, newest))
        made = await write(partial(one_answer.answer, alice.scope, newest, {name: answer}))
        if made is None:
            return
        one = await stored(alice, made)
        await start(alice, "recruitment")
        draft = await read(partial(drafts.load, alice.scope, "recruitment"))
        given = {each: before.answers[each].answer for each in before.answers} | {name: answer}
        saved = await saving.save_page(alice.scope, draft.definition, draft.revision, given, {})
        assert saved is not None and not saved.refused
        every = await write(partial(submitting.submit, alice.scope, "recruitment", MAILROOM))
        assert await stored(alice, every) == one
        tried += 1

    loop_runs: list[tuple[str, Answer]] = []

    @settings(max_examples=8, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(data=st.data())
    def draw(data):
        question = definition.scored_question(data.draw(st.sampled_from(asked)))
        values = [Answer(option.value) for option in question.options] + [Answer(dont_know=True)]
        loop_runs.append((question.id, data.draw(st.sampled_from(values))))

    draw()
    for name, answer in loop_runs:
        await both(name, answer)
    assert tried >= 4
