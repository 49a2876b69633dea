"""How the demo shop buys: a reorder point and a lot size for each product and warehouse (s, Q).

    s = d · (L + R + B)       d: units a day, L: lead time, R: days between two looks, B: buffer
    Q = d · C                 C: days that one order should last; rounded up to the order multiple

d follows what was really asked for, smoothed over a fortnight.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from math import ceil

from inventori.dates import local_instant

from .catalogue import Catalogue, Item
from .events import SHOP, STORE, Arrived, Line, Ordered

ZONE = "Asia/Jakarta"
REVIEW_DAYS, BUFFER_DAYS, COVER_DAYS = 7, 3, 14
SMOOTHING = 1 / 14
# The story's end: one supplier lets the shop wait, another sent half, and the last day's orders are drafts.
LATE_SUPPLIER, LATE_DAYS = "SUP-11", 16
HALF_DAYS = 5
STORE_CATEGORIES = ("SBK", "MIE", "MNM", "KPT", "BBY", "RMH")
STORE_POPULARITY = 6


def kept_in_store(item: Item) -> bool:
    """Say whether the back store keeps cartons of `item` for businesses."""
    return item.category in STORE_CATEGORIES and item.popularity >= STORE_POPULARITY


class Buying:
    """What lies where, what is on its way, and when to order more."""

    def __init__(self, catalogue: Catalogue, demand: Sequence[float], *, last: date, rng: random.Random) -> None:
        self.last, self.rng = last, rng
        self.items = catalogue.items
        self.lead = {row["code"]: int(row["lead_time_days"]) for row in catalogue.suppliers}
        self.suppliers = list(self.lead)
        self.rate = {(item.index, SHOP): demand[item.index] for item in self.items}
        self.base = dict(self.rate)
        self.on_hand: dict[tuple[int, str], Decimal] = {key: Decimal(0) for key in self.rate}
        self.on_order: dict[tuple[int, str], Decimal] = {}
        for item in self.items:
            if kept_in_store(item):
                self.on_hand[item.index, STORE] = Decimal(0)
        self.asked: dict[tuple[int, str], Decimal] = {}
        self.coming: dict[date, list[Ordered]] = {}
        self.serial = 0
        self.half_sent = False

    def min_stock(self, item: Item) -> int:
        """Return the minimum stock of `item`: what its lead time and two days more use up."""
        return max(2, round(self.base[item.index, SHOP] * (self.lead[item.supplier] + 2)))

    def opening(self, warehouse: str) -> list[Line]:
        lines = []
        for item in self.items:
            if (item.index, warehouse) in self.on_hand:
                point, lot = self._policy(item, warehouse)
                qty = Decimal(max(round(point * self.rng.uniform(1.0, 1.4) + float(lot) * self.rng.uniform(0, 0.6)), 2))
                self.on_hand[item.index, warehouse] = qty
                lines.append(Line(item=item, qty=qty, price=item.earlier_cost))
        return lines

    def take(self, item: Item, warehouse: str, wanted: Decimal) -> Decimal:
        """Take up to `wanted` off the shelf and return how much there was."""
        key = (item.index, warehouse)
        self.asked[key] = self.asked.get(key, Decimal(0)) + wanted
        got = min(wanted, self.on_hand[key])
        self.on_hand[key] -= got
        return got

    def put(self, item: Item, warehouse: str, qty: Decimal) -> None:
        """Put `qty` on the shelf, or take it off where negative."""
        self.on_hand[item.index, warehouse] += qty

    def arrivals(self, day: date) -> Iterable[Arrived]:
        """Book in what comes today, before the shop opens."""
        for number, order in enumerate(self.coming.pop(day, [])):
            lines = order.lines
            if self._comes_in_half(order, day):
                lines, self.half_sent = lines[: len(lines) // 2], True
            for line in lines:
                key = (line.item.index, order.warehouse)
                self.on_hand[key] += line.qty
                self.on_order[key] -= line.qty
            at = local_instant(day, time(6, min(5 + 7 * number, 59), self.rng.randrange(60)), ZONE)
            yield Arrived(order=order, at=at, lines=lines)

    def _comes_in_half(self, order: Ordered, day: date) -> bool:
        """Say whether this is the one order near the end of which the supplier still owes the rest."""
        return not self.half_sent and (self.last - day).days < HALF_DAYS and len(order.lines) > 1

    def orders(self, day: date, *, prices_rose: bool) -> Iterable[Ordered]:
        """Look through the goods of the suppliers whose weekday it is and order what runs low."""
        self._follow_demand()
        for place, supplier in enumerate(self.suppliers):
            if place % 7 != day.weekday():
                continue
            for warehouse in (SHOP, STORE):
                lines = self._low_lines(supplier, warehouse, prices_rose)
                if lines:
                    yield self._order(supplier, warehouse, lines, day)

    def _low_lines(self, supplier: str, warehouse: str, prices_rose: bool) -> list[Line]:
        lines = []
        for item in self.items:
            key = (item.index, warehouse)
            if item.supplier != supplier or key not in self.on_hand:
                continue
            point, lot = self._policy(item, warehouse)
            position = self.on_hand[key] + self.on_order.get(key, Decimal(0))
            if position <= point:
                lots = ceil((point - float(position)) / float(item.order_multiple))
                qty = lot + lots * item.order_multiple
                lines.append(Line(item=item, qty=qty, price=item.cost if prices_rose else item.earlier_cost))
        return lines

    def _order(self, supplier: str, warehouse: str, lines: list[Line], day: date) -> Ordered:
        self.serial += 1
        at = local_instant(day, time(16, 30 + self.serial % 25), ZONE)
        arrives = day + timedelta(days=self.lead[supplier] + self.rng.choices((0, 1, 2), weights=(80, 15, 5))[0])
        order = Ordered(self.serial, supplier, warehouse, at, lines, arrives, is_sent=day < self.last)
        for line in lines:
            key = (line.item.index, warehouse)
            self.on_order[key] = self.on_order.get(key, Decimal(0)) + line.qty
        kept_waiting = supplier == LATE_SUPPLIER and (self.last - arrives).days < LATE_DAYS
        if kept_waiting or arrives > self.last:
            order.arrives = None
        else:
            self.coming.setdefault(arrives, []).append(order)
        return order

    def _policy(self, item: Item, warehouse: str) -> tuple[float, Decimal]:
        """Return (s, Q) of today."""
        multiple = item.order_multiple
        if warehouse == STORE:
            return max(2 * float(multiple), 1.5 * self.min_stock(item)), 4 * multiple
        rate = max(self.rate[item.index, SHOP], self.base[item.index, SHOP] / 2)
        point = max(rate * (self.lead[item.supplier] + REVIEW_DAYS + BUFFER_DAYS), self.min_stock(item) + 1)
        lot = max(1, ceil(rate * COVER_DAYS / float(multiple))) * multiple
        return point, lot

    def _follow_demand(self) -> None:
        for key in self.rate:
            self.rate[key] += (float(self.asked.get(key, 0)) - self.rate[key]) * SMOOTHING
        self.asked.clear()
