"""Finished sales: the list, one of them whole, and cancelling it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.services import pin_verify
from inventori.dates import wall_clock
from inventori.errors import DomainError
from inventori.lists import Column
from inventori.money import ZERO
from inventori.permissions import RIGHTS, requires
from master.selectors import shop_profile
from sales import services
from sales.filters import SaleFilter
from sales.models import Sale
from sales.returning import sold_items
from sales.selectors import moves_of, sales_seen_by
from sales.undo_forms import CancelForm

from .documents import TotalledPage, line_rows, sees_shift

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
    return _show(request, _seen_sale(request, pk), _cancel_form(request))


@require_POST
@requires("sale_cancel", "sell")
def sale_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paid sale back: goods in, money out. Who may not do it alone brings a manager's PIN."""
    sale = _seen_sale(request, pk)
    form = _cancel_form(request, request.POST)
    if not form.is_valid():
        return _show(request, sale, form, status=400)
    try:
        sale, now = _cancel(request, sale, form)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show(request, sale, form, status=error.status)
    said = (
        _("%(invoice)s is cancelled; its goods are back in stock.") if now else _("%(invoice)s was cancelled already.")
    )
    messages.success(request, said % {"invoice": sale.invoice_number})
    return redirect("sales:sale_show", pk=sale.pk)


def _cancel_form(request: HttpRequest, data: QueryDict | None = None) -> CancelForm:
    return CancelForm(data, asks_pin=not request.user.can("sale_cancel"))


def _cancel(request: HttpRequest, sale: Sale, form: CancelForm) -> tuple[Sale, bool]:
    allowed_by = None
    if "pin" in form.fields:
        allowed_by = pin_verify(pin=form.cleaned_data["pin"], right="sale_cancel", by=request.user)
    return services.sale_cancel(
        sale_id=sale.pk, reason=form.cleaned_data["reason"], by=request.user, allowed_by=allowed_by
    )


def _seen_sale(request: HttpRequest, pk: int) -> Sale:
    people = ("warehouse", "cashier", "customer", "cancelled_by", "shift")
    return get_object_or_404(sales_seen_by(request.user).select_related(*people), pk=pk)


def _show(request: HttpRequest, sale: Sale, form: CancelForm, status: int = 200) -> HttpResponse:
    sold = sold_items(sale, shop_profile())
    lines = line_rows([line.item for line in sold])
    cost = sum((line["cost"] for line in lines), ZERO)
    returns = list(sale.returns.all())
    is_paid = sale.status == Sale.Status.PAID
    approvals = sale.approvals.select_related("by", "allowed_by").order_by("id")
    context = {
        "sale": sale,
        "sold_at": wall_clock(sale.sold_at, sale.warehouse.time_zone),
        "lines": lines,
        "cost": cost,
        "margin": sale.subtotal - sale.discount - sale.tax_included - cost,
        "payments": list(sale.payments.select_related("method")),
        "moves": moves_of(sale),
        "returns": returns,
        "approvals": [(RIGHTS[approval.right].label, approval) for approval in approvals],
        "form": form,
        "may_cancel": is_paid and not returns and _may_cancel(request, sale),
        "may_return": is_paid and request.user.can("sell") and any(line.left > 0 for line in sold),
        "sees_shift": sale.shift and sees_shift(request.user, sale.shift),
    }
    return render(request, "sales/sale_show.html", context, status=status)


def _may_cancel(request: HttpRequest, sale: Sale) -> bool:
    """Say whether the page offers it: a counted drawer stays, and a cashier keeps to the own open shift."""
    if request.user.can("sale_cancel"):
        return sale.shift is None or sale.shift.is_open
    return sale.shift is not None and sale.shift.open_for_id == request.user.pk
