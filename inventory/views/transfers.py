"""Goods between warehouses: sent, on their way, received."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventori.dates import wall_clock
from inventori.errors import DomainError, InsufficientStock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory.filters import TransferFilter
from inventory.forms import MORE_ROWS, typed_so_far
from inventory.lookup import line_preview
from inventory.models import Transfer
from inventory.services import transfer_receive, transfer_send
from inventory.transfer_forms import ReceiveForm, TransferForm, transfer_lines
from inventory.transfers import on_the_way_value, transfer_rows
from inventory.warehouse_choice import choosable, current_warehouse


def under_way_label(row: Transfer):
    """A sent order is sent; goods that left a warehouse are on their way."""
    return _("on its way") if row.status == Transfer.Status.SENT else ""


COLUMNS = [
    Column("number", gettext_lazy("Number"), url="inventory:transfer_show", sort="id", css="mono"),
    Column(
        "sent_at",
        gettext_lazy("Sent"),
        kind="datetime",
        value=lambda row: wall_clock(row.sent_at, row.source.time_zone),
        sort="sent_at",
    ),
    Column("source.name", gettext_lazy("From warehouse"), sort="source__code"),
    Column("target.name", gettext_lazy("To warehouse"), sort="target__code"),
    Column("status", gettext_lazy("Status"), kind="badge", text=under_way_label, sort="status"),
    Column("lines", gettext_lazy("Lines"), kind="qty"),
    Column("value", gettext_lazy("Value"), kind="money", right="cost_view", value=lambda row: round(row.value or 0, 2)),
    Column("note", gettext_lazy("Note"), css="is-cut"),
    Column("by", gettext_lazy("Sent by"), sort="by__username"),
]


class TransferPage(ListPage):
    @cached_property
    def on_the_way(self):
        return on_the_way_value(self.queryset)


@requires("stock_view")
def transfer_list(request: HttpRequest) -> HttpResponseBase:
    """Show every transfer, and what the goods on their way are worth."""
    may_send = request.user.can("stock_adjust") and len(choosable(request)) > 1
    page = TransferPage(
        request,
        transfer_rows(),
        columns=COLUMNS,
        search=["number", "note"],
        search_hint=_("Number or note"),
        filters=TransferFilter,
        default_sort="-number",
        export_name="transfers",
        caption=_("Transfers"),
        empty_text=_("No transfer yet. It moves goods from one warehouse to another."),
        empty_icon="arrow-left-right",
        empty_url=reverse("inventory:transfer_create") if may_send else "",
        empty_label=_("Send goods"),
        summary="inventory/fragments/transfer_value.html" if request.user.can("cost_view") else "",
    )
    return page.render("inventory/transfer_list.html")


# --- Send -----------------------------------------------------------------------------
@requires("stock_adjust")
def transfer_create(request: HttpRequest) -> HttpResponse:
    """Fill in and send a transfer; a refused one comes back as it was typed, its rows marked."""
    if request.method != "POST":
        head = TransferForm(initial={"warehouse": current_warehouse(request)})
        return _form(request, head, transfer_lines(), new_key(), 200)
    key = request.POST.get("key", "")
    if "more" in request.POST:
        typed, rows = typed_so_far(request.POST)
        return _form(request, TransferForm(initial=typed), transfer_lines(initial=rows, extra=MORE_ROWS), key, 200)
    head, lines = TransferForm(request.POST), transfer_lines(request.POST)
    # Both are asked, so that one refusal names everything that is wrong.
    if not all([head.is_valid(), lines.is_valid()]):
        return _form(request, head, lines, key, 400)
    asked = head.cleaned_data
    try:
        transfer = transfer_send(
            source=asked["warehouse"],
            target=asked["target"],
            note=asked["note"],
            lines=lines.lines,
            key=key,
            by=request.user,
        )
    except DomainError as refusal:
        if isinstance(refusal, InsufficientStock):
            lines.mark_short(refusal)
        refuse(head, refusal)
        return _form(request, head, lines, key, refusal.status)
    messages.success(request, _("%(number)s is on its way.") % {"number": transfer.number})
    return redirect("inventory:transfer_show", pk=transfer.pk)


def _form(request: HttpRequest, head: TransferForm, lines, key: str, status: int) -> HttpResponse:
    context = {
        "form": head,
        "lines": lines,
        "key": key or new_key(),
        "caption": _("Products to send"),
        "list_url": reverse("inventory:transfer_list"),
        "preview_url": reverse("inventory:transfer_preview"),
    }
    return render(request, "inventory/transfer_create.html", context, status=status)


@require_GET
@requires("stock_adjust")
def transfer_preview(request: HttpRequest) -> JsonResponse:
    """Answer what a half-filled line would take: the product meant, what lies there, what would stay."""
    warehouse = next((w for w in choosable(request) if str(w.pk) == request.GET.get("warehouse")), None)
    text = request.GET.get("product", "").strip()[:200]
    return JsonResponse(
        line_preview(text=text, typed_qty=request.GET.get("qty", ""), warehouse=warehouse, goes_out=True)
    )


# --- Show and receive -------------------------------------------------------------------
@requires("stock_view")
def transfer_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one transfer; while it is on its way, with the form that takes it in."""
    transfer = _found(pk)
    return _page(request, transfer, ReceiveForm(transfer=transfer), 200)


@requires("stock_adjust")
def transfer_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the goods in at the target."""
    transfer = _found(pk)
    if request.method != "POST":
        return redirect("inventory:transfer_show", pk=pk)
    form = ReceiveForm(request.POST, transfer=transfer)
    if not form.is_valid():
        return _page(request, transfer, form, 400)
    try:
        transfer_receive(transfer=transfer, received=form.received, by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(request, _found(pk), form, refusal.status)
    messages.success(request, _("%(number)s is received.") % {"number": transfer.number})
    return redirect("inventory:transfer_show", pk=pk)


def _found(pk: int) -> Transfer:
    return get_object_or_404(transfer_rows().select_related("received_by"), pk=pk)


def _page(request: HttpRequest, transfer: Transfer, form: ReceiveForm, status: int) -> HttpResponse:
    context = {
        "transfer": transfer,
        "form": form,
        "may_receive": transfer.status == Transfer.Status.SENT and request.user.can("stock_adjust"),
        "label": under_way_label(transfer),
        "sent_at": wall_clock(transfer.sent_at, transfer.source.time_zone),
        "received_at": wall_clock(transfer.received_at, transfer.target.time_zone) if transfer.received_at else None,
    }
    return render(request, "inventory/transfer_show.html", context, status=status)
