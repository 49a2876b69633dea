"""The pages of orders."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from purchases import selectors
from purchases.filters import OrderFilter


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
        "ordered_at": wall_clock(order.ordered_at, order.warehouse.time_zone),
        "lines": selectors.order_lines(order),
        "receipts": [
            (receipt, wall_clock(receipt.received_at, order.warehouse.time_zone)) for receipt in order.receipts.all()
        ],
    }
    return render(request, "purchases/order_show.html", context)
