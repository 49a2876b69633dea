"""Labels as a PDF: name, price and barcode of products and of their units, for the goods or for the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from inventori.code128 import Barcode, barcode_of
from inventori.ean13 import ean13_of
from inventori.pdf_text import BOLD, PLAIN, known, load_fonts, text_width, wrapped

from .label_sheets import Layout

# The quiet zone that a scanner needs on each side of the bars, in modules.
QUIET_EAN, QUIET_128 = 11, 10
# A module may be as wide as this, and no narrower than one dot of a label printer (203 dpi).
MODULE_MOST, DOT = 0.33, 0.125
SHORTEST_BARS = 3 * mm
SMALLEST = 3.5


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label. per: what the price is for; code: the barcode, else the SKU; foot: the small print."""

    name: str
    price: str
    per: str
    code: str
    foot: str

    @property
    def bars(self) -> Barcode | None:
        return ean13_of(self.code) or barcode_of(self.code)


def labels_pdf(labels: Sequence[Label], layout: Layout, *, for_shelf: bool, start: int = 1, title: str = "") -> bytes:
    """Draw `labels` on the sheets or the roll of `layout`, from label `start` of the first sheet on."""
    load_fonts()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(layout.page[0] * mm, layout.page[1] * mm), invariant=1)
    canvas.setTitle(title)
    drawn = 0
    for label, (page, left, top) in zip(labels, layout.places(len(labels), start=start), strict=True):
        if page > drawn:
            canvas.showPage()
            drawn = page
        _Box(canvas, layout, left, top).draw(label, for_shelf=for_shelf)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Box:
    """The room of one label, filled from its top and from its bottom; the bars take what is left between."""

    def __init__(self, canvas: Canvas, layout: Layout, left: float, top: float) -> None:
        self.canvas, self.layout = canvas, layout
        pad, height = layout.padding * mm, layout.page[1] * mm
        self.left, self.right = left * mm + pad, (left + layout.size[0]) * mm - pad
        self.top, self.bottom = height - top * mm - pad, height - (top + layout.size[1]) * mm + pad
        self.height = self.top - self.bottom
        # The sizes of letters go with the label's height: 26 mm of a roll's 30 are the measure.
        self.scale = max(min(self.height / (26 * mm), 1.2), 0.6)

    def draw(self, label: Label, *, for_shelf: bool) -> None:
        self._name(label.name, bold=for_shelf)
        if for_shelf:
            self._price(label, min(0.3 * self.height, 26), from_top=True)
        self._foot(label.foot)
        if not for_shelf:
            self._price(label, 10 * self.scale, from_top=False)
        self._bars(label.bars)

    def _name(self, name: str, *, bold: bool) -> None:
        font, size = (BOLD if bold else PLAIN), 7.5 * self.scale
        most = 2 if self.height > 14 * mm else 1
        for line in _cut(wrapped(name, font, size, self.right - self.left), most, font, size, self.right - self.left):
            self._text(line, font, size, from_top=True)

    def _price(self, label: Label, size: float, *, from_top: bool) -> None:
        """Write the price, and small behind it what it is for."""
        if not label.price:
            return
        room = self.right - self.left
        per = f" {known(label.per)}"
        width = text_width(label.price, BOLD, size) + text_width(per, PLAIN, size / 2)
        size *= min(1, room / width)
        self._text(label.price, BOLD, size, from_top=from_top)
        self.canvas.setFont(PLAIN, size / 2)
        base = self.top if from_top else self.bottom - size * 1.15
        self.canvas.drawString(self.left + text_width(label.price, BOLD, size), base + size * 0.25, per)

    def _foot(self, foot: str) -> None:
        room = self.right - self.left
        size = self._fitted(foot, PLAIN, 5.5 * self.scale, room)
        self._text(_cut([known(foot)], 1, PLAIN, size, room)[0], PLAIN, size, from_top=False)

    def _text(self, text: str, font: str, size: float, *, from_top: bool) -> None:
        self.canvas.setFont(font, size)
        if from_top:
            self.top -= size * 1.15
            self.canvas.drawString(self.left, self.top + size * 0.25, text)
        else:
            self.canvas.drawString(self.left, self.bottom + size * 0.25, text)
            self.bottom += size * 1.15

    def _fitted(self, text: str, font: str, size: float, room: float) -> float:
        """Return the size, `size` at most, at which `text` fits into `room`."""
        width = text_width(known(text), font, size)
        return max(SMALLEST, min(size, size * room / width)) if width else size

    def _bars(self, bars: Barcode | None) -> None:
        """Draw the bars with their text below, where there is room for bars that a scanner can read."""
        if bars is None:
            return
        size = max(4.5 * self.scale, SMALLEST)
        bottom = self.bottom + size * 1.1
        height = self.top - bottom - 0.5 * mm
        quiet = QUIET_EAN if ean13_of(bars.text) else QUIET_128
        module = self._module(bars.modules + 2 * quiet)
        if height < SHORTEST_BARS or not module:
            return
        width = bars.modules * module
        start = self.left + max((self.right - self.left - width) / 2, 0)
        for at, modules in bars.bars:
            self.canvas.rect(start + at * module, bottom, modules * module, height, stroke=0, fill=1)
        self.canvas.setFont(PLAIN, size)
        self.canvas.drawCentredString(start + width / 2, self.bottom + size * 0.25, bars.text)

    def _module(self, modules: int) -> float:
        """Return how wide one module is drawn, or 0 where the bars would be too fine to be read."""
        # The white edge of the label is quiet zone too.
        room = (self.right - self.left) / mm + 2 * self.layout.padding
        width = min(MODULE_MOST, room / modules)
        if self.layout.is_roll:
            width = int(width / DOT) * DOT
        return width * mm if width >= DOT else 0


def _cut(lines: list[str], most: int, font: str, size: float, room: float) -> list[str]:
    """Return `most` lines at most, each within `room`, with … where something is left out."""
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += "…"
    while len(kept[-1]) > 1 and text_width(kept[-1], font, size) > room:
        kept[-1] = kept[-1].rstrip("…")[:-1] + "…"
    return kept
