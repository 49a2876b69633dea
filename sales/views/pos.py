"""The till's page and what is scanned into it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.money import ZERO
from inventori.permissions import requires
from inventori.posting import new_key
from inventory.models import Warehouse
from master.models import PaymentMethod, Product, ProductUnit
from master.selectors import shop_profile
from sales.forms import AddItemForm, ChangeItemForm, RemoveItemForm, first_error, split_times
from sales.keys import ACTIONS, PAY, TILL, keys_for
from sales.models import Sale
from sales.selectors import sales_seen_by
from sales.services import basket_add, basket_change, basket_remove
from sales.shifts import open_shift_of
from sales.till import basket_of, basket_view, held_baskets, open_basket, product_of_code, products_named, unit_of_code

from .till import allowed_by, answer, at_the_till, shift_of


@never_cache
@require_GET
@requires("sell")
def pos(request: HttpRequest) -> HttpResponse:
    """Open the till with the cashier's last unpaid basket, or with an empty one.

    ?basket=KEY is the address of one basket: once it is paid it leads to the finished sale, so that the
    browser's back button never shows it again.
    """
    shift = open_shift_of(request.user)
    if key := request.GET.get("basket", ""):
        paid = sales_seen_by(request.user).filter(key=key, cashier=request.user).values_list("pk", flat=True).first()
        if paid is not None:
            return redirect("sales:sale_done", paid)
    if shift is None:
        return redirect(f"{reverse('sales:shift_open')}?{urlencode({'next': reverse('sales:pos')})}")
    sale = open_basket(warehouse=shift.warehouse, by=request.user)
    profile, keys = shop_profile(), keys_for(request.user)
    basket = basket_view(
        key=sale.key if sale else new_key(),
        sale=sale,
        items=sale.lines if sale else [],
        warehouse=shift.warehouse,
        profile=profile,
    )
    context = {
        "basket": basket,
        "is_resumed": sale is not None,
        "shift": shift,
        "methods": list(PaymentMethod.objects.filter(is_active=True)),
        "held": held_baskets(warehouse=shift.warehouse).count(),
        "key_table": {context: _by_key(keys, context) for context in (TILL, PAY)},
        "page_keys": _page_keys(keys),
        "keys_url": reverse("sales:till_keys"),
    }
    return render(request, "sales/pos.html", context)


def _by_key(keys: dict[str, str], context: str) -> dict[str, str]:
    return {keys[action.name]: action.name for action in ACTIONS if action.context == context}


def _page_keys(keys: dict[str, str]) -> list[tuple[str, Any]]:
    """Return all keys with what they do, for the list that `?` shows."""
    fixed = [("3*", _("Three of what is scanned next")), ("↑ ↓", _("Choose a line, or a product that was found"))]
    return [*fixed, *((keys[action.name], action.label) for action in ACTIONS)]


@at_the_till
def add_item(request: HttpRequest) -> HttpResponse:
    """Add what was scanned; a text that is no code shows the products it finds."""
    form = AddItemForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    key, warehouse = form.cleaned_data["key"], shift_of(request).warehouse
    qty, code = split_times(form.cleaned_data["code"])
    if _has_arrived(form, request):
        return answer(request, basket_of(key=key, by=request.user), key=key)
    product, unit = _meant(form, code)
    if product is None:
        return HttpResponse(_results(code, qty, warehouse))
    profile = shop_profile()
    sale = basket_add(
        key=key, warehouse=warehouse, product=product, unit=unit, qty=qty, by=request.user, profile=profile
    )
    return answer(request, sale, key=key, profile=profile, touched_item=_line_of(sale, product, unit))


def _meant(form: AddItemForm, code: str) -> tuple[Product | None, ProductUnit | None]:
    """Return the product that was chosen or scanned, and the larger unit of it where that was meant."""
    pk, unit_pk = form.cleaned_data["product"], form.cleaned_data["unit"]
    if unit_pk:
        unit = get_object_or_404(ProductUnit.objects.select_related("product"), pk=unit_pk, product=pk)
        return unit.product, unit
    if pk:
        return get_object_or_404(Product, pk=pk), None
    if (product := product_of_code(code)) is not None:
        return product, None
    scanned = unit_of_code(code)
    return (scanned.product, scanned) if scanned else (None, None)


def _line_of(sale: Sale, product: Product, unit: ProductUnit | None) -> int | None:
    """Return the line that has just been added to: the last one that is alike."""
    name = unit.name if unit else ""
    alike = [line.pk for line in sale.lines if line.product_id == product.pk and line.unit == name]
    return alike[-1] if alike else None


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
    sale = basket_change(
        key=key,
        item_id=item_id,
        qty=form.cleaned_data["qty"],
        by=request.user,
        allowed_by=allowed_by(request),
        profile=profile,
    )
    return answer(request, sale, key=key, profile=profile, touched_item=item_id)


@at_the_till
def remove_item(request: HttpRequest) -> HttpResponse:
    """Take one line out."""
    form = RemoveItemForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    key, profile = form.cleaned_data["key"], shop_profile()
    sale = basket_remove(key=key, item_id=form.cleaned_data["item"], by=request.user, profile=profile)
    return answer(request, sale, key=key, profile=profile)


@never_cache
@require_GET
@requires("sell")
def product_search(request: HttpRequest) -> HttpResponse:
    """Show what the text in the scan field finds so far."""
    qty, text = split_times(request.GET.get("code", "").strip())
    return HttpResponse(_results(text if len(text) > 1 else "", qty, shift_of(request).warehouse))


def _results(text: str, qty: Any, warehouse: Warehouse) -> str:
    products = list(products_named(text, warehouse=warehouse))
    return render_to_string("sales/pos_results.html", {"products": products, "text": text, "times": qty})
