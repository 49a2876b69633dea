"""Shifts to look at: the own open one, all of them, one whole, and its X or Z report on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from master.selectors import shop_profile
from sales.filters import ShiftFilter
from sales.models import Shift
from sales.shifts import open_shift_of, shift_report, shift_rows, shifts_seen_by

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


@never_cache
@require_GET
@requires("sell")
def shift_own(request: HttpRequest) -> HttpResponse:
    """Show the person's open shift; without one, ask them to open it."""
    shift = open_shift_of(request.user)
    return _show(request, shift) if shift else redirect("sales:shift_open")  # type: ignore[return-value]


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
    return _show(request, seen_shift(request, pk))


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
    return render(request, "sales/shift_slip.html", _figures(seen_shift(request, pk)) | context)


# --- Answers -----------------------------------------------------------------------
def seen_shift(request: HttpRequest, pk: int) -> Shift:
    """Load a shift through the door: a stranger's is not there."""
    return get_object_or_404(shifts_seen_by(request.user), pk=pk)


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
    context = {"is_own": shift.cashier_id == request.user.pk}
    return render(request, "sales/shift_show.html", _figures(shift) | context)
