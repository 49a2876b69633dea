"""What fell to its reorder point: the list, and the bell of the frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inventori.permissions import requires
from inventory.warehouse_choice import choosable
from replenishment.alerting import alert_rows

IN_THE_BELL = 6


@require_GET
@requires("reorder_view")
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show every open alert of one warehouse or all, what runs out first first."""
    asked = request.GET.get("warehouse", "").upper()
    place = next((each for each in choosable(request) if each.code == asked), None)
    rows = alert_rows(place)
    context = {"rows": rows, "urgent": sum(row.is_urgent for row in rows), "asked": place}
    return render(request, "replenishment/alert_list.html", context)


@require_GET
@requires("purchase_change")
def bell(request: HttpRequest) -> HttpResponse:
    """Return the bell with its number and the most urgent alerts; the frame asks for it each minute."""
    rows = alert_rows()
    context = {"rows": rows[:IN_THE_BELL], "count": len(rows), "urgent": sum(row.is_urgent for row in rows)}
    return render(request, "replenishment/fragments/bell.html", context)
