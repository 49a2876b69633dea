"""Writing an order: a new one, or one that is still a draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory.warehouse_choice import current_warehouse
from master.models import Supplier
from purchases.models import PurchaseOrder
from purchases.order_forms import OrderForm
from purchases.order_sheet import OrderSheet, Said, sheet_of_order, sheet_typed
from purchases.services import order_change, order_create


@requires("purchase_change")
def order_create_page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, None)
    supplier = _supplier(request.GET.get("supplier", ""))
    sheet = OrderSheet([], supplier)
    said = sheet.scan(request.GET.get("product", ""))
    head = OrderForm(initial={"supplier": supplier, "warehouse": current_warehouse(request)})
    return _page(request, None, head, sheet, said)


@requires("purchase_change")
def order_change_page(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(PurchaseOrder.objects.select_related("supplier", "warehouse"), pk=pk)
    if order.status != PurchaseOrder.Status.DRAFT:
        messages.error(request, _("%(order)s is no draft any more.") % {"order": order})
        return redirect("purchases:order_show", pk=pk)
    if request.method == "POST":
        return _posted(request, order)
    return _page(request, order, OrderForm(instance=order), sheet_of_order(order), Said())


def _posted(request: HttpRequest, order: PurchaseOrder | None) -> HttpResponse:
    """Do a step on the sheet, or save the draft; what cannot be saved comes back as it was typed."""
    sheet = sheet_typed(request.POST, _supplier(request.POST.get("supplier", "")))
    head = OrderForm(request.POST, instance=order)
    if "do" in request.POST:
        return _step(request, order, sheet)
    # Both are asked, so that one refusal names everything that is wrong.
    if not all([head.is_valid(), sheet.is_valid]):
        return _page(request, order, head, sheet, Said(), status=400)
    content = {name: head.cleaned_data[name] for name in ("supplier", "warehouse", "expected_at", "note")}
    content |= {"lines": sheet.lines, "discount": sheet.discount, "by": request.user}
    try:
        saved = order_change(order=order, **content) if order else order_create(**content, key=_key(request))
    except DomainError as refusal:
        refuse(head, refusal)
        return _page(request, order, head, sheet, Said(), status=refusal.status)
    messages.success(request, _("%(name)s is saved.") % {"name": saved})
    return redirect("purchases:order_show", pk=saved.pk)


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64] or new_key()


def _step(request: HttpRequest, order: PurchaseOrder | None, sheet: OrderSheet) -> HttpResponse:
    said = _done(sheet, request.POST.get("do", ""), request.POST.get("scan", ""))
    if request.headers.get("X-Fragment"):
        return render(request, "purchases/order_sheet.html", {"sheet": sheet, "said": said})
    head = OrderForm(initial={name: request.POST.get(name, "") for name in OrderForm.base_fields})
    return _page(request, order, head, sheet, said)


def _done(sheet: OrderSheet, step: str, text: str) -> Said:
    """Do one step: its name, and after a colon what it is done to."""
    name, _colon, target = step.partition(":")
    if name == "scan":
        return sheet.scan(text)
    if name == "add":
        return sheet.add(target)
    if name == "remove" and target.isdecimal():
        sheet.remove(int(target[:9]))
    elif name == "round":
        sheet.round_up()
    elif name == "prices":
        sheet.take_prices()
    return Said()


def _supplier(text: str) -> Supplier | None:
    return Supplier.objects.filter(pk=text).first() if text.isdecimal() and len(text) < 10 else None


def _page(
    request: HttpRequest, order: PurchaseOrder | None, head: OrderForm, sheet: OrderSheet, said: Said, status: int = 200
) -> HttpResponse:
    is_refused = status != 200
    context: dict[str, Any] = {
        "key": _key(request),
        "order": order,
        "form": head,
        "sheet": sheet,
        "said": said,
        "is_refused": is_refused,
    }
    return render(request, "purchases/order_form.html", context, status=status)
