"""Sales that already happened: the bulk path for imports and the demo shop.

It writes what the till writes, through the same ledger, thousands of documents at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db import models

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.dates import business_date
from inventori.money import CENT, ZERO, round_half_up
from inventori.transactions import retried
from inventory import ledger
from inventory.batches import back_into_batches, taken_by
from inventory.ledger import Document, Line
from inventory.models import RefType, Warehouse
from master.models import PaymentKind, Product
from master.selectors import shop_profile
from sales.models import Payment, Sale, SaleItem, SaleReturn, SaleReturnItem


@dataclass(slots=True)
class PastLine:
    """qty: units > 0; price: per unit; discount: an amount for the whole line."""

    product_id: int
    qty: Decimal
    price: Decimal
    discount: Decimal = ZERO


@dataclass(slots=True)
class PastSale:
    """A sale as it happened. `key` names it for ever: the same key is never posted twice.

    fingerprint: of its content, kept beside the key for whoever must tell a repetition from a change.
    """

    key: str
    number: str
    at: datetime
    lines: Sequence[PastLine]
    by: User
    customer_id: int | None = None
    method: str = PaymentKind.OTHER
    tendered: Decimal | None = None
    fingerprint: str = ""
    shift_id: int | None = None


@dataclass(slots=True)
class PastReturn:
    """Goods that came back, at the average cost of that moment.

    of_sale: the key of the sale they left with, where it is known; goods that track batches then come back
    into the batches they were sold from. Without it they come back into an unknown one.
    """

    key: str
    number: str
    at: datetime
    lines: Sequence[PastLine]
    by: User
    customer_id: int | None = None
    method: str = PaymentKind.OTHER
    reason: str = ""
    fingerprint: str = ""
    of_sale: str = ""


Past = PastSale | PastReturn


@retried
def past_documents_post(*, warehouse: Warehouse, documents: Sequence[Past]) -> int:
    """Post `documents` in the order given and return how many were new.

    Documents whose key is known are left out, so a repeated call adds nothing.
    Raises InsufficientStock when a balance would fall below zero; then nothing is posted.
    """
    known = {
        *_ids_by_key(Sale, [d.key for d in documents if isinstance(d, PastSale)]),
        *_ids_by_key(SaleReturn, [d.key for d in documents if isinstance(d, PastReturn)]),
    }
    fresh = [d for d in documents if d.key not in known]
    if not fresh:
        return 0
    sales = [d for d in fresh if isinstance(d, PastSale)]
    returns = [d for d in fresh if isinstance(d, PastReturn)]
    cutoff_hour = shop_profile().cutoff_hour
    totals = {d.key: past_total(d.lines) for d in fresh}
    insert_rows(Sale, _SALE_COLUMNS, (_sale_row(d, totals[d.key], warehouse, cutoff_hour) for d in sales))
    insert_rows(SaleReturn, _RETURN_COLUMNS, (_return_row(d, totals[d.key], warehouse, cutoff_hour) for d in returns))
    ids = _ids_by_key(Sale, [d.key for d in sales]) | _ids_by_key(SaleReturn, [d.key for d in returns])

    moves = [_moves(d, ids[d.key], warehouse) for d in fresh]
    _name_batches(returns, {move.ref_id: move for move in moves if move.ref_type == RefType.RETURN}, ids)
    ledger.post_all(moves)
    posted = list(zip(fresh, moves, strict=True))
    insert_rows(
        SaleItem,
        ("sale", "product", "qty", "price", "discount", "cost"),
        (row for d, move in posted if isinstance(d, PastSale) for row in _item_rows(d, move)),
    )
    insert_rows(
        SaleReturnItem,
        ("sale_return", "product", "qty", "price", "discount", "cost"),
        (row for d, move in posted if isinstance(d, PastReturn) for row in _item_rows(d, move)),
    )
    insert_rows(
        Payment,
        ("sale", "method", "amount", "tendered", "change", "reference"),
        (_payment_row(d, ids[d.key], totals[d.key]) for d in sales),
    )
    return len(fresh)


def past_total(lines: Iterable[PastLine]) -> Decimal:
    """Return what the lines cost, each to the cent."""
    return sum((round_half_up(line.qty * line.price, CENT) - line.discount for line in lines), ZERO)


M = TypeVar("M", bound=models.Model)


def _ids_by_key(model: type[M], keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), 5_000):
        part = keys[start : start + 5_000]
        found |= dict(model._default_manager.filter(key__in=part).values_list("key", "pk"))
    return found


_SALE_COLUMNS = (
    *("invoice_number", "customer", "warehouse", "status", "subtotal", "discount", "tax", "tax_included"),
    *("rounding", "total_amount", "opened_at", "sold_at", "business_date", "cashier", "key", "pay_fingerprint"),
    *("cancel_reason", "shift"),
)


def _sale_row(d: PastSale, total: Decimal, warehouse: Warehouse, cutoff_hour: int) -> tuple:
    day = business_date(d.at, warehouse.time_zone, cutoff_hour)
    return (
        *(d.number, d.customer_id, warehouse.pk, Sale.Status.PAID.value, total, ZERO, ZERO, ZERO),
        *(ZERO, total, d.at, d.at, day, d.by.pk, d.key, d.fingerprint, "", d.shift_id),
    )


_RETURN_COLUMNS = (
    *("return_number", "customer", "warehouse", "method", "total_amount", "reason", "returned_at"),
    *("business_date", "by", "key", "key_fingerprint"),
)


def _return_row(d: PastReturn, total: Decimal, warehouse: Warehouse, cutoff_hour: int) -> tuple:
    day = business_date(d.at, warehouse.time_zone, cutoff_hour)
    return (
        *(d.number, d.customer_id, warehouse.pk, str(d.method), total, d.reason, d.at),
        *(day, d.by.pk, d.key, d.fingerprint),
    )


def _moves(d: Past, ref_id: int, warehouse: Warehouse) -> Document:
    sign, ref_type = (-1, RefType.SALE) if isinstance(d, PastSale) else (1, RefType.RETURN)
    return Document(
        warehouse=warehouse,
        ref_type=ref_type.value,
        ref_id=ref_id,
        lines=[Line(line.product_id, sign * line.qty) for line in d.lines],
        moved_at=d.at,
        by=d.by,
        note=d.number,
    )


def _name_batches(returns: Sequence[PastReturn], moves: dict[int, Document], ids: dict[str, int]) -> None:
    """Let what comes back and tracks batches come back into the batches that its sale took."""
    products = {line.product_id for d in returns for line in d.lines}
    tracked = set(Product.objects.filter(pk__in=products, tracks_batches=True).values_list("pk", flat=True))
    backs = [d for d in returns if any(line.product_id in tracked for line in d.lines)]
    sales = _ids_by_key(Sale, [d.of_sale for d in backs if d.of_sale])
    for d in backs:
        taken = taken_by(RefType.SALE, [sales[d.of_sale]]) if d.of_sale in sales else {}
        move = moves[ids[d.key]]
        move.lines = back_into_batches(move.lines, taken)


def _item_rows(d: Past, move: Document) -> Iterable[tuple]:
    # Goods that come back may be split over batches; the parts of a product cost the same.
    costs = {moved.product_id: moved.unit_cost for moved in reversed(move.lines)}
    for line in d.lines:
        yield (move.ref_id, line.product_id, line.qty, line.price, line.discount, costs[line.product_id])


def _payment_row(d: PastSale, sale_id: int, total: Decimal) -> tuple:
    tendered = total if d.tendered is None else d.tendered
    return (sale_id, str(d.method), total, tendered, tendered - total, "")
