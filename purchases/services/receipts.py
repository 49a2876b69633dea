"""What suppliers sent, booked in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, written
from inventori.money import CENT, round_half_up
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType, Warehouse
from inventory.services import check_quantity
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.models import GoodsReceipt, GoodsReceiptItem, POItem, PurchaseOrder


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What came in: of an order's line (`po_item`), or of a product at a unit cost without an order."""

    qty: Decimal
    po_item: POItem | None = None
    product: Product | None = None
    unit_cost: Decimal | None = None


@retried
def receipt_post(
    *,
    supplier: Supplier,
    warehouse: Warehouse,
    lines: Sequence[ReceiptLine],
    key: str,
    by: User,
    order: PurchaseOrder | None = None,
    at: datetime | None = None,
) -> GoodsReceipt:
    """Book goods in, update their average cost, and close the order when each line is full.

    Raises DomainError when more comes than was ordered, or the order is not open.
    The same key again returns the first receipt.
    """
    if not lines or any(line.qty <= 0 for line in lines):
        raise InvalidInput(_("Enter what came in: at least one product, each above zero."), field="lines")
    received_at = at or timezone.now()
    day = business_date(received_at, warehouse.time_zone, shop_profile().cutoff_hour)
    digest = fingerprint(
        [
            [supplier.pk, warehouse.pk, order.pk if order else None],
            [(li.po_item.pk if li.po_item else None, li.product.pk if li.product else None, li.qty) for li in lines],
        ]
    )
    receipt, made = claim(
        lambda: GoodsReceipt.objects.create(
            supplier=supplier,
            warehouse=warehouse,
            purchase_order=order,
            received_at=received_at,
            business_date=day,
            by=by,
            key=key,
            key_fingerprint=digest,
        ),
        model=GoodsReceipt,
        key=key,
        digest=digest,
    )
    if not made:
        return receipt
    receipt.grn_number = document_number("GRN", day, receipt.pk)
    receipt.save(update_fields=["grn_number"])
    rows = _fill_order(order, lines) if order else [_row_without_order(line) for line in lines]
    _post_goods(receipt, rows, by)
    return receipt


Row = tuple[int | None, Product, Decimal, Decimal]  # po_item id, product, qty, unit cost


def _row_without_order(line: ReceiptLine) -> Row:
    if line.product is None:
        raise InvalidInput(_("Each line needs a product."), field="lines")
    check_quantity(line.product, line.qty)
    return None, line.product, line.qty, line.product.cost if line.unit_cost is None else line.unit_cost


def _fill_order(order: PurchaseOrder, lines: Sequence[ReceiptLine]) -> list[Row]:
    """Count the lines against the locked order and refuse more than was ordered."""
    locked = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if locked.status != PurchaseOrder.Status.SENT:
        raise DomainError(
            _("%(order)s is %(status)s: nothing can be received on it.")
            % {"order": locked.po_number, "status": locked.get_status_display()}
        )
    items = {item.pk: item for item in locked.items.select_for_update()}
    rows: list[Row] = []
    for line in lines:
        item = items.get(line.po_item.pk) if line.po_item else None
        if item is None:
            raise InvalidInput(_("A line does not belong to %(order)s.") % {"order": locked.po_number}, field="lines")
        check_quantity(item.product, line.qty)
        item.received_qty += line.qty
        if item.received_qty > item.qty:
            raise DomainError(
                _("%(product)s: more than ordered. %(open)s still open, %(qty)s received.")
                % {
                    "product": item.product.name,
                    "open": written(item.qty - item.received_qty + line.qty),
                    "qty": written(line.qty),
                },
                code="over_receipt",
            )
        rows.append((item.pk, item.product, line.qty, round_half_up(item.price - item.discount / item.qty, CENT)))
    POItem.objects.bulk_update(items.values(), ["received_qty"])
    if not locked.items.filter(received_qty__lt=F("qty")).exists():
        locked.status = PurchaseOrder.Status.RECEIVED
        locked.save(update_fields=["status"])
    return rows


def _post_goods(receipt: GoodsReceipt, rows: Sequence[Row], by: User) -> None:
    insert_rows(
        GoodsReceiptItem,
        ("receipt", "po_item", "product", "qty", "unit_cost"),
        [(receipt.pk, po_item_id, product.pk, qty, cost) for po_item_id, product, qty, cost in rows],
    )
    ledger.post(
        Document(
            warehouse=receipt.warehouse,
            ref_type=RefType.GRN,
            ref_id=receipt.pk,
            lines=[Line(product.pk, qty, cost) for _item, product, qty, cost in rows],
            moved_at=receipt.received_at,
            by=by,
            note=receipt.grn_number or "",
        )
    )
