"""Form fields that read what people write in their own language."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .numbers import active_notation, parse_number, write_number

MOST_DIGITS = 20


class NumberInput(forms.TextInput):
    """A text field for numbers: a browser's own number field knows one notation only."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        # What was typed and refused comes back as it was typed.
        return write_number(value) if isinstance(value, (Decimal, int)) else super().format_value(value)


class NumberField(forms.DecimalField):
    """An exact number, read and shown as the active language writes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "widget": NumberInput(), "localize": False})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        notation = active_notation()
        try:
            number = parse_number(value, notation)
        except ValueError as error:
            sentence = _("“%(value)s” is no number. Write it like %(example)s.")
            raise ValidationError(
                sentence, code="invalid", params={"value": value, "example": notation.example}
            ) from error
        return self._within_places(number)

    def _within_places(self, number: Decimal) -> Decimal:
        """Drop zeros beyond the column's decimals: 1,5000 fits where 1,5 does."""
        # A number of more digits than any column holds is left to the field's own check of its digits.
        if self.decimal_places is not None and number.adjusted() < MOST_DIGITS:
            rounded = round(number, self.decimal_places)
            return rounded if rounded == number else number
        return number

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class LinesField(forms.CharField):
    """Text of several lines; a browser sends its line ends in two signs, which would look like a change."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text
