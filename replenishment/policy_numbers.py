"""From what is known of many products to the numbers of their policies. Pure arithmetic on arrays, no database.

The formulas are those of inventory/formulas.py; here is decided which of them a policy takes, in which order, and
that a typed value stays and everything after it is computed from it.

Statistics are of a counted day: open, with goods on the shelf, no feast. Lead times are in days of the calendar. A
shop that is open six days of seven sells 6/7 of a counted day on a day of the calendar, so mean and variance are
taken times that share first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from inventory.demand_stats import DemandStats, empirical_quantile, normal_fits
from inventory.formula_input import FloatArray, State, input_state, main_state
from inventory.formulas import (
    eoq,
    interval_std,
    order_up_to,
    reorder_point,
    round_to_multiple,
    safety_from_quantile,
    safety_stock_protected,
    z_for_fill_rate,
    z_value,
)
from inventory.reorder_models import ReorderMethod

BoolArray = npt.NDArray[np.bool_]

YEAR = 365
# With fewer windows the quantile of the past says less than the normal model does.
LEAST_WINDOWS = 30
# What the columns hold.
MOST_UNITS, MOST_A_DAY = 9e10, 9e9


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of n products.

    demand, counted: n × days, what `stats` was made of. open_share: of the days of the calendar. level: a share of 1.
    is_fill: the level is a fill rate. costs: of an order, and of one unit for a year. unit: the least quantity, 1 or
    0.001. typed: by field name, NaN where nobody typed it.
    """

    demand: npt.NDArray[np.floating]
    counted: BoolArray
    stats: DemandStats
    mean: FloatArray
    std: FloatArray
    open_share: float
    method: npt.NDArray[np.str_]
    level: FloatArray
    is_fill: BoolArray
    lead_time: FloatArray
    lead_time_std: FloatArray
    review: FloatArray
    ordering_cost: FloatArray
    holding_cost: FloatArray
    has_supplier: BoolArray
    unit: FloatArray
    typed: Mapping[str, FloatArray] = field(default_factory=dict)

    def keep(self, name: str, computed: FloatArray) -> FloatArray:
        """Return what was typed, else what was computed."""
        typed = self.typed.get(name)
        return computed if typed is None else np.where(np.isnan(typed), computed, typed)

    def is_typed(self, name: str) -> BoolArray:
        typed = self.typed.get(name)
        return np.zeros(len(self.unit), bool) if typed is None else ~np.isnan(typed)


# The share of a unit that is not rounded up to a whole one.
NOISE_SHARE = 0.05


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of n policies, and which of them come from the quantile of the past."""

    mean: FloatArray
    std: FloatArray
    safety_stock: FloatArray
    rop: FloatArray
    reorder_qty: FloatArray
    min_qty: FloatArray
    max_qty: FloatArray
    is_empirical: BoolArray
    state: npt.NDArray[np.int8]


def policy_numbers(known: Known) -> Numbers:
    """Return safety stock, reorder point, lot, minimum and maximum of each product.

    Reorder point and Min-Max: MIN = ROP = d·(LT+R) + SS, MAX = MIN + lot. Up to a level on each review day:
    MAX = d·(LT+R) + SS, and ROP, at which it is told of between two of them, d·LT + SS.
    """
    mean = np.minimum(known.keep("avg_daily_demand", known.mean), MOST_A_DAY)
    std = np.minimum(known.keep("demand_std", known.std), MOST_A_DAY)
    daily, spread = mean * known.open_share, std * np.sqrt(known.open_share)
    is_up_to = known.method == ReorderMethod.UP_TO
    lot = known.keep("reorder_qty", _lot(known, daily, is_up_to))
    safety, is_empirical = _safety(known, mean, std, daily, spread, lot)
    safety = np.minimum(known.keep("safety_stock", safety), MOST_UNITS)

    review = np.where(is_up_to, 0.0, known.review)
    rop = known.keep("rop", _whole(reorder_point(daily, known.lead_time, safety, review), known.unit))
    low = known.keep("min_qty", rop)
    level = _whole(order_up_to(daily, known.lead_time, known.review, safety), known.unit)
    high = known.keep("max_qty", np.minimum(np.where(is_up_to, level, low + lot), MOST_UNITS))
    is_min_max = known.method == ReorderMethod.MIN_MAX
    rop = np.where(is_min_max & ~known.is_typed("rop"), low, rop)
    lot = known.keep("reorder_qty", np.where(is_min_max, np.maximum(high - low, 0.0), lot))
    state = _state(known, mean, is_up_to, is_turned=known.is_typed("max_qty") & (high <= low) & ~is_up_to)
    return Numbers(mean, std, safety, rop, lot, low, high, is_empirical, state)


def _lot(known: Known, daily: FloatArray, is_up_to: BoolArray) -> FloatArray:
    """Return the economic lot in whole units, at least one; up to a level, what a review interval sells."""
    interval = known.lead_time + known.review
    need = np.maximum(daily * interval, known.unit)
    economic = eoq(daily * YEAR, known.ordering_cost, known.holding_cost, otherwise=need)
    lot = np.where(is_up_to, daily * np.maximum(known.review, 1.0), economic)
    lot = np.maximum(np.floor(lot / known.unit + 0.5) * known.unit, known.unit)
    return np.where(daily > 0, np.minimum(lot, MOST_UNITS), 0.0)


def _safety(
    known: Known, mean: FloatArray, std: FloatArray, daily: FloatArray, spread: FloatArray, lot: FloatArray
) -> tuple[FloatArray, BoolArray]:
    late = known.lead_time_std
    over_interval = interval_std(daily, spread, known.lead_time, late, known.review)
    by_fill = z_for_fill_rate(known.level, np.maximum(lot, known.unit), over_interval)
    z = np.maximum(np.where(known.is_fill, by_fill, z_value(known.level)), 0.0)
    safety = safety_stock_protected(z, daily, spread, known.lead_time, late, known.review)

    # In counted days, which are what the quantile is read off.
    interval = (known.lead_time + known.review) * known.open_share
    is_own = known.is_typed("avg_daily_demand") | known.is_typed("demand_std") | (mean != known.stats.mean)
    other = (mean > 0) & ~is_own & ~normal_fits(known.stats, interval)
    rows = np.flatnonzero(other & (interval > 0))
    if not len(rows):
        return safety, np.zeros(len(safety), bool)
    # A fill rate asks for the quantile that its z stands for.
    share = np.where(known.is_fill, ndtr(z), known.level)[rows]
    found = empirical_quantile(known.demand[rows], interval[rows], share, known.counted[rows])
    enough = found.windows >= LEAST_WINDOWS
    rows, quantile = rows[enough], found.quantile[enough]
    safety[rows] = safety_from_quantile(quantile, mean[rows], interval[rows], z[rows], late[rows] * known.open_share)
    is_empirical = np.zeros(len(safety), bool)
    is_empirical[rows] = True
    return safety, is_empirical


def _state(known: Known, mean: FloatArray, is_up_to: BoolArray, *, is_turned: BoolArray) -> npt.NDArray[np.int8]:
    """Return the most serious state; what nobody computes from, because a value is typed, keeps nothing from it."""
    has_lot = is_up_to | known.is_typed("reorder_qty") | known.is_typed("max_qty")
    demand = np.where(known.is_typed("avg_daily_demand") & (mean > 0), np.int8(State.OK), known.stats.state)
    return main_state(
        demand,
        np.where(is_turned, np.int8(State.MAX_NOT_ABOVE_MIN), np.int8(State.OK)),
        input_state(
            service_level=known.level,
            lead_time=known.lead_time,
            ordering_cost=np.where(has_lot, 1.0, known.ordering_cost),
            holding_cost=np.where(has_lot, 1.0, known.holding_cost),
            has_supplier=known.has_supplier | known.is_typed("lead_time_days"),
        ),
    )


def _whole(qty: FloatArray, unit: FloatArray) -> FloatArray:
    """Return quantities rounded up to what can be counted; what is no more than noise above it is left off.

    Of slow goods 3 units cover nineteen intervals of twenty: the 3.004 that a late supplier makes of it is no fourth.
    """
    counted = np.where(qty > unit, qty - NOISE_SHARE * unit, qty)
    return np.minimum(round_to_multiple(counted, unit), MOST_UNITS)
