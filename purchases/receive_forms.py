"""The form of a goods receipt: its head, and a line for each row of the sheet."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from inventori.formfields import NumberField
from inventori.money import CENT, round_half_up
from inventory.expiry_field import ExpiryField
from inventory.models import Warehouse
from master.models import Supplier

from .models import GoodsReceipt, PurchaseOrder
from .receive_sheet import MAX_ROWS, Row, Sheet, as_form_data
from .refusals import LinesRefused
from .services import ReceiptLine


class ReceiveForm(forms.ModelForm):
    """Of an order, supplier and warehouse are the order's."""

    takes_expired = forms.BooleanField(
        label=gettext_lazy("Take in goods that have expired"),
        help_text=gettext_lazy("They are never sold. Say in the note why they are taken in."),
        required=False,
    )

    class Meta:
        model = GoodsReceipt
        fields = ["supplier", "warehouse", "note"]

    def __init__(self, *args: Any, order: PurchaseOrder | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["placeholder"] = _("Number of the delivery note, or what needs saying")
        if order:
            del self.fields["supplier"], self.fields["warehouse"]
            return
        self.fields["supplier"].queryset = Supplier.objects.filter(is_active=True)
        self.fields["supplier"].empty_label = _("Choose a supplier")
        self.fields["warehouse"].queryset = Warehouse.objects.filter(is_active=True)
        self.fields["warehouse"].empty_label = None


class ReceiveLineForm(forms.Form):
    """One row of the sheet; `row` carries what it means."""

    product = forms.CharField(widget=forms.HiddenInput)
    po_item = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    qty = NumberField(label=gettext_lazy("Quantity"), max_digits=14, decimal_places=3, required=False, min_value=0)
    unit_cost = NumberField(
        label=gettext_lazy("Unit cost"), max_digits=14, decimal_places=2, required=False, min_value=0
    )
    batch = forms.CharField(label=gettext_lazy("Batch number"), max_length=40, required=False)
    expires_on = ExpiryField(label=gettext_lazy("Expiry date"), required=False)

    def __init__(self, *args: Any, sheet: Sheet, row: Row, with_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.row, self.factors = sheet, row, sheet.factors(row)
        self.goods, self.item = sheet.product(row), sheet.item(row)
        self.still_open = sheet.open_qty(self.item) if self.item else None
        self.use_required_attribute = False
        self.fields["unit"].choices = [(name, name or self.goods.uom) for name in self.factors]
        if not with_cost:
            del self.fields["unit_cost"]
        if not self.goods.tracks_batches:
            del self.fields["batch"], self.fields["expires_on"]
        for name, one in self.fields.items():
            self._dress(name, one)

    def _dress(self, name: str, one: forms.Field) -> None:
        look = {"unit": "form-select", "batch": "form-control mono", "expires_on": "form-control"}
        one.widget.attrs |= {
            "class": look.get(name, "form-control number"),
            "aria-label": f"{one.label}: {self.goods.name}",
            "autocomplete": "off",
        }
        if name == "expires_on":
            one.widget.attrs["placeholder"] = _("DD-MM-YYYY")
        if name == "batch":
            one.widget.attrs["autocapitalize"] = "characters"

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field in self.fields and field in self.errors:
            self.fields[field].widget.attrs["class"] += " is-invalid"

    def clean(self) -> dict[str, Any]:
        names_batch = self.cleaned_data.get("batch") or self.cleaned_data.get("expires_on")
        if names_batch and not self.cleaned_data.get("qty") and "qty" not in self.errors:
            self.add_error("qty", _("Enter how many came, or leave the batch empty too."))
        return self.cleaned_data

    @property
    def came(self) -> bool:
        return bool(self.cleaned_data.get("qty"))

    @property
    def line(self) -> ReceiptLine:
        """The line in the product's own unit; a cost was typed for the unit that was chosen."""
        data, factor = self.cleaned_data, self.factors[self.cleaned_data["unit"]]
        cost: Decimal | None = data.get("unit_cost")
        return ReceiptLine(
            qty=data["qty"] * factor,
            po_item=self.item,
            product=None if self.item else self.goods,
            unit_cost=None if cost is None else round_half_up(cost / factor, CENT),
            batch_number=data.get("batch", ""),
            expires_on=data.get("expires_on"),
        )


class ReceiveLines(forms.BaseFormSet):
    """The rows; those without a quantity did not come."""

    asks_expiry = True

    def __init__(self, sheet: Sheet, user: User) -> None:
        self.sheet = sheet
        self.with_cost = user.can("cost_view") and sheet.order is None
        super().__init__(as_form_data(sheet), prefix="line")

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.sheet.rows[index or 0], "with_cost": self.with_cost}

    @property
    def has_batches(self) -> bool:
        return any(product.tracks_batches for product in self.sheet.products.values())

    @property
    def came(self) -> list[ReceiveLineForm]:
        return [form for form in self.forms if form.came]

    def mark(self, refusal: LinesRefused) -> None:
        """Write under each refused row what is wrong with it."""
        came = self.came
        for item in refusal.items:
            form = came[item.index]
            form.add_error(item.field if item.field in form.fields else None, str(item.message))


def line_forms(line: type[ReceiveLineForm], lines: type[ReceiveLines]) -> Any:
    return forms.formset_factory(line, formset=lines, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


def receive_lines(sheet: Sheet, user: User) -> ReceiveLines:
    """Return the form of each row of `sheet`."""
    return line_forms(ReceiveLineForm, ReceiveLines)(sheet, user)
