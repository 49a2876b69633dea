"""How the numbers of a policy come about, in sentences whose sums are right."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from inventori.templatetags.inventori import percent
from inventori.templatetags.inventori import qty as show_qty
from inventory import formulas
from inventory.models import ReorderPolicy
from inventory.reorder_models import Fit, ReorderMethod, ServiceMeasure

ALWAYS = Decimal(1)
THOUSANDTH = Decimal("0.001")


def interval(policy: ReorderPolicy) -> Decimal:
    """Return the days that are protected: lead time and review interval."""
    return policy.lead_time_days + policy.review_days


def level_words(policy: ReorderPolicy) -> str:
    """Say what the service level promises: 95 %, or 98 % of units."""
    level = percent(policy.service_level / 100, 2 if policy.service_level % 1 else 0)
    if policy.service_measure == ServiceMeasure.FILL:
        return _("%(level)s of units") % {"level": level}
    return level


def working(policy: ReorderPolicy, open_share: Decimal = ALWAYS) -> list[str]:
    """Return the sentences that say how the numbers come about, the level at which it is ordered first.

    open_share: of the days of the calendar, 1 where the shop never closes.
    """
    sentences = [_point(policy, open_share)]
    if policy.method == ReorderMethod.MIN_MAX:
        sentences.append(_maximum(policy))
    elif policy.method != ReorderMethod.UP_TO:
        sentences.append(_lot(policy))
    return [*sentences, _safety(policy, open_share)]


def _point(policy: ReorderPolicy, open_share: Decimal) -> str:
    name, short = {
        ReorderMethod.MIN_MAX: ("min_qty", "MIN"),
        ReorderMethod.UP_TO: ("max_qty", _("Level")),
    }.get(ReorderMethod(policy.method), ("rop", "ROP"))
    value = getattr(policy, name)
    if name in policy.typed:
        return _("%(short)s %(value)s was typed.") % {"short": short, "value": show_qty(value)}
    # As it was stored, so that what stands there adds up.
    numbers = {
        "short": short,
        "value": show_qty(value),
        "mean": show_qty(policy.avg_daily_demand),
        "days": show_qty(interval(policy)),
        "share": percent(open_share, 0),
        "safety": show_qty(policy.safety_stock),
        "level": level_words(policy),
    }
    if open_share < ALWAYS:
        sentence = _(
            "%(short)s %(value)s = %(mean)s a day × %(days)s days, %(share)s of them open, "
            "+ safety %(safety)s (%(level)s)"
        )
    else:
        sentence = _("%(short)s %(value)s = %(mean)s a day × %(days)s days + safety %(safety)s (%(level)s)")
    exact = policy.avg_daily_demand * interval(policy) * open_share + policy.safety_stock
    if abs(exact - value) < THOUSANDTH:
        return sentence % numbers + "."
    rounded = {"sentence": sentence % numbers, "exact": show_qty(_rounded(exact, 2))}
    return _("%(sentence)s = %(exact)s, in whole units.") % rounded


def _maximum(policy: ReorderPolicy) -> str:
    if "max_qty" in policy.typed:
        return _("%(short)s %(value)s was typed.") % {"short": "MAX", "value": show_qty(policy.max_qty)}
    numbers = {
        "max": show_qty(policy.max_qty),
        "min": show_qty(policy.min_qty),
        "lot": show_qty(policy.max_qty - policy.min_qty),
    }
    return _("MAX %(max)s = MIN %(min)s + order quantity %(lot)s.") % numbers


def _lot(policy: ReorderPolicy) -> str:
    value = {"value": show_qty(policy.reorder_qty)}
    if "reorder_qty" in policy.typed:
        return _("The order quantity of %(value)s was typed.") % value
    if policy.state in ("HOLDING_ZERO", "ORDERING_ZERO"):
        return _("%(value)s at a time cover lead time and review interval.") % value
    if policy.method == ReorderMethod.ROP_LOT:
        return _("%(value)s at a time, until you type your own lot.") % value
    return _("%(value)s at a time cost the least in orders and in keeping together (EOQ).") % value


def _safety(policy: ReorderPolicy, open_share: Decimal) -> str:
    value = show_qty(policy.safety_stock)
    if "safety_stock" in policy.typed:
        return _("The safety stock of %(value)s was typed.") % {"value": value}
    if policy.fit == Fit.EMPIRICAL:
        return _(
            "Safety %(value)s comes from what was really sold in every %(days)s days of its history: "
            "it sells too unevenly for the normal model."
        ) % {"value": value, "days": show_qty(interval(policy))}
    daily, std = policy.avg_daily_demand * open_share, policy.demand_std * open_share.sqrt()
    spread = formulas.interval_std(
        float(daily), float(std), float(policy.lead_time_days), float(policy.lead_time_std), float(policy.review_days)
    )
    if spread <= 0:
        return _("Safety %(value)s: neither demand nor lead time has a spread to protect against.") % {"value": value}
    numbers = {
        "value": value,
        "z": show_qty(_rounded(policy.safety_stock / Decimal(repr(float(spread))), 2)),
        "days": show_qty(interval(policy)),
        "std": show_qty(_rounded(std, 2)),
        "mean": show_qty(_rounded(daily, 2)),
        "lead_std": show_qty(policy.lead_time_std),
    }
    return _("Safety %(value)s = %(z)s × √(%(days)s × %(std)s² + %(mean)s² × %(lead_std)s²).") % numbers


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
