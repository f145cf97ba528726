import pytest

from pledge.suppliers.words.countries import country_name, country_names, find_country, parse_countries, parse_country
from pledge.suppliers.words.data_files import read_table


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("scotland", "GB"), ("Northern Ireland", "GB"), ("GBR", "GB"),
        ("Great Britain", "GB"), ("Burma", "MM"), ("Myanmar (Burma)", "MM"), ("Turkey", "TR"), ("TÜRKIYE", "TR"),
        ("Côte d'Ivoire", "CI"), ("Cote d’Ivoire", "CI"), ("Ivory Coast", "CI"), ("DRC", "CD"), ("D.R.C.", "CD"),
        ("Congo, Democratic Republic of the", "CD"), ("Congo", "CG"), ("The Netherlands", "NL"), ("Holland", "NL"),
        ("P.R. China", "CN"), ("chn", "CN"), ("Korea, Republic of", "KR"), ("Viet Nam", "VN"), ("Swaziland", "SZ"),
        ("U.A.E.", "AE"), ("Bosnia & Herzegovina", "BA"), ("St. Lucia", "LC"), ("Isle of Man", "IM"), ("in", "IN"),
    ],
)  # fmt: skip
def test_names_codes_and_nicknames_are_one_country(written: str, code: str) -> None:
    assert parse_country(written) == (code, None)


def test_every_country_is_found_by_every_name_it_has() -> None:
    for row in read_table("countries"):
        for name in (row["name"], row["alpha3"], *filter(None, row["aliases"].split("|"))):
            assert find_country(name) == row["code"], name
        assert find_country(row["code"].lower()) == row["code"]


def test_no_name_belongs_to_two_countries() -> None:
    keys: dict[str, str] = {}
    for row in read_table("countries"):
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            assert keys.setdefault(name.casefold(), row["code"]) == row["code"], name


def test_there_are_the_249_of_iso_and_kosovo() -> None:
    assert len(country_names()) == 250
    assert country_name("XK") == "Kosovo"


@pytest.mark.parametrize("nothing", ["n/a", "NA", "-", "unknown", "TBC", "?"])
def test_nothing_said_is_no_issue(nothing: str) -> None:
    assert parse_country(nothing) == (None, None)


def test_a_misspelt_country_is_not_guessed_but_suggested() -> None:
    value, finding = parse_country("Bangaldesh")
    assert value is None
    assert finding == ("country-unknown", "Bangladesh")
    assert parse_country("Narnia")[1] == ("country-unknown", "")


@pytest.mark.parametrize("several", ["China, Vietnam", "EU", "various", "Worldwide", "UK & Ireland"])
def test_several_countries_are_not_one(several: str) -> None:
    value, finding = parse_country(several)
    assert value is None
    assert finding.code == "country-several"


def test_goods_may_come_from_several_countries() -> None:
    assert parse_countries("China / Vietnam") == (("CN", "VN"), None)
    assert parse_countries("India, Bangladesh and Sri Lanka") == (("IN", "BD", "LK"), None)
    assert parse_countries("Congo, Democratic Republic of the") == (("CD",), None)
    assert parse_countries("Trinidad and Tobago") == (("TT",), None)
    assert parse_countries("China, Narnia")[1].code == "country-unknown"
