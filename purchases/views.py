from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.permissions import requires

from . import selectors
from .filters import OrderFilter, ReceiptFilter
from .models import GoodsReceipt, PurchaseOrder


# --- Orders ---------------------------------------------------------------------------
def _order_columns() -> list[Column]:
    todays = selectors.todays()
    return [
        Column("po_number", gettext_lazy("Order"), url="purchases:order_show", sort="id", css="mono"),
        Column("supplier.name", gettext_lazy("Supplier"), sort="supplier__name"),
        Column("warehouse.name", gettext_lazy("Warehouse"), sort="warehouse__code"),
        Column(
            "status",
            gettext_lazy("Status"),
            kind="badge",
            value=lambda order: selectors.order_status(order, todays),
            sort="status",
        ),
        Column(
            "ordered_at",
            gettext_lazy("Ordered"),
            kind="datetime",
            value=lambda order: wall_clock(order.ordered_at, order.warehouse.time_zone),
            sort="ordered_at",
        ),
        Column("expected_at", gettext_lazy("Expected"), kind="date", sort="expected_at"),
        Column("total_amount", gettext_lazy("Total"), kind="money", sort="total_amount", right="cost_view"),
    ]


@requires("purchase_view")
def order_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.order_rows(),
        columns=_order_columns(),
        search=["po_number", "supplier__name"],
        search_hint=_("Order number or supplier"),
        filters=OrderFilter,
        default_sort="-po_number",
        export_name="orders",
        caption=_("Purchase orders"),
        empty_text=_("No order yet. Orders to suppliers will stand here, with what is still to come."),
        empty_icon="bag",
    )
    return page.render("purchases/order_list.html")


@requires("purchase_view")
def order_show(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(selectors.order_rows().select_related("by"), pk=pk)
    context = {
        "order": order,
        "status": selectors.order_status(order, selectors.todays([order.warehouse])),
        "ordered_at": _local(order, order.ordered_at),
        "lines": selectors.order_lines(order),
        "receipts": [(receipt, _local(order, receipt.received_at)) for receipt in order.receipts.all()],
    }
    return render(request, "purchases/order_show.html", context)


# --- Receipts -------------------------------------------------------------------------
RECEIPT_COLUMNS = [
    Column("grn_number", gettext_lazy("Receipt"), url="purchases:receipt_show", sort="id", css="mono"),
    Column("supplier.name", gettext_lazy("Supplier"), sort="supplier__name"),
    Column("warehouse.name", gettext_lazy("Warehouse"), sort="warehouse__code"),
    Column(
        "received_at",
        gettext_lazy("Received"),
        kind="datetime",
        value=lambda receipt: wall_clock(receipt.received_at, receipt.warehouse.time_zone),
        sort="received_at",
    ),
    Column("purchase_order.po_number", gettext_lazy("Order"), css="mono"),
    Column("lines", gettext_lazy("Products"), kind="qty"),
    Column("by", gettext_lazy("Who")),
]


@requires("purchase_view")
def receipt_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.receipt_rows(),
        columns=RECEIPT_COLUMNS,
        search=["grn_number", "supplier__name", "purchase_order__po_number"],
        search_hint=_("Receipt, order or supplier"),
        filters=ReceiptFilter,
        default_sort="-grn_number",
        export_name="receipts",
        caption=_("Goods receipts"),
        empty_text=_("Nothing has been received yet. What suppliers bring will stand here."),
        empty_icon="box-arrow-in-down",
    )
    return page.render("list.html")


@requires("purchase_view")
def receipt_show(request: HttpRequest, pk: int) -> HttpResponse:
    receipts = GoodsReceipt.objects.select_related("supplier", "warehouse", "purchase_order", "by")
    receipt = get_object_or_404(receipts, pk=pk)
    context = {
        "receipt": receipt,
        "received_at": _local(receipt, receipt.received_at),
        "lines": selectors.receipt_lines(receipt),
    }
    return render(request, "purchases/receipt_show.html", context)


def _local(document: PurchaseOrder | GoodsReceipt, instant: Any) -> Any:
    return wall_clock(instant, document.warehouse.time_zone)
