"""Document numbers that people read aloud."""

from datetime import date


def document_number(prefix: str, day: date, serial: int) -> str:
    """Return a number such as INV-261121-004512.

    The serial is the row's own id: unique without a counter that every till would queue for.
    """
    return f"{prefix}-{day:%y%m%d}-{serial:06d}"
