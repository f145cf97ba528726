"""A paper as a Word file (DOCX) with a firm's name and the day in it, that a screen reader can read. Pure."""

import io
import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from pledge.actions.papers.reading import Block, Paper, Table
from pledge.words.dates import uk_date
from pledge.words.text import clean

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGE = "en-GB"
LINE = "_" * 30  # to write on
PAGE = (Cm(21), Cm(29.7))
MARGIN = Cm(2)
_MARK = re.compile(r"\{(firm|day)\}")
_BLACK = RGBColor(0, 0, 0)


@lru_cache(maxsize=64)  # some 40 KB each; visitors all get the same
def written(paper: Paper, firm: str, day: date) -> bytes:
    """Return a paper as a .docx file. ``firm`` is "" for nobody's: its name is then a line to write on.

    The name is text wherever it stands: never a field, a formula or markup.
    """
    return _Writing(paper, clean(firm), day).file()


class _Writing:
    def __init__(self, paper: Paper, firm: str, day: date) -> None:
        self.paper, self.firm, self.day = paper, firm, day
        self.words = {"firm": firm or LINE, "day": uk_date(day)}
        self.document: Any = Document()

    def file(self) -> bytes:
        self.shape()
        self.document.add_heading(self.said(self.paper.title), 1)
        for block in self.paper.blocks:
            self.block(block)
        content = io.BytesIO()
        self.document.save(content)
        return content.getvalue()

    def said(self, text: str) -> str:
        """Fill in a text, once: what a name says is not looked at again."""
        return _MARK.sub(lambda mark: self.words[mark[1]], text)

    def shape(self) -> None:
        """Set the page, the language, the letters, and what the file says of itself."""
        large, styles = self.paper.large, self.document.styles
        for section in self.document.sections:
            section.page_width, section.page_height = PAGE
            section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        sizes = {"Normal": 24 if large else 11, "Heading 1": 40 if large else 20, "Heading 2": 28 if large else 14}
        for name, size in sizes.items():
            style = styles[name]
            style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), _BLACK
            style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(6), 1.1
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # or the theme’s would win
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            fonts.set(qn("w:cs"), "Arial")
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), LANGUAGE)
        about, made = self.document.core_properties, datetime.combine(self.day, time())
        about.title, about.language, about.author = self.said(self.paper.title), LANGUAGE, self.firm[:255]
        about.comments, about.last_modified_by, about.created, about.modified = "", "", made, made

    def block(self, block: Block) -> None:
        add = self.document.add_paragraph
        if block.heading:
            self.document.add_heading(self.said(block.heading), 2)
        if block.text:
            add(self.said(block.text))
        for style, texts in (("List Bullet", block.points), ("List Number", block.steps)):
            for text in texts:
                add(self.said(text), style=style)
        for text in block.blanks:
            add(f"{self.said(text)}: {LINE}")
        if block.table:
            self.table(block.table)

    def table(self, table: Table) -> None:
        """Write a table whose first row is its heading, repeated on each page."""
        rows = [*table.rows, *[()] * table.blank]
        made = self.document.add_table(rows=1 + len(rows), cols=len(table.head), style="Table Grid")
        made.autofit = False
        room = PAGE[0] - 2 * MARGIN
        caption = OxmlElement("w:tblCaption")
        caption.set(qn("w:val"), self.said(self.paper.title))
        made._tbl.tblPr.append(caption)
        for place, row in enumerate((table.head, *rows)):
            line = made.rows[place]
            properties = line._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if place == 0:
                properties.append(OxmlElement("w:tblHeader"))
            elif not row:
                line.height = Cm(0.9)
            for column, cell in enumerate(line.cells):
                cell.width = room * table.widths[column] // sum(table.widths)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                run = paragraph.add_run(self.said(row[column]) if column < len(row) else "")
                run.bold = place == 0
