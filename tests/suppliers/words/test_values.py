"""Company numbers, SIC codes, money, choices, dates, contacts, text, names: one value at a time."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledge.suppliers.words.choices import parse_date, parse_labour, parse_yes_no
from pledge.suppliers.words.company_numbers import PREFIXES, parse_company_number
from pledge.suppliers.words.contacts import parse_email, parse_postcode, parse_website
from pledge.suppliers.words.money import parse_money
from pledge.suppliers.words.normalise import has_legal_form, name_key
from pledge.suppliers.words.sic import parse_sic, sic_names
from pledge.suppliers.words.text import cell_text, clean, fold, has_hidden


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("01234567", "01234567"), ("sc 123456", "SC123456"), ("12-345-678", "12345678"), ("IP12345R", "IP12345R"),
        ("NI12345A", "NI12345A"), ("12,345,678", "12345678"), ("Company No. 01234567", "01234567"),
        ("R0000123", "R0000123"),
    ],
)  # fmt: skip
def test_company_numbers_are_brought_to_eight_characters(written: str, number: str) -> None:
    assert parse_company_number(written) == (number, None)


@pytest.mark.parametrize(
    ("written", "number"),
    [("45790", "00045790"), ("SC1234", "SC001234"), ("OC 45", "OC000045"), ("1234567.0", "01234567")],
)
def test_leading_zeros_that_a_spreadsheet_ate_are_put_back_and_told(written: str, number: str) -> None:
    assert parse_company_number(written) == (number, ("leading-zeros", number))


@pytest.mark.parametrize(
    "written", ["123456789", "ABC", "GB123", "SC1234567", "01234S67", "see notes", "1.5", "12,34", "1234.5678"]
)
def test_what_has_not_the_shape_of_a_company_number_is_wrong(written: str) -> None:
    value, finding = parse_company_number(written)
    assert (value, finding.code) == (None, "company-number-wrong")


def test_an_unknown_prefix_is_kept_with_a_warning() -> None:
    assert parse_company_number("ZZ123456") == ("ZZ123456", ("company-number-prefix", "ZZ"))


@pytest.mark.parametrize("written", ["n/a", "Sole trader", "0", "none", "not registered"])
def test_no_company_is_no_issue(written: str) -> None:
    assert parse_company_number(written) == (None, None)


@given(st.sampled_from(sorted(PREFIXES - {"R0"})), st.integers(0, 999_999))
def test_every_known_prefix_with_six_digits_is_a_company_number(prefix: str, digits: int) -> None:
    assert parse_company_number(f"{prefix}{digits:06}") == (f"{prefix}{digits:06}", None)


@pytest.mark.parametrize(
    ("written", "codes", "code"),
    [
        ("43390", ("43390",), None),
        ("43390 - Other building completion; 43310", ("43390", "43310"), None),
        ("1110", ("01110",), "sic-completed"),
        ("4339", ("43390",), "sic-completed"),
        ("47.11/0", ("47110",), None),
        ("98765", None, "sic-unknown"),
        ("building", None, "sic-unknown"),
        ("n/a", None, None),
    ],
)
def test_sic_codes(written, codes, code) -> None:
    value, finding = parse_sic(written)
    assert (value, finding and finding.code) == (codes, code)


def test_every_sic_code_of_the_table_reads_as_itself() -> None:
    assert len(sic_names()) == 730
    assert all(parse_sic(code) == ((code,), None) for code in sic_names())


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        (12.5, 1250), (537.1999999999999, 53720), (1.005, 101), (-0.005, -1), (0.0, 0), ("£1,680.00", 168000),
        ("(120.00)", -12000), ("12.50-", -1250), ("-£12", -1200), ("£-12.30", -1230), ("£5k", 500000),
        ("1.2m", 120000000),
        ("1.234,56", 123456), ("1,234", 123400), ("12,5", 1250), ("1 234.50", 123450), ("GBP 1,200", 120000),
        ("1,200 per year", 120000), ("4,072.51", 407251), ("1'000.00", 100000), ("1,234,567.89", 123456789),
    ],
)  # fmt: skip
def test_money_is_read_to_the_penny(written, pence: int) -> None:
    assert parse_money(written) == (pence, None)


@pytest.mark.parametrize(
    ("written", "pence", "code"),
    [
        ("£1,000 to £5,000", 300000, "spend-band"),
        ("10k-50k", 3000000, "spend-band"),
        ("under £500", 50000, "spend-band"),
        ("€500", None, "spend-currency"),
        ("500 USD", None, "spend-currency"),
        ("a lot", None, "spend-wrong"),
        ("12,34,567", None, "spend-wrong"),
        ("2026-01-05", None, "spend-wrong"),
        (1e20, None, "spend-wrong"),
        (float("nan"), None, "spend-wrong"),
        (float("inf"), None, "spend-wrong"),
        (True, None, "spend-wrong"),
        ("9" * 60, None, "spend-wrong"),
    ],
)
def test_money_that_needs_a_word(written, pence, code: str) -> None:
    value, finding = parse_money(written)
    assert (value, finding.code) == (pence, code)


@given(st.integers(-(10**13), 10**13))
def test_amounts_written_as_pounds_and_pence_come_back_exactly(pence: int) -> None:
    text = f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"
    assert parse_money(text) == (pence, None)


@given(st.integers(-(10**11), 10**11))
def test_amounts_kept_as_numbers_come_back_exactly(pence: int) -> None:
    assert parse_money(pence / 100) == (pence, None)


@given(st.text(max_size=80))
def test_no_text_breaks_a_reader(text: str) -> None:
    for parse in (
        parse_company_number, parse_date, parse_email, parse_labour, parse_money, parse_postcode, parse_sic,
        parse_website, parse_yes_no,
    ):  # fmt: skip
        value, finding = parse(clean(text))
        assert value is None or finding is None or finding.code


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("Yes", True),
        ("y", True),
        ("TRUE", True),
        ("✓", True),
        ("sometimes", True),
        ("No", False),
        ("0", False),
        ("never", False),
    ],
)
def test_yes_and_no(written: str, answer: bool) -> None:
    assert parse_yes_no(written) == (answer, None)


def test_what_is_neither_yes_nor_no_is_told_and_not_knowing_is_not() -> None:
    assert parse_yes_no("maybe")[1].code == "yes-no-unclear"
    assert parse_yes_no("don't know") == (None, None)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("employees", "employees"), ("Own staff", "employees"), ("PAYE", "employees"), ("agency staff", "agency"),
        ("temps", "agency"), ("temporary employees", "agency"), ("Sub-contractors", "subcontract"),
        ("self-employed", "subcontract"), ("employees and agency", "mixed"), ("both", "mixed"), ("unknown", "unknown"),
        ("TBC", "unknown"), ("-", None), ("", None),
    ],
)  # fmt: skip
def test_labour(written: str, kind: str | None) -> None:
    assert parse_labour(written) == (kind, None)


def test_labour_that_we_do_not_understand_is_told() -> None:
    assert parse_labour("robots")[1].code == "labour-unclear"


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01",
        "01/03/2026",
        "1/3/26",
        "1 March 2026",
        "1st Mar 2026",
        "01-Mar-26",
        "2026-03-01T10:00:00",
        "March 2026",
    ],
)
def test_dates_have_the_day_first(written: str) -> None:
    assert parse_date(written) == (datetime.date(2026, 3, 1), None)


@pytest.mark.parametrize("written", ["03/25/2026", "2026", "45000", "soon", "01/03/1066"])
def test_dates_that_could_be_anything_are_told(written: str) -> None:
    assert parse_date(written)[1].code == "date-unclear"


def test_contacts() -> None:
    assert parse_postcode("bb11  3df") == parse_postcode("BB113DF") == ("BB11 3DF", None)
    assert parse_postcode("Burnley")[1].code == "postcode-wrong"
    assert parse_email("Office@example.co.uk; other@example.com") == ("Office@example.co.uk", None)
    assert parse_email("office at example")[1].code == "email-wrong"
    assert parse_website("www.example.co.uk/about") == ("www.example.co.uk/about", None)
    assert parse_website("our site")[1].code == "website-wrong"


def test_text_is_cleaned_of_what_nobody_sees() -> None:
    assert clean(" Acme\u00a0 Ltd\n\t(UK)\x00\u200b\u202e ") == "Acme Ltd (UK)"
    assert has_hidden("Ac\u200bme") and has_hidden("a\x00b") and has_hidden("\ufeffa")
    assert not has_hidden("Acme\nLtd\u00a0") and not has_hidden(3.0)
    assert clean("Cafe\u0301") == "Café"


def test_joiners_that_belong_to_a_script_stay() -> None:
    assert clean("ශ්\u200dරී") == "ශ්\u200dරී"
    assert not has_hidden("ශ්\u200dරී")
    assert clean("Ac\u200dme") == "Acme"


def test_numbers_show_as_in_a_spreadsheet() -> None:
    assert [cell_text(value) for value in (12.0, 12.5, True, None, "x", 3)] == ["12", "12.5", "TRUE", "", "x", "3"]


def test_folding_compares_words() -> None:
    assert fold("  Café & Søn’s—Łódź ") == "cafe and sons lodz"
    assert fold("goods_or_service") == "goods or service"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Acme Joinery Co. Ltd", "ACME JOINERY"), ("Smith & Co", "Smith and Company Limited"),
        ("J.P. Smith", "J P Smith PLC"),
        ("Woody C I C", "Woody CIC"), ("Société Générale S.A.", "Societe Generale"), ("O'Neil Ltd", "ONeil"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme", "Acne"), ("Acme (UK) Ltd", "Acme Ltd"), ("Acme North Ltd", "Acme South Ltd"), ("Ltd", "Co")],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(min_size=1, max_size=40))
def test_a_key_is_its_own_key_but_for_legal_forms(name: str) -> None:
    assert name_key(name.upper().lower()) == name_key(name.lower()) or not name.isascii()


def test_legal_forms_speak_for_a_name() -> None:
    assert has_legal_form("Acme Ltd.") and has_legal_form("Bee GmbH") and not has_legal_form("Limited edition")
