"""An EAN-13 as bars to draw (GS1 General Specifications, section 5.2)."""

from barcode.ean import EuropeanArticleNumber13

from .code128 import Barcode, barred


def ean13_of(code: str) -> Barcode | None:
    """Return the bars of 13 digits whose last is their check digit, None for anything else."""
    if len(code) != 13 or not code.isascii() or not code.isdigit():
        return None
    ean = EuropeanArticleNumber13(code)
    return barred(code, ean.build()[0]) if str(ean) == code else None
