"""Numbers as people write them: 1.234,56 in Indonesian, 1,234.56 in English.

A number written in the other way is refused, never guessed: "1,5" read by English rules is no 15.

>>> parse_number("12.500", INDONESIAN)
Decimal('12500')
>>> parse_number("1.234,56", INDONESIAN)
Decimal('1234.56')
>>> parse_number("1,234.56", ENGLISH)
Decimal('1234.56')
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats, translation


@dataclass(frozen=True)
class Notation:
    """How numbers are written: the sign before decimals and the sign between thousands."""

    code: str
    decimal: str
    thousands: str
    example: str

    @property
    def pattern(self) -> re.Pattern[str]:
        decimal, thousands = re.escape(self.decimal), re.escape(self.thousands)
        return re.compile(rf"[-−+]?(\d+|\d{{1,3}}({thousands}\d{{3}})+)({decimal}\d+)?")


INDONESIAN = Notation("id", ",", ".", "1.234,56")
ENGLISH = Notation("en", ".", ",", "1,234.56")
NOTATIONS = {notation.code: notation for notation in (INDONESIAN, ENGLISH)}


def active_notation() -> Notation:
    """Return the way numbers are written in the active language."""
    return NOTATIONS.get((translation.get_language() or "")[:2], ENGLISH)


def parse_number(text: str, notation: Notation) -> Decimal:
    """Read `text` exactly. Raises ValueError when it is no number in this notation."""
    bare = re.sub(r"^Rp\.?", "", re.sub(r"\s", "", text))
    if not notation.pattern.fullmatch(bare):
        raise ValueError(f"{text!r} is not written like {notation.example}")
    bare = bare.replace("−", "-").replace(notation.thousands, "").replace(notation.decimal, ".")
    return Decimal(bare)


def write_number(value: Decimal | int) -> str:
    """Write a number in the active language, grouped, without trailing zeros: 12.500, 0,25."""
    text = f"{Decimal(value):f}"
    places = len(text.partition(".")[2].rstrip("0"))
    return str(formats.number_format(Decimal(value), decimal_pos=places, use_l10n=True, force_grouping=True))
