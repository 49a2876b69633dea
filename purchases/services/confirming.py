"""What the supplier says to an order, through the page that only they can open."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventori.errors import DomainError, InvalidInput
from inventori.transactions import retried
from inventory.services import check_quantity
from purchases.models import POItem, PurchaseOrder


@retried
def order_confirm(
    *, order: PurchaseOrder, quantities: Mapping[int, Decimal], day: date | None, note: str
) -> PurchaseOrder:
    """Keep what the supplier will deliver, by the id of the line in the product's own unit, and when.

    It may be said again until the order is received or cancelled; the last word counts.
    """
    items = list(order.items.select_related("product"))
    for item in items:
        _check(item, quantities.get(item.pk))
    claimed = PurchaseOrder.objects.filter(pk=order.pk, status=PurchaseOrder.Status.SENT).update(
        confirmed_at=timezone.now(), confirmed_for=day, supplier_note=note
    )
    if claimed != 1:
        raise DomainError(_("This order is closed. Nothing can be confirmed any more."), code="closed")
    for item in items:
        item.confirmed_qty = quantities[item.pk]
    POItem.objects.bulk_update(items, ["confirmed_qty"])
    order.refresh_from_db()
    return order


def _check(item: POItem, qty: Decimal | None) -> None:
    if qty is None or qty < 0:
        raise InvalidInput(
            _("%(product)s: enter how many you will deliver, 0 for none.") % {"product": item.product.name},
            field=str(item.pk),
        )
    check_quantity(item.product, qty)
    if qty > item.qty:
        raise InvalidInput(
            _("%(product)s: more than was ordered. Ask the shop to change the order.") % {"product": item.product.name},
            field=str(item.pk),
        )
