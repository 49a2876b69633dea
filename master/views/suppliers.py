"""The pages of suppliers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori.lists import Column, ListPage
from inventori.permissions import requires
from master import selectors
from master.filters import SupplierFilter
from master.forms import SupplierForm
from master.models import Supplier

from . import records


def facts(request: HttpRequest, supplier: Supplier) -> list[tuple[Any, Any, str]]:
    return [
        (_("Code"), supplier.code, "code"),
        (_("Contact person"), supplier.contact, "text"),
        (_("Phone"), supplier.phone, "text"),
        (_("E-mail"), supplier.email, "text"),
        (_("Address"), supplier.address, "lines"),
        (_("City"), supplier.city, "text"),
        (_("Lead time (days)"), supplier.lead_time_days, "qty"),
        (_("Minimum order value"), supplier.min_order_value, "money"),
    ]


KIND = records.Kind(
    name="supplier",
    model=Supplier,
    form=SupplierForm,
    plural=gettext_lazy("Suppliers"),
    new=gettext_lazy("Add a supplier"),
    facts=facts,
    show_template="master/supplier_show.html",
)


@requires("master_view")
def supplier_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.supplier_rows(),
        columns=[
            Column("name", _("Supplier"), url="master:supplier_show", sort="name"),
            Column("code", _("Code"), sort="code", css="mono"),
            Column("contact", _("Contact person"), sort="contact"),
            Column("phone", _("Phone")),
            Column("city", _("City"), sort="city"),
            Column("lead_time_days", _("Lead time (days)"), kind="qty", sort="lead_time_days"),
            Column("min_order_value", _("Minimum order value"), kind="money", sort="min_order_value"),
            Column("product_count", _("Products"), kind="qty", sort="product_count"),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["code", "name", "contact", "phone", "city"],
        search_hint=_("Code, name, contact, phone or city"),
        filters=SupplierFilter,
        default_sort="name",
        export_name="suppliers",
        caption=_("Suppliers"),
        empty_text=_("No suppliers yet. Add the first, or import a list."),
        empty_icon="truck",
        empty_url=KIND.url("create") if request.user.can("master_change") else "",
        empty_label=_("Add a supplier"),
    )
    return page.render(
        "master/record_list.html",
        KIND.context(may_add=request.user.can("master_change"), add_url=KIND.url("create")),
    )


@requires("master_view")
def supplier_show(request: HttpRequest, pk: int) -> HttpResponse:
    return records.show(request, KIND, pk)


@requires("master_change")
def supplier_create(request: HttpRequest) -> HttpResponse:
    return records.create(request, KIND)


@requires("master_change")
def supplier_change(request: HttpRequest, pk: int) -> HttpResponse:
    return records.change(request, KIND, pk)


@requires("master_change")
@require_POST
def supplier_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=False)


@requires("master_change")
@require_POST
def supplier_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=True)


@requires("master_delete")
@require_POST
def supplier_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return records.delete(request, KIND, pk)
