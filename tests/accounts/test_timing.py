"""What the time of an answer tells a stranger about an address: nothing. ``make soak`` measures it over 2,000 pairs."""

import random
import time
from functools import partial

import pytest

from pledge.accounts import passwords, people, requests, signing_in
from pledge.database.unit import write

PAIRS = 2000


def auc(known: list[float], unknown: list[float]) -> float:
    """Return how likely a known address takes longer than an unknown one: 0.5 tells nothing, 0 or 1 everything.

    The area under the ROC curve, as the Mann–Whitney statistic over the ranks.
    """
    ranked = sorted([(seconds, 1) for seconds in known] + [(seconds, 0) for seconds in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    return (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


def test_the_measure_sees_a_difference():
    chance = random.Random(1)
    fast, slow = ([chance.gauss(mean, 1) for _ in range(500)] for mean in (10, 11))
    assert auc(slow, fast) > 0.7 and auc(fast, slow) < 0.3
    assert 0.45 < auc(fast, [chance.gauss(10, 1) for _ in range(500)]) < 0.55


async def sign_in(email: str, number: int) -> None:
    given = {"device": "x", "browser": "", "address": f"2001:db8::{number:x}"}
    await signing_in.sign_in(email, "wrong wrong wrong", "/home", **given)


async def reset(email: str, number: int) -> None:
    await write(partial(requests.ask_for_link, "reset", email))


async def register(email: str, number: int) -> None:
    await write(partial(requests.ask_to_register, email, "Alice", f"Firm {number}", "hash", str(number)))


@pytest.mark.soak
@pytest.mark.parametrize("ask", [sign_in, reset, register], ids=lambda ask: ask.__name__)
async def test_known_and_unknown_addresses_cannot_be_told_apart(db, ask):
    hashed = await passwords.hash_password("three brown oak tables")
    await passwords.matches("x", None)  # the hash that nobody's password fits is made once
    for number in range(PAIRS):
        await write(partial(people.add, f"known{number}@example.org", "Alice", hashed))
    chance, taken = random.Random(7), {"known": [], "other": []}
    for number in range(PAIRS):
        for kind in chance.sample(list(taken), 2):
            began = time.perf_counter()
            await ask(f"{kind}{number}@example.org", 2 * number + (kind == "known"))
            taken[kind].append(time.perf_counter() - began)
    found = auc(taken["known"], taken["other"])
    print(f"{ask.__name__}: AUC {found:.3f} over {PAIRS} pairs")
    assert 0.45 <= found <= 0.55
