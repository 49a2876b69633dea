"""What the lists of master data can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from .models import Category, Customer, Product, Supplier


class RecordFilter(django_filters.FilterSet):
    active = django_filters.ChoiceFilter(
        field_name="is_active",
        label=_("Status"),
        choices=[("1", _("active")), ("0", _("inactive"))],
        empty_label=_("all"),
    )


class CategoryFilter(RecordFilter):
    class Meta:
        model = Category
        fields: list[str] = []


class CustomerFilter(RecordFilter):
    class Meta:
        model = Customer
        fields: list[str] = []


class SupplierFilter(RecordFilter):
    city = django_filters.AllValuesFilter(label=_("City"), empty_label=_("all"))

    class Meta:
        model = Supplier
        fields: list[str] = []


class ProductFilter(RecordFilter):
    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(), label=_("Category"), empty_label=_("all")
    )
    supplier = django_filters.ModelChoiceFilter(
        queryset=Supplier.objects.all(), label=_("Supplier"), empty_label=_("all")
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.order_fields(["category", "supplier", "active"])
