"""What stands behind a suggested number: the sales of its history week by week, orders, batches, feasts, settings.

It reads what was frozen with the number, so that a page of today and a page in three months are made alike; only the
sales are read again, from moves that nobody can change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from inventori.money import ZERO
from inventori.templatetags.inventori import qty as show_qty
from inventory.models import RefType, StockMove, Warehouse
from inventory.reorder_models import Fit, ReorderMethod, ServiceMeasure, lead_time_origin
from master.models import Product

from .models import EventEffect
from .planning import need_read
from .wording import Receipt, rate, receipt

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """starts_on: its first day; sold: net of what came back; share: of the best week, for its bar."""

    starts_on: date
    ends_on: date
    sold: Decimal
    share: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the page of a number shows. day: the day whose numbers these are."""

    day: date
    receipt: Receipt
    state: str
    facts: list[tuple[str, str]]
    policy_state: str
    weeks: list[Week]
    sold: Decimal
    history_from: date | None
    history_to: date | None
    position: dict[str, Decimal]
    orders: list[dict[str, Any]]
    batches: list[dict[str, Any]]
    events: list[dict[str, Any]]
    money: dict[str, Decimal | None]
    sales_url: str


def evidence(inputs: Mapping[str, Any], *, product: Product, warehouse: Warehouse) -> Evidence:
    """Return what stands behind the number that was made of `inputs` (see freezing.py)."""
    policy = inputs["policy"]
    need = need_read(inputs["need"])
    first, last = _day(policy["history_from"]), _day(policy["history_to"])
    by_day = _sold_by_day(product, warehouse, first, last)
    return Evidence(
        day=date.fromisoformat(inputs["day"]),
        receipt=receipt(need),
        state=need.state,
        facts=_facts(inputs),
        policy_state=policy["state"],
        weeks=_weeks(by_day, first, last),
        sold=sum(by_day.values(), ZERO),
        history_from=first,
        history_to=last,
        position={name: Decimal(value) for name, value in inputs["position"].items()},
        orders=[
            {**one, "qty": Decimal(one["qty"]), "expected_on": _day(one["expected_on"])} for one in inputs["orders"]
        ],
        batches=[
            {**one, "qty": Decimal(one["qty"]), "expires_on": _day(one["expires_on"])} for one in inputs["batches"]
        ],
        events=[_event(one) for one in inputs["events"]],
        money={name: None if value is None else Decimal(value) for name, value in inputs["money"].items()},
        sales_url=sales_url(product, warehouse, first, last),
    )


def sales_url(product: Product, warehouse: Warehouse, first: date | None, last: date | None) -> str:
    """Return the address of the stock card that shows the sales of a history."""
    asked = {"product": product.sku, "warehouse": warehouse.code}
    if first and last:
        asked |= {"day_from": first.isoformat(), "day_to": last.isoformat()}
    return f"{reverse('inventory:move_list')}?{urlencode(asked)}"


# --- Sales --------------------------------------------------------------------------
def _sold_by_day(product: Product, warehouse: Warehouse, first: date | None, last: date | None) -> dict[date, Decimal]:
    if not first or not last:
        return {}
    moves = StockMove.objects.filter(
        product=product,
        warehouse=warehouse,
        ref_type__in=(RefType.SALE, RefType.RETURN),
        business_date__range=(first, last),
    ).order_by()
    return dict(moves.values_list("business_date").annotate(units=Sum(F("qty_out") - F("qty_in"))))


def _weeks(by_day: Mapping[date, Decimal], first: date | None, last: date | None) -> list[Week]:
    """Return the last weeks of the history, the latest first."""
    if not first or not last:
        return []
    spans: list[tuple[date, date, Decimal]] = []
    end = last
    while end >= first and len(spans) < WEEKS:
        start = max(end - timedelta(days=6), first)
        spans.append((start, end, sum((qty for day, qty in by_day.items() if start <= day <= end), ZERO)))
        end = start - timedelta(days=1)
    best = max((sold for _start, _end, sold in spans), default=ZERO)
    return [Week(start, end, sold, int(max(sold, ZERO) * 100 / best) if best > 0 else 0) for start, end, sold in spans]


# --- Settings -----------------------------------------------------------------------
def _facts(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    policy, typed = inputs["policy"], set(inputs["policy"]["typed"])

    def number(name: str, write: Any = show_qty) -> str:
        text = write(Decimal(policy[name]))
        return _("%(value)s (typed)") % {"value": text} if name in typed else text

    lead = f"{number('lead_time_days')} ± {number('lead_time_std')}"
    return [
        (_("Method"), str(ReorderMethod(policy["method"]).label)),
        (_("Class"), policy["abc_class"]),
        (_("Demand a day"), f"{number('avg_daily_demand', rate)} ± {number('demand_std', rate)}"),
        (_("Lead time (days)"), f"{lead}, {lead_time_origin(policy['lead_time_source'], typed)}"),
        (_("Review interval (days)"), str(policy["review_days"])),
        (_("Days ahead"), _days_ahead(inputs["days"])),
        (
            _("Service level"),
            f"{number('service_level')} %, {ServiceMeasure(policy['service_measure']).label}",
        ),
        (_("Safety stock"), f"{number('safety_stock')}, {Fit(policy['fit']).label}"),
        *_levels(policy["method"], number),
        (_("Days counted"), _counted(policy)),
    ]


def _days_ahead(days: Mapping[str, str]) -> str:
    values = {"open": show_qty(Decimal(days["open"])), "worth": show_qty(Decimal(days["effective"]))}
    return _("%(open)s open days, worth %(worth)s usual ones") % values


def _levels(method: str, number: Any) -> list[tuple[str, str]]:
    if method == ReorderMethod.MIN_MAX:
        return [(_("MIN"), number("min_qty")), (_("MAX"), number("max_qty"))]
    if method == ReorderMethod.UP_TO:
        return []
    return [(_("Reorder point"), number("rop")), (_("Order quantity"), number("reorder_qty"))]


def _counted(policy: Mapping[str, Any]) -> str:
    values = {"days": policy["counted_days"], "out": policy["stockout_days"], "sold": policy["sale_days"]}
    return _("%(days)s, of them %(sold)s with sales; left out: %(out)s without stock") % values


def _event(one: Mapping[str, Any]) -> dict[str, Any]:
    factor = Decimal(one["factor"])
    window = EventEffect.Window(one["window"]).label if one["window"] in EventEffect.Window.values else ""
    return {**one, "first": _day(one["first"]), "last": _day(one["last"]), "factor": factor, "window": window}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
