"""Goods that come back: the list, one return, and taking goods back from the receipt on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.services import pin_verify
from inventori.dates import wall_clock
from inventori.errors import DomainError
from inventori.lists import Column
from inventori.permissions import requires
from inventori.posting import new_key
from master.selectors import shop_profile
from sales.filters import ReturnFilter
from sales.models import Sale, SaleReturn
from sales.returning import (
    approval_of,
    damage_of,
    refund_methods,
    refund_of,
    returns_seen_by,
    sale_of_receipt,
    sold_items,
)
from sales.selectors import moves_of
from sales.services import LinesRefused, sale_return
from sales.services.returns import check_lines
from sales.undo_forms import ReturnForm, units_name

from .documents import TotalledPage, line_rows, sees_shift

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


@requires("sale_view", "sell")
def return_list(request: HttpRequest) -> HttpResponseBase:
    """Show what customers brought back; a cashier sees what they took back themselves today."""
    own_only = not request.user.can("sale_view")
    page = TotalledPage(
        request,
        returns_seen_by(request.user).select_related("warehouse", "customer", "by"),
        columns=RETURN_COLUMNS,
        search=["return_number", "reason"],
        search_hint=_("Return number or reason"),
        filters=ReturnFilter,
        default_sort="-return_number",
        export_name="returns",
        caption=_("Returns"),
        summary="sales/sale_totals.html",
        empty_text=_("You have taken nothing back today.") if own_only else _("Nothing has been brought back yet."),
        empty_icon="arrow-return-left",
    )
    return page.render("sales/return_list.html", {"own_only": own_only})


@requires("sale_view", "sell")
def return_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one return whole."""
    rows = returns_seen_by(request.user).select_related("warehouse", "customer", "by", "sale", "method", "shift")
    taken_back = get_object_or_404(rows, pk=pk)
    lines = line_rows(list(taken_back.items.select_related("product", "sale_item")))
    context = {
        "taken_back": taken_back,
        "returned_at": wall_clock(taken_back.returned_at, taken_back.warehouse.time_zone),
        "lines": lines,
        "goods": sum(line["amount"] for line in lines),
        "moves": moves_of(taken_back),
        "approval": approval_of(taken_back),
        "sees_shift": taken_back.shift and sees_shift(request.user, taken_back.shift),
        "damage": damage_of(taken_back) if any(line["item"].is_damaged for line in lines) else None,
    }
    return render(request, "sales/return_show.html", context)


@require_GET
@requires("sell")
def return_start(request: HttpRequest) -> HttpResponseBase:
    """Ask for the receipt's number, and go to what can come back of its sale."""
    code = request.GET.get("code", "").strip()
    sale = sale_of_receipt(code) if code else None
    if sale is not None:
        return redirect("sales:return_new", pk=sale.pk)
    return render(request, "sales/return_start.html", {"code": code}, status=404 if code else 200)


@never_cache
@requires("sell")
def return_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show what can still come back of a sale, and take it back."""
    sale = _finished_sale(pk)
    form = _form(request, sale, request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, sale, form)
    if not form.is_valid():
        return _page(request, sale, form, status=400)
    try:
        taken_back = _take_back(request, sale, form)
    except LinesRefused as error:
        for item_id, sentence in error.sentences.items():
            form.add_error(units_name(item_id), sentence)
        return _page(request, sale, form, status=error.status)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, sale, form, status=error.status)
    messages.success(request, _("%(number)s: the goods are taken back.") % {"number": taken_back.return_number})
    return redirect("sales:return_show", pk=taken_back.pk)


@never_cache
@require_GET
@requires("sell")
def return_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute what the customer gets for the quantities in the form, while they are typed."""
    sale = _finished_sale(pk)
    form = _form(request, sale, request.GET)
    form.is_valid()  # only what can be read counts here; the post says what is missing
    return render(request, "sales/return_sum.html", _sum(sale, form))


def _finished_sale(pk: int) -> Sale:
    """Return a sale of whoever sold it: its receipt is what the customer brings."""
    return get_object_or_404(Sale.objects.exclude(status=Sale.Status.DRAFT).select_related("warehouse"), pk=pk)


def _form(request: HttpRequest, sale: Sale, data: QueryDict | None) -> ReturnForm:
    return ReturnForm(
        data,
        sold=sold_items(sale, shop_profile()),
        methods=refund_methods(sale),
        asks_pin=not request.user.can("sale_cancel"),
        initial={"key": new_key()},
    )


def _take_back(request: HttpRequest, sale: Sale, form: ReturnForm) -> SaleReturn:
    given = form.cleaned_data
    allowed_by = None
    if "pin" in form.fields:
        allowed_by = pin_verify(pin=given["pin"], right="sale_cancel", by=request.user)
    return sale_return(
        sale_id=sale.pk,
        lines=form.lines(),
        reason=given["reason"],
        method=given["method"],
        key=given["key"],
        by=request.user,
        allowed_by=allowed_by,
    )


def _page(request: HttpRequest, sale: Sale, form: ReturnForm, status: int = 200) -> HttpResponse:
    is_cancelled = sale.status == Sale.Status.CANCELLED
    context = {
        "sale": sale,
        "sold_at": wall_clock(sale.sold_at, sale.warehouse.time_zone),
        "form": form,
        "is_cancelled": is_cancelled,
        "something_left": not is_cancelled and any(line.left > 0 for line in form.sold),
        **_sum(sale, form),
    }
    return render(request, "sales/return_new.html", context, status=status)


def _sum(sale: Sale, form: ReturnForm) -> dict[str, Any]:
    """Compute the refund of what the form asks for so far, or say why it cannot be."""
    asked = form.lines() if form.is_bound else []
    wrong = [error for line in form.sold for error in form[units_name(line.item.pk)].errors]
    if wrong or not asked:
        return {"back": None, "refusal": " ".join(wrong)}
    try:
        check_lines(form.sold, asked)
    except DomainError as error:
        return {"back": None, "refusal": str(error)}
    parts = [(line.sale_item_id, line.qty) for line in asked]
    method = form.cleaned_data.get("method", "")
    back = refund_of(sale, form.sold, parts, method=method, profile=shop_profile())
    return {"back": back, "goods": sum(back.lines)}
