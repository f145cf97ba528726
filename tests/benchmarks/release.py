"""What a release costs over a large county, and what its pages cost then.

    python tests/benchmarks/release.py [ORGANISATIONS] [--tiny]

Every organisation has signed and submitted both questionnaires, with a fact for each of the 62 questions. The second
release, a month later, is made after a twentieth have joined and as many have answered again; it is compared with the
first. Times are processor time of the whole process, with the database; the wall clock is beside them.
"""

import asyncio
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from goals import TINY, at_most, size, verdict

RELEASE, PAGE = 2.0, 3.0  # the goals: seconds, milliseconds
GETS, BEST_OF = (1, 1) if TINY else (10, 30)


@contextmanager
def timed(what: str, goal: float | None = None):
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    wanted = f" ({at_most(processor, goal)})" if goal else ""
    print(f"{what}: {processor:.2f} s of processor time, {wall:.2f} s on the clock{wanted}")


async def least(get: Callable[[], Awaitable[object]]) -> float:
    """Return the processor time of one call: the least of several rounds."""
    found = []
    for _ in range(BEST_OF):
        begun = time.process_time()
        for _ in range(GETS):
            await get()
        found.append((time.process_time() - begun) / GETS)
    return min(found)


async def main(count: int) -> None:
    import time_machine
    from tests.insights import population
    from tests.support.cast import with_role
    from tests.support.site import Site, make_application

    from pledge.database import clock, migrating
    from pledge.database.unit import database
    from pledge.insights import releasing
    from pledge.organisations.places import gazetteer

    await database().start()
    await migrating.migrate()
    rng = random.Random(20261121)
    places = gazetteer()

    async def join(number: int) -> list[population.Firm]:
        firms = population.firms(rng, number)
        await population.add(firms)
        await population.sign(firms)
        for questionnaire in ("procurement", "recruitment"):
            await population.submit(rng, firms, questionnaire, answers=True)
        return firms

    with timed(f"{count} organisations generated"):
        firms = await join(count)
    with timed("First release, of them all", RELEASE):
        await releasing.release(places)
    await join(count // 20)
    await population.submit(rng, firms[: count // 20], answers=True)
    with (
        time_machine.travel(clock.now() + timedelta(days=31)),
        timed("Second release, compared with the first", RELEASE),
    ):
        made = await releasing.release(places)
    cells = [cell for table in made.tables for cell in table.cells]
    new = sum(cell.figure is not None and cell.figure.as_of == made.day for cell in cells)
    print(f"  {len(cells)} figures: {new} new, {sum(c.figure is not None for c in cells) - new} repeated")

    site = Site(*make_application())
    stella = await with_role(site, "Stella", "staff")
    logging.disable(logging.INFO)
    nothing = await least(lambda: stella.browser.http.get("/nothing-is-here"))
    release = f"/partnership/releases/{made.day.isoformat()}"
    for path in ("/partnership", f"{release}?about=recruitment", f"{release}?about=recruitment&sector=C"):
        before = database().statements
        await stella.get(path)
        trips = database().statements - before
        spent = 1000 * await least(lambda path=path: stella.browser.http.get(path))
        print(
            f"GET {path}: {spent:.2f} ms of processor time with the client’s, {trips} round trips with the "
            f"session’s ({at_most(spent, PAGE)}; a page that is not found: "
            f"{1000 * nothing:.2f} ms)"
        )
    await site.close()
    await database().stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLEDGE_DATABASE_URL"] = f"sqlite:///{folder}/county.sqlite"
        asyncio.run(main(size(5000, 100)))
    sys.exit(verdict())
