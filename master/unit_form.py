"""The form of a product's unit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventori.errors import DomainError
from inventori.formfields import NumberField
from inventori.refusals import refuse

from .barcode_holders import barcode_holder
from .forms import barcode_fault, tidy_barcode
from .models import ProductUnit
from .units import refuse_unit


class UnitForm(forms.ModelForm):
    class Meta:
        model = ProductUnit
        fields = ["name", "factor", "barcode", "price", "is_for_buying"]
        field_classes = {"factor": NumberField, "price": NumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].widget.attrs["data-unit"] = self.instance.product.uom
        self.fields["barcode"].help_text = _("Scan it or type it; leave empty where there is none.")
        self.fields["is_for_buying"].help_text = _("Orders to suppliers start with this unit.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_barcode(self) -> str | None:
        barcode = tidy_barcode(self.cleaned_data.get("barcode") or "")
        if barcode and (sentence := barcode_fault(barcode)):
            raise ValidationError(sentence, code="check_digit")
        # Asked here too: the check of the database would word it worse.
        if barcode and (holder := barcode_holder(barcode, besides=self.instance)):
            raise ValidationError(
                _("%(code)s already belongs to %(other)s."), code="taken", params={"code": barcode, "other": holder}
            )
        return barcode or None

    def _post_clean(self) -> None:
        # After the model's own checks, when the unit holds what was typed.
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            refuse_unit(self.instance, self.instance.product, self.instance.product.units.all())
        except DomainError as error:
            refuse(self, error)
