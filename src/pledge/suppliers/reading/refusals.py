"""Why a whole file is refused: one code, one plain message that says what to do. Pure."""

from typing import NamedTuple

from pledge.suppliers.reading import limits


class FileRefusal(NamedTuple):
    """One reason to refuse a file. ``message`` says what happened and then what to do."""

    code: str
    message: str


_SAVE_AS = "Open it in Excel or LibreOffice, choose “Save as”, pick “Excel Workbook (.xlsx)”, and send us that."

_ALL = (
    FileRefusal("cannot-open", "We could not open this file. Check its name, and that you may read it."),
    FileRefusal("empty-file", "This file is empty. Export or save your supplier list again and send us the new file."),
    FileRefusal(
        "file-too-large",
        f"This file is larger than {limits.FILE_BYTES // 1024**2} MB. Keep the supplier columns, delete the other"
        " sheets and pictures, or split the list into several files.",
    ),
    FileRefusal("web-page", f"This file is a web page, although its name says something else. {_SAVE_AS}"),
    FileRefusal("xml-spreadsheet", f"This file is an old XML spreadsheet. {_SAVE_AS}"),
    FileRefusal("pdf", "This file is a PDF, and we cannot read tables from PDFs. Ask for the list as a spreadsheet."),
    FileRefusal("picture", "This file is a picture. Send us the list as a spreadsheet (.xlsx, .xls or .csv)."),
    FileRefusal("document", f"This file is a document, not a spreadsheet. {_SAVE_AS}"),
    FileRefusal(
        "numbers-file",
        "This file is from Apple Numbers. Choose File, “Export to”, “Excel”, and send us that.",
    ),
    FileRefusal("archive", "This file is an archive. Unpack it and send us the spreadsheet that is inside."),
    FileRefusal(
        "not-a-spreadsheet",
        "We do not recognise this file as a spreadsheet. Send us an Excel workbook (.xlsx or .xls) or a CSV file.",
    ),
    FileRefusal(
        "password-protected",
        "This file is protected with a password. Open it, take the password off (File, Info, “Protect Workbook”),"
        " save it, and send us the new file.",
    ),
    FileRefusal(
        "damaged-file",
        "This file is damaged or cut short. Open it in Excel or LibreOffice, save it again, and send us the new file.",
    ),
    FileRefusal(
        "unsafe-file",
        "This file contains parts that a spreadsheet never needs, so we did not open it. Copy the list into a new"
        " workbook, save that, and send it to us.",
    ),
    FileRefusal(
        "unpacks-too-large",
        "This file is small but unpacks to an enormous size, so we did not open it. Copy the list into a new"
        " workbook, save that, and send it to us.",
    ),
    FileRefusal(
        "too-many-sheets",
        f"This workbook has more than {limits.SHEETS} sheets. Delete the sheets without suppliers and send it again.",
    ),
    FileRefusal(
        "too-many-rows",
        f"This file has more than {limits.ROWS:,} rows. Split it into several files, or export one row per supplier.",
    ),
    FileRefusal(
        "too-many-columns",
        f"This file has cells beyond column {limits.COLUMNS}. Delete the columns we do not need and send it again.",
    ),
    FileRefusal(
        "cell-too-long",
        f"A cell has more than {limits.CELL_CHARACTERS:,} characters. In a CSV file this is nearly always a quotation"
        " mark that is never closed. Correct that cell and send the file again.",
    ),
    FileRefusal(
        "unclosed-quote",
        "A quotation mark in this CSV file is never closed, so we cannot tell where the cells end. Correct it, or"
        " save the list as an Excel workbook.",
    ),
    FileRefusal(
        "takes-too-long",
        "This file takes too long to read. Copy the list into a new workbook without formatting, and send us that.",
    ),
    FileRefusal(
        "needs-too-much-memory",
        "This file needs too much memory to read. Copy the list into a new workbook without formatting, and send us"
        " that.",
    ),
    FileRefusal("unreadable", f"We could not read this file. {_SAVE_AS}"),
    FileRefusal("no-data", "We found no rows in this file. Check that the supplier list is in it and send it again."),
    FileRefusal(
        "no-name-column",
        "We could not find a column with the names of your suppliers. Give that column the heading “Supplier name”"
        " and send the file again.",
    ),
    FileRefusal(
        "no-suppliers",
        "This file has headings but no suppliers under them. Add your suppliers and send it again.",
    ),
)

REFUSALS = {refusal.code: refusal for refusal in _ALL}


class FileRefused(Exception):
    """A file that we do not take. ``code`` is one of ``REFUSALS``; ``message`` is for people."""

    def __init__(self, code: str, where: str = "") -> None:
        self.code = code
        self.message = f"{where}: {REFUSALS[code].message}" if where else REFUSALS[code].message
        super().__init__(self.message)
