"""The form that takes a file in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventori.numbers import NOTATIONS, active_notation

from .reading import MAX_BYTES
from .registry import importers


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is in the file"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, at most 20,000 rows and 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    notation = forms.ChoiceField(
        label=_("Numbers are written like"),
        choices=[(notation.code, notation.example) for notation in NOTATIONS.values()],
    )
    create_missing = forms.BooleanField(
        label=_("Create missing categories"),
        required=False,
        help_text=_("For products: a category that does not exist yet is made with the name in the file."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(importer.name, importer.label) for importer in importers()]
        self.fields["notation"].initial = active_notation().code

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Divide it into several."), code="too_large")
        return file
