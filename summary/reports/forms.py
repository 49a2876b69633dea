"""What can be asked of the reports; every answer stands in the address."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Warehouse
from inventory.selectors import products_named
from inventory.shelf_life import todays
from master.models import Category, Product, Supplier
from purchases.models import PurchaseOrder

ALL = gettext_lazy("all")


def latest_today() -> date:
    """Return the business day of the warehouse that is furthest ahead."""
    return max(todays().values(), default=timezone.localdate())


class DayField(forms.DateField):
    """A day, picked from the browser's calendar; ISO 8601 in the address."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class CodeChoice(forms.ModelChoiceField):
    """A record by its code; left empty it is all of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, to_field_name="code", empty_label=ALL, **kwargs)


class ReportForm(forms.Form):
    """A form that is always answered: what the address leaves out is filled with the usual."""

    def __init__(self, asked: Any) -> None:
        super().__init__({**self.usual(), **asked.dict()})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if hasattr(field.widget, "choices") else "form-control"

    def usual(self) -> dict[str, Any]:
        return {}

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was asked, in words."""
        found = []
        for bound in self:
            value = self.cleaned_data.get(bound.name)
            if value in (None, ""):
                continue
            choices = dict(getattr(bound.field, "choices", [])) if not isinstance(bound.field, CodeChoice) else {}
            found.append((str(bound.label), _in_words(choices.get(value, value))))
        return found


def _in_words(value: Any) -> str:
    return str(formats.date_format(value, "DATE_FORMAT")) if isinstance(value, date) else str(value)


class ProductText(forms.CharField):
    """Products by SKU, barcode or words of the name; kept as text, `found` are their ids."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "search", "placeholder": gettext_lazy("SKU, barcode or name"), "autocomplete": "off"}
        super().__init__(max_length=200, label=gettext_lazy("Product"), widget=forms.TextInput(attrs=attrs), **kwargs)


class SpanForm(ReportForm):
    day_from = DayField(label=gettext_lazy("From"))
    day_to = DayField(label=gettext_lazy("To"))
    warehouse = CodeChoice(label=gettext_lazy("Warehouse"), queryset=Warehouse.objects.all())

    def usual(self) -> dict[str, Any]:
        today = latest_today()
        return {"day_from": today.replace(day=1), "day_to": today}

    def clean(self) -> dict[str, Any]:
        start, end = self.cleaned_data.get("day_from"), self.cleaned_data.get("day_to")
        if start and end and end < start:
            self.add_error("day_to", _("The last day lies before the first one."))
        return self.cleaned_data


class OrderReportForm(SpanForm):
    supplier = CodeChoice(label=gettext_lazy("Supplier"), queryset=Supplier.objects.all())
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("sent or received")),
            *PurchaseOrder.Status.choices,
            ("ALL", ALL),
        ],
    )


class ReceiptReportForm(SpanForm):
    supplier = CodeChoice(label=gettext_lazy("Supplier"), queryset=Supplier.objects.all())
    product = ProductText(required=False)


class CardForm(SpanForm):
    product = ProductText(error_messages={"required": gettext_lazy("Choose the product whose card you want.")})
    batch = forms.CharField(label=gettext_lazy("Batch"), required=False, max_length=40)

    def clean_product(self) -> Product:
        found = list(products_named(self.cleaned_data["product"])[:4])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No product has this SKU, barcode or name."))
        some = ", ".join(f"{product.name} ({product.sku})" for product in found[:3])
        raise ValidationError(_("Several products fit: %(some)s. Enter the SKU.") % {"some": some})


class DayForm(ReportForm):
    day = DayField(label=gettext_lazy("At the end of"))
    warehouse = CodeChoice(label=gettext_lazy("Warehouse"), queryset=Warehouse.objects.all())
    category = CodeChoice(label=gettext_lazy("Category"), queryset=Category.objects.all())
    product = ProductText(required=False)

    def usual(self) -> dict[str, Any]:
        return {"day": latest_today()}
