"""The figures of the dashboard. Each says its period and warehouse and leads to the rows it counts."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import DatabaseError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from inventori.errors import DomainError
from inventori.money import ZERO, active_currency
from inventori.templatetags.inventori import money, percent, qty
from inventory import selectors as stock
from inventory.batches import has_batches
from inventory.models import Warehouse
from inventory.shelf_life import todays
from master.models import Product
from purchases import selectors as purchases
from replenishment.alerting import alert_rows
from sales.selectors import SalesTotals, top_products, totals_by_day

from .chart import BarChart, bar_chart
from .expiry import buckets, expiry_rows
from .periods import Span, named_span, same_days_before

logger = logging.getLogger(__name__)
CHART_DAYS = 14
SHORT_LIST = 8
BEST = 10
T = TypeVar("T")


@dataclass(frozen=True)
class Tile:
    """One figure; see templates/fragments/tile.html. tone: good, watch, bad or info."""

    label: StrOrPromise
    figure: str
    unit: str = ""
    note: str = ""
    href: str = ""
    icon: str = ""
    tone: str = ""
    change: str = ""
    change_tone: str = ""
    change_icon: str = ""
    failed: bool = False
    # The figure as a number, for those who compare.
    amount: Decimal = field(default=ZERO)


def guarded(build: Callable[[], T], fallback: T) -> T:
    """Build one part of the page; a part that fails shows so alone and stands in the log."""
    try:
        return build()
    except (DatabaseError, DomainError):
        logger.exception("a part of the dashboard failed")
        return fallback


def failed_tile(label: StrOrPromise) -> Tile:
    return Tile(
        label,
        figure="–",
        note=_("This figure could not be read just now. Reload the page to try again."),
        icon="exclamation-triangle",
        tone="bad",
        failed=True,
    )


@dataclass
class Board:
    """What one person asked to see: one warehouse or all (None), seen from the business day `today`."""

    warehouse: Warehouse | None
    today: date

    @property
    def place(self) -> str:
        return self.warehouse.name if self.warehouse else _("all warehouses")

    def address(self, name: str, **asked: Any) -> str:
        """Return the address of the rows behind a figure."""
        if self.warehouse:
            asked["warehouse"] = self.warehouse.code
        return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)

    def sales_address(self, span: Span) -> str:
        return self.address("sales:sale_list", day_from=span.start, day_to=span.end, status="PAID")

    # --- Sales -----------------------------------------------------------------------
    @cached_property
    def days(self) -> dict[date, SalesTotals]:
        """Totals of every day that a tile or the chart needs, read once."""
        first = min(same_days_before("month", self.today).start, self.today - timedelta(days=CHART_DAYS))
        return totals_by_day(first, self.today, self.warehouse)

    def totals(self, span: Span) -> SalesTotals:
        """Add up the days of `span`."""
        found = [totals for day, totals in self.days.items() if span.start <= day <= span.end]
        return SalesTotals(
            count=sum(t.count for t in found),
            total=sum((t.total for t in found), ZERO),
            returns_count=sum(t.returns_count for t in found),
            returns=sum((t.returns for t in found), ZERO),
        )

    def sales_tile(self, period: str, label: StrOrPromise) -> Tile:
        span, before = named_span(period, self.today), same_days_before(period, self.today)
        now, then = self.totals(span), self.totals(before)
        notes = [ngettext("%(n)s sale", "%(n)s sales", now.count) % {"n": qty(now.count)}, str(span), self.place]
        if now.returns:
            notes.insert(1, _("returns −%(amount)s") % {"amount": money(now.returns)})
        return Tile(
            label,
            figure=money(now.total),
            unit=active_currency(),
            note=" · ".join(notes),
            href=self.sales_address(span),
            icon="receipt",
            amount=now.total,
            **_change(now.total, then.total, before, is_day=period == "today"),
        )

    def chart(self) -> BarChart:
        days = [self.today - timedelta(days=n) for n in reversed(range(CHART_DAYS))]
        return bar_chart(days, {day: totals.total for day, totals in self.days.items()})

    def best_sellers(self, span: Span) -> list[dict[str, Any]]:
        """Return the best-selling products with `href`, their moves by sales in these days."""
        rows = top_products(span.start, span.end, self.warehouse, BEST)
        for row in rows:
            asked = {"product": row["product__sku"], "source": "SALE", "day_from": span.start, "day_to": span.end}
            row["href"] = self.address("inventory:move_list", **asked)
        return rows

    # --- Stock and orders ------------------------------------------------------------
    @cached_property
    def stock_rows(self) -> QuerySet[Any]:
        return stock.stock_rows(self.warehouse)

    def stock_value_tile(self, label: StrOrPromise) -> Tile:
        value = stock.stock_value(self.stock_rows)
        return Tile(
            label,
            figure=money(value),
            unit=active_currency(),
            note=_("now, at average cost · %(place)s") % {"place": self.place},
            href=self.address("inventory:stock_list"),
            icon="boxes",
            amount=value,
        )

    def low_tile(self, label: StrOrPromise) -> Tile:
        count = stock.low(self.stock_rows).count()
        return Tile(
            label,
            figure=qty(count),
            note=_("now, at or below minimum · %(place)s") % {"place": self.place},
            href=self.address("inventory:stock_list", level="low"),
            icon="exclamation-triangle",
            tone="watch" if count else "good",
            amount=Decimal(count),
        )

    def alerts_tile(self, label: StrOrPromise) -> Tile:
        rows = alert_rows(self.warehouse)
        urgent = sum(row.is_urgent for row in rows)
        said = ngettext("%(n)s runs out first", "%(n)s run out first", urgent) % {"n": qty(urgent)}
        return Tile(
            label,
            figure=qty(len(rows)),
            note=_("now, at or below their reorder point · %(place)s") % {"place": self.place},
            href=self.address("replenishment:alert_list"),
            icon="bell",
            tone="bad" if urgent else "watch" if rows else "good",
            change=said if urgent else _("none runs out before its supplier can bring more"),
            change_tone="bad" if urgent else "good",
            change_icon="alarm" if urgent else "check-lg",
            amount=Decimal(len(rows)),
        )

    def low_list(self) -> list[Product]:
        return list(stock.low(self.stock_rows).order_by("qty", "name", "pk")[:SHORT_LIST])

    @cached_property
    def open_and_late(self) -> tuple[int, int]:
        return purchases.open_and_late(purchases.todays(), self.warehouse)

    def expiry_tile(self, label: StrOrPromise) -> Tile:
        """The batches of the expiry list: expired, or to expire within 90 days."""
        today = todays()
        expired, *near = buckets(expiry_rows(today, self.warehouse), today)
        count = expired.batches + sum(bucket.batches for bucket in near)
        said = ngettext("%(n)s has expired", "%(n)s have expired", expired.batches) % {"n": qty(expired.batches)}
        return Tile(
            label,
            figure=qty(count),
            note=_("batches within 90 days · %(place)s") % {"place": self.place},
            href=self.address("summary:expiry_list"),
            icon="calendar-x",
            tone="bad" if expired.batches else "watch" if count else "good",
            change=said if expired.batches else _("none has expired"),
            change_tone="bad" if expired.batches else "good",
            change_icon="alarm" if expired.batches else "check-lg",
            amount=Decimal(count),
        )

    def orders_tile(self, label: StrOrPromise) -> Tile:
        count, late = self.open_and_late
        said = ngettext("%(n)s is late", "%(n)s are late", late) % {"n": qty(late)} if late else _("none is late")
        return Tile(
            label,
            figure=qty(count),
            note=_("now · %(place)s") % {"place": self.place},
            href=self.address("purchases:order_list", status="OPEN"),
            icon="bag",
            change=said,
            change_tone="bad" if late else "good",
            change_icon="alarm" if late else "check-lg",
            amount=Decimal(count),
        )

    def late_tile(self, label: StrOrPromise) -> Tile:
        _count, late = self.open_and_late
        return Tile(
            label,
            figure=qty(late),
            note=_("now, past their expected day · %(place)s") % {"place": self.place},
            href=self.address("purchases:order_list", status="LATE"),
            icon="alarm",
            tone="bad" if late else "good",
            amount=Decimal(late),
        )


def _change(now: Decimal, then: Decimal, before: Span, *, is_day: bool) -> dict[str, Any]:
    """Say how `now` differs from the whole days before; a day that is not over yet has not fallen behind."""
    if not then:
        return {"change": _("nothing sold on %(days)s") % {"days": before}, "change_tone": "info"}
    ratio = (now - then) / then
    words = {"change": percent(abs(ratio)), "share": percent(now / then), "days": str(before)}
    if ratio > 0:
        more = _("%(change)s more than on all of %(days)s") % words
        return {"change": more, "change_tone": "good", "change_icon": "arrow-up"}
    if ratio < 0 and is_day:
        return {"change": _("so far %(share)s of %(days)s") % words, "change_tone": "info"}
    if ratio < 0:
        less = _("%(change)s less than on all of %(days)s") % words
        return {"change": less, "change_tone": "bad", "change_icon": "arrow-down"}
    return {"change": _("the same as on all of %(days)s") % words, "change_tone": "info"}


def tiles(board: Board, rights: Callable[[str], bool]) -> Iterable[Tile]:
    """Return the tiles a person may see, each built on its own."""
    plan: list[tuple[str, StrOrPromise, Callable[[StrOrPromise], Tile]]] = [
        ("sale_view", _("Sales today"), lambda label: board.sales_tile("today", label)),
        ("sale_view", _("Sales this week"), lambda label: board.sales_tile("week", label)),
        ("sale_view", _("Sales this month"), lambda label: board.sales_tile("month", label)),
        ("cost_view", _("Stock value"), board.stock_value_tile),
        ("stock_view", _("Low stock"), board.low_tile),
        ("reorder_view", _("To reorder"), board.alerts_tile),
        ("purchase_view", _("Open orders"), board.orders_tile),
        ("purchase_view", _("Late orders"), board.late_tile),
    ]
    if has_batches(None):
        plan.append(("stock_view", _("Expires soon"), board.expiry_tile))
    return [_one(build, label) for right, label, build in plan if rights(right)]


def _one(build: Callable[[StrOrPromise], Tile], label: StrOrPromise) -> Tile:
    return guarded(lambda: build(label), failed_tile(label))
