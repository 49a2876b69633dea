"""Orders to suppliers: drafted, changed, sent, cancelled, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput
from inventori.money import CENT, ZERO, round_half_up
from inventori.numbering import document_number
from inventori.transactions import retried
from inventory.models import Warehouse
from inventory.services import check_quantity
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.costs import line_gross
from purchases.models import POItem, PurchaseOrder

from .prices import prices_learn

ONE = Decimal(1)
MOST_MONEY = Decimal(10) ** 12
Status = PurchaseOrder.Status


@dataclass(frozen=True, slots=True)
class OrderLine:
    """qty: own units > 0; price: per own unit; discount: an amount for the whole line.

    unit, factor, unit_price: as it is ordered, by boxes of `factor` at `unit_price` a box; the line then costs
    unit_price times the boxes, and `price` is for reading.
    """

    product: Product
    qty: Decimal
    price: Decimal
    discount: Decimal = ZERO
    unit: str = ""
    factor: Decimal = ONE
    unit_price: Decimal | None = None

    @property
    def gross(self) -> Decimal:
        if self.unit_price is None:
            return round_half_up(self.qty * self.price, CENT)
        return line_gross(qty=self.qty, factor=self.factor, unit_price=self.unit_price)


def unit_line(
    *, product: Product, unit: str, factor: Decimal, count: Decimal, unit_price: Decimal, discount: Decimal = ZERO
) -> OrderLine:
    """Return the line of `count` units of `factor` own units each, at `unit_price` a unit."""
    price = round_half_up(unit_price / factor, CENT)
    return OrderLine(product, count * factor, price, discount, unit, factor, unit_price)


@retried
def order_create(
    *,
    supplier: Supplier,
    warehouse: Warehouse,
    lines: Sequence[OrderLine],
    by: User,
    at: datetime | None = None,
    discount: Decimal = ZERO,
    note: str = "",
    expected_at: date | None = None,
    key: str | None = None,
) -> PurchaseOrder:
    """Draft an order; unless another day is given, it is expected after the supplier's lead time.

    key: of the form it was written in; the same key again returns the first draft.
    """
    total = _checked_total(lines, discount)
    ordered_at = at or timezone.now()
    day = business_date(ordered_at, warehouse.time_zone, shop_profile().cutoff_hour)
    try:
        with transaction.atomic():
            order = PurchaseOrder.objects.create(
                supplier=supplier,
                warehouse=warehouse,
                discount=discount,
                total_amount=total,
                note=note,
                ordered_at=ordered_at,
                expected_at=expected_at or day + timedelta(days=supplier.lead_time_days),
                by=by,
                key=key,
            )
    except IntegrityError:
        first = key and PurchaseOrder.objects.filter(key=key).first()
        if not first:
            raise
        return first
    order.po_number = document_number("PO", day, order.pk)
    order.save(update_fields=["po_number"])
    _write_lines(order, lines)
    return order


@retried
def order_change(
    *,
    order: PurchaseOrder,
    supplier: Supplier,
    warehouse: Warehouse,
    lines: Sequence[OrderLine],
    by: User,
    discount: Decimal = ZERO,
    note: str = "",
    expected_at: date | None = None,
) -> PurchaseOrder:
    """Put other content into a draft. Raises DomainError once it is no draft any more."""
    total = _checked_total(lines, discount)
    if expected_at is None:
        day = business_date(order.ordered_at, warehouse.time_zone, shop_profile().cutoff_hour)
        expected_at = day + timedelta(days=supplier.lead_time_days)
    values = {"supplier": supplier, "warehouse": warehouse, "discount": discount, "total_amount": total, "note": note}
    if not _claim(order, [Status.DRAFT], expected_at=expected_at, **values):
        raise DomainError(
            _("%(order)s is %(status)s and can no longer be changed.")
            % {"order": order.po_number, "status": order.get_status_display()}
        )
    order.items.all().delete()
    _write_lines(order, lines)
    return order


@retried
def order_send(*, order: PurchaseOrder, by: User, at: datetime | None = None) -> PurchaseOrder:
    """DRAFT → SENT, once: the supplier's page opens, and what was agreed becomes the supplier's price."""
    sent_at = at or timezone.now()
    if _claim(order, [Status.DRAFT], status=Status.SENT, sent_at=sent_at, token=token_urlsafe(32)):
        prices_learn(order=order, at=sent_at)
    elif order.status != Status.SENT:
        raise DomainError(
            _("%(order)s is %(status)s and cannot be sent.")
            % {"order": order.po_number, "status": order.get_status_display()}
        )
    return order


@retried
def order_cancel(*, order: PurchaseOrder, by: User, seen: str = "") -> PurchaseOrder:
    """DRAFT or SENT → CANCELLED, once; what has been received stays received.

    seen: the status in which the person saw it. An order that was sent meanwhile is not cancelled unseen:
    somebody has to tell the supplier.
    """
    from_statuses = [Status(seen)] if seen in (Status.DRAFT, Status.SENT) else [Status.DRAFT, Status.SENT]
    if _claim(order, from_statuses, status=Status.CANCELLED, cancelled_at=timezone.now()):
        return order
    if order.status == Status.SENT:
        raise DomainError(
            _("%(order)s was sent meanwhile. Look at it again before you cancel it.") % {"order": order.po_number},
            code="sent_meanwhile",
        )
    if order.status != Status.CANCELLED:
        raise DomainError(
            _("%(order)s is %(status)s and cannot be cancelled.")
            % {"order": order.po_number, "status": order.get_status_display()}
        )
    return order


# --- Rows -----------------------------------------------------------------------------
def _claim(order: PurchaseOrder, statuses: Sequence[Status], **values: Any) -> bool:
    """Change the order's row if it still has one of `statuses`, read it afresh, and return whether it had."""
    claimed = PurchaseOrder.objects.filter(pk=order.pk, status__in=statuses).update(**values)
    order.refresh_from_db()
    return claimed == 1


def _write_lines(order: PurchaseOrder, lines: Sequence[OrderLine]) -> None:
    insert_rows(
        POItem,
        ("po", "product", "qty", "price", "discount", "received_qty", "unit", "factor", "unit_price"),
        [
            (order.pk, li.product.pk, li.qty, li.price, li.discount, ZERO, li.unit, li.factor, li.unit_price)
            for li in lines
        ],
    )


def _checked_total(lines: Sequence[OrderLine], discount: Decimal) -> Decimal:
    """Return what the order comes to. Raises InvalidInput for lines or discounts that cannot be."""
    if not lines:
        raise InvalidInput(_("Add at least one product."), field="lines")
    for line in lines:
        _check(line)
    total = sum((line.gross - line.discount for line in lines), ZERO)
    if discount < 0 or discount > total:
        raise InvalidInput(_("The discount must not be above what the lines come to."), field="discount")
    if total >= MOST_MONEY:
        raise InvalidInput(_("The order comes to more than can be kept. Split it."), field="lines")
    return total - discount


def _check(line: OrderLine) -> None:
    check_quantity(line.product, line.qty)
    if line.qty <= 0 or line.price < 0 or line.discount < 0 or line.factor <= 0 or (line.unit_price or ZERO) < 0:
        raise InvalidInput(
            _("%(product)s: quantity, price and discount must not be negative.") % {"product": line.product.name},
            field="lines",
        )
    if line.discount > line.gross:
        raise InvalidInput(
            _("%(product)s: the discount is above the price of the line.") % {"product": line.product.name},
            field="lines",
        )
