"""The questions about suppliers: how they delivered in the last year, and what they asked for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Prefetch

from inventori.dates import business_date
from master.models import Product, Supplier
from master.selectors import shop_profile

from .models import GoodsReceiptItem, POItem, PurchaseOrder, SupplierPrice
from .record import (
    LeadTime,
    LineRecord,
    OrderRecord,
    PriceChange,
    fill_rate,
    lead_time,
    mean_ratio,
    on_time_rate,
    price_change,
)
from .selectors import order_status, todays

Status = PurchaseOrder.Status
# How far back the record looks, and how many orders its table shows.
RECORD_DAYS = 365
LATEST = 8


def lead_time_of(supplier: Supplier) -> LeadTime:
    """Return the days from order to receipt: from the last year once there are three receipts, else as agreed.

    `is_measured` says which. Mean and spread count each ordered line once, by what came of it when.
    """
    orders = _sent_orders(supplier, _since(todays()))
    return _lead_time(supplier, orders, _records(orders, shop_profile().cutoff_hour))


def lead_times_of(supplier_ids: Iterable[int]) -> dict[int, LeadTime]:
    """Return what `lead_time_of` says of each supplier, in as many queries for all of them as for one."""
    agreed = dict(Supplier.objects.filter(pk__in=set(supplier_ids)).values_list("pk", "lead_time_days"))
    since = datetime.combine(_since(todays()), time(), UTC)
    came = GoodsReceiptItem.objects.filter(
        po_item__po__supplier__in=list(agreed), po_item__po__ordered_at__gte=since
    ).exclude(po_item__po__status=Status.DRAFT)
    came = came.exclude(po_item__po__status=Status.CANCELLED, po_item__po__sent_at=None)
    order = [f"po_item__po__{name}" for name in ("supplier", "sent_at", "ordered_at", "warehouse__time_zone")]
    line = ["po_item", "po_item__qty", "qty", "receipt", "receipt__business_date"]
    cutoff_hour = shop_profile().cutoff_hour
    orders: dict[int, list[OrderRecord]] = {pk: [] for pk in agreed}
    receipts: dict[int, set[int]] = {pk: set() for pk in agreed}
    for pk, sent_at, ordered_at, zone, _item, ordered, qty, receipt, day in came.values_list(*order, *line):
        sent_on = business_date(sent_at or ordered_at, zone, cutoff_hour)
        # Each part that came stands alone: it is weighed by its share of the line in any case.
        orders[pk].append(OrderRecord(sent_on, None, (LineRecord(ordered, ((day, qty),)),)))
        receipts[pk].add(receipt)
    return {pk: lead_time(orders[pk], receipts=len(receipts[pk]), agreed_days=days) for pk, days in agreed.items()}


@dataclass(frozen=True, slots=True)
class LatestOrder:
    """A row of the table: the order, its badge, and its record."""

    order: PurchaseOrder
    status: str
    record: OrderRecord

    @property
    def first_on(self) -> date | None:
        return self.record.receipt_days[0] if self.record.receipt_days else None

    @property
    def last_on(self) -> date | None:
        return self.record.receipt_days[-1] if self.record.receipt_days else None

    @property
    def share(self) -> Decimal | None:
        return fill_rate([self.record])


@dataclass(frozen=True, slots=True)
class ChangedPrice:
    """A product that costs something else than at first; previous, changed_on: from the supplier's price list."""

    product: Product
    change: PriceChange
    previous: Decimal | None = None
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """bought: how many products were paid for; changed: those whose cost moved, the dearest first."""

    bought: int
    changed: list[ChangedPrice] = field(default_factory=list)

    @property
    def mean(self) -> Decimal:
        return mean_ratio([row.change for row in self.changed])


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """orders: how many were sent since `since`; due: those of them that can be judged, by fill and by time."""

    since: date
    orders: int
    due: int
    lead_time: LeadTime
    on_time: Decimal | None
    fill: Decimal | None
    latest: list[LatestOrder]


def record_of(supplier: Supplier) -> SupplierRecord:
    """Return how `supplier` delivered in the last year.

    Judged are orders that were received, and those still open, or cancelled, after their expected day.
    """
    today = todays()
    since = _since(today)
    orders = _sent_orders(supplier, since)
    cutoff_hour = shop_profile().cutoff_hour
    records = _records(orders, cutoff_hour)
    due = [records[order.pk] for order in orders if _is_due(order, today, cutoff_hour)]
    return SupplierRecord(
        since=since,
        orders=len(orders),
        due=len(due),
        lead_time=_lead_time(supplier, orders, records),
        on_time=on_time_rate(due),
        fill=fill_rate(due),
        latest=[LatestOrder(order, order_status(order, today), records[order.pk]) for order in orders[:LATEST]],
    )


def prices_of(supplier: Supplier) -> Prices:
    """Return how the costs of what `supplier` brought moved in the last year. For those who may see costs."""
    items = GoodsReceiptItem.objects.filter(
        receipt__supplier=supplier, receipt__business_date__gte=_since(todays())
    ).order_by("receipt__business_date", "pk")
    costs: dict[int, list[tuple[date, Decimal]]] = {}
    for product_id, day, cost in items.values_list("product_id", "receipt__business_date", "unit_cost"):
        costs.setdefault(product_id, []).append((day, cost))
    changes = {pk: change for pk, paid in costs.items() if (change := price_change(paid))}
    moved = {pk: change for pk, change in changes.items() if change.first != change.last}
    products = Product.objects.in_bulk(list(moved))
    asked = {row.product_id: row for row in SupplierPrice.objects.filter(supplier=supplier, product__in=list(moved))}
    rows = [_changed(products[pk], change, asked.get(pk)) for pk, change in moved.items()]
    return Prices(len(changes), sorted(rows, key=lambda row: (-row.change.ratio, row.product.name)))


def _changed(product: Product, change: PriceChange, asked: SupplierPrice | None) -> ChangedPrice:
    if asked is None or asked.previous_price is None:
        return ChangedPrice(product, change)
    return ChangedPrice(product, change, asked.previous_price / asked.factor, asked.changed_on)


def _since(today_by_warehouse: Mapping[int, date]) -> date:
    return max(today_by_warehouse.values(), default=date.max) - timedelta(days=RECORD_DAYS)


def _sent_orders(supplier: Supplier, since: date) -> list[PurchaseOrder]:
    """Return the orders that went to `supplier` since a day, the latest first, with their lines and receipts."""
    came = GoodsReceiptItem.objects.select_related("receipt").order_by("pk")
    lines = POItem.objects.prefetch_related(Prefetch("receipts", queryset=came))
    orders = (
        PurchaseOrder.objects.filter(supplier=supplier, ordered_at__gte=datetime.combine(since, time(), UTC))
        .exclude(status=Status.DRAFT)
        # Cancelled as a draft: the supplier never saw it.
        .exclude(status=Status.CANCELLED, sent_at=None)
    )
    return list(orders.select_related("warehouse").prefetch_related(Prefetch("items", queryset=lines)))


def _records(orders: Iterable[PurchaseOrder], cutoff_hour: int) -> dict[int, OrderRecord]:
    return {order.pk: _record(order, cutoff_hour) for order in orders}


def _record(order: PurchaseOrder, cutoff_hour: int) -> OrderRecord:
    sent_at = order.sent_at or order.ordered_at
    return OrderRecord(
        sent_on=business_date(sent_at, order.warehouse.time_zone, cutoff_hour),
        expected_on=order.expected_at,
        lines=tuple(
            LineRecord(item.qty, tuple((came.receipt.business_date, came.qty) for came in item.receipts.all()))
            for item in order.items.all()
        ),
    )


def _lead_time(supplier: Supplier, orders: Sequence[PurchaseOrder], records: Mapping[int, OrderRecord]) -> LeadTime:
    receipts = {came.receipt_id for order in orders for item in order.items.all() for came in item.receipts.all()}
    return lead_time(list(records.values()), receipts=len(receipts), agreed_days=supplier.lead_time_days)


def _is_due(order: PurchaseOrder, today_by_warehouse: Mapping[int, date], cutoff_hour: int) -> bool:
    if order.status == Status.RECEIVED:
        return True
    if order.expected_at is None:
        return False
    if order.status == Status.CANCELLED:
        if order.cancelled_at is None:
            return False
        return business_date(order.cancelled_at, order.warehouse.time_zone, cutoff_hour) > order.expected_at
    return order.expected_at < today_by_warehouse[order.warehouse_id]
