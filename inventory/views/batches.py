"""The batches of one product: what lies of each where, and how a product begins to have them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori.errors import DomainError
from inventori.lists import Column, ListPage, RowAction
from inventori.permissions import requires
from inventori.posting import new_key
from inventory import selectors
from inventory.batch_forms import Split
from inventory.services import batches_start, batches_stop
from inventory.shelf_life import batch_rows, days_left, life_status, todays
from inventory.sources import card_url, recall_url
from master.models import Product


def _columns(product: Product) -> list[Column]:
    today = todays()
    return [
        Column(
            "number",
            gettext_lazy("Batch number"),
            value=lambda row: row.batch.number,
            url=lambda row: card_url(product.sku, row.warehouse.code, row.batch.number),
            sort=["batch__number", "warehouse__code"],
            css="mono",
        ),
        Column("warehouse.name", gettext_lazy("Warehouse"), sort=["warehouse__code", "batch__expires_on"]),
        Column(
            "expires_on",
            gettext_lazy("Expiry date"),
            kind="date",
            value=lambda row: row.batch.expires_on,
            sort=["batch__expires_on", "warehouse__code"],
        ),
        Column("days", gettext_lazy("Days left"), kind="qty", value=lambda row: days_left(row, today)),
        Column("status", gettext_lazy("Status"), kind="badge", value=lambda row: life_status(days_left(row, today))),
        Column("qty", gettext_lazy("Quantity"), kind="qty", sort="qty"),
        Column("value", gettext_lazy("Value"), kind="money", value=lambda row: round(row.value, 2), right="cost_view"),
    ]


@requires("stock_view")
def batch_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show what lies of each batch of a product, the first expiring first."""
    product = get_object_or_404(Product, pk=pk)
    page = ListPage(
        request,
        batch_rows().filter(batch__product=product),
        columns=_columns(product),
        default_sort="expires_on",
        row_actions=[RowAction(_("Recall"), "megaphone", lambda row: recall_url(row.batch.number, product.sku))],
        export_name=f"batches-{product.pk}",
        caption=_("Batches"),
        empty_text=_("Nothing of this product lies in a batch.")
        if product.tracks_batches
        else _("This product does not track batches."),
        empty_icon="upc",
    )
    return page.render("inventory/batch_list.html", {"product": product})


@requires("stock_adjust")
def batch_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a product track batches: what lies there is split first."""
    product = get_object_or_404(Product, pk=pk)
    if product.tracks_batches:
        return redirect("inventory:batch_list", pk=pk)
    stocks = list(selectors.stock_of(product))
    split, key = Split(product, stocks, request.POST or None), request.POST.get("key") or new_key()
    context: dict[str, Any] = {"product": product, "split": split, "key": key}
    if request.method == "POST" and "more" not in request.POST:
        if split.is_valid():
            try:
                batches_start(product=product, parts=split.parts, key=key, by=request.user)
            except DomainError as refusal:
                context["refusal"] = refusal
                return render(request, "inventory/batch_split.html", context, status=refusal.status)
            messages.success(request, _("%(product)s tracks batches from now on.") % {"product": product.name})
            return redirect("inventory:batch_list", pk=pk)
        return render(request, "inventory/batch_split.html", context, status=400)
    return render(request, "inventory/batch_split.html", context)


@require_POST
@requires("master_change")
def batch_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a product no longer track batches; refused while any of it lies anywhere."""
    product = get_object_or_404(Product, pk=pk)
    try:
        batches_stop(product=product, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(product)s no longer tracks batches.") % {"product": product.name})
    return redirect("inventory:batch_list", pk=pk)
