"""What the address of the list of policies may narrow it down by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.filters import ALL
from inventory.models import ReorderPolicy
from inventory.reorder_models import ReorderMethod
from master.models import Category, Supplier

from . import states


class PolicyFilter(django_filters.FilterSet):
    abc_class = django_filters.ChoiceFilter(
        label=_("Class"), empty_label=ALL, choices=[("A", "A"), ("B", "B"), ("C", "C")]
    )
    method = django_filters.ChoiceFilter(label=_("Method"), empty_label=ALL, choices=ReorderMethod.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        empty_label=ALL,
        choices=[(name, states.badge_of(name).label) for name in states.POLICY_STATES],
    )
    category = django_filters.ModelChoiceFilter(
        "product__category",
        queryset=Category.objects.all(),
        to_field_name="code",
        label=_("Category"),
        empty_label=ALL,
    )
    supplier = django_filters.ModelChoiceFilter(
        "product__supplier",
        queryset=Supplier.objects.all(),
        to_field_name="code",
        label=_("Supplier"),
        empty_label=ALL,
    )
    level = django_filters.ChoiceFilter(
        label=_("Level"),
        method="by_level",
        empty_label=ALL,
        choices=[("low", _("at or below reorder point")), ("none", _("nothing available"))],
    )
    values = django_filters.ChoiceFilter(
        label=_("Values"),
        method="by_values",
        empty_label=ALL,
        choices=[("typed", _("some typed")), ("computed", _("all computed"))],
    )

    class Meta:
        model = ReorderPolicy
        fields: list[str] = []

    def by_level(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(is_low=True) if value == "low" else queryset.filter(available__lte=0)

    def by_values(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.exclude(typed=[]) if value == "typed" else queryset.filter(typed=[])
