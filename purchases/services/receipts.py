"""Receipts of what suppliers bring, of an order or without one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows, update_column
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, written
from inventori.money import ZERO
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory import ledger
from inventory.batches import batch_ensure
from inventory.fefo import is_expired
from inventory.ledger import Document, Line
from inventory.models import RefType, Warehouse
from inventory.services import check_quantity
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.costs import line_unit_costs
from purchases.models import GoodsReceipt, GoodsReceiptItem, POItem, PurchaseOrder
from purchases.refusals import LineRefusal, LinesRefused


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What came in: of an order's line (`po_item`), or of a product at a unit cost without an order.

    qty: in the product's own unit. batch_number, expires_on: of a product that tracks batches, both.
    """

    qty: Decimal
    po_item: POItem | None = None
    product: Product | None = None
    unit_cost: Decimal | None = None
    batch_number: str = ""
    expires_on: date | None = None


@dataclass(slots=True)
class _Row:
    """A line with what it means: its product, what one unit cost, and its batch once that is known."""

    line: ReceiptLine
    product: Product
    cost: Decimal
    is_paid: bool
    item: POItem | None = None
    batch_id: int | None = None


@dataclass(slots=True)
class _Refusals:
    """What is wrong with which line; all of it is said at once."""

    found: list[LineRefusal] = field(default_factory=list)

    def add(self, index: int, refusal: DomainError, name: str = "") -> None:
        self.found.append(LineRefusal(index, name or refusal.field, refusal.message, refusal.code))

    def raise_any(self) -> None:
        if self.found:
            raise LinesRefused(sorted(self.found, key=lambda item: item.index))


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
    note: str = "",
    takes_expired: bool = False,
) -> GoodsReceipt:
    """Book goods in, update their average cost and last buying price, and close the order when each line is full.

    takes_expired: goods past their last day are taken in too; then the note must say why.
    Raises LinesRefused, naming every line, when more comes than was ordered (and the shop tolerates), a batch is
    missing or expired or a quantity cannot be; DomainError when the order is not open.
    The same key again returns the first receipt.
    """
    if not lines or any(line.qty <= 0 for line in lines):
        raise InvalidInput(_("Enter what came in: at least one product, each above zero."), field="lines")
    if takes_expired and not note.strip():
        raise InvalidInput(_("Say in the note why expired goods are taken in."), field="note")
    # Before the key is claimed: the new receipt points to its order, and many of them would wait for each other.
    locked = _order_to_lock(order.pk).get() if order else None
    at = at or timezone.now()
    receipt, made = _claim(supplier, warehouse, lines, key=key, by=by, order=order, at=at, note=note.strip())
    if not made:
        return receipt
    refusals = _Refusals()
    rows = _rows_of_order(locked, lines, refusals) if locked else _rows_without_order(lines, refusals)
    _name_batches(receipt, rows, refusals, takes_expired=takes_expired)
    refusals.raise_any()
    if locked:
        _fill_order(locked, [row.item for row in rows if row.item])
    _post_goods(receipt, rows, by)
    return receipt


# The lock. A test takes it away to show that the same race then receives more than was ordered.
def _order_to_lock(pk: int) -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.select_for_update().filter(pk=pk)


def _claim(
    supplier: Supplier,
    warehouse: Warehouse,
    lines: Sequence[ReceiptLine],
    *,
    key: str,
    by: User,
    order: PurchaseOrder | None,
    at: datetime,
    note: str,
) -> tuple[GoodsReceipt, bool]:
    profile = shop_profile()
    day = business_date(at, warehouse.time_zone, profile.cutoff_hour)
    digest = fingerprint([supplier.pk, warehouse.pk, order.pk if order else None, note, [_asked(li) for li in lines]])
    receipt, made = claim(
        lambda: GoodsReceipt.objects.create(
            supplier=supplier,
            warehouse=warehouse,
            purchase_order=order,
            received_at=at,
            business_date=day,
            note=note,
            over_percent=profile.over_receipt_percent,
            by=by,
            key=key,
            key_fingerprint=digest,
        ),
        model=GoodsReceipt,
        key=key,
        digest=digest,
    )
    if made:
        receipt.grn_number = document_number("GRN", day, receipt.pk)
        receipt.save(update_fields=["grn_number"])
    return receipt, made


def _asked(line: ReceiptLine) -> list[object]:
    """What a line asks for, with numbers as they are and not as they were written: 5 and 5.000 are one."""
    return [
        line.po_item.pk if line.po_item else None,
        line.product.pk if line.product else None,
        str(line.qty.normalize()),
        None if line.unit_cost is None else str(line.unit_cost.normalize()),
        line.batch_number,
        line.expires_on,
    ]


def _rows_without_order(lines: Sequence[ReceiptLine], refusals: _Refusals) -> list[_Row]:
    rows = []
    for index, line in enumerate(lines):
        if line.product is None:
            raise InvalidInput(_("Each line needs a product."), field="lines")
        _check_quantity(index, line.product, line.qty, refusals)
        if line.unit_cost is not None and line.unit_cost < 0:
            sentence = _("%(product)s: the unit cost must not be negative.") % {"product": line.product.name}
            refusals.add(index, InvalidInput(sentence), "unit_cost")
        cost = line.product.cost if line.unit_cost is None else line.unit_cost
        rows.append(_Row(line, line.product, cost, is_paid=line.unit_cost is not None))
    return rows


def _rows_of_order(order: PurchaseOrder, lines: Sequence[ReceiptLine], refusals: _Refusals) -> list[_Row]:
    """Count the lines against the locked order, in its items' `received_qty`; refuse more than was ordered."""
    if order.status != PurchaseOrder.Status.SENT:
        raise DomainError(
            _("%(order)s is %(status)s: nothing can be received on it.")
            % {"order": order.po_number, "status": order.get_status_display()}
        )
    items = {item.pk: item for item in order.items.select_related("product")}
    costs = line_unit_costs(order)
    most = 1 + Decimal(shop_profile().over_receipt_percent) / 100
    rows: list[_Row] = []
    for index, line in enumerate(lines):
        item = items.get(line.po_item.pk) if line.po_item else None
        if item is None:
            raise InvalidInput(_("A line does not belong to %(order)s.") % {"order": order.po_number}, field="lines")
        _check_quantity(index, item.product, line.qty, refusals)
        if item.received_qty + line.qty > item.qty * most:
            refusals.add(index, _too_much(item, line.qty))
        item.received_qty += line.qty
        rows.append(_Row(line, item.product, costs[item.pk], is_paid=True, item=item))
    return rows


def _too_much(item: POItem, qty: Decimal) -> DomainError:
    return DomainError(
        _("%(product)s: more than ordered. %(open)s still open, %(qty)s received.")
        % {
            "product": item.product.name,
            "open": written(max(item.qty - item.received_qty, ZERO)),
            "qty": written(qty),
        },
        field="qty",
        code="over_receipt",
    )


def _check_quantity(index: int, product: Product, qty: Decimal, refusals: _Refusals) -> None:
    try:
        check_quantity(product, qty)
    except InvalidInput as refusal:
        refusals.add(index, refusal)


def _name_batches(receipt: GoodsReceipt, rows: Sequence[_Row], refusals: _Refusals, *, takes_expired: bool) -> None:
    """Find or make the batch of each line whose product tracks them."""
    for index, row in enumerate(rows):
        if not row.product.tracks_batches:
            continue
        try:
            row.batch_id = _batch(receipt, row, takes_expired=takes_expired)
        except DomainError as refusal:
            refusals.add(index, refusal)


def _batch(receipt: GoodsReceipt, row: _Row, *, takes_expired: bool) -> int:
    product, line = row.product, row.line
    if not line.batch_number.strip():
        raise InvalidInput(_("%(product)s: enter the batch number.") % {"product": product.name}, field="batch")
    if line.expires_on is None:
        raise InvalidInput(_("%(product)s: enter the expiry date.") % {"product": product.name}, field="expires_on")
    if is_expired(line.expires_on, receipt.business_date) and not takes_expired:
        raise DomainError(
            _("%(product)s: batch %(batch)s expired on %(day)s.")
            % {
                "product": product.name,
                "batch": line.batch_number.strip().upper(),
                "day": line.expires_on.strftime("%d-%m-%Y"),
            },
            field="expires_on",
            code="expired",
        )
    return batch_ensure(product=product, number=line.batch_number, expires_on=line.expires_on).pk


def _fill_order(order: PurchaseOrder, items: Iterable[POItem]) -> None:
    POItem.objects.bulk_update({item.pk: item for item in items}.values(), ["received_qty"])
    if not order.items.filter(received_qty__lt=F("qty")).exists():
        order.status = PurchaseOrder.Status.RECEIVED
        order.save(update_fields=["status"])


def _post_goods(receipt: GoodsReceipt, rows: Sequence[_Row], by: User) -> None:
    ledger.post(
        Document(
            warehouse=receipt.warehouse,
            ref_type=RefType.GRN,
            ref_id=receipt.pk,
            lines=[Line(row.product.pk, row.line.qty, row.cost, batch_id=row.batch_id) for row in rows],
            moved_at=receipt.received_at,
            by=by,
            note=receipt.grn_number or "",
        )
    )
    insert_rows(
        GoodsReceiptItem,
        ("receipt", "po_item", "product", "batch", "qty", "unit_cost"),
        [
            (receipt.pk, row.item.pk if row.item else None, row.product.pk, row.batch_id, row.line.qty, row.cost)
            for row in rows
        ],
    )
    _keep_last_price(rows)


def _keep_last_price(rows: Sequence[_Row]) -> None:
    """Let the products cost what was paid for them last; goods that came for nothing tell no price.

    Last of all: whoever waits for a product's stock holds no lock on the product yet.
    """
    paid = {row.product.pk: row.cost for row in rows if row.is_paid and row.cost > 0}
    known = dict(Product.objects.filter(pk__in=paid).order_by("pk").values_list("pk", "cost"))
    changed = {pk: paid[pk] for pk, cost in known.items() if cost != paid[pk]}
    if changed:
        update_column(Product, "cost", changed)
