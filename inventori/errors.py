"""Refusals: a code, data, and one whole translated sentence that names the thing and the next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    """A request that the shop's rules refuse. Nothing of it has been saved.

    code: short name for scripts; message: the sentence for the person; status: HTTP status;
    field: the form field that the sentence belongs to, or "".
    """

    code = "refused"
    status = 409

    def __init__(self, message: StrOrPromise, *, code: str = "", field: str = "", **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.data = data

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(DomainError):
    """A value that cannot be right."""

    code = "invalid"
    status = 400


class NotAllowed(DomainError):
    """The person lacks the right for this one action."""

    code = "not_allowed"
    status = 403


class KeyReused(DomainError):
    """A posting key came again with other content."""

    code = "key_reused"


@dataclass(frozen=True)
class ShortLine:
    """One product of which more was asked than there is."""

    product_id: int
    name: str
    wanted: Decimal
    available: Decimal


class InsufficientStock(DomainError):
    """More was asked than is in stock; `items` lists every short line of the document."""

    code = "insufficient_stock"

    def __init__(self, items: Sequence[ShortLine]) -> None:
        self.items = list(items)
        sentences = [
            format_lazy(
                _("{name}: {available} available, {wanted} asked."),
                name=item.name,
                available=_written_later(item.available),
                wanted=_written_later(item.wanted),
            )
            for item in self.items
        ]
        super().__init__(
            format_lazy("{} {}", _("Not enough stock."), format_lazy(" ".join(["{}"] * len(sentences)), *sentences)),
            items=self.items,
        )


def plain(qty: Decimal) -> str:
    """Write a quantity without trailing zeros: 3.000 → 3, 0.250 → 0.25."""
    text = f"{qty:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def written(qty: Decimal) -> str:
    """Write a quantity for people, without grouping and with the language's decimal mark: 0.250 → 0,25."""
    return plain(qty).replace(".", str(get_format("DECIMAL_SEPARATOR")))


# A refusal is worded when it is raised and read when it is shown, perhaps in another language.
_written_later = lazy(written, str)
