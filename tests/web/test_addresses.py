"""Whose request it is, for limits: nobody can choose their own address."""

import pytest

from pledge.web.addresses import client_address


def scope(*forwarded: str, client: str | None = "198.51.100.9"):
    return {
        "client": (client, 5000) if client else None,
        "headers": [(b"host", b"x"), *((b"x-forwarded-for", value.encode("latin-1")) for value in forwarded)],
    }


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ([], 0, "198.51.100.9"),
        (["203.0.113.5"], 0, "198.51.100.9"),  # without a proxy of ours the header is whatever the client made up
        (["203.0.113.5"], 1, "203.0.113.5"),
        (["6.6.6.6, 203.0.113.5"], 1, "203.0.113.5"),  # what is further left was there before our proxy
        (["6.6.6.6", "203.0.113.5"], 1, "203.0.113.5"),
        (["6.6.6.6, 203.0.113.5, 10.0.0.1"], 2, "203.0.113.5"),
        (["203.0.113.5"], 2, "198.51.100.9"),  # fewer than our proxies write: not theirs
        ([], 1, "198.51.100.9"),
        ([""], 1, ""),
        (["2001:db8:1:2:3:4:5:6"], 1, "2001:db8:1:2::/64"),  # a customer has the whole network
        (["2001:db8:1:2:ffff::1"], 1, "2001:db8:1:2::/64"),
        (["::ffff:203.0.113.5"], 1, "203.0.113.5"),
        (["unknown"], 1, "unknown"),
        (["x" * 500], 1, "x" * 64),
    ],
)
def test_the_address_is_the_one_our_own_proxies_saw(forwarded, proxies, address):
    assert client_address(scope(*forwarded), proxies) == address


def test_a_connection_without_an_address_counts_as_one():
    assert client_address(scope(client=None), 0) == "unknown"


async def test_a_made_up_header_does_not_escape_a_limit(site, visitor):
    page = await visitor.get("/sign-in/link")
    statuses = []
    for number in range(22):
        visitor.http.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        statuses.append((await page.submit(email=f"person{number}@example.org")).status)
    assert statuses == [200] * 20 + [429] * 2
