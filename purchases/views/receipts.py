"""The pages of receipts."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.money import CENT, ZERO, round_half_up
from inventori.permissions import requires
from inventory.label_rows import labels_url
from purchases import selectors
from purchases.filters import ReceiptFilter
from purchases.models import GoodsReceipt, PurchaseOrder

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
    return page.render("purchases/receipt_list.html")


@requires("purchase_view")
def receipt_show(request: HttpRequest, pk: int) -> HttpResponse:
    receipts = GoodsReceipt.objects.select_related("supplier", "warehouse", "purchase_order", "by")
    receipt = get_object_or_404(receipts, pk=pk)
    lines = selectors.receipt_lines_with_returns(receipt)
    order = receipt.purchase_order
    context = {
        "receipt": receipt,
        "received_at": _local(receipt, receipt.received_at),
        "ordered_at": _local(receipt, order.ordered_at) if order else None,
        "lines": lines,
        "value": sum((round_half_up(line.qty * line.unit_cost, CENT) for line in lines), ZERO),
        "has_batches": any(line.batch for line in lines),
        "has_returns": any(line.back for line in lines),
        "can_go_back": any(line.back < line.qty for line in lines),
        "is_open": order is not None and order.status == PurchaseOrder.Status.SENT,
        "labels_url": labels_url((line.product_id, line.qty) for line in lines),
        "returns": [(taken, _local(receipt, taken.returned_at)) for taken in receipt.returns.all()],
    }
    return render(request, "purchases/receipt_show.html", context)


def _local(receipt: GoodsReceipt, instant: datetime) -> datetime:
    return wall_clock(instant, receipt.warehouse.time_zone)
