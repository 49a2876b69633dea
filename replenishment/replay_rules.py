"""The rules that a replay follows, each computed from what was known on its morning and from nothing later. Pure.

A rule of a day sees demand up to the day before, lead times of receipts up to the day before, and what a person typed.
Costs and classes are today's: they weigh, they do not foretell demand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from inventory import formulas
from inventory.demand_stats import DemandStats, demand_stats, empirical_quantile, normal_fits

from .replay import Rule

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Numbers = npt.ArrayLike
BoolArray = npt.NDArray[np.bool_]

EOQ, LOT, MIN_MAX, UP_TO = "EOQ", "LOT", "MINMAX", "UPTO"
YEAR_DAYS = 365
# What a fixed lot covers where nobody typed one, and how often goods are filled up where they are looked at daily.
LOT_DAYS, UP_TO_DAYS = 30, 7


@dataclass(frozen=True)
class Terms:
    """What the shop says of its products; one element for each.

    method: of EOQ, LOT, MINMAX, UPTO. level: the service level as a share; is_fill: of units (else of cycles).
    review: days from one look to the next, 0 with every sale. weekday: of the review, −1 for any. ordering_cost: of an
    order; holding_cost: of one unit a year. typed: values by their names in ReorderPolicy, NaN where none was typed.
    """

    method: npt.NDArray[np.str_]
    level: FloatArray
    is_fill: BoolArray
    review: IntArray
    weekday: IntArray
    ordering_cost: FloatArray
    holding_cost: FloatArray
    typed: Mapping[str, FloatArray] = field(default_factory=dict)

    def under(self, method: str) -> "Terms":
        """Return the terms with one method for all. What was typed of a policy's results belongs to its own method."""
        kept = ("reorder_qty",) if method == LOT else ()
        inputs = {name: values for name, values in self.typed.items() if name not in _RESULTS or name in kept}
        return replace(self, method=np.full(self.method.shape, method), typed=inputs)

    def at_level(self, level: FloatArray) -> "Terms":
        return replace(self, level=level)

    def value(self, name: str, computed: FloatArray) -> FloatArray:
        """Return what was typed for `name`, and what was computed where nothing was."""
        typed = self.typed.get(name)
        return computed if typed is None else np.where(np.isnan(typed), computed, typed)


_RESULTS = ("safety_stock", "rop", "reorder_qty", "min_qty", "max_qty")


@dataclass(frozen=True)
class Known:
    """What was known on a morning: statistics of demand, the days they are of, and each product's lead time in days."""

    demand: npt.NDArray[np.floating]  # products × days before that morning
    counted: BoolArray
    stats: DemandStats
    lead_mean: FloatArray
    lead_std: FloatArray


def known(
    demand: npt.NDArray[np.floating],
    counted: BoolArray,
    lead_mean: FloatArray,
    lead_std: FloatArray,
    *,
    leave_out_outliers: bool = False,
) -> Known:
    stats = demand_stats(demand, counted, leave_out_outliers=leave_out_outliers)
    return Known(demand, counted, stats, lead_mean, lead_std)


def rule(seen: Known, terms: Terms, *, weekday: int = 0, phase: Numbers = 1.0, is_bare: bool = False) -> Rule:
    """Return the rule that follows from what was seen and the shop's terms.

    weekday: of day 0 of the replay, Monday is 0. phase: where in its cycle each product begins, 1 just after an
    order. is_bare: by z·σ·√LT alone, which protects neither the review interval nor against late deliveries; to be
    compared with.
    """
    mean, std = terms.value("avg_daily_demand", seen.stats.mean), terms.value("demand_std", seen.stats.std)
    lead, lead_std = terms.value("lead_time_days", seen.lead_mean), terms.value("lead_time_std", seen.lead_std)
    is_up_to = terms.method == UP_TO
    review = np.where(is_up_to & (terms.review < 2), UP_TO_DAYS, terms.review)
    protected = np.where(is_up_to, review, 0) if is_bare else review
    lot = _lot(terms, mean, np.maximum(lead + review, 1))
    safety = (
        formulas.safety_stock(formulas.z_value(terms.level), std, lead)
        if is_bare
        else _safety(seen, terms, (mean, std, lead, lead_std, review), np.where(is_up_to, mean * review, lot))
    )
    safety = terms.value("safety_stock", safety)
    point = formulas.round_to_multiple(formulas.reorder_point(mean, lead, safety, protected), 1)
    return _levels(terms, point, lot, (mean * review, np.asarray(phase)), review, weekday, seen.stats.mean > 0)


def _lot(terms: Terms, mean: FloatArray, interval: FloatArray) -> FloatArray:
    need = mean * interval
    economic = formulas.eoq(mean * YEAR_DAYS, terms.ordering_cost, terms.holding_cost, otherwise=need)
    return np.where(terms.method == LOT, mean * LOT_DAYS, economic)


def _safety(seen: Known, terms: Terms, inputs: tuple[FloatArray, ...], order_qty: FloatArray) -> FloatArray:
    mean, std, lead, lead_std, review = inputs
    spread = formulas.interval_std(mean, std, lead, lead_std, review)
    z = formulas.z_value(terms.level)
    if terms.is_fill.any():
        z = np.where(terms.is_fill, formulas.z_for_fill_rate(terms.level, order_qty, spread), z)
    safety = formulas.safety_stock_protected(z, mean, std, lead, lead_std, review)
    rows = np.flatnonzero((seen.stats.mean > 0) & ~normal_fits(seen.stats, lead + review))
    if rows.size:
        interval = (lead + review)[rows]
        read = empirical_quantile(seen.demand[rows], interval, ndtr(z[rows]), seen.counted[rows])
        kept = formulas.safety_from_quantile(read.quantile, mean[rows], interval, z[rows], lead_std[rows])
        safety[rows] = kept
    return safety


def _levels(
    terms: Terms,
    point: FloatArray,
    lot: FloatArray,
    cycle: tuple[FloatArray, FloatArray],
    review: IntArray,
    weekday: int,
    is_known: BoolArray,
) -> Rule:
    is_up_to, is_min_max = terms.method == UP_TO, terms.method == MIN_MAX
    lot = np.maximum(terms.value("reorder_qty", lot), np.where(is_known, 1.0, 0.0))
    point = np.where(is_up_to, terms.value("max_qty", point), terms.value("rop", point))
    trigger = np.where(is_min_max, terms.value("min_qty", point), point)
    level = np.where(is_min_max, np.maximum(terms.value("max_qty", trigger + lot), trigger), trigger)
    by_lot = ~(is_up_to | is_min_max)
    review_need, phase = cycle
    # The position swings between the trigger and what an order brings it to; goods filled up fall by a review's need.
    swing = np.where(is_up_to, review_need, np.where(by_lot, lot, level - trigger))
    top = np.where(by_lot, trigger + lot, level)
    return Rule(
        trigger=trigger,
        level=level,
        lot=np.where(by_lot, lot, 0.0),
        review=np.where(terms.weekday >= 0, 7, np.maximum(review, 1)),
        offset=np.where(terms.weekday >= 0, (weekday - terms.weekday) % 7, 0),
        start=np.maximum(np.ceil(top - (1 - phase) * swing), 0.0),
        known=is_known,
    )
