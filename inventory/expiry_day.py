"""The last day of a batch as people type it off a box. Pure text, no Django.

>>> read_expiry("31-12-2027"), read_expiry("02-2028")
(datetime.date(2027, 12, 31), datetime.date(2028, 2, 29))
"""

import re
from calendar import monthrange
from datetime import date

_PARTS = re.compile(r"(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def read_expiry(text: str) -> date:
    """Read DD-MM-YYYY, or MM-YYYY, which is the last day of that month; a date picker's YYYY-MM-DD too.

    Raises ValueError for what is no day.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return date(*(int(part) for part in found.groups()))
    found = _PARTS.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no day")
    day, month, year = (int(part) if part else 0 for part in found.groups())
    if not (1 <= month <= 12 and year >= 2000):
        raise ValueError(f"{text!r} names no month")
    return date(year, month, day if found[1] else monthrange(year, month)[1])
