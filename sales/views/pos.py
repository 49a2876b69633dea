"""The till. Every answer to the page's script is made of its parts, computed anew by the server."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.errors import DomainError, InvalidInput
from inventori.money import ZERO
from inventori.permissions import requires
from inventori.posting import new_key
from inventory.models import Warehouse
from inventory.warehouse_choice import current_warehouse, has_chosen
from master.models import CASH, Product
from master.selectors import shop_profile
from sales.forms import AddItemForm, ChangeItemForm, PayForm, RemoveItemForm, first_error, split_times
from sales.models import Sale
from sales.services import Tender, basket_add, basket_change, basket_remove, sale_pay
from sales.till import basket_of, basket_view, open_basket, product_of_code, products_named

View = Callable[..., HttpResponseBase]


def keys() -> list[tuple[str, str]]:
    """Return the till's keys with what they do."""
    return [
        ("3*", _("Three of what is scanned next")),
        ("↑ ↓", _("Choose a line, or a product that was found")),
        ("+ −", _("One more, one less")),
        ("F2", _("Enter the quantity of the chosen line")),
        ("Del", _("Take the chosen line out")),
        ("F9", _("Pay")),
    ]


@never_cache
@require_GET
@requires("sell")
def pos(request: HttpRequest) -> HttpResponse:
    """Open the till with the cashier's last unpaid basket, or with an empty one."""
    warehouse = current_warehouse(request)
    if warehouse is None or not has_chosen(request):
        return render(request, "sales/pos_warehouse.html")
    sale = open_basket(warehouse=warehouse, by=request.user)
    basket = basket_view(
        key=sale.key if sale else new_key(),
        sale=sale,
        items=sale.lines if sale else [],
        warehouse=warehouse,
        profile=shop_profile(),
    )
    return render(request, "sales/pos.html", {"basket": basket, "page_keys": keys(), "is_resumed": sale is not None})


def at_the_till(view: View) -> View:
    """Let only a POST of somebody who may sell through, and answer a refusal with the till's parts.

    A GET comes from the sign-in page, which a post after the session's end led to: back to the basket.
    """

    @never_cache
    @requires("sell")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return redirect("sales:pos")
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return _refusal(request, error)

    return guarded


@at_the_till
def add_item(request: HttpRequest) -> HttpResponse:
    """Add what was scanned; a text that is no code shows the products it finds."""
    form = AddItemForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    key, warehouse = form.cleaned_data["key"], _warehouse(request)
    qty, code = split_times(form.cleaned_data["code"])
    if _has_arrived(form, request):
        return _answer(request, basket_of(key=key, by=request.user), key=key)
    if form.cleaned_data["product"]:
        product = get_object_or_404(Product, pk=form.cleaned_data["product"])
    elif (found := product_of_code(code)) is not None:
        product = found
    else:
        return HttpResponse(_results(code, qty, warehouse))
    profile = shop_profile()
    sale = basket_add(key=key, warehouse=warehouse, product=product, qty=qty, by=request.user, profile=profile)
    return _answer(request, sale, key=key, profile=profile, touched=product.pk)


def _has_arrived(form: AddItemForm, request: HttpRequest) -> bool:
    """Say whether a scan that is sent again, because its answer got lost, is in the basket already."""
    before = form.cleaned_data["units_before"]
    if before is None:
        return False
    sale = basket_of(key=form.cleaned_data["key"], by=request.user)
    return sale is not None and sum((line.qty for line in sale.lines), ZERO) != before


@at_the_till
def change_item(request: HttpRequest) -> HttpResponse:
    """Set the quantity of one line."""
    form = ChangeItemForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    key, item_id, profile = form.cleaned_data["key"], form.cleaned_data["item"], shop_profile()
    sale = basket_change(key=key, item_id=item_id, qty=form.cleaned_data["qty"], by=request.user, profile=profile)
    touched = next((line.product_id for line in sale.lines if line.pk == item_id), None)
    return _answer(request, sale, key=key, profile=profile, touched=touched)


@at_the_till
def remove_item(request: HttpRequest) -> HttpResponse:
    """Take one line out."""
    form = RemoveItemForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    key, profile = form.cleaned_data["key"], shop_profile()
    sale = basket_remove(key=key, item_id=form.cleaned_data["item"], by=request.user, profile=profile)
    return _answer(request, sale, key=key, profile=profile)


@never_cache
@require_GET
@requires("sell")
def product_search(request: HttpRequest) -> HttpResponse:
    """Show what the text in the scan field finds so far."""
    qty, text = split_times(request.GET.get("code", "").strip())
    return HttpResponse(_results(text if len(text) > 1 else "", qty, _warehouse(request)))


@at_the_till
def pay(request: HttpRequest) -> HttpResponseBase:
    """Pay the basket in cash and go to the finished sale."""
    form = PayForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    given = form.cleaned_data
    sale, _paid_now = sale_pay(
        key=given["key"],
        tenders=[Tender(CASH, given["tendered"])],
        expected_total=given["expected_total"],
        by=request.user,
    )
    address = reverse("sales:sale_done", args=[sale.pk])
    if _is_script(request):
        return HttpResponse(status=204, headers={"X-Till-Go": address})
    return redirect(address)


# --- Answers -----------------------------------------------------------------------
def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Till") == "1"


def _warehouse(request: HttpRequest) -> Warehouse:
    warehouse = current_warehouse(request)
    if warehouse is None:
        raise InvalidInput(_("There is no warehouse to sell from. Ask the admin to add one."), code="no_warehouse")
    return warehouse


def _results(text: str, qty: Decimal, warehouse: Warehouse) -> str:
    products = list(products_named(text, warehouse=warehouse))
    return render_to_string("sales/pos_results.html", {"products": products, "text": text, "times": qty})


def _answer(
    request: HttpRequest, sale: Sale | None, *, key: str, status: int = 200, profile: Any = None, **context: Any
) -> HttpResponse:
    """Answer with the parts of the till; without the page's script, with the page."""
    if not _is_script(request):
        return redirect("sales:pos")  # type: ignore[return-value]
    items = sale.lines if sale else []
    profile = profile or shop_profile()
    warehouse = _warehouse(request)
    if sale is not None and sale.warehouse_id != warehouse.pk:
        # Another one was chosen in another window; this basket still leaves its own.
        warehouse = sale.warehouse
    basket = basket_view(key=key, sale=sale, items=items, warehouse=warehouse, profile=profile)
    return HttpResponse(
        render_to_string("sales/pos_parts.html", {"basket": basket, "shop": profile, **context}), status=status
    )


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a refusal with its sentence and the basket as it is: nothing of it is lost."""
    if not _is_script(request):
        raise error
    key = request.POST.get("key", "")
    sale = basket_of(key=key, by=request.user)
    if sale is None and error.code in ("already_paid", "key_reused", "not_yours"):
        key = new_key()
    context = {"error": error, "is_money": error.field == "tendered", "paid_id": error.data.get("sale_id")}
    return _answer(request, sale, key=key or new_key(), status=error.status, **context)
