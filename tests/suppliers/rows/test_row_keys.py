"""Row keys and our own columns: made, read, and known again; a key that is not ours says nothing."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledge.suppliers.rows.row_keys import (
    CODES_HEADINGS,
    HEADINGS,
    RowKey,
    find_ours,
    is_codes_sheet,
    read_key,
    write_key,
)

FIRM, OTHER, UPLOAD = uuid4(), uuid4(), uuid4()
KEY = write_key(FIRM, RowKey(UPLOAD, 0, 7))


@given(st.uuids(), st.uuids(), st.integers(0, 63), st.integers(1, 2**31))
def test_a_key_says_its_row_to_its_own_organisation_only(firm: UUID, upload: UUID, sheet: int, number: int) -> None:
    key = write_key(firm, RowKey(upload, sheet, number))
    assert read_key(firm, key) == read_key(firm, f" {key}\n") == RowKey(upload, sheet, number)
    assert read_key(OTHER, key) is None


@pytest.mark.parametrize("at", range(3, len(KEY)))
def test_a_key_with_a_letter_changed_says_nothing(at: int) -> None:
    forged = KEY[:at] + ("A" if KEY[at] != "A" else "B") + KEY[at + 1 :]
    assert read_key(FIRM, forged) is None


@pytest.mark.parametrize(
    "cell", ["", "x", KEY[:-1], KEY + "A", KEY.replace("pl.", "PL."), str(UPLOAD), 7.0, True, None]
)
def test_other_cells_are_no_keys(cell) -> None:
    assert read_key(FIRM, cell) is None


@pytest.mark.parametrize(
    ("headings", "row", "ours"),
    [
        (["Name", *HEADINGS], ["Acme", "Taken", "", "", KEY], (4, (1, 2, 3, 4))),
        (["Status", "Name", *HEADINGS], ["Live", "Acme", "Taken", "", "", KEY], (5, (2, 3, 4, 5))),
        ([HEADINGS[3], "Name", "Status"], [KEY, "Acme", "Taken"], (0, (0, 2))),
        (["Name", "Key"], ["Acme", KEY], (1, (1,))),
        (["Name", *HEADINGS], ["Acme"], (4, (1, 2, 3, 4))),
        ([], ["Acme", 5.0, "Not taken", "x", "y", KEY], (5, (2, 3, 4, 5))),
        ([], ["Acme", "Burnley", "x", "y", KEY], (4, (4,))),
        (["Name", "Status", "Problem", "How to fix"], ["Acme", "Live", "", ""], None),
        ([], [], None),
    ],
)  # fmt: skip
def test_our_columns_are_known_by_the_keys_in_them_or_by_their_headings(headings, row, ours) -> None:
    assert find_ours(headings, [headings, row]) == ours


def test_our_list_of_codes_is_known() -> None:
    assert is_codes_sheet([list(CODES_HEADINGS), ["name-missing"]])
    assert not is_codes_sheet([]) and not is_codes_sheet([["Code", "Name"]])
