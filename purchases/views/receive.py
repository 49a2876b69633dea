"""Taking goods in: the sheet, its steps, and the posting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory.warehouse_choice import current_warehouse
from purchases import selectors
from purchases.models import GoodsReceipt, PurchaseOrder
from purchases.receive_forms import ReceiveForm, ReceiveLines, receive_lines
from purchases.receive_sheet import Said, Sheet, do_step, sheet_of_order, sheet_typed
from purchases.refusals import LinesRefused
from purchases.services import receipt_post


@requires("stock_adjust")
def receipt_create(request: HttpRequest) -> HttpResponse:
    """Fill in and post a receipt; a refused one comes back as it was typed, its rows marked."""
    order = _order(request)
    if request.method != "POST":
        return _empty_sheet(request, order)
    sheet = sheet_typed(request.POST, order)
    if request.POST.get("step"):
        return _stepped(request, sheet)
    head, lines = ReceiveForm(request.POST, order=order), receive_lines(sheet, request.user)
    # Both are asked, so that one refusal names everything that is wrong.
    if not all([head.is_valid(), lines.is_valid()]):
        return _page(request, head, lines, 400)
    try:
        receipt = _post(request, head, lines)
    except DomainError as refusal:
        if isinstance(refusal, LinesRefused):
            lines.mark(refusal)
        refuse(head, refusal)
        return _page(request, head, lines, refusal.status)
    messages.success(request, _("%(number)s is posted.") % {"number": receipt.grn_number})
    return redirect("purchases:receipt_show", pk=receipt.pk)


def _order(request: HttpRequest) -> PurchaseOrder | None:
    """Return the order that the address names: one that cannot be received on is refused when it is posted."""
    asked = request.GET.get("po", "")
    if not asked:
        return None
    orders = PurchaseOrder.objects.select_related("supplier", "warehouse")
    return get_object_or_404(orders, pk=int(asked) if asked.isdecimal() and len(asked) < 18 else 0)


def _empty_sheet(request: HttpRequest, order: PurchaseOrder | None) -> HttpResponse:
    if order and order.status != PurchaseOrder.Status.SENT:
        values = {"order": order.po_number, "status": order.get_status_display()}
        messages.error(request, _("%(order)s is %(status)s: nothing can be received on it.") % values)
        return redirect("purchases:order_show", pk=order.pk)
    sheet = sheet_of_order(order) if order else Sheet([])
    head = ReceiveForm(initial={"warehouse": current_warehouse(request)}, order=order)
    return _page(request, head, receive_lines(sheet, request.user), 200)


def _stepped(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Do one step and show the sheet again: its lines alone to a script, the whole page without one."""
    said = do_step(sheet, request.POST["step"], request.POST.get("scan", ""))
    lines = receive_lines(sheet, request.user)
    if request.headers.get("X-Part") == "lines":
        return render(request, "purchases/receive_lines.html", {"lines": lines, "sheet": sheet, "said": said})
    head = ReceiveForm(initial=request.POST.dict(), order=sheet.order)
    return _page(request, head, lines, 200, said)


def _post(request: HttpRequest, head: ReceiveForm, lines: ReceiveLines) -> GoodsReceipt:
    order, typed = lines.sheet.order, head.cleaned_data
    return receipt_post(
        supplier=order.supplier if order else typed["supplier"],
        warehouse=order.warehouse if order else typed["warehouse"],
        lines=[form.line for form in lines.came],
        key=request.POST.get("key", ""),
        by=request.user,
        order=order,
        note=typed["note"],
        takes_expired=typed["takes_expired"],
    )


def _page(
    request: HttpRequest, head: ReceiveForm, lines: ReceiveLines, status: int, said: Said | None = None
) -> HttpResponse:
    context = {
        "form": head,
        "lines": lines,
        "sheet": lines.sheet,
        "order": lines.sheet.order,
        "said": said or Said(),
        "key": request.POST.get("key") or new_key(),
        "waiting": [] if lines.sheet.order else selectors.orders_to_receive(),
    }
    return render(request, "purchases/receive.html", context, status=status)
