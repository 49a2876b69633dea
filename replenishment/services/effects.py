"""The effects of feasts, estimated from the ledger: select, compute, store."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.db.models import Min

from inventori.money import round_half_up
from inventori.transactions import retried
from inventory.demand import demand_tables
from inventory.models import StockMove, Warehouse
from inventory.selectors import active_warehouses, business_today
from master.models import Category, Product
from replenishment.calendar import day_marks, spans_between
from replenishment.estimating import Factors, Key, Past, Seen, Whole, factors, observe
from replenishment.models import EventEffect, EventKind
from replenishment.windows import DAY, Span

PAST = 4 * 366 * DAY
# Products read at once: four years of each take some 100 MB.
CHUNK = 2_000
MOST = 99.0
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Estimated:
    """kinds: with at least one event seen. effects: factors written, those of all categories among them."""

    kinds: int
    effects: int


def effects_estimate(*, until: date | None = None) -> Estimated:
    """Estimate every factor that nobody typed, from all warehouses' past up to `until` (default: yesterday)."""
    categories = np.fromiter(Category.objects.order_by("pk").values_list("pk", flat=True), np.int64)
    of_products = dict(Product.objects.values_list("pk", "category_id"))
    pasts = (past for warehouse in active_warehouses() for past in _pasts(warehouse, until, categories, of_products))
    return _store(categories.tolist(), observe(pasts, len(categories)))


def _pasts(
    warehouse: Warehouse, until: date | None, categories: Whole, of_products: dict[int, int]
) -> Iterator[tuple[Past, Sequence[Span]]]:
    first = StockMove.objects.filter(warehouse=warehouse).aggregate(day=Min("business_date"))["day"]
    yesterday = business_today(warehouse) - DAY
    end = min(until or yesterday, yesterday)
    if first is None or first > end:
        return
    start = max(first, end - PAST)
    marks = day_marks(warehouse=warehouse, start=start, end=end)
    spans = spans_between(start, end)
    for table in demand_tables(warehouse=warehouse, start=start, end=end, chunk=CHUNK):
        of_rows = np.fromiter((of_products[pk] for pk in table.product_ids.tolist()), np.int64)
        rows = np.searchsorted(categories, of_rows)
        yield Past(warehouse.pk, start, rows, table.demand, table.stocked, marks.open, marks.event), spans


@retried
def _store(categories: Sequence[int], seen: dict[Key, Seen]) -> Estimated:
    kinds = list(EventKind.objects.select_for_update().order_by("pk"))
    EventEffect.objects.filter(is_typed=False).delete()
    typed = {(row.kind_id, row.category_id, row.window): float(row.factor) for row in EventEffect.objects.all()}
    rows: list[EventEffect] = []
    for (kind_id, window), what in seen.items():
        found = factors(what, pooled=typed.get((kind_id, None, window)))
        rows += [row for row in _rows(kind_id, window, categories, found) if _key(row) not in typed]
    EventEffect.objects.bulk_create(rows, batch_size=500)
    return Estimated(len({row.kind_id for row in rows} & {kind.pk for kind in kinds}), len(rows))


def _rows(kind_id: int, window: str, categories: Sequence[int], found: Factors) -> Iterable[EventEffect]:
    of_each = zip(categories, found.of_each.tolist(), found.occurrences_of_each.tolist(), strict=True)
    for category_id, factor, n in [(None, found.of_all, found.occurrences), *of_each]:
        if n:
            yield EventEffect(
                kind_id=kind_id,
                category_id=category_id,
                window=window,
                factor=round_half_up(Decimal(min(factor, MOST)), THOUSANDTH),
                occurrences=n,
            )


def _key(row: EventEffect) -> tuple[int, int | None, str]:
    return row.kind_id, row.category_id, row.window
