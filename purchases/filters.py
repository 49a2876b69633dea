"""What the lists of orders and receipts can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.filters import ALL, DayFilter, WarehouseFilter
from master.models import Supplier

from . import selectors
from .models import GoodsReceipt, PurchaseOrder, SupplierPrice, SupplierReturn


class SupplierFilter(django_filters.ModelChoiceFilter):
    """A supplier by code."""

    def __init__(self, **kwargs: Any) -> None:
        everyone = Supplier.objects.all()
        super().__init__(queryset=everyone, to_field_name="code", label=_("Supplier"), empty_label=ALL, **kwargs)


class OrderFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        method="by_status",
        empty_label=ALL,
        choices=[
            ("OPEN", _("open")),
            ("LATE", _("late")),
            ("PARTIAL", _("partly received")),
            *PurchaseOrder.Status.choices,
        ],
    )
    supplier = SupplierFilter()
    warehouse = WarehouseFilter()

    class Meta:
        model = PurchaseOrder
        fields: list[str] = []

    def by_status(self, queryset: QuerySet[PurchaseOrder], name: str, value: str) -> QuerySet[PurchaseOrder]:
        if value == "OPEN":
            return queryset.filter(status__in=selectors.OPEN)
        if value == "LATE":
            return queryset.filter(selectors.is_late(selectors.todays()))
        if value == "PARTIAL":
            return queryset.filter(is_partial=True)
        return queryset.filter(status=value)


class ReceiptFilter(django_filters.FilterSet):
    supplier = SupplierFilter()
    warehouse = WarehouseFilter()
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))

    class Meta:
        model = GoodsReceipt
        fields: list[str] = []


class PriceFilter(django_filters.FilterSet):
    supplier = SupplierFilter()
    product = django_filters.CharFilter(label=_("Product (SKU)"), field_name="product__sku", lookup_expr="iexact")

    class Meta:
        model = SupplierPrice
        fields: list[str] = []


class SupplierReturnFilter(django_filters.FilterSet):
    supplier = SupplierFilter()
    warehouse = WarehouseFilter()
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))

    class Meta:
        model = SupplierReturn
        fields: list[str] = []
