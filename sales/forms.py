"""What the till and the sale pages take from the browser."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import InvalidInput
from inventori.formfields import NumberField
from inventori.money import ZERO
from master.models import CASH

from .services import Discount, Tender

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
    # A larger unit of it, such as a box, chosen from the list too.
    unit = forms.IntegerField(required=False)
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


class DiscountField(forms.CharField):
    """A discount as people write it: `5000` is money, `10%` is a share."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 30, **kwargs})

    def clean(self, value: Any) -> Discount | None:
        text = super().clean(value).replace(" ", "")
        if not text:
            return None
        number = _money.clean(text.removesuffix("%"))
        if not text.endswith("%"):
            return Discount(amount=number)
        if not 0 <= number <= 100:
            raise forms.ValidationError(_("A discount in per cent lies between 0 and 100."))
        return Discount(percent=number)


class LineForm(forms.Form):
    """Another price, discount or note of one line; an empty field leaves what is."""

    key = forms.CharField(max_length=KEY_LENGTH)
    item = forms.IntegerField(min_value=1)
    price = NumberField(max_digits=14, decimal_places=2, min_value=0, required=False)
    discount = DiscountField(required=False)
    note = forms.CharField(max_length=100, required=False, empty_value=None)
    # 0 is the batch that expires first, whichever that is.
    batch = forms.IntegerField(min_value=0, required=False)

    def clean_note(self) -> str | None:
        # A field that was emptied takes the note away; one that did not come leaves it.
        return (self.cleaned_data["note"] or "") if "note" in self.data else None


class DiscountForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)
    discount = DiscountField(
        error_messages={"required": gettext_lazy("Enter a discount: 5000, or 10%; 0 takes it off.")}
    )


class HoldForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)
    name = forms.CharField(max_length=60, required=False)


class ResumeForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH, required=False)
    sale = forms.IntegerField(min_value=1)


class CustomerForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)
    customer = forms.IntegerField(min_value=1, required=False)


class NewCustomerForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)
    name = forms.CharField(max_length=150, error_messages={"required": gettext_lazy("Enter the name of the customer.")})
    phone = forms.CharField(max_length=40, required=False)


class PayForm(forms.Form):
    """The basket and the total that the cashier saw; the money itself is read by `tenders_from`."""

    key = forms.CharField(max_length=KEY_LENGTH)
    # As the page computed it: with a decimal point, whatever the language.
    expected_total = forms.DecimalField(max_digits=14, decimal_places=2)


MOST_TENDERS = 10


def tenders_from(data: QueryDict, *, is_quote: bool = False) -> list[Tender]:
    """Read the money: `tendered` in cash, or rows of `method`, `amount`, `reference`.

    Raises InvalidInput for what is no amount; a quote takes an empty one for nothing yet.
    """
    rows = list(zip(data.getlist("method"), data.getlist("amount"), data.getlist("reference"), strict=False))
    if "tendered" in data:
        rows.append((CASH, data["tendered"], ""))
    if not 0 < len(rows) <= MOST_TENDERS:
        raise InvalidInput(_("Enter how much the customer pays."), field="tendered")
    return [Tender(method, _amount(text, is_quote), " ".join(ref.split())[:100]) for method, text, ref in rows]


def _amount(text: str, is_quote: bool) -> Decimal:
    if is_quote and not text.strip():
        return ZERO
    try:
        return _money.clean(text)
    except forms.ValidationError as error:
        raise InvalidInput(error.messages[0], field="tendered") from error


_money = NumberField(
    max_digits=14,
    decimal_places=2,
    error_messages={"required": gettext_lazy("Enter how much the customer pays.")},
)
