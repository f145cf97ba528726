"""kill -9 under load loses nothing that was acknowledged and leaves nothing half-done."""

import random
from contextlib import closing

import pysqlite3 as sqlite3
import pytest
from tests.crash import kill9


async def kills(cycles: int, tmp_path, seed: int) -> None:
    tally, found = await kill9.run(cycles, tmp_path, chance=random.Random(seed))
    assert found == []
    assert len(tally.acknowledged) >= cycles * 2  # there was a load
    assert len(tally.sent) > len(tally.acknowledged)  # and the kills came in the middle of it


async def test_five_kills(tmp_path):
    await kills(5, tmp_path, seed=9)


@pytest.mark.soak
async def test_a_thousand_kills(tmp_path):
    await kills(1000, tmp_path, seed=random.randrange(10**6))


HARM = {
    "acknowledged and lost": "DELETE FROM link",
    "a link without its e-mail": "DELETE FROM outbox",
    "entries in the log": "DROP TRIGGER audit_entry_taken_away; DELETE FROM audit_entry",
    "forms kept": "DELETE FROM submission",
    "begun and not done": "UPDATE submission SET location = ''",
    "a failed job": "UPDATE job SET error = 'x'",
}


async def test_the_check_sees_each_kind_of_harm(tmp_path):
    """A check that never fails proves nothing."""
    tally, found = await kill9.run(1, tmp_path, chance=random.Random(1))
    assert found == []
    for words, statement in HARM.items():
        copy = tmp_path / "harmed.sqlite"
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(tmp_path / "pledge.sqlite")) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        with closing(sqlite3.connect(copy, isolation_level=None)) as harmed:
            harmed.executescript(statement)
        assert any(words in fault for fault in kill9.faults(copy, tally)), words
