"""The notes and coins that lie in a drawer, by currency: what is counted when a shift closes."""

from collections.abc import Mapping
from decimal import Decimal


def _values(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in text.split())


# Largest first. Of 1,000 rupiah there is a note and a coin; both are counted together.
_NOTES = {
    "IDR": _values("100000 50000 20000 10000 5000 2000 1000"),
    "USD": _values("100 50 20 10 5 2 1"),
    "GBP": _values("50 20 10 5"),
}
_COINS = {
    "IDR": _values("500 200 100 50"),
    "USD": _values("0.50 0.25 0.10 0.05 0.01"),
    "GBP": _values("2 1 0.50 0.20 0.10 0.05 0.02 0.01"),
}
_FLOATS = {
    "IDR": _values("100000 200000 300000 500000"),
    "USD": _values("50 100 150 200"),
    "GBP": _values("50 100 150 200"),
}


def notes(currency: str) -> tuple[Decimal, ...]:
    """Return the notes of `currency`, the largest first. Raises KeyError for one that no shop here uses."""
    return _NOTES[currency]


def coins(currency: str) -> tuple[Decimal, ...]:
    """Return the coins of `currency`, the largest first. Raises KeyError for one that no shop here uses."""
    return _COINS[currency]


def denominations(currency: str) -> tuple[Decimal, ...]:
    """Return all notes and coins of `currency`, each value once.

    >>> [str(value) for value in denominations("IDR")][:3]
    ['100000', '50000', '20000']
    """
    return _NOTES[currency] + _COINS[currency]


def usual_floats(currency: str) -> tuple[Decimal, ...]:
    """Return round amounts that drawers of `currency` often begin with."""
    return _FLOATS[currency]


def counted(pieces: Mapping[Decimal, int]) -> Decimal:
    """Return what so many pieces of each value are worth: Σ value × pieces.

    >>> counted({Decimal(50_000): 3, Decimal(500): 4})
    Decimal('152000')
    """
    return sum((value * count for value, count in pieces.items()), Decimal(0))
