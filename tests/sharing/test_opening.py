"""Opening a shared report: without an account, counted by day only, and never by a guess."""

import re
from datetime import timedelta

import pytest
from tests.sharing import making
from tests.support.firms import fill_profile, submitted

from pledge.database import clock
from pledge.sharing import opening
from pledge.sharing.codes import LENGTH, new_code, read_code


@pytest.fixture
async def report(alice):
    await fill_profile(alice)
    return await submitted(alice, "procurement", 3)


async def looks() -> list[tuple]:
    return [(row["day"], row["looks"]) for row in await making.rows("report_share_look")]


async def test_the_pages_go_nowhere_and_into_no_index(alice, visitor, report):
    code = await making.shared(alice, report)
    for path in ("/s", f"/s/{code}", f"/s/{code}/report", "/s/nothing", "/s?share=x"):
        page = await visitor.get(path)
        headers = page.response.headers
        assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store", path
        assert "noindex" in headers["x-robots-tag"] and "noindex" in page.html, path


async def test_only_opening_counts_and_not_what_a_mail_scanner_does(alice, visitor, report):
    code = await making.shared(alice, report)
    await visitor.get(f"/s/{code}")
    await visitor.http.head(f"/s/{code}")
    answer = await visitor.http.head(f"/s/{code}/report")
    assert answer.status_code == 200 and not answer.content and await looks() == []
    assert (await alice.get(f"/s/{code}/report")).status == 200 and await looks() == []  # her own firm’s
    await visitor.get(f"/s/{code}/report")
    await visitor.get(f"/s/{code}/report")
    assert await looks() == [(clock.today(), 2)]
    with clock.at(clock.now() + timedelta(days=1)):
        await visitor.get(f"/s/{code}/report")
        assert await looks() == [(clock.today() - timedelta(days=1), 2), (clock.today(), 1)]
    assert set((await making.rows("report_share_look"))[0]) == {"organisation", "share", "day", "looks"}


async def test_a_code_is_typed_as_people_type(alice, visitor, report):
    code = await making.shared(alice, report)
    for typed in (code.lower(), code.replace("-", " "), f"  http://127.0.0.1:8000/s/{code}/ ", code.replace("-", "")):
        page = await visitor.get("/s", params={"share": typed})
        assert page.url == f"/s/{code}" and "Open the report" in page.text, typed
    page = await visitor.get("/s", params={"share": "ABC"})
    assert page.status == 422 and "seven groups" in page.errors[0] and 'value="ABC"' in page.html
    assert (await visitor.get("/s", params={"share": ""})).status == 422
    assert (await visitor.get(f"/s/{code.lower().replace('-', '')}")).status == 200


@pytest.mark.parametrize("wrong", ["x", "0" * LENGTH, "..%2f", "%00", "é" * LENGTH, "A" * 4000])
async def test_what_was_never_shared_says_so(visitor, db, wrong):
    for path in (f"/s/{wrong}", f"/s/{wrong}/report"):
        page = await visitor.get(path)
        assert page.status == 404, path


async def test_what_ran_out_says_so_and_a_day_later_still(alice, visitor, report):
    code = await making.shared(alice, report, days=10)
    last = clock.today() + timedelta(days=10)
    noon = clock.now().replace(hour=12)
    with clock.at(noon + timedelta(days=10)):
        assert (await visitor.get(f"/s/{code}/report")).status == 200
    with clock.at(noon + timedelta(days=11)):
        page = await visitor.get(f"/s/{code}/report")
        assert page.status == 410 and f"It could be seen until {last:%-d %B %Y}" in page.text
        assert "Pendle" not in page.html
    last = await making.run_out()
    assert f"Over since {last:%-d %B %Y}" in (await alice.get("/shares")).text


async def test_guessing_is_slowed_and_nobody_else_is(alice, visitor, report, monkeypatch):
    code = await making.shared(alice, report)
    assert opening.GUESSES.hits == 20 and opening.GUESSES.seconds == 600
    for _ in range(20):
        assert (await visitor.get(f"/s/{new_code()}")).status == 404
    assert (await visitor.get(f"/s/{new_code()}/report")).status == 429
    assert (await visitor.get(f"/s/{code}/report")).status == 200  # a buyer's staff share an address


def test_a_code_has_140_random_bits_and_nothing_that_is_misread():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500 and LENGTH * 5 == 140
    letters = {char for code in codes for char in code} - {"-"}
    assert len(letters) == 32 and not letters & set("ILOU")
    for code in codes:
        assert re.fullmatch(r"\w{4}(-\w{4}){6}", code) and read_code(code) == code
        misread = code.replace("1", "l").replace("0", "o").lower()
        assert read_code(misread) == code
    assert read_code("U" * LENGTH) is None and read_code("") is None and read_code("0" * (LENGTH + 1)) is None
