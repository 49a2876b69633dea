"""Barcodes: EAN-13 and its check digit (GS1 General Specifications, section 7.9).

>>> ean13_check_digit("899123456789")
1
"""


def ean13_check_digit(first_twelve: str) -> int:
    """Return the thirteenth digit: (10 − (Σ odd places + 3·Σ even places) mod 10) mod 10."""
    if len(first_twelve) != 12 or not first_twelve.isdigit():
        raise ValueError("first_twelve must be 12 digits")
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve))
    return (10 - total % 10) % 10


def expected_check_digit(barcode: str) -> int | None:
    """Return the check digit that a barcode of 13 digits should end with, when it ends with another."""
    if len(barcode) != 13 or not barcode.isascii() or not barcode.isdigit():
        return None
    right = ean13_check_digit(barcode[:12])
    return None if int(barcode[12]) == right else right
