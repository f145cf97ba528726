import pytest
import time_machine
from tests.events import making


@pytest.fixture(autouse=True)
def on_the_day():
    """These tests happen on 21 November 2026."""
    with time_machine.travel(making.NOW, tick=True):
        yield


@pytest.fixture
async def chamber(olive):
    """Olive's scope: what the policy gives her."""
    return await making.scope_of(olive.id)


@pytest.fixture
async def event(chamber):
    """A published event with ten places, on Tuesday 9 March 2027 in Preston."""
    return await making.published(chamber)
