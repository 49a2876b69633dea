"""The days that followed a decision, as the ledger and the receipts tell them: what a suggestion is judged by.

A decision is judged from the end of its lead time and review interval on, and again each day until goods of another
order come, which would have been other ones in another world, or sixty days are over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

import numpy as np

from inventory.demand import demand_table
from inventory.models import RefType, StockMove, Warehouse
from purchases.models import GoodsReceiptItem

from .calendar import day_marks
from .expiry import NEVER
from .judging import Lot, Past
from .models import Suggestion

# So many days after its due day nothing more is learnt.
MOST_DAYS = 60
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion and its past. ends_on: the last day of it; arrived_on: None where the goods did not come yet.

    assumed_days: without stock, so that the mean stands for what was asked for; is_final: no other day will be added.
    """

    suggestion: Suggestion
    past: Past
    ends_on: date
    arrived_on: date | None
    assumed_days: int
    is_final: bool


@dataclass(frozen=True, slots=True)
class _Came:
    """Units that came in. order_id: None where they came without an order."""

    day: date
    qty: float
    order_id: int | None
    last_day: date | None


def judged_pasts(warehouse: Warehouse, suggestions: Sequence[Suggestion], *, today: date) -> list[Judged]:
    """Return the pasts of suggestions that were due before `today`, which is not over and does not count."""
    if not suggestions:
        return []
    reader = _Reader(warehouse, suggestions, today)
    return [reader.judged(one) for one in suggestions]


class _Reader:
    """Everything that came in and was asked for since the first of the decisions."""

    def __init__(self, warehouse: Warehouse, suggestions: Sequence[Suggestion], today: date) -> None:
        self.start = min(one.made_on for one in suggestions)
        self.yesterday = today - timedelta(days=1)
        ids = sorted({one.product_id for one in suggestions})
        table = demand_table(warehouse=warehouse, start=self.start, end=self.yesterday, product_ids=ids)
        self.demand = np.maximum(table.demand, 0.0)
        self.row = {product_id: row for row, product_id in enumerate(table.product_ids.tolist())}
        is_open = day_marks(warehouse=warehouse, start=self.start, end=self.yesterday).open
        self.is_empty = ~table.stocked & is_open
        self.came = _came_in(warehouse, ids, self.start)

    def judged(self, one: Suggestion) -> Judged:
        came = [each for each in self.came.get(one.product_id, []) if each.day <= self.yesterday]
        own = [each for each in came if one.order_id and each.order_id == one.order_id]
        known = {order["id"] for order in one.inputs["orders"]}
        others = [each for each in came if each not in own and (each.order_id in known or each.day > one.made_on)]
        ends_on, is_final = self._end(one, [each.day for each in others if each.order_id not in known])
        arrived_on = min((each.day for each in own), default=None)
        demand, assumed = self._demand(one, ends_on)
        policy, money = one.inputs["policy"], one.inputs["money"]
        past = Past(
            lots=[*_there(one), *(_lot(each, one.made_on) for each in others if each.day <= ends_on)],
            arrival=max((arrived_on - one.made_on).days if arrived_on else _lead_days(one), 1),
            demand=demand,
            mean=float(policy["avg_daily_demand"]),
            margin=float(Decimal(money["selling_price"]) - one.unit_cost),
            unit_cost=float(one.unit_cost),
            holding=float(policy["holding_cost"]) / YEAR_DAYS,
            ordering=float(policy["ordering_cost"]),
            last_day=_last_day(one, own),
        )
        return Judged(one, past, ends_on, arrived_on, assumed, is_final)

    def _end(self, one: Suggestion, days: Sequence[date]) -> tuple[date, bool]:
        """Return the last day: before other goods came after it was due, or as late as there is anything to see."""
        latest = one.due_on + timedelta(days=MOST_DAYS)
        others = min((day - timedelta(days=1) for day in days if day > one.due_on), default=latest)
        end = min(others, latest)
        return min(end, self.yesterday), end <= self.yesterday

    def _demand(self, one: Suggestion, ends_on: date) -> tuple[list[float], int]:
        """Return demand from the day after the decision, of which a part was over, and how much of it is the mean."""
        first, last = (one.made_on - self.start).days + 1, (ends_on - self.start).days + 1
        mean = float(one.inputs["policy"]["avg_daily_demand"])
        row = self.row.get(one.product_id)
        if row is None:
            return [mean] * (last - first), last - first
        asked, is_empty = self.demand[row, first:last], self.is_empty[row, first:last]
        found: list[float] = np.where(is_empty, np.maximum(asked, mean), asked).tolist()
        return found, int(np.count_nonzero(is_empty & (asked < mean)))


def _came_in(warehouse: Warehouse, product_ids: Sequence[int], start: date) -> dict[int, list[_Came]]:
    receipts = (
        GoodsReceiptItem.objects.filter(
            product_id__in=product_ids, receipt__warehouse=warehouse, receipt__business_date__gte=start
        )
        .order_by()
        .values_list("product_id", "receipt__business_date", "qty", "po_item__po_id", "batch__expires_on")
    )
    moved = (
        StockMove.objects.filter(
            product_id__in=product_ids,
            warehouse=warehouse,
            ref_type=RefType.TRANSFER,
            qty_in__gt=0,
            business_date__gte=start,
        )
        .order_by()
        .values_list("product_id", "business_date", "qty_in", "batch__expires_on")
    )
    found: dict[int, list[_Came]] = {}
    for product_id, day, qty, order_id, last_day in receipts:
        found.setdefault(product_id, []).append(_Came(day, float(qty), order_id, last_day))
    for product_id, day, qty, last_day in moved:
        found.setdefault(product_id, []).append(_Came(day, float(qty), None, last_day))
    return found


# --- From what was frozen -------------------------------------------------------------
def _there(one: Suggestion) -> list[Lot]:
    """Return what could be sold when it was decided, by batches where they are known; what was put aside is not."""
    position, day = one.inputs["position"], one.made_on
    held = float(position["held"])
    fresh = [(_day(each["expires_on"]), float(each["qty"])) for each in one.inputs["batches"]]
    fresh = [(last, qty) for last, qty in fresh if last is None or last >= day]
    if not fresh:
        return [Lot(max(float(position["on_hand"]) - float(position["expired"]) - held, 0.0))]
    lots = []
    for last, qty in sorted(fresh, key=lambda each: each[0] or date.max, reverse=True):
        aside = min(held, qty)
        held -= aside
        lots.append(Lot(qty - aside, last_day=NEVER if last is None else (last - day).days))
    return lots


def _lot(came: _Came, made_on: date) -> Lot:
    last = NEVER if came.last_day is None else (came.last_day - made_on).days
    return Lot(came.qty, (came.day - made_on).days, last)


def _last_day(one: Suggestion, own: Sequence[_Came]) -> int:
    """Return the last day of the ordered goods: as they came, else as long as goods kept that came before."""
    days = [(each.last_day - one.made_on).days for each in own if each.last_day]
    if days:
        return max(days)
    keeps: int | None = one.inputs.get("shelf", {}).get("keeps_days")
    return NEVER if own or keeps is None else _lead_days(one) + keeps


def _lead_days(one: Suggestion) -> int:
    return int(Decimal(one.inputs["policy"]["lead_time_days"]).to_integral_value(ROUND_CEILING))


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
