"""Forms for master data: each number in the reader's notation, each refusal beside its field."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.formfields import LinesField, NumberField

from .barcode_holders import barcode_holder
from .barcodes import expected_check_digit
from .models import Category, Customer, Product, Supplier


class RecordForm(forms.ModelForm):
    """A form whose code is checked in capitals and without stray spaces, and may be left to the shop."""

    code_field: ClassVar[str] = "code"
    code_help = _("Leave empty to have one made.")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
        if "code" in self.fields:
            self.fields["code"].required = bool(self.instance.pk)
            if not self.instance.pk:
                self.fields["code"].help_text = self.code_help

    def clean_code(self) -> str:
        return self._free_code("code")

    def _free_code(self, name: str) -> str:
        """Return the code as it is kept; refuse one that differs from another only by case or spaces."""
        code = tidy_code(self.cleaned_data.get(name) or "")
        taken = self._meta.model._default_manager.filter(**{f"{name}__iexact": code}).exclude(pk=self.instance.pk)
        if code and (other := taken.first()):
            raise ValidationError(
                _("%(code)s already belongs to %(other)s."), code="taken", params={"code": code, "other": other}
            )
        return code


def tidy_code(text: str) -> str:
    """Return a code in capitals with single spaces."""
    return " ".join(text.split()).upper()


class CategoryForm(RecordForm):
    class Meta:
        model = Category
        fields = ["name", "code", "description"]
        field_classes = {"description": LinesField}


class SupplierForm(RecordForm):
    class Meta:
        model = Supplier
        fields = [
            *("name", "code", "contact", "phone", "email", "address", "city"),
            *("lead_time_days", "min_order_value"),
        ]
        field_classes = {"address": LinesField, "min_order_value": NumberField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["min_order_value"].required = False

    def clean_min_order_value(self) -> Decimal:
        return self.cleaned_data["min_order_value"] or Decimal(0)


class CustomerForm(RecordForm):
    class Meta:
        model = Customer
        fields = ["name", "code", "phone", "email", "address"]
        field_classes = {"address": LinesField}


class ProductForm(RecordForm):
    class Meta:
        model = Product
        fields = [
            *("name", "sku", "barcode", "category", "supplier", "uom", "sold_by_measure"),
            *("price", "cost", "min_stock", "order_multiple", "tracks_batches", "shelf"),
            *("indication", "is_favourite", "description"),
        ]
        field_classes = {
            "price": NumberField,
            "cost": NumberField,
            "min_stock": NumberField,
            "order_multiple": NumberField,
            "description": LinesField,
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        if not by.can("cost_view"):
            # Not merely hidden: a field that is not here cannot be posted either.
            del self.fields["cost"]
        if self.instance.pk:
            # Switched on its own page: what lies there has to be split into batches first.
            del self.fields["tracks_batches"]
        self._offer_active("category", Category)
        self._offer_active("supplier", Supplier)
        self.fields["barcode"].help_text = _("Scan it or type it; leave empty where there is none.")

    def _offer_active(self, name: str, model: type[Model]) -> None:
        field = self.fields[name]
        current = getattr(self.instance, f"{name}_id")
        field.queryset = model._default_manager.filter(Q(is_active=True) | Q(pk=current))  # type: ignore[attr-defined]

    def clean_sku(self) -> str:
        return self._free_code("sku")

    def clean_barcode(self) -> str | None:
        barcode = tidy_barcode(self.cleaned_data.get("barcode") or "")
        if not barcode:
            return None
        if sentence := barcode_fault(barcode):
            raise ValidationError(sentence, code="check_digit")
        if holder := barcode_holder(barcode, besides=self.instance):
            raise ValidationError(
                _("%(code)s already belongs to %(other)s."), code="taken", params={"code": barcode, "other": holder}
            )
        return barcode


def tidy_barcode(text: str) -> str:
    """Return a barcode without the spaces that are printed between its groups."""
    return re.sub(r"\s+", "", text)


def barcode_fault(barcode: str) -> Any:
    """Return the sentence about a wrong EAN-13 check digit, or None."""
    right = expected_check_digit(barcode)
    if right is None:
        return None
    return _("%(barcode)s is no valid EAN-13: its last digit should be %(digit)s. Scan it again.") % {
        "barcode": barcode,
        "digit": right,
    }
