"""What the operator's terminal shows of PostgreSQL's absence: one plain line, whatever the pool has to say."""

import io
import logging

from pledge.app import log_to_stderr
from pledge.settings import load

POOL = logging.getLogger("asyncpg.pool")


def test_an_outage_is_one_plain_line_of_the_pool_and_no_traceback():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    POOL.addHandler(handler)
    try:
        log_to_stderr(load({}))
        log_to_stderr(load({}))
        for _ in range(30):
            try:
                raise ConnectionRefusedError("Connect call\nfailed")
            except OSError:
                POOL.warning("Failed to restore the pool connection floor; retrying", exc_info=True)
        POOL.warning("closing takes long")
    finally:
        logging.getLogger("pledge").setLevel(logging.NOTSET)
        POOL.removeHandler(handler)
        for found in list(POOL.filters):
            POOL.removeFilter(found)
    said = "the connection to PostgreSQL was lost, and is tried again: Connect call failed"
    assert written.getvalue().splitlines() == [said, "closing takes long"]
