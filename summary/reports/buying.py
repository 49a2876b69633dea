"""Purchases, and goods received."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventori.dates import business_date
from inventori.lists import Column
from inventori.money import currency_step, round_half_up
from inventory.selectors import products_named
from master.selectors import shop_profile
from purchases.models import GoodsReceiptItem, PurchaseOrder
from purchases.selectors import order_rows, order_status, todays

from .columns import UNIT_COST, of_batch, of_quantity
from .forms import OrderReportForm, ReceiptReportForm
from .report import Report


def _order_day(order: PurchaseOrder, cutoff_hour: int) -> Any:
    return business_date(order.ordered_at, order.warehouse.time_zone, cutoff_hour)


def _orders(asked: dict[str, Any]) -> list[PurchaseOrder]:
    day, cutoff_hour, today = timedelta(days=1), shop_profile().cutoff_hour, todays()
    # The day of an order is its warehouse's: the database narrows it down to a day more on either side.
    first = datetime.combine(asked["day_from"] - day, time.min, UTC)
    last = datetime.combine(asked["day_to"] + 2 * day, time.min, UTC)
    rows = order_rows().filter(ordered_at__gte=first, ordered_at__lt=last).annotate(lines=Count("items"))
    rows = _narrowed(rows, asked).order_by("ordered_at", "pk")
    status = asked["status"]
    if not status:
        rows = rows.filter(status__in=[PurchaseOrder.Status.SENT, PurchaseOrder.Status.RECEIVED])
    elif status != "ALL":
        rows = rows.filter(status=status)
    found: list[PurchaseOrder] = []
    for order in rows:
        order.ordered_on = _order_day(order, cutoff_hour)  # type: ignore[attr-defined]
        order.badge = order_status(order, today)  # type: ignore[attr-defined]
        if asked["day_from"] <= order.ordered_on <= asked["day_to"]:  # type: ignore[attr-defined]
            found.append(order)
    return found


def _narrowed(rows: QuerySet[Any], asked: dict[str, Any], prefix: str = "") -> QuerySet[Any]:
    for name in ("warehouse", "supplier"):
        if asked.get(name):
            rows = rows.filter(**{f"{prefix}{name}": asked[name]})
    return rows


PURCHASES = Report(
    name="purchases",
    title=_("Purchases"),
    hint=_("Orders by the day they were made, with what they come to."),
    icon="bag",
    right="purchase_view",
    form=OrderReportForm,
    columns=[
        Column("po_number", _("Order"), url="purchases:order_show", css="mono"),
        Column("ordered_on", _("Ordered"), kind="date"),
        Column("supplier.name", _("Supplier")),
        Column("warehouse.name", _("Warehouse")),
        Column("badge", _("Status"), kind="badge"),
        Column("expected_at", _("Expected"), kind="date"),
        Column("confirmed_for", _("Confirmed for"), kind="date"),
        Column("lines", _("Products"), kind="qty"),
        Column("total_amount", _("Total"), kind="money", right="cost_view"),
    ],
    rows=_orders,
    totals=("lines", "total_amount"),
)


def _received(asked: dict[str, Any]) -> list[GoodsReceiptItem]:
    rows: QuerySet[Any] = GoodsReceiptItem.objects.filter(
        receipt__business_date__gte=asked["day_from"], receipt__business_date__lte=asked["day_to"]
    ).select_related(
        *("receipt__supplier", "receipt__warehouse", "receipt__purchase_order__warehouse", "receipt__by"),
        *("product", "batch"),
    )
    rows = _narrowed(rows, asked, "receipt__")
    if asked["product"]:
        rows = rows.filter(product__in=list(products_named(asked["product"]).values_list("pk", flat=True)))
    profile = shop_profile()
    cutoff_hour, step = profile.cutoff_hour, currency_step(profile.currency)
    found = list(rows.order_by(F("receipt__business_date"), "receipt_id", "pk"))
    for item in found:
        order = item.receipt.purchase_order
        item.ordered_on = _order_day(order, cutoff_hour) if order else None
        item.value = round_half_up(item.qty * item.unit_cost, step)
    return found


RECEIPTS = Report(
    name="receipts",
    title=_("Goods received"),
    hint=_("Every line of every receipt: when it came, when it was ordered, from whom, and who took it in."),
    icon="box-arrow-in-down",
    right="purchase_view",
    form=ReceiptReportForm,
    columns=[
        Column(
            "receipt.grn_number",
            _("Receipt"),
            url=lambda item: reverse("purchases:receipt_show", args=[item.receipt_id]),
            css="mono",
        ),
        Column("receipt.business_date", _("Received"), kind="date"),
        Column("ordered_on", _("Ordered"), kind="date"),
        Column("receipt.purchase_order.po_number", _("Order"), css="mono"),
        Column("product.sku", _("SKU"), css="mono"),
        Column("product.name", _("Product")),
        Column("receipt.supplier.name", _("Supplier")),
        Column("receipt.warehouse.name", _("Warehouse")),
        *of_batch("batch.number", "batch.expires_on"),
        *of_quantity("product.uom"),
        UNIT_COST,
        Column("value", _("Value"), kind="money", right="cost_view"),
        Column("receipt.by", _("Who")),
    ],
    rows=_received,
    totals=("qty", "value"),
)
