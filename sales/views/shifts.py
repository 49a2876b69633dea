"""A cashier's shift: open it, put cash in and out, count the drawer and close it; and the X and Z report."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from inventori.dates import wall_clock
from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.money import ZERO, currency_decimals
from inventori.numbers import write_number
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventori.templatetags.inventori import safe_address
from inventory.warehouse_choice import choosable, choose, current_warehouse
from master.selectors import shop_profile
from sales import services
from sales.denominations import usual_floats
from sales.filters import ShiftFilter
from sales.forms import first_error
from sales.models import CashMove, Shift
from sales.printing import PrinterError, drawer_open
from sales.shift_forms import CashMoveForm, CountForm, DrawerForm, OpenShiftForm
from sales.shifts import (
    baskets_waiting,
    cash_of,
    last_shift_of,
    open_shift_of,
    shift_report,
    shift_rows,
    shifts_seen_by,
)

COLUMNS = [
    Column("number", gettext_lazy("Shift"), url="sales:shift_show", sort="id", css="mono"),
    Column(
        "opened_at",
        gettext_lazy("Opened"),
        kind="datetime",
        value=lambda row: wall_clock(row.opened_at, row.warehouse.time_zone),
        sort="opened_at",
    ),
    Column(
        "closed_at",
        gettext_lazy("Closed"),
        kind="datetime",
        value=lambda row: wall_clock(row.closed_at, row.warehouse.time_zone) if row.closed_at else None,
        sort="closed_at",
    ),
    Column("cashier", gettext_lazy("Cashier"), sort="cashier__username"),
    Column("warehouse.name", gettext_lazy("Warehouse")),
    Column("sales_count", gettext_lazy("Sales"), kind="qty", sort="sales_count"),
    Column("sold", gettext_lazy("Sold"), kind="money", value=lambda row: row.sold or 0, sort="sold"),
    Column("expected_cash", pgettext_lazy("money", "Expected"), kind="money", sort="expected_cash"),
    Column("counted_cash", gettext_lazy("Counted"), kind="money", sort="counted_cash"),
    Column("difference", gettext_lazy("Difference"), kind="money", sort="difference"),
    Column("state", gettext_lazy("Status"), kind="badge", value=lambda row: "OPEN" if row.is_open else "CLOSED"),
]
WIDTHS = ("80", "58")


# --- The own shift -----------------------------------------------------------------
@never_cache
@require_GET
@requires("sell")
def shift_own(request: HttpRequest) -> HttpResponse:
    """Show the person's open shift; without one, ask them to open it."""
    shift = open_shift_of(request.user)
    return _show(request, shift) if shift else redirect("sales:shift_open")  # type: ignore[return-value]


@never_cache
@requires("sell")
def shift_open(request: HttpRequest) -> HttpResponseBase:
    """Open the person's shift and go on to the till, or to where they were going."""
    following = safe_address(request.POST.get("next") or request.GET.get("next") or reverse("sales:pos"), request)
    if request.method != "POST":
        if open_shift_of(request.user):
            return redirect(following)
        return _opening(request, _fresh_opening(request), following)
    form = OpenShiftForm(request.POST, warehouses=choosable(request))
    if not form.is_valid():
        return _opening(request, form, following, status=400)
    try:
        shift = services.shift_open(**form.cleaned_data, by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _opening(request, form, following, status=refusal.status)
    choose(request, shift.warehouse)
    messages.success(request, _("Your shift is open. Good selling!"))
    return redirect(following)


@never_cache
@requires("sell")
def shift_cash(request: HttpRequest) -> HttpResponseBase:
    """Put money into the drawer, or take some out, with the reason."""
    shift = open_shift_of(request.user)
    if request.method != "POST":
        return _cash_page(request, shift, CashMoveForm(initial={"key": new_key()})) if shift else _open_first(request)
    form = CashMoveForm(request.POST)
    if not form.is_valid():
        return _cash_page(request, shift, form, status=400)
    try:
        move = services.cash_move_post(**form.cleaned_data, by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _cash_page(request, shift, form, status=refusal.status)
    said = _("%(amount)s put into the drawer.") if move.kind == CashMove.Kind.IN else _("%(amount)s taken out.")
    messages.success(request, said % {"amount": write_number(move.amount)})
    return redirect("sales:shift_own")


@require_POST
@requires("sell")
def shift_drawer(request: HttpRequest) -> HttpResponseBase:
    """Record that the drawer is opened without a sale, then open it. The till's script gets its answer as JSON."""
    form = DrawerForm(request.POST)
    if not form.is_valid():
        return _drawer_said(request, str(first_error(form)), "error", status=400)
    try:
        move = services.cash_move_post(**form.cleaned_data, kind=CashMove.Kind.OPEN, amount=ZERO, by=request.user)
    except DomainError as refusal:
        return _drawer_said(request, str(refusal), "error", status=refusal.status)
    printer = move.shift.printer
    if printer is None or not printer.is_active or not printer.has_drawer:
        return _drawer_said(request, _("Noted. Open the drawer with its key."), "success")
    try:
        drawer_open(printer)
    except PrinterError as error:
        return _drawer_said(request, str(error), "warning")
    return _drawer_said(request, _("The drawer is open."), "success")


# --- Closing -----------------------------------------------------------------------
@never_cache
@requires("sell")
def shift_close_own(request: HttpRequest) -> HttpResponseBase:
    """Count and close the shift that the person has open."""
    shift = open_shift_of(request.user)
    return _close(request, shift) if shift else _open_first(request)


@never_cache
@requires("sell", "shift_manage")
def shift_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Count and close a shift: one's own, or with the right to it that of somebody else."""
    return _close(request, _seen_shift(request, pk))


def _close(request: HttpRequest, shift: Shift) -> HttpResponseBase:
    currency = shop_profile().currency
    if request.method != "POST":
        if not shift.is_open:
            return redirect("sales:shift_show", pk=shift.pk)
        return _counting(request, shift, CountForm(currency=currency))
    form = CountForm(request.POST, currency=currency)
    if not form.is_valid():
        return _counting(request, shift, form, status=400)
    try:
        services.shift_close(shift_id=shift.pk, counts=form.counts(), note=form.cleaned_data["note"], by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _counting(request, shift, form, status=refusal.status)
    messages.success(request, _("%(shift)s is closed.") % {"shift": shift})
    return redirect("sales:shift_show", pk=shift.pk)


# --- All shifts --------------------------------------------------------------------
@requires("sell", "shift_manage")
def shift_list(request: HttpRequest) -> HttpResponseBase:
    """Show the shifts that the person may see: all, or a cashier's own."""
    own_only = not request.user.can("shift_manage")
    page = ListPage(
        request,
        shift_rows(request.user),
        columns=[column for column in COLUMNS if not (own_only and column.key == "cashier")],
        search=["number", "note"],
        search_hint=_("Number or note"),
        filters=ShiftFilter,
        default_sort="-number",
        export_name="shifts",
        caption=_("Shifts"),
        empty_text=_("No shift yet. A shift begins with the money in the drawer, and ends when it is counted."),
        empty_icon="cash-stack",
        empty_url=reverse("sales:shift_open") if request.user.can("sell") else "",
        empty_label=_("Open a shift"),
    )
    return page.render("sales/shift_list.html", {"own_only": own_only, "own": open_shift_of(request.user)})


@never_cache
@requires("sell", "shift_manage")
def shift_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one shift whole."""
    return _show(request, _seen_shift(request, pk))


@never_cache
@require_GET
@requires("sell", "shift_manage")
def shift_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the X report of an open shift, or the Z report of a closed one, on receipt paper; ?print=1 prints it."""
    profile, asked = shop_profile(), request.GET.get("width")
    context = {
        "profile": profile,
        "width": asked if asked in WIDTHS else str(profile.receipt_width),
        "prints": request.GET.get("print") == "1",
    }
    return render(request, "sales/shift_slip.html", _figures(_seen_shift(request, pk)) | context)


# --- Answers -----------------------------------------------------------------------
def _seen_shift(request: HttpRequest, pk: int) -> Shift:
    return get_object_or_404(shifts_seen_by(request.user), pk=pk)


def _open_first(request: HttpRequest) -> HttpResponseBase:
    messages.info(request, _("Your shift is not open. Open it first."))
    return redirect("sales:shift_open")


def _fresh_opening(request: HttpRequest) -> OpenShiftForm:
    last = last_shift_of(request.user)
    return OpenShiftForm(
        warehouses=choosable(request),
        initial={
            "key": new_key(),
            "warehouse": current_warehouse(request),
            "printer": last.printer if last else None,
        },
    )


def _opening(request: HttpRequest, form: OpenShiftForm, following: str, status: int = 200) -> HttpResponse:
    last = last_shift_of(request.user)
    handy = {*usual_floats(shop_profile().currency), *([last.opening_float] if last and last.opening_float else [])}
    context = {"form": form, "next": following, "handy": [write_number(amount) for amount in sorted(handy)]}
    return render(request, "sales/shift_open.html", context, status=status)


def _cash_page(request: HttpRequest, shift: Shift | None, form: CashMoveForm, status: int = 200) -> HttpResponse:
    reasons = {
        CashMove.Kind.OUT.value: [_("Bank deposit"), _("Small purchases"), _("Paid a supplier"), _("Owner took it")],
        CashMove.Kind.IN.value: [_("Small change"), _("Owner put it in")],
    }
    context = {"form": form, "shift": shift, "reasons": reasons, "cash": cash_of(shift) if shift else None}
    return render(request, "sales/shift_cash.html", context, status=status)


def _counting(request: HttpRequest, shift: Shift, form: CountForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "shift": shift,
        "expected": cash_of(shift).expected,
        "decimals": currency_decimals(),
        "waiting": baskets_waiting(shift.cashier),
        "is_own": shift.cashier_id == request.user.pk,
    }
    return render(request, "sales/shift_close.html", context, status=status)


def _figures(shift: Shift) -> dict[str, Any]:
    report, zone = shift_report(shift), shift.warehouse.time_zone
    return {
        "shift": shift,
        "report": report,
        "opened_at": wall_clock(shift.opened_at, zone),
        "closed_at": wall_clock(shift.closed_at, zone) if shift.closed_at else None,
        "cash_moves": [(wall_clock(move.moved_at, zone), move) for move in report.cash_moves],
        "counts": [(count, count.value * count.pieces) for count in report.counts],
    }


def _show(request: HttpRequest, shift: Shift) -> HttpResponse:
    context = {"is_own": shift.cashier_id == request.user.pk, "drawer_key": new_key()}
    return render(request, "sales/shift_show.html", _figures(shift) | context)


def _drawer_said(request: HttpRequest, text: str, tone: str, status: int = 200) -> HttpResponseBase:
    """Say what became of the drawer: to the till's script as JSON, else on the next page."""
    if request.headers.get("X-Till") == "1":
        return JsonResponse({"said": text, "tone": tone}, status=status)
    getattr(messages, tone)(request, text)
    return redirect(safe_address(request.POST.get("next") or reverse("sales:shift_own"), request))
