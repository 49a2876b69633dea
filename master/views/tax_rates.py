"""The tax rates of the shop, each with its days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from master import shop as services
from master.models import TaxRate
from master.shop_forms import TaxRateForm


@requires("shop_change")
def tax_rate_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@requires("shop_change")
def tax_rate_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(TaxRate, pk=pk))


def _edit(request: HttpRequest, rate: TaxRate | None) -> HttpResponse:
    form = TaxRateForm(request.POST or None, instance=rate)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.tax_rate_save(rate=form.instance, by=request.user, today=timezone.localdate())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved})
            return redirect("master:shop_profile")
    stored = TaxRate.objects.filter(pk=rate.pk).first() if rate else None
    context = {"form": form, "rate": stored, "cancel_url": reverse("master:shop_profile")}
    return render(request, "master/tax_rate_form.html", context)


@requires("shop_change")
@require_POST
def tax_rate_delete(request: HttpRequest, pk: int) -> HttpResponse:
    rate = get_object_or_404(TaxRate, pk=pk)
    try:
        services.tax_rate_delete(rate=rate, by=request.user, today=timezone.localdate())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is deleted.") % {"name": rate})
    return redirect("master:shop_profile")
