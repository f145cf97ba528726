import json
import os
from pathlib import Path

from click.testing import CliRunner

from pledge.cli import main
from pledge.suppliers.reading.refusals import REFUSALS
from pledge.suppliers.rows.codes import CODES
from pledge.suppliers.rows.fields import FIELDS

GOOD = "Supplier name,Country\nAcme Ltd,UK\n"
BAD = f"{GOOD}Bee Ltd,Narnia\nCee Ltd,Narnia\nDee Ltd,Narnia\nEee Ltd,Narnia\nFee Ltd,maybe\n"


def run(*arguments: str, file: tuple[Path, str] | None = None):
    if file:
        file[0].write_text(file[1])
    return CliRunner().invoke(main, ["suppliers", *arguments])


def test_a_good_file_ends_with_0_and_one_json_object(tmp_path) -> None:
    path = tmp_path / "list.csv"
    done = run("check", str(path), "--json", file=(path, GOOD))
    assert (done.exit_code, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert list(result) == [
        "file", "format", "encoding", "sheets", "left_out", "rows", "accepted", "rejected", "warnings", "issues",
        "suppliers", "risk", "ask_countries",
    ]  # fmt: skip
    assert result["sheets"] == [
        {"name": "list", "rows": 1, "header_row": 1, "columns": {"A": "name", "B": "country_of_supply"}}
    ]
    assert result["risk"] == {"high": 0, "medium": 0, "low": 0, "unknown": 1}


def test_a_rejected_row_ends_with_1(tmp_path) -> None:
    path = tmp_path / "list.csv"
    done = run("check", str(path), "--json", file=(path, BAD))
    assert done.exit_code == 1
    result = json.loads(done.stdout)
    assert result["accepted"] + result["rejected"] == result["rows"] == 6
    assert result["issues"][0] == {
        "sheet": "list",
        "cell": "B3",
        "code": "country-unknown",
        "severity": "reject",
        "value": "Narnia",
        "message": "We do not know a country called “Narnia”.",
        "fix": "Write one country by its English name or two-letter code. Leave the cell empty if you do not know.",
    }


def test_a_refused_file_ends_with_2_and_says_why_in_both_places(tmp_path) -> None:
    path = tmp_path / "list.xls"
    done = run("check", str(path), "--json", file=(path, "<html><table>"))
    assert done.exit_code == 2
    refused = json.loads(done.stdout)["refused"]
    assert refused == {"code": "web-page", "message": REFUSALS["web-page"].message}
    assert done.stderr == f"Error: {refused['message']}\n"
    assert run("check", str(path)).stdout == ""


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("/dev/zero"), Path("/dev/null")):
        done = run("check", str(path), "--json")
        assert done.exit_code == 2
        assert json.loads(done.stdout)["refused"]["code"] == "cannot-open"


def test_people_are_told_the_counts_first_and_then_the_kinds(tmp_path) -> None:
    path = tmp_path / "list.csv"
    done = run("check", str(path), file=(path, BAD))
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "list.csv (csv, utf-8)",
        "6 rows: 1 accepted, 5 rejected.",
        "1 supplier: 0 high risk, 0 medium, 0 low, 1 to find out.",
    ]
    assert "  5 × country-unknown: The value is not the name or code of a country that we know." in lines
    assert "      and 2 more (--all lists them)" in lines
    assert "      list!B7:" not in done.stdout
    assert "      list!B7:" in run("check", str(path), "--all").stdout


def test_codes_lists_columns_issues_and_refusals() -> None:
    listed = json.loads(run("codes", "--json").stdout)
    assert [column["name"] for column in listed["columns"]] == [field.name for field in FIELDS]
    assert [column["name"] for column in listed["columns"] if column["required"]] == ["name"]
    assert [code["code"] for code in listed["issues"]] == list(CODES)
    assert [refusal["code"] for refusal in listed["refusals"]] == list(REFUSALS)
    text = run("codes").stdout
    assert all(name in text for name in (*CODES, *REFUSALS, *(field.name for field in FIELDS)))


def test_help_says_how_suppliers_are_counted() -> None:
    text = " ".join(run("check", "--help").stdout.split())
    assert "rows with the same company number, or with the same name" in text
    assert "Ends with 0" in text


def test_names_that_no_screen_should_show_do_no_harm(tmp_path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/li\xffst\x1b[31m.csv"))
    done = run("check", str(path), file=(path, "Supplier name,Country\nAcme\x1b[2J Ltd,Nar\x07nia\n"))
    assert done.exit_code == 1
    assert not {character for character in done.output if ord(character) < 32} - {"\n"}
    assert json.loads(run("check", str(path), "--json").stdout)["file"] == "li?st[31m.csv"
