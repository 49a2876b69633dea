"""The pages of receipts."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from purchases import selectors
from purchases.filters import ReceiptFilter
from purchases.models import GoodsReceipt

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
        "received_at": wall_clock(receipt.received_at, receipt.warehouse.time_zone),
        "lines": selectors.receipt_lines(receipt),
    }
    return render(request, "purchases/receipt_show.html", context)
