"""The warehouses of the shop."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.refusals import refuse
from inventory import services
from inventory.models import Warehouse
from inventory.warehouse_form import WarehouseForm


@requires("shop_change")
def warehouse_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        Warehouse.objects.all(),
        columns=[
            Column("name", _("Warehouse"), url="inventory:warehouse_change", sort="name"),
            Column("code", _("Code"), sort="code", css="mono"),
            Column("time_zone", _("Time zone"), value=Warehouse.get_time_zone_display, sort="time_zone"),
            Column("allow_negative", _("Below zero"), kind="badge", value=below_zero),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["code", "name"],
        search_hint=_("Code or name"),
        default_sort="code",
        export_name="warehouses",
        caption=_("Warehouses"),
        empty_text=_("No warehouse yet. Stock lies in one, so a shop needs at least one."),
        empty_icon="building",
        empty_url=reverse("inventory:warehouse_create"),
        empty_label=_("Add a warehouse"),
    )
    return page.render("inventory/warehouse_list.html")


def below_zero(warehouse: Warehouse) -> str:
    return "YES" if warehouse.allow_negative else ""


@requires("shop_change")
def warehouse_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@requires("shop_change")
def warehouse_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Warehouse, pk=pk))


def _edit(request: HttpRequest, warehouse: Warehouse | None) -> HttpResponse:
    form = WarehouseForm(request.POST or None, instance=warehouse)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.warehouse_change(warehouse=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved})
            return redirect("inventory:warehouse_list")
    stored = Warehouse.objects.filter(pk=warehouse.pk).first() if warehouse else None
    context = {"form": form, "place_of_goods": stored, "cancel_url": reverse("inventory:warehouse_list")}
    return render(request, "inventory/warehouse_form.html", context)


@requires("shop_change")
@require_POST
def warehouse_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, is_active=False)


@requires("shop_change")
@require_POST
def warehouse_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, is_active=True)


def _set_active(request: HttpRequest, pk: int, *, is_active: bool) -> HttpResponse:
    warehouse = get_object_or_404(Warehouse, pk=pk)
    try:
        services.warehouse_set_active(warehouse=warehouse, is_active=is_active, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        sentence = _("%(name)s is in use again.") if is_active else _("%(name)s is closed. Its history stays.")
        messages.success(request, sentence % {"name": warehouse})
    return redirect("inventory:warehouse_change", pk)
