"""What people take: baskets drawn from the shelf's popularity and the planted pairs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import accumulate
from math import ceil

from .catalogue import Item
from .pairs import PAIRS
from .rhythm import OPENS_AT, SALES_A_DAY, DayMood, category_factor

MOST_LINES = 6
LINE_COUNTS = (30, 27, 19, 12, 7, 5)  # how many baskets of a hundred have 1, 2 … 6 different goods
# Quantities and how often each is asked for.
Choice = tuple[tuple[Decimal, ...], tuple[int, ...]]
BY_WEIGHT: Choice = ((Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal("1.5"), Decimal(2)), (18, 34, 32, 6, 10))
BY_PIECE: Choice = ((Decimal(1), Decimal(2), Decimal(3)), (82, 15, 3))
BY_STRIP: Choice = ((Decimal(1), Decimal(2), Decimal(3)), (68, 26, 6))
BY_HANDFUL: Choice = ((Decimal(1), Decimal(2), Decimal(3), Decimal(4), Decimal(5)), (34, 27, 14, 9, 16))
ONE: Choice = ((Decimal(1),), (1,))


@dataclass(slots=True)
class Basket:
    at: time
    lines: list[tuple[Item, Decimal]]


class Shelf:
    """The goods with their popularity, ready to draw baskets from."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)
        by_name = {item.name: item for item in items}
        self.follows: dict[int, list[tuple[Item, float]]] = {}
        for pair in PAIRS:
            first, second = by_name[pair.first], by_name[pair.second]
            self.follows.setdefault(first.index, []).append((second, pair.chance))
        self._weights: dict[float, list[float]] = {}

    def day(self, rng: random.Random, day: date, mood: DayMood) -> list[Basket]:
        """Return the baskets of one day, in the order in which they are paid."""
        count = round(SALES_A_DAY * mood.factor * rng.gauss(1, 0.05))
        hours = rng.choices(range(len(mood.hours)), weights=mood.hours, k=count)
        times = sorted(time(OPENS_AT + hour, rng.randrange(60), rng.randrange(60)) for hour in hours)
        return [Basket(at=at, lines=self._lines(rng, mood.feast)) for at in times]

    def _lines(self, rng: random.Random, feast: float) -> list[tuple[Item, Decimal]]:
        weights = self._cumulative(feast)
        wanted = rng.choices(range(1, MOST_LINES + 1), weights=LINE_COUNTS)[0]
        taken: dict[int, Item] = {}
        while len(taken) < wanted:
            item = rng.choices(self.items, cum_weights=weights)[0]
            taken[item.index] = item
        for item in list(taken.values()):
            for second, chance in self.follows.get(item.index, ()):
                if len(taken) < MOST_LINES and rng.random() < chance:
                    taken[second.index] = second
        return [(item, quantity(rng, item)) for item in taken.values()]

    def _cumulative(self, feast: float) -> list[float]:
        if feast not in self._weights:
            self._weights[feast] = list(
                accumulate(item.weight * category_factor(item.category, feast) for item in self.items)
            )
        return self._weights[feast]


def quantity(rng: random.Random, item: Item) -> Decimal:
    """Return how much of `item` one person takes."""
    if item.sold_by_measure:
        choice = BY_WEIGHT
    elif item.price >= 50_000:
        choice = ONE
    elif item.uom == "sachet" or item.category == "MIE":
        choice = BY_HANDFUL
    elif item.uom == "strip":
        choice = BY_STRIP
    else:
        choice = BY_PIECE
    return rng.choices(choice[0], weights=choice[1])[0]


NOTES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


def cash_given(rng: random.Random, total: Decimal) -> Decimal:
    """Return the notes a customer hands over: the exact money, or the next round amount up."""
    if rng.random() < 0.22:
        return total
    likely = sorted({ceil(total / note) * note for note in NOTES})[:4]
    return Decimal(rng.choice(likely))
