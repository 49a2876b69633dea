"""What can be asked of a run."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.formfields import LinesField, NumberField
from inventori.posting import new_key
from inventory.models import Warehouse
from inventory.selectors import products_named
from master.models import Product

from .models import MiningRun
from .services.runs import LONGEST, Asked

MONTHS = 3
MOST_LEFT_OUT = 500


def last_months(today: date, months: int = MONTHS) -> tuple[date, date]:
    """Return the days of the last months, today included."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    for day in range(today.day, 0, -1):
        try:
            return date(year, month + 1, day), today
        except ValueError:  # the 31st of a shorter month
            continue
    raise AssertionError("every month has a first day")


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _percent(**kwargs: Any) -> NumberField:
    return NumberField(min_value=Decimal(0), max_value=Decimal(100), max_digits=8, **kwargs)


class RunForm(forms.Form):
    """Which sales are read, and from when on goods count as bought together."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    date_from = _day(label=gettext_lazy("From"))
    date_to = _day(label=gettext_lazy("To"))
    warehouse: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Warehouse"), queryset=None, required=False, empty_label=gettext_lazy("all warehouses")
    )
    customers = forms.ChoiceField(label=gettext_lazy("Customers"), choices=MiningRun.Customers.choices)
    level = forms.ChoiceField(
        label=gettext_lazy("Look for"),
        choices=MiningRun.Level.choices,
        help_text=gettext_lazy("Categories give fewer and broader rules: for shelves rather than for the till."),
    )
    max_length = forms.IntegerField(label=gettext_lazy("Most items of a set"), min_value=2, max_value=LONGEST)
    min_support = _percent(
        label=gettext_lazy("Minimum support (%)"),
        decimal_places=5,
        required=False,
        help_text=gettext_lazy("The share of all sales that hold the goods together."),
    )
    min_count = forms.IntegerField(
        label=gettext_lazy("or minimum count"),
        min_value=1,
        max_value=2_000_000_000,
        required=False,
        help_text=gettext_lazy("So many sales at least, instead of a share."),
    )
    min_confidence = _percent(
        label=gettext_lazy("Minimum confidence (%)"),
        decimal_places=2,
        help_text=gettext_lazy("Of those who buy the first, so many also take the second."),
    )
    min_lift = NumberField(
        label=gettext_lazy("Minimum lift"),
        min_value=Decimal(1),
        max_value=Decimal(10_000),
        max_digits=8,
        decimal_places=3,
        help_text=gettext_lazy("So many times more often than by chance; 1 or more."),
    )
    left_out = LinesField(
        label=gettext_lazy("Left out"),
        required=False,
        max_length=60_000,
        help_text=gettext_lazy("SKUs or barcodes, one a line: carrier bags, for example, which are in every basket."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_key
        self.fields["warehouse"].queryset = Warehouse.objects.all()  # type: ignore[attr-defined]

    def clean_left_out(self) -> list[int]:
        codes = [code.strip()[:100] for code in self.cleaned_data["left_out"].splitlines() if code.strip()]
        if len(codes) > MOST_LEFT_OUT:
            raise forms.ValidationError(_("Leave out at most %(most)s products.") % {"most": MOST_LEFT_OUT})
        return [self._named(code) for code in codes]

    def _named(self, code: str) -> int:
        if exact := Product.objects.filter(sku=code).values_list("pk", flat=True).first():
            return int(exact)
        named = list(products_named(code)[:2])
        if len(named) != 1:
            raise forms.ValidationError(_("“%(text)s” names no product, or several.") % {"text": code})
        return int(named[0].pk)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        given = [values.get(name) for name in ("min_support", "min_count")]
        if all(value is None for value in given) and not {"min_support", "min_count"} & set(self.errors):
            self.add_error("min_support", _("Give the minimum support or the minimum count."))
        return values

    @property
    def asked(self) -> Asked:
        """What a valid form asks for; a count wins over a share."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        share = values.pop("min_support")
        values["min_support"] = None if values["min_count"] or share is None else share / 100
        values["min_confidence"] = values["min_confidence"] / 100
        return Asked(**values)


def initial_of(asked: Asked) -> dict[str, Any]:
    """Return what a form shows of `asked`."""
    skus = Product.objects.filter(pk__in=asked.left_out).values_list("sku", flat=True)
    values = {name: getattr(asked, name) for name in RunForm.base_fields if name not in ("key", "left_out")}
    return values | {
        "min_support": None if asked.min_support is None else asked.min_support * 100,
        "min_confidence": asked.min_confidence * 100,
        "left_out": "\n".join(skus),
    }
