"""A sheet on A4: its headings on every page, its totals at the end, page x of y below."""

from collections.abc import Iterator, Sequence
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
SIZE, SMALL, TITLE = 7.0, 6.5, 13.0
LEADING = 1.3
GAP = 2.5 * mm
FOOT = 8 * mm
WIDE_FROM = 8  # columns
MOST_ROWS = 5_000
# A column is never narrower than this, however little stands in it, nor takes more room than that unasked.
NARROWEST, WIDEST = 12 * mm, 60 * mm

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
        self.widths = self._fitted()
        self.head = self._cells(sheet.header, BOLD)
        self.intro = self._intro()

    def _labelled(self, totals: list[str]) -> list[str]:
        return [totals[0] or _("Total"), *totals[1:]]

    # --- Room ------------------------------------------------------------------------
    def _fitted(self) -> list[float]:
        """Return the widths of the columns: what their text asks for, made to fill the paper."""
        asked = [self._asked(at) for at in range(len(self.sheet.columns))]
        spare = self.width - sum(asked)
        if spare >= 0:
            return [width + spare / len(asked) for width in asked]
        # Columns of text give way and wrap; figures and days are never broken.
        soft = [at for at, column in enumerate(self.sheet.columns) if column.kind == "text"]
        room = sum(asked[at] - NARROWEST for at in soft) or 1
        for at in soft:
            asked[at] += max(spare, -room) * (asked[at] - NARROWEST) / room
        scale = min(1, self.width / sum(asked))
        return [width * scale for width in asked]

    def _asked(self, at: int) -> float:
        texts = [row[at] for row in self.rows[:500]] + ([self.totals[at]] if self.totals else [])
        longest = max((text_width(known(text), PLAIN, SIZE) for text in texts), default=0)
        word = max((text_width(known(part), BOLD, SIZE) for part in self.sheet.header[at].split()), default=0)
        return min(max(longest * 1.06, word, NARROWEST - GAP), WIDEST) + GAP

    def _cells(self, texts: Sequence[str], font: str) -> Cells:
        return [
            wrapped(text, font, SIZE, width - GAP) if text else [""]
            for text, width in zip(texts, self.widths, strict=True)
        ]

    @staticmethod
    def _high(cells: Cells) -> float:
        return max(len(lines) for lines in cells) * SIZE * LEADING + GAP

    def _intro(self) -> list[str]:
        facts = " · ".join(f"{label}: {value}" for label, value in self.sheet.facts)
        return wrapped(facts, PLAIN, SIZE, self.width) if facts else []

    def _intro_height(self) -> float:
        return TITLE * LEADING + len(self.intro) * SIZE * LEADING + 2 * GAP

    def pages(self) -> list[list[tuple[Cells, bool]]]:
        """Return the rows of each page as (cells, is it the total)."""
        pages: list[list[tuple[Cells, bool]]] = [[]]
        left = self.height - self._intro_height() - self._high(self.head)
        for cells, is_total in self._all():
            high = self._high(cells)
            if high > left and pages[-1]:
                pages.append([])
                left = self.height - self._high(self.head)
            pages[-1].append((cells, is_total))
            left -= high
        return pages

    def _all(self) -> Iterator[tuple[Cells, bool]]:
        for row in self.rows:
            yield self._cells(row, PLAIN), False
        if self.totals:
            yield self._cells(self.totals, BOLD), True

    # --- Ink ---------------------------------------------------------------------------
    def draw(self, canvas: Canvas, rows: Sequence[tuple[Cells, bool]], *, is_first: bool) -> None:
        top = self.size[1] - MARGIN
        if is_first:
            canvas.setFont(BOLD, TITLE)
            canvas.drawString(MARGIN, top - TITLE, known(self.sheet.title))
            at = top - TITLE * LEADING
            for line in self.intro:
                canvas.setFont(PLAIN, SIZE)
                canvas.drawString(MARGIN, at - SIZE, line)
                at -= SIZE * LEADING
            top -= self._intro_height()
        top = self._row(canvas, self.head, top, BOLD)
        self._rule(canvas, top, 0.8)
        for cells, is_total in rows:
            if is_total:
                self._rule(canvas, top, 0.8)
            top = self._row(canvas, cells, top, BOLD if is_total else PLAIN)
            self._rule(canvas, top, 0.2)
        if not self.rows:
            canvas.setFont(PLAIN, SIZE)
            canvas.drawString(MARGIN, top - 2 * SIZE, known(_("Nothing was found.")))

    def _row(self, canvas: Canvas, cells: Cells, top: float, font: str) -> float:
        canvas.setFont(font, SIZE)
        left = MARGIN
        for column, lines, width in zip(self.sheet.columns, cells, self.widths, strict=True):
            for number, line in enumerate(lines, start=1):
                base = top - GAP / 2 - SIZE * LEADING * number + SIZE * (LEADING - 1)
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
