"""The questions about orders and receipts."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from inventori.templatetags.inventori import qty as show_qty
from inventory.models import Warehouse
from inventory.selectors import QTY, business_today
from master.selectors import shop_profile

from .models import (
    GoodsReceipt,
    GoodsReceiptItem,
    POItem,
    PurchaseOrder,
    SupplierPrice,
    SupplierReturn,
    SupplierReturnItem,
)

# As PurchaseOrder.due_on.
DUE_ON = Coalesce("confirmed_for", "expected_at")
OPEN = (PurchaseOrder.Status.DRAFT, PurchaseOrder.Status.SENT)


def order_rows() -> QuerySet[PurchaseOrder]:
    """Return orders with `is_partial`: sent, and some of it has come."""
    came = POItem.objects.filter(po=OuterRef("pk"), received_qty__gt=0)
    return PurchaseOrder.objects.select_related("supplier", "warehouse").annotate(
        is_partial=Exists(came) & Q(status=PurchaseOrder.Status.SENT)
    )


def open_orders(warehouse: Warehouse | None = None) -> QuerySet[PurchaseOrder]:
    """Return orders that are drafted or sent and not wholly received."""
    orders = PurchaseOrder.objects.filter(status__in=OPEN)
    return orders.filter(warehouse=warehouse) if warehouse else orders


def is_late(today_by_warehouse: dict[int, date]) -> Q:
    """Return the condition of a sent order whose day has passed in its own warehouse: the confirmed one, if any."""
    late = Q(pk__in=[])
    for warehouse_id, today in today_by_warehouse.items():
        passed = Q(confirmed_for__lt=today) | Q(confirmed_for=None, expected_at__lt=today)
        late |= Q(warehouse_id=warehouse_id) & passed
    return Q(status=PurchaseOrder.Status.SENT) & late


def todays(warehouses: Iterable[Warehouse] | None = None) -> dict[int, date]:
    """Return the business day that it is now, by warehouse id."""
    profile = shop_profile()
    places = Warehouse.objects.all() if warehouses is None else warehouses
    return {place.pk: business_today(place, profile=profile) for place in places}


def order_status(order: PurchaseOrder, today_by_warehouse: dict[int, date]) -> str:
    """Return the badge of an order: LATE and PARTIAL are kinds of SENT."""
    today = today_by_warehouse.get(order.warehouse_id)
    if order.status == PurchaseOrder.Status.SENT and order.due_on and today and order.due_on < today:
        return "LATE"
    return "PARTIAL" if getattr(order, "is_partial", False) else str(order.status)


def open_and_late(today_by_warehouse: dict[int, date], warehouse: Warehouse | None = None) -> tuple[int, int]:
    """Return how many orders are open, and how many of them are late."""
    counts = open_orders(warehouse).aggregate(n=Count("pk"), late=Count("pk", filter=is_late(today_by_warehouse)))
    return counts["n"], counts["late"]


def order_lines(order: PurchaseOrder) -> QuerySet[POItem]:
    """Return the lines with `open_qty`, what has not come yet."""
    return order.items.select_related("product").annotate(open_qty=F("qty") - F("received_qty"))


def orders_to_receive(limit: int = 8) -> QuerySet[PurchaseOrder]:
    """Return the orders that may still be received on, the first to come first."""
    sent = PurchaseOrder.objects.filter(status=PurchaseOrder.Status.SENT).select_related("supplier")
    return sent.order_by(DUE_ON.asc(nulls_last=True), "id")[:limit]


def receipt_rows() -> QuerySet[GoodsReceipt]:
    """Return receipts with `lines` and `units`."""
    return GoodsReceipt.objects.select_related("supplier", "warehouse", "purchase_order", "by").annotate(
        lines=Count("items"), units=Coalesce(Sum("items__qty"), 0, output_field=QTY)
    )


def receipt_lines(receipt: GoodsReceipt) -> QuerySet[GoodsReceiptItem]:
    return receipt.items.select_related("product", "batch")


def receipt_lines_with_returns(receipt: GoodsReceipt) -> QuerySet[GoodsReceiptItem]:
    """Return the lines with `back`, what of them went back to the supplier."""
    units = Coalesce(Sum("returned__qty"), 0, output_field=QTY)
    return receipt_lines(receipt).annotate(back=units)


# --- Returns to suppliers ------------------------------------------------------------------
def sent_back(receipt: GoodsReceipt) -> dict[int, Decimal]:
    """Return how many units of each line of `receipt` went back to the supplier, by the line's id."""
    items = SupplierReturnItem.objects.filter(receipt_item__receipt=receipt).order_by()
    return dict(items.values_list("receipt_item_id").annotate(units=Sum("qty")))


def supplier_return_rows() -> QuerySet[SupplierReturn]:
    """Return returns to suppliers with `lines`."""
    rows = SupplierReturn.objects.select_related("supplier", "warehouse", "receipt", "by")
    return rows.annotate(lines=Count("items"))


def supplier_return_lines(taken: SupplierReturn) -> QuerySet[SupplierReturnItem]:
    return taken.items.select_related("product", "batch")


# --- Prices ------------------------------------------------------------------------------
def price_rows() -> QuerySet[SupplierPrice]:
    return SupplierPrice.objects.select_related("supplier", "product")


def price_unit(price: SupplierPrice) -> str:
    """Say what the price is for: box of 10 strip, or the product's own unit."""
    if price.factor == 1:
        return price.unit or price.product.uom
    values = {"unit": price.unit, "qty": show_qty(price.factor), "uom": price.product.uom}
    return _("%(unit)s of %(qty)s %(uom)s") % values
