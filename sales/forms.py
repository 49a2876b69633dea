"""What the till and the sale pages take from the browser."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import InvalidInput
from inventori.formfields import NumberField

# Only a star: an x stands in names such as "kasa 10x10" and in codes.
TIMES = re.compile(r"^(\d{1,6}(?:[.,]\d{1,3})?)\s*\*\s*(\S.*)$", re.DOTALL)
# Decimal() alone reads 1e5 and 1_0 too, which nobody means.
QTY = re.compile(r"\+?(\d+\.?\d*|\.\d+)")
KEY_LENGTH = 64


def first_error(form: forms.Form) -> InvalidInput:
    """Return the form's first error as a refusal."""
    name, errors = next(iter(form.errors.items()))
    return InvalidInput(errors[0], field=name)


def split_times(text: str) -> tuple[Decimal, str]:
    """Read `3*CODE` as three of CODE; a bare code is one.

    >>> split_times("3*SK-001")
    (Decimal('3'), 'SK-001')
    """
    found = TIMES.match(text)
    if not found:
        return Decimal(1), text
    return Decimal(found[1].replace(",", ".")), found[2].strip()


class AddItemForm(forms.Form):
    """A scan: a code, or part of a name, with `3*` ahead for three."""

    key = forms.CharField(max_length=KEY_LENGTH)
    code = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Scan or type a product first.")})
    # Chosen from the list of found products: no text to look up.
    product = forms.IntegerField(required=False)
    # The units that the page showed when a scan without an answer was sent: tells whether it had arrived.
    units_before = forms.DecimalField(required=False)


class ChangeItemForm(forms.Form):
    """A new quantity for one line, written in the person's language."""

    key = forms.CharField(max_length=KEY_LENGTH)
    item = forms.IntegerField(min_value=1)
    qty = forms.CharField(max_length=20)

    def clean_qty(self) -> Decimal:
        # A quantity such as 1.250 kg is no thousand: only the decimal mark may stand in it.
        text = self.cleaned_data["qty"].strip().replace(",", ".")
        if not QTY.fullmatch(text):
            raise forms.ValidationError(_("Enter a quantity, such as 2 or 0.5."))
        return Decimal(text)


class RemoveItemForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)
    item = forms.IntegerField(min_value=1)


class PayForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)
    # As the page computed it: with a decimal point, whatever the language.
    expected_total = forms.DecimalField(max_digits=14, decimal_places=2)
    tendered = NumberField(
        max_digits=14,
        decimal_places=2,
        error_messages={"required": gettext_lazy("Enter how much the customer pays.")},
    )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why the sale is cancelled.")},
    )
