"""What undoing takes from the browser: a cancel, and goods that come back."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import written
from master.models import PaymentMethod

from .forms import KEY_LENGTH, QTY
from .returning import SoldItem
from .services import ReturnLine


class PinForm(forms.Form):
    """A form that asks for a manager's PIN where the person may not do it alone."""

    pin = forms.CharField(
        label=gettext_lazy("Manager's PIN"),
        max_length=8,
        # No password of the cashier's is offered here, and none is kept.
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Ask a manager to enter their PIN.")},
    )

    def __init__(self, *args: Any, asks_pin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_pin:
            del self.fields["pin"]


class CancelForm(PinForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why the sale is cancelled.")},
    )
    field_order = ["reason", "pin"]


class UnitsField(forms.CharField):
    """How many come back; nothing is none. 1.250 is no thousand: only the decimal mark may stand in it."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "number"}
        super().__init__(required=False, max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace(",", ".")
        if text and not QTY.fullmatch(text):
            raise forms.ValidationError(_("Enter a quantity, such as 2 or 0.5."))
        return Decimal(text or 0)


class ReturnForm(PinForm):
    """A quantity for each line that can still come back, why, and how the money is given back."""

    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput)
    method = forms.ChoiceField(label=gettext_lazy("Give the money back by"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why the goods come back.")},
    )
    field_order = ["key", "method", "reason", "pin"]

    def __init__(self, *args: Any, sold: Sequence[SoldItem], methods: Sequence[PaymentMethod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sold = sold
        self.fields["method"].choices = [(m.code, str(m).capitalize()) for m in methods]  # type: ignore[attr-defined]
        for line in sold:
            self.fields[units_name(line.item.pk)] = UnitsField(label=_("Comes back"))
            self.fields[f"damaged_{line.item.pk}"] = forms.BooleanField(required=False)

    def rows(self) -> Iterator[tuple[SoldItem, BoundField, BoundField, str]]:
        """Give each line with its two fields, and what is left of it as it is written into the field."""
        for line in self.sold:
            pk = line.item.pk
            yield line, self[units_name(pk)], self[f"damaged_{pk}"], written(line.left)

    def lines(self) -> list[ReturnLine]:
        """Return what was asked for so far; a quantity that cannot be read counts as none."""
        asked = [
            ReturnLine(
                line.item.pk,
                self.cleaned_data.get(units_name(line.item.pk)) or Decimal(0),
                bool(self.cleaned_data.get(f"damaged_{line.item.pk}")),
            )
            for line in self.sold
        ]
        return [line for line in asked if line.qty]


def units_name(sale_item_id: int) -> str:
    """Return the name of the field with the quantity of one line."""
    return f"units_{sale_item_id}"
