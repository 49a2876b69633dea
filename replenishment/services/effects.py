"""The effects of feasts, estimated from the ledger: select, compute, store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.db.models import Min
from django.utils import timezone
from scipy import sparse

from inventori.dates import business_date
from inventori.money import round_half_up
from inventori.transactions import retried
from inventory.demand import DemandTable, demand_tables
from inventory.models import StockMove, Warehouse
from inventory.selectors import active_warehouses
from master.models import Category, Product
from master.selectors import shop_profile
from replenishment.calendar import DayMarks, day_marks, spans_between
from replenishment.estimating import Factors, Floats, History, Key, Seen, factors, observe
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
    pasts = [_past(warehouse, until, categories, of_products) for warehouse in active_warehouses()]
    seen = observe([past for past in pasts if past])
    return _store(categories.tolist(), seen)


def _past(
    warehouse: Warehouse, until: date | None, categories: np.ndarray, of_products: dict[int, int]
) -> tuple[History, Sequence[Span]] | None:
    first = StockMove.objects.filter(warehouse=warehouse).aggregate(day=Min("business_date"))["day"]
    yesterday = business_date(timezone.now(), warehouse.time_zone, shop_profile().cutoff_hour) - DAY
    end = min(until or yesterday, yesterday)
    if first is None or first > end:
        return None
    start = max(first, end - PAST)
    marks = day_marks(warehouse=warehouse, start=start, end=end)
    tables = demand_tables(warehouse=warehouse, start=start, end=end, chunk=CHUNK)
    actual, usual = _by_category(tables, marks, categories, of_products)
    return History(start, actual, usual, marks.open, marks.event), spans_between(start, end)


def _by_category(
    tables: Iterable[DemandTable], marks: DayMarks, categories: np.ndarray, of_products: dict[int, int]
) -> tuple[Floats, Floats]:
    """Add up what was sold, and the products' own means, over the products that lay there."""
    actual, usual = (np.zeros((len(categories), marks.open.size)) for _n in range(2))
    for table in tables:
        there = table.stocked & marks.open
        ordinary = there & ~marks.event
        sold = np.where(ordinary, table.demand, 0.0).sum(axis=1)
        mean = np.maximum(sold, 0.0) / np.maximum(ordinary.sum(axis=1), 1)
        # What never sells on an ordinary day has no usual demand to multiply.
        there &= (mean > 0)[:, None]
        of_rows = np.fromiter((of_products[pk] for pk in table.product_ids.tolist()), np.int64, len(mean))
        cells = np.searchsorted(categories, of_rows), np.arange(len(mean))
        sums = sparse.csr_array((np.ones(len(mean)), cells), shape=(len(categories), len(mean)))
        actual += sums @ np.where(there, table.demand, 0.0)
        usual += sums @ np.where(there, mean[:, None], 0.0)
    return actual, usual


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
