"""docs/policies.md: every route with who may use it, from the routes themselves.

``python docs/policies.py`` writes it; a test fails while it differs.
"""

from pathlib import Path

from pledge.app import ROUTES
from pledge.demo import routes as demo_routes
from pledge.policy.policies import POLICIES, Policy

_HEAD = """# Who may do what
Generated from the routes by `python docs/policies.py`; a test compares. A route without a policy keeps the application
from starting, and `tests/security/test_matrix.py` tries every route as everybody, on what is their own, another’s and
not there. Another’s object is the same “not found” as one that never was.

## Policies
"""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(handlers: list) -> list[tuple[str, ...]]:
    found = [
        (path, str(method), handler)
        for handler in handlers
        for path in handler.paths
        for method in handler.http_methods
    ]
    return [
        (method, f"`{path}`", handler.opt["policy"].name, _what(handler))
        for path, method, handler in sorted(found, key=lambda route: route[:2])
    ]


def _what(handler) -> str:
    assert isinstance(handler.opt["policy"], Policy)
    return " ".join((handler.fn.__doc__ or "").split("\n\n")[0].replace("|", "\\|").split())


def text() -> str:
    """Return the whole document."""
    policies = [(f"`{policy.name}`", policy.who) for policy in POLICIES]
    head = ("method", "path", "policy", "what it does")
    return (
        f"{_HEAD}{_table(('policy', 'who may'), policies)}\n## Routes\n{_table(head, _rows(ROUTES))}\n"
        f"## Routes of a demo\nOnly with `PLEDGE_DEMO=1`, which is refused on any other than this machine.\n\n"
        f"{_table(head, _rows(demo_routes.ROUTES))}"
    )


if __name__ == "__main__":
    Path(__file__).with_name("policies.md").write_text(text(), encoding="utf-8")
