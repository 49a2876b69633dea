"""Goods sent back to a supplier: of a receipt, or of what lies in a warehouse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, written
from inventori.money import CENT, ZERO, round_half_up
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import Batch, RefType, Warehouse
from inventory.services import check_quantity
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.models import GoodsReceipt, GoodsReceiptItem, SupplierReturn, SupplierReturnItem
from purchases.refusals import LineRefusal, LinesRefused
from purchases.selectors import sent_back


@dataclass(frozen=True, slots=True)
class SupplierReturnLine:
    """What goes back: of a receipt's line, or of a product that lies there.

    qty: in the product's own unit. batch: of a product without a receipt that tracks batches; None takes the
    first expiring ones, expired ones too.
    """

    qty: Decimal
    receipt_item: GoodsReceiptItem | None = None
    product: Product | None = None
    batch: Batch | None = None


@dataclass(slots=True)
class _Row:
    """A line with what it means; the ledger's line says in the end which batches left, and at which cost."""

    moved: Line
    receipt_item: GoodsReceiptItem | None = None

    @property
    def cost(self) -> Decimal:
        """What the supplier took for one unit, or what it is worth in the books where that is not known."""
        return self.receipt_item.unit_cost if self.receipt_item else self.moved.unit_cost or ZERO

    @property
    def parts(self) -> list[tuple[int | None, Decimal]]:
        """(batch id, units) of what left."""
        return [(batch_id, -qty) for batch_id, qty in self.moved.batches] or [(None, -self.moved.qty)]


@retried
def supplier_return_post(
    *,
    lines: Sequence[SupplierReturnLine],
    reason: str,
    key: str,
    by: User,
    receipt: GoodsReceipt | None = None,
    supplier: Supplier | None = None,
    warehouse: Warehouse | None = None,
    at: datetime | None = None,
) -> SupplierReturn:
    """Send goods back; of a `receipt`, supplier and warehouse are the receipt's.

    Raises LinesRefused, naming every line, when more goes back than came and has not gone back yet,
    InsufficientStock when it does not lie there any more. The same key again returns the first return.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why the goods are sent back."), field="reason")
    if not lines or any(line.qty <= 0 for line in lines):
        raise InvalidInput(_("Enter what is sent back: at least one product, each above zero."), field="lines")
    # Before the key is claimed: the new return points to its receipt, and two of them would wait for each other.
    locked = _receipt_to_lock(receipt.pk).get() if receipt else None
    supplier, warehouse = (locked.supplier, locked.warehouse) if locked else (supplier, warehouse)
    if supplier is None or warehouse is None:
        raise InvalidInput(_("Choose the supplier and the warehouse."), field="supplier")
    taken, made = _claim(supplier, warehouse, lines, receipt=locked, reason=reason, key=key, by=by, at=at)
    if not made:
        return taken
    rows = _rows_of_receipt(locked, lines) if locked else _free_rows(lines)
    _send(taken, rows, by)
    return taken


# The lock. A test takes it away to show that the same race then sends back more than came.
def _receipt_to_lock(pk: int) -> QuerySet[GoodsReceipt]:
    return GoodsReceipt.objects.select_for_update().filter(pk=pk)


def _claim(
    supplier: Supplier,
    warehouse: Warehouse,
    lines: Sequence[SupplierReturnLine],
    *,
    receipt: GoodsReceipt | None,
    reason: str,
    key: str,
    by: User,
    at: datetime | None,
) -> tuple[SupplierReturn, bool]:
    at = at or timezone.now()
    day = business_date(at, warehouse.time_zone, shop_profile().cutoff_hour)
    head = [supplier.pk, warehouse.pk, receipt.pk if receipt else None, reason]
    digest = fingerprint([head, [_asked(line) for line in lines]])
    taken, made = claim(
        lambda: SupplierReturn.objects.create(
            supplier=supplier,
            warehouse=warehouse,
            receipt=receipt,
            reason=reason,
            total_amount=ZERO,
            returned_at=at,
            business_date=day,
            by=by,
            key=key,
            key_fingerprint=digest,
        ),
        model=SupplierReturn,
        key=key,
        digest=digest,
    )
    if made:
        taken.number = document_number("SR", day, taken.pk)
    return taken, made


def _asked(line: SupplierReturnLine) -> list[object]:
    parts = (line.receipt_item, line.product, line.batch)
    return [str(line.qty.normalize()), *(part.pk if part else None for part in parts)]


def _rows_of_receipt(receipt: GoodsReceipt, lines: Sequence[SupplierReturnLine]) -> list[_Row]:
    """Count the lines against what came on the locked receipt and has not gone back yet."""
    items = {item.pk: item for item in receipt.items.select_related("product", "batch")}
    back = sent_back(receipt)
    rows: list[_Row] = []
    refusals: list[LineRefusal] = []
    for index, line in enumerate(lines):
        item = items.get(line.receipt_item.pk) if line.receipt_item else None
        if item is None:
            raise InvalidInput(_("A line does not belong to %(receipt)s.") % {"receipt": receipt}, field="lines")
        left = item.qty - back.get(item.pk, ZERO)
        back[item.pk] = back.get(item.pk, ZERO) + line.qty
        if line.qty > left:
            sentence = _("%(product)s: %(left)s can go back, %(qty)s asked.") % {
                "product": item.product.name,
                "left": written(max(left, ZERO)),
                "qty": written(line.qty),
            }
            refusals.append(LineRefusal(index, "qty", sentence, "over_return"))
        refusals += _wrong_quantity(index, item.product, line.qty)
        rows.append(_Row(Line(item.product_id, -line.qty, batch_id=item.batch_id), item))
    _refuse(refusals)
    return rows


def _free_rows(lines: Sequence[SupplierReturnLine]) -> list[_Row]:
    rows: list[_Row] = []
    refusals: list[LineRefusal] = []
    for index, line in enumerate(lines):
        if line.product is None or (line.batch and line.batch.product_id != line.product.pk):
            raise InvalidInput(_("Each line needs a product."), field="lines")
        refusals += _wrong_quantity(index, line.product, line.qty)
        rows.append(_Row(Line(line.product.pk, -line.qty, batch_id=line.batch.pk if line.batch else None)))
    _refuse(refusals)
    return rows


def _wrong_quantity(index: int, product: Product, qty: Decimal) -> list[LineRefusal]:
    try:
        check_quantity(product, qty)
    except DomainError as refusal:
        return [LineRefusal(index, "qty", refusal.message, refusal.code)]
    return []


def _refuse(refusals: Sequence[LineRefusal]) -> None:
    if refusals:
        raise LinesRefused(refusals)


def _send(taken: SupplierReturn, rows: Sequence[_Row], by: User) -> None:
    """Take the goods out and write the lines: one for each batch that left."""
    ledger.post(
        Document(
            warehouse=taken.warehouse,
            ref_type=RefType.SUPPLIER_RETURN,
            ref_id=taken.pk,
            lines=[row.moved for row in rows],
            moved_at=taken.returned_at,
            by=by,
            note=taken.reason,
            may_take_expired=True,
        )
    )
    insert_rows(
        SupplierReturnItem,
        ("supplier_return", "receipt_item", "product", "batch", "qty", "unit_cost"),
        [
            (
                taken.pk,
                row.receipt_item.pk if row.receipt_item else None,
                row.moved.product_id,
                batch_id,
                qty,
                row.cost,
            )
            for row in rows
            for batch_id, qty in row.parts
        ],
    )
    amounts = [round_half_up(qty * row.cost, CENT) for row in rows for _batch, qty in row.parts]
    taken.total_amount = sum(amounts, ZERO)
    taken.save(update_fields=["number", "total_amount"])
