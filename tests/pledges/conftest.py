"""What the tests of the pledge share."""

import pytest


@pytest.fixture
def short_pages(monkeypatch) -> None:
    """Five signatories to a page of the register, so that a few make several pages."""
    monkeypatch.setattr("pledge.pledges.register.ROWS", 5)
