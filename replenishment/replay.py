"""Replays the past of a shop day by day under a rule of ordering: what would have been there, what not. Pure NumPy.

All products go through a day together. A day: what was ordered comes in at its opening; what was asked for is served
as far as it lies there, the rest is lost (customers do not wait); at its close, on a review day, the position (on hand
and on order) is compared with the trigger, and what is ordered is there at the opening of the day after the lead time:
an order of Monday with a lead time of 2 days protects Tuesday and Wednesday and is on the shelf on Thursday.

What was asked for is what was sold. On a day on which the shop itself had run out, more may have been asked for than
anybody knows: every rule is judged by the same, too small, demand of that day.

A replay may run in before its days are counted: at its first day nothing is under way, which no shop ever sees.

The rules come from replay_rules.py; each holds from its day to the next one's. tests/replenishment/slow_replay.py does
the same for one product in plain Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inventory.formulas import round_to_multiple

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Quantities are thousandths: what is smaller is the noise of adding.
TINY = 1e-6


@dataclass(frozen=True)
class Past:
    """What happened to `n` products in the replayed days.

    demand: units asked for, days × n, not negative. supplier: n, a row of `lead_days`. lead_days: suppliers × days,
    whole days that an order of that day takes; one truck brings all that was ordered of a supplier on a day.
    multiple, minimum: n, in what steps and how little can be ordered. unit_cost: n, of one unit.
    """

    demand: FloatArray
    supplier: IntArray
    lead_days: IntArray
    multiple: FloatArray
    minimum: FloatArray
    unit_cost: FloatArray


@dataclass(frozen=True)
class Rule:
    """When to order and how much; one element for each product.

    trigger: order when the position is at or below it. lot: order whole lots until the position is above the
    trigger; where it is 0, order up to `level`. review: days from one look to the next. offset: a day is one of review
    when (day + offset) % review is 0. known: there was demand to compute from; a product is replayed from the first
    rule that knows it, with `start` on hand.
    """

    trigger: FloatArray
    level: FloatArray
    lot: FloatArray
    review: IntArray
    offset: IntArray
    start: FloatArray
    known: BoolArray


@dataclass(frozen=True)
class Outcome:
    """What a rule came to: one element for each product, and for each counted day over all products.

    days: counted. short_days: on which nothing lay there or less than was asked for. cycles: deliveries, and the
    days after the last one if something was lost in them; good_cycles: those of them without loss. stock_days: Σ of
    what lay there at the close of each day.
    """

    days: IntArray
    demand: FloatArray
    served: FloatArray
    short_days: IntArray
    cycles: IntArray
    good_cycles: IntArray
    stock_days: FloatArray
    orders: IntArray
    ordered: FloatArray
    short_by_day: IntArray
    value_by_day: FloatArray
    orders_by_day: IntArray

    @property
    def average_stock(self) -> FloatArray:
        return self.stock_days / np.maximum(self.days, 1)


def replay(
    past: Past,
    rules: Mapping[int, Rule],
    on_day: Callable[[int], None] = lambda day: None,
    *,
    run_in: int = 0,
) -> Outcome:
    """Replay `past` under `rules`: each from its day on; there is one of day 0.

    on_day: called before each day; what it raises ends the replay. run_in: days at the beginning that are replayed
    and not counted.
    """
    state = _State(past, run_in)
    for day in range(past.demand.shape[0]):
        on_day(day)
        if day == run_in:
            state.count()
        if day in rules:
            state.follow(rules[day])
        state.open(day)
        state.sell(day)
        state.order(day)
    return state.outcome()


class _State:
    """What lies and what is under way, and the sums so far."""

    rule: Rule

    def __init__(self, past: Past, run_in: int) -> None:
        self.past, self.run_in = past, run_in
        days, n = past.demand.shape
        self.started = np.zeros(n, dtype=bool)
        self.on_hand, self.on_order = np.zeros(n), np.zeros(n)
        self.is_short = np.zeros(n, dtype=bool)  # since the last delivery
        longest = int(past.lead_days.max(initial=0))
        self.arrivals = np.zeros((days + longest + 1, n))
        self.count()

    def count(self) -> None:
        """Begin to count: what was lost before belongs to no cycle any more."""
        days, n = self.past.demand.shape
        self.is_short[:] = False
        self.sums = {name: np.zeros(n) for name in ("demand", "served", "stock", "ordered")}
        self.counts = {name: np.zeros(n, np.int64) for name in ("days", "short", "cycles", "good", "orders")}
        self.short_by_day, self.orders_by_day = np.zeros(days, np.int64), np.zeros(days, np.int64)
        self.value_by_day = np.zeros(days)

    def follow(self, rule: Rule) -> None:
        new = rule.known & ~self.started
        self.on_hand[new] = rule.start[new]
        self.started |= new
        self.rule = rule

    def open(self, day: int) -> None:
        came = self.arrivals[day]
        self.on_hand += came
        self.on_order -= came
        ended = came > TINY
        self.counts["cycles"] += ended
        self.counts["good"] += ended & ~self.is_short
        self.is_short &= ~ended

    def sell(self, day: int) -> None:
        wanted = np.where(self.started, self.past.demand[day], 0.0)
        served = np.minimum(self.on_hand, wanted)
        lost = wanted - served > TINY
        short = (lost | (self.on_hand <= TINY)) & self.started
        self.on_hand -= served
        self.is_short |= lost
        self.sums["demand"] += wanted
        self.sums["served"] += served
        self.sums["stock"] += self.on_hand
        self.counts["days"] += self.started
        self.counts["short"] += short
        self.short_by_day[day] = np.count_nonzero(short)
        self.value_by_day[day] = self.on_hand @ self.past.unit_cost

    def order(self, day: int) -> None:
        rule, position = self.rule, self.on_hand + self.on_order
        due = self.started & (position <= rule.trigger + TINY) & ((day + rule.offset) % rule.review == 0)
        rows = np.flatnonzero(due)
        qty = _order_qty(rule, rows, position[rows])
        rows, qty = rows[qty > TINY], qty[qty > TINY]
        if not rows.size:
            return
        qty = round_to_multiple(qty, self.past.multiple[rows], self.past.minimum[rows])
        lead = self.past.lead_days[self.past.supplier[rows], day]
        self.arrivals[day + lead + 1, rows] += qty
        self.on_order[rows] += qty
        self.sums["ordered"][rows] += qty
        self.counts["orders"][rows] += 1
        self.orders_by_day[day] = rows.size

    def outcome(self) -> Outcome:
        sums, counts = self.sums, self.counts
        counted = slice(self.run_in, None)
        return Outcome(
            days=counts["days"],
            demand=sums["demand"],
            served=sums["served"],
            short_days=counts["short"],
            cycles=counts["cycles"] + self.is_short,
            good_cycles=counts["good"],
            stock_days=sums["stock"],
            orders=counts["orders"],
            ordered=sums["ordered"],
            short_by_day=self.short_by_day[counted],
            value_by_day=self.value_by_day[counted],
            orders_by_day=self.orders_by_day[counted],
        )


def _order_qty(rule: Rule, rows: IntArray, position: FloatArray) -> FloatArray:
    """Return what brings the position above the trigger in whole lots, or up to the level."""
    lot = rule.lot[rows]
    lots = np.floor((rule.trigger[rows] - position + TINY) / np.where(lot > 0, lot, 1.0)) + 1
    return np.where(lot > 0, lots * lot, rule.level[rows] - position)


def draw_lead_days(pools: list[IntArray], days: int, seed: int) -> IntArray:
    """Draw the lead time of each supplier for each day from what his receipts took; the same seed draws the same.

    pools: for each supplier the whole days that his deliveries took, at least one of them.
    Source: B. Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7(1), 1979.

    >>> draw_lead_days([np.array([2]), np.array([1, 5])], days=4, seed=1).tolist()
    [[2, 2, 2, 2], [5, 1, 1, 5]]
    """
    drawn = np.zeros((len(pools), days), np.int64)
    for row, pool in enumerate(pools):
        # Each supplier has a row of draws of his own: another supplier more does not change it.
        drawn[row] = np.random.default_rng([seed, row]).choice(np.maximum(pool, 0), days)
    return drawn
