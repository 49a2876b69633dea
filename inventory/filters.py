"""What the address of a stock page may narrow it down by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from master.models import Category, Product

from . import selectors
from .batches import batches_numbered
from .models import AdjustReason, RefType, StockAdjustment, StockCount, StockMove, Transfer, Warehouse

ALL = _("all")


class DayFilter(django_filters.DateFilter):
    """A day, picked from the browser's calendar; ISO 8601 in the address."""

    def __init__(self, field_name: str, lookup_expr: str, label: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(field_name, lookup_expr, label=label, widget=widget, input_formats=["%Y-%m-%d"])


class WarehouseFilter(django_filters.ModelChoiceFilter):
    """A warehouse by its code, which people can read in the address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Warehouse"))
        kwargs.setdefault("empty_label", ALL)
        super().__init__(queryset=Warehouse.objects.all(), to_field_name="code", **kwargs)


class StockFilter(django_filters.FilterSet):
    """The rows of `selectors.stock_rows`; its warehouse is applied where the rows are made."""

    warehouse = WarehouseFilter(method="all_rows")
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), to_field_name="code", label=_("Category"), empty_label=ALL
    )
    level = django_filters.ChoiceFilter(
        label=_("Level"),
        method="by_level",
        empty_label=ALL,
        choices=[("low", _("at or below minimum")), ("zero", _("nothing there")), ("some", _("something there"))],
    )
    shown = django_filters.ChoiceFilter(
        label=_("Products"),
        method="by_shown",
        empty_label=_("active or in stock"),
        choices=[("active", _("active")), ("inactive", _("inactive")), ("all", ALL)],
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.can("stock_view"):
            # The minimum is not theirs to see, so neither is what lies below it.
            self.filters["level"].extra["choices"] = self.filters["level"].extra["choices"][1:]

    def filter_queryset(self, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if not self.form.cleaned_data.get("shown"):
            queryset = queryset.filter(Q(is_active=True) | ~Q(qty=0))
        return super().filter_queryset(queryset)

    def all_rows(self, queryset: QuerySet[Product], name: str, value: Any) -> QuerySet[Product]:
        return queryset

    def by_level(self, queryset: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        if value == "low":
            return selectors.low(queryset)
        return queryset.filter(qty__lte=0) if value == "zero" else queryset.exclude(qty=0)

    def by_shown(self, queryset: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return queryset if value == "all" else queryset.filter(is_active=value == "active")


class MoveFilter(django_filters.FilterSet):
    product = django_filters.CharFilter(
        label=_("Product"),
        method="by_product",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("SKU, barcode or name"), "autocomplete": "off", "data-search": ""}
        ),
    )
    warehouse = WarehouseFilter()
    source = django_filters.ChoiceFilter("ref_type", label=_("Source"), choices=RefType.choices, empty_label=ALL)
    batch = django_filters.CharFilter(
        label=_("Batch"), method="by_batch", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))
    by = django_filters.ModelChoiceFilter(queryset=User.objects.all(), label=_("Who"), empty_label=ALL)

    class Meta:
        model = StockMove
        fields: list[str] = []

    def by_product(self, queryset: QuerySet[StockMove], name: str, value: str) -> QuerySet[StockMove]:
        return queryset.filter(product__in=selectors.products_named(value).values("pk"))

    def by_batch(self, queryset: QuerySet[StockMove], name: str, value: str) -> QuerySet[StockMove]:
        return queryset.filter(batch__in=list(batches_numbered(value)))


class AdjustmentFilter(django_filters.FilterSet):
    warehouse = WarehouseFilter()
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=AdjustReason.choices, empty_label=ALL)
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))

    class Meta:
        model = StockAdjustment
        fields: list[str] = []


class TransferFilter(django_filters.FilterSet):
    source = WarehouseFilter(label=_("From warehouse"))
    target = WarehouseFilter(label=_("To warehouse"))
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Transfer.Status.choices, empty_label=ALL)
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))

    class Meta:
        model = Transfer
        fields: list[str] = []


class CountFilter(django_filters.FilterSet):
    warehouse = WarehouseFilter()
    status = django_filters.ChoiceFilter(label=_("Status"), choices=StockCount.Status.choices, empty_label=ALL)

    class Meta:
        model = StockCount
        fields: list[str] = []
