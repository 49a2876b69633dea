"""What the address of the sale pages may narrow them down by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from inventory.filters import ALL, DayFilter, WarehouseFilter
from master.models import PaymentMethod

from .models import Sale, SaleReturn, Shift


class SaleFilter(django_filters.FilterSet):
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        empty_label=ALL,
        choices=[(status.value, status.label) for status in (Sale.Status.PAID, Sale.Status.CANCELLED)],
    )
    warehouse = WarehouseFilter()
    cashier = django_filters.ModelChoiceFilter(queryset=User.objects.all(), label=_("Cashier"), empty_label=ALL)
    method = django_filters.ModelChoiceFilter(
        label=_("Paid by"),
        method="by_method",
        queryset=PaymentMethod.objects.all(),
        to_field_name="code",
        empty_label=ALL,
    )

    class Meta:
        model = Sale
        fields: list[str] = []

    def by_method(self, queryset: QuerySet[Sale], name: str, value: PaymentMethod) -> QuerySet[Sale]:
        # A subquery, not a join: a sale paid in two parts is still one row.
        return queryset.filter(pk__in=Sale.objects.filter(payments__method=value).values("pk"))


class ReturnFilter(django_filters.FilterSet):
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))
    warehouse = WarehouseFilter()

    class Meta:
        model = SaleReturn
        fields: list[str] = []


SHIFT_STATES = [("open", pgettext_lazy("badge", "open")), ("closed", pgettext_lazy("badge", "closed"))]


class ShiftFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("Status"), method="by_state", choices=SHIFT_STATES, empty_label=ALL)
    day_from = DayFilter("business_date", "gte", _("From"))
    day_to = DayFilter("business_date", "lte", _("To"))
    warehouse = WarehouseFilter()
    cashier = django_filters.ModelChoiceFilter(queryset=User.objects.all(), label=_("Cashier"), empty_label=ALL)

    class Meta:
        model = Shift
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.can("shift_manage"):
            # Everything they see is their own.
            del self.filters["cashier"]

    def by_state(self, queryset: QuerySet[Shift], name: str, value: str) -> QuerySet[Shift]:
        return queryset.filter(closed_at__isnull=value == "open")
