"""The forms of a transfer: what is sent, and what arrived of it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.formfields import NumberField

from . import selectors
from .forms import FIRST_ROWS, GoodsLineForm, line_set
from .models import Transfer, Warehouse
from .services import TransferLine


class TransferForm(forms.Form):
    """Where from, where to. The first is called `warehouse`, as wherever a line is previewed."""

    warehouse = forms.ModelChoiceField(label=gettext_lazy("From warehouse"), queryset=None, empty_label=None)
    target = forms.ModelChoiceField(
        label=gettext_lazy("To warehouse"), queryset=None, empty_label=gettext_lazy("Choose a warehouse")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("warehouse", "target"):
            self.fields[name].queryset = Warehouse.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        source, target = self.cleaned_data.get("warehouse"), self.cleaned_data.get("target")
        if source and source == target:
            self.add_error("target", _("Choose another warehouse than the one the goods leave."))
        return self.cleaned_data


class TransferLineForm(GoodsLineForm):
    """One product and how many units of it are sent."""

    qty = NumberField(label=gettext_lazy("Quantity"), max_digits=14, decimal_places=3)
    field_order = ["product", "qty", "batch"]

    def _check(self, product: Any, qty: Decimal) -> None:
        super()._check(product, qty)
        if qty <= 0:
            self.add_error("qty", _("Enter how many are sent."))
        if product.tracks_batches and self.cleaned_data.get("batch") and self.known_batch() is None:
            self.add_error("batch", _("%(product)s has no such batch.") % {"product": product.name})

    @property
    def line(self) -> TransferLine:
        batch = self.known_batch()
        return TransferLine(self.found.pk, self.cleaned_data["qty"], batch.pk if batch else None)


def transfer_lines(data: Any = None, *, initial: Sequence[dict[str, str]] = (), extra: int = FIRST_ROWS) -> Any:
    with_batches = selectors.shop_tracks_batches()
    made = line_set(TransferLineForm, extra)(
        data, prefix="line", initial=list(initial), form_kwargs={"with_batches": with_batches}
    )
    made.with_batches = with_batches
    return made


class ReceiveForm(forms.Form):
    """How many arrived of each item: all that was sent, until somebody types otherwise."""

    def __init__(self, data: Any = None, *, transfer: Transfer) -> None:
        super().__init__(data)
        self.items = list(transfer.items.select_related("product", "batch"))
        for item in self.items:
            field = NumberField(label=item.product.name, max_digits=14, decimal_places=3, min_value=0)
            field.initial = item.qty
            field.widget.attrs |= {"class": "form-control number"}
            self.fields[f"item-{item.pk}"] = field

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(item, self[f"item-{item.pk}"]) for item in self.items]

    @property
    def received(self) -> dict[int, Decimal]:
        return {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}
