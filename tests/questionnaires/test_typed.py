"""What people type as figures, dates and texts: read in one way, or refused in plain words."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge.questionnaires.kinds import (
    Choice,
    Choices,
    ChoicesMessages,
    Date,
    LongText,
    Money,
    Number,
    Percentage,
    RangeMessages,
    ShortText,
    TextMessages,
)
from pledge.questionnaires.typed import RefusedError, in_fields, read, words

PEOPLE = Number("people", "How many?", unit="people", most="5000")
HOURS = Number("hours", "How long?", unit="hours", decimals=1, least="-5", most="24.5")
MONEY = Money("fees", "How much?")
SHARE = Percentage("share", "What share?")
DAY = Date("since", "Since when?")
SHORT = ShortText("name", "Which?", longest=10)
LONG = LongText("more", "What else?", longest=20)
HOW = Choices("how", "How?", options=(
    Choice("agency", "An agency"), Choice("adverts", "Adverts"), Choice("none", "None of these", exclusive=True),
))  # fmt: skip


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (PEOPLE, "12", "12"),
        (PEOPLE, " 12 ", "12"),
        (PEOPLE, "0012", "12"),
        (PEOPLE, "0", "0"),
        (PEOPLE, "1,200", "1200"),
        (PEOPLE, "1 200", "1200"),
        (PEOPLE, "1\u00a0200", "1200"),
        (PEOPLE, "１２", "12"),
        (PEOPLE, "١٢", "12"),
        (PEOPLE, "12 people", "12"),
        (PEOPLE, "12 People", "12"),
        (PEOPLE, "12.0", "12"),
        (HOURS, "3.5", "3.5"),
        (HOURS, ".5", "0.5"),
        (HOURS, "12.50 hours", "12.5"),
        (HOURS, "\u22122.5", "-2.5"),
        (HOURS, "-0", "0"),
        (HOURS, "10.0", "10"),
        (MONEY, "£1,200", "1200"),
        (MONEY, "£ 1,200.50", "1200.5"),
        (MONEY, "￡5", "5"),
        (MONEY, "GBP 12", "12"),
        (MONEY, "12 pounds", "12"),
        (MONEY, "1,234,567", "1234567"),
        (SHARE, "12 %", "12"),
        (SHARE, "12％", "12"),
        (SHARE, "12 per cent", "12"),
        (SHARE, "100%", "100"),
        (DAY, "1 March 2026", "2026-03-01"),
        (DAY, "1st march 2026", "2026-03-01"),
        (DAY, "22 Sep 2026", "2026-09-22"),
        (DAY, "1/3/2026", "2026-03-01"),
        (DAY, "01.03.2026", "2026-03-01"),
        (DAY, "2026-03-01", "2026-03-01"),
        (DAY, "１ ３ ２０２６", "2026-03-01"),
        (DAY, "29 2 2028", "2028-02-29"),
        (SHORT, "  a   b\t", "a b"),
        (SHORT, "Zo\u0065\u0308", "Zo\u00eb"),
        (SHORT, "x" * 10, "x" * 10),
        (LONG, " a\r\n\r\nb ", "a\n\nb"),
        (LONG, "a\tb", "a b"),
    ],
)
def test_what_is_typed_is_kept_in_one_way(question, text, value):
    assert read(question, [text]) == value


@pytest.mark.parametrize("question", [PEOPLE, MONEY, SHARE, DAY, SHORT, LONG, HOW])
@pytest.mark.parametrize("typed", [[], [""], ["", "", ""], ["   "]])
def test_nothing_is_no_answer(question, typed):
    if not (question is HOW and typed == ["   "]):
        assert read(question, typed) is None


@pytest.mark.parametrize(
    ("question", "text", "message"),
    [
        (PEOPLE, "twelve", "Enter a whole number, like 12"),
        (PEOPLE, "people", "Enter a whole number, like 12"),
        (PEOPLE, "12.5", "Enter a whole number, like 12"),
        (PEOPLE, "1,20", "Enter a whole number, like 12"),
        (PEOPLE, "12,000,00", "Enter a whole number, like 12"),
        (PEOPLE, "1e3", "Enter a whole number, like 12"),
        (PEOPLE, "1-2", "Enter a whole number, like 12"),
        (PEOPLE, "NaN", "Enter a whole number, like 12"),
        (PEOPLE, "-1", "Enter 0 people or more"),
        (PEOPLE, "5001", "Enter 5,000 people or less"),
        (PEOPLE, "9" * 40, "Enter 5,000 people or less"),
        (PEOPLE, "9" * 61, "This is too long for a number"),
        (HOURS, "3.55", "Enter a number, like 3.5, with at most 1 digit after the point"),
        (HOURS, "-5.5", "Enter −5 hours or more"),
        (HOURS, "24.6", "Enter 24.5 hours or less"),
        (MONEY, "£", "Enter an amount in pounds, like 1,200.50, with at most 2 digits after the point"),
        (MONEY, "1.234,56", "Enter an amount in pounds, like 1,200.50, with at most 2 digits after the point"),
        (MONEY, "€5", "Enter an amount in pounds, like 1,200.50, with at most 2 digits after the point"),
        (MONEY, "1.005", "Enter an amount in pounds, like 1,200.50, with at most 2 digits after the point"),
        (MONEY, "-5", "Enter £0 or more"),
        (MONEY, "1000000000000", "Enter £999,999,999,999 or less"),
        (SHARE, "101", "Enter 100% or less"),
        (SHARE, "half", "Enter a percentage, like 12"),
        (SHARE, "12.5", "Enter a percentage, like 12"),
        (DAY, "1 March", "Enter a day, a month and a year, like 1 3 2026 or 1 March 2026"),
        (DAY, "soon", "Enter a day, a month and a year, like 1 3 2026 or 1 March 2026"),
        (DAY, "1 Marsh 2026", "Enter a day, a month and a year, like 1 3 2026 or 1 March 2026"),
        (DAY, "1 3 26", "Write the year with four digits, like 2026"),
        (DAY, "31 2 2026", "“31 2 2026” is not a day of the calendar"),
        (DAY, "0 1 2026", "“0 1 2026” is not a day of the calendar"),
        (DAY, "1 13 2026", "“1 13 2026” is not a day of the calendar"),
        (DAY, "1 1 0000", "“1 1 0000” is not a day of the calendar"),
        (DAY, "31 12 1899", "Enter a date from 1 January 1900 on"),
        (DAY, "1 1 2101", "Enter a date up to 31 December 2100"),
        (SHORT, "x" * 11, "This is 11 characters long. Use 10 or fewer"),
        (LONG, "x" * 21, "This is 21 characters long. Use 20 or fewer"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_plain_words(question, text, message):
    with pytest.raises(RefusedError) as refused:
        read(question, [text])
    assert str(refused.value) == message


@pytest.mark.parametrize("question", [PEOPLE, MONEY, SHARE, DAY, SHORT, LONG])
@pytest.mark.parametrize("char", ["\0", "\x07", "\x7f", "\u202e", "\u2066", "\u200f", "\u061c", "\ud800"])
def test_characters_that_nobody_sees_are_refused_with_their_place(question, char):
    with pytest.raises(RefusedError, match=r"^Character 2 cannot be seen"):
        read(question, [f"1{char}2"])


def test_a_short_text_has_one_line():
    with pytest.raises(RefusedError, match=r"^Character 2 cannot be seen"):
        read(SHORT, ["a\nb"])


def test_choices_are_kept_in_the_order_of_the_file():
    assert read(HOW, ["", "adverts", "agency", "adverts"]) == ("agency", "adverts")
    assert read(HOW, ["none"]) == ("none",)


def test_none_of_these_goes_with_no_other():
    with pytest.raises(RefusedError, match="Choose “None of these” on its own, or the others without it"):
        read(HOW, ["none", "agency"])
    with pytest.raises(RefusedError, match="Choose from the answers on the page"):
        read(HOW, ["agency", "made-up"])


def test_a_file_says_what_is_said_in_its_own_words():
    own = RangeMessages(unreadable="In figures", too_low="More", too_high="Less")
    asked = Number("people", "How many?", least="5", most="6", messages=own)
    first, last = datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)
    day = Date("since", "When?", earliest=first, latest=last, messages=own)
    cases = ((asked, "x", "In figures"), (asked, "4", "More"), (asked, "7", "Less"), (asked, "5.5", "In figures"),
             (day, "x", "In figures"), (day, "1 1 26", "In figures"), (day, "31 12 2025", "More"),
             (day, "3 1 2026", "Less"), (day, "30 2 2026", "In figures"))  # fmt: skip
    for question, text, message in cases:
        with pytest.raises(RefusedError, match=f"^{message}$"):
            read(question, [text])
    with pytest.raises(RefusedError, match=r"^Shorter$"):
        read(ShortText("name", "Which?", longest=1, messages=TextMessages(too_long="Shorter")), ["ab"])
    how = Choices("how", "How?", options=HOW.options, messages=ChoicesMessages(contradiction="Which?"))
    with pytest.raises(RefusedError, match=r"^Which\?$"):
        read(how, ["none", "agency"])


@pytest.mark.parametrize(
    ("question", "value", "said", "field"),
    [
        (PEOPLE, "1200", "1,200 people", "1200"),
        (HOURS, "-2.5", "−2.5 hours", "-2.5"),
        (Number("n", "How many?"), "1234.5", "1,234.5", "1234.5"),
        (MONEY, "1200.5", "£1,200.50", "1200.50"),
        (MONEY, "1200", "£1,200", "1200"),
        (SHARE, "12", "12%", "12"),
        (DAY, "2026-03-01", "1 March 2026", "2026-03-01"),
        (SHORT, "Best Hands", "Best Hands", "Best Hands"),
    ],
)
def test_a_value_is_shown_in_words_and_in_its_field(question, value, said, field):
    assert (words(question, value, {}), in_fields(question, value)) == (said, field)


@given(st.sampled_from([PEOPLE, HOURS, MONEY, SHARE, DAY, SHORT, LONG]), st.text(max_size=30))
@settings(derandomize=True, deadline=None, database=None)
def test_whatever_is_typed_is_read_or_refused_and_what_is_kept_reads_as_itself(question, text):
    try:
        value = read(question, [text])
    except RefusedError as refused:
        assert str(refused) and not str(refused).endswith(".")
        return
    if value is not None:
        assert read(question, [in_fields(question, value)]) == value
        assert read(question, [words(question, value, {})]) == value


@given(st.decimals(min_value=0, max_value=999_999_999_999, places=2))
@settings(derandomize=True, deadline=None, database=None)
def test_an_amount_reads_back_from_its_words_and_its_field(amount):
    value = read(MONEY, [str(amount)])
    assert read(MONEY, [words(MONEY, value, {})]) == read(MONEY, [in_fields(MONEY, value)]) == value
