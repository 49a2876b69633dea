"""Finished sales and returns: the lists, one of them whole, and taking a sale back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori.dates import wall_clock
from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.money import ZERO, active_currency
from inventori.permissions import requires
from sales import services
from sales.filters import ReturnFilter, SaleFilter
from sales.forms import CancelForm
from sales.models import Sale, SaleReturn
from sales.selectors import cost_of, line_amount, moves_of, sales_seen_by

SALE_COLUMNS = [
    Column("invoice_number", gettext_lazy("Invoice"), url="sales:sale_show", sort="id", css="mono"),
    Column(
        "sold_at",
        gettext_lazy("Time"),
        kind="datetime",
        value=lambda sale: wall_clock(sale.sold_at, sale.warehouse.time_zone),
        sort="sold_at",
    ),
    Column("warehouse.name", gettext_lazy("Warehouse")),
    Column("cashier", gettext_lazy("Cashier")),
    Column("customer.name", gettext_lazy("Customer")),
    Column("total_amount", gettext_lazy("Total"), kind="money", sort="total_amount"),
    Column("status", gettext_lazy("Status"), kind="badge"),
]
RETURN_COLUMNS = [
    Column("return_number", gettext_lazy("Return"), url="sales:return_show", sort="id", css="mono"),
    Column(
        "returned_at",
        gettext_lazy("Time"),
        kind="datetime",
        value=lambda row: wall_clock(row.returned_at, row.warehouse.time_zone),
        sort="returned_at",
    ),
    Column("warehouse.name", gettext_lazy("Warehouse")),
    Column("customer.name", gettext_lazy("Customer")),
    Column("reason", gettext_lazy("Reason")),
    Column("by", gettext_lazy("Who")),
    Column("total_amount", gettext_lazy("Refund"), kind="money", sort="total_amount"),
]


class TotalledPage(ListPage):
    """A list that says what all its rows, on every page, come to."""

    @cached_property
    def totals(self) -> dict[str, Any]:
        live = ~Q(status=Sale.Status.CANCELLED) if self.queryset.model is Sale else Q()
        return self.queryset.order_by().aggregate(n=Count("pk", filter=live), amount=Sum("total_amount", filter=live))


@requires("sale_view", "sell")
def sale_list(request: HttpRequest) -> HttpResponseBase:
    """Show the sales that the person may see: all, or a cashier's own of today."""
    own_only = not request.user.can("sale_view")
    page = TotalledPage(
        request,
        sales_seen_by(request.user).select_related("warehouse", "cashier", "customer"),
        columns=SALE_COLUMNS,
        search=["invoice_number"],
        search_hint=_("Invoice number"),
        filters=SaleFilter,
        default_sort="-invoice_number",
        export_name="sales",
        caption=_("Sales"),
        summary="sales/sale_totals.html",
        empty_text=_("You have not sold anything today yet.") if own_only else _("Nothing has been sold yet."),
        empty_icon="receipt",
    )
    return page.render("sales/sale_list.html", {"own_only": own_only})


@requires("sale_view", "sell")
def sale_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sale whole: lines, payments, moves and what came back."""
    return _show(request, _seen_sale(request, pk), CancelForm())


@require_POST
@requires("sale_cancel")
def sale_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paid sale back: goods in, money out."""
    sale = _seen_sale(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _show(request, sale, form, status=400)
    try:
        sale, now = services.sale_cancel(sale_id=sale.pk, reason=form.cleaned_data["reason"], by=request.user)
    except DomainError as error:
        form.add_error(None, str(error))
        return _show(request, sale, form, status=error.status)
    said = (
        _("%(invoice)s is cancelled; its goods are back in stock.") if now else _("%(invoice)s was cancelled already.")
    )
    messages.success(request, said % {"invoice": sale.invoice_number})
    return redirect("sales:sale_show", pk=sale.pk)


@requires("sale_view")
def return_list(request: HttpRequest) -> HttpResponseBase:
    """Show what customers brought back."""
    page = TotalledPage(
        request,
        SaleReturn.objects.select_related("warehouse", "customer", "by"),
        columns=RETURN_COLUMNS,
        search=["return_number", "reason"],
        search_hint=_("Return number or reason"),
        filters=ReturnFilter,
        default_sort="-return_number",
        export_name="returns",
        caption=_("Returns"),
        summary="sales/sale_totals.html",
        empty_text=_("Nothing has been brought back yet."),
        empty_icon="arrow-return-left",
    )
    return page.render("sales/return_list.html")


@requires("sale_view")
def return_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one return whole."""
    rows = SaleReturn.objects.select_related("warehouse", "customer", "by", "sale")
    taken_back = get_object_or_404(rows, pk=pk)
    context = {
        "taken_back": taken_back,
        "returned_at": wall_clock(taken_back.returned_at, taken_back.warehouse.time_zone),
        "lines": _lines(list(taken_back.items.select_related("product"))),
        "moves": moves_of(taken_back),
    }
    return render(request, "sales/return_show.html", context)


def _seen_sale(request: HttpRequest, pk: int) -> Sale:
    seen = sales_seen_by(request.user).select_related("warehouse", "cashier", "customer", "cancelled_by")
    return get_object_or_404(seen, pk=pk)


def _lines(items: Sequence[Any]) -> list[dict[str, Any]]:
    currency = active_currency()
    return [{"item": item, "amount": line_amount(item, currency), "cost": cost_of(item)} for item in items]


def _show(request: HttpRequest, sale: Sale, form: CancelForm, status: int = 200) -> HttpResponse:
    lines = _lines(list(sale.items.select_related("product")))
    cost = sum((line["cost"] for line in lines), ZERO)
    context = {
        "sale": sale,
        "sold_at": wall_clock(sale.sold_at, sale.warehouse.time_zone),
        "lines": lines,
        "cost": cost,
        "margin": sale.subtotal - sale.discount - sale.tax_included - cost,
        "payments": list(sale.payments.all()),
        "moves": moves_of(sale),
        "returns": list(sale.returns.all()),
        "form": form,
        "may_cancel": request.user.can("sale_cancel") and sale.status == Sale.Status.PAID,
    }
    return render(request, "sales/sale_show.html", context, status=status)
