"""What a suggested and a decided quantity come to in the days that really followed. Pure, no Django.

Both go through the same days: the same stock and the same orders under way, the same demand, the same morning on which
the goods were there. What was before that morning no quantity could change, so costs count from it on: the margin of
units that were asked for and not there, the keeping of what lies there over night, and the cost of what of the ordered
goods expires; of what is left of them at the end, as much as will expire at the mean (replenishment/expiry.py). Each
ordered unit that is sold bears its share of the order's cost, D/Q·S as in the economic lot: else the smaller of two
quantities would always be the cheaper one, and nothing would be said of the orders that it calls for later.

Five lie there, two are asked for each day, and goods come on the third morning. Twelve of them last to the eighth day:

>>> past = Past(lots=(Lot(5),), arrival=3, demand=(2,) * 12, mean=2, margin=3_000, unit_cost=5_000, holding=10)
>>> ordered, suggested = play(past, 12), play(past, 24)
>>> ordered.days_short, ordered.lost, ordered.lost_margin, ordered.unit_days, ordered.cost
(4, 7.0, 21000.0, 36.0, 21360.0)
>>> suggested.days_short, suggested.over, suggested.unit_days, suggested.cost
(0, 5.0, 140.0, 1400.0)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory.formula_input import TINY

from .expiry import NEVER, expiry_consume


@dataclass(frozen=True, slots=True)
class Lot:
    """Units that are there from the morning of `day` on and may be sold until `last_day`; the decision is day 0."""

    qty: float
    day: int = 0
    last_day: int = NEVER


@dataclass(frozen=True, slots=True)
class Past:
    """The days after a decision, the first of them day 1.

    lots: what was there and what came besides; arrival, last_day: of the ordered goods; demand: units by day.
    mean: units a day, for what is left at the end. margin, unit_cost: of a unit; holding: of a unit for a day;
    ordering: of the order.
    """

    lots: Sequence[Lot]
    arrival: int
    demand: Sequence[float]
    mean: float
    margin: float
    unit_cost: float
    holding: float
    ordering: float = 0.0
    last_day: int = NEVER


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one quantity comes to from the morning of its arrival on.

    days_short: days on which less was there than was asked for; lost: units not served; over: units left at the end;
    unit_days: Σ units left each evening; expired: units of the ordered goods that expire unsold.
    """

    days_short: int = 0
    lost: float = 0.0
    over: float = 0.0
    unit_days: float = 0.0
    expired: float = 0.0
    lost_margin: float = 0.0
    keeping: float = 0.0
    ordering: float = 0.0
    write_off: float = 0.0

    @property
    def cost(self) -> float:
        return self.lost_margin + self.keeping + self.ordering + self.write_off


def play(past: Past, qty: float) -> Verdict:
    """Return what ordering `qty` comes to. Nothing counts where the goods come after the last day."""
    if past.arrival > len(past.demand):
        return Verdict()
    ordered = Lot(qty, past.arrival, past.last_day)
    # The first to expire is sold first; of equals, what was there before.
    lots = sorted([*past.lots, ordered], key=lambda lot: (lot.last_day, lot.day, lot is ordered))
    place = next(at for at, lot in enumerate(lots) if lot is ordered)
    left = [max(float(lot.qty), 0.0) for lot in lots]
    days_short, lost, unit_days, expired = 0, 0.0, 0.0, 0.0
    for day, asked in enumerate(past.demand, start=1):
        missing = _sell(lots, left, day, asked)
        if lots[place].last_day == day:
            expired += left[place]
        left = [0.0 if lot.last_day <= day else units for lot, units in zip(lots, left, strict=True)]
        if day >= past.arrival:
            days_short += missing > TINY
            lost += missing
            unit_days += _there(lots, left, day)
    end = len(past.demand)
    sold = max(qty, 0.0) - left[place] - expired
    expired += _will_expire(lots, left, end, past.mean)[place]
    return Verdict(
        days_short=days_short,
        lost=lost,
        over=_there(lots, left, end),
        unit_days=unit_days,
        expired=expired,
        lost_margin=lost * max(past.margin, 0.0),
        keeping=unit_days * past.holding,
        ordering=sold / qty * past.ordering if qty > 0 else 0.0,
        write_off=expired * past.unit_cost,
    )


def _sell(lots: Sequence[Lot], left: list[float], day: int, asked: float) -> float:
    """Take what is asked for from `left`, and return what was missing."""
    missing = max(float(asked), 0.0)
    for at, lot in enumerate(lots):
        if lot.day <= day <= lot.last_day:
            taken = min(left[at], missing)
            left[at] -= taken
            missing -= taken
    return missing


def _there(lots: Sequence[Lot], left: Sequence[float], day: int) -> float:
    return sum(units for lot, units in zip(lots, left, strict=True) if lot.day <= day)


def _will_expire(lots: Sequence[Lot], left: Sequence[float], end: int, mean: float) -> list[float]:
    """Return what of each lot will expire unsold after the last day, which was `end`."""
    units = np.array([units if lot.day <= end else 0.0 for lot, units in zip(lots, left, strict=True)])
    days = np.array([NEVER if lot.last_day >= NEVER else lot.last_day - end - 1 for lot in lots])
    found: list[float] = expiry_consume(units, days, max(mean, 0.0)).unsold.tolist()
    return found
