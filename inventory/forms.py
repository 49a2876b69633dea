"""The adjustment form: one head, many lines."""

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
from .ledger import Line
from .models import AdjustReason, StockAdjustment, Warehouse
from .services import check_quantity

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


class AdjustmentLineForm(forms.Form):
    """One product and how many units come in (+) or go out (−)."""

    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "adjust-matches", "data-product": ""}),
    )
    qty = NumberField(label=gettext_lazy("Change by"), max_digits=14, decimal_places=3)
    unit_cost = NumberField(
        label=gettext_lazy("Unit cost"), max_digits=14, decimal_places=2, required=False, min_value=0
    )

    def __init__(self, *args: Any, with_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: Product | None = None
        self.on_hand: Decimal | None = None
        self.empty_permitted = True
        self.use_required_attribute = False
        if not with_cost:
            del self.fields["unit_cost"]
        # A phone's number keys have no minus.
        self.fields["qty"].widget.attrs["inputmode"] = "text"
        for name, field in self.fields.items():
            look = "form-control" if name == "product" else "form-control number"
            field.widget.attrs |= {"class": look, "aria-label": field.label}

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field in self.fields and field in self.errors:
            self.fields[field].widget.attrs["class"] += " is-invalid"

    def clean(self) -> dict[str, Any]:
        text, qty = self.cleaned_data.get("product", ""), self.cleaned_data.get("qty")
        if text:
            self.found = self._product(text)
        if self.found and qty is not None:
            self._check(self.found, qty)
        return self.cleaned_data

    def _product(self, text: str) -> Product | None:
        named = list(selectors.products_named(text)[:4])
        if len(named) == 1:
            return named[0]
        if named:
            some = ", ".join(f"{product.name} ({product.sku})" for product in named[:3])
            self.add_error("product", _("Several products fit: %(some)s. Enter the SKU.") % {"some": some})
        else:
            self.add_error("product", _("No product has this SKU, barcode or name."))
        return None

    def _check(self, product: Product, qty: Decimal) -> None:
        try:
            check_quantity(product, qty)
        except InvalidInput as refusal:
            self.add_error("qty", str(refusal))
        if qty == 0:
            self.add_error("qty", _("Enter how many more (+) or fewer (−)."))

    @property
    def line(self) -> Line:
        qty, cost = self.cleaned_data["qty"], self.cleaned_data.get("unit_cost")
        return Line(self.found.pk, qty, cost if qty > 0 else None)


class AdjustmentLines(forms.BaseFormSet):
    """The lines; rows left empty count as not there."""

    def clean(self) -> None:
        if not any(self.errors) and not self.filled:
            raise forms.ValidationError(_("Add at least one product."))

    @property
    def filled(self) -> list[AdjustmentLineForm]:
        return [form for form in self.forms if form.has_changed()]

    @property
    def lines(self) -> list[Line]:
        return [form.line for form in self.filled]

    def mark_short(self, refusal: InsufficientStock) -> None:
        """Write under each short row what there is."""
        short = {item.product_id: item for item in refusal.items}
        for form in self.filled:
            item = short.get(form.found.pk) if form.found else None
            if item:
                values = {"available": written(item.available), "wanted": written(item.wanted)}
                form.add_error("qty", _("%(available)s available, %(wanted)s to go out.") % values)


def _line_set(extra: int) -> type[AdjustmentLines]:
    return forms.formset_factory(
        AdjustmentLineForm, formset=AdjustmentLines, extra=extra, max_num=MAX_ROWS, absolute_max=MAX_ROWS
    )


def line_forms(user: User, data: Any = None, *, initial: Sequence[dict[str, str]] = (), extra: int = FIRST_ROWS) -> Any:
    """Return the lines' form set; only who may see costs has a cost field."""
    with_cost = {"with_cost": user.can("cost_view")}
    return _line_set(extra)(data, prefix="line", initial=list(initial), form_kwargs=with_cost)


def typed_so_far(data: Any) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return head and rows of a posted form as they were typed: to open it again with more rows."""
    count = str(data.get("line-TOTAL_FORMS", ""))
    numbers = range(min(int(count[:9]), MAX_ROWS) if count.isdecimal() else 0)
    rows = [{name: data.get(f"line-{n}-{name}", "") for name in ("product", "qty", "unit_cost")} for n in numbers]
    return {name: data.get(name, "") for name in ("warehouse", "reason", "note")}, rows
