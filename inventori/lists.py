"""The machinery of every list page: search, filter, sort, paging and export, all in the address.

A view says what the list is and renders it:

    page = ListPage(
        request,
        product_rows(),                                     # a queryset with its select_related
        columns=[
            Column("name", _("Product"), url="master:product_show", sort="name"),
            Column("category.name", _("Category"), sort="category__name"),
            Column("price", _("Price"), kind="money", sort="price"),
            Column("cost", _("Cost"), kind="money", sort="cost", right="cost_view"),
            Column("is_active", _("Status"), kind="badge"),
        ],
        search=["sku", "name", "barcode"],
        filters=ProductFilter,                              # a django-filter FilterSet, or None
        default_sort="name",
        export_name="products",
    )
    return page.render("master/record_list.html", {...})

The template extends `list.html` (or includes `fragments/list_page.html`); the list is `page` there.
A column with `right` is neither shown, sorted by nor exported without that right. Whatever the address
says wrongly (an unknown column, page 99999, a size of 7) falls back instead of failing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django_filters import FilterSet
from django_stubs_ext import StrOrPromise

from . import exports
from .search import holds_every_word, tidy
from .templatetags import inventori as show

SIZES = (25, 50, 100)
NUMBER_KINDS = ("money", "qty", "percent")
OWN_PARAMETERS = ("q", "sort", "page", "size", "export")


@dataclass(frozen=True)
class Column:
    """One column.

    key: path of attributes from the row ("category.name"; a method is called), also its name in the address;
    kind: text, money, qty, percent, date, datetime or badge; sort: the ORM field or fields to order by,
    "" for none; right: needed to see it; url: row → address, or a URL name that takes the row's pk;
    value: row → value, instead of key; text: row → label of a badge; css: extra classes.
    """

    key: str
    label: StrOrPromise
    kind: str = "text"
    sort: str | Sequence[str] = ""
    right: str = ""
    url: Callable[[Any], str] | str = ""
    value: Callable[[Any], Any] | None = None
    text: Callable[[Any], Any] | None = None
    css: str = ""

    @property
    def sort_fields(self) -> list[str]:
        return [self.sort] if isinstance(self.sort, str) and self.sort else list(self.sort)

    def of(self, row: Any) -> Any:
        """Return the plain value of this column for `row`."""
        if self.value is not None:
            return self.value(row)
        found = row
        for name in self.key.replace("__", ".").split("."):
            found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
            if callable(found):
                found = found()
            if found is None:
                return None
        return found


@dataclass(frozen=True)
class RowAction:
    """An icon at the end of a row that leads somewhere; `right` is needed to see it."""

    label: StrOrPromise
    icon: str
    url: Callable[[Any], str] | str
    right: str = ""


@dataclass(frozen=True)
class Heading:
    key: str
    label: StrOrPromise
    css: str
    is_sortable: bool
    direction: str


@dataclass(frozen=True)
class Cell:
    label: StrOrPromise
    css: str
    html: str


@dataclass(frozen=True)
class Link:
    label: StrOrPromise
    icon: str
    url: str


@dataclass(frozen=True)
class Row:
    item: Any
    name: str
    cells: list[Cell]
    actions: list[Link]


class ListPage:
    """A list as one person sees it at one address; see the module's text for how to use it."""

    gap = Paginator.ELLIPSIS
    sizes = SIZES

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        *,
        columns: Sequence[Column],
        search: Sequence[str] = (),
        search_hint: StrOrPromise = "",
        filters: type[FilterSet] | None = None,
        default_sort: str = "",
        page_size: int = SIZES[0],
        export_name: str = "",
        row_actions: Sequence[RowAction] = (),
        caption: StrOrPromise = "",
        empty_text: StrOrPromise = "",
        empty_icon: str = "inbox",
        empty_url: str = "",
        empty_label: StrOrPromise = "",
        summary: str = "",
    ) -> None:
        self.request = request
        self._queryset = queryset
        self._columns = [column for column in columns if not column.right or request.user.can(column.right)]
        self._search = search
        self._default_sort = default_sort
        self.row_actions = [action for action in row_actions if not action.right or request.user.can(action.right)]
        self.search_hint = search_hint or _("Search")
        self.export_name = export_name
        self.caption = caption
        self.empty_text = empty_text or _("There is nothing here yet.")
        self.empty_icon, self.empty_url, self.empty_label = empty_icon, empty_url, empty_label
        # A template that stands above the table and changes with it: totals, balances.
        self.summary = summary
        # Shortened: a database refuses a condition of a thousand words.
        self.q = tidy(request.GET.get("q", ""))
        self.size = self._size(page_size)
        self.filter_set = filters(request.GET, queryset=queryset, request=request) if filters else None

    # --- What the address says --------------------------------------------------
    def _size(self, usual: int) -> int:
        return {str(size): size for size in SIZES}.get(self.request.GET.get("size", ""), usual)

    @cached_property
    def sort(self) -> str:
        """The sort in force as "key" or "-key"; what nobody may sort by falls back to the default."""
        sortable = {column.key for column in self._columns if column.sort_fields}
        asked = self.request.GET.get("sort", "")
        return asked if asked.removeprefix("-") in sortable else self._default_sort

    @property
    def sort_param(self) -> str:
        return self.sort if self.request.GET.get("sort") == self.sort else ""

    @property
    def size_param(self) -> int | str:
        return self.size if self.request.GET.get("size") == str(self.size) else ""

    @property
    def can_search(self) -> bool:
        return bool(self._search)

    @property
    def has_filter_bar(self) -> bool:
        return self.can_search or self.filter_set is not None

    @cached_property
    def filter_fields(self) -> list[Any]:
        if self.filter_set is None:
            return []
        for bound in self.filter_set.form:
            widget = bound.field.widget
            widget.attrs["class"] = "form-select" if hasattr(widget, "choices") else "form-control"
        return list(self.filter_set.form)

    @property
    def is_filtered(self) -> bool:
        return any(value for name, value in self.request.GET.items() if name not in OWN_PARAMETERS or name == "q")

    # --- The rows ------------------------------------------------------------------
    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """All rows that search and filters let through, in order."""
        rows = self.filter_set.qs if self.filter_set is not None else self._queryset
        if self._search:
            rows = rows.filter(holds_every_word(self.q, *(f"{name}__icontains" for name in self._search)))
        return rows.order_by(*self._order(rows))

    def _order(self, rows: QuerySet[Any]) -> list[str]:
        key = self.sort.removeprefix("-")
        column = next((column for column in self._columns if column.key == key), None)
        names = column.sort_fields if column and column.sort_fields else [key] if key else []
        if self.sort.startswith("-"):
            names = [name[1:] if name.startswith("-") else f"-{name}" for name in names]
        if not names:
            names = list(rows.query.order_by or rows.model._meta.ordering or [])
        # A last, unique key: without it two pages may show one row twice and another never.
        return [*names, "-pk" if names and str(names[0]).startswith("-") else "pk"]

    @cached_property
    def rows(self) -> Page[Any]:
        """The rows of this page; a page beyond the last is the last."""
        return Paginator(self.queryset, self.size).get_page(self.request.GET.get("page"))

    @property
    def count(self) -> int:
        return int(self.rows.paginator.count)

    @property
    def page_numbers(self) -> Iterator[int | str]:
        return self.rows.paginator.get_elided_page_range(self.rows.number, on_each_side=1, on_ends=1)

    # --- What is shown -----------------------------------------------------------------
    @cached_property
    def columns(self) -> list[Heading]:
        return [
            Heading(column.key, column.label, _css(column), bool(column.sort_fields), self._direction(column))
            for column in self._columns
        ]

    def _direction(self, column: Column) -> str:
        if not column.sort_fields:
            return ""
        return {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, "")

    @cached_property
    def table(self) -> list[Row]:
        return [self._row(item) for item in self.rows.object_list]

    def _row(self, item: Any) -> Row:
        cells = [self._cell(column, item) for column in self._columns]
        actions = [Link(action.label, action.icon, _address(action.url, item)) for action in self.row_actions]
        return Row(item, str(self._columns[0].of(item)), cells, [link for link in actions if link.url])

    def _cell(self, column: Column, item: Any) -> Cell:
        html = cell_html(column, item)
        return Cell(column.label, f"{_css(column)} is-blank".strip() if html == "" else _css(column), html)

    # --- Answers ----------------------------------------------------------------------
    def export(self, kind: str) -> HttpResponseBase:
        """Answer with all filtered rows and the columns this person may see."""
        header = [str(column.label) for column in self._columns]
        rows = ([plain_value(column, row) for column in self._columns] for row in self.queryset.iterator(2000))
        make = exports.csv_response if kind == "csv" else exports.xlsx_response
        return make(self.export_name, header, rows)

    def render(
        self, template: str = "list.html", context: dict[str, Any] | None = None
    ) -> HttpResponse | HttpResponseBase:
        """Answer with the page, or with the file when the address asks for an export."""
        kind = self.request.GET.get("export", "")
        if self.export_name and kind in exports.FORMATS:
            return self.export(kind)
        return render(self.request, template, {"page": self, **(context or {})})


def cell_html(column: Column, item: Any) -> str:
    """Return what stands in a cell, escaped."""
    value = column.of(item)
    if value is None or value == "":
        return ""
    if column.kind == "badge":
        html: str = show.badge(value, column.text(item) if column.text else "")
    elif column.kind in ("date", "datetime"):
        html = show.day(value)
    elif column.kind in NUMBER_KINDS:
        html = {"money": show.money, "qty": show.qty, "percent": show.percent}[column.kind](value)
    else:
        html = str(value)
    address = _address(column.url, item)
    return format_html('<a href="{}">{}</a>', address, html) if address else format_html("{}", html)


def plain_value(column: Column, item: Any) -> Any:
    """Return what an export holds: numbers and days as such, a status in words."""
    value = column.of(item)
    if column.kind == "badge" and value is not None:
        return str((column.text(item) if column.text else "") or show.badge_for(value).label)
    return str(value) if isinstance(value, Model) else value


def _css(column: Column) -> str:
    return f"{'number' if column.kind in NUMBER_KINDS else ''} {column.css}".strip()


def _address(url: Callable[[Any], str] | str, item: Any) -> str:
    if callable(url):
        return url(item)
    if not url:
        return ""
    return reverse(url, args=[item["pk"] if isinstance(item, dict) else item.pk])
