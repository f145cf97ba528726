"""Forms that no page of ours sends, to every route that takes one: refused in plain words, never an error of ours.

Each case takes the form as an honest person fills it in and spoils it: names and values, how often, how large, in which
encoding, at which address. Whatever is sent, nobody else's rows change.
"""

import logging
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.security import world as county
from tests.security.addresses import FORMS, address, parameters, values
from tests.security.trying import Matrix
from tests.support.site import BASE
from tests.web.conftest import OURS, ask

from pledge.database import clock

NASTY = [
    "", " ", "\r\nSet-Cookie: pledge=x", "a\nb", "\x00", "\x1b[31m", "\u202egnp.exe", "\ufeff", "\u200b",
    "ａｌｉｃｅ@example.org", "аlice@example.org", "Alice@EXAMPLE.ORG\u0000", "K", "İ", "ﬁ", "e\u0301" * 40, "😀" * 60,
    "٣", "²", "１２", "Ⅷ", "-1", "0", "1e309", "NaN", "0x10", "9" * 30, "99999999999999999999", "1_000", "+7", " 7 ",
    "-9223372036854775809", "2147483648", "2027-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "31 2 2027",
    "25:61", "01:30", "24:00", "00000000-0000-0000-0000-000000000000", "00000000000040008000000000000000",
    "{00000000-0000-4000-8000-000000000000}", "../../etc/passwd", "//evil.example", "https://evil.example",
    "javascript:alert(1)", "/\\evil.example", "=1+1", "@SUM(1)", "<script>alert(1)</script>", "{{7*7}}", "{% raw %}",
    "%s%n", "{}", "{0}", "' OR 1=1 --", '"; DROP TABLE person; --', "\\", "'", "yes", "no", "true", "None", "null",
    "[]", '{"a": 1}', "owner", "operator", "A" * 5_000, "é" * 20_000, "A" * 70_000,
]  # fmt: skip
NAMES = ["organisation", "_key", "revision", "version", "role", "next", "email", "password", "staff", "id", "person"]
FORM = "application/x-www-form-urlencoded"
TYPES = [
    f"{FORM}; charset=utf-16", f"{FORM}; charset=nonsense", f"{FORM}, text/html", f"{FORM};;;=", "text/plain", "", "é",
    "application/json", "*/*", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
]  # fmt: skip
FILES = [
    "",
    "list.xlsx",
    "a" * 300 + ".csv",
    "x\r\nContent-Type: text/html",
    "../../x.csv",
    "\x00.csv",
    "😀.csv",
    "=1+1.csv",
]

words = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.integers().map(str), st.dates().map(str))
spoilings = st.lists(
    st.tuples(
        st.sampled_from(["replace", "drop", "repeat", "rename", "add", "swap", "many", "keep"]),
        st.integers(0, 60),
        st.one_of(st.sampled_from(NAMES), st.text(max_size=20)),
        words,
    ),
    min_size=1,
    max_size=5,
)


@dataclass(frozen=True)
class Case:
    """One hostile post."""

    path: str
    actor: str
    spoilings: list[tuple[str, int, str, str]]
    encoding: str
    type: str | None
    tail: bytes
    cut: int
    address: str | None
    query: str
    file: tuple[str, bytes]


cases = st.builds(
    Case,
    path=st.sampled_from(sorted(FORMS)),
    actor=st.sampled_from(["holder", "holder", "holder", "holder", "visitor", "other firm's owner", "viewer", "staff"]),
    spoilings=spoilings,
    encoding=st.sampled_from(["urlencoded", "urlencoded", "urlencoded", "multipart"]),
    type=st.one_of(st.none(), st.none(), st.none(), st.sampled_from(TYPES)),
    tail=st.one_of(
        st.just(b""), st.just(b""), st.sampled_from([b"&%FF=%ED%A0%80", b"&\xff", b"&a=%", b"&&&;", b"\x00"])
    ),
    cut=st.sampled_from([0, 0, 0, 0, 1, 7, 50]),
    address=st.one_of(st.none(), st.none(), st.none(), words),
    query=st.one_of(st.just(""), st.just(""), words),
    file=st.tuples(
        st.sampled_from(FILES), st.one_of(st.just(b""), st.binary(max_size=200), st.just(b"a,b\r\n1,2\r\n"))
    ),
)


def spoil(fields: list[tuple[str, str]], spoilings) -> list[tuple[str, str]]:
    for what, place, name, value in spoilings:
        at = place % len(fields) if fields else 0
        if what == "add" or not fields:
            fields = [*fields, (name, value)]
        elif what == "replace":
            fields[at] = (fields[at][0], value)
        elif what == "drop":
            del fields[at]
        elif what == "repeat":
            fields.insert(0, (fields[at][0], value))
        elif what == "rename":
            fields[at] = (f"{fields[at][0]}{name}", fields[at][1])
        elif what == "swap":
            fields[at], fields[0] = (fields[at][0], fields[0][1]), (fields[0][0], fields[at][1])
        elif what == "many":
            fields = fields + [fields[at]] * 520
    return fields


class Attack:
    """The county under attack, and what came of it."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.forms: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.sent = 0
        self.statuses: dict[int, int] = {}

    async def send(self, case: Case) -> None:
        matrix, world = self.matrix, self.matrix.world
        holder = "organiser" if case.path.startswith("/organise") else "owner"
        actor = world.actors[holder if case.actor == "holder" else case.actor]
        matrix.looking_at, matrix.where = actor, repr(case)
        if (case.path, actor.name) not in self.forms:
            filled = await matrix.fields(case.path, actor)
            self.forms[case.path, actor.name] = [(name, value) for name, found in filled.items() for value in found]
        fields = spoil(list(self.forms[case.path, actor.name]), case.spoilings)
        own, absent, _ = values(case.path, world, actor.holds)
        named = {**absent, **own}
        if case.address is not None and named:
            named[parameters(case.path)[-1]] = quote(case.address[:300], safe="", errors="surrogatepass")
        at = address(case.path, named) + (f"?{quote(case.query[:2000], safe='=&')}" if case.query else "")
        content_type, body = encoded(fields, case)
        ours = [OURS, ("sec-fetch-mode", "same-origin")]  # a page about a form is then the answer itself
        headers = [*ours, ("cookie", f"pledge={actor.secret}")] if actor.secret else ours
        chosen = content_type if case.type is None else case.type
        answer = await ask(matrix.app, "POST", at, headers=[*headers, ("content-type", chosen)], body=body)
        self.sent += 1
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        assert answer.status < 500, f"{answer.status} for {case}"
        assert not [name for name, value in answer.headers if "\r" in value or "\n" in value], case
        assert not [value for value in answer.all("location") if not value.startswith("/") or value[1:2] in ("/", "\\")]
        assert matrix.found == []


def encoded(fields: list[tuple[str, str]], case: Case) -> tuple[str, bytes]:
    if case.encoding == "urlencoded":
        body = urlencode(fields, errors="surrogatepass").encode() + case.tail
        return FORM, body[: len(body) - case.cut] if case.cut else body
    together: dict[str, list[str]] = {}
    for name, value in fields:
        together.setdefault(name, []).append(value)
    file = (case.file[0], case.file[1], "application/octet-stream")
    sent = httpx.Request("POST", BASE, data=together, files={"file": file})
    body = sent.read()
    return sent.headers["content-type"], body[: len(body) - case.cut] if case.cut else body


@pytest.fixture
async def attack(site, caplog):
    caplog.set_level(logging.CRITICAL, "httpx")
    matrix = Matrix(site, await county.build(site))
    # No time passes: after some minutes a session notes that it is in use, which no log need say.
    with time_machine.travel(clock.now(), tick=False), county.nothing_is_kept(matrix.look):
        made = Attack(matrix)
        yield made
    if made.sent >= 500:  # some are accepted all the same, most are not, and for several reasons
        assert made.statuses[303] > made.sent // 20, made.statuses
        assert {303, 400, 403, 404, 409, 413, 422} <= made.statuses.keys(), made.statuses


HOSTILE = settings(
    deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(cases)
@settings(HOSTILE, max_examples=500, derandomize=True)
async def test_no_form_makes_an_error_of_ours(attack, case):
    await attack.send(case)


@pytest.mark.soak
@given(cases)
@settings(HOSTILE, max_examples=50_000)
async def test_no_form_makes_an_error_of_ours_however_many_are_sent(attack, case):
    await attack.send(case)
