"""The batches that a posting touches: a part of the ledger, which alone uses it.

They are read without a lock of their own: whoever moves a batch holds the lock on the stock row of its
product and warehouse.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _

from inventori.bulk import update_column
from inventori.errors import InsufficientStock, InvalidInput, ShortLine
from inventori.money import ZERO
from master.models import Product

from .fefo import BatchQty, allocate, is_expired, usable
from .models import Batch, BatchStock, Stock

if TYPE_CHECKING:
    from .ledger import Document, Key, Line


class Shelf:
    """The batches of the products that track them, as they lie and as they are moved."""

    def __init__(self, keys: Sequence["Key"]) -> None:
        self._rows: dict[Key, dict[int, BatchStock]] = {key: {} for key in keys}
        self._touched: dict[tuple[int, int], BatchStock] = {}
        if not keys:
            return
        rows = BatchStock.objects.select_related("batch").filter(
            batch__product_id__in={key[0] for key in keys}, warehouse_id__in={key[1] for key in keys}
        )
        for row in rows:
            self._rows.get((row.batch.product_id, row.warehouse_id), {})[row.batch_id] = row

    def available(self, key: "Key", document: "Document") -> Decimal:
        """Return the units that `document` may take: without expired ones, unless it may take those."""
        if document.may_take_expired:
            return sum((row.qty for row in self._rows[key].values()), ZERO)
        return usable(self._lying(key), self._today(document))

    def usable(self, stock: Stock, today: date) -> Decimal:
        """Return what lies of a product and is not expired on `today`."""
        if not stock.tracks_batches:
            return stock.qty
        return usable(self._lying((stock.product_id, stock.warehouse_id)), today)

    def refuse_wrong_batches(self, document: "Document") -> None:
        """Refuse goods that come in without a batch, and more out of one batch than lies in it."""
        wanted: dict[tuple[Key, int], Decimal] = {}
        for line in document.lines:
            key = (line.product_id, document.warehouse.pk)
            if key not in self._rows:
                continue
            if line.batch_id is None and line.qty > 0:
                name = Product.objects.get(pk=line.product_id).name
                raise InvalidInput(_("%(product)s: enter the batch number.") % {"product": name}, field="batch")
            if line.batch_id is not None and line.qty < 0:
                wanted[key, line.batch_id] = wanted.get((key, line.batch_id), ZERO) - line.qty
        for (key, batch_id), qty in wanted.items():
            self._refuse_batch(document, key, batch_id, qty)

    def _refuse_batch(self, document: "Document", key: "Key", batch_id: int, qty: Decimal) -> None:
        row = self._rows[key].get(batch_id)
        there = row.qty if row else ZERO
        if row and not document.may_take_expired and is_expired(row.batch.expires_on, self._today(document)):
            there = ZERO
        if qty <= there:
            return
        batch = Batch.objects.select_related("product").get(pk=batch_id)
        name = f"{batch.product.name} ({batch.number})"
        raise InsufficientStock([ShortLine(product_id=key[0], name=name, wanted=qty, available=there)])

    def move(self, document: "Document", line: "Line") -> list[tuple[int, Decimal]]:
        """Move one line in or out of its batches and return (batch_id, units), out negative."""
        key = (line.product_id, document.warehouse.pk)
        if line.batch_id is not None:
            parts = [(line.batch_id, line.qty)]
        else:
            takes = allocate(
                self._lying(key),
                -line.qty,
                today=self._today(document),
                may_take_expired=document.may_take_expired,
            )
            parts = [(batch_id, -qty) for batch_id, qty in takes]
        for batch_id, qty in parts:
            row = self._rows[key].get(batch_id)
            if row is None:
                row = self._rows[key][batch_id] = BatchStock(batch_id=batch_id, warehouse_id=key[1], qty=ZERO)
                row.batch = Batch.objects.get(pk=batch_id, product_id=line.product_id)
            row.qty += qty
            self._touched[batch_id, key[1]] = row
        return parts

    def save(self) -> None:
        """Write the moved batches."""
        new = [row for row in self._touched.values() if row.pk is None]
        BatchStock.objects.bulk_create(new)
        known = {row.pk: row.qty for row in self._touched.values() if row not in new}
        if known:
            update_column(BatchStock, "qty", known)

    def _lying(self, key: "Key") -> list[BatchQty]:
        return [BatchQty(row.batch_id, row.batch.expires_on, row.qty) for row in self._rows[key].values()]

    def _today(self, document: "Document") -> date:
        # The ledger fills it before any line is looked at.
        return cast(date, document.business_date)
