"""The questions about stock counts: what is on a sheet, what differs, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from inventori.dates import business_date
from inventori.money import ZERO
from inventori.search import holds_every_word
from master.models import Product
from master.selectors import shop_profile

from .abc import DAYS_BETWEEN_COUNTS, SALES_DAYS, C, classes
from .models import BatchStock, RefType, Stock, StockCount, StockCountLine, StockMove, Warehouse
from .selectors import MONEY, QTY, business_today

Status = StockCount.Status
UNFINISHED = (Status.OPEN, Status.SUBMITTED)


def badge_code(count: StockCount) -> str:
    """An open shift is open; an open count is being counted."""
    return "COUNTING" if count.status == Status.OPEN else count.status


# --- Sheets ------------------------------------------------------------------------------
def count_rows() -> QuerySet[Any]:
    """Return counts with `lines_all` and `lines_counted`."""
    counted = Count("lines", filter=Q(lines__counted_qty__isnull=False))
    rows = StockCount.objects.select_related("warehouse", "by")
    return rows.annotate(lines_all=Count("lines"), lines_counted=counted)


def sheet_lines(count: StockCount) -> QuerySet[Any]:
    """Return the lines of a count along the shelves, with `on_hand` now, `difference` and average `cost`."""
    cost = Stock.objects.filter(product=OuterRef("product"), warehouse=count.warehouse_id).values("average_cost")
    lying = BatchStock.objects.filter(batch=OuterRef("batch"), warehouse=count.warehouse_id).values("qty")
    stock = Stock.objects.filter(product=OuterRef("product"), warehouse=count.warehouse_id).values("qty")
    lines = StockCountLine.objects.filter(count=count).select_related("product", "batch", "counted_by")
    return lines.annotate(
        on_hand=Coalesce(
            Case(When(batch__isnull=True, then=Subquery(stock)), default=Subquery(lying)), ZERO, output_field=QTY
        ),
        difference=F("counted_qty") - F("expected_qty"),
        cost=Coalesce(Subquery(cost), F("product__cost"), output_field=MONEY),
    ).order_by("product__shelf", "product__name", "pk")


def differences(count: StockCount) -> list[Any]:
    """Return the counted lines whose count is not what the ledger held."""
    lines = sheet_lines(count).exclude(counted_qty=None).exclude(counted_qty=F("expected_qty"))
    found = list(lines)
    for line in found:
        line.difference = round(Decimal(line.difference), 3)
    return found


def lines_named(lines: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Keep the lines whose product or batch holds each word of `text`."""
    fields = ("product__name", "product__sku", "product__barcode", "product__shelf", "batch__number")
    return lines.filter(holds_every_word(text, *(f"{name}__icontains" for name in fields)))


def posted_since(count: StockCount, lines: Sequence[StockCountLine]) -> list[tuple[StockCountLine, StockCount]]:
    """Return the lines that a count posted after they were counted has corrected too, with that count."""
    others = StockCountLine.objects.filter(
        count__status=Status.POSTED,
        count__warehouse=count.warehouse_id,
        product__in={line.product_id for line in lines},
    ).exclude(counted_qty=None)
    by_product: dict[tuple[int, int | None], list[StockCountLine]] = {}
    for other in others.exclude(counted_qty=F("expected_qty")).select_related("count"):
        by_product.setdefault((other.product_id, other.batch_id), []).append(other)
    return [
        (line, other.count)
        for line in lines
        for other in by_product.get((line.product_id, line.batch_id), ())
        if other.count.posted_at and line.counted_at and other.count.posted_at >= line.counted_at
    ]


# --- What is counted --------------------------------------------------------------------
def countable(warehouse: Warehouse) -> QuerySet[Product]:
    """Return the products that are kept in `warehouse`: held there once, and still sold or lying there."""
    stocks = Stock.objects.filter(warehouse=warehouse)
    kept = Product.objects.filter(is_active=True, pk__in=stocks.values("product"))
    return kept | Product.objects.filter(pk__in=stocks.exclude(qty=0).values("product"))


def sold_values(warehouse: Warehouse, *, today: date) -> dict[int, Decimal]:
    """Return what each product sold in the last 90 days was worth at cost, less what was cancelled."""
    moves = StockMove.objects.filter(
        ref_type=RefType.SALE, warehouse=warehouse, business_date__gt=today - timedelta(days=SALES_DAYS)
    )
    value = Sum((F("qty_out") - F("qty_in")) * F("unit_cost"), output_field=MONEY)
    return dict(moves.order_by().values_list("product_id").annotate(value=value))


def abc_of(warehouse: Warehouse, *, today: date) -> dict[int, str]:
    """Return the class of every product kept in `warehouse`."""
    values = dict.fromkeys(countable(warehouse).values_list("pk", flat=True), ZERO)
    sold = sold_values(warehouse, today=today)
    return classes(values | {pk: Decimal(sold[pk] or 0) for pk in sold if pk in values})


@dataclass(frozen=True, slots=True)
class DueCount:
    """A product whose next count has come. last_on: the day it was counted last, None for never."""

    product: Product
    on_hand: Decimal
    abc: str
    last_on: date | None
    due_on: date | None


def due_counts(warehouse: Warehouse, *, now: datetime | None = None) -> list[DueCount]:
    """Return what is due to be counted, class A first, never counted before longest ago."""
    today = business_today(warehouse, now=now)
    abc = abc_of(warehouse, today=today)
    last, running = _last_counted(warehouse), _being_counted(warehouse)
    on_hand = dict(Stock.objects.filter(warehouse=warehouse).values_list("product_id", "qty"))
    due: list[DueCount] = []
    for product in countable(warehouse).order_by("name"):
        if product.pk in running:
            continue
        group = abc.get(product.pk, C)
        last_on = last.get(product.pk)
        due_on = last_on + timedelta(days=DAYS_BETWEEN_COUNTS[group]) if last_on else None
        if due_on is None or due_on <= today:
            due.append(DueCount(product, on_hand.get(product.pk, ZERO), group, last_on, due_on))
    return sorted(due, key=lambda one: (one.abc, one.due_on or date.min, one.product.name))


def _last_counted(warehouse: Warehouse) -> dict[int, date]:
    """Return the business day on which each product was last counted in a count that was posted."""
    lines = StockCountLine.objects.filter(
        count__warehouse=warehouse, count__status=Status.POSTED, counted_at__isnull=False
    )
    cutoff_hour = shop_profile().cutoff_hour
    found = lines.order_by().values_list("product_id").annotate(at=Max("counted_at"))
    return {pk: business_date(at, warehouse.time_zone, cutoff_hour) for pk, at in found}


def _being_counted(warehouse: Warehouse) -> set[int]:
    lines = StockCountLine.objects.filter(count__warehouse=warehouse, count__status__in=UNFINISHED)
    return set(lines.values_list("product_id", flat=True))
