"""What a replay is made of, read from the ledger, the supplier's receipts and the policies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from inventori.dates import business_date
from inventory.demand import DemandTable, demand_tables
from inventory.formula_input import State
from inventory.models import ReorderPolicy, Stock, Warehouse
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.models import GoodsReceiptItem, SupplierPrice

from .calendar import DayMarks, day_marks
from .measuring import USUAL_LEAD_TIME, Facts, classes_of, inputs_of, measured, open_share
from .policy_numbers import Known
from .replay import Past, draw_lead_days
from .selectors import replenishment_settings

# From so many receipts on, a supplier's own record says more than what was agreed; as in purchases/record.py.
ENOUGH_RECEIPTS = 3
RECORD_DAYS = 365
SEED = 1
# Longer than most lead times: what is under way when counting begins was ordered by the rule itself.
RUN_IN = 28
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Part:
    """Some products: their past, and what was known of them on each morning of a new rule."""

    product_ids: npt.NDArray[np.int64]
    past: Past
    mornings: Mapping[int, Known]
    review_weekday: npt.NDArray[np.int64]
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
        self.agreed = np.array([USUAL_LEAD_TIME, *(days for _pk, days in agreed)], np.int64)
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
    """What is known of the products besides their demand: costs, suppliers, order steps, typed values, classes."""

    def __init__(self, warehouse: Warehouse, product_ids: Sequence[int]) -> None:
        self.settings = replenishment_settings()
        self.facts = Facts(warehouse, self.settings, product_ids)
        wanted = set(product_ids)
        multiples = Product.objects.values_list("pk", "order_multiple")
        self.multiple = {pk: multiple for pk, multiple in multiples if pk in wanted}
        prices = SupplierPrice.objects.values_list("supplier_id", "product_id", "multiple", "min_qty")
        self.steps: dict[tuple[int | None, int], list[Decimal]] = {
            (supplier, product): steps for supplier, product, *steps in prices if product in wanted
        }
        days = ReorderPolicy.objects.filter(warehouse=warehouse, review_weekday__isnull=False)
        self.review_weekday = dict(days.values_list("product_id", "review_weekday"))

    @property
    def suppliers(self) -> set[int]:
        return {row[2] for row in self.facts.products.values() if row[2]}

    def cost(self, product_id: int) -> float:
        return float(self.facts.average_cost.get(product_id) or self.facts.products[product_id][1])

    def supplier(self, product_id: int) -> int | None:
        supplier_id: int | None = self.facts.products[product_id][2]
        return supplier_id

    def step(self, product_id: int) -> tuple[Decimal, Decimal]:
        """Return the order multiple and minimum: the supplier's where he names a price, else the product's own."""
        own = [self.multiple[product_id], Decimal(0)]
        multiple, minimum = self.steps.get((self.supplier(product_id), product_id), own)
        return multiple or Decimal(1), minimum


# --- Putting it together ---------------------------------------------------------------
def material(
    warehouse: Warehouse, product_ids: Sequence[int], span: Span, leads: LeadTimes, shelf: Shelf
) -> Iterator[Part]:
    """Yield the parts of the replay, one after the other."""
    marks = day_marks(warehouse=warehouse, start=span.first, end=span.end)
    known = shelf.facts.classes_known()
    classes = known or classes_of(warehouse, shelf.facts, span.first, span.begin - timedelta(days=1), None)
    lead_days = leads.drawn(span.days)
    for table in demand_tables(warehouse=warehouse, start=span.first, end=span.end, product_ids=product_ids):
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
        yield Part(
            product_ids=table.product_ids,
            past=past,
            mornings=dict(_mornings(table, marks, span, leads, supplier, shelf.facts, classes)),
            review_weekday=np.array([shelf.review_weekday.get(pk, -1) for pk in ids], np.int64),
            abc_class=np.array([classes.get(pk, "C") for pk in ids], "U1"),
        )


def _mornings(
    table: DemandTable,
    marks: DayMarks,
    span: Span,
    leads: LeadTimes,
    supplier: npt.NDArray[np.int64],
    facts: Facts,
    classes: Mapping[int, str],
) -> Iterator[tuple[int, Known]]:
    """Yield what was known on each morning, as the policies are computed, and nothing that came later."""
    mean, std = np.zeros(len(supplier)), np.zeros(len(supplier))
    for day in span.mornings:
        days = slice(day, day + span.history_days)
        start = span.first + timedelta(days=day)
        seen = DemandTable(start, table.warehouse_id, table.product_ids, table.demand[:, days], table.stocked[:, days])
        usual = DayMarks(marks.open[days], marks.event[days])
        part = measured(seen, usual, leave_out_outliers=facts.settings.leave_out_outliers)
        known = inputs_of(part, facts, classes, open_share(usual)).known
        # Having been without a product all these days must not teach that nobody wants it.
        unseen = part.stats.state == State.NO_HISTORY
        mean, std = (np.where(unseen, old, new) for old, new in ((mean, part.stats.mean), (std, part.stats.std)))
        lead, lead_std = leads.known_on(span.begin + timedelta(days=day))
        yield (
            day,
            replace(
                known,
                demand=seen.demand,
                stats=replace(part.stats, outliers=np.zeros((0, 0), bool)),
                mean=mean,
                std=std,
                lead_time=known.keep("lead_time_days", lead[supplier]),
                lead_time_std=known.keep("lead_time_std", lead_std[supplier]),
            ),
        )
