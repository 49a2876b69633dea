"""Paying at the till, in one way or several."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.errors import InvalidInput
from inventori.permissions import requires
from master.selectors import shop_profile
from sales.forms import PayForm, first_error, tenders_from
from sales.selectors import sales_seen_by
from sales.services import sale_pay
from sales.till import basket_of, pay_quote

from .till import at_the_till, is_script


@at_the_till
def pay(request: HttpRequest) -> HttpResponseBase:
    """Pay the basket and go to the finished sale."""
    form = PayForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    given = form.cleaned_data
    sale, _paid_now = sale_pay(
        key=given["key"],
        tenders=tenders_from(request.POST),
        expected_total=given["expected_total"],
        by=request.user,
    )
    address = reverse("sales:sale_done", args=[sale.pk])
    if is_script(request):
        return HttpResponse(status=204, headers={"X-Till-Go": address})
    return redirect(address)


@at_the_till
def quote(request: HttpRequest) -> HttpResponse:
    """Say what the money entered so far leaves to be paid, or gives back. Nothing is saved."""
    form = PayForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    sale = basket_of(key=form.cleaned_data["key"], by=request.user)
    try:
        quoted = pay_quote(sale, tenders_from(request.POST, is_quote=True), profile=shop_profile())
    except InvalidInput as error:
        return HttpResponse(render_to_string("sales/pos_pay_rest.html", {"error": error}))
    return HttpResponse(render_to_string("sales/pos_pay_rest.html", {"quote": quoted, "shop": shop_profile()}))


@never_cache
@require_GET
@requires("sell")
def reprint(request: HttpRequest) -> HttpResponse:
    """Go to the receipt of the person's last sale, as a copy, with the print dialog open."""
    last = sales_seen_by(request.user).filter(cashier=request.user).order_by("-sold_at").first()
    if last is None:
        messages.info(request, _("You have not sold anything today yet."))
        return redirect("sales:pos")
    return redirect(f"{reverse('sales:sale_receipt', args=[last.pk])}?copy=1&print=1")
