"""What is one partnership's own."""

from pathlib import Path

import pytest

from pledge.organisations.partnership import partnership
from pledge.organisations.places import gazetteer
from pledge.organisations.reference import ReferenceDataError

TYNE = """\
name: Tyne Anti-Slavery Partnership
short_name: TASP
county: Tyneside
covers: Newcastle and Gateshead
districts: our-districts.yaml
postcodes: our-postcodes.csv
"""


def test_the_one_that_comes_with_pledge_is_lancashire() -> None:
    ours = partnership()
    assert (ours.short_name, ours.county) == ("PLASP", "Lancashire")
    assert ours.email is None
    assert ours.office
    assert ours.office.source.url
    assert gazetteer(ours.districts, ours.postcodes).place("LA1 1NZ").area == "north"


def test_another_partnership_brings_its_own_file_and_tables(tmp_path: Path) -> None:
    (tmp_path / "tyne.yaml").write_text(f"{TYNE}rings: within two working days\n")
    theirs = partnership(tmp_path / "tyne.yaml")
    assert theirs.name == "Tyne Anti-Slavery Partnership"
    assert (theirs.rings, partnership().rings) == ("within two working days", None)
    assert theirs.office is None
    assert theirs.districts == tmp_path / "our-districts.yaml"
    assert theirs.postcodes == tmp_path / "our-postcodes.csv"


def test_the_operators_address_beats_the_files(tmp_path: Path) -> None:
    path = tmp_path / "tyne.yaml"
    path.write_text(TYNE + "email: office@tyne.example\n")
    assert partnership(path).email == "office@tyne.example"
    assert partnership(path, email="hello@tyne.example").email == "hello@tyne.example"


def test_all_that_is_wrong_in_a_file_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tyne.yaml"
    path.write_text("name: Tyne\nnickname: T\noffice: {name: Office, phone: '0'}\n")
    with pytest.raises(ReferenceDataError) as refused:
        partnership(path)
    said = "\n".join(refused.value.problems)
    assert "tyne.yaml: Line 2: “nickname” is not known here." in said
    assert "tyne.yaml: Line 3: “source” is missing. Add it." in said
    assert "tyne.yaml: Line 1: “county” is missing. Add it." in said
