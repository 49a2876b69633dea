"""What lies where."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage, RowAction
from inventori.permissions import requires
from inventory import selectors
from inventory.batches import has_batches
from inventory.filters import StockFilter
from inventory.shelf_life import expired_units
from inventory.sources import card_url
from inventory.warehouse_choice import choosable
from master.models import Product


def _last_day(row: Product) -> date | None:
    """The day of the last move on the calendar of its warehouse."""
    return wall_clock(row.last_moved_at, row.time_zone).date() if row.last_moved_at else None


def _columns(request: HttpRequest, *, with_batches: bool) -> list[Column]:
    may_open = request.user.can("stock_view")
    expired = expired_units() if with_batches else {}

    def usable(row: Any) -> Decimal | None:
        """What may be sold, where that is not all that lies there."""
        past = expired.get((row.pk, row.stock_warehouse))
        return round(row.qty - past, 3) if past else None

    available = [Column("available", gettext_lazy("Available"), kind="qty", value=usable)] if expired else []
    return [
        Column(
            "name",
            gettext_lazy("Product"),
            url=lambda row: card_url(row.sku, row.warehouse_code) if may_open else "",
            sort=["name", "warehouse_code"],
        ),
        Column("sku", gettext_lazy("SKU"), sort=["sku", "warehouse_code"], css="mono"),
        Column("category.name", gettext_lazy("Category"), sort=["category__name", "name"], css="is-cut is-short"),
        Column("warehouse_name", gettext_lazy("Warehouse"), sort=["warehouse_code", "name"]),
        # Computed columns come back from SQLite without their zeros; a file shows 5.000 on every database.
        Column("qty", gettext_lazy("On hand"), kind="qty", value=lambda row: round(row.qty, 3), sort=["qty", "name"]),
        *available,
        Column("uom", gettext_lazy("Unit")),
        Column("min_stock", gettext_lazy("Minimum"), kind="qty", sort=["min_stock", "name"], right="stock_view"),
        Column("status", gettext_lazy("Status"), kind="badge", value=selectors.stock_status, right="stock_view"),
        Column("average_cost", gettext_lazy("Average cost"), kind="money", sort="average_cost", right="cost_view"),
        Column(
            "value",
            gettext_lazy("Value"),
            kind="money",
            value=lambda row: round(row.value, 2),
            sort=["value", "name"],
            right="cost_view",
        ),
        Column("last_moved_at", gettext_lazy("Last move"), kind="date", value=_last_day, right="stock_view"),
    ]


class StockPage(ListPage):
    """The list, with when each of its rows moved last: asked for the shown rows only, because asking
    it for all would cost more than the list itself."""

    @cached_property
    def rows(self):
        rows = super().rows
        moved = selectors.last_moves(rows.object_list) if self.request.user.can("stock_view") else {}
        for row in rows.object_list:
            row.last_moved_at = moved.get((row.pk, row.stock_warehouse))
        return rows

    def export(self, kind: str) -> HttpResponseBase:
        self.queryset: QuerySet[Product] = selectors.with_last_move(self.queryset)
        return super().export(kind)

    @cached_property
    def value(self):
        """The value of all rows, on this page or not."""
        return selectors.stock_value(self.queryset)


def _row_actions() -> list[RowAction]:
    def batches(row: Product) -> str:
        return reverse("inventory:batch_list", args=[row.pk]) if row.tracks_batches else ""

    return [RowAction(_("Batches"), "upc", batches, right="stock_view")]


@requires("stock_on_hand")
def stock_list(request: HttpRequest) -> HttpResponseBase:
    """Show what lies of each product in each warehouse."""
    code = request.GET.get("warehouse", "").upper()
    warehouse = next((w for w in choosable(request) if w.code == code), None)
    with_batches = has_batches(None)
    page = StockPage(
        request,
        selectors.stock_rows(warehouse),
        columns=_columns(request, with_batches=with_batches),
        search=["sku", "barcode", "name"],
        search_hint=_("SKU, barcode or name"),
        filters=StockFilter,
        default_sort="name",
        row_actions=_row_actions() if with_batches else [],
        export_name="stock",
        caption=_("Stock on hand"),
        empty_text=_("No product yet. Create the first one, or import your list."),
        empty_icon="boxes",
        empty_url=reverse("master:product_create") if request.user.can("master_change") else "",
        empty_label=_("Create a product"),
        summary="inventory/fragments/stock_value.html" if request.user.can("cost_view") else "",
    )
    return page.render("inventory/stock_list.html", {"filtered_warehouse": warehouse})
