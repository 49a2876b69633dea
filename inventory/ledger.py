"""The ledger: the only code that writes Stock, BatchStock and StockMove.

Documents go in whole. Every row they touch is locked first, in one order, then every
line is checked, then all is written: two baskets with the same goods in another order
cannot dead-lock, and a refused document leaves nothing behind.

The lock on a product's stock row covers its batches in that warehouse too, because nothing
else writes them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.dates import business_date
from inventori.errors import DomainError, InsufficientStock, InvalidInput, ShortLine
from inventori.money import CENT, ZERO, round_half_up
from inventori.prepared import Prepared, prepared
from master.models import Product
from master.selectors import shop_profile

from .low import settle_alerts
from .models import Stock, StockMove, Warehouse
from .shelf import Shelf

# What the column of a balance cannot hold, in or out: a move beyond it could never be read again.
MOST_UNITS = Decimal(10) ** 11

Key = tuple[int, int]  # (product_id, warehouse_id): also the order in which rows are locked


@dataclass(slots=True)
class Line:
    """One product in or out of one warehouse.

    qty: units, positive in, negative out. unit_cost: what one unit cost, for goods that come in;
    goods that go out leave at the average cost, which the ledger writes here.
    batch_id: of a product that tracks batches. What comes in must name it; what goes out without one
    is taken from the first expiring. `batches`: what the ledger moved, as (batch_id, units).
    """

    product_id: int
    qty: Decimal
    unit_cost: Decimal | None = None
    note: str = ""
    batch_id: int | None = None
    batches: list[tuple[int, Decimal]] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """What caused the moves: all its lines are posted, or none.

    may_take_expired: write-offs, returns to suppliers and corrections take expired goods too.
    """

    warehouse: Warehouse
    ref_type: str
    ref_id: int
    lines: Sequence[Line]
    moved_at: datetime
    by: User
    note: str = ""
    business_date: date | None = field(default=None)
    may_take_expired: bool = False


def post(document: Document) -> None:
    """Post one document. Raises InsufficientStock naming every short line."""
    post_all([document])


def post_all(documents: Sequence[Document]) -> None:
    """Post `documents` one after another; the balance holds after each of them.

    Needs an open transaction, because the moves and what caused them commit together.
    Fills `unit_cost` of each line and `business_date` of each document that does not say it.
    Raises InsufficientStock for the first document that is short, with all its short lines.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the ledger posts inside its document's transaction")
    warehouses = {document.warehouse.pk: document.warehouse for document in documents}
    sources = {
        (line.product_id, document.warehouse.pk): (document.ref_type, document.ref_id)
        for document in documents
        for line in document.lines
    }
    stocks = lock_stock(sources, warehouses)
    shelf = Shelf([key for key, stock in stocks.items() if stock.tracks_batches])
    _set_days(documents)
    rows: list[tuple] = []
    for document in documents:
        _refuse_if_short(document, stocks, shelf)
        # Lines that name their batch first, or the others might empty it.
        for line in sorted(document.lines, key=lambda line: line.batch_id is None):
            rows.extend(_move_rows(document, line, stocks, shelf))
    insert_rows(StockMove, _MOVE_COLUMNS, rows)
    _save_stock(stocks.values())
    shelf.save()
    last = documents[-1]
    today = cast(date, last.business_date)
    settle_alerts(stocks.values(), usable=lambda stock: shelf.usable(stock, today), at=last.moved_at, sources=sources)


def _set_days(documents: Iterable[Document]) -> None:
    """Fill the business day of each document that does not say its own."""
    missing = [document for document in documents if document.business_date is None]
    if missing:
        cutoff_hour = shop_profile().cutoff_hour
    for document in missing:
        document.business_date = business_date(document.moved_at, document.warehouse.time_zone, cutoff_hour)


def lock_stock(keys: Iterable[Key], warehouses: Mapping[int, Warehouse]) -> dict[Key, Stock]:
    """Lock the stock rows of `keys` in (product, warehouse) order, making missing ones.

    warehouses: those of the keys by id. Only the ledger's room locks stock.
    """
    wanted = sorted(set(keys))
    found = _locked_rows(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        tracked = set(
            Product.objects.filter(pk__in={key[0] for key in missing}, tracks_batches=True).values_list("pk", flat=True)
        )
        Stock.objects.bulk_create(
            [
                Stock(
                    product_id=product_id,
                    warehouse_id=pk,
                    allow_negative=warehouses[pk].allow_negative,
                    tracks_batches=product_id in tracked,
                )
                for product_id, pk in missing
            ],
            ignore_conflicts=True,
        )
        found |= _locked_rows(missing)
    return {key: found[key] for key in wanted}


def _locked_rows(keys: Sequence[Key]) -> dict[Key, Stock]:
    rows: dict[Key, Stock] = {}
    # SQLite takes a limited number of parameters; each slice keeps the order.
    for start in range(0, len(keys), 10_000):
        products, warehouses = (sorted(set(ids)) for ids in zip(*keys[start : start + 10_000], strict=True))
        stocks = _stock_to_lock(products, warehouses)
        rows |= {(stock.product_id, stock.warehouse_id): stock for stock in stocks}
    return rows


def _stock_of(products: Sequence[int], warehouses: Sequence[int]) -> QuerySet[Stock]:
    """The rows of the products in the warehouses, in the order in which they are locked."""
    stocks = Stock.objects.filter(product_id__in=products, warehouse_id__in=warehouses)
    return stocks.order_by("product_id", "warehouse_id")


# The lock. A test takes it away to show that the same race then oversells.
_stock_to_lock: Prepared[Stock] = prepared(
    lambda products, warehouses: _stock_of(products, warehouses).select_for_update()
)


def _refuse_if_short(document: Document, stocks: dict[Key, Stock], shelf: Shelf) -> None:
    wanted: dict[Key, Decimal] = {}
    for line in document.lines:
        if line.qty == 0:
            raise ValueError("a line moves more or less than nothing")
        key = (line.product_id, document.warehouse.pk)
        wanted[key] = wanted.get(key, ZERO) - line.qty
    there = {key: shelf.available(key, document) if stocks[key].tracks_batches else stocks[key].qty for key in wanted}
    # Nothing can be taken out of a batch that is empty, whatever the warehouse allows.
    short = {
        key: qty
        for key, qty in wanted.items()
        if qty > there[key] and qty > 0 and (stocks[key].tracks_batches or not stocks[key].allow_negative)
    }
    if not short:
        shelf.refuse_wrong_batches(document)
        return
    names = dict(Product.objects.filter(pk__in=[key[0] for key in short]).values_list("pk", "name"))
    raise InsufficientStock(
        [
            ShortLine(product_id=key[0], name=names[key[0]], wanted=qty, available=there[key])
            for key, qty in short.items()
        ]
    )


_MOVE_COLUMNS = (
    *("product", "warehouse", "ref_type", "ref_id", "qty_in", "qty_out", "balance"),
    *("unit_cost", "note", "moved_at", "business_date", "by", "batch"),
)


def _move_rows(document: Document, line: Line, stocks: dict[Key, Stock], shelf: Shelf) -> list[tuple]:
    """Move the balance, the average cost and the batches, and return the rows of the stock card: one a batch."""
    stock = stocks[line.product_id, document.warehouse.pk]
    if line.unit_cost is None:
        line.unit_cost = stock.average_cost
    if line.qty > 0:
        stock.average_cost = moving_average(stock.qty, stock.average_cost, line.qty, line.unit_cost)
    if not stock.tracks_batches:
        return [_move_row(document, line, stock, line.qty, None)]
    line.batches = shelf.move(document, line)
    return [_move_row(document, line, stock, qty, batch_id) for batch_id, qty in line.batches]


def _move_row(document: Document, line: Line, stock: Stock, qty: Decimal, batch_id: int | None) -> tuple:
    stock.qty += qty
    if abs(stock.qty) >= MOST_UNITS:
        raise InvalidInput(
            _("%(product)s: the stock must stay below 100,000,000,000. Check the quantity.")
            % {"product": stock.product.name},
            field="qty",
        )
    return (
        line.product_id,
        document.warehouse.pk,
        document.ref_type,
        document.ref_id,
        max(qty, ZERO),
        max(-qty, ZERO),
        stock.qty,
        line.unit_cost,
        line.note or document.note,
        document.moved_at,
        document.business_date,
        document.by.pk,
        batch_id,
    )


def moving_average(on_hand: Decimal, average: Decimal, qty_in: Decimal, unit_cost: Decimal) -> Decimal:
    """Return the average cost after `qty_in` units at `unit_cost` came to `on_hand` units at `average`.

    avg' = (q·avg + q_in·c) / (q + q_in), half-up to the cent; from zero or below it starts again at c.
    """
    if on_hand <= 0:
        return round_half_up(unit_cost, CENT)
    return round_half_up((on_hand * average + qty_in * unit_cost) / (on_hand + qty_in), CENT)


def _save_stock(stocks: Iterable[Stock]) -> None:
    """Write the locked rows back in one statement (an upsert on rows that exist)."""
    ordered = sorted(stocks, key=lambda stock: (stock.product_id, stock.warehouse_id))
    insert_rows(
        Stock,
        ("id", "product", "warehouse", "qty", "average_cost", "allow_negative"),
        [(s.pk, s.product_id, s.warehouse_id, s.qty, s.average_cost, s.allow_negative) for s in ordered],
        update=("qty", "average_cost"),
    )


def set_allow_negative(warehouse: Warehouse) -> None:
    """Carry the warehouse's below-zero switch to its stock rows.

    Raises DomainError when the switch goes off while something lies below zero.
    """
    stocks = Stock.objects.filter(warehouse=warehouse).order_by("product_id")
    locked = list(stocks.select_for_update().exclude(allow_negative=warehouse.allow_negative))
    below = next((stock for stock in locked if stock.qty < 0), None)
    if below and not warehouse.allow_negative:
        raise DomainError(
            _("%(product)s is below zero in %(warehouse)s. Correct its stock first.")
            % {"product": below.product.name, "warehouse": warehouse.name},
            field="allow_negative",
        )
    stocks.filter(pk__in=[stock.pk for stock in locked]).update(allow_negative=warehouse.allow_negative)


def locked_stock_of(product: Product) -> list[Stock]:
    """Lock the rows of `product` in every warehouse, in their order."""
    stocks = Stock.objects.filter(product=product).order_by("product_id", "warehouse_id")
    # The warehouses are read by themselves: a join would lock their rows, and every till, too.
    return list(stocks.select_for_update().prefetch_related("warehouse"))


def set_tracks_batches(product: Product) -> None:
    """Carry the product's switch to its stock rows; call it with these locked."""
    Stock.objects.filter(product=product).update(tracks_batches=product.tracks_batches)
