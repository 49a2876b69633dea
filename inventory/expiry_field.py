"""The form field for the last day of a batch."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .expiry_day import read_expiry


class ExpiryField(forms.Field):
    """The last day of a batch: DD-MM-YYYY, or MM-YYYY for the last day of that month."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()[:20]
        if not text:
            return None
        try:
            return read_expiry(text)
        except ValueError as error:
            sentence = _("“%(value)s” is no day. Write it like 31-12-2027, or 12-2027 for the end of the month.")
            raise ValidationError(sentence, code="invalid", params={"value": text}) from error
