"""Batches that will expire unsold, as people read them: which, when, how many units, what they are worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from inventori.money import ZERO, active_currency, currency_step, round_half_up
from inventori.templatetags.inventori import money, spoken_day
from inventori.templatetags.inventori import qty as show_qty
from inventory.models import Warehouse
from inventory.shelf_life import batch_rows
from master.models import Product

from .shelf import unsold_batches

# name: (the days left from, to, how it is said)
SPANS: dict[str, tuple[int, int | None, StrOrPromise]] = {
    "30": (0, 30, gettext_lazy("within 30 days")),
    "90": (31, 90, gettext_lazy("31 to 90 days")),
    "later": (91, None, gettext_lazy("later than 90 days")),
}


@dataclass(frozen=True, slots=True)
class Span:
    """What will expire unsold within a span of days."""

    name: str
    label: StrOrPromise
    batches: int
    qty: Decimal
    value: Decimal

    @property
    def tone(self) -> str:
        return {"30": "bad", "90": "watch"}.get(self.name, "") if self.batches else ""


def unsold_rows(warehouse: Warehouse, batch_ids: Iterable[int]) -> QuerySet[Any]:
    """Return what lies of these batches, with average cost, the first to expire first."""
    return batch_rows().filter(warehouse=warehouse, batch__in=list(batch_ids)).order_by("batch__expires_on", "pk")


def unsold_value(row: Any, unsold: dict[int, Decimal]) -> Decimal:
    """Return what the units that will expire of a row are worth at average cost, rounded as money is."""
    return round_half_up(unsold[row.batch_id] * row.average_cost, currency_step())


def in_span(rows: QuerySet[Any], name: str, today: date) -> QuerySet[Any]:
    first, last, _label = SPANS[name]
    rows = rows.filter(batch__expires_on__gte=today + timedelta(days=first))
    return rows if last is None else rows.filter(batch__expires_on__lte=today + timedelta(days=last))


def spans(rows: Iterable[Any], unsold: dict[int, Decimal], today: date) -> list[Span]:
    """Add up the rows by span."""
    found: dict[str, list[Any]] = {name: [] for name in SPANS}
    for row in rows:
        left = (row.batch.expires_on - today).days
        found[next(name for name, (_first, last, _label) in SPANS.items() if last is None or left <= last)].append(row)
    return [
        Span(
            name,
            SPANS[name][2],
            len(those),
            sum((unsold[row.batch_id] for row in those), ZERO),
            sum((unsold_value(row, unsold) for row in those), ZERO),
        )
        for name, those in found.items()
    ]


def unsold_sentences(product: Product, warehouse: Warehouse, *, sees_costs: bool) -> list[str]:
    """Say of each batch of a product what will expire of it: "B12: 14 strip will expire unsold on 12 March 2027"."""
    if not product.tracks_batches:
        return []
    unsold = unsold_batches(warehouse, product_ids=[product.pk])
    return [_sentence(row, unsold, product.uom, sees_costs) for row in unsold_rows(warehouse, unsold)] if unsold else []


def _sentence(row: Any, unsold: dict[int, Decimal], uom: str, sees_costs: bool) -> str:
    words = {
        "batch": row.batch.number,
        "units": f"{show_qty(unsold[row.batch_id])} {uom}",
        "day": spoken_day(row.batch.expires_on),
        "value": f"{active_currency()} {money(unsold_value(row, unsold))}",
    }
    if sees_costs:
        return _("%(batch)s: %(units)s will expire unsold on %(day)s, %(value)s.") % words
    return _("%(batch)s: %(units)s will expire unsold on %(day)s.") % words
