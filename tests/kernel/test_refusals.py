from decimal import Decimal

from django.utils import translation

from inventori.errors import InsufficientStock, ShortLine


def test_a_refusal_is_read_in_the_language_in_which_it_is_shown():
    refusal = InsufficientStock([ShortLine(7, "Telur", wanted=Decimal("1.500"), available=Decimal("0.250"))])

    with translation.override("en"):
        english = str(refusal)
    with translation.override("id"):
        indonesian = str(refusal)

    assert english == "Not enough stock. Telur: 0.25 available, 1.5 asked."
    assert ("0,25" in indonesian, "1,5" in indonesian) == (True, True)
