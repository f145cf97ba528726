"""What background work holds about people, and for how long."""

from pledge.personal import SAFETY, Held, Use, words
from pledge.worker import queue

WORK = Use(
    "What we still have to do for you, like sending a link that you asked for",
    "So that nothing is lost when the site is restarted",
    SAFETY,
    f"Until it is done, usually within seconds. What could not be done is deleted after {words(queue.KEPT)}.",
    "The people who run the server",
)

HELD = (
    Held(
        table="job",
        title="Work under way for you",
        use=WORK,
        withheld="payload error",
        nobody="id kind dedupe state run_after lease_until attempts created finished",
        about="state <> 'running' AND lower(payload) LIKE {like} ESCAPE '!'",
        erase=True,
    ),
)
