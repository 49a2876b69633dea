"""What lies in each warehouse, split into batches: one small table of rows for each."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import InvalidInput
from inventori.formfields import NumberField
from master.models import Product

from .expiry_field import ExpiryField
from .models import Stock
from .services import BatchPart, check_quantity

FIRST_ROWS = 3
MORE_ROWS = 5
MAX_ROWS = 100


class BatchPartForm(forms.Form):
    """So many units are of this batch."""

    number = forms.CharField(label=gettext_lazy("Batch number"), max_length=40)
    expires_on = ExpiryField(label=gettext_lazy("Expiry date"), required=False)
    qty = NumberField(label=gettext_lazy("Quantity"), max_digits=14, decimal_places=3)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.empty_permitted = True
        self.use_required_attribute = False
        self.fields["expires_on"].widget.attrs["placeholder"] = _("DD-MM-YYYY")
        self.fields["number"].widget.attrs["autocapitalize"] = "characters"
        for name, field in self.fields.items():
            look = "form-control number" if name == "qty" else "form-control"
            field.widget.attrs |= {"class": look, "aria-label": field.label, "autocomplete": "off"}

    def clean_qty(self) -> Decimal:
        qty = self.cleaned_data["qty"]
        try:
            check_quantity(self.product, qty)
        except InvalidInput as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if qty <= 0:
            raise forms.ValidationError(_("Enter a quantity above zero."))
        return qty

    @property
    def part(self) -> BatchPart:
        data = self.cleaned_data
        return BatchPart(number=data["number"], expires_on=data["expires_on"], qty=data["qty"])


class Split:
    """The rows of every warehouse in which something lies."""

    def __init__(self, product: Product, stocks: Sequence[Stock], data: Any = None) -> None:
        self.places = [(stock, _rows(product, stock, data)) for stock in stocks]

    def is_valid(self) -> bool:
        # All are asked, so that one refusal names everything that is wrong.
        verdicts = [rows.is_valid() for _stock, rows in self.places]
        return all(verdicts)

    @property
    def parts(self) -> dict[int, list[BatchPart]]:
        return {stock.warehouse_id: [form.part for form in rows if form.has_changed()] for stock, rows in self.places}


def _rows(product: Product, stock: Stock, data: Any) -> Any:
    made = forms.formset_factory(BatchPartForm, extra=FIRST_ROWS, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
    prefix = f"w{stock.warehouse_id}"
    return made(_with_rows(data, prefix), prefix=prefix, form_kwargs={"product": product})


def _with_rows(data: Any, prefix: str) -> Any:
    """Give what was posted more rows where they were asked for."""
    name = f"{prefix}-TOTAL_FORMS"
    if data is None or data.get("more") != prefix or not str(data.get(name, "")).isdecimal():
        return data
    longer = data.copy()
    longer[name] = str(min(int(data[name][:4]) + MORE_ROWS, MAX_ROWS))
    return longer
