"""What a replay is made of, read from the ledger, the supplier's receipts and the policies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from inventori.dates import business_date
from inventory import abc
from inventory.demand import DemandTable, demand_tables
from inventory.models import ReorderPolicy, Stock, Warehouse
from inventory.reorder_models import ServiceMeasure
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.models import GoodsReceiptItem, SupplierPrice

from .calendar import day_marks
from .models import ReplenishmentSettings
from .replay import Past, draw_lead_days
from .replay_rules import Known, Terms, known
from .selectors import replenishment_settings

# From so many receipts on, a supplier's own record says more than what was agreed; as in purchases/record.py.
ENOUGH_RECEIPTS = 3
RECORD_DAYS = 365
SEED = 1
# Longer than most lead times: what is under way when counting begins was ordered by the rule itself.
RUN_IN = 28
GOLDEN = 0.6180339887498949
TYPED = (
    "avg_daily_demand",
    "demand_std",
    "lead_time_days",
    "lead_time_std",
    "safety_stock",
    "rop",
    "reorder_qty",
    "min_qty",
    "max_qty",
)


@dataclass(frozen=True)
class Part:
    """Some products: their past, what was known of them on each morning of a new rule, and the shop's terms."""

    product_ids: npt.NDArray[np.int64]
    past: Past
    mornings: Mapping[int, Known]
    terms: Terms
    abc_class: npt.NDArray[np.str_]

    @property
    def phase(self) -> npt.NDArray[np.floating]:
        """Where in its cycle each product begins, spread evenly: not all shelves are full on one day."""
        return np.mod(self.product_ids * np.float64(GOLDEN), 1.0)


@dataclass(frozen=True)
class Span:
    """The counted days from `start` to `end`, RUN_IN days of replay before them, and before these the history."""

    start: date
    end: date
    history_days: int

    @property
    def begin(self) -> date:
        """The day 0 of the replay."""
        return self.start - timedelta(days=RUN_IN)

    @property
    def first(self) -> date:
        return self.begin - timedelta(days=self.history_days)

    @property
    def days(self) -> int:
        """How many days are replayed, with those that are not counted."""
        return (self.end - self.begin).days + 1

    @property
    def mornings(self) -> list[int]:
        """The days on which rules are computed: the first one, and the first of each month."""
        return [day for day in range(self.days) if day == 0 or (self.begin + timedelta(days=day)).day == 1]


# --- Lead times -----------------------------------------------------------------------
class LeadTimes:
    """The whole days that each supplier's deliveries took, by the day on which they came."""

    def __init__(self, supplier_ids: Iterable[int], until: date) -> None:
        agreed = Supplier.objects.filter(pk__in=set(supplier_ids)).values_list("pk", "lead_time_days")
        # Row 0 is nobody: products without a supplier.
        self.row = {None: 0} | {pk: row for row, (pk, _days) in enumerate(agreed, start=1)}
        self.agreed = np.array([0, *(days for _pk, days in agreed)], np.int64)
        self.came: list[list[tuple[date, int]]] = [[] for _row in self.agreed]
        for supplier_id, day, days in _deliveries(self.row, until):
            self.came[self.row[supplier_id]].append((day, days))

    @property
    def measured(self) -> int:
        """How many suppliers have receipts enough to draw from."""
        return sum(len(came) >= ENOUGH_RECEIPTS for came in self.came)

    def drawn(self, days: int) -> npt.NDArray[np.int64]:
        """Return suppliers × days: drawn from all receipts, or as agreed where there are too few."""
        pools = [
            np.array([taken for _day, taken in came] if len(came) >= ENOUGH_RECEIPTS else [agreed], np.int64)
            for came, agreed in zip(self.came, self.agreed, strict=True)
        ]
        return draw_lead_days(pools, days, SEED)

    def known_on(self, morning: date) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return mean and spread by supplier, from what had come in the year before `morning`."""
        mean, std = self.agreed.astype(float), np.zeros(len(self.agreed))
        since = morning - timedelta(days=RECORD_DAYS)
        for row, came in enumerate(self.came):
            seen = [taken for day, taken in came if since <= day < morning]
            if len(seen) >= ENOUGH_RECEIPTS:
                mean[row], std[row] = np.mean(seen), np.std(seen)
        return mean, std


def _deliveries(suppliers: Mapping[Any, int], until: date) -> list[tuple[int, date, int]]:
    """Return supplier, day and days taken of every receipt of an order: one truck is one delivery."""
    cutoff_hour = shop_profile().cutoff_hour
    rows = (
        GoodsReceiptItem.objects.filter(po_item__isnull=False, receipt__business_date__lte=until)
        .order_by("receipt_id", "po_item__po_id")
        .values_list(
            "receipt_id",
            "po_item__po_id",
            "po_item__po__supplier_id",
            "po_item__po__warehouse__time_zone",
            "po_item__po__sent_at",
            "po_item__po__ordered_at",
            "receipt__business_date",
        )
        .distinct()
    )
    found = []
    for _receipt, _order, supplier_id, zone, sent_at, ordered_at, came_on in rows:
        if supplier_id in suppliers:
            sent_on = business_date(sent_at or ordered_at, zone, cutoff_hour)
            found.append((supplier_id, came_on, max((came_on - sent_on).days, 0)))
    return found


# --- Products --------------------------------------------------------------------------
def replayed_products(warehouse: Warehouse, asked: Mapping[str, Any]) -> list[int]:
    """Return the ids of the active products ever kept in `warehouse`: all, or those among asked["products"]."""
    rows = Stock.objects.filter(warehouse=warehouse, product__is_active=True)
    kept = rows.order_by("product_id").values_list("product_id", flat=True)
    if asked["scope"] == "all":
        return list(kept)
    wanted = set(asked["products"])
    return [pk for pk in kept if pk in wanted]


class Shelf:
    """What is known of the products: cost, supplier, order steps, policy, class."""

    def __init__(self, warehouse: Warehouse, product_ids: Sequence[int]) -> None:
        wanted = set(product_ids)
        self.settings = replenishment_settings()
        names = ("pk", "supplier_id", "order_multiple", "cost")
        self.products = {row[0]: row for row in Product.objects.values_list(*names) if row[0] in wanted}
        costs = Stock.objects.filter(warehouse=warehouse, average_cost__gt=0)
        self.costs = dict(costs.values_list("product_id", "average_cost"))
        prices = SupplierPrice.objects.values_list("supplier_id", "product_id", "multiple", "min_qty")
        self.steps: dict[tuple[int | None, int], list[Decimal]] = {
            (supplier, product): steps for supplier, product, *steps in prices if product in wanted
        }
        computed = ReorderPolicy.objects.filter(warehouse=warehouse, is_active=True).exclude(computed_at=None, typed=[])
        self.policies = {policy.product_id: policy for policy in computed if policy.product_id in wanted}
        self.classes: Mapping[int, str] = {}

    def cost(self, product_id: int) -> Decimal:
        cost: Decimal = self.costs.get(product_id) or self.products[product_id][3]
        return cost

    def supplier(self, product_id: int) -> int | None:
        supplier_id: int | None = self.products[product_id][1]
        return supplier_id

    def step(self, product_id: int) -> tuple[Decimal, Decimal]:
        """Return the order multiple and minimum: the supplier's where he names a price, else the product's own."""
        own = self.products[product_id][2]
        multiple, minimum = self.steps.get((self.supplier(product_id), product_id), (own, Decimal(0)))
        return multiple or Decimal(1), minimum

    def classify(self, values: Mapping[int, Decimal]) -> None:
        """Take the class of the policy; of products without one that of what they sold before the replayed days."""
        computed = abc.classes(values)
        self.classes = computed | {pk: policy.abc_class for pk, policy in self.policies.items()}

    def policy(self, product_id: int) -> ReorderPolicy:
        found = self.policies.get(product_id)
        return found or _by_settings(self.settings, self.classes[product_id], self.cost(product_id))


def _by_settings(settings: ReplenishmentSettings, abc_class: str, cost: Decimal) -> ReorderPolicy:
    level = getattr(settings, f"service_level_{abc_class.lower()}")
    return ReorderPolicy(
        method=settings.method,
        service_measure=settings.service_measure,
        service_level=level,
        review_days=settings.review_days,
        ordering_cost=settings.ordering_cost,
        holding_cost=cost * settings.holding_percent / 100,
    )


# --- Putting it together ---------------------------------------------------------------
def material(
    warehouse: Warehouse, product_ids: Sequence[int], span: Span, leads: LeadTimes, shelf: Shelf
) -> Iterable[Part]:
    """Return the parts of the replay, one after the other; `shelf` learns the classes first."""
    tables = list(demand_tables(warehouse=warehouse, start=span.first, end=span.end, product_ids=product_ids))
    history = span.history_days
    values: dict[int, Decimal] = {}
    for table in tables:
        units = table.demand[:, :history].sum(axis=1)
        for product_id, sold in zip(table.product_ids.tolist(), units.tolist(), strict=True):
            values[product_id] = Decimal(round(sold, 3)) * shelf.cost(product_id)
    shelf.classify(values)
    marks = day_marks(warehouse=warehouse, start=span.first, end=span.end)
    lead_days = leads.drawn(span.days)
    for table in tables:
        yield _part(table, span, leads, lead_days, shelf, marks.open & ~marks.event)


def _part(
    table: DemandTable,
    span: Span,
    leads: LeadTimes,
    lead_days: npt.NDArray[np.int64],
    shelf: Shelf,
    usual: npt.NDArray[np.bool_],
) -> Part:
    ids = table.product_ids.tolist()
    supplier = np.array([leads.row.get(shelf.supplier(pk), 0) for pk in ids], np.int64)
    steps = np.array([shelf.step(pk) for pk in ids], float).reshape(-1, 2)
    past = Past(
        demand=np.ascontiguousarray(np.maximum(table.demand[:, span.history_days :], 0.0).T),
        supplier=supplier,
        lead_days=lead_days,
        multiple=steps[:, 0],
        minimum=steps[:, 1],
        unit_cost=np.array([shelf.cost(pk) for pk in ids], float),
    )
    counted = table.stocked & usual
    mornings = {}
    for day in span.mornings:
        seen = slice(day, day + span.history_days)
        mean, std = leads.known_on(span.begin + timedelta(days=day))
        mornings[day] = known(
            table.demand[:, seen],
            counted[:, seen],
            mean[supplier],
            std[supplier],
            leave_out_outliers=shelf.settings.leave_out_outliers,
        )
    return Part(
        table.product_ids, past, mornings, _terms(shelf, ids), np.array([shelf.classes[pk] for pk in ids], "U1")
    )


def _terms(shelf: Shelf, product_ids: Sequence[int]) -> Terms:
    policies = [shelf.policy(pk) for pk in product_ids]
    typed = {
        name: np.array([getattr(policy, name) if name in policy.typed else np.nan for policy in policies], float)
        for name in TYPED
    }
    return Terms(
        method=np.array([policy.method for policy in policies], "U6"),
        level=np.array([policy.service_level for policy in policies], float) / 100,
        is_fill=np.array([policy.service_measure == ServiceMeasure.FILL for policy in policies], bool),
        review=np.array([policy.review_days for policy in policies], np.int64),
        weekday=np.array(
            [-1 if policy.review_weekday is None else policy.review_weekday for policy in policies], np.int64
        ),
        ordering_cost=np.array([policy.ordering_cost for policy in policies], float),
        holding_cost=np.array([policy.holding_cost for policy in policies], float),
        typed={name: values for name, values in typed.items() if not np.isnan(values).all()},
    )
