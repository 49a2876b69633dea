"""What will expire unsold in the warehouse that the person works in."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventori.lists import Column, ListPage, RowAction
from inventori.money import use_currency
from inventori.permissions import requires
from inventory.models import BatchStock
from inventory.selectors import business_today
from inventory.sources import card_url
from inventory.warehouse_choice import current_warehouse
from master.models import Category
from master.selectors import shop_profile
from replenishment import unsold as selector
from replenishment.shelf import unsold_batches


class UnsoldFilter(django_filters.FilterSet):
    within = django_filters.ChoiceFilter(
        label=gettext_lazy("Expires"),
        method="by_span",
        empty_label=gettext_lazy("all"),
        choices=[(name, label) for name, (_first, _last, label) in selector.SPANS.items()],
    )
    category = django_filters.ModelChoiceFilter(
        "batch__product__category",
        queryset=Category.objects.all(),
        to_field_name="code",
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("all"),
    )

    class Meta:
        model = BatchStock
        fields: list[str] = []

    def by_span(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return selector.in_span(queryset, value, self.request.business_day)


@require_GET
@requires("reorder_view")
def unsold_list(request: HttpRequest) -> HttpResponseBase:
    """Show the batches of which something will expire unsold, the first to expire first."""
    warehouse = current_warehouse(request)
    if warehouse is None:
        raise Http404
    use_currency(shop_profile().currency)
    request.business_day = today = business_today(warehouse)
    units = unsold_batches(warehouse, day=today)
    rows = selector.unsold_rows(warehouse, units)
    page = ListPage(
        request,
        rows,
        columns=_columns(units, today),
        search=["batch__product__name", "batch__product__sku", "batch__number"],
        search_hint=_("Product, SKU or batch number"),
        filters=UnsoldFilter,
        default_sort="expires_on",
        row_actions=ACTIONS,
        export_name="unsold",
        caption=_("Will expire unsold"),
        empty_text=_("At the rate at which it sells, nothing here will expire before it is sold."),
        empty_icon="calendar-check",
    )
    context = {"spans": selector.spans(rows, units, today) if units else []}
    return page.render("replenishment/unsold_list.html", context)


ACTIONS = [
    RowAction(
        gettext_lazy("Why this much"),
        "question-circle",
        lambda row: reverse("replenishment:order_why_now", args=[row.batch.product_id]),
        right="reorder_view",
    ),
    RowAction(
        gettext_lazy("Stock card"),
        "journal-text",
        lambda row: card_url(row.batch.product.sku, row.warehouse.code, row.batch.number),
        right="stock_view",
    ),
]


def _columns(units: Mapping[int, Decimal], today: date) -> list[Column]:
    return [
        Column(
            "product",
            gettext_lazy("Product"),
            value=lambda row: row.batch.product.name,
            url=lambda row: reverse("replenishment:policy_of_product", args=[row.batch.product_id]),
            sort=["batch__product__name", "batch__expires_on"],
        ),
        Column("batch.product.sku", gettext_lazy("SKU"), css="mono"),
        Column("batch.number", gettext_lazy("Batch"), css="mono"),
        Column("expires_on", gettext_lazy("Expiry date"), kind="date", value=_last_day, sort="batch__expires_on"),
        Column("days", gettext_lazy("Days left"), kind="qty", value=lambda row: (_last_day(row) - today).days),
        Column("qty", gettext_lazy("On hand"), kind="qty", sort="qty"),
        Column("unsold", gettext_lazy("Unsold"), kind="qty", value=lambda row: units[row.batch_id]),
        Column("batch.product.uom", gettext_lazy("Unit")),
        Column(
            "value",
            gettext_lazy("Value"),
            kind="money",
            value=lambda row: selector.unsold_value(row, units),
            right="cost_view",
        ),
    ]


def _last_day(row: Any) -> date:
    return row.batch.expires_on
