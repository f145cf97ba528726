"""What the tests of asking suppliers share: a firm with a list, and a second one that is a supplier too."""

import pytest
from tests.suppliers.sending import HEAD, csv, imported, suppliers


@pytest.fixture
async def acme(site, alice):
    """The id of Acme, a supplier of Alice's, of which her file knows an address."""
    rows = (["Acme Ltd", "Cotton", "China", 10, "employees", "info@acme.example.net"], ["Bee Ltd", "Legal", "UK", 5])
    await imported(site, alice, csv(*rows, head=[*HEAD, "E-mail"]))
    return (await suppliers(alice))["Acme Ltd"]["id"]
