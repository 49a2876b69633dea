"""What is shown, printed and sent after a sale: the change, the receipt, and the slip of a return."""

import re
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from sales import mail, printing
from sales.models import ReceiptPrinter, Sale
from sales.receipt import Receipt, receipt_of, slip_of
from sales.receipt_pdf import receipt_pdf
from sales.returning import returns_seen_by
from sales.selectors import sales_seen_by
from sales.whatsapp import whatsapp_link

WIDTHS = (80, 58)


@never_cache
@require_GET
@requires("sell")
def sale_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the change, print the receipt, and wait for the next customer."""
    sale = get_object_or_404(_seen(request).filter(cashier=request.user), pk=pk)
    receipt = receipt_of(sale)
    context = {
        "sale": sale,
        "receipt": receipt,
        "paid": [row for row in receipt.sums if row.kind == "paid"],
        "change": receipt.amount("change"),
        "printer": printing.printer_of(request.user),
        "whatsapp": whatsapp_link(sale, receipt),
        "page_keys": [("Enter", _("New sale")), ("P", _("Print the receipt"))],
    }
    return render(request, "sales/sale_done.html", context)


@never_cache
@require_GET
@requires("sale_view", "sell")
def sale_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the receipt; ?print=1 opens the print dialog, ?copy=1 marks it as a copy."""
    sale = get_object_or_404(_seen(request), pk=pk)
    receipt = receipt_of(sale, is_copy=_is_copy(request))
    context = {
        "sale": sale,
        "printer": printing.printer_of(request.user),
        "whatsapp": whatsapp_link(sale, receipt),
        "back_url": reverse("sales:sale_show", args=[sale.pk]),
        "back_label": _("To the sale"),
    }
    return _receipt_page(request, receipt, context)


@never_cache
@require_GET
@requires("sale_view", "sell")
def sale_receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the receipt as a PDF."""
    receipt = receipt_of(get_object_or_404(_seen(request), pk=pk), is_copy=_is_copy(request))
    pdf = receipt_pdf(receipt, _width(request, receipt))
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{_file_name(receipt)}.pdf"'},
    )


@require_POST
@requires("sale_view", "sell")
def sale_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Print on the printer of the person's shift; drawer=1 only opens the drawer, where cash goes into it."""
    sale = get_object_or_404(_seen(request), pk=pk)
    try:
        printer = printing.needed_printer_of(request.user)
        if request.POST.get("drawer") == "1":
            said = _open_drawer(sale, printer)
        else:
            printing.receipt_print(sale, printer, is_copy=request.POST.get("copy") == "1")
            said = _("The receipt is printed on %(printer)s.") % {"printer": printer}
    except DomainError as error:
        return _said(request, sale, str(error), status=error.status)
    return _said(request, sale, said)


def _open_drawer(sale: Sale, printer: ReceiptPrinter) -> str:
    if not (printer.has_drawer and printing.takes_cash(sale)):
        return ""
    printing.drawer_open(printer)
    return _("The drawer is open.")


@require_POST
@requires("sell")
def sale_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the worker send the receipt to the customer."""
    sale = get_object_or_404(_seen(request), pk=pk)
    try:
        job = mail.receipt_mail(sale=sale, by=request.user)
    except DomainError as error:
        return _said(request, sale, str(error), status=error.status)
    said = _("The receipt goes to %(address)s.") % {"address": job.parameters["address"]}
    return _said(request, sale, said, see=reverse("job_show", args=[job.pk]))


@never_cache
@require_GET
@requires("sale_view", "sell")
def return_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the slip of a return."""
    seen = returns_seen_by(request.user).select_related("warehouse", "by", "customer", "sale", "method")
    taken_back = get_object_or_404(seen, pk=pk)
    context = {"back_url": reverse("sales:return_show", args=[taken_back.pk]), "back_label": _("To the return")}
    return _receipt_page(request, slip_of(taken_back, is_copy=_is_copy(request)), context)


# --- Doors and answers ------------------------------------------------------------------
def _seen(request: HttpRequest) -> QuerySet[Sale]:
    return sales_seen_by(request.user).select_related("warehouse", "cashier", "customer")


def _is_copy(request: HttpRequest) -> bool:
    return request.GET.get("copy") == "1"


def _width(request: HttpRequest, receipt: Receipt) -> int:
    """Return the paper that ?width= asks for, else the shop's."""
    asked = request.GET.get("width", "")
    return int(asked) if asked in map(str, WIDTHS) else receipt.paper


def _file_name(receipt: Receipt) -> str:
    """Keep of an invoice number, which may have been brought in, what every file system takes."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", receipt.number)


def _receipt_page(request: HttpRequest, receipt: Receipt, context: dict[str, Any]) -> HttpResponse:
    context |= {"receipt": receipt, "width": _width(request, receipt), "prints": request.GET.get("print") == "1"}
    return render(request, "sales/receipt.html", context)


def _said(request: HttpRequest, sale: Sale, text: str, *, status: int = 200, see: str = "") -> HttpResponse:
    """Answer the page's script with the sentence; without the script, show it on the receipt's page."""
    if request.headers.get("X-Till") == "1":
        return JsonResponse({"said": text, "see": see}, status=status)
    messages.add_message(request, messages.ERROR if status >= 400 else messages.SUCCESS, text)
    return redirect(f"{reverse('sales:sale_receipt', args=[sale.pk])}?copy=1")
