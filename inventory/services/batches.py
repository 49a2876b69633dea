"""A product begins or stops to track batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed, written
from inventori.money import ZERO
from inventori.transactions import retried
from inventory import ledger
from inventory.batches import batch_ensure
from inventory.ledger import Document, Line
from inventory.models import AdjustReason, RefType, Stock, Warehouse
from master.models import Product

from .adjustments import adjustment_open


@dataclass(frozen=True, slots=True)
class BatchPart:
    """So many units of a warehouse's stock are of this batch."""

    number: str
    expires_on: date | None
    qty: Decimal


@retried
def batches_start(*, product: Product, parts: Mapping[int, Sequence[BatchPart]], key: str, by: User) -> Product:
    """Let `product` track batches from now on; `parts` says what lies in each warehouse, by its id.

    What lies there goes out as it was and comes in again by batches, in one adjustment a warehouse, at its
    average cost. The same key again changes nothing.
    Raises InvalidInput when the parts of a warehouse do not add up to what lies there.
    """
    if not by.can("stock_adjust"):
        raise NotAllowed(_("You may not change stock. Ask a manager."))
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.tracks_batches:
        return product
    stocks = ledger.locked_stock_of(product)
    for stock in stocks:
        _refuse_wrong_sum(product, stock, parts.get(stock.warehouse_id, ()))
    moved = [stock for stock in stocks if stock.qty]
    documents = {stock.warehouse_id: _document(stock, key=key, by=by) for stock in moved}
    for stock in moved:
        documents[stock.warehouse_id].lines = [Line(product.pk, -stock.qty, note=str(_("without batches")))]
    ledger.post_all(list(documents.values()))
    product.tracks_batches = True
    product.save(update_fields=["tracks_batches"])
    ledger.set_tracks_batches(product)
    for stock in moved:
        documents[stock.warehouse_id].lines = [
            Line(
                product.pk,
                part.qty,
                unit_cost=stock.average_cost,
                batch_id=batch_ensure(product=product, number=part.number, expires_on=part.expires_on).pk,
            )
            for part in parts[stock.warehouse_id]
        ]
    ledger.post_all(list(documents.values()))
    return product


@retried
def batches_stop(*, product: Product, by: User) -> Product:
    """Let `product` no longer track batches. Raises DomainError while any of it lies anywhere."""
    if not by.can("master_change"):
        raise NotAllowed(_("You may not change this. Ask a manager."))
    product = Product.objects.select_for_update().get(pk=product.pk)
    if any(stock.qty for stock in ledger.locked_stock_of(product)):
        raise DomainError(
            _("%(product)s: its batches can be switched off only when none of it is in stock.")
            % {"product": product.name},
            field="tracks_batches",
        )
    product.tracks_batches = False
    product.save(update_fields=["tracks_batches"])
    ledger.set_tracks_batches(product)
    return product


def _refuse_wrong_sum(product: Product, stock: Stock, parts: Sequence[BatchPart]) -> None:
    if stock.qty < 0:
        raise DomainError(
            _("%(product)s is below zero in %(warehouse)s. Correct its stock first.")
            % {"product": product.name, "warehouse": stock.warehouse.name}
        )
    if any(part.qty <= 0 for part in parts):
        raise InvalidInput(_("%(product)s: the quantity must be above zero.") % {"product": product.name}, field="qty")
    total = sum((part.qty for part in parts), ZERO)
    if total != stock.qty:
        raise InvalidInput(
            _("%(warehouse)s holds %(there)s of %(product)s, and the batches come to %(total)s.")
            % {
                "warehouse": stock.warehouse.name,
                "there": written(stock.qty),
                "product": product.name,
                "total": written(total),
            },
            field="qty",
        )


def _document(stock: Stock, *, key: str, by: User) -> Document:
    """Open the adjustment of one warehouse, and the document of the moves that belong to it."""
    now = timezone.now()
    warehouse: Warehouse = stock.warehouse
    note = str(_("split into batches"))
    adjustment, _made = adjustment_open(
        warehouse=warehouse,
        reason=AdjustReason.OTHER,
        note=note,
        asked=[stock.product_id, stock.qty],
        key=f"{key}:{warehouse.pk}",
        by=by,
        at=now,
    )
    return Document(
        warehouse=warehouse,
        ref_type=RefType.ADJUST,
        ref_id=adjustment.pk,
        lines=[],
        moved_at=now,
        by=by,
        note=note,
        may_take_expired=True,
    )
