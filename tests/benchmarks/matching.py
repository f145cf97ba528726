"""What finding suppliers that may be one costs, and how many a search of every name would find that ours does not.

    python tests/benchmarks/matching.py [NAMES] [--tiny]

100,000 invented names are the list, of one country, which is the dearest case; the names looked for are some of them
with up to two typing errors. The search of every name is ``rapidfuzz`` with ``fuzz.ratio`` on each. Processor time of
this machine; only the share of what is found, and the two times beside each other, mean anything elsewhere.
"""

import random
import resource
import sys
import time
from pathlib import Path

from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).parents[2]))

from goals import at_least, at_most, size, verdict
from tests.suppliers.same.labelled import Who, names, who

from pledge.suppliers.same.candidates import Candidates
from pledge.suppliers.words.normalise import name_key

LOOKED_FOR = 700  # in each run; the run that takes least counts, other work on the machine only ever adds
RUNS = 3
SEARCHED = 300  # of these with the search of every name
MILLISECONDS = 1.0
RECALL = 0.985


def mistyped(name: str, chance: random.Random) -> str:
    """Return a name with none, one or two letters added, left out, changed or swapped."""
    letters = list(name)
    for _ in range(chance.choice((0, 1, 1, 2, 2))):
        place = chance.randrange(1, len(letters))
        match chance.choice(("change", "leave out", "add", "swap")):
            case "change":
                letters[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
            case "leave out":
                del letters[place]
            case "add":
                letters.insert(place, chance.choice("abcdefghijklmnopqrstuvwxyz"))
            case _:
                letters[place - 1], letters[place] = letters[place], letters[place - 1]
    return "".join(letters)


def main() -> int:
    """Print the figures."""
    count = size(100_000, 500)
    chance = random.Random(20261122)
    given = names(count, chance)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    candidates, started = Candidates(), time.process_time()
    for name in given:
        candidates.add(who(name, country_of_supply="GB"))
    built = time.process_time() - started
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    each = float("inf")
    wanted: list[Who] = []
    for _ in range(RUNS):
        wanted = [who(mistyped(name, chance), country_of_supply="GB") for name in chance.choices(given, k=LOOKED_FOR)]
        started = time.process_time()
        for one in wanted:
            candidates.likeliest(one, 5)
        each = min(each, (time.process_time() - started) / LOOKED_FOR * 1000)
    keys = [name_key(name) for name in given]
    started = time.process_time()
    best = [process.extractOne(one.name_key, keys, scorer=fuzz.ratio) for one in wanted[:SEARCHED]]
    all_of_them = (time.process_time() - started) / SEARCHED * 1000
    found = sum(
        any(fuzz.ratio(one.name_key, keys[place]) >= score for place in candidates.near(one.name_key, "GB")[:1])
        for one, (_, score, _) in zip(wanted, best, strict=False)
    )
    recall = found / SEARCHED
    print(
        f"matching against {count:,} names: {each:.2f} ms of processor time a row ({at_most(each, MILLISECONDS)};"
        f" every name searched: {all_of_them:.1f} ms), the best one found in {recall:.3f} ({at_least(recall, RECALL)});"
        f" list built in {built:.1f} s, +{memory} MB",
        flush=True,
    )
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
