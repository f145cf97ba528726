"""Who to ring."""

from pathlib import Path

import pytest

from pledge.directory.contacts import contacts
from pledge.organisations.partnership import partnership
from pledge.organisations.places import Districts
from pledge.organisations.reference import ReferenceDataError, read

SOURCE = "source: {name: A page, checked: 2026-11-21}"


def load(tmp_path: Path, entry: str) -> str:
    """Return what is said about a file with one contact."""
    path = tmp_path / "contacts.yaml"
    path.write_text(f"contacts:\n  office: {{{entry}}}\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError) as refused:
        contacts(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("key", "tel"),
    [
        ("emergency", "999"),
        ("police", "101"),
        ("helpline", "08000121700"),
        ("salvation_army", "08008083733"),
        ("crimestoppers", "0800555111"),
    ],
)
def test_the_numbers_are_the_ones_that_were_checked(key: str, tel: str) -> None:
    assert contacts()[key].tel == tel


def test_danger_comes_first_and_the_helpline_second() -> None:
    assert list(contacts())[:2] == ["emergency", "helpline"]


@pytest.mark.parametrize("key", ["fwa", "acas"])
def test_where_no_number_was_verified_there_is_a_page_instead(key: str) -> None:
    assert contacts()[key].phone is None
    assert contacts()[key].tel == ""
    assert str(contacts()[key].url).startswith("https://www.")


def test_every_contact_says_what_it_is_for_and_where_it_was_checked() -> None:
    for contact in contacts().values():
        assert contact.purpose.endswith(".")
        assert contact.source.checked.year >= 2026


def test_the_helpline_never_claims_to_be_always_open() -> None:
    assert "24" not in str(contacts()["helpline"].hours)
    assert "website" in str(contacts()["helpline"].hours)


def test_nobody_can_change_the_contacts_at_run_time() -> None:
    with pytest.raises(TypeError):
        contacts()["helpline"] = contacts()["police"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        contacts()["helpline"].phone = "1"  # type: ignore[misc]


def test_a_contact_without_source_or_date_is_refused(tmp_path: Path) -> None:
    assert "“source” is missing" in load(tmp_path, "name: A, purpose: B., phone: '101'")
    assert "“checked” is missing" in load(tmp_path, "name: A, purpose: B., phone: '101', source: {name: c}")


def test_a_contact_without_number_or_page_is_refused(tmp_path: Path) -> None:
    assert "needs a “phone” or a “url”" in load(tmp_path, f"name: A, purpose: B., {SOURCE}")


def test_an_unknown_entry_is_refused(tmp_path: Path) -> None:
    assert "“fax” is not known here" in load(tmp_path, f"name: A, purpose: B., phone: '101', fax: '1', {SOURCE}")


def test_a_number_with_letters_is_refused(tmp_path: Path) -> None:
    assert "Write a telephone number" in load(tmp_path, f"name: A, purpose: B., phone: ring us, {SOURCE}")


def test_no_number_rests_on_an_old_newspaper() -> None:
    for key in ("emergency", "police", "crimestoppers"):
        source = contacts()[key].source
        assert source.checked.isoformat() >= "2026-11-28"
        assert "express" not in str(source.url)


def test_facts_that_end_on_a_known_day_say_so() -> None:
    home = partnership(None)
    assert home.office and home.office.source.ends == "2028-05"  # the police and crime commissioners
    assert read(home.districts, Districts).ends == "2028-04-01"  # the fifteen councils
