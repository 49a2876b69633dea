"""The ways to pay at the till."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.refusals import refuse
from master import payments as services
from master.models import CASH, PaymentMethod
from master.payment_form import PaymentMethodForm


@requires("shop_change")
def payment_method_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        PaymentMethod.objects.all(),
        columns=[
            Column("name", _("Payment method"), value=named, url="master:payment_method_change"),
            Column("code", _("Code"), sort="code", css="mono"),
            Column("kind", _("Kind"), value=PaymentMethod.get_kind_display, sort="kind"),
            Column("asks_reference", _("Reference"), kind="badge", value=asks_reference),
            Column("position", _("Position"), kind="qty", sort="position"),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["code", "name"],
        search_hint=_("Code or name"),
        default_sort="position",
        export_name="payment-methods",
        caption=_("Payment methods"),
    )
    return page.render("master/payment_method_list.html")


def named(method: PaymentMethod) -> str:
    # The usual names are written small, as in a sentence.
    return capfirst(str(method))


def asks_reference(method: PaymentMethod) -> str:
    return "YES" if method.asks_reference else ""


@requires("shop_change")
def payment_method_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@requires("shop_change")
def payment_method_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(PaymentMethod, pk=pk))


def _edit(request: HttpRequest, method: PaymentMethod | None) -> HttpResponse:
    form = PaymentMethodForm(request.POST or None, instance=method)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.payment_method_save(method=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": named(saved)})
            return redirect("master:payment_method_list")
    stored = PaymentMethod.objects.filter(pk=method.pk).first() if method else None
    context = {"form": form, "method": stored, "may_close": stored and stored.code != CASH}
    return render(
        request, "master/payment_method_form.html", {**context, "cancel_url": reverse("master:payment_method_list")}
    )


@requires("shop_change")
@require_POST
def payment_method_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, is_active=False)


@requires("shop_change")
@require_POST
def payment_method_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, is_active=True)


def _set_active(request: HttpRequest, pk: int, *, is_active: bool) -> HttpResponse:
    method = get_object_or_404(PaymentMethod, pk=pk)
    try:
        services.payment_method_set_active(method=method, is_active=is_active, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        sentence = (
            _("%(name)s is in use again.") if is_active else _("%(name)s is no longer in use. Its history stays.")
        )
        messages.success(request, sentence % {"name": named(method)})
    return redirect("master:payment_method_change", pk)
