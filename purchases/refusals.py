"""A document refused once, with what is wrong on each of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import format_lazy
from django_stubs_ext import StrOrPromise

from inventori.errors import DomainError


@dataclass(frozen=True, slots=True)
class LineRefusal:
    """What is wrong with the line `index` (from 0), at which of its fields."""

    index: int
    field: str
    message: StrOrPromise
    code: str


class LinesRefused(DomainError):
    """Lines that cannot be posted; `items` names every one of them."""

    def __init__(self, items: Sequence[LineRefusal]) -> None:
        self.items = list(items)
        sentences = format_lazy(" ".join(["{}"] * len(self.items)), *(item.message for item in self.items))
        code = self.items[0].code
        super().__init__(sentences, code=code)
        if all(item.code == "invalid" for item in self.items):
            self.status = 400
