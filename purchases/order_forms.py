"""The head of an order, and the form of a supplier's price."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.formfields import NumberField
from inventory.models import Warehouse
from inventory.selectors import products_named
from master.models import Product, Supplier

from .models import PurchaseOrder, SupplierPrice


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OrderForm(forms.ModelForm):
    """Whom, where to, and when; the lines are the sheet's."""

    class Meta:
        model = PurchaseOrder
        fields = ["supplier", "warehouse", "expected_at", "note"]
        widgets = {"expected_at": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.supplier_id
        suppliers = Supplier.objects.filter(is_active=True) | Supplier.objects.filter(pk=known)
        self.fields["supplier"].queryset = suppliers
        self.fields["supplier"].empty_label = _("Choose a supplier")
        places = Warehouse.objects.filter(is_active=True) | Warehouse.objects.filter(pk=self.instance.warehouse_id)
        self.fields["warehouse"].queryset = places
        self.fields["warehouse"].empty_label = None
        self.fields["expected_at"].help_text = _("Empty: after the supplier's lead time.")
        self.fields["expected_at"].input_formats = ["%Y-%m-%d"]
        self.fields["note"].widget.attrs["placeholder"] = _("What the supplier should know")


class PriceForm(forms.ModelForm):
    """What a supplier asks for a product; which product is typed or scanned."""

    product_text = forms.CharField(label=gettext_lazy("Product"), max_length=200)
    unit_price = NumberField(label=gettext_lazy("Price of the unit"), max_digits=14, decimal_places=2, min_value=0)
    min_qty = NumberField(
        label=gettext_lazy("Minimum order"), max_digits=12, decimal_places=3, min_value=0, required=False
    )
    multiple = NumberField(
        label=gettext_lazy("Order multiple"), max_digits=12, decimal_places=3, min_value=0, required=False
    )

    class Meta:
        model = SupplierPrice
        fields = ["supplier", "product_text", "unit", "unit_price", "min_qty", "multiple"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: Product | None = self.instance.product if self.instance.pk else None
        self.fields["product_text"].help_text = _("SKU, barcode or name")
        self.fields["unit"].help_text = _("One of the product's units, such as box. Empty: the product's own unit.")
        for name in ("min_qty", "multiple"):
            self.fields[name].help_text = _("Counted in the product's own unit.")
        if self.found:
            del self.fields["product_text"], self.fields["supplier"]
        else:
            self.fields["supplier"].queryset = Supplier.objects.filter(is_active=True)
            self.fields["supplier"].empty_label = _("Choose a supplier")

    def clean_product_text(self) -> str:
        text = str(self.cleaned_data["product_text"]).strip()
        named = list(products_named(text)[:4])
        if len(named) == 1:
            self.found = named[0]
        elif named:
            some = ", ".join(f"{product.name} ({product.sku})" for product in named[:3])
            raise forms.ValidationError(_("Several products fit: %(some)s. Enter the SKU.") % {"some": some})
        else:
            raise forms.ValidationError(_("No product has this SKU, barcode or name."))
        return text
