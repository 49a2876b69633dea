"""The pages of orders."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.phones import chat_link
from purchases import mail, selectors, services
from purchases.filters import OrderFilter
from purchases.models import POItem, PurchaseOrder
from purchases.order_paper import message, order_paper, paper_line, unit_qty
from purchases.order_pdf import order_pdf


def _order_columns() -> list[Column]:
    todays = selectors.todays()
    return [
        Column("po_number", gettext_lazy("Order"), url="purchases:order_show", sort="id", css="mono"),
        Column("supplier.name", gettext_lazy("Supplier"), sort="supplier__name"),
        Column("warehouse.name", gettext_lazy("Warehouse"), sort="warehouse__code"),
        Column(
            "status",
            gettext_lazy("Status"),
            kind="badge",
            value=lambda order: selectors.order_status(order, todays),
            sort="status",
        ),
        Column(
            "ordered_at",
            gettext_lazy("Ordered"),
            kind="datetime",
            value=lambda order: wall_clock(order.ordered_at, order.warehouse.time_zone),
            sort="ordered_at",
        ),
        Column("expected_at", gettext_lazy("Expected"), kind="date", sort="expected_at"),
        Column("confirmed_for", gettext_lazy("Confirmed for"), kind="date", sort="confirmed_for"),
        Column("total_amount", gettext_lazy("Total"), kind="money", sort="total_amount", right="cost_view"),
    ]


@requires("purchase_view")
def order_list(request: HttpRequest) -> HttpResponseBase:
    may_change = request.user.can("purchase_change")
    page = ListPage(
        request,
        selectors.order_rows(),
        columns=_order_columns(),
        search=["po_number", "supplier__name"],
        search_hint=_("Order number or supplier"),
        filters=OrderFilter,
        default_sort="-po_number",
        export_name="orders",
        caption=_("Purchase orders"),
        empty_text=_("No order yet. Orders to suppliers will stand here, with what is still to come."),
        empty_icon="bag",
        empty_url=reverse("purchases:order_create") if may_change else "",
        empty_label=_("Write an order"),
    )
    return page.render("purchases/order_list.html", {"may_change": may_change})


@requires("purchase_view")
def order_show(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(selectors.order_rows().select_related("by"), pk=pk)
    zone = order.warehouse.time_zone
    lines = list(selectors.order_lines(order))
    address = supplier_address(request, order)
    context = {
        "order": order,
        "status": selectors.order_status(order, selectors.todays([order.warehouse])),
        "ordered_at": wall_clock(order.ordered_at, zone),
        "sent_at": order.sent_at and wall_clock(order.sent_at, zone),
        "cancelled_at": order.cancelled_at and wall_clock(order.cancelled_at, zone),
        "confirmed_at": order.confirmed_at and wall_clock(order.confirmed_at, zone),
        "is_later": bool(order.confirmed_for and order.expected_at and order.confirmed_for > order.expected_at),
        "lines": lines,
        "rows": [(line, paper_line(line), _confirmed(line)) for line in lines],
        "receipts": [(receipt, wall_clock(receipt.received_at, zone)) for receipt in order.receipts.all()],
        "address": address,
        "whatsapp": _whatsapp(request, order, address),
    }
    return render(request, "purchases/order_show.html", context)


def _confirmed(line: POItem) -> str:
    return "" if line.confirmed_qty is None else unit_qty(line, line.confirmed_qty)


def _whatsapp(request: HttpRequest, order: PurchaseOrder, address: str) -> str:
    if not (address and request.user.can("purchase_change")):
        return ""
    return chat_link(order.supplier.phone, message(order_paper(order, address=address)))


def supplier_address(request: HttpRequest, order: PurchaseOrder) -> str:
    """Return the whole address of the supplier's page; "" for one who may not send orders, or before it is sent."""
    if not order.token or order.status == PurchaseOrder.Status.CANCELLED or not request.user.can("purchase_change"):
        return ""
    return request.build_absolute_uri(reverse("purchases:supplier_page", args=[order.token]))


# --- Paper ------------------------------------------------------------------------------
@require_GET
@never_cache
@requires("purchase_change")
def order_print(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order(pk)
    paper = order_paper(order, address=supplier_address(request, order))
    return render(request, "purchases/order_print.html", {"order": order, "paper": paper})


@require_GET
@never_cache
@requires("purchase_change")
def order_pdf_file(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order(pk)
    paper = order_paper(order, address=supplier_address(request, order))
    name = f'inline; filename="{paper.number}.pdf"'
    return HttpResponse(order_pdf(paper), content_type="application/pdf", headers={"Content-Disposition": name})


# --- What is done to an order -------------------------------------------------------------
@require_POST
@requires("purchase_change")
def order_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as sent: it was told, written or brought to the supplier."""
    order = services.order_send(order=_order(pk), by=request.user)
    messages.success(request, _("%(order)s is sent.") % {"order": order})
    return redirect("purchases:order_show", pk=pk)


@require_POST
@requires("purchase_change")
def order_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft, or a sent order once more, by e-mail."""
    order = _order(pk)
    mail.check_mailable(order)
    order = services.order_send(order=order, by=request.user)
    job = mail.order_mail(order=order, address=supplier_address(request, order), by=request.user)
    words = {"order": order, "address": job.parameters["to"]}
    messages.success(request, _("%(order)s goes to %(address)s.") % words)
    return redirect("purchases:order_show", pk=pk)


@require_POST
@requires("purchase_change")
def order_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    order = services.order_cancel(order=_order(pk), by=request.user, seen=request.POST.get("status", ""))
    messages.success(request, _("%(order)s is cancelled.") % {"order": order})
    return redirect("purchases:order_show", pk=pk)


def _order(pk: int) -> PurchaseOrder:
    return get_object_or_404(PurchaseOrder.objects.select_related("supplier", "warehouse"), pk=pk)
