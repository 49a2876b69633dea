"""The larger units in which a product is bought and sold."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from master import units as services
from master.models import Product, ProductUnit
from master.unit_form import UnitForm


@requires("master_change")
def unit_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, ProductUnit(product=get_object_or_404(Product, pk=pk)))


@requires("master_change")
def unit_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _unit(pk))


def _edit(request: HttpRequest, unit: ProductUnit) -> HttpResponse:
    product, stored_name = unit.product, unit.name
    back = reverse("master:product_show", args=[product.pk])
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        try:
            services.unit_save(unit=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": unit})
            return redirect(back)
    context = {"form": form, "product": product, "unit_name": stored_name, "cancel_url": back}
    return render(request, "master/unit_form.html", context)


@requires("master_change")
@require_POST
def unit_delete(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _unit(pk)
    services.unit_delete(unit=unit, by=request.user)
    messages.success(request, _("%(name)s is deleted.") % {"name": unit})
    return redirect("master:product_show", unit.product_id)


def _unit(pk: int) -> ProductUnit:
    return get_object_or_404(ProductUnit.objects.select_related("product"), pk=pk)
