import csv
import io

import pytest

from pledge.suppliers.reading.delimited import Delimited, find_encoding
from pledge.suppliers.reading.refusals import FileRefused


def rows(data: bytes) -> list[list[str]]:
    return list(Delimited(data).rows())


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
    ],
)
def test_the_pound_sign_survives_every_encoding(encoding, found) -> None:
    text = "Supplier name,Net Amount(£)\r\nCafé Blackburn Ltd,£250.00\r\n"
    data = text.encode(encoding)
    assert find_encoding(data) == found
    assert rows(data) == [["Supplier name", "Net Amount(£)"], ["Café Blackburn Ltd", "£250.00"]]


def test_an_oe_in_a_word_is_not_taken_for_a_dos_pound() -> None:
    data = "Supplier name,Spend\nHors d'œuvre Ltd,12\nCafé Ltd,3".encode("cp1252")
    assert find_encoding(data) == "cp1252"
    assert rows(data)[1][0] == "Hors d'œuvre Ltd"


def test_bytes_that_windows_does_not_know_are_dos() -> None:
    assert rows("Name\nMüller Ltd\n".encode("cp850"))[1] == ["Müller Ltd"]


def test_a_file_cut_inside_its_last_letter_is_still_utf_8() -> None:
    assert find_encoding("Name\nCafé Ltd\nCafé".encode()[:-1]) == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_found(delimiter) -> None:
    table = [["Supplier name", "Town", "Spend"], ["Smith, Jones; Sons", "Burnley", "1,50"], ["Acme", "Nelson", "2"]]
    data = io.StringIO()
    csv.writer(data, delimiter=delimiter).writerows(table)
    opened = Delimited(data.getvalue().encode())
    assert (opened.delimiter, list(opened.rows())) == (delimiter, table)


def test_one_column_needs_no_mark() -> None:
    assert rows(b"Supplier name\nAcme Ltd\n") == [["Supplier name"], ["Acme Ltd"]]


def test_a_line_that_names_the_mark_is_obeyed_and_not_counted() -> None:
    assert rows(b"sep=;\r\nName;Spend\r\nA, B;1\r\n") == [["Name", "Spend"], ["A, B", "1"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_and_inside_quotes(end) -> None:
    data = f'Name,Address{end}Acme,"1 Mill Lane{end}Burnley"{end}Bee,x{end}'.encode()
    assert rows(data) == [["Name", "Address"], ["Acme", f"1 Mill Lane{end}Burnley"], ["Bee", "x"]]


def test_spaces_before_quotes_do_not_break_them() -> None:
    assert rows(b'Name, Town\n"Smith, J", "Nelson, Lancs"\n')[1] == ["Smith, J", "Nelson, Lancs"]


def test_quotes_inside_a_cell_are_kept() -> None:
    assert rows(b'Name,Town\nThe "Old" Mill,Nelson\n"Say ""hi""",x\n')[1:] == [
        ['The "Old" Mill', "Nelson"],
        ['Say "hi"', "x"],
    ]


def test_a_quotation_mark_that_never_closes_is_refused_with_its_row() -> None:
    with pytest.raises(FileRefused) as refused:
        rows(b'Name,Town\nAcme,Nelson\n"Bee,Nelson\nCee,Nelson\n')
    assert (refused.value.code, refused.value.message[:6]) == ("unclosed-quote", "Row 3:")


def test_a_last_line_without_an_end_is_read() -> None:
    assert rows(b"Name,Town\nAcme,Nelson")[-1] == ["Acme", "Nelson"]
