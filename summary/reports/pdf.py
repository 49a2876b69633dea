"""A sheet on A4: its headings on every page, its totals at the end, page x of y below."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from django.utils import formats
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from inventori.errors import DomainError
from inventori.lists import NUMBER_KINDS
from inventori.pdf_text import BOLD, PLAIN, known, load_fonts, text_width, wrapped

from .report import Sheet

MARGIN = 12 * mm
# The largest letters in which all columns fit are taken.
SIZES = (7.5, 7.0, 6.5, 6.0, 5.5)
SMALL, TITLE = 6.5, 13.0
LEADING = 1.3
GAP, PAD = 2.5 * mm, 1.2 * mm  # between columns, and between rows
FOOT = 8 * mm
WIDE_FROM = 8  # columns
MOST_ROWS = 5_000
MEASURED = 500  # rows
# A column of words takes no more room than this unasked, and no word in it asks for more than that.
WIDEST, LONGEST_WORD = 60 * mm, 26 * mm

Cells = list[list[str]]  # for each column its lines


def sheet_pdf(sheet: Sheet, *, shop: str, printed_at: datetime) -> bytes:
    """Draw `sheet`. Raises DomainError for more rows than anybody reads on paper."""
    if sheet.count > MOST_ROWS:
        raise DomainError(_("This is too long for paper: narrow it down, or take it as Excel or CSV."), code="too_long")
    load_fonts()
    paper = _Paper(sheet)
    pages = paper.pages()
    out = BytesIO()
    canvas = Canvas(out, pagesize=paper.size, invariant=1)
    canvas.setTitle(f"{sheet.title} · {shop}")
    canvas.setAuthor(shop)
    printed = _("Printed %(at)s") % {"at": formats.date_format(printed_at, "DATETIME_FORMAT")}
    for number, rows in enumerate(pages, start=1):
        paper.draw(canvas, rows, is_first=number == 1)
        place = _("Page %(page)s of %(pages)s") % {"page": number, "pages": len(pages)}
        paper.foot(canvas, f"{known(shop)} · {printed}", place)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Paper:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.size = landscape(A4) if len(sheet.columns) >= WIDE_FROM else A4
        self.width, self.height = self.size[0] - 2 * MARGIN, self.size[1] - 2 * MARGIN - FOOT
        self.rows = sheet.text_rows
        self.totals = self._labelled(sheet.text_totals) if sheet.has_totals else None
        self.letters, self.widths = self._fitted()
        self.head = self._cells(sheet.header, BOLD)
        self.intro = self._intro()

    def _labelled(self, totals: list[str]) -> list[str]:
        return [totals[0] or _("Total"), *totals[1:]]

    # --- Room ------------------------------------------------------------------------
    def _fitted(self) -> tuple[float, list[float]]:
        """Return the size of the letters, and the widths of the columns that fill the paper.

        Columns of words give way and wrap between words; figures, days and numbers of documents are never broken.
        """
        for size in SIZES:
            asked = [self._asked(at, size) for at in range(len(self.sheet.columns))]
            least, most = (sum(widths) for widths in zip(*asked, strict=True))
            if least <= self.width:
                break
        if least >= self.width:
            return size, [width * self.width / least for width, _most in asked]
        if most <= self.width:
            return size, [width + (self.width - most) / len(asked) for _least, width in asked]
        share = (self.width - least) / (most - least)
        return size, [low + (high - low) * share for low, high in asked]

    def _asked(self, at: int, size: float) -> tuple[float, float]:
        """Return the least and the most room that a column asks for."""
        column, heading = self.sheet.columns[at], self.sheet.header[at]
        texts = [row[at] for row in self.rows[:MEASURED]]
        bold = [*heading.split(), *([self.totals[at]] if self.totals else [])]
        head = max((text_width(known(text), BOLD, size) for text in bold), default=0)
        longest = max((text_width(known(text), PLAIN, size) for text in texts), default=0)
        if column.kind != "text" or "mono" in column.css:
            return (max(head, longest) + GAP,) * 2
        words = {word for text in texts for word in text.split()}
        word = max((text_width(known(word), PLAIN, size) for word in words), default=0)
        least = max(head, min(word, LONGEST_WORD))
        return least + GAP, max(least, min(longest, WIDEST)) + GAP

    def _cells(self, texts: Sequence[str], font: str) -> Cells:
        return [
            wrapped(text, font, self.letters, width - GAP + 0.1) if text else [""]
            for text, width in zip(texts, self.widths, strict=True)
        ]

    def _high(self, cells: Cells) -> float:
        return max(len(lines) for lines in cells) * self.letters * LEADING + PAD

    def _intro(self) -> list[str]:
        facts = " · ".join(f"{label}: {value}" for label, value in self.sheet.facts)
        return wrapped(facts, PLAIN, SIZES[0], self.width) if facts else []

    def _intro_height(self) -> float:
        return TITLE * LEADING + len(self.intro) * SIZES[0] * LEADING + 2 * GAP

    def pages(self) -> list[list[tuple[Cells, bool]]]:
        """Return the rows of each page as (cells, is it the total)."""
        pages: list[list[tuple[Cells, bool]]] = [[]]
        left = self.height - self._intro_height() - self._high(self.head)
        rows = [(self._cells(row, PLAIN), False) for row in self.rows]
        total = [(self._cells(self.totals, BOLD), True)] if self.totals else []
        for number, (cells, is_total) in enumerate([*rows, *total], start=1):
            high = self._high(cells)
            # The total never stands on a page alone: the last row goes with it.
            needed = high + self._high(total[0][0]) if total and number == len(rows) else high
            if needed > left and pages[-1]:
                pages.append([])
                left = self.height - self._high(self.head)
            pages[-1].append((cells, is_total))
            left -= high
        return pages

    # --- Ink ---------------------------------------------------------------------------
    def draw(self, canvas: Canvas, rows: Sequence[tuple[Cells, bool]], *, is_first: bool) -> None:
        top = self.size[1] - MARGIN
        if is_first:
            canvas.setFont(BOLD, TITLE)
            canvas.drawString(MARGIN, top - TITLE, known(self.sheet.title))
            at = top - TITLE * LEADING
            for line in self.intro:
                canvas.setFont(PLAIN, SIZES[0])
                canvas.drawString(MARGIN, at - SIZES[0], line)
                at -= SIZES[0] * LEADING
            top -= self._intro_height()
        top = self._row(canvas, self.head, top, BOLD)
        self._rule(canvas, top, 0.8)
        for cells, is_total in rows:
            if is_total:
                self._rule(canvas, top, 0.8)
            top = self._row(canvas, cells, top, BOLD if is_total else PLAIN)
            self._rule(canvas, top, 0.2)
        if not self.rows:
            canvas.setFont(PLAIN, SIZES[0])
            canvas.drawString(MARGIN, top - 2 * SIZES[0], known(_("Nothing was found.")))

    def _row(self, canvas: Canvas, cells: Cells, top: float, font: str) -> float:
        size = self.letters
        canvas.setFont(font, size)
        left = MARGIN
        for column, lines, width in zip(self.sheet.columns, cells, self.widths, strict=True):
            for number, line in enumerate(lines, start=1):
                base = top - PAD / 2 - size * LEADING * number + size * (LEADING - 1)
                if column.kind in NUMBER_KINDS:
                    canvas.drawRightString(left + width - GAP / 2, base, line)
                else:
                    canvas.drawString(left + GAP / 2, base, line)
            left += width
        return top - self._high(cells)

    def _rule(self, canvas: Canvas, at: float, thick: float) -> None:
        canvas.setLineWidth(thick)
        canvas.line(MARGIN, at, MARGIN + self.width, at)

    def foot(self, canvas: Canvas, left: str, right: str) -> None:
        canvas.setFont(PLAIN, SMALL)
        canvas.drawString(MARGIN, MARGIN, left)
        canvas.drawRightString(self.size[0] - MARGIN, MARGIN, right)
