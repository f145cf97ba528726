"""The cookies of a session, to the letter: what a browser gets, and which of what it sends can be ours."""

import pytest

from pledge.web import sessions


def parts(cookie):
    return cookie.key, cookie.value, cookie.max_age, cookie.path, cookie.secure, cookie.httponly, cookie.samesite


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-pledge"), (False, "pledge")])
def test_each_cookie_is_out_of_reach_of_scripts_and_of_other_sites(secure, name):
    assert parts(sessions.session_cookie("s", secure=secure)) == (name, "s", 2_592_000, "/", secure, True, "lax")
    assert parts(sessions.ended_cookie(secure=secure)) == (name, "", 0, "/", secure, True, "lax")
    known = sessions.known_cookie("k", 60, secure=secure)
    assert parts(known) == (f"{name}-known", "k", 60, "/", secure, True, "lax")
    assert sessions.known_cookie_name(secure) == f"{name}-known"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([], ""),
        ([(b"accept", b"pledge=no"), (b"cookie", b"pledge=yes")], "yes"),
        ([(b"cookie", b"other=1; pledge=yes; more=2")], "yes"),
        ([(b"cookie", b"other=1"), (b"cookie", b"pledge=yes")], "yes"),
        ([(b"cookie", b"pledge-known=no")], ""),
        ([(b"cookie", b"pledge=" + b"a" * 100)], "a" * 100),
        ([(b"cookie", b"pledge=" + b"a" * 101)], ""),
        ([(b"cookie", b"pledge")], ""),
    ],
)
def test_the_cookie_that_can_be_ours_is_found(headers, found):
    assert sessions.cookie({"headers": headers}, "pledge") == found
