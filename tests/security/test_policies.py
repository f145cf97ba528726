"""The document of who may do what says what the routes say."""

import runpy
from pathlib import Path

from pledge.policy.policies import POLICIES
from pledge.web.guard import routes

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_lists_every_route_as_it_is():
    text = runpy.run_path(str(DOCS / "policies.py"))["text"]()
    assert (DOCS / "policies.md").read_text("utf-8") == text, "run: python docs/policies.py"


def test_no_route_of_the_application_is_missing(application):
    text = (DOCS / "policies.md").read_text("utf-8")
    for path, method, handler in routes(application[0].litestar):
        assert f"| {method} | `{path}` | {handler.opt['policy'].name} |" in text
    assert all(f"| `{policy.name}` | {policy.who} |" in text for policy in POLICIES)
