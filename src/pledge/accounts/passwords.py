"""Passwords: argon2id in a small pool of threads, and which ones are refused.

19 MiB and two passes is the OWASP Password Storage Cheat Sheet's recommendation for argon2id; the pool is bounded so
that a flood of sign-ins cannot take all memory or starve pages.
"""

import asyncio
import gzip
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pledge.database.unit import Overloaded
from pledge.priority import give_way

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SHORTEST = 12  # NCSC: a password without a second factor has at least 12 characters
LONGEST = 128

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # threads: with all processors, a flood of sign-ins starves the pages
WAITING = 50  # passwords waiting for a thread before new ones are refused: about a second's work


def _new_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="argon2", initializer=give_way)


_pool = _new_pool()


def _renew_pool() -> None:
    global _pool
    _pool = _new_pool()


os.register_at_fork(after_in_child=_renew_pool)  # threads do not survive a fork: work given to the old pool never ends

# Django's list of common passwords (BSD-3-Clause), as shipped in django.contrib.auth
_COMMON = Path(__file__).parent / "data" / "common_passwords.txt.gz"
_EDGES = "0123456789!?.,;:_-+*#$£%&@ "


@cache
def _common() -> frozenset[str]:
    with gzip.open(_COMMON, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


@cache
def _nobody() -> str:
    """A hash that no password fits: checking against it takes as long as checking a real one."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def problem(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """Return why a password is refused, in plain words, or None.

    ``about`` holds what anybody could guess: the person's name, e-mail address, organisation.
    """
    if len(password) < SHORTEST:
        return f"Use a password of {SHORTEST} characters or more. Three or four words in a row work well."
    if len(password) > LONGEST:
        return f"Use a password of {LONGEST} characters or fewer."
    plain = password.casefold()
    core = plain.strip(_EDGES)
    half = plain[: len(plain) // 2]
    if plain in _common() or core in _common() or (half * 2 == plain and half in _common()):
        return "This password is one of the first that people try. Choose another."
    if len(set(plain)) < 5:
        return "This password repeats a few characters. Choose another."
    guessable = {part for text in about for part in (text.casefold(), text.casefold().partition("@")[0])}
    if any(core == part.strip(_EDGES) or plain == part for part in guessable if len(part) > 3):
        return "This password is your name or address. Choose another."
    return None


async def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, made on the bounded pool. Raises Overloaded when too many wait."""
    return await _on_pool(_HASHER.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Return whether a password fits a stored hash; with None (nobody) it takes as long and returns False.

    Raises Overloaded when too many wait.
    """
    return await _on_pool(_verify, password, stored)


_under_way = 0


async def _on_pool(work: Callable[[*Ts], T], *args: *Ts) -> T:
    global _under_way
    if _under_way >= WAITING:
        raise Overloaded
    _under_way += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *args)
    finally:
        _under_way -= 1


def _verify(password: str, stored: str | None) -> bool:
    try:
        _HASHER.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)
