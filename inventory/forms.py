"""The forms that stock is moved with by hand: one head, many lines."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from inventori.errors import InsufficientStock, InvalidInput, written
from inventori.formfields import NumberField
from master.models import Product

from . import selectors
from .expiry_day import read_expiry
from .models import AdjustReason, Batch, StockAdjustment, Warehouse
from .scanning import Scanned, scanned
from .services import AdjustLine, check_quantity

FIRST_ROWS = 3
MORE_ROWS = 5
MAX_ROWS = 500


class AdjustmentForm(forms.ModelForm):
    class Meta:
        model = StockAdjustment
        fields = ["warehouse", "reason", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].queryset = Warehouse.objects.filter(is_active=True)
        self.fields["warehouse"].empty_label = None
        self.fields["reason"].choices = [("", _("Choose a reason")), *AdjustReason.choices]
        self.fields["note"].widget.attrs["placeholder"] = _("What happened, if it needs saying")


class GoodsLineForm(forms.Form):
    """One line that names a product by SKU, barcode, label or words of its name, and of some a batch."""

    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "adjust-matches", "data-product": ""}),
    )
    batch = forms.CharField(
        label=gettext_lazy("Batch number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, with_batches: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: Product | None = None
        self.empty_permitted = True
        self.use_required_attribute = False
        if not with_batches:
            self.fields.pop("batch")
            self.fields.pop("expires_on", None)
        for name, field in self.fields.items():
            look = "form-control" if name in ("product", "batch", "expires_on") else "form-control number"
            field.widget.attrs |= {"class": look, "aria-label": field.label}

    def known_batch(self) -> Batch | None:
        """Return the batch that is named, where the product has it; its name is tidied as batches are."""
        number = " ".join(self.cleaned_data.get("batch", "").split()).upper()
        if not number or self.found is None:
            return None
        return Batch.objects.filter(product=self.found, number=number).first()

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field in self.fields and field in self.errors:
            self.fields[field].widget.attrs["class"] += " is-invalid"

    def clean(self) -> dict[str, Any]:
        text, qty = self.cleaned_data.get("product", ""), self.cleaned_data.get("qty")
        meant = self._meant(text) if text else None
        if meant:
            self.found = meant.product
            self._take_over(meant)
        if self.found and qty is not None:
            self._check(self.found, qty)
        if self.found and not self.found.tracks_batches:
            # Whatever was typed there means nothing for goods without batches.
            self.cleaned_data |= {name: "" for name in ("batch", "expires_on") if name in self.fields}
        return self.cleaned_data

    def _meant(self, text: str) -> Scanned | None:
        meant = scanned(text)
        if len(meant) == 1:
            return meant[0]
        if meant:
            some = ", ".join(f"{found.product.name} ({found.product.sku})" for found in meant[:3])
            self.add_error("product", _("Several products fit: %(some)s. Enter the SKU.") % {"some": some})
        else:
            self.add_error("product", _("No product has this SKU, barcode or name."))
        return None

    def _take_over(self, meant: Scanned) -> None:
        """Take batch and expiry date off a scanned label, where nobody typed another batch."""
        values = self.cleaned_data
        if "batch" not in self.fields or not meant.batch or values.get("batch"):
            return
        values["batch"] = meant.batch.upper()
        if meant.expires_on and "expires_on" in self.fields and not values.get("expires_on"):
            values["expires_on"] = f"{meant.expires_on:%d-%m-%Y}"

    def _check(self, product: Product, qty: Decimal) -> None:
        try:
            check_quantity(product, qty)
        except InvalidInput as refusal:
            self.add_error("qty", str(refusal))


class AdjustmentLineForm(GoodsLineForm):
    """One product and how many units come in (+) or go out (−)."""

    qty = NumberField(label=gettext_lazy("Change by"), max_digits=14, decimal_places=3)
    expires_on = forms.CharField(
        label=gettext_lazy("Expiry date"),
        max_length=10,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": gettext_lazy("DD-MM-YYYY")}
        ),
    )
    unit_cost = NumberField(
        label=gettext_lazy("Unit cost"), max_digits=14, decimal_places=2, required=False, min_value=0
    )
    field_order = ["product", "qty", "batch", "expires_on", "unit_cost"]

    def __init__(self, *args: Any, with_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_cost:
            del self.fields["unit_cost"]
        # A phone's number keys have no minus.
        self.fields["qty"].widget.attrs["inputmode"] = "text"

    def _check(self, product: Product, qty: Decimal) -> None:
        super()._check(product, qty)
        if qty == 0:
            self.add_error("qty", _("Enter how many more (+) or fewer (−)."))
        elif product.tracks_batches:
            self._check_batch(product, qty)

    def _check_batch(self, product: Product, qty: Decimal) -> None:
        number, known = self.cleaned_data.get("batch", ""), self.known_batch()
        if qty > 0 and not number:
            self.add_error("batch", _("Enter the batch number of what comes in."))
        elif qty < 0 and number and known is None:
            self.add_error("batch", _("%(product)s has no such batch.") % {"product": product.name})
        text = self.cleaned_data.get("expires_on", "")
        try:
            self.cleaned_data["expires_on"] = read_expiry(text) if text else (known.expires_on if known else None)
        except ValueError:
            self.add_error("expires_on", _("“%(text)s” is no date. Write it like 31-12-2027.") % {"text": text})

    @property
    def line(self) -> AdjustLine:
        values = self.cleaned_data
        qty = values["qty"]
        return AdjustLine(
            product=self.found,
            qty=qty,
            unit_cost=values.get("unit_cost") if qty > 0 else None,
            batch=values.get("batch", ""),
            expires_on=values.get("expires_on") or None,
        )


class GoodsLines(forms.BaseFormSet):
    """The lines; rows left empty count as not there."""

    def clean(self) -> None:
        if not any(self.errors) and not self.filled:
            raise forms.ValidationError(_("Add at least one product."))

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed()]

    @property
    def lines(self) -> list[Any]:
        return [form.line for form in self.filled]

    def mark_short(self, refusal: InsufficientStock) -> None:
        """Write under each short row what there is."""
        short = {item.product_id: item for item in refusal.items}
        for form in self.filled:
            item = short.get(form.found.pk) if form.found else None
            if item:
                values = {"available": written(item.available), "wanted": written(item.wanted)}
                form.add_error("qty", _("%(available)s available, %(wanted)s to go out.") % values)


def line_set(form: type[GoodsLineForm], extra: int) -> type[GoodsLines]:
    return forms.formset_factory(form, formset=GoodsLines, extra=extra, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


def line_forms(user: User, data: Any = None, *, initial: Sequence[dict[str, str]] = (), extra: int = FIRST_ROWS) -> Any:
    """Return the lines' form set; only who may see costs has a cost field, and batches where a product has them."""
    asked = {"with_cost": user.can("cost_view"), "with_batches": selectors.shop_tracks_batches()}
    made = line_set(AdjustmentLineForm, extra)(data, prefix="line", initial=list(initial), form_kwargs=asked)
    made.with_batches = asked["with_batches"]
    return made


def typed_so_far(data: Any) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return head and rows of a posted form as they were typed: to open it again with more rows."""
    count = str(data.get("line-TOTAL_FORMS", ""))
    numbers = range(min(int(count[:9]), MAX_ROWS) if count.isdecimal() else 0)
    names = ("product", "qty", "batch", "expires_on", "unit_cost")
    rows = [{name: data.get(f"line-{n}-{name}", "") for name in names} for n in numbers]
    return {name: data.get(name, "") for name in ("warehouse", "target", "reason", "note")}, rows
