"""What the pages of a shift take from the browser."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventori.formfields import NumberField
from inventori.money import active_currency
from inventory.models import Warehouse
from sales.denominations import coins, denominations, notes
from sales.models import CashMove, ReceiptPrinter
from sales.services.shift import MOST_PIECES, REASON_LENGTH

MOVE_KINDS = [(CashMove.Kind.OUT.value, _("Money out")), (CashMove.Kind.IN.value, _("Money in"))]


def _amount_field(**kwargs: Any) -> NumberField:
    return NumberField(max_digits=14, decimal_places=2, min_value=Decimal(0), **kwargs)


class OpenShiftForm(forms.Form):
    """Where, and with how much in the drawer. Warehouse and printer are asked where there is a choice."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    warehouse = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Warehouse"), empty_label=None)
    opening_float = _amount_field(
        label=_("Float"),
        help_text=_("The money that lies in the drawer now."),
        error_messages={"required": _("Count the money in the drawer. Enter 0 when it is empty.")},
    )
    printer = forms.ModelChoiceField(
        ReceiptPrinter.objects.none(), label=_("Receipt printer"), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, warehouses: list[Warehouse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["warehouse"]
        place.queryset = Warehouse.objects.filter(pk__in=[warehouse.pk for warehouse in warehouses])
        if len(warehouses) == 1:
            place.widget = forms.HiddenInput()
        printer: Any = self.fields["printer"]
        printer.queryset = ReceiptPrinter.objects.filter(is_active=True)
        if not printer.queryset.exists():
            del self.fields["printer"]
        self.fields["opening_float"].widget.attrs |= {
            "autofocus": True,
            "data-unit": active_currency(),
            "class": "shift-amount",
        }


class CashMoveForm(forms.Form):
    """Money into the drawer or out of it, and what for."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    kind = forms.ChoiceField(
        label=_("What happens"), choices=MOVE_KINDS, widget=forms.RadioSelect(), initial=CashMove.Kind.OUT.value
    )
    amount = _amount_field(label=_("Amount"), error_messages={"required": _("Enter how much money it is.")})
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        error_messages={"required": _("Say what for: the drawer is counted at the end.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.attrs |= {"autofocus": True, "data-unit": active_currency()}


class DrawerForm(forms.Form):
    """Why the drawer is opened without a sale."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": _("Say why the drawer is opened.")},
    )


class CountForm(forms.Form):
    """The drawer counted: pieces of each note and coin, an empty field is none; and a note where it differs."""

    note = forms.CharField(label=_("Note"), max_length=REASON_LENGTH, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for value in denominations(currency):
            self.fields[piece_name(value)] = forms.IntegerField(
                label=str(value), min_value=0, max_value=MOST_PIECES, required=False, widget=_piece_input(value)
            )

    @property
    def notes(self) -> list[Any]:
        return self._rows(notes(self.currency))

    @property
    def coins(self) -> list[Any]:
        return self._rows(coins(self.currency))

    def _rows(self, values: tuple[Decimal, ...]) -> list[Any]:
        return [(value, self[piece_name(value)]) for value in values]

    def counts(self) -> dict[Decimal, int]:
        """Return the pieces by value, of those that are there."""
        pieces = {value: self.cleaned_data[piece_name(value)] for value in denominations(self.currency)}
        return {value: count for value, count in pieces.items() if count}


def piece_name(value: Decimal) -> str:
    """Return the name of the field that holds the pieces of `value`.

    >>> piece_name(Decimal("0.50")), piece_name(Decimal(50_000))
    ('pieces_0.50', 'pieces_50000')
    """
    return f"pieces_{value:f}"


def _piece_input(value: Decimal) -> forms.TextInput:
    return forms.TextInput(
        {
            "class": "form-control",
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": len(str(MOST_PIECES)),
            "data-value": f"{value:f}",
        }
    )
