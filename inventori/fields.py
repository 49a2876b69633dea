"""Column types that the whole schema shares."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import models


class MoneyField(models.DecimalField):
    """An amount: DECIMAL(14,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class QtyField(models.DecimalField):
    """A quantity: DECIMAL(14,3), so that goods sold by weight fit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)


class PercentField(models.DecimalField):
    """A share in per cent, to the hundredth: 12.50."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 5, "decimal_places": 2, **kwargs})


class CodeField(models.CharField):
    """A code that people type: kept in capitals, so that `ab-1` and `AB-1` are one on every database."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().upper() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.strip().upper() if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class SearchTextField(models.CharField):
    """Text to search in: its `sources` of the same row, in small letters without accents, written with them.

    `contains` on it is a plain comparison of bytes, several times as quick as one that knows languages.
    """

    def __init__(self, *args: Any, sources: Sequence[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        super().__init__(*args, **{"max_length": 500, "default": "", "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = searchable(" ".join(str(getattr(model_instance, name) or "") for name in self.sources))
        setattr(model_instance, self.attname, text[: self.max_length])
        return text[: self.max_length]


def searchable(text: str) -> str:
    """Return `text` as it is searched for: small letters, no accents, single spaces.

    >>> searchable("  Café  LATTE ")
    'cafe latte'
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(bare.split())
