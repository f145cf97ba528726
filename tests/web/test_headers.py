"""Every answer, of whatever kind, carries the headers that protect it."""

import pytest
from tests.support.site import session
from tests.web.conftest import BASE, FORM, OURS, SECURE, ask, post

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def asset() -> str:
    from pledge.web.assets import asset_url

    return asset_url("pledge.css")


# what, method, path, headers → expected status
KINDS = [
    ("a page", "GET", "/sign-in", [], 200),
    ("a page, HEAD", "HEAD", "/sign-in", [], 200),
    ("nothing there", "GET", "/no/such/page", [], 404),
    ("nothing there, HEAD", "HEAD", "/no/such/page", [], 404),
    ("a method it does not have", "DELETE", "/sign-in", [OURS], 405),
    ("a redirect", "GET", "/organisation/edit", [], 303),
    ("a form with problems", "POST", "/sign-in", [OURS, FORM], 422),
    ("another site", "POST", "/sign-in", [FORM], 403),
    ("not a form", "POST", "/sign-in", [OURS], 400),
    ("a style sheet", "GET", asset(), [], 200),
    ("for machines", "GET", "/health/live", [], 200),
    ("options", "OPTIONS", "/sign-in", [], 204),
]


@pytest.mark.parametrize("kind", KINDS, ids=[kind[0] for kind in KINDS])
@pytest.mark.parametrize("base", [BASE, SECURE])
async def test_every_kind_of_answer_has_them_once(application, secure_application, kind, base):
    _, method, path, headers, status = kind
    answer = await ask(application[0] if base == BASE else secure_application, method, path, headers=headers, base=base)
    assert answer.status == status
    assert {name: answer.header(name) for name in ALWAYS} == ALWAYS
    transport = answer.header("strict-transport-security")
    assert transport == ("max-age=63072000; includeSubDomains" if base == SECURE else None)
    assert answer.header("access-control-allow-origin") is None
    kept = answer.header("cache-control")
    assert kept == ("public, max-age=31536000, immutable" if path == asset() else "no-store")


async def test_the_content_security_policy_allows_nothing_inline_and_nothing_from_elsewhere(application):
    policy = (await ask(application[0], "GET", "/sign-in")).header("content-security-policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["frame-ancestors"] == "'none'" and rules["base-uri"] == "'none'"
    assert {value for name, value in rules.items() if name.endswith("-src") and name != "default-src"} == {"'self'"}
    assert rules["form-action"] == "'self'" and "unsafe" not in policy


async def test_an_unexpected_error_has_them_too(broken_application):
    answer = await ask(broken_application, "GET", "/test/ValueError")
    assert answer.status == 500 and answer.header("x-content-type-options") == "nosniff"


async def test_when_even_the_error_page_fails_there_is_a_plain_one(broken_application, monkeypatch):
    from pledge.web import pages

    monkeypatch.setattr(pages.templates, "render", lambda *_, **__: 1 / 0)
    answer = await ask(broken_application, "GET", "/test/ValueError")
    assert answer.status == 500 and "something went wrong on our side" in answer.text
    assert answer.header("x-content-type-options") == "nosniff" and answer.header("cache-control") == "no-store"
    assert "Traceback" not in answer.text and "division" not in answer.text


async def test_head_is_get_without_a_body(application):
    for path in ("/sign-in", "/register", "/no/such/page", "/organisation/edit", asset(), "/health/live"):
        got, head = await ask(application[0], "GET", path), await ask(application[0], "HEAD", path)
        assert head.body == b"" and head.status == got.status
        changing = {"content-length"} if "register" in path or "sign-in" in path else set()  # a random key in the form
        assert [pair for pair in head.headers if pair[0] not in changing] == [
            pair for pair in got.headers if pair[0] not in changing
        ]
        if got.body:
            assert int(head.header("content-length")) > 0


async def test_pages_say_their_character_set_once(application):
    assert (await ask(application[0], "GET", "/sign-in")).header("content-type") == "text/html; charset=utf-8"


async def test_a_style_sheet_is_kept_for_a_year_and_asked_for_again_only_by_name(application):
    first = await ask(application[0], "GET", asset())
    assert first.status == 200 and "immutable" in first.header("cache-control")
    again = await ask(application[0], "GET", asset(), headers=[("if-none-match", first.header("etag"))])
    assert again.status == 304 and again.body == b"" and again.header("etag") == first.header("etag")
    assert (await ask(application[0], "GET", "/static/0000000000000000/pledge.css")).status == 404


async def test_styles_and_health_do_not_look_anybody_up(application):
    cookie = [("cookie", "pledge=whoever")]  # looking this up would fail: there is no database here
    assert (await ask(application[0], "GET", asset(), headers=cookie)).status == 200
    assert (await ask(application[0], "GET", "/health/live", headers=cookie)).status == 200


# — cookies —


async def test_over_https_the_cookie_is_bound_to_the_host(db, secure_application):
    from tests.accounts.test_sign_in import PASSWORD, account

    await account("Alice@example.org")
    body = f"email=alice%40example.org&password={PASSWORD.replace(' ', '+')}".encode()
    answer = await post(secure_application, "/sign-in", body, base=SECURE)
    assert answer.status == 303
    ages = {}
    for cookie in answer.all("set-cookie"):
        name, _, rest = cookie.partition("=")
        attributes = {part.strip().lower() for part in rest.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)
        ages[name] = next(part for part in attributes if part.startswith("max-age="))
    month, half_year = 30 * 24 * 3600, 180 * 24 * 3600
    assert ages == {"__Host-pledge": f"max-age={month}", "__Host-pledge-known": f"max-age={half_year}"}


async def test_on_this_machine_over_http_the_cookie_is_plain(db, application):
    from tests.accounts.test_sign_in import PASSWORD, account

    await account("Alice@example.org")
    body = f"email=alice%40example.org&password={PASSWORD.replace(' ', '+')}".encode()
    answer = await post(application[0], "/sign-in", body)
    cookies = answer.all("set-cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == ["pledge", "pledge-known"]
    assert all("httponly" in cookie.lower() and "secure" not in cookie.lower() for cookie in cookies)


async def test_over_https_a_plain_cookie_signs_nobody_in(db, secure_application):
    """A neighbouring host could set a plain cookie; only the bound name counts."""
    from tests.accounts.test_sign_in import account

    secret = await session(await account("alice@example.org"))
    for name, status in (("__Host-pledge", 200), ("pledge", 303)):
        cookie = [("cookie", f"{name}={secret}")]
        assert (await ask(secure_application, "GET", "/account", headers=cookie, base=SECURE)).status == status


async def test_signing_out_over_https_clears_what_the_browser_kept(db, secure_application):
    answer = await post(secure_application, "/sign-out", base=SECURE)
    assert answer.header("clear-site-data") == '"cache", "storage"'  # that the browser is known stays
    assert answer.header("set-cookie").startswith('__Host-pledge=""; ') or "__Host-pledge=;" in answer.header(
        "set-cookie"
    )
    assert "max-age=0" in answer.header("set-cookie").lower()
