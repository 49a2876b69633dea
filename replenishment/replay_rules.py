"""The rules that a replay follows: the shop's own policies (policy_numbers.py), as they would have been computed.

A rule of a day sees demand up to the day before, lead times of receipts up to the day before, and what a person typed.
Costs and classes are today's: they weigh, they do not foretell demand.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from inventory.reorder_models import ReorderMethod

from .policy_numbers import Known, policy_numbers
from .replay import Rule

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EOQ, LOT = ReorderMethod.ROP_EOQ.value, ReorderMethod.ROP_LOT.value
MIN_MAX, UP_TO = ReorderMethod.MIN_MAX.value, ReorderMethod.UP_TO.value
# What a fixed lot covers where nobody typed one, and how often goods are filled up that are looked at daily.
LOT_DAYS, UP_TO_DAYS = 30, 7
# Of a policy, what comes out: typed, it belongs to the method that it was typed for.
RESULTS = ("safety_stock", "rop", "reorder_qty", "min_qty", "max_qty")


@dataclass(frozen=True)
class Start:
    """How each product begins. weekday: of day 0, Monday is 0. review_weekday: of the product's review, −1 for any.

    phase: where in its cycle it is, from 0 just before an order to 1 just after it.
    """

    weekday: int
    review_weekday: IntArray
    phase: npt.NDArray[np.floating]


def under(known: Known, method: str) -> Known:
    """Return what is known, with one method for all products.

    A fixed lot that nobody typed is the need of 30 days; goods that are looked at daily are filled up weekly.
    """
    typed = {name: values for name, values in known.typed.items() if name not in RESULTS}
    review = known.review
    if method == LOT:
        typed["reorder_qty"] = known.keep("reorder_qty", fixed_lot(known))
    if method == UP_TO:
        review = np.where(review < 2, float(UP_TO_DAYS), review)
    return replace(known, method=np.full(known.method.shape, method), typed=typed, review=review)


def fixed_lot(known: Known) -> FloatArray:
    """Return the need of LOT_DAYS in whole units, at least one; 0 where nothing is needed."""
    need = known.keep("avg_daily_demand", known.mean) * known.open_share * LOT_DAYS
    return np.where(need > 0, np.maximum(np.ceil(need / known.unit - 1e-9) * known.unit, known.unit), 0.0)


def rule(known: Known, start: Start) -> Rule:
    """Return the rule of the policies that follow from what is known."""
    numbers = policy_numbers(known)
    is_up_to, is_min_max = known.method == UP_TO, known.method == MIN_MAX
    by_lot = ~(is_up_to | is_min_max)
    trigger = np.where(is_up_to, numbers.max_qty, np.where(is_min_max, numbers.min_qty, numbers.rop))
    lot = np.where(by_lot, numbers.reorder_qty, 0.0)
    level = np.where(by_lot, trigger + lot, np.maximum(numbers.max_qty, trigger))
    # The position swings between the trigger and what an order brings it to; goods filled up fall by a review's need.
    swing = np.where(is_up_to, numbers.mean * known.open_share * known.review, level - trigger)
    return Rule(
        trigger=trigger,
        level=level,
        lot=lot,
        review=np.where(start.review_weekday >= 0, 7, np.maximum(known.review, 1)).astype(np.int64),
        offset=np.where(start.review_weekday >= 0, (start.weekday - start.review_weekday) % 7, 0),
        start=np.maximum(np.ceil(level - (1 - start.phase) * swing), 0.0),
        known=numbers.mean > 0,
    )
