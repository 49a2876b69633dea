"""What can be asked of a replay."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.formfields import NumberField
from inventori.posting import new_key
from inventory import abc
from inventory.models import ReorderPolicy, Warehouse
from inventory.selectors import products_named
from master.models import Category, Product

from .replay_words import CATEGORY, CHOSEN, CLASS, EVERYTHING

MOST_CHOSEN = 500


class ReplayForm(forms.Form):
    """Which past of which goods is replayed, and which share of the units should have been there."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    warehouse: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Warehouse"), queryset=None, empty_label=None
    )
    months = forms.IntegerField(
        label=gettext_lazy("Months"),
        min_value=1,
        max_value=24,
        initial=6,
        help_text=gettext_lazy("The last months up to yesterday. What was known before them is what the rules see."),
    )
    wanted_fill_rate = NumberField(
        label=gettext_lazy("Wanted fill rate (%)"),
        min_value=Decimal(50),
        max_value=Decimal("99.99"),
        max_digits=6,
        decimal_places=2,
        initial=Decimal(98),
        help_text=gettext_lazy("The share of units that are there when asked for."),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("Products"),
        choices=[
            (EVERYTHING, gettext_lazy("all products")),
            (CLASS, gettext_lazy("one class")),
            (CATEGORY, gettext_lazy("one category")),
            (CHOSEN, gettext_lazy("chosen products")),
        ],
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Class"),
        required=False,
        choices=[(name, name) for name in (abc.A, abc.B, abc.C)],
        help_text=gettext_lazy("As the reorder policies have it."),
    )
    category: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=None, required=False, empty_label=gettext_lazy("Choose a category")
    )
    chosen = forms.CharField(
        label=gettext_lazy("Products"),
        required=False,
        help_text=gettext_lazy("SKUs or barcodes, one a line."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_key
        self.fields["warehouse"].queryset = Warehouse.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.asked: dict[str, Any] = {"scope": EVERYTHING}

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("warehouse") and values.get("what"):
            getattr(self, f"_take_{values['what']}")(values["warehouse"])
        return values

    def _take_all(self, warehouse: Warehouse) -> None:
        pass

    def _take_class(self, warehouse: Warehouse) -> None:
        group = self.cleaned_data.get("group") or abc.A
        policies = ReorderPolicy.objects.filter(warehouse=warehouse, abc_class=group)
        self._take(CLASS, group, policies.values_list("product_id", flat=True))

    def _take_category(self, warehouse: Warehouse) -> None:
        category = self.cleaned_data.get("category")
        if category is None:
            raise forms.ValidationError({"category": _("Choose a category.")})
        self._take(CATEGORY, category.name, Product.objects.filter(category=category).values_list("pk", flat=True))

    def _take_chosen(self, warehouse: Warehouse) -> None:
        codes = [code.strip()[:100] for code in self.cleaned_data.get("chosen", "").splitlines() if code.strip()]
        if not codes:
            raise forms.ValidationError({"chosen": _("Enter at least one product.")})
        if len(codes) > MOST_CHOSEN:
            raise forms.ValidationError({"chosen": _("Choose at most %(most)s products.") % {"most": MOST_CHOSEN}})
        found = []
        for code in codes:
            named = list(products_named(code)[:2])
            if len(named) != 1:
                raise forms.ValidationError({"chosen": _("“%(text)s” names no product, or several.") % {"text": code}})
            found.append(named[0].pk)
        self._take(CHOSEN, "", found)

    def _take(self, scope: str, name: str, product_ids: Any) -> None:
        self.asked = {"scope": scope, "name": name, "products": sorted(set(product_ids))}
