"""A firm on the morning after its report."""

from functools import partial

import pytest
from tests.support.cast import Person
from tests.support.firms import fill_profile, submitted

from pledge.actions import listing
from pledge.actions.listing import Action
from pledge.database.unit import read
from pledge.questionnaires.answers import Answer

HARM = {"r_b2": Answer(value="someone-paid")}


async def actions_of(person: Person) -> list[Action]:
    return await read(partial(listing.everything, person.scope))


async def action_on(person: Person, question: str) -> Action:
    (found,) = [each for each in await actions_of(person) if each.question == question]
    return found


@pytest.fixture
async def firm(alice) -> Person:
    """Alice's firm: its recruitment report has an answer that means harm, and other gaps."""
    await fill_profile(alice)
    await submitted(alice, "recruitment", 2, **HARM)
    return alice
