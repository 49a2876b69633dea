"""The formulas of replenishment: how much to keep, when to order, how much to order. Pure NumPy, no Django.

Every argument is a number or an array; arrays broadcast, and ten thousand products are one call. Quantities are
in own units, demand in units a day, times in days, shares (service levels, quantiles) between 0 and 1. Inside are
floats: callers convert at the edge, and `round_to_multiple` rounds Decimals exactly.

What cannot be computed is never NaN or infinite. A single number that is impossible (a person typed it) raises
ValueError with the argument's name. In an array the element takes the stand-in that its function names, and
`formula_input.input_state` or `DemandStats.state` says which product it was and why.

The statistics of demand that go in are made by demand_stats.py; batches that expire are in replenishment/expiry.py.

Sources, cited by their letters:
[SPT] E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, 4th ed., 2017.
[SS] L. V. Snyder, Z.-J. M. Shen, Fundamentals of Supply Chain Theory, 2nd ed., 2019.
[H] F. W. Harris, How Many Parts to Make at Once, Factory 10(2), 1913.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal, overload

import numpy as np
from scipy.special import ndtr, ndtri

from inventori.money import round_half_up

from .formula_input import (
    MOST,
    TINY,
    FloatArray,
    Numbers,
    State,
    as_given,
    checked,
    checked_level,
    input_state,
    main_state,
    ratio,
)

# Φ(−8) is one in 10^15, and Φ(9) is 1 as floats see it.
Z_MOST, K_MOST = 8.0, 9.0
# A cover of days "without end": nothing is sold.
COVER_MOST = 9999.0


# --- Service -------------------------------------------------------------------------


def z_value(service_level: Numbers) -> FloatArray:
    """Return z = Φ⁻¹(service level), the standard deviations that a cycle service level asks for. [SPT ch. 6]

    Raises ValueError for one level outside 0 to 1; in an array such a level is taken as 0.95.

    >>> z_value([0.90, 0.95, 0.975]).round(4).tolist()
    [1.2816, 1.6449, 1.96]
    """
    return as_given(ndtri(checked_level("service_level", service_level)))


def normal_loss(z: Numbers) -> FloatArray:
    """Return G(z) = φ(z) − z·(1 − Φ(z)): the standard deviations short in a cycle, on average. [SS eq. C.22]

    >>> normal_loss([0, 1, 1.6449]).round(4).tolist()
    [0.3989, 0.0833, 0.0209]
    """
    high = np.minimum(checked("z", z, least=-MOST, otherwise=0.0), 30.0)
    density = np.exp(-0.5 * np.square(np.maximum(high, -30.0))) / np.sqrt(2 * np.pi)
    return as_given(density - high * ndtr(-np.maximum(high, -30.0)))


def z_for_fill_rate(fill_rate: Numbers, order_qty: Numbers, interval_std: Numbers, *, least: float = 0.0) -> FloatArray:
    """Return the z that reaches a fill rate: solve β = 1 − σ·G(z)/Q. [SPT ch. 6, SS ch. 5]

    fill_rate: β, the share of units that are there when asked for. order_qty: Q, the units of an order (mean × R
    where the order fills up to a level). interval_std: σ of demand over the protection interval.
    A large Q reaches β with z below 0, that is with less than the mean; z stops at `least` (the fill rate is then
    better than asked for) and at 8. Without spread z is `least`. Raises ValueError for one β outside 0 to 1 or one
    Q of 0; in an array such a β is taken as 0.95, such a Q as one unit.

    >>> z_for_fill_rate(0.99, 100, 50).round(3).item()
    1.663
    """
    level, std = checked_level("fill_rate", fill_rate), checked("interval_std", interval_std)
    qty = checked("order_qty", order_qty, least=TINY, otherwise=1.0)
    level, std, qty = np.broadcast_arrays(level, std, qty)
    wanted = np.clip(ratio((1 - level) * qty, std, otherwise=1.0), 1e-16, 1.0 + abs(least))
    z = np.full(wanted.shape, float(least))
    open_rows = (std > TINY) & (wanted < normal_loss(least))
    if open_rows.any():
        z[open_rows] = _solve_loss(wanted[open_rows], least)
    return as_given(z)


def _solve_loss(wanted: FloatArray, start: float) -> FloatArray:
    """Newton on ln G, which is concave and falls: from the left it overshoots once, then closes in from the right."""
    z = np.full(wanted.shape, float(start))
    log_wanted = np.log(wanted)
    for _ in range(50):
        loss = normal_loss(z)
        step = (np.log(loss) - log_wanted) * loss / ndtr(-z)
        z = np.minimum(z + step, 12.0)
        if np.abs(step).max() < 1e-12:
            break
    return np.minimum(z, Z_MOST)


def expected_cycle_service(safety: Numbers, interval_std: Numbers) -> FloatArray:
    """Return Φ(SS/σ), the share of cycles without a stock-out that a safety stock gives. 1 without spread. [SPT ch. 6]

    >>> expected_cycle_service(14.71, 8.944).round(3).item()
    0.95
    """
    k = _safety_in_stds(safety, interval_std)
    return as_given(ndtr(k))


def expected_fill_rate(safety: Numbers, order_qty: Numbers, interval_std: Numbers) -> FloatArray:
    """Return β = 1 − σ·G(SS/σ)/Q, the share of units there when asked for; between 0 and 1. [SPT ch. 6, SS ch. 5]

    Raises ValueError for one order_qty of 0; in an array it is taken as one unit.

    >>> expected_fill_rate(83.15, 100, 50).round(3).item()
    0.99
    """
    std = checked("interval_std", interval_std)
    qty = checked("order_qty", order_qty, least=TINY, otherwise=1.0)
    below = -checked("safety", safety, least=-MOST, otherwise=0.0)
    short = np.maximum(std * normal_loss(_safety_in_stds(safety, interval_std)), below)
    return as_given(1 - np.minimum(short, qty) / qty)


# --- How much to keep ----------------------------------------------------------------


def interval_std(
    demand_mean: Numbers, demand_std: Numbers, lead_time: Numbers, lead_time_std: Numbers = 0.0, review: Numbers = 0.0
) -> FloatArray:
    """Return σ = √((LT+R)·σ_d² + d²·σ_LT²), the spread of demand over the protection interval. [SPT ch. 6, SS ch. 4]

    >>> interval_std(10, 4, 5, 1.5).round(3).item()
    17.464
    """
    interval = checked("lead_time", lead_time) + checked("review", review)
    demand = interval * np.square(checked("demand_std", demand_std, most=1e9))
    late = checked("demand_mean", demand_mean, most=1e9) * checked("lead_time_std", lead_time_std, most=1e5)
    return as_given(np.sqrt(demand + np.square(late)))


def safety_stock(z: Numbers, demand_std: Numbers, lead_time: Numbers) -> FloatArray:
    """Return SS = z·σ_d·√LT. A z below 0 keeps nothing: a stock cannot be negative. [SPT ch. 6, SS ch. 4]

    >>> safety_stock(z_value(0.95), 4, 5).round(2).item()
    14.71
    """
    return safety_stock_protected(z, 0.0, demand_std, lead_time, 0.0, 0.0)


def safety_stock_protected(
    z: Numbers,
    demand_mean: Numbers,
    demand_std: Numbers,
    lead_time: Numbers,
    lead_time_std: Numbers = 0.0,
    review: Numbers = 0.0,
) -> FloatArray:
    """Return SS = z·√((LT+R)·σ_d² + d²·σ_LT²): it also protects the review interval and late deliveries. [SPT ch. 6]

    >>> safety_stock_protected(z_value(0.95), 10, 4, 5, 1.5).round(2).item()
    28.73
    """
    kept = np.maximum(checked("z", z, least=-MOST, otherwise=0.0), 0.0)
    return as_given(kept * interval_std(demand_mean, demand_std, lead_time, lead_time_std, review))


def safety_from_quantile(
    quantile: Numbers, demand_mean: Numbers, interval_days: Numbers, z: Numbers = 0.0, lead_time_std: Numbers = 0.0
) -> FloatArray:
    """Return the safety stock where the normal model does not fit: quantile − d·(LT+R), not below 0.

    quantile: of demand over the interval, `demand_stats.empirical_quantile`. With z and σ_LT the spread of the lead
    time, which no window of fixed length shows, is added as in the normal formula: √(SS² + (z·d·σ_LT)²).

    >>> safety_from_quantile(30, 2, 9).item()
    12.0
    """
    mean = checked("demand_mean", demand_mean, most=1e9)
    most = checked("quantile", quantile, most=1e12)
    kept = np.maximum(most - mean * checked("interval_days", interval_days, most=1e5), 0.0)
    late = np.maximum(checked("z", z, least=-MOST, otherwise=0.0), 0.0) * mean
    late = late * checked("lead_time_std", lead_time_std, most=1e5)
    return as_given(np.sqrt(np.square(kept) + np.square(late)))


# --- When to order, and how much -----------------------------------------------------


def reorder_point(demand_mean: Numbers, lead_time: Numbers, safety: Numbers, review: Numbers = 0.0) -> FloatArray:
    """Return ROP = d·(LT+R) + SS: order when what is available has come down to it. [SPT ch. 6, SS ch. 4]

    review: R; 0 where stock is looked at with every sale. Shops round it up: `round_to_multiple(rop, 1)`.

    >>> reorder_point(10, 5, 14.71).round(2).item()
    64.71
    """
    interval = checked("lead_time", lead_time) + checked("review", review)
    mean = checked("demand_mean", demand_mean, most=1e9)
    return as_given(mean * interval + checked("safety", safety))


def order_up_to(demand_mean: Numbers, lead_time: Numbers, review: Numbers, safety: Numbers) -> FloatArray:
    """Return S = d·(LT+R) + SS, the level that an order on each review day fills up to. [SPT ch. 6, SS ch. 4]

    >>> order_up_to(2, 2, 7, 8).item()
    26.0
    """
    return reorder_point(demand_mean, lead_time, safety, review)


def eoq(
    demand: Numbers, ordering_cost: Numbers, holding_cost: Numbers, *, otherwise: Numbers | None = None
) -> FloatArray:
    """Return EOQ = √(2·D·S/H), the lot whose ordering and holding costs together are least. [H, SPT ch. 4, SS eq. 3.4]

    demand: D, units in a period. ordering_cost: S, of one order. holding_cost: H, of one unit for the same period.
    otherwise: the lot where S or H is 0 and none is economic, such as the need of one review and lead time. Without
    it such a product raises ValueError, for an answer of 0 would look like one.

    >>> eoq(65, 1000, 500).round(2).item()
    16.12
    >>> eoq(65, 1000, 0, otherwise=22).item()
    22.0
    """
    wanted = checked("demand", demand, most=1e12)
    fixed, kept = checked("ordering_cost", ordering_cost), checked("holding_cost", holding_cost)
    for name, cost in (("ordering_cost", fixed), ("holding_cost", kept)):
        if otherwise is None and not (cost > 0).all():
            raise ValueError(f"{name} must be above 0, or say what to order otherwise")
    wanted, fixed, kept = np.broadcast_arrays(wanted, fixed, kept)
    lot = np.sqrt(np.minimum(ratio(2 * wanted * fixed, kept, otherwise=0.0), MOST))
    if otherwise is None:
        return as_given(lot)
    return as_given(np.where((fixed > 0) & (kept > 0), lot, checked("otherwise", otherwise)))


Rule = Literal["published", "consistent"]


def min_max(rop: Numbers, safety: Numbers, lot: Numbers, *, rule: Rule = "consistent") -> tuple[FloatArray, FloatArray]:
    """Return MIN and MAX: order up to MAX when MIN is reached. [SPT ch. 6, (s, S)]

    rule: "consistent" MAX = MIN + lot; "published" MAX = SS + lot, which orders MIN − SS less than the lot and
    nothing where the lead time's need is more than the lot: MAX is then MIN.

    >>> [level.item() for level in min_max(5, 3, 16, rule="published")]
    [5.0, 19.0]
    """
    low = checked("rop", rop)
    base = low if rule == "consistent" else checked("safety", safety)
    return as_given(low), as_given(np.maximum(base + checked("lot", lot), low))


@dataclass(frozen=True)
class Costs:
    """What a lot costs in the period of its demand: ordering, holding, both."""

    ordering: FloatArray
    holding: FloatArray
    total: FloatArray


def lot_costs(demand: Numbers, ordering_cost: Numbers, holding_cost: Numbers, lot: Numbers) -> Costs:
    """Return TOC = D/Q·S, TCC = Q/2·H and TIC = TOC + TCC. [SPT ch. 4, SS eq. 3.4]

    Raises ValueError for one lot of 0; in an array it is taken as one unit.

    >>> lot_costs(90, 2000, 400, 24).total.item()
    12300.0
    """
    qty = checked("lot", lot, least=TINY, otherwise=1.0)
    orders = ratio(checked("demand", demand, most=1e12), qty, otherwise=0.0)
    ordering = np.minimum(orders, MOST) * checked("ordering_cost", ordering_cost)
    holding = qty / 2 * checked("holding_cost", holding_cost)
    return Costs(as_given(ordering), as_given(holding), as_given(ordering + holding))


THOUSANDTH = Decimal("0.001")


@overload
def round_to_multiple(qty: Decimal, multiple: Decimal | int = 1, minimum: Decimal | int = 0) -> Decimal: ...
@overload
def round_to_multiple(qty: Numbers, multiple: Numbers = 1, minimum: Numbers = 0) -> FloatArray: ...
def round_to_multiple(qty, multiple=1, minimum=0):  # type: ignore[no-untyped-def]
    """Return `qty` rounded up to whole packs, and at least `minimum`; nothing wanted stays nothing.

    qty is first rounded to the thousandth that quantities have, so that no noise of floats orders one more pack; a
    Decimal is computed in Decimals. Raises ValueError for one multiple that is not above 0; in an array it is 1.

    >>> round_to_multiple(Decimal("24.000000001"), 12), round_to_multiple(Decimal(22), 12, minimum=30)
    (Decimal('24'), Decimal('36'))
    >>> round_to_multiple([24.000000001, 25, 0, -3], 12).tolist()
    [24.0, 36.0, 0.0, 0.0]
    """
    if isinstance(qty, Decimal):
        return _round_decimal(qty, Decimal(multiple), Decimal(minimum))
    pack = checked("multiple", multiple, least=TINY, otherwise=1.0)
    wanted = np.round(checked("qty", qty, least=-MOST, otherwise=0.0), 3)
    packs = np.ceil(np.minimum(np.maximum(wanted, checked("minimum", minimum)) / pack, MOST) - TINY)
    return as_given(np.where(wanted > 0, packs * pack, 0.0))


def _round_decimal(qty: Decimal, multiple: Decimal, minimum: Decimal) -> Decimal:
    if not multiple > 0:
        raise ValueError("multiple must be above 0")
    qty = round_half_up(qty, THOUSANDTH)
    if qty <= 0:
        return Decimal(0)
    return (max(qty, minimum) / multiple).to_integral_value(rounding=ROUND_CEILING) * multiple


def days_of_cover(qty: Numbers, demand_mean: Numbers) -> FloatArray:
    """Return the days that `qty` lasts: qty/d, at least 0 and at most COVER_MOST, which is also where nothing sells.

    >>> days_of_cover([10, 10, -2], [2, 0, 2]).tolist()
    [5.0, 9999.0, 0.0]
    """
    there = np.maximum(checked("qty", qty, least=-MOST, otherwise=0.0), 0.0)
    days = ratio(there, checked("demand_mean", demand_mean), otherwise=COVER_MOST)
    return as_given(np.minimum(days, COVER_MOST))


# --- Settings and events -------------------------------------------------------------

# A convention, not a law: shops set their own.
LEVEL_BY_CLASS: Mapping[str, float] = {"A": 0.98, "B": 0.95, "C": 0.90}


def abc_service_level(abc_class: str, levels: Mapping[str, float] = LEVEL_BY_CLASS) -> float:
    """Return the service level of a class; a class that is not named gets C's.

    >>> abc_service_level("A"), abc_service_level("")
    (0.98, 0.9)
    """
    return levels.get(abc_class, levels["C"])


# Events of one's own that weigh as much as all others' together.
EVENTS_HALF = 3.0


def event_factor(actual: Numbers, baseline: Numbers, n_events: Numbers, pooled: Numbers = 1.0) -> FloatArray:
    """Return how many times its usual demand an event brings: actual ÷ baseline, drawn towards the pooled factor.

    factor = w·actual/baseline + (1 − w)·pooled with w = n/(n+3): the fewer events were seen, the more the others'
    count (credibility weighting, H. Bühlmann, ASTIN Bulletin 4(3), 1967). Without events or without a clean
    baseline it is the pooled factor. actual: demand in the event's days. baseline: of as many usual days.

    >>> event_factor(actual=30, baseline=10, n_events=3, pooled=1.0).item()
    2.0
    """
    seen, usual = checked("n_events", n_events), checked("baseline", baseline)
    drawn_to = checked("pooled", pooled, otherwise=1.0)
    weight = np.where(usual > TINY, seen / (seen + EVENTS_HALF), 0.0)
    own = np.minimum(ratio(checked("actual", actual), usual, otherwise=0.0), MOST)
    return as_given(weight * own + (1 - weight) * drawn_to)


# --- The pharmacy study --------------------------------------------------------------


@dataclass(frozen=True)
class StudyMinMax:
    """One computation of the study, with every step. Costs are None where nothing can be ordered."""

    rule: Rule
    eoq: Decimal
    monthly_need: Decimal
    safety: Decimal
    max_qty: Decimal
    min_qty: Decimal
    qty: Decimal
    ordering_total: Decimal | None  # TOC
    holding_total: Decimal | None  # TCC
    total: Decimal | None  # TIC
    state: State


def study_min_max(
    demand: Decimal | int,
    months: Decimal | int,
    ordering_cost: Decimal | int,
    holding_cost: Decimal | int,
    safety_percent: Decimal | int,
    lead_time_days: Decimal | int,
    *,
    month_days: Decimal | int = 30,
    rule: Rule = "published",
) -> StudyMinMax:
    """Return MAX, MIN and Q as the pharmacy study computes them, each step rounded half-up to whole units and rupiah.

    EOQ = √(2·D·S/H), need = D/months, SS = safety % of the need, MIN = need·LT/month + SS,
    published: MAX = EOQ + SS, Q = MAX − MIN; consistent: MAX = MIN + EOQ, Q = EOQ.
    TOC = D/Q·S, TCC = Q/2·H, TIC = TOC + TCC.

    demand: D, units in all `months`. holding_cost: H, of one unit for these same months.
    Negative demand counts as none. Where S or H is 0 no lot is economic and a month's need stands for EOQ. Where MAX
    is not above MIN, Q is 0 and the costs are None (for no demand, 0). Raises ValueError for other impossible values.

    >>> study = study_min_max(65, 3, 1000, 500, 15, 3)
    >>> [int(x) for x in (study.eoq, study.monthly_need, study.safety, study.max_qty, study.min_qty, study.qty)]
    [16, 22, 3, 19, 5, 14]
    >>> study.ordering_total, study.holding_total, study.total
    (Decimal('4643'), Decimal('3500'), Decimal('8143'))
    """
    if rule not in ("published", "consistent"):
        raise ValueError("rule must be published or consistent")
    month = _typed("month_days", month_days, above=True)
    need = round_half_up(max(_finite("demand", demand), Decimal(0)) / _typed("months", months, above=True))
    safety = round_half_up(_typed("safety_percent", safety_percent) / 100 * need)
    low = round_half_up(need * _typed("lead_time_days", lead_time_days) / month) + safety
    sold = max(Decimal(demand), Decimal(0))
    fixed, kept = _typed("ordering_cost", ordering_cost), _typed("holding_cost", holding_cost)
    lot = round_half_up((2 * sold * fixed / kept).sqrt()) if fixed and kept else need
    high = (safety if rule == "published" else low) + lot
    qty = max(high - low, Decimal(0))
    toc, tcc, tic = _study_costs(sold, fixed, kept, qty)
    state = main_state(
        State.NEGATIVE_DEMAND if Decimal(demand) < 0 else State.OK,
        State.NO_SALES if sold == 0 else State.OK,
        State.MAX_NOT_ABOVE_MIN if qty == 0 else State.OK,
        input_state(lead_time=float(lead_time_days), ordering_cost=float(fixed), holding_cost=float(kept)),
    )
    return StudyMinMax(rule, lot, need, safety, high, low, qty, toc, tcc, tic, State(int(state)))


def _study_costs(
    sold: Decimal, fixed: Decimal, kept: Decimal, qty: Decimal
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    if sold == 0:
        return Decimal(0), Decimal(0), Decimal(0)
    if qty == 0:
        return None, None, None
    toc, tcc = round_half_up(sold / qty * fixed), round_half_up(qty / 2 * kept)
    return toc, tcc, toc + tcc


def _finite(name: str, value: Decimal | int) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValueError(f"{name} must be a number below 10^15")
    return number


def _typed(name: str, value: Decimal | int, *, above: bool = False) -> Decimal:
    number = _finite(name, value)
    if number < 0 or (above and number == 0):
        raise ValueError(f"{name} must be above 0" if above else f"{name} must not be below 0")
    return number


def _safety_in_stds(safety: Numbers, interval_std: Numbers) -> FloatArray:
    kept = checked("safety", safety, least=-MOST, otherwise=0.0)
    std = checked("interval_std", interval_std)
    far = np.where(kept < 0, -K_MOST, K_MOST)
    return np.where(std > TINY, np.clip(ratio(kept, std, otherwise=0.0), -K_MOST, K_MOST), far)
