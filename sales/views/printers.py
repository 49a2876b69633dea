"""The receipt printers of the shop."""

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
from sales import printing
from sales.models import ReceiptPrinter
from sales.printer_form import PrinterForm
from sales.services import printers as services


@requires("shop_change")
def printer_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        ReceiptPrinter.objects.all(),
        columns=[
            Column("name", _("Printer"), url="sales:printer_change", sort="name"),
            Column("host", _("Address"), value=address_of, sort=("host", "port"), css="mono"),
            Column("width", _("Paper"), value=ReceiptPrinter.get_width_display, sort="width"),
            Column("has_drawer", _("Drawer"), kind="badge", value=has_drawer),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["name", "host"],
        search_hint=_("Name or address"),
        default_sort="name",
        export_name="printers",
        caption=_("Receipt printers"),
        empty_text=_("No receipt printers. Without one, receipts go to the print dialog of the browser."),
        empty_icon="printer",
        empty_url=reverse("sales:printer_create"),
        empty_label=_("Add a printer"),
    )
    return page.render("sales/printer_list.html")


def address_of(printer: ReceiptPrinter) -> str:
    return f"{printer.host}:{printer.port}"


def has_drawer(printer: ReceiptPrinter) -> str:
    return "YES" if printer.has_drawer else ""


@requires("shop_change")
def printer_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@requires("shop_change")
def printer_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(ReceiptPrinter, pk=pk))


def _edit(request: HttpRequest, printer: ReceiptPrinter | None) -> HttpResponse:
    form = PrinterForm(request.POST or None, instance=printer)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.printer_save(printer=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved})
            # Where its test page is printed: the next thing to do with a new printer.
            return redirect("sales:printer_change", saved.pk)
    stored = ReceiptPrinter.objects.filter(pk=printer.pk).first() if printer else None
    context = {"form": form, "printer": stored, "cancel_url": reverse("sales:printer_list")}
    return render(request, "sales/printer_form.html", context)


@requires("shop_change")
@require_POST
def printer_test(request: HttpRequest, pk: int) -> HttpResponse:
    printer = get_object_or_404(ReceiptPrinter, pk=pk)
    try:
        printing.test_page(printer)
    except printing.PrinterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A test page was sent to %(name)s.") % {"name": printer})
    return redirect("sales:printer_change", pk)


@requires("shop_change")
@require_POST
def printer_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, is_active=False)


@requires("shop_change")
@require_POST
def printer_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, is_active=True)


def _set_active(request: HttpRequest, pk: int, *, is_active: bool) -> HttpResponse:
    printer = get_object_or_404(ReceiptPrinter, pk=pk)
    services.printer_set_active(printer=printer, is_active=is_active, by=request.user)
    sentence = _("%(name)s is in use again.") if is_active else _("%(name)s is no longer in use. Its history stays.")
    messages.success(request, sentence % {"name": printer})
    return redirect("sales:printer_change", pk)
