"""Recall: from the number on a box to everybody who has one."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventori.lists import Column
from inventori.permissions import requires
from inventory.batches import tidy_number
from inventory.sources import document_url
from summary.recalling import Event, Recall, batches_found, recall_of
from summary.reports.report import Sheet

from .reports import sheet_response


def _columns(request: HttpRequest) -> list[Column]:
    return [
        Column("group", gettext_lazy("What happened")),
        Column(
            "number",
            gettext_lazy("Document"),
            url=lambda event: document_url(event.kind, event.ref_id, request.user),
            css="mono",
        ),
        Column("day", gettext_lazy("Day"), kind="date"),
        Column("warehouse", gettext_lazy("Warehouse")),
        Column("party", gettext_lazy("Supplier or customer"), value=_party),
        Column("phone", gettext_lazy("Phone"), right="master_view"),
        Column("qty_in", gettext_lazy("In"), kind="qty", value=lambda event: event.qty_in or None),
        Column("qty_out", gettext_lazy("Out"), kind="qty", value=lambda event: event.qty_out or None),
        Column("note", gettext_lazy("Note")),
    ]


def _party(event: Event) -> str:
    if event.is_cancelled:
        return _("%(party)s (cancelled)") % {"party": event.party or _("customer not known")}
    if event.kind in ("SALE", "RETURN") and not event.party:
        return _("customer not known")
    return event.party


@require_GET
@requires("stock_view")
def recall(request: HttpRequest) -> HttpResponseBase:
    """Show on one page what came in of a batch, where it lies, and every sale with its customer."""
    number, sku = tidy_number(request.GET.get("batch", "")[:100]), request.GET.get("product", "").strip()[:100]
    found = batches_found(number, sku) if number else []
    context: dict[str, Any] = {"number": number, "sku": sku, "found": found}
    if len(found) != 1:
        return render(request, "summary/recall.html", context)
    traced = recall_of(found[0])
    sheet = _sheet(request, traced)
    return sheet_response(request, sheet, "summary/recall.html", context | {"recall": traced})


def _sheet(request: HttpRequest, traced: Recall) -> Sheet:
    batch = traced.batch
    facts = [
        (_("Product"), f"{batch.product.name} ({batch.product.sku})"),
        (_("Expiry date"), batch.expires_on.strftime("%d-%m-%Y") if batch.expires_on else "–"),
        *((row.warehouse.name, f"{row.qty.normalize():f} {batch.product.uom}") for row in traced.lying),
    ]
    title = _("Recall of batch %(number)s") % {"number": batch.number}
    return Sheet(
        f"recall-{batch.number}", title, facts, _columns(request), traced.events, ("qty_in", "qty_out"), request.user
    )
