"""What we propose for a file, what a member makes of it, and what is remembered for the next one.

Sheets under the same headings share one table of columns, so that a year of twelve sheets is confirmed once.
"""

from collections.abc import Mapping, Sequence
from typing import BinaryIO, NamedTuple

import msgspec

from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.rows.columns import Column
from pledge.suppliers.rows.fields import FIELD_BY_NAME, FIELDS
from pledge.suppliers.rows.planning import Saved, SheetOutline, outline
from pledge.suppliers.rows.supplier_rows import SheetPlan
from pledge.suppliers.words.text import clean, shown
from pledge.web.forms import Form

COLUMNS_ON_PAGE = 400  # that one form can carry
HEADING_CHARACTERS = 200
_SAVED = 500  # headers remembered for one organisation that are looked at


class ProposedSheet(msgspec.Struct, frozen=True):
    """One sheet as it is proposed. ``proposed`` is whether its tick is on: it has supplier names and is not hidden."""

    index: int
    name: str
    hidden: bool
    proposed: bool
    header_row: int | None
    first_data_row: int
    headings: tuple[str, ...]
    fingerprint: str
    columns: tuple[Column, ...]
    key: int | None = None
    ours: tuple[int, ...] = ()

    @property
    def has_names(self) -> bool:
        """Whether a column with supplier names was found."""
        return any(column.field == "name" for column in self.columns)


class Group(NamedTuple):
    """Sheets under the same headings with the columns they share; ``number`` is the index of the first of them."""

    number: int
    sheets: tuple[ProposedSheet, ...]
    columns: tuple[Column, ...]

    @property
    def proposed(self) -> bool:
        """Whether any of its sheets is ticked at first."""
        return any(sheet.proposed for sheet in self.sheets)


class Proposal(NamedTuple):
    """What the confirm page shows: groups with a table, and sheets that cannot be chosen with the reason why."""

    groups: tuple[Group, ...]
    left_out: tuple[tuple[ProposedSheet, str], ...]


async def saved_columns(within: OrganisationScope) -> dict[str, dict[int, str]]:
    """Return what the organisation's members confirmed before: header fingerprint → column from 0 → field."""
    rows = await sql.rows(
        "SELECT fingerprint, fields FROM saved_columns WHERE organisation = {} ORDER BY saved DESC LIMIT {}",
        within.organisation,
        _SAVED,
    )
    return {row["fingerprint"]: msgspec.json.decode(row["fields"], type=dict[int, str]) for row in rows}


def propose(file: BinaryIO, format: str, name: str, known: Mapping[str, Mapping[int, str]]) -> str:
    """Read the beginning of every sheet and return the proposal as JSON. Raises FileRefused."""
    saved: Saved = known.get
    sheets = [_proposed(sheet, name) for sheet in outline(file, format, saved)]
    return msgspec.json.encode(sheets).decode()


def _proposed(sheet: SheetOutline, file_name: str) -> ProposedSheet:
    # Excel shows a CSV file as a sheet named like the file.
    name = shown(sheet.info.name, 60) or shown(file_name.rpartition(".")[0] or file_name, 60)
    return ProposedSheet(
        index=sheet.info.index,
        name=name or f"Sheet {sheet.info.index + 1}",
        hidden=sheet.info.hidden,
        proposed=sheet.plan is not None and not sheet.info.hidden,
        header_row=sheet.header.row if sheet.header else None,
        first_data_row=sheet.first_data_row,
        headings=tuple(heading[:HEADING_CHARACTERS] for heading in sheet.header.headings) if sheet.header else (),
        fingerprint=sheet.fingerprint if sheet.header else "",
        columns=tuple(
            msgspec.structs.replace(column, heading=column.heading[:HEADING_CHARACTERS])
            for column in sheet.columns
            if column.heading or column.samples
        ),
        key=sheet.ours.key if sheet.ours else None,
        ours=sheet.ours.columns if sheet.ours else (),
    )


def proposal(outline: str) -> Proposal:
    """Return a stored proposal as the confirm page shows it."""
    sheets = msgspec.json.decode(outline, type=list[ProposedSheet])
    by_header: dict[str, list[ProposedSheet]] = {}
    left_out: list[tuple[ProposedSheet, str]] = []
    for sheet in sheets:
        if sheet.columns:
            by_header.setdefault(sheet.fingerprint or f"sheet {sheet.index}", []).append(sheet)
        else:
            left_out.append((sheet, "It is empty."))
    groups: list[Group] = []
    room = COLUMNS_ON_PAGE
    # What is proposed comes first, so that a workbook of many other sheets does not push it out.
    for same in sorted(by_header.values(), key=lambda same: not any(sheet.proposed for sheet in same)):
        columns = _shared(same)
        if len(columns) <= room:
            room -= len(columns)
            groups.append(Group(same[0].index, tuple(same), columns))
        else:
            why = "There are too many different columns for one page. Send this sheet in a file of its own."
            left_out += [(sheet, why) for sheet in same]
    return Proposal(tuple(groups), tuple(left_out))


def _shared(sheets: Sequence[ProposedSheet]) -> tuple[Column, ...]:
    """Return the columns of sheets under one header, as the first sheet with supplier names has them."""
    columns: dict[int, Column] = {}
    for sheet in sorted(sheets, key=lambda sheet: not sheet.has_names):
        for column in sheet.columns:
            known = columns.get(column.index)
            if known is None:
                other = column.field in {one.field for one in columns.values()}
                columns[column.index] = msgspec.structs.replace(column, field=None) if other else column
            elif not known.samples:
                columns[column.index] = msgspec.structs.replace(known, samples=column.samples)
    return tuple(columns[index] for index in sorted(columns))


# — the form —


def sheets_field(group: Group) -> str:
    """Return the name of the ticks for the sheets of a group."""
    return f"sheets-{group.number}"


def column_field(group: Group, column: Column) -> str:
    """Return the name of the choice for a column of a group."""
    return f"column-{group.number}-{column.index}"


def defaults(shown: Proposal) -> dict[str, str | list[str]]:
    """Return the form as it is proposed."""
    form: dict[str, str | list[str]] = {}
    for group in shown.groups:
        form[sheets_field(group)] = [str(sheet.index) for sheet in group.sheets if sheet.proposed]
        form |= {column_field(group, column): column.field for column in group.columns if column.field}
    return form


def read_plans(form: Form, shown: Proposal, *, text_file: bool) -> list[SheetPlan]:
    """Return how the ticked sheets are to be read; every problem is recorded in the form, all at once."""
    plans: list[SheetPlan] = []
    known: set[str] = set()
    for group in shown.groups:
        ticks = sheets_field(group)
        known |= {ticks, *(column_field(group, column) for column in group.columns)}
        ticked = form.choices(ticks, [str(sheet.index) for sheet in group.sheets])
        if ticked:
            columns = _chosen(form, group)
            plans += [_plan(sheet, columns, text_file) for sheet in group.sheets if str(sheet.index) in ticked]
    if any(name not in known for prefix in ("sheet", "column") for name in form.names(prefix)):
        form.fail("", "This page did not fit the file. Check the columns and send it again.", anchor="")
    if not plans:
        form.fail(sheets_field(shown.groups[0]), "Choose at least one sheet with suppliers")
    return sorted(plans, key=lambda plan: plan.sheet)


def _chosen(form: Form, group: Group) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for column in group.columns:
        name = column_field(group, column)
        field_name = form.choice(name, FIELD_BY_NAME, None)
        if not field_name:
            continue
        if field_name in chosen.values():
            title = FIELD_BY_NAME[field_name].title
            form.fail(name, f"{_where(group)}“{title}” is chosen for two columns. Choose it once.")
        chosen[column.index] = field_name
    for field in FIELDS:
        if field.required and field.name not in chosen.values():
            first = column_field(group, group.columns[0])
            form.fail(first, f"{_where(group)}Say which column has the names of your suppliers")
    return chosen


def _where(group: Group) -> str:
    return f"Sheet “{group.sheets[0].name}”: "


def _plan(sheet: ProposedSheet, columns: dict[int, str], text_file: bool) -> SheetPlan:
    return SheetPlan(
        sheet=sheet.index,
        name=clean(sheet.name),
        columns=columns,
        first_data_row=sheet.first_data_row,
        header_row=sheet.header_row,
        headings=sheet.headings,
        text_file=text_file,
        key=sheet.key,
        ours=sheet.ours,
    )


def encoded(plans: Sequence[SheetPlan]) -> str:
    """Return plans as they are stored."""
    return msgspec.json.encode(plans).decode()


async def remember(within: OrganisationScope, upload_outline: str, plans: Sequence[SheetPlan]) -> None:
    """Remember, in the current unit, what the columns under each confirmed header are."""
    sheets = {sheet.index: sheet for sheet in msgspec.json.decode(upload_outline, type=list[ProposedSheet])}
    by_header = {sheets[plan.sheet].fingerprint: plan.columns for plan in plans if sheets[plan.sheet].fingerprint}
    await sql.many(
        "INSERT INTO saved_columns (organisation, fingerprint, fields, saved, saved_by) VALUES ({}, {}, {}, {}, {}) "
        "ON CONFLICT (organisation, fingerprint) "
        "DO UPDATE SET fields = excluded.fields, saved = excluded.saved, saved_by = excluded.saved_by",
        [
            (within.organisation, fingerprint, msgspec.json.encode(dict(columns)).decode(), clock.now(), within.person)
            for fingerprint, columns in by_header.items()
        ],
    )


def needs_countries(plans: Sequence[SheetPlan]) -> bool:
    """Say whether no chosen column holds countries, so that the firm is asked for its largest suppliers'."""
    return not any(
        field in ("country_of_supply", "country_of_origin") for plan in plans for field in plan.columns.values()
    )
