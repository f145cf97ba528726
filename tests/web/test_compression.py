import gzip

import pytest

from pledge.web.compression import Compression

from .conftest import ask


async def test_a_page_is_packed_for_a_browser_that_can_unpack_it(db, application):
    plain = await ask(application[0], "GET", "/register")
    packed = await ask(application[0], "GET", "/register", headers=[("accept-encoding", "gzip, br")])
    assert packed.header("content-encoding") == "gzip" and packed.header("vary") == "accept-encoding"
    assert int(packed.header("content-length")) == len(packed.body) < len(plain.body) / 2
    words = gzip.decompress(packed.body).decode()
    assert "Register your organisation" in words
    assert packed.header("content-security-policy")


async def test_what_reflects_the_request_is_never_packed(db, application):
    for path in ("/sign-in?next=/home", "/events?topic=legal", "/?notice=signed-out"):
        answer = await ask(application[0], "GET", path, headers=[("accept-encoding", "gzip")])
        assert answer.header("content-encoding") is None, path


async def test_styles_are_packed_once_and_json_not_at_all(db, application):
    answer = await ask(application[0], "GET", "/version", headers=[("accept-encoding", "gzip")])
    assert answer.header("content-encoding") is None


@pytest.mark.parametrize(("length", "encoding"), [(1399, None), (1400, "gzip")])
async def test_a_page_that_one_packet_carries_is_sent_as_it_is(length, encoding):
    async def page(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"a" * length, "more_body": False})

    answer = await ask(Compression(page), "GET", "/", headers=[("accept-encoding", "gzip")])
    assert answer.header("content-encoding") == encoding
