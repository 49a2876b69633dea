"""The ledger by day, packed: what is read instead of a year of moves for ten thousand products.

One row of DemandHistory is one year of a product in a warehouse. `packed` holds, compressed with zlib, two arrays of
366 little-endian int64 in thousandths of a unit (demand; net change of stock) and 366 bits (whether anything came in),
by day of the year from 0.

Demand is what was sold less what came back: moves of sales and of returns by customers, out positive. A cancelled
sale comes back as a sale, so it takes itself off. Goods returned damaged are no demand either: their write-off is an
adjustment.

`demand_fold` carries moves over in the order of their ids. Whatever is not folded yet is read from the moves
themselves (inventory/demand.py), so the answer never depends on how far the fold has come.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from inventori.transactions import one_moment
from master.models import Product

from .models import DemandFold, DemandHistory, RefType, StockMove

DAYS = 366
# A move's id is given before its transaction commits. No transaction of a till or an import is open this long.
SETTLED_AFTER = timedelta(minutes=15)
# Moves folded in one transaction, and histories unpacked at once: 6 kB each.
SLICE = 100_000
UNPACKED = 5_000

# Products whose moves are folded again at once, to be compared.
COMPARED = 500

Key = tuple[int, int, int]  # product_id, warehouse_id, year
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_KEY = ("product_id", "warehouse_id", "year")
_INTS = 2 * DAYS
_INT_BYTES = _INTS * 8
_BIT_BYTES = (DAYS + 7) // 8


# --- Packing --------------------------------------------------------------------------
def pack(days: Ints, came_in: Flags) -> list[bytes]:
    """Pack years. days: [n, 2, 366] of demand and change; came_in: [n, 366]."""
    ints = np.ascontiguousarray(days, dtype="<i8").reshape(len(days), _INTS).view(np.uint8)
    whole = np.hstack([ints, np.packbits(came_in, axis=1)])
    return [zlib.compress(row.tobytes(), 1) for row in whole]


def unpack(packed: Sequence[bytes]) -> tuple[Ints, Flags]:
    """Return what `pack` was given."""
    width = _INT_BYTES + _BIT_BYTES
    whole = np.frombuffer(b"".join(map(zlib.decompress, packed)), dtype=np.uint8).reshape(-1, width)
    days = np.ascontiguousarray(whole[:, :_INT_BYTES]).view("<i8").astype(np.int64, copy=False)
    came_in = np.unpackbits(whole[:, _INT_BYTES:], axis=1, count=DAYS).astype(bool)
    return days.reshape(-1, 2, DAYS), came_in


# --- Moves ----------------------------------------------------------------------------
@dataclass(frozen=True, eq=False, slots=True)
class Moves:
    """Columns of stock moves, one element a move. day: as date.toordinal counts; quantities in thousandths."""

    product: Ints
    warehouse: Ints
    day: Ints
    demand: Ints
    change: Ints
    came_in: Flags


_DEMAND_REFS = (RefType.SALE.value, RefType.RETURN.value)


def moves_read(where: str, values: Sequence[int], hint: str = "") -> Moves:
    """Return the moves that meet an SQL condition. hint: which index leads to them."""
    if connection.vendor == "mysql":
        day, thousandths = "TO_DAYS(business_date) - 365", "CAST(1000 * {} AS SIGNED)"
    else:
        day, thousandths = "CAST(julianday(business_date) - 1721424.5 AS INTEGER)", "CAST(ROUND(1000 * {}) AS INTEGER)"
    sql = (
        f"SELECT product_id, warehouse_id, {day}, {thousandths.format('qty_in')}, {thousandths.format('qty_out')},"  # noqa: S608  constants
        f" CASE WHEN ref_type IN (%s, %s) THEN 1 ELSE 0 END FROM {StockMove._meta.db_table} {hint} WHERE {where}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_DEMAND_REFS, *values])
        parts = [np.empty((0, 6), np.int64)]
        while rows := cursor.fetchmany(50_000):
            parts.append(np.array(rows, dtype=np.int64))
    product, warehouse, ordinal, units_in, units_out, is_demand = np.concatenate(parts).T
    return Moves(product, warehouse, ordinal, is_demand * (units_out - units_in), units_in - units_out, units_in > 0)


# --- Folding --------------------------------------------------------------------------
def demand_fold(*, now: datetime | None = None) -> int:
    """Carry the moves that have settled into DemandHistory, and return how many ids were passed.

    An id that was the highest at one call is folded up to at a call at least 15 minutes later. Safe to be run by two
    at once, to be killed, and to be run never.
    """
    now = now or timezone.now()
    fold, _is_new = DemandFold.objects.get_or_create(pk=1)
    begun_at = fold.folded_to
    if fold.next_seen_at and now - fold.next_seen_at >= SETTLED_AFTER:
        while fold.folded_to < fold.next_to:
            end = min(fold.next_to, fold.folded_to + SLICE)
            if not _fold_slice(fold.folded_to, end):
                return fold.folded_to - begun_at  # somebody else folds
            fold.folded_to = end
    if fold.folded_to >= fold.next_to:
        highest = StockMove.objects.aggregate(id=Max("id"))["id"] or 0
        seen = DemandFold.objects.filter(pk=1, folded_to=fold.folded_to, next_to=fold.next_to)
        seen.update(next_to=highest, next_seen_at=now)
    return fold.folded_to - begun_at


def demand_forget() -> None:
    """Throw the packed history away: the next folds make it anew from the ledger."""
    with transaction.atomic():
        DemandFold.objects.update_or_create(pk=1, defaults={"folded_to": 0, "next_to": 0, "next_seen_at": None})
        DemandHistory.objects.all().delete()


def demand_wrong() -> Iterator[Key]:
    """Yield the years whose packed days are not what the folded moves come to, one that is missing too."""
    ids = [0, *Product.objects.order_by("pk").values_list("pk", flat=True)[COMPARED - 1 :: COMPARED], 2**62]
    for after, upto in pairwise(ids):
        with one_moment():
            folded_to = DemandFold.objects.filter(pk=1).values_list("folded_to", flat=True).first() or 0
            moves = moves_read("product_id > %s AND product_id <= %s AND id <= %s", [after, upto, folded_to])
            rows = DemandHistory.objects.filter(product_id__gt=after, product_id__lte=upto)
            stored = {(p, w, y): packed for p, w, y, packed in rows.values_list(*_KEY, "packed")}
        again = {row[:3]: row[3] for part in _years(moves) for row in _added(moves, part, {})}
        for key in sorted(again.keys() | stored.keys()):
            if key not in again or key not in stored or zlib.decompress(again[key]) != zlib.decompress(stored[key]):
                yield key


def _fold_slice(begin: int, end: int) -> bool:
    """Fold the moves with begin < id ≤ end; return False where another got there first, and nothing is written.

    All is read and packed before the transaction: SQLite has one writer, and the tills wait for it.
    """
    moves = moves_read("id > %s AND id <= %s", [begin, end])
    rows = [row for part in _years(moves) for row in _added(moves, part, _stored(part.keys))]
    with transaction.atomic():
        if not DemandFold.objects.filter(pk=1, folded_to=begin).update(folded_to=end):
            return False
        _write(rows)
    return True


@dataclass(frozen=True, eq=False, slots=True)
class _Years:
    """Some (product, warehouse, year), the moves that belong to them, and for each move which of them it is."""

    keys: list[Key]
    moves: Ints
    of: Ints
    day: Ints


def _years(moves: Moves) -> Iterator[_Years]:
    year, day = _year_and_day(moves.day)
    keys, of = np.unique(np.column_stack([moves.product, moves.warehouse, year]), axis=0, return_inverse=True)
    order = np.argsort(of.reshape(-1), kind="stable")
    ranked = of.reshape(-1)[order]
    for first in range(0, len(keys), UNPACKED):
        some = order[slice(*np.searchsorted(ranked, [first, first + UNPACKED]))]
        part = [(int(p), int(w), int(y)) for p, w, y in keys[first : first + UNPACKED]]
        yield _Years(part, some, of.reshape(-1)[some] - first, day[some])


def _added(moves: Moves, years: _Years, found: Mapping[Key, bytes]) -> list[tuple[int, int, int, bytes]]:
    """Return the years, packed, with the moves added to what was `found` of them."""
    days = np.zeros((len(years.keys), 2, DAYS), np.int64)
    came_in = np.zeros((len(years.keys), DAYS), bool)
    there = [place for place, key in enumerate(years.keys) if key in found]
    if there:
        days[there], came_in[there] = unpack([found[years.keys[place]] for place in there])
    np.add.at(days[:, 0], (years.of, years.day), moves.demand[years.moves])
    np.add.at(days[:, 1], (years.of, years.day), moves.change[years.moves])
    np.logical_or.at(came_in, (years.of, years.day), moves.came_in[years.moves])
    return [(*key, packed) for key, packed in zip(years.keys, pack(days, came_in), strict=True)]


def _stored(keys: Sequence[Key]) -> dict[Key, bytes]:
    wanted, first, last = set(keys), keys[0][0], keys[-1][0]
    rows = DemandHistory.objects.filter(
        product_id__gte=first,
        product_id__lte=last,
        warehouse__in={key[1] for key in keys},
        year__in={key[2] for key in keys},
    )
    found = rows.values_list("product_id", "warehouse_id", "year", "packed")
    return {(p, w, y): packed for p, w, y, packed in found.iterator() if (p, w, y) in wanted}


def _write(rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    if connection.vendor == "mysql":
        end = "ON DUPLICATE KEY UPDATE packed = VALUES(packed)"
    else:
        end = "ON CONFLICT (product_id, warehouse_id, year) DO UPDATE SET packed = excluded.packed"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {DemandHistory._meta.db_table} (product_id, warehouse_id, year, packed)"  # noqa: S608
            f" VALUES (%s, %s, %s, %s) {end}",
            rows,
        )


def _year_and_day(ordinal: Ints) -> tuple[Ints, Ints]:
    """Return the year of each day, and its place in the year from 0."""
    if not len(ordinal):
        return ordinal, ordinal
    first, last = (date.fromordinal(int(day)).year for day in (ordinal.min(), ordinal.max()))
    starts = np.array([date(year, 1, 1).toordinal() for year in range(first, last + 1)], np.int64)
    place = np.searchsorted(starts, ordinal, side="right") - 1
    return first + place, ordinal - starts[place]
