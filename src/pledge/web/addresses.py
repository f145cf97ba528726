"""Where a request came from, for limits. Never shown, never stored as it is."""

from litestar.types import Scope


def client_address(scope: Scope, trusted_proxies: int) -> str:
    """Return the client's address.

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
            return forwarded[-trusted_proxies][:64]
    client = scope.get("client")
    return client[0] if client else "unknown"
