"""Demand by day, and on which days there was anything to sell: exactly as the ledger tells it.

Most of it comes from the packed history (inventory/demand_history.py), the newest moves from the ledger itself.
Where nothing lay on the shelf all day, nobody could buy: such a day says nothing about demand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from inventori.transactions import one_moment

from .demand_history import DAYS, Flags, Ints, moves_read, unpack
from .models import DemandFold, DemandHistory, Stock, StockMove, Warehouse

CHUNK = 10_000
# So few products are named one by one; of more the whole range of ids is read.
NAMED = 500


@dataclass(frozen=True, eq=False, slots=True)
class DemandTable:
    """One row a product, one column a day from `start` on.

    demand: units sold less units that came back that day; it may be negative. stocked: goods lay there at some time
    of that day, because some were left from the day before or some came in. In a warehouse whose stock may fall below
    zero goods are sold before they are booked in, so there every day from the first move on is one.
    """

    start: date
    warehouse_id: int
    product_ids: Ints
    demand: NDArray[np.float64]
    stocked: Flags


def demand_table(
    *, warehouse: Warehouse, start: date, end: date, product_ids: Sequence[int] | None = None
) -> DemandTable:
    """Return demand from `start` to `end`, both included, of every product that has stock rows in `warehouse`.

    product_ids: only these. Rows are in the order of the ids.
    """
    _refuse_backwards(start, end)
    with one_moment():
        return _table(warehouse, start, end, _kept(warehouse, product_ids))


def demand_tables(
    *, warehouse: Warehouse, start: date, end: date, product_ids: Sequence[int] | None = None, chunk: int = CHUNK
) -> Iterator[DemandTable]:
    """Return the same in tables of at most `chunk` products, each as the ledger stood when it was read."""
    _refuse_backwards(start, end)
    ids = _kept(warehouse, product_ids)
    for first in range(0, len(ids), chunk):
        with one_moment():
            table = _table(warehouse, start, end, ids[first : first + chunk])
        yield table


def _refuse_backwards(start: date, end: date) -> None:
    if end < start:
        raise ValueError("end must not be before start")


def _kept(warehouse: Warehouse, product_ids: Sequence[int] | None) -> Ints:
    """Return the ids of the products that have a stock row, sorted."""
    kept = Stock.objects.filter(warehouse=warehouse).values_list("product_id", flat=True)
    if product_ids is None:
        return np.sort(np.fromiter(kept.iterator(), np.int64))
    wanted = np.unique(np.array(product_ids, np.int64))
    return np.intersect1d(wanted, np.fromiter(kept.filter(**_among(wanted)).iterator(), np.int64))


def _table(warehouse: Warehouse, start: date, end: date, ids: Ints) -> DemandTable:
    days = _Days(warehouse.pk, start, end, ids)
    if len(ids):
        days.add_history()
        days.add_newest()
        days.read_stock()
    stocked = (days.opening() > 0) | days.came_in
    if warehouse.allow_negative:
        stocked |= days.since_first_move()
    return DemandTable(start, warehouse.pk, ids, days.demand / 1000, stocked)


class _Days:
    """The days of a chunk of products as they are put together, in thousandths. ids: sorted."""

    def __init__(self, warehouse_id: int, start: date, end: date, ids: Ints) -> None:
        self.warehouse_id, self.start, self.end, self.ids = warehouse_id, start, end, ids
        shape = (len(ids), (end - start).days + 1)
        self.demand, self.change = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.came_in = np.zeros(shape, bool)
        # Net change after the last day, and what lies there now.
        self.later, self.qty = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64)

    def add_history(self) -> None:
        rows = DemandHistory.objects.filter(
            warehouse=self.warehouse_id, year__gte=self.start.year, **_among(self.ids)
        ).values_list("product_id", "year", "packed")
        by_year: dict[int, tuple[list[int], list[bytes]]] = {}
        for product_id, year, packed in rows.iterator():
            products, packs = by_year.setdefault(year, ([], []))
            products.append(product_id)
            packs.append(packed)
        for year in sorted(by_year):
            self._add_year(year, *by_year[year])

    def _add_year(self, year: int, products: Sequence[int], packs: Sequence[bytes]) -> None:
        place, is_wanted = self._places(np.array(products, np.int64))
        days, came_in = unpack(packs)
        place, days, came_in = place[is_wanted], days[is_wanted], came_in[is_wanted]
        # Of the 366 days of the year: those in the range, and those after it.
        first_day = date(year, 1, 1).toordinal()
        begin = max(self.start.toordinal() - first_day, 0)
        after = min(max(self.end.toordinal() + 1 - first_day, 0), DAYS)
        if begin < after:
            # A year of 365 days has nothing at its 366th place, which may lie beyond the range's own last day.
            offset = first_day - self.start.toordinal()
            length = min(after, self.demand.shape[1] - offset) - begin
            columns, days_of_year = slice(offset + begin, offset + begin + length), slice(begin, begin + length)
            self.demand[place, columns] += days[:, 0, days_of_year]
            self.change[place, columns] += days[:, 1, days_of_year]
            self.came_in[place, columns] |= came_in[:, days_of_year]
        self.later[place] += days[:, 1, after:].sum(axis=1)

    def add_newest(self) -> None:
        """Add the moves that are not folded yet, whatever day they name."""
        fold = DemandFold.objects.filter(pk=1).first()
        folded_to = fold.folded_to if fold else 0
        moves = moves_read(*self._newest(folded_to))
        place, is_wanted = self._places(moves.product)
        column = moves.day - self.start.toordinal()
        is_later = is_wanted & (column >= self.demand.shape[1])
        np.add.at(self.later, place[is_later], moves.change[is_later])
        is_wanted &= (column >= 0) & (column < self.demand.shape[1])
        cells = place[is_wanted], column[is_wanted]
        np.add.at(self.demand, cells, moves.demand[is_wanted])
        np.add.at(self.change, cells, moves.change[is_wanted])
        np.logical_or.at(self.came_in, cells, moves.came_in[is_wanted])

    def _newest(self, folded_to: int) -> tuple[str, list[int], str]:
        """Return condition, values and index of the moves after an id: by id while they are few, else by product."""
        last = StockMove.objects.order_by("-id").values_list("id", flat=True).first() or 0
        by_card = last - folded_to > 50 * len(self.ids) + 1_000
        index = "move_card" if by_card else "PRIMARY"
        hint = f"FORCE INDEX ({index})"
        if connection.vendor == "sqlite":
            hint = "INDEXED BY move_card" if by_card else "NOT INDEXED"
        if len(self.ids) <= NAMED:
            products, values = f"IN ({', '.join(['%s'] * len(self.ids))})", self.ids.tolist()
        else:
            products, values = "BETWEEN %s AND %s", [int(self.ids[0]), int(self.ids[-1])]
        where = f"id > %s AND warehouse_id = %s AND product_id {products}"
        return where, [folded_to, self.warehouse_id, *values], hint

    def read_stock(self) -> None:
        rows = Stock.objects.filter(warehouse=self.warehouse_id, **_among(self.ids)).values_list("product_id", "qty")
        found = [(product_id, int(qty * 1000)) for product_id, qty in rows.iterator()]
        products, qty = np.array(found, np.int64).reshape(-1, 2).T
        place, is_wanted = self._places(products)
        self.qty[place[is_wanted]] = qty[is_wanted]

    def opening(self) -> Ints:
        """Return what lay there as each day began: what lies there now, less all that changed since."""
        since = np.cumsum(self.change[:, ::-1], axis=1)[:, ::-1]
        return (self.qty - self.later)[:, None] - since

    def since_first_move(self) -> Flags:
        moved = (self.opening() != 0) | (self.change != 0) | (self.demand != 0) | self.came_in
        return np.logical_or.accumulate(moved, axis=1)

    def _places(self, products: Ints) -> tuple[Ints, Flags]:
        """Return the row of each product, and whether it has one."""
        place = np.minimum(np.searchsorted(self.ids, products), max(len(self.ids) - 1, 0))
        return place, self.ids[place] == products


def _among(ids: Ints) -> dict[str, object]:
    """Return the filter that finds a superset of the products."""
    if len(ids) <= NAMED:
        return {"product_id__in": ids.tolist()}
    return {"product_id__gte": int(ids[0]), "product_id__lte": int(ids[-1])}
