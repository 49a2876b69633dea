"""What suppliers ask: the list, a supplier's own, and the form."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventori.errors import DomainError
from inventori.lists import Column, ListPage, RowAction
from inventori.permissions import requires
from inventori.refusals import refuse
from master.models import Supplier
from purchases import selectors
from purchases.filters import PriceFilter
from purchases.models import SupplierPrice
from purchases.order_forms import PriceForm
from purchases.services import price_save

COLUMNS = [
    Column("product.name", gettext_lazy("Product"), sort="product__name"),
    Column("product.sku", gettext_lazy("SKU"), sort="product__sku", css="mono"),
    Column("supplier.name", gettext_lazy("Supplier"), sort="supplier__name"),
    Column("unit", gettext_lazy("Unit"), value=selectors.price_unit),
    Column("unit_price", gettext_lazy("Price of the unit"), kind="money", sort="unit_price", right="cost_view"),
    Column("previous_price", gettext_lazy("Price before"), kind="money", right="cost_view"),
    Column("changed_on", gettext_lazy("Since"), kind="date", sort="changed_on"),
    Column("min_qty", gettext_lazy("Minimum order"), kind="qty", sort="min_qty"),
    Column("multiple", gettext_lazy("Order multiple"), kind="qty", sort="multiple"),
]


@requires("purchase_view")
def price_list(request: HttpRequest) -> HttpResponseBase:
    may_change = request.user.can("purchase_change")
    change = RowAction(gettext_lazy("Change"), "pencil", "purchases:price_change", right="purchase_change")
    page = ListPage(
        request,
        selectors.price_rows(),
        columns=COLUMNS,
        search=["product__sku", "product__name", "supplier__name"],
        search_hint=_("Product or supplier"),
        filters=PriceFilter,
        default_sort="product.name",
        export_name="supplier-prices",
        row_actions=[change],
        caption=_("Supplier prices"),
        empty_text=_("No price yet. Each order that is sent leaves its prices here."),
        empty_icon="tags",
        empty_url=reverse("purchases:price_create") if may_change else "",
        empty_label=_("Add a price"),
    )
    return page.render("purchases/price_list.html")


@require_GET
@requires("purchase_view")
def prices_of_supplier(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the part of a supplier's page that lists what they ask."""
    supplier = get_object_or_404(Supplier, pk=pk)
    prices = [(price, selectors.price_unit(price)) for price in selectors.price_rows().filter(supplier=supplier)[:50]]
    return render(request, "purchases/prices_of_supplier.html", {"supplier": supplier, "prices": prices})


@requires("purchase_change")
def price_create(request: HttpRequest) -> HttpResponse:
    initial = {"supplier": request.GET.get("supplier", ""), "product_text": request.GET.get("product", "")}
    return _form(request, PriceForm(request.POST or None, initial=initial), None)


@requires("purchase_change")
def price_change(request: HttpRequest, pk: int) -> HttpResponse:
    price = get_object_or_404(selectors.price_rows(), pk=pk)
    return _form(request, PriceForm(request.POST or None, instance=price), price)


def _form(request: HttpRequest, form: PriceForm, price: SupplierPrice | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid() and (answer := _saved(request, form, price)):
            return answer
    context = {"form": form, "price": price, "cancel_url": reverse("purchases:price_list")}
    return render(request, "purchases/price_form.html", context, status=status)


def _saved(request: HttpRequest, form: PriceForm, price: SupplierPrice | None) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        saved = price_save(
            supplier=price.supplier if price else data["supplier"],
            product=form.found,
            unit=data["unit"],
            unit_price=data["unit_price"],
            min_qty=data["min_qty"] or Decimal(0),
            multiple=Decimal(1) if data["multiple"] is None else data["multiple"],
            by=request.user,
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return None
    messages.success(request, _("The price of %(product)s is saved.") % {"product": saved.product})
    return redirect("purchases:price_list")
