"""What of each product is on its way to a warehouse: sent orders less what has come of them, and drafts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from inventori.money import ZERO
from inventory.models import Warehouse
from purchases.models import POItem, PurchaseOrder

Status = PurchaseOrder.Status


@dataclass(slots=True)
class Incoming:
    """Units of one product that are on order, and that stand in drafts."""

    sent: Decimal = ZERO
    drafted: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An order that still brings `qty` of a product."""

    order_id: int
    number: str
    supplier: str
    status: str
    qty: Decimal
    expected_on: date | None


def incoming(warehouse: Warehouse) -> dict[int, Incoming]:
    """Return what is on its way by product id. What came above the order is not taken off other lines."""
    found: dict[int, Incoming] = {}
    lines = POItem.objects.filter(po__warehouse=warehouse, received_qty__lt=F("qty")).order_by()
    sums = lines.filter(po__status__in=(Status.DRAFT, Status.SENT)).values_list("product_id", "po__status")
    for product_id, status, qty in sums.annotate(qty_open=Sum(F("qty") - F("received_qty"))):
        one = found.setdefault(product_id, Incoming())
        if status == Status.SENT:
            one.sent += qty
        else:
            one.drafted += qty
    return found


def open_lines(warehouse: Warehouse, product_ids: Iterable[int]) -> dict[int, list[OpenLine]]:
    """Return the orders behind `incoming` by product id, the first expected first."""
    items = POItem.objects.filter(
        po__warehouse=warehouse,
        po__status__in=(Status.DRAFT, Status.SENT),
        product_id__in=list(product_ids),
        received_qty__lt=F("qty"),
    ).select_related("po__supplier")
    found: dict[int, list[OpenLine]] = {}
    for item in items.order_by(F("po__expected_at").asc(nulls_last=True), "pk"):
        order = item.po
        line = OpenLine(
            order.pk, str(order), str(order.supplier), order.status, item.qty - item.received_qty, order.expected_at
        )
        found.setdefault(item.product_id, []).append(line)
    return found
