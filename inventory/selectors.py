"""The questions that pages and other rooms ask about stock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from inventori.dates import business_date
from inventori.money import ZERO, currency_decimals
from inventori.prepared import prepared
from inventori.search import holds_every_word
from master.models import Product, ShopProfile
from master.selectors import shop_profile

from .batches import batches_at
from .fefo import is_expired, usable
from .models import BatchStock, RefType, Stock, StockAdjustment, StockMove, Warehouse

QTY: DecimalField = DecimalField(max_digits=14, decimal_places=3)
MONEY: DecimalField = DecimalField(max_digits=18, decimal_places=2)


def active_warehouses() -> list[Warehouse]:
    return list(Warehouse.objects.filter(is_active=True))


_stock = prepared(lambda warehouse, products: Stock.objects.filter(warehouse=warehouse, product_id__in=products))


def on_hand(*, warehouse: Warehouse, product_ids: Sequence[int]) -> dict[int, Decimal]:
    """Return units on hand by product id; a product that never moved has 0."""
    found = {stock.product_id: stock.qty for stock in _stock(warehouse.pk, product_ids)}
    return {product_id: found.get(product_id, Decimal(0)) for product_id in product_ids}


def available(
    *, warehouse: Warehouse, product_ids: Sequence[int], profile: ShopProfile | None = None
) -> dict[int, Decimal]:
    """Return the units that may be sold by product id: on hand less what is expired."""
    rows = Stock.objects.filter(warehouse=warehouse, product_id__in=product_ids)
    found = {pk: (qty, tracks) for pk, qty, tracks in rows.values_list("product_id", "qty", "tracks_batches")}
    tracked = [pk for pk, (_qty, tracks) in found.items() if tracks]
    if tracked:
        today = business_today(warehouse, profile=profile)
        shelf = batches_at(warehouse_id=warehouse.pk, product_ids=tracked)
        found |= {pk: (usable(shelf.get(pk, []), today), True) for pk in tracked}
    return {pk: found[pk][0] if pk in found else Decimal(0) for pk in product_ids}


def sellable_batches(product: Product, warehouse: Warehouse) -> list[BatchStock]:
    """Return what lies of the product's batches in `warehouse` and is not expired, the first to expire first."""
    rows = BatchStock.objects.filter(batch__product=product, warehouse=warehouse, qty__gt=0).select_related("batch")
    today = business_today(warehouse)
    fresh = [row for row in rows if not is_expired(row.batch.expires_on, today)]
    return sorted(fresh, key=lambda row: (row.batch.expires_on is None, row.batch.expires_on or today, row.batch_id))


def available_column(warehouse: Warehouse) -> Combinable:
    """Return what `available` says as a column of products."""
    stock = Stock.objects.filter(product=OuterRef("pk"), warehouse=warehouse).values("qty")
    past = BatchStock.objects.filter(
        batch__product=OuterRef("pk"), warehouse=warehouse, batch__expires_on__lt=business_today(warehouse)
    )
    expired = past.order_by().values("batch__product").annotate(units=Sum("qty")).values("units")
    return Coalesce(Subquery(stock), ZERO, output_field=QTY) - Coalesce(Subquery(expired), ZERO, output_field=QTY)


def business_today(warehouse: Warehouse, *, profile: ShopProfile | None = None, now: datetime | None = None) -> date:
    """Return the business day of this moment in `warehouse`."""
    cutoff_hour = (profile or shop_profile()).cutoff_hour
    return business_date(now or timezone.now(), warehouse.time_zone, cutoff_hour)


# --- Stock on hand -----------------------------------------------------------------
def stock_rows(warehouse: Warehouse | None = None) -> QuerySet[Any]:
    """Return products with what lies of them, one row for each product and warehouse.

    In one warehouse every product has a row; over all of them each product has a row for each warehouse
    that ever held it, and one with nothing where none did. Each row carries `warehouse_code`,
    `warehouse_name`, `time_zone`, `qty`, `average_cost`, `value`. The value is rounded as the shop's money is, row
    by row, so that what is shown adds up to the total that is shown.
    """
    places = currency_decimals(shop_profile().currency)
    only = Q(stock__warehouse=warehouse) if warehouse else Q()
    rows: QuerySet[Any] = Product.objects.select_related("category").annotate(
        place=FilteredRelation("stock", condition=only)
    )
    where: dict[str, Any]
    if warehouse:
        where = {
            "stock_warehouse": Value(warehouse.pk),
            "warehouse_code": Value(warehouse.code, output_field=CharField()),
            "warehouse_name": Value(warehouse.name, output_field=CharField()),
            "time_zone": Value(warehouse.time_zone, output_field=CharField()),
        }
    else:
        where = {
            "stock_warehouse": F("place__warehouse_id"),
            "warehouse_code": F("place__warehouse__code"),
            "warehouse_name": F("place__warehouse__name"),
            "time_zone": F("place__warehouse__time_zone"),
        }
    return rows.annotate(
        **where,
        stock_id=F("place__id"),
        qty=Coalesce(F("place__qty"), Decimal(0), output_field=QTY),
        average_cost=F("place__average_cost"),
        value=Coalesce(Round(F("place__qty") * F("place__average_cost"), places), Decimal(0), output_field=MONEY),
    )


def stock_of(product: Product) -> QuerySet[Stock]:
    """Return the rows of `product` in the warehouses where anything of it lies."""
    return Stock.objects.filter(product=product).exclude(qty=0).select_related("warehouse").order_by("warehouse__code")


def low(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the rows at or below their product's minimum.

    Needs a minimum, an active product, and a place where it is kept: a warehouse that never
    held the product does not lack it, unless no warehouse ever did.
    """
    kept = Q(stock_id__isnull=False) | ~Exists(Stock.objects.filter(product=OuterRef("pk")))
    return rows.filter(kept, is_active=True, min_stock__gt=0, qty__lte=F("min_stock"))


def stock_value(rows: QuerySet[Any]) -> Decimal:
    """Return Σ quantity × average cost of the rows, each rounded as the shop's money is."""
    return rows.order_by().aggregate(total=Sum("value", output_field=MONEY))["total"] or ZERO


def stock_status(row: Any) -> str:
    """Return NEVER, OUT, LOW or OK for a row of `stock_rows`."""
    if row.stock_id is None:
        return "NEVER"
    if row.qty <= 0:
        return "OUT"
    return "LOW" if row.min_stock > 0 and row.qty <= row.min_stock else "OK"


def last_moves(rows: Iterable[Any]) -> dict[tuple[int, int], datetime | None]:
    """Return when each (product, warehouse) of the rows moved last."""
    stocks = Stock.objects.filter(product_id__in={row.pk for row in rows}).order_by()
    # One look into the index for each stock row, not a walk over all its moves.
    found = stocks.annotate(at=_last_moved("product_id", "warehouse_id"))
    return {(product, place): at for product, place, at in found.values_list("product_id", "warehouse_id", "at")}


def with_last_move(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `last_moved_at`: for exports, which read every row once."""
    return rows.annotate(last_moved_at=_last_moved("pk", "stock_warehouse"))


def _last_moved(product: str, warehouse: str) -> Subquery:
    moves = StockMove.objects.filter(product=OuterRef(product), warehouse=OuterRef(warehouse))
    return Subquery(moves.order_by("-id").values("moved_at")[:1])


# --- The stock card ------------------------------------------------------------------
@dataclass(frozen=True)
class Card:
    """Balance of one product in one warehouse before a range of days, its moves in it, and after it."""

    opening: Decimal
    qty_in: Decimal
    qty_out: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.qty_in - self.qty_out


def stock_card(
    *, product: Product, warehouse: Warehouse, start: date | None, end: date | None, batch: str = ""
) -> Card:
    """Return the balances around the days from `start` to `end`, both included; None leaves a side open.

    batch: the number of a batch of the product, to see that one alone.
    """
    moves = StockMove.objects.filter(product=product, warehouse=warehouse).order_by()
    if batch:
        moves = moves.filter(batch__number=batch)
    before = Q(business_date__lt=start) if start else Q(pk__isnull=True)
    within = Q(business_date__gte=start) if start else Q()
    within &= Q(business_date__lte=end) if end else Q()
    sums = moves.aggregate(
        in_before=Sum("qty_in", filter=before),
        out_before=Sum("qty_out", filter=before),
        qty_in=Sum("qty_in", filter=within) if within else Sum("qty_in"),
        qty_out=Sum("qty_out", filter=within) if within else Sum("qty_out"),
    )
    return Card(
        opening=(sums["in_before"] or ZERO) - (sums["out_before"] or ZERO),
        qty_in=sums["qty_in"] or ZERO,
        qty_out=sums["qty_out"] or ZERO,
    )


def products_named(text: str) -> QuerySet[Product]:
    """Return the product whose SKU or barcode is `text`, else those whose name holds each word of it."""
    exact = Product.objects.filter(Q(sku=text) | Q(barcode=text))
    if exact.exists():
        return exact
    return Product.objects.filter(holds_every_word(text, "name__icontains", "sku__icontains"))


# --- Adjustments ------------------------------------------------------------------------
def adjustment_rows() -> QuerySet[StockAdjustment]:
    """Return adjustments with `lines`, the number of their moves."""
    moves = StockMove.objects.filter(ref_type=RefType.ADJUST, ref_id=OuterRef("pk")).order_by()
    lines = moves.values("ref_id").annotate(n=Count("pk")).values("n")
    return StockAdjustment.objects.select_related("warehouse", "by").annotate(lines=Subquery(lines))


def adjustment_lines(adjustment: StockAdjustment) -> QuerySet[StockMove]:
    moves = StockMove.objects.filter(ref_type=RefType.ADJUST, ref_id=adjustment.pk)
    return moves.select_related("product", "batch").order_by("pk")


# --- Batches ------------------------------------------------------------------------------
def shop_tracks_batches() -> bool:
    """Say whether any product tracks batches: a shop without them is not asked for any."""
    return Product.objects.filter(tracks_batches=True).exists()
