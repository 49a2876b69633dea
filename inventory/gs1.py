"""GS1 barcodes: what a scanner reads off a box of medicine. Pure text, no Django.

Read are the written form, (01)08991234567891(17)271231(10)A1, and the form that scanners send: the same without
brackets, a separator (ASCII 29) after each element of variable length, perhaps a symbology identifier (]d2) before.
Source: GS1 General Specifications, 3.2 (application identifiers), 7.9 (check digits) and 7.12 (dates).

>>> label = read("(01)08991234567891(17)271200(10)A1")
>>> label.gtin, label.batch, label.expires_on
('08991234567891', 'A1', datetime.date(2027, 12, 31))
>>> read("8991234567891") is None
True
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

SEPARATOR = "\x1d"
GTIN, EXPIRY, BATCH = "01", "17", "10"

# Identifiers of a fixed length, by their first two digits: digits of the identifier and signs of what follows.
_FIXED = {
    "00": (2, 18),
    "20": (2, 2),
    "41": (3, 13),
    **dict.fromkeys(("01", "02", "03"), (2, 14)),
    **dict.fromkeys(map(str, range(11, 20)), (2, 6)),
    **dict.fromkeys(map(str, range(31, 37)), (4, 6)),
}
# Identifiers of a variable length: digits of the identifier and the most signs that may follow.
_VARIABLE = {
    **dict.fromkeys(("10", "21", "22"), (2, 20)),
    **dict.fromkeys(("23", "24", "25", "40", "71"), (3, 30)),
    **dict.fromkeys(("30", "37"), (2, 8)),
    **dict.fromkeys(map(str, range(90, 100)), (2, 90)),
}
_WRITTEN = re.compile(r"\((\d{2,4})\)([^()]+)")


@dataclass(frozen=True, slots=True)
class Gs1:
    """What a label says: the trade item (14 digits), the batch and the last day; "" or None where it is silent."""

    gtin: str
    batch: str = ""
    expires_on: date | None = None

    @property
    def barcodes(self) -> list[str]:
        """The barcodes under which a shop may know the item: 14 digits, and without the zeros ahead."""
        shorter = [self.gtin[-length:] for length in (13, 12, 8) if not int(self.gtin[:-length])]
        return [self.gtin, *shorter]


def read(text: str) -> Gs1 | None:
    """Return what the label `text` says, or None when it is no GS1 label that names a trade item."""
    elements = _elements(text.strip())
    if elements is None or not is_gtin(elements.get(GTIN, "")):
        return None
    try:
        expires_on = _day(elements[EXPIRY]) if EXPIRY in elements else None
    except ValueError:
        return None
    return Gs1(elements[GTIN], elements.get(BATCH, ""), expires_on)


def is_gtin(text: str) -> bool:
    """Say whether `text` is 14 digits, the last of which checks the others."""
    if len(text) != 14 or not (text.isascii() and text.isdecimal()):
        return False
    return sum(int(sign) * (3 if place % 2 == 0 else 1) for place, sign in enumerate(text)) % 10 == 0


def _elements(text: str) -> dict[str, str] | None:
    """Return the values by identifier, or None when some of the text is neither."""
    if text.startswith("("):
        pairs = _WRITTEN.findall(text)
        whole = "".join(f"({identifier}){value}" for identifier, value in pairs) == text
        return {identifier: value.strip() for identifier, value in pairs} if whole else None
    return _sent(re.sub(r"^\][A-Za-z]\d", "", text).lstrip(SEPARATOR))


def _sent(rest: str) -> dict[str, str] | None:
    # A plain barcode may begin like an identifier too; a label holds at least the 16 digits of its item.
    if len(rest) < 16:
        return None
    found: dict[str, str] = {}
    while rest:
        if fixed := _FIXED.get(rest[:2]):
            digits, length = fixed
            value = rest[digits : digits + length]
            if len(value) < length or SEPARATOR in value:
                return None
        elif variable := _VARIABLE.get(rest[:2]):
            digits, most = variable
            value = rest[digits:].partition(SEPARATOR)[0]
            if not 0 < len(value) <= most:
                return None
        else:
            return None
        found[rest[:digits]] = value
        rest = rest[digits + len(value) :].lstrip(SEPARATOR)
    return found


def _day(text: str) -> date:
    """Read YYMMDD; the day 00 is the last one of its month."""
    if len(text) != 6 or not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{text!r} is no day of a label")
    year, month, day = (int(text[place : place + 2]) for place in (0, 2, 4))
    if not 1 <= month <= 12:
        raise ValueError(f"{text!r} names no month")
    # The specification's window of a hundred years is this century until 2050.
    return date(2000 + year, month, day or monthrange(2000 + year, month)[1])
