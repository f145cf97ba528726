import datetime
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from tests.support.workbooks import (
    ods,
    ods_row,
    ods_text,
    raw_xlsx,
    row_xml,
    saved,
    sheet_xml,
    workbook_parts,
    xlsb,
    xlsx,
    zipped,
)

from pledge.suppliers.reading.frames import Opened, Rows, SheetEnd, SheetStart
from pledge.suppliers.reading.process import read
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.reading.sniffing import sniff

pytestmark = pytest.mark.usefixtures("real_readers")
ROWS = [["Supplier name", "Spend"], ["Acme Ltd", 12.5], ["Bee Ltd", 3]]


def on_disk(content: bytes):
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(content)
    file.flush()
    return file


def old_xls(*sheets) -> bytes:
    workbook = xlwt.Workbook()
    for name, rows in sheets:
        sheet = workbook.add_sheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


@pytest.mark.parametrize("make", [xlsx, old_xls], ids=["xlsx", "xls"])
def test_text_and_numbers_come_as_they_are(read_rows, make) -> None:
    assert read_rows(make(("List", ROWS))) == {
        "List": [["Supplier name", "Spend"], ["Acme Ltd", 12.5], ["Bee Ltd", 3.0]]
    }


def test_cells_keep_their_addresses_when_the_table_starts_further_in(read_rows) -> None:
    workbook = Workbook()
    workbook.active["C4"], workbook.active["D6"] = "Supplier name", "x"
    assert read_rows(saved(workbook))["Sheet"] == [[], [], [], ["", "", "Supplier name", ""], [], ["", "", "", "x"]]


def test_dates_come_as_iso_text_and_truth_values_as_such(read_rows) -> None:
    day, moment = datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001
    assert read_rows(xlsx(("S", [[day, moment, True]])))["S"] == [["2026-03-01", "2026-03-01T09:30:00", True]]


def test_a_workbook_counting_from_1904_gives_the_same_dates(read_rows) -> None:
    workbook = Workbook()
    workbook.epoch = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
    workbook.active.append([datetime.date(2026, 3, 1)])
    assert read_rows(saved(workbook))["Sheet"] == [["2026-03-01"]]


def test_errors_and_formulas_without_a_value_are_not_blank_in_xlsx(read_rows) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["Supplier name", "Spend", "Town"])
    sheet.append(["Acme Ltd", "=1+1", "#REF!"])
    sheet["C2"].data_type = "e"
    sheet.append(["", "", "x"])
    assert read_rows(saved(workbook))["Sheet"][1:] == [["Acme Ltd", None, "#REF!"], ["", "", "x"]]


def test_a_formula_with_an_empty_result_is_blank(read_rows) -> None:
    cells = (
        '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="D1"><v>3</v></c></row>'
    )
    assert read_rows(raw_xlsx(("S", sheet_xml(cells))))["S"] == [["", 2.0, "", 3.0]]


def test_errors_are_found_in_xml_with_a_name_space_prefix(read_rows) -> None:
    cells = '<x:row r="1"><x:c r="A1" t="str"><x:v>a</x:v></x:c><x:c r="B1" t="e"><x:v>#DIV/0!</x:v></x:c></x:row>'
    xml = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    assert read_rows(raw_xlsx(("S", f"{xml}{cells}</x:sheetData></x:worksheet>")))["S"] == [["a", "#DIV/0!"]]


def test_errors_are_found_far_down_in_a_large_sheet(read_rows) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("S")
    for number in range(12_000):
        sheet.append([f"Supplier number {number} with a rather long name Ltd", "", number])
    error = WriteOnlyCell(sheet, "#N/A")
    error.data_type = "e"
    sheet.append(["Last Ltd", error])
    assert read_rows(saved(workbook))["S"][-1][:2] == ["Last Ltd", "#N/A"]


def test_a_sheet_full_of_formulas_is_read_in_time(read_rows) -> None:
    row = "".join(f'<c r="{column}{{0}}"><f>A{{0}}*2</f><v>{{0}}</v></c>' for column in "CDEFGHI")  # B is empty
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c>{row.format(n)}</row>' for n in range(1, 10_001))
    assert read_rows(raw_xlsx(("S", sheet_xml(cells))))["S"][-1] == [10_000, "", *[10_000] * 7]


def test_errors_are_not_blank_in_xls(read_rows) -> None:
    workbook = xlwt.Workbook()
    for name in ("First", "Second"):
        sheet = workbook.add_sheet(name)
        sheet.write(0, 0, name)
        sheet.row(3).set_cell_error(2, 0x2A if name == "First" else 0x07)
    data = io.BytesIO()
    workbook.save(data)
    rows = read_rows(data.getvalue())
    assert (rows["First"][3][2], rows["Second"][3][2]) == ("#N/A", "#DIV/0!")


def test_errors_and_formulas_without_a_value_are_not_blank_in_ods(read_rows) -> None:
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    gap = '<table:table-cell table:number-columns-repeated="2"/>'
    rows = ods_row(ods_text("a"), gap, error) + ods_row(ods_text("b"), '<table:table-cell table:formula="of:=1+1"/>')
    table = f'<table:table table:name="S">{rows}</table:table>'
    assert read_rows(ods(table))["S"] == [["a", "", "", "#N/A"], ["b", None, "", ""]]


def test_hidden_sheets_are_listed_but_not_read_unless_asked_for(read_rows) -> None:
    content = xlsx(("Seen", ROWS), ("Lists", [["x"]]), ("Deep", [["y"]]), Lists="hidden", Deep="veryHidden")
    with on_disk(content) as file:
        opened = next(frame for frame in read(file, "xlsx") if isinstance(frame, Opened))
    assert [(sheet.name, sheet.hidden) for sheet in opened.sheets] == [("Seen", False), ("Lists", True), ("Deep", True)]
    assert set(read_rows(content)) == {"Seen"}
    assert set(read_rows(content, hidden=True)) == {"Seen", "Lists", "Deep"}
    assert set(read_rows(content, sheets=[2])) == {"Deep"}


def test_merged_cells_on_top_are_told() -> None:
    workbook = Workbook()
    workbook.active.append(["Address", "", "Spend"])
    workbook.active.merge_cells("A1:B1")
    with on_disk(saved(workbook)) as file:
        starts = [frame for frame in read(file, "xlsx") if isinstance(frame, SheetStart)]
    assert starts[0].merged == [(1, 1, 1, 2)]


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_reading_can_go_on_from_any_row(format) -> None:
    rows = [["Supplier name", "n"], *[[f"Firm {n} Ltd", n] for n in range(2, 5001)]]
    content = xlsx(("S", rows)) if format == "xlsx" else "".join(f"{a},{b}\n" for a, b in rows).encode()
    with on_disk(content) as file:
        frames = [frame for frame in read(file, format, rows_from={0: 3456}) if isinstance(frame, Rows)]
    assert frames[0].first == 3456
    assert frames[0].rows[0][0] == "Firm 3456 Ltd"
    assert sum(len(frame.rows) for frame in frames) == 5000 - 3455


def test_the_first_rows_can_be_had_alone_and_the_last(read_rows) -> None:
    content = xlsx(("S", [[f"row {n}"] for n in range(1, 500)]))
    assert len(read_rows(content, rows_at_most=20)["S"]) == 20
    assert read_rows(content, last_row_only=True)["S"][498:] == [["row 499"]]


def test_a_sheet_ends_after_a_thousand_empty_rows_and_says_so() -> None:
    rows = [["Supplier name"], ["Acme Ltd"], *[[None]] * 1100, ["Bee Ltd"]]
    with on_disk(xlsx(("S", rows))) as file:
        frames = list(read(file, "xlsx"))
    assert [frame.rows for frame in frames if isinstance(frame, Rows)] == [[["Supplier name"], ["Acme Ltd"]]]
    assert frames[-1] == SheetEnd(0, stopped_at=2)


def test_a_workbook_that_kills_the_first_reader_is_read_by_the_second(read_rows) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    error = '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3"><f>1+1</f></c></row>'
    sheet = sheet_xml(row_xml(1, A="Supplier name", C="Spend") + row_xml(2, A="Acme Ltd") + error + far)
    rows = read_rows(raw_xlsx(("Good", sheet_xml(row_xml(1, A="first"))), ("Bad", sheet)))
    assert rows["Good"] == [["first"]]
    assert rows["Bad"] == [["Supplier name", "", "Spend"], ["Acme Ltd"], ["#N/A", None]]


def test_a_cell_of_32767_characters_is_read_and_a_longer_one_refused(read_rows) -> None:
    most = "x" * 32_767
    assert read_rows(xlsx(("S", [["a", most]])))["S"] == [["a", most]]
    with pytest.raises(FileRefused) as refused:
        read_rows(raw_xlsx(("S", sheet_xml(row_xml(1, A="a") + row_xml(2, A=most + "x")))))
    assert refused.value.code == "cell-too-long"
    assert refused.value.message.startswith("Row 2: ")


def test_200_columns_are_read(read_rows) -> None:
    assert len(read_rows(xlsx(("S", [["c"] * 200, [*["d"] * 200, None]])))["S"][1]) == 200


def test_a_reader_that_does_not_answer_is_stopped_in_time() -> None:
    started = time.monotonic()
    with on_disk(xlsx(("S", ROWS))) as file, pytest.raises(FileRefused) as refused:
        list(read(file, "xlsx", wait_seconds=0.002))
    assert refused.value.code == "takes-too-long"
    assert time.monotonic() - started < 5  # the time is what this is about


def readers() -> set[int]:
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text()
    return set(map(int, children.split()))


def big_csv():
    return on_disk(b"Supplier name,Country\n" + b"Acme Ltd,UK\n" * 100_000)


def test_the_reading_process_has_nothing_of_ours(monkeypatch) -> None:
    monkeypatch.setenv("PLEDGE_SECRET_KEY", "do not tell")
    before = readers()
    with big_csv() as file:
        frames = read(file, "csv")
        next(frames)
        (reader,) = readers() - before
        process = Path(f"/proc/{reader}")
        assert b"PLEDGE" not in (process / "environ").read_bytes()
        limited = {line[:24].strip(): line[26:].split()[0] for line in (process / "limits").read_text().splitlines()}
        assert limited["Max address space"] == str(1024**3)
        assert limited["Max file size"] == limited["Max core file size"] == limited["Max processes"] == "0"
        assert limited["Max cpu time"] == "20"
        assert int(limited["Max open files"]) <= 32
        flags = (process / "fdinfo/0").read_text()
        assert int(flags.split("flags:")[1].split()[0], 8) & os.O_ACCMODE == os.O_RDONLY
        assert os.getpgid(reader) != os.getpgid(0)
        frames.close()


def test_a_caller_that_stops_early_leaves_no_process_behind() -> None:
    before = readers()
    with big_csv() as file:
        frames = read(file, "csv")
        next(frames)
        assert readers() - before
        frames.close()
    assert readers() == before


def test_reading_does_not_move_the_callers_position() -> None:
    with on_disk(xlsx(("S", ROWS))) as file:
        file.seek(7)
        list(read(file, "xlsx"))
        assert file.tell() == 7


def test_our_own_memory_does_not_grow_with_the_file() -> None:
    def peak() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    with on_disk(
        b"Supplier name,Country\n" + b"Acme Joinery and Building Services Ltd,United Kingdom\n" * 150_000
    ) as file:
        most = before = peak()
        for _ in read(file, "csv"):
            most = max(most, peak())
    assert most - before < 5 * 1024 * 1024


def test_binary_workbooks_are_read_with_their_errors(read_rows) -> None:
    rows = [["Supplier name", "Spend", "Town"], ["Acme Ltd", 12.5, "Nelson"], ["Bee Ltd", 0x2A, "Colne"]]
    assert read_rows(xlsb("List", rows)) == {"List": [rows[0], rows[1], ["Bee Ltd", "#N/A", "Colne"]]}


def test_a_workbook_with_macros_is_read_as_data() -> None:
    parts = workbook_parts([("S", sheet_xml(row_xml(1, A="Supplier name")))]) | {"xl/vbaProject.bin": "macro"}
    with on_disk(zipped(parts)) as file:
        assert sniff(file) == "xlsm"
        frames = [frame for frame in read(file, "xlsm") if isinstance(frame, Rows)]
    assert frames[0].rows == [["Supplier name"]]


def test_the_reading_process_loads_only_what_it_needs() -> None:
    code = "import sys, pledge.suppliers.reading.child; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True).stdout.split())
    assert "pledge.suppliers.reading.child" in loaded
    assert not loaded & {"openpyxl", "lxml", "rapidfuzz", "click", "litestar", "piccolo", "zipfile", "pledge.database"}
