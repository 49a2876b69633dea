"""How the hints are set, and what is never hinted at."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.formfields import NumberField
from inventory.selectors import products_named
from master.models import Category, Product

from .models import HintOff, HintSettings


def _number(name: str, least: int, most: int, **kwargs: Any) -> NumberField:
    column: Any = HintSettings._meta.get_field(name)
    return NumberField(
        label=capfirst(column.verbose_name),
        help_text=column.help_text,
        min_value=Decimal(least),
        max_value=Decimal(most),
        max_digits=column.max_digits,
        decimal_places=column.decimal_places,
        **kwargs,
    )


class HintSettingsForm(forms.ModelForm):
    control_percent = _number("control_percent", 0, 100)
    min_lift = _number("min_lift", 1, 9_999)
    excess_weight = _number("excess_weight", 0, 10)

    class Meta:
        model = HintSettings
        fields = ["is_on", "control_percent", "min_lift", "excess_weight"]


class HintOffForm(forms.Form):
    """A product by its SKU or name, or a category."""

    product = forms.CharField(
        label=gettext_lazy("Product"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("SKU, barcode or name"),
    )
    category: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("or a category"), queryset=Category.objects.all(), required=False, empty_label="–"
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=100)

    def clean_product(self) -> Product | None:
        text = self.cleaned_data["product"].strip()
        if not text:
            return None
        if exact := Product.objects.filter(sku=text).first():
            return exact
        named = list(products_named(text)[:2])
        if len(named) != 1:
            raise forms.ValidationError(_("“%(text)s” names no product, or several.") % {"text": text})
        return named[0]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "product" in values and bool(values["product"]) == bool(values.get("category")):
            self.add_error("product", _("Name a product or choose a category, one of the two."))
        return values

    @property
    def off(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("product", "category", "note")}


def switched_off() -> Any:
    return HintOff.objects.select_related("product", "category").order_by("category__name", "product__name")
