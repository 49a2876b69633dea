from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse

from .options import MAX_SOURCE, ImportOptions
from .reader import KNOWN_HEADINGS
from .rules import DATE_FORMATS

MAX_MEGABYTES = 100
ENDINGS = (".csv", ".csv.gz", ".txt", ".tsv")
DATES = {
    "iso": (_("2026-11-21 14:05:00"), DATE_FORMATS),
    "day": (_("21/11/2026 14:05 (day first)"), ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y")),
    "dash": (_("21-11-2026 14:05 (day first)"), ("%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y")),
    "month": (_("11/21/2026 14:05 (month first)"), ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")),
}


class SalesFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or CSV.gz with a heading and one sale line per line, at most 100 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.txt,.tsv"}),
    )
    warehouse = forms.ModelChoiceField(label=_("Warehouse that sold"), queryset=Warehouse.objects.none())
    dates = forms.ChoiceField(
        label=_("Dates are written like"), choices=[(key, look) for key, (look, _f) in DATES.items()]
    )
    decimal = forms.ChoiceField(label=_("Prices are written like"), choices=[(".", "1234.50"), (",", "1234,50")])
    source = forms.CharField(
        label=_("Source"),
        initial="PAST",
        max_length=MAX_SOURCE,
        help_text=_(
            "A short name of where the invoice numbers come from. The same number of the same source is one sale."
        ),
    )
    not_goods = forms.CharField(
        label=_("Codes that are not goods"),
        required=False,
        help_text=_("Such as postage or fees, divided by commas. POST, DOT, D, M, S, B, C2 and others are known."),
    )
    cost_share = forms.IntegerField(
        label=_("Cost of new products"),
        initial=60,
        min_value=0,
        max_value=100,
        help_text=_("The file knows no costs: new products get this part of their usual price as cost."),
        widget=forms.NumberInput(attrs={"data-unit": "%"}),
    )
    columns = forms.CharField(
        label=_("Columns"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouses = Warehouse.objects.filter(is_active=True)
        self.fields["warehouse"].queryset = warehouses
        # Here and not above: the sentence is put together in the reader's language.
        self.fields["columns"].help_text = _(
            "Only for headings that we do not know, one per line, such as qty=Amount. Our names: %(names)s."
        ) % {"names": ", ".join(KNOWN_HEADINGS)}
        if len(warehouses) == 1:
            self.fields["warehouse"].initial = warehouses[0]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(ENDINGS):
            raise ValidationError(_("Choose a file that ends in .csv or .csv.gz."), code="ending")
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            raise ValidationError(_("The file is larger than 100 MB. Compress it or divide it."), code="too_large")
        return file

    def clean_columns(self) -> tuple[tuple[str, str], ...]:
        pairs = []
        for line in filter(None, map(str.strip, self.cleaned_data["columns"].splitlines())):
            name, sign, heading = line.partition("=")
            if not sign or not heading.strip():
                raise ValidationError(_("Write each column as name=heading: %(line)s") % {"line": line})
            pairs.append((name.strip(), heading.strip()))
        return tuple(pairs)

    def options(self, path: str) -> ImportOptions:
        """Return what the person said, for the stored file `path`."""
        said = self.cleaned_data
        return ImportOptions(
            path=path,
            warehouse=said["warehouse"].code,
            source=said["source"].upper(),
            mapping=said["columns"],
            date_formats=DATES[said["dates"]][1],
            decimal=said["decimal"],
            not_goods=tuple(filter(None, (code.strip() for code in said["not_goods"].split(",")))),
            cost_share=said["cost_share"],
            dry_run=True,
        )
