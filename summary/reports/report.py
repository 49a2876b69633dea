"""What a report is, and one as a person asked for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import formats
from django.utils.functional import cached_property
from django_stubs_ext import StrOrPromise

from accounts.models import User
from inventori.badges import badge_for
from inventori.lists import NUMBER_KINDS, Column, cell_html, plain_value
from inventori.money import ZERO
from inventori.templatetags import inventori as show

SHOWN_ROWS = 200


@dataclass(frozen=True)
class Report:
    """One kind of report.

    name: of its address, after "summary:report_"; right: needed to open it; form: what may be asked;
    rows: what was asked → rows, as dicts or objects that the columns read; totals: keys of the columns
    that are added up.
    """

    name: str
    title: StrOrPromise
    hint: StrOrPromise
    icon: str
    right: str
    form: type[forms.Form]
    columns: Sequence[Column]
    rows: Callable[[dict[str, Any]], list[Any]]
    totals: tuple[str, ...] = ()


@dataclass
class Sheet:
    """Rows under their headings, with a title, what was asked, and a last line that adds them up."""

    name: str
    title: str
    facts: list[tuple[str, str]]
    all_columns: Sequence[Column]
    rows: list[Any]
    totals: tuple[str, ...]
    by: User

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that this person may see."""
        return [column for column in self.all_columns if not column.right or self.by.can(column.right)]

    @property
    def header(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    @property
    def css(self) -> list[tuple[StrOrPromise, str]]:
        return [(column.label, _css(column)) for column in self.columns]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def is_cut(self) -> bool:
        return self.count > SHOWN_ROWS

    @cached_property
    def total_values(self) -> list[Decimal | None]:
        """The sum of each column that is added up, None under the others."""
        return [self._sum(column) if column.key in self.totals else None for column in self.columns]

    def _sum(self, column: Column) -> Decimal:
        return sum((column.of(row) or ZERO for row in self.rows), ZERO)

    @property
    def has_totals(self) -> bool:
        return bool(self.rows) and any(value is not None for value in self.total_values)

    # --- As a page, a file, and text ---------------------------------------------------
    @cached_property
    def shown(self) -> list[list[dict[str, Any]]]:
        """The first rows, as cells of the page."""
        return [
            [{"html": cell_html(column, row), "css": _css(column), "label": column.label} for column in self.columns]
            for row in self.rows[:SHOWN_ROWS]
        ]

    @property
    def shown_totals(self) -> list[dict[str, Any]]:
        return [
            {"html": text_of(column, value), "css": _css(column), "label": column.label}
            for column, value in zip(self.columns, self.total_values, strict=True)
        ]

    @property
    def plain_rows(self) -> list[list[Any]]:
        return [[plain_value(column, row) for column in self.columns] for row in self.rows]

    @property
    def text_rows(self) -> list[list[str]]:
        return [[text_of(column, column.of(row)) for column in self.columns] for row in self.rows]

    @property
    def text_totals(self) -> list[str]:
        return [text_of(column, value) for column, value in zip(self.columns, self.total_values, strict=True)]


def _css(column: Column) -> str:
    return f"{'number' if column.kind in NUMBER_KINDS else ''} {column.css}".strip()


def text_of(column: Column, value: Any) -> str:
    """Write a value as it stands on paper: exact days, numbers in the reader's notation."""
    if value is None or value == "":
        return ""
    if column.kind == "badge":
        return str(badge_for(value).label)
    if column.kind in NUMBER_KINDS:
        write: Callable[[Any], str] = getattr(show, column.kind)
        return write(value)
    if isinstance(value, datetime):
        return str(formats.date_format(value, "DATETIME_FORMAT"))
    if isinstance(value, date):
        return str(formats.date_format(value, "DATE_FORMAT"))
    return str(value)
