"""Phone numbers as people write them, and the link that opens a chat."""

import re
from urllib.parse import quote

COUNTRY = "62"
SHORTEST, LONGEST = 8, 15


def phone_digits(phone: str) -> str:
    """Return `phone` as WhatsApp wants it, with the country first and digits only; "" for what is no number.

    >>> phone_digits("0812-3456 7890"), phone_digits("+62 (0)812 3456 7890"), phone_digits("812 3456 7890")
    ('6281234567890', '6281234567890', '6281234567890')
    >>> phone_digits("+65 9123 4567"), phone_digits("ext. 12")
    ('6591234567', '')
    """
    is_international = phone.strip().startswith(("+", "00"))
    digits = re.sub(r"\D", "", phone)
    if is_international:
        digits = digits.lstrip("0")
    elif digits.startswith("0"):
        digits = COUNTRY + digits.lstrip("0")
    elif digits.startswith("8"):
        digits = COUNTRY + digits
    digits = re.sub(f"^{COUNTRY}0+", COUNTRY, digits)
    return digits if SHORTEST <= len(digits) <= LONGEST else ""


def chat_link(phone: str, text: str) -> str:
    """Return the address of a WhatsApp chat with `text` already written, or "" where `phone` is no number."""
    digits = phone_digits(phone)
    return f"https://wa.me/{digits}?text={quote(text)}" if digits else ""
