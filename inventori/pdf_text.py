"""Letters and lines for the PDFs that are drawn by hand: receipts, labels, orders."""

from functools import cache

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

# The fonts come with reportlab and hold the letters of Europe; others print as a question mark.
PLAIN, BOLD = "Vera", "VeraBd"


@cache
def load_fonts() -> None:
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def known(text: str) -> str:
    """Replace what the font has no letter for."""
    load_fonts()
    glyphs = pdfmetrics.getFont(PLAIN).face.charToGlyph
    return "".join(letter if ord(letter) in glyphs else "?" for letter in text)


def text_width(text: str, font: str, size: float) -> float:
    load_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """Return `text` in lines no wider than `room` points; a word that is wider is broken."""
    lines = simpleSplit(known(text), font, size, room) or [""]
    return [piece for line in lines for piece in _pieces(line, font, size, room)]


def _pieces(line: str, font: str, size: float, room: float) -> list[str]:
    """Break a word that is wider than `room` where it must."""
    pieces = [""]
    for letter in line:
        if pieces[-1] and text_width(pieces[-1] + letter, font, size) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
