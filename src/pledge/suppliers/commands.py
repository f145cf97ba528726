"""``pledge suppliers``: try a supplier file without keeping anything, list the codes, rate anew."""

import gc
import stat
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import click
import msgspec

from pledge.command_line import with_database
from pledge.suppliers.checking import CheckResult
from pledge.suppliers.checking import check as check_file
from pledge.suppliers.reading.refusals import REFUSALS, FileRefused
from pledge.suppliers.risk.rules import LEVELS
from pledge.suppliers.rows.codes import CODES, SEVERITIES, Issue
from pledge.suppliers.rows.fields import FIELD_BY_NAME, FIELDS
from pledge.suppliers.words.text import shown
from pledge.words.numbers import plural

_EXAMPLES = 3
_HEADLINES = {"reject": "Rejected", "warn": "With a warning", "mended": "Mended or left out"}
_LEFT_OUT = {"hidden": "hidden", "empty": "empty", "no-name-column": "no column with supplier names found"}

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")


@click.group()
def suppliers() -> None:
    """Try supplier files, list what can be said about them, rate suppliers anew."""


@suppliers.command()
@click.argument("file", metavar="FILE")
@_json_option
@click.option("--all", "show_all", is_flag=True, help="List every issue, not only the first three of each kind.")
def check(file: str, as_json: bool, show_all: bool) -> None:
    """Try a supplier list: which columns we find, which rows we would take, and how risky they look.

    Nothing is stored and no database is needed. FILE may be xlsx, xlsm, xlsb, xls, ods, csv or tsv.

    Rows are the rows that are suppliers or should be; totals, empty rows and repeated headings are not counted.
    Suppliers are those rows put together: rows with the same company number, or with the same name (case, Ltd and
    the like apart) and the same country, are one supplier.

    Ends with 0 when every row is accepted, 1 when a row is rejected, 2 when the file is refused.
    """
    try:
        with _uncollected(), _opened(Path(file)) as opened:
            result = check_file(opened, shown(Path(file).name.encode("utf-8", "replace").decode(), 255))
    except FileRefused as refused:
        _refuse(refused, as_json)
    if as_json:
        _print_json(result)
    else:
        _tell(result, show_all)
    sys.exit(1 if result.rejected else 0)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do not look for garbage: every row that a check reads is needed to its end."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileRefused("cannot-open")
        file = path.open("rb")
    except (OSError, ValueError):
        raise FileRefused("cannot-open") from None
    with file:
        yield file


def _refuse(refused: FileRefused, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"refused": {"code": refused.code, "message": refused.message}})
    click.echo(f"Error: {refused.message}", err=True)
    sys.exit(2)


def _print_json(value: object) -> None:
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


def _tell(result: CheckResult, show_all: bool) -> None:
    encoding = f", {result.encoding}" if result.encoding else ""
    click.echo(f"{result.file} ({result.format}{encoding})")
    click.echo(f"{plural(result.rows, 'row')}: {result.accepted:,} accepted, {result.rejected:,} rejected.")
    high, medium, low, unknown = (result.risk[level] for level in LEVELS)
    suppliers = plural(result.suppliers, "supplier")
    click.echo(f"{suppliers}: {high:,} high risk, {medium:,} medium, {low:,} low, {unknown:,} to find out.")
    click.echo("")
    for sheet in result.sheets:
        headings = f"headings in row {sheet.header_row}" if sheet.header_row else "no headings found"
        columns = ", ".join(f"{letter} {FIELD_BY_NAME[field].title}" for letter, field in sheet.columns.items())
        rows = plural(sheet.rows, "row")
        click.echo(f"Sheet “{sheet.name}”: {rows}, {headings}: {columns}")
    for left_out in result.left_out:
        click.echo(f"Sheet “{left_out.name}”: not read ({_LEFT_OUT[left_out.reason]})")
    _tell_issues(result.issues, show_all)
    if result.ask_countries:
        click.echo("\nThis list has no countries. Ask these suppliers first where they supply from:")
        for name in result.ask_countries:
            click.echo(f"  {name}")


def _tell_issues(issues: list[Issue], show_all: bool) -> None:
    by_code: defaultdict[str, list[Issue]] = defaultdict(list)
    for one in issues:
        by_code[one.code].append(one)
    for severity in SEVERITIES:
        codes = [code for code in CODES.values() if code.severity == severity and code.code in by_code]
        if codes:
            click.echo(f"\n{_HEADLINES[severity]}:")
        for code in sorted(codes, key=lambda one: -len(by_code[one.code])):
            found = by_code[code.code]
            click.echo(f"  {len(found):,} × {code.code}: {code.meaning}")
            for one in found if show_all else found[:_EXAMPLES]:
                click.echo(f"      {one.sheet}!{one.cell}: {one.message} {one.fix}")
            if len(found) > _EXAMPLES and not show_all:
                click.echo(f"      and {len(found) - _EXAMPLES:,} more (--all lists them)")


@suppliers.command()
@_json_option
def codes(as_json: bool) -> None:
    """List the columns we understand, the codes of issues, and the reasons to refuse a file."""
    if as_json:
        _print_json(
            {
                "columns": [
                    {
                        "name": field.name,
                        "title": field.title,
                        "required": field.required,
                        "meaning": field.meaning,
                        "headings": list(field.headings),
                    }
                    for field in FIELDS
                ],
                "issues": [
                    {
                        "code": code.code,
                        "severity": code.severity,
                        "meaning": code.meaning,
                        "message": code.message,
                        "fix": code.fix,
                    }
                    for code in CODES.values()
                ],
                "refusals": [{"code": refusal.code, "message": refusal.message} for refusal in REFUSALS.values()],
            }
        )
        return
    click.echo("Columns")
    for field in FIELDS:
        needed = " (needed)" if field.required else ""
        click.echo(f"  {field.name:18} {field.title}{needed}: {field.meaning}")
    for severity in SEVERITIES:
        click.echo(f"\n{_HEADLINES[severity]} ({severity})")
        for code in CODES.values():
            if code.severity == severity:
                click.echo(f"  {code.code:23} {code.meaning}")
    click.echo("\nWhole file refused")
    for refusal in REFUSALS.values():
        click.echo(f"  {refusal.code:23} {refusal.message}")


@suppliers.command()
@_json_option
@with_database
async def rerate(as_json: bool) -> None:
    """Rate every supplier anew that was rated by other rules than these.

    Run it when a goods list, a word list or the rules were replaced by newer ones. It may be stopped and run again.
    """
    from pledge.suppliers.listed import rerating
    from pledge.suppliers.risk.rules import VERSION

    moved = await rerating.rerate()
    if as_json:
        _print_json({"rules": VERSION, "suppliers": sum(moved.values()), "moved": moved})
        return
    click.echo(f"{plural(sum(moved.values()), 'supplier was', 'suppliers were')} rated anew by rules {VERSION}.")
    for step, count in moved.most_common():
        click.echo(f"  {step}: {count:,}")
