"""The form of the pharmacy study's calculation, in two parts: which days and goods, and the criteria."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventori.formfields import LinesField, NumberField
from inventori.money import active_currency
from inventory.models import Warehouse
from inventory.selectors import products_named
from master.models import Category, Product
from purchases.order_forms import DayInput

from .models import Calculation
from .study import months_later

MOST_NAMED = 500
PERIOD = ("warehouse", "date_from", "date_to", "category", "products")


def usual_period(today: date) -> tuple[date, date]:
    """Return the last three whole months.

    >>> usual_period(date(2026, 11, 24))
    (datetime.date(2026, 8, 1), datetime.date(2026, 10, 31))
    """
    this_month = today.replace(day=1)
    return months_later(this_month, -3), this_month - timedelta(days=1)


class PeriodForm(forms.Form):
    """Which days of which warehouse, and which goods."""

    warehouse = forms.ModelChoiceField(
        label=gettext_lazy("Warehouse"), queryset=Warehouse.objects.filter(is_active=True), empty_label=None
    )
    date_from = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    date_to = forms.DateField(label=gettext_lazy("To"), widget=DayInput())
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        queryset=Category.objects.all(),
        empty_label=gettext_lazy("all"),
    )
    products = LinesField(
        label=gettext_lazy("Products"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("SKU, barcode or name, one on each line. Leave empty for all."),
    )

    def clean_products(self) -> list[int] | None:
        """Return the ids of the products named; None for all."""
        lines = [line.strip() for line in self.cleaned_data["products"].splitlines() if line.strip()]
        if len(lines) > MOST_NAMED:
            raise ValidationError(_("Name at most %(n)s products."), params={"n": MOST_NAMED})
        found: set[int] = set()
        for line in lines:
            ids = list(products_named(line).filter(is_active=True).values_list("pk", flat=True)[: MOST_NAMED + 1])
            if not ids:
                raise ValidationError(_("No product in use is called “%(line)s”."), params={"line": line})
            found.update(ids)
        return sorted(found) or None

    @property
    def period(self) -> dict[str, Any]:
        """What the service asks for."""
        cleaned, ids = self.cleaned_data, self.cleaned_data["products"]
        if cleaned["category"]:
            of_category = Product.objects.filter(category=cleaned["category"], is_active=True)
            named = of_category if ids is None else of_category.filter(pk__in=ids)
            ids = list(named.values_list("pk", flat=True))
        names = ("warehouse", "date_from", "date_to")
        return {name: cleaned[name] for name in names} | {"product_ids": ids}


def _number(label: Any, help_text: Any, *, unit: Any = "", most: int, places: int = 2) -> NumberField:
    field = NumberField(
        label=label, help_text=help_text, min_value=0, max_value=Decimal(most), max_digits=14, decimal_places=places
    )
    field.widget.attrs |= {"data-unit": unit} if unit else {}
    return field


class StudyForm(PeriodForm):
    """Period and criteria."""

    ordering_cost = _number(gettext_lazy("Ordering cost (S)"), gettext_lazy("What one order costs."), most=10**9)
    holding_cost = _number(
        gettext_lazy("Holding cost (H)"),
        gettext_lazy("What one unit costs to keep for the whole period above, not for a year: as long as the need D."),
        most=10**9,
    )
    safety_percent = _number(
        gettext_lazy("Safety stock"), gettext_lazy("Of the need of one month."), unit="%", most=100
    )
    lead_time_days = _number(
        gettext_lazy("Lead time"),
        gettext_lazy("From order to receipt, of a month of 30 days."),
        unit=pgettext_lazy("unit", "days"),
        most=365,
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=Calculation.Rule.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "As published the order is smaller than the EOQ that was computed; the consistent rule orders the EOQ. "
            "The result shows what each costs."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("ordering_cost", "holding_cost"):
            self.fields[name].widget.attrs["data-unit"] = active_currency()

    @property
    def period_fields(self) -> list[Any]:
        return [self[name] for name in PERIOD]

    @property
    def criteria_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in PERIOD]

    @property
    def criteria(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in PERIOD}
