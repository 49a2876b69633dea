"""The forms of goods sent back: of a receipt's lines, or of a sheet that is scanned."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import InsufficientStock, written
from inventori.formfields import NumberField
from inventori.money import ZERO
from inventory.models import Batch, Warehouse
from master.models import Supplier

from . import selectors
from .models import GoodsReceipt, GoodsReceiptItem, SupplierReturn
from .receive_forms import ReceiveLineForm, ReceiveLines, line_forms
from .receive_sheet import Sheet
from .refusals import LinesRefused
from .services.supplier_returns import SupplierReturnLine


class ReasonForm(forms.ModelForm):
    """Why goods of a receipt go back."""

    class Meta:
        model = SupplierReturn
        fields = ["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["placeholder"] = _("Broken, expired, recalled, too many …")


class ReturnHeadForm(ReasonForm):
    """Where goods without a receipt lie, and to whom they go."""

    class Meta:
        model = SupplierReturn
        fields = ["supplier", "warehouse", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = Supplier.objects.filter(is_active=True)
        self.fields["supplier"].empty_label = _("Choose a supplier")
        self.fields["warehouse"].queryset = Warehouse.objects.filter(is_active=True)
        self.fields["warehouse"].empty_label = None


class ReceiptReturnForm(ReasonForm):
    """A quantity for each line of the receipt of which something can still go back."""

    def __init__(self, *args: Any, receipt: GoodsReceipt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(selectors.receipt_lines(receipt))
        self.back = selectors.sent_back(receipt)
        for item in self.items:
            if self.left(item) > 0:
                self.fields[f"qty-{item.pk}"] = _quantity(item)

    def left(self, item: GoodsReceiptItem) -> Decimal:
        return item.qty - self.back.get(item.pk, ZERO)

    @property
    def rows(self) -> list[tuple[GoodsReceiptItem, Decimal, Any]]:
        """(line, units that can still go back, its field) of each line; no field where all went back."""
        fields = [f"qty-{item.pk}" for item in self.items]
        return [
            (item, self.left(item), self[name] if name in self.fields else None)
            for item, name in zip(self.items, fields, strict=True)
        ]

    @property
    def lines(self) -> list[SupplierReturnLine]:
        asked = [(item, self.cleaned_data.get(f"qty-{item.pk}")) for item in self.items]
        return [SupplierReturnLine(qty, receipt_item=item) for item, qty in asked if qty]

    def mark(self, refusal: LinesRefused) -> None:
        """Write under each refused line what is wrong with it."""
        lines = self.lines
        for item in refusal.items:
            refused = lines[item.index].receipt_item
            self.add_error(f"qty-{refused.pk}" if refused else None, str(item.message))

    def mark_short(self, refusal: InsufficientStock) -> None:
        short = {item.product_id: item for item in refusal.items}
        for line in self.lines:
            item = line.receipt_item
            if item and (found := short.get(item.product_id)):
                self.add_error(f"qty-{item.pk}", _only_there(found.available))


def _quantity(item: GoodsReceiptItem) -> NumberField:
    field = NumberField(label=item.product.name, max_digits=14, decimal_places=3, required=False, min_value=0)
    field.widget.attrs |= {"class": "form-control number", "placeholder": "0"}
    return field


def _only_there(available: Decimal) -> str:
    return _("Only %(qty)s of it lie there.") % {"qty": written(available)}


class ReturnLineForm(ReceiveLineForm):
    """One row of goods that go back without a receipt; an empty batch takes the first expiring ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: Batch | None = None
        self.fields.pop("expires_on", None)
        if "batch" in self.fields:
            self.fields["batch"].widget.attrs["placeholder"] = _("first expiring")

    def clean(self) -> dict[str, Any]:
        number = " ".join(self.cleaned_data.get("batch", "").split()).upper()
        if number:
            self.found = Batch.objects.filter(product=self.goods, number=number).first()
            if self.found is None:
                values = {"product": self.goods.name, "batch": number}
                self.add_error("batch", _("%(product)s has no batch %(batch)s.") % values)
        return self.cleaned_data

    @property
    def line(self) -> SupplierReturnLine:
        qty = self.cleaned_data["qty"] * self.factors[self.cleaned_data["unit"]]
        return SupplierReturnLine(qty, product=self.goods, batch=self.found)


class ReturnLines(ReceiveLines):
    """The rows of goods that go back."""

    asks_expiry = False

    def __init__(self, sheet: Sheet, user: User) -> None:
        super().__init__(sheet, user)
        self.with_cost = False

    def mark_short(self, refusal: InsufficientStock) -> None:
        short = {item.product_id: item for item in refusal.items}
        for form in self.came:
            if found := short.get(form.goods.pk):
                form.add_error("qty", _only_there(found.available))


def return_lines(sheet: Sheet, user: User) -> ReturnLines:
    """Return the form of each row of `sheet`."""
    return line_forms(ReturnLineForm, ReturnLines)(sheet, user)
