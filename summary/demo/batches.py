"""The batches of the demo shop's medicines: a number like PRC2511A and a last day for each delivery.

The story sells without looking at last days, so no batch that it sells from expires before its end. What has
expired by then was found behind the shelf in the last days, and nobody sells it.
"""

import random
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .catalogue import Item
from .events import Line

TRACKED_CATEGORIES = ("OBT", "RES", "VIT", "HRB")
SHELF_LIFE_MONTHS = (12, 24)
MADE_MONTHS_BEFORE = 24
# Some goods come with little time left: the batch then expires in one of these spans after the story's end.
SHORT_DATED = 0.10
SHORT_SPANS = ((9, 29), (33, 59), (63, 89))
# Every other batch outlives the story by this.
LEAST_DAYS_LEFT = 100


def tracks_batches(item: Item) -> bool:
    return item.category in TRACKED_CATEGORIES


class Batches:
    """Names the batch of everything that comes in, and remembers each product's latest."""

    def __init__(self, last: date, rng: random.Random) -> None:
        self.last, self.rng = last, rng
        self.known: dict[tuple[int, str], date] = {}
        self.latest: dict[int, tuple[str, date]] = {}

    def delivered(self, line: Line, day: date) -> Line:
        """Return the line with the batch that came on `day`."""
        if not tracks_batches(line.item):
            return line
        number, expires_on = self._named(line.item, self._expiry(day))
        self.latest[line.item.index] = number, expires_on
        return replace(line, batch=number, expires_on=expires_on)

    def opened(self, line: Line, day: date) -> list[Line]:
        """Return the lines of opening stock: now and then a few units are of an older batch."""
        if not tracks_batches(line.item) or line.qty < 6 or self.rng.random() > 0.5:
            return [self.delivered(line, day)]
        older = Decimal(self.rng.randint(1, 3))
        return [
            self.delivered(replace(line, qty=older), day),
            self.delivered(replace(line, qty=line.qty - older), day),
        ]

    def found(self, line: Line) -> Line:
        """Return the line with the batch that came last: what a count finds is of that one."""
        if not tracks_batches(line.item) or line.qty < 0:
            return line
        number, expires_on = self.latest[line.item.index]
        return replace(line, batch=number, expires_on=expires_on)

    def expired(self, line: Line, day: date) -> Line:
        """Return the line with a batch whose last day has passed on `day`."""
        number, expires_on = self._named(line.item, day - timedelta(days=self.rng.randint(5, 40)))
        return replace(line, batch=number, expires_on=expires_on)

    def _expiry(self, day: date) -> date:
        if self.rng.random() < SHORT_DATED:
            return self.last + timedelta(days=self.rng.randint(*self.rng.choice(SHORT_SPANS)))
        natural = _months_on(day, self.rng.randint(*SHELF_LIFE_MONTHS))
        return max(natural, _months_on(self.last + timedelta(days=LEAST_DAYS_LEFT), 0))

    def _named(self, item: Item, expires_on: date) -> tuple[str, date]:
        """Return a number that stands for this last day only, and the day."""
        made = _months_on(expires_on, -MADE_MONTHS_BEFORE)
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            number = f"{letters(item.name)}{made:%y%m}{letter}"
            if self.known.setdefault((item.index, number), expires_on) == expires_on:
                break
        return number, expires_on


def letters(name: str) -> str:
    """Return three capitals for a product's name.

    >>> letters("Paracetamol 500 mg strip 10"), letters("Oralit 200 sachet"), letters("Aa 5")
    ('PRC', 'ORL', 'AAX')
    """
    found = [c for c in name.upper() if c.isalpha()]
    consonants = [c for c in found[1:] if c not in "AIUEO"]
    vowels = [c for c in found[1:] if c in "AIUEO"]
    return "".join([*found[:1], *consonants, *vowels, "X", "X", "X"][:3])


def _months_on(day: date, months: int) -> date:
    """Return the last day of the month that lies `months` after the month of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])
