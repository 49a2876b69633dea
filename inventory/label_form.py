"""What the page of labels takes from the browser: what to find, and how to print it."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from master.models import Category

from .label_rows import LabelRow, rows_of_items, shelves
from .label_sheets import LAYOUTS

COUNT = "count_"
ITEM = re.compile(r"[pu][0-9]{1,18}")
KINDS = [("product", gettext_lazy("For the goods")), ("shelf", gettext_lazy("For the shelf, with a large price"))]


class LabelForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Product"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=gettext_lazy("Scan it, or type SKU or part of the name."),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=Category.objects.filter(is_active=True), required=False
    )
    shelf = forms.ChoiceField(label=gettext_lazy("Shelf"), required=False)
    each = forms.IntegerField(label=gettext_lazy("Labels of each"), min_value=1, max_value=999, initial=1)
    with_units = forms.BooleanField(label=gettext_lazy("For boxes and other units too"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Label"), choices=KINDS, initial="product")
    layout = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=[(name, layout.label) for name, layout in LAYOUTS.items()],
        initial=next(iter(LAYOUTS)),
    )
    start = forms.IntegerField(
        label=gettext_lazy("First free label"),
        min_value=1,
        initial=1,
        help_text=gettext_lazy("Of a sheet that is used already, counted row by row. A roll has none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(shelf, shelf) for shelf in shelves()]
        self.fields["shelf"].choices = [("", "---------"), *named]  # type: ignore[attr-defined]
        for name in ("each", "start"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        layout, start = LAYOUTS.get(cleaned.get("layout", "")), cleaned.get("start")
        if layout and start and layout.is_roll:
            cleaned["start"] = 1
        elif layout and start and start > layout.per_page:
            self.add_error("start", _("This sheet has %(n)s labels.") % {"n": layout.per_page})
        return cleaned

    @property
    def print_fields(self) -> list[forms.BoundField]:
        """How to print: kept in the page while there is nothing to print."""
        return [self[name] for name in ("kind", "layout", "start")]

    def emptied(self) -> "LabelForm":
        """Return the form for the next product: how to print stays, what was found goes."""
        kept = ("each", "with_units", "kind", "layout", "start")
        return LabelForm(initial={name: self.cleaned_data[name] for name in kept})


def typed_rows(data: QueryDict, form: LabelForm) -> list[LabelRow]:
    """Return the rows that stand in the form with how many are typed; one that cannot be read is refused."""
    counts: dict[str, int] = {}
    for name, text in data.items():
        item = name.removeprefix(COUNT)
        if not name.startswith(COUNT) or not ITEM.fullmatch(item):
            continue
        text = str(text).strip() or "0"
        if not re.fullmatch(r"[0-9]{1,6}", text):
            form.add_error(None, _("“%(text)s” is no number of labels. Enter a whole number.") % {"text": text})
            text = "0"
        counts[item] = int(text)
    return rows_of_items(counts)


def asked_rows(text: str) -> list[LabelRow]:
    """Return the rows of an address such as ?items=12:10,15:4, product ids with how many; the rest is ignored."""
    counts = {}
    for pair in text.split(",")[:1000]:
        if found := re.fullmatch(r"([0-9]{1,18}):([0-9]{1,6})", pair):
            counts[f"p{found[1]}"] = int(found[2])
    return rows_of_items(counts)
