"""The basket's price, discount, note, customer, and putting it aside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.permissions import requires
from inventori.posting import new_key
from inventory.selectors import sellable_batches
from master.models import Customer
from master.selectors import shop_profile
from master.services import record_save
from sales.forms import CustomerForm, DiscountForm, HoldForm, LineForm, NewCustomerForm, ResumeForm, first_error
from sales.models import Sale, SaleItem
from sales.services import basket_discount, basket_hold, basket_resume, basket_set_customer, line_change
from sales.till import basket_of, customers_named, held_baskets

from .till import allowed_by, answer, at_the_till, shift_of


@at_the_till
def change_line(request: HttpRequest) -> HttpResponse:
    """Give one line another price, discount or note."""
    form = LineForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    given, profile = form.cleaned_data, shop_profile()
    sale = line_change(
        key=given["key"],
        item_id=given["item"],
        price=given["price"],
        discount=given["discount"],
        note=given["note"],
        batch_id=given["batch"],
        by=request.user,
        allowed_by=allowed_by(request),
        profile=profile,
    )
    return answer(request, sale, key=given["key"], profile=profile, touched_item=given["item"])


@never_cache
@require_GET
@requires("sell")
def line_batches(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the batches that a line of the person's basket may be sold from."""
    lines = SaleItem.objects.filter(sale__status=Sale.Status.DRAFT, sale__cashier=request.user)
    item = get_object_or_404(lines.select_related("product", "sale__warehouse"), pk=pk)
    offers = sellable_batches(item.product, item.sale.warehouse)
    return render(request, "sales/pos_batches.html", {"item": item, "offers": offers})


@at_the_till
def discount(request: HttpRequest) -> HttpResponse:
    """Give the whole basket a discount."""
    form = DiscountForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    given, profile = form.cleaned_data, shop_profile()
    sale = basket_discount(
        key=given["key"],
        discount=given["discount"],
        by=request.user,
        allowed_by=allowed_by(request),
        profile=profile,
    )
    return answer(request, sale, key=given["key"], profile=profile)


# --- Hold and resume -------------------------------------------------------------------
@at_the_till
def hold(request: HttpRequest) -> HttpResponse:
    """Put the basket aside and begin an empty one."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    held = basket_hold(key=form.cleaned_data["key"], name=form.cleaned_data["name"], by=request.user)
    return answer(request, None, key=new_key(), held_now=held, held=_held_count(request))


@at_the_till
def resume(request: HttpRequest) -> HttpResponse:
    """Take a held basket up; what was being filled is put aside for it."""
    form = ResumeForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    sale = basket_resume(
        sale_id=form.cleaned_data["sale"],
        warehouse=shift_of(request).warehouse,
        by=request.user,
        current_key=form.cleaned_data["key"],
    )
    return answer(request, sale, key=sale.key, held=_held_count(request))


def _held_count(request: HttpRequest) -> int:
    return held_baskets(warehouse=shift_of(request).warehouse).count()


@never_cache
@require_GET
@requires("sell")
def held_list(request: HttpRequest) -> HttpResponse:
    """Show the held baskets of this warehouse, whoever put them aside."""
    baskets = held_baskets(warehouse=shift_of(request).warehouse)
    return render(request, "sales/pos_held.html", {"baskets": baskets})


# --- Customer ---------------------------------------------------------------------------
@never_cache
@require_GET
@requires("sell")
def customer_search(request: HttpRequest) -> HttpResponse:
    """Show the customers whose name, phone or code holds what is typed."""
    text = request.GET.get("q", "").strip()
    return render(request, "sales/pos_customers.html", {"customers": customers_named(text), "text": text})


@at_the_till
def set_customer(request: HttpRequest) -> HttpResponse:
    """Say whose basket it is; without a customer, a walk-in's."""
    form = CustomerForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    chosen = form.cleaned_data["customer"]
    customer = get_object_or_404(Customer, pk=chosen) if chosen else None
    return _with_customer(request, form.cleaned_data["key"], customer)


@at_the_till
def add_customer(request: HttpRequest) -> HttpResponse:
    """Make a customer from one line, name and phone, and put the basket to their name."""
    form = NewCustomerForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    given = form.cleaned_data
    known = given["phone"] and Customer.objects.filter(phone=given["phone"], is_active=True).first()
    customer = known or record_save(record=Customer(name=given["name"], phone=given["phone"]), by=request.user)
    return _with_customer(request, given["key"], customer)


def _with_customer(request: HttpRequest, key: str, customer: Customer | None) -> HttpResponse:
    basket_set_customer(key=key, warehouse=shift_of(request).warehouse, customer=customer, by=request.user)
    return answer(request, basket_of(key=key, by=request.user), key=key)
