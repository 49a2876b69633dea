"""What each product of a warehouse needs: the policies against what lies there and what is on its way.

A rough look over the whole catalogue finds what may be due; only that is read and computed exactly. The number of
queries does not depend on the number of products.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

import numpy as np
from django.db.models import Sum
from django_stubs_ext import StrOrPromise

from inventori.money import CENT, ZERO, round_half_up
from inventory.batches import batches_at
from inventory.fefo import BatchQty, usable
from inventory.models import BatchStock, ReorderPolicy, Stock, Warehouse
from inventory.reorder_models import ReorderMethod
from inventory.selectors import business_today
from master.models import Product
from purchases.costs import line_gross

from .buying import Terms, buying_terms
from .calendar import EventNote, Outlook
from .incoming import Incoming, OpenLine, incoming, open_lines
from .planning import Need, Situation, plan
from .shelf import Shelf, shelf_outlook
from .states import sentence

# The rough look is in floats: what it may miss by.
ROUGH = 0.01


def interval_days(policy: ReorderPolicy) -> int:
    """Return the whole days until goods that are ordered at the next chance are here."""
    return int((policy.lead_time_days + policy.review_days).to_integral_value(ROUND_CEILING))


@dataclass(slots=True)
class Proposal:
    """One product: how it stands, what it needs, and from whom. need: as it is suggested in the end.

    base: what the product needs by itself, before a budget cut it or an order was filled up with it.
    """

    day: date
    policy: ReorderPolicy
    situation: Situation
    terms: Terms
    base: Need
    need: Need
    events: Sequence[EventNote] = ()
    orders: Sequence[OpenLine] = ()
    batches: Sequence[BatchQty] = field(default_factory=list)
    # Expected margin that the budget leaves out.
    lost: Decimal = ZERO

    @property
    def product(self) -> Product:
        return self.policy.product

    @property
    def qty(self) -> Decimal:
        return self.need.qty

    @property
    def state_sentence(self) -> StrOrPromise:
        return sentence(self.need.state)

    @property
    def cover_days(self) -> Decimal | None:
        """The days that what is available lasts; None where nothing is asked for."""
        if self.situation.mean <= 0:
            return None
        return max(self.situation.available, ZERO) / self.situation.mean

    @property
    def margin(self) -> Decimal:
        return self.product.price - self.terms.unit_cost

    def value_of(self, qty: Decimal) -> Decimal:
        return line_gross(qty=qty, factor=self.terms.pack.factor, unit_price=self.terms.unit_price)

    @property
    def value(self) -> Decimal:
        return self.value_of(self.qty)


def proposals(
    *,
    warehouse: Warehouse,
    product_ids: Iterable[int] | None = None,
    of_suppliers: Iterable[int] = (),
    today: date | None = None,
) -> list[Proposal]:
    """Return the products that are due or would be, were nothing on order, by name.

    product_ids: these alone, due or not. of_suppliers: every product of these suppliers besides, due or not.
    """
    day = today or business_today(warehouse)
    rows = _rows(warehouse, product_ids)
    if not rows:
        return []
    longest = max(row.interval for row in rows)
    outlook = Outlook(warehouse=warehouse, start=day, days=longest)
    worth = _days_ahead(rows, outlook)
    if product_ids is None:
        rows = _maybe_due(warehouse, rows, worth, set(of_suppliers), day + timedelta(days=longest))
    policies = ReorderPolicy.objects.filter(warehouse=warehouse, product_id__in=[row.product_id for row in rows])
    policies = policies.select_related("product__supplier").order_by("product__name", "product_id")
    reader = _Reader(warehouse, day, outlook, list(policies))
    return [reader.proposal(policy, worth[policy.product_id]) for policy in reader.policies]


# --- The rough look -------------------------------------------------------------------
class _Row(NamedTuple):
    """What of a policy the rough look reads: of thousands, so no more than that."""

    product_id: int
    category_id: int
    supplier_id: int | None
    method: str
    mean: Decimal
    safety: Decimal
    rop: Decimal
    min_qty: Decimal
    max_qty: Decimal
    typed: list[str]
    lead_time: Decimal
    review: int

    @property
    def interval(self) -> int:
        """Whole days until goods that are ordered at the next chance are here."""
        return int((self.lead_time + self.review).to_integral_value(ROUND_CEILING))

    def is_maybe_due(self, days: "_Days", there: Decimal) -> bool:
        level = float(self.mean * days.effective + self.safety)
        trigger = max(level, float(self.rop))
        if self.method == ReorderMethod.MIN_MAX:
            trigger = float(self.min_qty) + max(float(self.mean * (days.effective - days.open)), 0.0)
        elif self.method == ReorderMethod.UP_TO and "max_qty" in self.typed:
            trigger = float(self.max_qty)
        return float(there) <= trigger + ROUGH


_COLUMNS = (
    *("product_id", "product__category_id", "product__supplier_id", "method", "avg_daily_demand", "safety_stock"),
    *("rop", "min_qty", "max_qty", "typed", "lead_time_days", "review_days"),
)


def _rows(warehouse: Warehouse, product_ids: Iterable[int] | None) -> list[_Row]:
    rows = ReorderPolicy.objects.filter(warehouse=warehouse, is_active=True, product__is_active=True).order_by()
    if product_ids is not None:
        rows = rows.filter(product_id__in=list(product_ids))
    return [_Row(*row) for row in rows.values_list(*_COLUMNS)]


class _Days(NamedTuple):
    """What lead time and review interval are worth: in usual days, and in open days, feasts left out."""

    effective: Decimal
    open: Decimal


def _days_ahead(rows: Sequence[_Row], outlook: Outlook) -> dict[int, _Days]:
    """Return the days ahead by product id; a broken day counts in part."""
    whole = np.array([row.interval for row in rows], dtype=np.int64)
    categories = np.array([row.category_id for row in rows], dtype=np.int64)
    exact = np.array([float(row.lead_time + row.review) for row in rows])
    part = np.divide(exact, whole, out=np.ones(len(whole)), where=whole > 0)
    effective = (outlook.effective_days(whole, categories) * part).tolist()
    of_them_open = (outlook.open_days(whole) * part).tolist()
    found = zip(rows, effective, of_them_open, strict=True)
    return {row.product_id: _Days(_exact(worth), _exact(days)) for row, worth, days in found}


def _exact(days: float) -> Decimal:
    return round_half_up(Decimal(repr(days)), CENT)


def _maybe_due(
    warehouse: Warehouse, rows: Sequence[_Row], worth: dict[int, _Days], suppliers: set[int], last: date
) -> list[_Row]:
    """Leave out what is above its level even if every batch that expires by `last` did so unsold."""
    stocks = Stock.objects.filter(warehouse=warehouse).order_by()
    there = {pk: qty - held for pk, qty, held in stocks.values_list("product_id", "qty", "held")}
    batches = BatchStock.objects.filter(warehouse=warehouse, batch__expires_on__lte=last, qty__gt=0).order_by()
    for product_id, units in batches.values_list("batch__product_id").annotate(units=Sum("qty")):
        there[product_id] = there.get(product_id, ZERO) - units
    return [
        row
        for row in rows
        if row.supplier_id in suppliers or row.is_maybe_due(worth[row.product_id], there.get(row.product_id, ZERO))
    ]


# --- The exact one ----------------------------------------------------------------------
class _Reader:
    """Everything that the wanted products need, read at once."""

    def __init__(self, warehouse: Warehouse, day: date, outlook: Outlook, policies: Sequence[ReorderPolicy]) -> None:
        self.policies, self.day, self.outlook = policies, day, outlook
        ids = [policy.product_id for policy in policies]
        self.stocks = {row.product_id: row for row in Stock.objects.filter(warehouse=warehouse, product_id__in=ids)}
        self.batches = batches_at(warehouse_id=warehouse.pk, product_ids=ids)
        self.incoming = incoming(warehouse)
        self.orders = open_lines(warehouse, ids)
        self.terms = buying_terms([policy.product for policy in policies])
        perishable = [self._shelf(policy) for policy in policies if policy.product.tracks_batches]
        self.shelves = shelf_outlook(perishable, day=day, outlook=outlook)

    def _shelf(self, policy: ReorderPolicy) -> Shelf:
        product, cost = policy.product, self.terms[policy.product_id].unit_cost
        return Shelf(
            product_id=product.pk,
            category_id=product.category_id,
            mean=policy.avg_daily_demand,
            std=policy.demand_std,
            lead_days=int(policy.lead_time_days.to_integral_value(ROUND_CEILING)),
            interval_days=interval_days(policy),
            batches=self.batches.get(product.pk, []),
            orders=self.orders.get(product.pk, []),
            unit_margin=product.price - cost,
            unit_cost=cost,
            by_measure=product.sold_by_measure,
        )

    def proposal(self, policy: ReorderPolicy, days: _Days) -> Proposal:
        situation = self._situation(policy, days)
        need = plan(situation)
        return Proposal(
            day=self.day,
            policy=policy,
            situation=situation,
            terms=self.terms[policy.product_id],
            base=need,
            need=need,
            events=self.outlook.notes(interval_days(policy), policy.product.category_id),
            orders=self.orders.get(policy.product_id, []),
            batches=self.batches.get(policy.product_id, []),
        )

    def _situation(self, policy: ReorderPolicy, days: _Days) -> Situation:
        stock = self.stocks.get(policy.product_id)
        on_hand = stock.qty if stock else ZERO
        batches = self.batches.get(policy.product_id, []) if stock and stock.tracks_batches else []
        coming = self.incoming.get(policy.product_id, Incoming())
        shelf = self.shelves.get(policy.product_id)
        return Situation(
            method=policy.method,
            mean=policy.avg_daily_demand,
            days=days.effective,
            usual_days=days.open,
            safety=policy.safety_stock,
            service_level=policy.service_level,
            rop=policy.rop,
            lot=policy.reorder_qty,
            min_level=policy.min_qty,
            max_level=policy.max_qty,
            typed=frozenset(policy.typed),
            is_review_day=policy.review_weekday in (None, self.day.weekday()),
            on_hand=on_hand,
            expired=on_hand - usable(batches, self.day) if batches else ZERO,
            held=stock.held if stock else ZERO,
            expiring=shelf.expiring if shelf else ZERO,
            on_order=coming.sent,
            drafts=coming.drafted,
            pack=self.terms[policy.product_id].pack,
            cap=shelf.cap if shelf else None,
            keeps_days=Decimal(shelf.keeps_days or 0) if shelf else ZERO,
            cap_is_worth=shelf is not None and shelf.is_worth,
            life_is_unknown=shelf is not None and shelf.keeps_days is None,
        )
