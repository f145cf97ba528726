"""Files are made one after another for each firm, and no firm waits for the many of another."""

import asyncio
from uuid import UUID

import pytest

from pledge.refusals import Refusal
from pledge.web import file_turns

FILES = ("/suppliers/list.xlsx", "/suppliers/list.csv", "/account/data.json", "/account/data.xlsx")
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


class Maker:
    """Makes files that are finished when they are told so, and remembers which were begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._finish: dict[str, asyncio.Event] = {}

    def ask(self, firm: UUID, name: str) -> asyncio.Task[str]:
        self._finish[name] = asyncio.Event()

        async def make() -> str:
            self.begun.append(name)
            await self._finish[name].wait()
            return name

        return asyncio.create_task(file_turns.in_turn(firm, make))

    async def finish(self, name: str) -> None:
        self._finish[name].set()
        await asyncio.sleep(0.01)


@pytest.fixture
async def maker():
    yield (made := Maker())
    for name in list(made._finish):
        await made.finish(name)
    assert file_turns._lines == {}


async def test_six_that_one_firm_asks_for_are_made_in_their_order_and_another_firm_does_not_wait(maker):
    ours = [maker.ask(ONE, f"our {number}") for number in range(6)]
    await asyncio.sleep(0.01)
    assert maker.begun == ["our 0"]
    theirs = maker.ask(TWO, "theirs")
    await asyncio.sleep(0.01)
    assert maker.begun == ["our 0", "theirs"]
    await maker.finish("theirs")
    assert theirs.done() and not any(task.done() for task in ours)
    for number in range(6):
        await maker.finish(f"our {number}")
    assert [await task for task in ours] == [f"our {number}" for number in range(6)]


async def test_two_are_made_at_once_and_firms_take_turns(maker):
    for firm, name in ((ONE, "a"), (ONE, "b"), (ONE, "c"), (TWO, "d"), (TWO, "e"), (THREE, "f")):
        maker.ask(firm, name)
    await asyncio.sleep(0.01)
    assert maker.begun == ["a", "d"]
    await maker.finish("a")
    assert maker.begun == ["a", "d", "f"]  # the third firm's before the first's second
    await maker.finish("d")
    assert maker.begun == ["a", "d", "f", "b"]


async def test_a_firm_that_asks_for_too_many_is_told_to_wait_and_no_other(maker):
    for number in range(8):
        maker.ask(ONE, str(number))
    await asyncio.sleep(0.01)
    with pytest.raises(Refusal, match="still making other files") as refused:
        async with asyncio.timeout(5):  # at once, not when its patience is over
            await maker.ask(ONE, "one too many")
    assert refused.value.status == 503
    maker.ask(TWO, "theirs")
    await asyncio.sleep(0.01)
    assert maker.begun == ["0", "theirs"]


async def test_nobody_waits_for_ever(maker, monkeypatch):
    assert file_turns.PATIENCE == 60
    monkeypatch.setattr(file_turns, "PATIENCE", 0.05)
    first = maker.ask(ONE, "first")
    await asyncio.sleep(0.01)
    with pytest.raises(Refusal, match="Try again in a minute"):
        await maker.ask(ONE, "second")
    assert not first.done()


async def test_who_goes_away_gives_their_turn_to_the_next(maker):
    first, second = maker.ask(ONE, "first"), maker.ask(ONE, "second")
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    assert maker.begun == ["first", "second"] and not second.done()
    third = maker.ask(ONE, "third")
    await asyncio.sleep(0.01)
    third.cancel()  # while it waits
    await maker.finish("second")
    assert await second == "second" and maker.begun == ["first", "second"]


async def test_six_clients_of_one_firm_get_every_file_and_so_does_everybody_else(site, alice, bob, charlie):
    asked = [person.get("/account/data.json") for person in (alice, bob, charlie) * 2]
    asked += [person.get("/suppliers/list.csv") for person in (alice, bob, alice, charlie)]
    assert [page.status for page in await asyncio.gather(*asked)] == [200] * 10


@pytest.mark.parametrize("path", FILES)
async def test_every_file_of_somebodys_takes_its_turn(alice, path, monkeypatch):
    monkeypatch.setattr(file_turns, "WAITING", 0)
    page = await alice.get(path)
    assert page.status == 503 and page.response.headers["retry-after"] == "60"
    assert "We are still making other files that were asked for here. Try again in a minute." in page.text


async def test_an_organisers_attendee_file_too(olive, monkeypatch):
    from tests.events.making import published, scope_of

    event = (await published(await scope_of(olive.id))).id
    monkeypatch.setattr(file_turns, "WAITING", 0)
    page = await olive.get(f"/organise/events/{event}/attendees.xlsx")
    assert page.status == 503 and page.response.headers["retry-after"] == "60"
