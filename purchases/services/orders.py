"""Orders to suppliers: drafted, sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

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
from purchases.models import POItem, PurchaseOrder


@dataclass(frozen=True, slots=True)
class OrderLine:
    """qty: units > 0; price: per unit; discount: an amount for the whole line."""

    product: Product
    qty: Decimal
    price: Decimal
    discount: Decimal = ZERO


@retried
def order_create(
    *, supplier: Supplier, warehouse: Warehouse, lines: Sequence[OrderLine], by: User, at: datetime | None = None
) -> PurchaseOrder:
    """Draft an order; it is expected after the supplier's lead time."""
    if not lines:
        raise InvalidInput(_("Add at least one product."), field="lines")
    for line in lines:
        check_quantity(line.product, line.qty)
        if line.qty <= 0 or line.price < 0 or line.discount < 0:
            raise InvalidInput(
                _("%(product)s: quantity, price and discount must not be negative.") % {"product": line.product.name},
                field="lines",
            )
    ordered_at = at or timezone.now()
    day = business_date(ordered_at, warehouse.time_zone, shop_profile().cutoff_hour)
    order = PurchaseOrder.objects.create(
        supplier=supplier,
        warehouse=warehouse,
        total_amount=sum((round_half_up(li.qty * li.price, CENT) - li.discount for li in lines), ZERO),
        ordered_at=ordered_at,
        expected_at=day + timedelta(days=supplier.lead_time_days),
        by=by,
    )
    order.po_number = document_number("PO", day, order.pk)
    order.save(update_fields=["po_number"])
    insert_rows(
        POItem,
        ("po", "product", "qty", "price", "discount", "received_qty"),
        [(order.pk, li.product.pk, li.qty, li.price, li.discount, ZERO) for li in lines],
    )
    return order


@retried
def order_send(*, order: PurchaseOrder, by: User) -> PurchaseOrder:
    """DRAFT → SENT, once."""
    claimed = PurchaseOrder.objects.filter(pk=order.pk, status=PurchaseOrder.Status.DRAFT).update(
        status=PurchaseOrder.Status.SENT
    )
    order.refresh_from_db()
    if claimed != 1 and order.status != PurchaseOrder.Status.SENT:
        raise DomainError(
            _("%(order)s is %(status)s and cannot be sent.")
            % {"order": order.po_number, "status": order.get_status_display()}
        )
    return order
