"""The forms of a stock count: what is counted, what was found besides, and what becomes of the rest."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from master.models import Category, Product

from . import abc, counts, selectors
from .expiry_day import read_expiry
from .models import StockCount, Warehouse

EVERYTHING, CATEGORY, SHELF, CLASS, CHOSEN = "all", "category", "shelf", "class", "chosen"
MOST_CHOSEN = 500


class CountForm(forms.Form):
    """Which goods of which warehouse are counted."""

    warehouse = forms.ModelChoiceField(label=gettext_lazy("Warehouse"), queryset=None, empty_label=None)
    what = forms.ChoiceField(
        label=gettext_lazy("What is counted"),
        choices=[
            (EVERYTHING, gettext_lazy("everything")),
            (CATEGORY, gettext_lazy("one category")),
            (SHELF, gettext_lazy("one shelf")),
            (CLASS, gettext_lazy("one class by turnover")),
            (CHOSEN, gettext_lazy("chosen products")),
        ],
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=None, required=False, empty_label=gettext_lazy("Choose a category")
    )
    shelf = forms.CharField(
        label=gettext_lazy("Shelf"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("How its name begins: A counts A-01, A-02 and so on."),
        widget=forms.TextInput(attrs={"list": "shelves", "autocomplete": "off"}),
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Class"),
        required=False,
        choices=[
            (abc.A, gettext_lazy("A: what makes four fifths of the turnover")),
            (abc.B, gettext_lazy("B: the next 15 %")),
            (abc.C, gettext_lazy("C: the rest")),
        ],
    )
    chosen = forms.CharField(
        label=gettext_lazy("Products"),
        required=False,
        help_text=gettext_lazy("SKUs or barcodes, one a line."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    is_blind = forms.BooleanField(
        label=gettext_lazy("Count blind"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Whoever counts does not see what should be there."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].queryset = Warehouse.objects.filter(is_active=True)
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        self.product_ids: list[int] = []
        self.scope = ""

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("warehouse") and values.get("what"):
            getattr(self, f"_take_{values['what']}")(values["warehouse"])
        return values

    def _take_all(self, warehouse: Warehouse) -> None:
        self._take(_("everything"), counts.countable(warehouse))

    def _take_category(self, warehouse: Warehouse) -> None:
        category = self.cleaned_data.get("category")
        if category is None:
            raise forms.ValidationError({"category": _("Choose a category.")})
        self._take(category.name, counts.countable(warehouse).filter(category=category))

    def _take_shelf(self, warehouse: Warehouse) -> None:
        shelf = self.cleaned_data.get("shelf", "")
        if not shelf:
            raise forms.ValidationError({"shelf": _("Enter a shelf.")})
        scope = _("shelf %(shelf)s") % {"shelf": shelf}
        self._take(scope, counts.countable(warehouse).filter(shelf__istartswith=shelf))

    def _take_class(self, warehouse: Warehouse) -> None:
        group = self.cleaned_data.get("group")
        found = counts.abc_of(warehouse, today=selectors.business_today(warehouse))
        self.scope = _("class %(class)s") % {"class": group}
        self.product_ids = [pk for pk, of in found.items() if of == group]

    def _take_chosen(self, warehouse: Warehouse) -> None:
        codes = [code.strip()[:100] for code in self.cleaned_data.get("chosen", "").splitlines() if code.strip()]
        if not codes:
            raise forms.ValidationError({"chosen": _("Enter at least one product.")})
        if len(codes) > MOST_CHOSEN:
            raise forms.ValidationError({"chosen": _("Choose at most %(most)s products.") % {"most": MOST_CHOSEN}})
        for code in codes:
            named = list(selectors.products_named(code)[:2])
            if len(named) != 1:
                raise forms.ValidationError({"chosen": _("“%(text)s” names no product, or several.") % {"text": code}})
            self.product_ids.append(named[0].pk)
        self.scope = _("chosen products")

    def _take(self, scope: str, products: Any) -> None:
        self.scope, self.product_ids = scope, list(products.values_list("pk", flat=True))

    @property
    def shelves(self) -> Sequence[str]:
        return Product.objects.exclude(shelf="").order_by("shelf").values_list("shelf", flat=True).distinct()[:300]


class CountLineForm(forms.Form):
    """What lies there and is not on the sheet."""

    product = forms.CharField(label=gettext_lazy("Product"), max_length=200)
    batch = forms.CharField(label=gettext_lazy("Batch number"), max_length=40, required=False)
    expires_on = forms.CharField(
        label=gettext_lazy("Expiry date"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": gettext_lazy("DD-MM-YYYY")}),
    )

    def clean_product(self) -> Product:
        named = list(selectors.products_named(self.cleaned_data["product"].strip())[:2])
        if len(named) == 1:
            return named[0]
        if named:
            raise forms.ValidationError(_("Several products fit. Enter the SKU or scan the barcode."))
        raise forms.ValidationError(_("No product has this SKU, barcode or name."))

    def clean_expires_on(self) -> Any:
        text = self.cleaned_data["expires_on"]
        try:
            return read_expiry(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(text)s” is no date. Write it like 31-12-2027.") % {"text": text}
            ) from error


class SubmitForm(forms.Form):
    """What becomes of lines nobody counted; asked only where there are any."""

    uncounted = forms.ChoiceField(
        label=gettext_lazy("Lines that were not counted"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("leave", gettext_lazy("leave them out: their stock stays as it is")),
            ("zero", gettext_lazy("count them as zero: nothing lies there")),
        ],
    )


def sees_expected(count: StockCount, user: Any) -> bool:
    """Say whether a person may see what should be there: in a blind count only who approves, until it is posted."""
    if count.status == StockCount.Status.POSTED or not count.is_blind:
        return True
    return bool(user.can("stock_adjust") and user.can("cost_view"))
