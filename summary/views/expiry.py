"""The expiry list."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import written
from inventori.lists import Column, ListPage, RowAction
from inventori.money import use_currency
from inventori.permissions import requires
from inventory.filters import WarehouseFilter
from inventory.models import BatchStock
from inventory.shelf_life import days_left, life_status, todays
from inventory.sources import card_url, recall_url
from master.models import Category
from master.selectors import shop_profile
from summary import expiry


class ExpiryFilter(django_filters.FilterSet):
    """The bucket is applied to the rows alone, so that the sums above them stay."""

    within = django_filters.ChoiceFilter(
        label=gettext_lazy("Expires"),
        method="by_bucket",
        empty_label=gettext_lazy("within 90 days, or expired"),
        choices=list(expiry.LABELS.items()),
    )
    warehouse = WarehouseFilter()
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

    def by_bucket(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return expiry.in_bucket(queryset, value, self.request.todays)


def _write_off_url(row: Any) -> str:
    """The adjustment form, filled with this batch, all of it out."""
    asked = {
        "warehouse": row.warehouse.code,
        "reason": "EXPIRED",
        "product": row.batch.product.sku,
        "batch": row.batch.number,
        "qty": f"-{written(row.qty)}",
    }
    return f"{reverse('inventory:adjustment_create')}?{urlencode(asked)}"


def _send_back_url(row: Any) -> str:
    """The return to the supplier who brought it; "" where nobody is known to have."""
    if not row.supplier_code:
        return ""
    asked = {
        "supplier": row.supplier_code,
        "warehouse": row.warehouse.code,
        "product": row.batch.product.sku,
        "batch": row.batch.number,
        "qty": written(row.qty),
    }
    return f"{reverse('purchases:supplier_return_create')}?{urlencode(asked)}"


ACTIONS = [
    RowAction(gettext_lazy("Write off"), "trash", _write_off_url, right="stock_adjust"),
    RowAction(gettext_lazy("Return to the supplier"), "box-arrow-up", _send_back_url, right="stock_adjust"),
    RowAction(
        gettext_lazy("Recall"),
        "megaphone",
        lambda row: recall_url(row.batch.number, row.batch.product.sku),
        right="stock_view",
    ),
]


def _columns(today: dict[int, date]) -> list[Column]:
    return [
        Column(
            "product",
            gettext_lazy("Product"),
            value=lambda row: row.batch.product.name,
            url=lambda row: card_url(row.batch.product.sku, row.warehouse.code, row.batch.number),
            sort=["batch__product__name", "batch__expires_on"],
        ),
        Column("batch.product.sku", gettext_lazy("SKU"), css="mono"),
        Column("batch.number", gettext_lazy("Batch"), css="mono"),
        Column("expires_on", gettext_lazy("Expiry date"), kind="date", value=_last_day, sort="batch__expires_on"),
        Column("days", gettext_lazy("Days left"), kind="qty", value=lambda row: days_left(row, today)),
        Column("status", gettext_lazy("Status"), kind="badge", value=lambda row: life_status(days_left(row, today))),
        Column("warehouse.name", gettext_lazy("Warehouse"), sort=["warehouse__code", "batch__expires_on"]),
        Column("qty", gettext_lazy("Quantity"), kind="qty", sort="qty"),
        Column("batch.product.uom", gettext_lazy("Unit")),
        Column(
            "value",
            gettext_lazy("Value"),
            kind="money",
            value=lambda row: round(row.value, 2),
            sort="value",
            right="cost_view",
        ),
        Column("supplier_name", gettext_lazy("Supplier"), css="is-cut"),
    ]


def _last_day(row: Any) -> date | None:
    return row.batch.expires_on


class ExpiryPage(ListPage):
    @cached_property
    def buckets(self):
        """The sums of all buckets in the chosen warehouse and category."""
        asked = self.filter_set.form.cleaned_data if self.filter_set.form.is_valid() else {}
        rows = expiry.expiry_rows(self.request.todays, asked.get("warehouse"))
        if asked.get("category"):
            rows = rows.filter(batch__product__category=asked["category"])
        return expiry.buckets(rows, self.request.todays)


@requires("stock_view")
def expiry_list(request: HttpRequest) -> HttpResponseBase:
    """Show the batches that expire within 90 days or have expired, the first expiring first."""
    use_currency(shop_profile().currency)
    request.todays = today = todays()
    page = ExpiryPage(
        request,
        expiry.expiry_rows(today),
        columns=_columns(today),
        search=["batch__product__name", "batch__product__sku", "batch__number"],
        search_hint=_("Product, SKU or batch number"),
        filters=ExpiryFilter,
        default_sort="expires_on",
        row_actions=ACTIONS,
        export_name="expiry",
        caption=_("Batches that expire"),
        empty_text=_("No batch expires within 90 days."),
        empty_icon="calendar-check",
    )
    return page.render("summary/expiry_list.html")
