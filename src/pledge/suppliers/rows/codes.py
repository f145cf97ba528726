"""Every issue that a row or a cell can have: the one list behind the check, the pages, the docs and the template.

Severities: ``reject`` (the row is kept with the upload but is not taken into the list), ``warn`` (the row is taken,
this value is left out or may be wrong), ``mended`` (we changed or left out something and say what). Pure.
"""

import string
from typing import Literal, NamedTuple

import msgspec

from pledge.suppliers.reading import limits
from pledge.suppliers.words.findings import Finding
from pledge.suppliers.words.text import shown

Severity = Literal["reject", "warn", "mended"]
SEVERITIES: tuple[Severity, ...] = ("reject", "warn", "mended")
NAME_CHARACTERS = 200
TEXT_CHARACTERS = 1_000


class Code(NamedTuple):
    """One kind of issue. ``message`` and ``fix`` may hold {value} and {hint}; ``hinted_fix`` is used with a hint."""

    code: str
    severity: Severity
    meaning: str
    message: str
    fix: str
    hinted_fix: str = ""


class Issue(msgspec.Struct, frozen=True, omit_defaults=False):
    """One issue of one cell: where, what, and how to put it right. ``cell`` is as Excel shows it (“B7”)."""

    sheet: str
    cell: str
    code: str
    severity: Severity
    value: str
    message: str
    fix: str

    @property
    def row(self) -> int:
        """The row of its cell, as Excel counts."""
        return int(self.cell.lstrip(string.ascii_uppercase))


_COUNTRY_FIX = "Write one country by its English name or two-letter code."

_ALL = (
    Code(
        "name-missing", "reject", "The row has no supplier name.",
        "This row has no supplier name.",
        "Write the supplier’s name in this cell, or delete the row if it is not a supplier.",
    ),
    Code(
        "name-placeholder", "reject", "The name stands for no supplier: n/a, redacted, various, third party.",
        "“{value}” is not the name of a supplier.",
        "Write the supplier’s name, or delete the row if it is not a supplier.",
    ),
    Code(
        "name-no-letters", "reject", "The name has no letters in it.",
        "“{value}” has no letters, so it does not look like a name.",
        "Check that this column holds names, not codes. If it is a name, write it in words.",
    ),
    Code(
        "name-too-long", "reject", f"The name has more than {NAME_CHARACTERS} characters.",
        f"This name has more than {NAME_CHARACTERS} characters.",
        "Write only the supplier’s name in this cell.",
    ),
    Code(
        "company-number-wrong", "reject", "The value does not have the shape of a UK company number.",
        "“{value}” is not a UK company number.",
        "Copy the eight characters from the Companies House register, such as 01234567 or SC123456. Leave the cell"
        " empty if they are not a UK company.",
    ),
    Code(
        "country-unknown", "reject", "The value is not the name or code of a country that we know.",
        "We do not know a country called “{value}”.",
        f"{_COUNTRY_FIX} Leave the cell empty if you do not know.",
        f"Did you mean {{hint}}? {_COUNTRY_FIX}",
    ),
    Code(
        "spend-wrong", "reject", "The value is not an amount of money.",
        "“{value}” is not an amount of money.",
        "Write a number in pounds, such as 1250.00, or leave the cell empty.",
    ),
    Code(
        "cell-error", "warn", "The cell holds an error such as #N/A, so its value is missing.",
        "This cell holds the error {value}, so we have no value for it.",
        "Correct the formula, or type the value in.",
    ),
    Code(
        "formula-not-calculated", "warn", "The cell holds a formula without a result.",
        "This cell holds a formula that was never calculated, so we have no value for it.",
        "Type the value in, or open the file in Excel or LibreOffice, save it and send it again. Either will do.",
    ),
    Code(
        "company-number-prefix", "warn", "The company number begins with letters that we do not know.",
        "We do not know company numbers that begin with “{hint}”.",
        "Compare the number with the Companies House register. We keep it as it is.",
    ),
    Code(
        "company-number-abroad", "warn", "The supplier is abroad and the value is not a UK company number.",
        "“{value}” is not a UK company number, so we leave it out.",
        "Nothing to do: this column is for UK companies only.",
    ),
    Code(
        "country-several", "warn", "The value names several countries or a whole region.",
        "“{value}” is not one country, so we count the country as unknown.",
        _COUNTRY_FIX,
    ),
    Code(
        "spend-currency", "warn", "The amount is not in pounds.",
        "“{value}” is not in pounds, so we leave it out.",
        "Write the amount in pounds.",
    ),
    Code(
        "sic-unknown", "warn", "The value is not a SIC 2007 code in the Companies House list.",
        "“{hint}” is not a SIC 2007 code that we know, so we leave it out.",
        "Copy the five digits from the supplier’s page on the Companies House register.",
    ),
    Code(
        "labour-unclear", "warn", "We cannot tell whose workers do the work.",
        "We cannot tell from “{value}” whose workers do the work, so we count it as unknown.",
        "Write employees, agency, subcontract, mixed or unknown.",
    ),
    Code(
        "yes-no-unclear", "warn", "The value is neither yes nor no.",
        "“{value}” is neither yes nor no, so we count it as unknown.",
        "Write yes or no.",
    ),
    Code(
        "date-unclear", "warn", "The value is not a date that we can read.",
        "“{value}” is not a date that we can read, so we leave it out.",
        "Write the date as day, month and year, such as 21/11/2026.",
    ),
    Code(
        "email-wrong", "warn", "The value is not an e-mail address.",
        "“{value}” is not an e-mail address, so we leave it out.",
        "Write one address, such as office@example.co.uk.",
    ),
    Code(
        "postcode-wrong", "warn", "The value does not have the shape of a UK postcode.",
        "“{value}” is not a UK postcode, so we leave it out.",
        "Write the postcode, such as BB11 3DF, or leave the cell empty.",
    ),
    Code(
        "website-wrong", "warn", "The value is not the address of a website.",
        "“{value}” is not the address of a website, so we leave it out.",
        "Write an address such as www.example.co.uk.",
    ),
    Code(
        "text-too-long", "warn", f"The text has more than {TEXT_CHARACTERS:,} characters.",
        f"This text has more than {TEXT_CHARACTERS:,} characters. We keep the beginning.",
        "Write a few words.",
    ),
    Code(
        "broken-characters", "warn", "The text holds �, so letters were lost before the file came to us.",
        "“{value}” has letters that were lost when the file was made.",
        "Type the text in again.",
    ),
    Code(
        "extra-cells", "warn", "A row of a CSV file has more cells than there are headings.",
        "This row has more cells than there are headings, from “{value}” on.",
        "A comma inside a name needs quotation marks around the name. Check that the row’s cells are in their columns.",
    ),
    Code(
        "sheet-cut", "warn", f"More follows below {limits.BLANK_ROWS:,} empty rows; we did not read it.",
        f"There is more below {limits.BLANK_ROWS:,} empty rows. We stopped reading here.",
        "Delete the empty rows and send the file again.",
    ),
    Code(
        "leading-zeros", "mended", "Zeros that a spreadsheet took off a company number were put back.",
        "We read “{value}” as company number {hint}.",
        "Check the number. Format the column as text to keep its zeros.",
    ),
    Code(
        "sic-completed", "mended", "A SIC code of four digits was completed to five.",
        "We read “{value}” as SIC code {hint}.",
        "Check the code. Format the column as text to keep its zeros.",
    ),
    Code(
        "spend-band", "mended", "A band or limit of money was read as one amount.",
        "We read “{value}” as {hint}.",
        "Write one amount if you know it.",
    ),
    Code(
        "hidden-characters", "mended", "Characters that nobody can see were taken out.",
        "We took hidden characters out of “{value}”.",
        "Nothing to do.",
    ),
    Code(
        "total-row", "mended", "The row is a total and not a supplier; it was left out and is not counted.",
        "“{value}” is a total, so we left this row out.",
        "Nothing to do.",
    ),
    Code(
        "heading-again", "mended", "The row repeats the headings; it was left out and is not counted.",
        "This row repeats the headings, so we left it out.",
        "Nothing to do.",
    ),
    Code(
        "left-out", "mended",
        "You or a colleague said that this row is no supplier; it was left out and is not counted.",
        "You said that this row is not a supplier, so we leave it out.",
        "Nothing to do. If it is a supplier after all, open the row on the page of its file.",
    ),
    Code(
        "fixed-here", "mended", "You or a colleague put this row right on the page of its file.",
        "You put this row right here, so we go by what you wrote and not by the file.",
        "Nothing to do. You can change the row again on the page of its file.",
    ),
    Code(
        "fixed-in-file", "mended", "This row was not taken, and a newer file has it put right.",
        "This row was put right in a file that you sent later.",
        "Nothing to do.",
    ),
    Code(
        "row-key-unknown", "mended", "The row’s hidden key is not of the file that was sent back, so we go without it.",
        "The hidden key of this row is not one that we gave to your file, so we go by the row’s name and number.",
        "Nothing to do. Please leave the last column of the annotated workbook as it is.",
    ),
    Code(
        "row-key-twice", "mended", "Several rows have the same hidden key, so we go without it.",
        "Other rows have the same hidden key as this one, so we go by the row’s name and number.",
        "Nothing to do. To add a supplier to the annotated workbook, begin a new row instead of copying one.",
    ),
)  # fmt: skip

CODES = {code.code: code for code in _ALL}
# The row is not taken, and there is nothing to do about it: code → how it is settled (see ``tables.UploadRow``).
LEFT_OUT = {
    "total-row": "left-out",
    "heading-again": "left-out",
    "left-out": "left-out",
    "fixed-in-file": "replaced",
}
SEVERITY_MEANINGS: dict[Severity, str] = {
    "reject": "The row is not taken until it is fixed",
    "warn": "The row is taken, this value may be missing or wrong",
    "mended": "We changed or left out something",
}


def code_rows() -> list[tuple[str, str, str, str]]:
    """Return the list of codes as workbooks show it: code, how bad, what it means, how to fix it."""
    return [(code.code, SEVERITY_MEANINGS[code.severity], code.meaning, code.fix) for code in CODES.values()]


def issue(sheet: str, cell: str, finding: Finding, value: object) -> Issue:
    """Put a finding about a cell into words."""
    code = CODES[finding.code]
    display = shown(value)
    fix = code.hinted_fix if finding.hint and code.hinted_fix else code.fix
    return Issue(
        sheet,
        cell,
        code.code,
        code.severity,
        display,
        code.message.format(value=display, hint=finding.hint),
        fix.format(value=display, hint=finding.hint),
    )
