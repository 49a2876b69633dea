"""What each method would do with one product, side by side: computed by the same formulas as its policy."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from inventori.money import ZERO
from inventori.templatetags.inventori import qty as show_qty
from inventory import formulas
from inventory.demand_stats import DemandStats
from inventory.models import ReorderPolicy
from inventory.reorder_models import ReorderMethod, ServiceMeasure

from .measuring import TYPED_NUMBERS, Measured
from .planning import ONE, Situation, plan
from .policy_numbers import YEAR, Known, policy_numbers

METHODS = (ReorderMethod.ROP_EOQ, ReorderMethod.MIN_MAX, ReorderMethod.UP_TO)
# How often goods are filled up where they are looked at daily.
UP_TO_DAYS = 7
# What the pharmacy study is asked: three months of demand, safety 15 % of a month.
STUDY_MONTHS, STUDY_SAFETY = 3, 15


@dataclass(frozen=True, slots=True)
class Choice:
    """One method: its rule in words, what it would order now, its stock, and its yearly costs (None: not known)."""

    label: StrOrPromise
    rule: str
    order_now: Decimal
    average_stock: Decimal
    costs: Decimal | None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """The numbers of one method."""

    method: ReorderMethod
    review: int
    safety: Decimal
    rop: Decimal
    lot: Decimal
    low: Decimal
    high: Decimal


def choices(policy: ReorderPolicy, now: Situation, measured: Measured, open_share: float) -> list[Choice]:
    """Return the three methods and the pharmacy study's, each with what it would order at this moment."""
    found = [_choice(policy, now, levels, open_share) for levels in _levels(policy, measured, open_share)]
    return [*found, _study(policy, now, open_share)]


def _levels(policy: ReorderPolicy, measured: Measured, open_share: float) -> list[Levels]:
    count = len(METHODS)
    reviews = [policy.review_days, policy.review_days, max(policy.review_days, 1)]
    if policy.method != ReorderMethod.UP_TO and policy.review_days < 2:
        reviews[2] = UP_TO_DAYS

    def same(value: Decimal | float | bool) -> np.ndarray:
        return np.full(count, float(value))

    known = Known(
        demand=np.repeat(measured.demand, count, axis=0),
        counted=np.repeat(measured.counted, count, axis=0),
        stats=_repeated(measured, count),
        mean=same(policy.avg_daily_demand),
        std=same(policy.demand_std),
        open_share=open_share,
        method=np.array([method.value for method in METHODS]),
        level=same(policy.service_level / 100),
        is_fill=np.full(count, policy.service_measure == ServiceMeasure.FILL),
        lead_time=same(policy.lead_time_days),
        lead_time_std=same(policy.lead_time_std),
        review=np.array(reviews, float),
        ordering_cost=same(policy.ordering_cost),
        holding_cost=same(policy.holding_cost),
        has_supplier=np.full(count, True),
        unit=same(0.001 if policy.product.sold_by_measure else 1.0),
        typed={name: same(getattr(policy, name)) for name in TYPED_NUMBERS if name in policy.typed},
    )
    numbers = policy_numbers(known)
    columns = (numbers.safety_stock, numbers.rop, numbers.reorder_qty, numbers.min_qty, numbers.max_qty)
    rows = zip(METHODS, reviews, *(column.tolist() for column in columns), strict=True)
    return [Levels(method, review, *(_decimal(value, 3) for value in values)) for method, review, *values in rows]


def _repeated(measured: Measured, count: int) -> DemandStats:
    stats = measured.stats
    names = ("days", "mean", "std", "total", "sale_days", "outliers", "state")
    return replace(stats, **{name: np.repeat(getattr(stats, name), count, axis=0) for name in names})


def _choice(policy: ReorderPolicy, now: Situation, levels: Levels, open_share: float) -> Choice:
    # Another review interval makes the days ahead longer or shorter, feasts and closed days in proportion.
    days, own_days = policy.lead_time_days + levels.review, policy.lead_time_days + policy.review_days
    worth, of_them_open = (now.days / own_days, now.usual_days / own_days) if own_days else (ONE, ONE)
    situation = replace(
        now,
        method=levels.method,
        days=round(days * worth, 2),
        usual_days=round(days * of_them_open, 2),
        safety=levels.safety,
        rop=levels.rop,
        lot=levels.lot,
        min_level=levels.low,
        max_level=levels.high,
        is_review_day=True,
    )
    daily = policy.avg_daily_demand * _decimal(open_share, 6)
    lot = {
        ReorderMethod.MIN_MAX: levels.high - levels.low,
        ReorderMethod.UP_TO: daily * max(levels.review, 1),
    }.get(levels.method, levels.lot)
    own = {ReorderMethod.ROP_LOT: ReorderMethod.ROP_EOQ}
    return Choice(
        label=_label(levels.method),
        rule=_rule(levels),
        order_now=plan(situation).qty,
        average_stock=_decimal(float(lot / 2 + levels.safety), 0),
        costs=_year(policy, daily, lot),
        is_current=own.get(ReorderMethod(policy.method), ReorderMethod(policy.method)) == levels.method,
    )


def _label(method: ReorderMethod) -> str:
    return {
        ReorderMethod.MIN_MAX: _("Min-Max"),
        ReorderMethod.UP_TO: _("Up to a level"),
    }.get(method, _("Reorder point"))


def _rule(levels: Levels) -> str:
    if levels.method == ReorderMethod.UP_TO:
        if levels.review == 1:
            return _("each day, up to %(level)s") % {"level": show_qty(levels.high)}
        return _("every %(days)s days, up to %(level)s") % {
            "days": show_qty(levels.review),
            "level": show_qty(levels.high),
        }
    if levels.method == ReorderMethod.MIN_MAX:
        return _at_up_to(levels.low, levels.high)
    return _("at %(rop)s, %(lot)s at a time") % {"rop": show_qty(levels.rop), "lot": show_qty(levels.lot)}


def _at_up_to(low: Decimal, high: Decimal) -> str:
    return _("at %(min)s, up to %(max)s") % {"min": show_qty(low), "max": show_qty(high)}


def _study(policy: ReorderPolicy, now: Situation, open_share: float) -> Choice:
    """The pharmacy study's rule as published, of this demand and these costs."""
    daily = policy.avg_daily_demand * _decimal(open_share, 6)
    study = formulas.study_min_max(
        _decimal(float(daily * 30 * STUDY_MONTHS), 0),
        STUDY_MONTHS,
        policy.ordering_cost,
        policy.holding_cost * STUDY_MONTHS / 12,
        STUDY_SAFETY,
        policy.lead_time_days,
    )
    typed = frozenset({"min_qty", "max_qty"})
    situation = replace(
        now, method=ReorderMethod.MIN_MAX, min_level=study.min_qty, max_level=study.max_qty, typed=typed
    )
    return Choice(
        label=_("Pharmacy study"),
        rule=_at_up_to(study.min_qty, study.max_qty),
        order_now=plan(situation).qty,
        average_stock=_decimal(float(study.qty / 2 + study.safety), 0),
        costs=_year(policy, daily, study.qty),
    )


def _year(policy: ReorderPolicy, daily: Decimal, lot: Decimal) -> Decimal | None:
    """Return what orders and keeping cost in a year by this lot; the safety stock's keeping is not in it."""
    if min(lot, daily, policy.holding_cost, policy.ordering_cost) <= ZERO:
        return None
    costs = formulas.lot_costs(float(daily * YEAR), float(policy.ordering_cost), float(policy.holding_cost), float(lot))
    return _decimal(float(costs.total), 0)


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
