"""Where a request came from, for limits. Never shown, never stored as it is."""

from ipaddress import IPv6Address, ip_address, ip_network

from litestar.types import Scope


def client_address(scope: Scope, trusted_proxies: int) -> str:
    """Return the client's address; of an IPv6 address the /64 network, which is one customer's.

    ``X-Forwarded-For`` counts only as far as our own proxies wrote it: with n trusted proxies, the n-th from the right.
    """
    if trusted_proxies:
        forwarded = [
            part.strip()
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
            for part in value.decode("latin-1").split(",")
        ]
        if len(forwarded) >= trusted_proxies:
            return _customer(forwarded[-trusted_proxies])
    client = scope.get("client")
    return _customer(client[0]) if client else "unknown"


def _customer(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))
