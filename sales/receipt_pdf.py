"""A receipt as a PDF page as wide as its paper and as long as it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from inventori.code128 import MODULE_MM, Barcode
from inventori.pdf_text import BOLD, PLAIN, load_fonts, text_width, wrapped

from .receipt import Receipt
from .receipt_rows import Look, Row, rows_of

MARGIN = 4 * mm
GAP = 2 * mm
LOGO_MAX = (30 * mm, 20 * mm)
BARCODE_HEIGHT = 12 * mm
SIZES = {80: 7.5, 58: 6.5}


@dataclass(frozen=True, slots=True)
class _Part:
    """Something that takes `height` on the page; draw(top) draws it below `top`."""

    height: float
    draw: Callable[[float], None]


def receipt_pdf(receipt: Receipt, width: int) -> bytes:
    """Draw `receipt` on paper of `width` mm, 80 or 58."""
    load_fonts()
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(f"{receipt.number} · {receipt.shop}")
    canvas.setAuthor(receipt.shop)
    paper = _Paper(canvas, width)
    parts = [paper.logo(receipt.logo)] if receipt.logo else []
    parts += [part for row in rows_of(receipt) for part in paper.row(row)]
    if receipt.barcode:
        parts.append(paper.barcode(receipt.barcode))
    height = sum(part.height for part in parts) + 2 * MARGIN
    canvas.setPageSize((width * mm, height))
    top = height - MARGIN
    for part in parts:
        part.draw(top)
        top -= part.height
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Paper:
    def __init__(self, canvas: Canvas, width: int) -> None:
        self.canvas, self.size = canvas, SIZES[width]
        self.left, self.right = MARGIN, width * mm - MARGIN
        self.centre = width * mm / 2

    def row(self, row: Row) -> list[_Part]:
        """Return the printed lines of one row, wrapped to the paper."""
        if row.look is Look.RULE:
            return [_Part(GAP, self._rule)]
        if row.look in (Look.SHOP, Look.CENTRE, Look.MARK):
            font, size = (PLAIN, self.size) if row.look is Look.CENTRE else (BOLD, self.size * 1.25)
            return [self._centred(text, font, size) for text in self._wrapped(row.left, font, size)]
        font, size = (BOLD, self.size * 1.2) if row.look is Look.TOTAL else (PLAIN, self.size)
        # A long fact, such as an imported invoice number, stands below its label.
        figures = self._wrapped(row.right, font, size) if row.right else [""]
        room = self.right - self.left - text_width(figures[0], font, size) - GAP
        is_narrow = len(figures) > 1 or room < 10 * mm
        texts = self._wrapped(row.left, font, size, None if is_narrow else room)
        if is_narrow:
            return [self._pair(t, "", font, size) for t in texts] + [self._pair("", f, font, size) for f in figures]
        return [self._pair(t, figures[0] if t is texts[-1] else "", font, size) for t in texts]

    def _wrapped(self, text: str, font: str, size: float, room: float | None = None) -> list[str]:
        return wrapped(text, font, size, room or self.right - self.left)

    def _line_height(self, size: float) -> float:
        return size * 1.35

    def _centred(self, text: str, font: str, size: float) -> _Part:
        def draw(top: float) -> None:
            self.canvas.setFont(font, size)
            self.canvas.drawCentredString(self.centre, top - size, text)

        return _Part(self._line_height(size), draw)

    def _pair(self, text: str, figure: str, font: str, size: float) -> _Part:
        def draw(top: float) -> None:
            self.canvas.setFont(font, size)
            self.canvas.drawString(self.left, top - size, text)
            self.canvas.drawRightString(self.right, top - size, figure)

        return _Part(self._line_height(size), draw)

    def _rule(self, top: float) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.setDash(2, 1.5)
        self.canvas.line(self.left, top - GAP / 2, self.right, top - GAP / 2)

    def logo(self, logo: object) -> _Part:
        try:
            with logo.open("rb") as file:  # type: ignore[attr-defined]
                picture = ImageReader(BytesIO(file.read()))
        except OSError:
            # The file is gone from the data folder: a receipt without its picture is still one.
            return _Part(0, lambda top: None)
        width, height = picture.getSize()
        scale = min(LOGO_MAX[0] / width, LOGO_MAX[1] / height)
        width, height = width * scale, height * scale

        def draw(top: float) -> None:
            self.canvas.drawImage(picture, self.centre - width / 2, top - height, width, height, mask="auto")

        return _Part(height + GAP, draw)

    def barcode(self, barcode: Barcode) -> _Part:
        module = min(MODULE_MM * mm, (self.right - self.left) / barcode.modules)
        start = self.centre - barcode.modules * module / 2
        size = self.size

        def draw(top: float) -> None:
            bottom = top - GAP - BARCODE_HEIGHT
            for at, modules in barcode.bars:
                self.canvas.rect(start + at * module, bottom, modules * module, BARCODE_HEIGHT, stroke=0, fill=1)
            self.canvas.setFont(PLAIN, size)
            self.canvas.drawCentredString(self.centre, bottom - size * 1.2, barcode.text)

        return _Part(GAP + BARCODE_HEIGHT + self._line_height(size), draw)
