"""The pages of products."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori.lists import Column, ListPage
from inventori.permissions import requires
from master import selectors
from master.filters import ProductFilter
from master.forms import ProductForm
from master.models import Product

from . import records


def facts(request: HttpRequest, product: Product) -> list[tuple[Any, Any, str]]:
    return [
        (_("SKU"), product.sku, "code"),
        (_("Barcode"), product.barcode, "code"),
        (_("Category"), product.category, "text"),
        (_("Usual supplier"), product.supplier, "text"),
        (_("Unit"), product.uom, "text"),
        (_("Sold by measure"), "YES" if product.sold_by_measure else "", "badge"),
        (_("Selling price"), product.price, "money"),
        *([(_("Buying price"), product.cost, "money")] if request.user.can("cost_view") else []),
        (_("Minimum stock"), product.min_stock, "qty"),
        (_("Order multiple"), product.order_multiple, "qty"),
        (_("Tracks batches"), "YES" if product.tracks_batches else "", "badge"),
        (_("Shelf"), product.shelf, "text"),
        (_("Good for"), product.indication, "text"),
        (_("Favourite at the till"), "YES" if product.is_favourite else "", "badge"),
        (_("Description"), product.description, "lines"),
    ]


KIND = records.Kind(
    name="product",
    model=Product,
    form=ProductForm,
    plural=gettext_lazy("Products"),
    new=gettext_lazy("Add a product"),
    facts=facts,
    related=("category", "supplier"),
    show_template="master/product_show.html",
)


@requires("master_view")
def product_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.product_rows(),
        columns=[
            Column("name", _("Product"), url="master:product_show", sort="name"),
            Column("sku", _("SKU"), sort="sku", css="mono"),
            Column("barcode", _("Barcode"), sort="barcode", css="mono"),
            Column("category", _("Category"), sort="category__name"),
            Column("supplier", _("Supplier"), sort="supplier__name"),
            Column("uom", _("Unit")),
            Column("price", _("Selling price"), kind="money", sort="price"),
            Column("cost", _("Buying price"), kind="money", sort="cost", right="cost_view"),
            Column("min_stock", _("Minimum"), kind="qty", sort="min_stock"),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["sku", "barcode", "name", "category__name", "indication"],
        search_hint=_("SKU, barcode, name, category or what it is good for"),
        filters=ProductFilter,
        default_sort="name",
        export_name="products",
        caption=_("Products"),
        empty_text=_("No products yet. Add the first, or import a list."),
        empty_icon="tag",
        empty_url=KIND.url("create") if request.user.can("master_change") else "",
        empty_label=_("Add a product"),
    )
    return page.render(
        "master/record_list.html",
        KIND.context(may_add=request.user.can("master_change"), add_url=KIND.url("create")),
    )


@requires("master_view")
def product_show(request: HttpRequest, pk: int) -> HttpResponse:
    return records.show(request, KIND, pk)


@requires("master_change")
def product_create(request: HttpRequest) -> HttpResponse:
    return records.create(request, KIND)


@requires("master_change")
def product_change(request: HttpRequest, pk: int) -> HttpResponse:
    return records.change(request, KIND, pk)


@requires("master_change")
@require_POST
def product_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=False)


@requires("master_change")
@require_POST
def product_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=True)


@requires("master_delete")
@require_POST
def product_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return records.delete(request, KIND, pk)
