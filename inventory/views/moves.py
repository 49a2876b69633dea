"""The stock card."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventory import selectors
from inventory.batches import has_batches, tidy_number
from inventory.filters import MoveFilter
from inventory.models import StockMove
from inventory.sources import card_url, source_url
from inventory.warehouse_choice import choosable


def _columns(request: HttpRequest, *, is_card: bool, has_batches: bool) -> list[Column]:
    batch = [
        Column("batch.number", gettext_lazy("Batch"), css="mono"),
        Column("batch.expires_on", gettext_lazy("Expiry date"), kind="date"),
    ]
    balance = [Column("balance", gettext_lazy("Balance"), kind="qty", css="strong")] if is_card else []
    return [
        Column(
            "moved_at",
            gettext_lazy("Time"),
            kind="datetime",
            value=lambda move: wall_clock(move.moved_at, move.warehouse.time_zone),
            sort="id",
        ),
        Column(
            "product.name",
            gettext_lazy("Product"),
            url=lambda move: card_url(move.product.sku, move.warehouse.code),
        ),
        Column("product.sku", gettext_lazy("SKU"), css="mono"),
        Column("warehouse.name", gettext_lazy("Warehouse")),
        Column("ref_type", gettext_lazy("Source"), kind="badge", url=lambda move: source_url(move, request.user)),
        *(batch if has_batches else []),
        Column("note", gettext_lazy("Note"), css="is-cut"),
        Column("qty_in", gettext_lazy("In"), kind="qty", value=lambda move: move.qty_in or None),
        Column("qty_out", gettext_lazy("Out"), kind="qty", value=lambda move: move.qty_out or None),
        *balance,
        Column("unit_cost", gettext_lazy("Unit cost"), kind="money", right="cost_view"),
        Column("by", gettext_lazy("Who"), css="is-cut"),
    ]


class MovePage(ListPage):
    """Moves, newest posting first. Of one product in one warehouse it is a stock card with its balance."""

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        rows = StockMove.objects.select_related("product", "warehouse", "batch", "by")
        asked = MoveFilter(request.GET, queryset=rows, request=request).form
        self.asked = asked.cleaned_data if asked.is_valid() else {}
        self.product = self._one_product()
        self.card_warehouse = self._one_warehouse(request)
        self.batch = tidy_number(self.asked.get("batch") or "")
        # The balance of a line is the product's, not the batch's.
        is_card = bool(self.product and self.card_warehouse and not self.batch)
        super().__init__(
            request,
            rows,
            columns=_columns(request, is_card=is_card, has_batches=has_batches(self.product)),
            filters=MoveFilter,
            **kwargs,
        )

    def _one_product(self):
        named = selectors.products_named(self.asked["product"])[:2] if self.asked.get("product") else []
        found = list(named)
        return found[0] if len(found) == 1 else None

    def _one_warehouse(self, request: HttpRequest):
        warehouses = choosable(request)
        return self.asked.get("warehouse") or (warehouses[0] if len(warehouses) == 1 else None)

    @cached_property
    def card(self) -> selectors.Card | None:
        """Balances around the chosen days; None where other filters leave moves out."""
        if not (self.product and self.card_warehouse) or self.asked.get("source") or self.asked.get("by"):
            return None
        start, end = self.asked.get("day_from"), self.asked.get("day_to")
        return selectors.stock_card(
            product=self.product, warehouse=self.card_warehouse, start=start, end=end, batch=self.batch
        )


@requires("stock_view")
def move_list(request: HttpRequest) -> HttpResponseBase:
    """Show every move of stock, with its document and who did it."""
    may_post = request.user.can("stock_adjust")
    page = MovePage(
        request,
        default_sort="-moved_at",
        export_name="moves",
        caption=_("Stock card"),
        empty_text=_("Nothing has moved yet. Post the opening stock, or sell and receive goods."),
        empty_icon="journal-text",
        empty_url=f"{reverse('inventory:adjustment_create')}?reason=OPENING" if may_post else "",
        empty_label=_("Enter the opening stock"),
        summary="inventory/fragments/card.html",
    )
    return page.render("inventory/move_list.html")
