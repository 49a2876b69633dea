"""Baskets as arrays, and the frequent items in them as small numbers."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.integer[Any]]
Labels = Sequence[Hashable] | IntArray

# Ids spread over at most so many times their number are counted in a table, others are sorted.
TABLE_SPREAD = 4


@dataclass(frozen=True, eq=False)
class Baskets:
    """Every line of every basket, as two arrays of one length.

    basket: the number of each line's basket, 0 … count − 1; item: each line's item;
    count: how many baskets there are, empty ones too (N); labels: what the items are places in,
    or None where they are ids that stand for themselves.
    """

    basket: IntArray
    item: IntArray
    count: int
    labels: Sequence[Hashable] | None = None


@dataclass(frozen=True, eq=False)
class Encoded:
    """The frequent items of each basket, as codes 0 … F − 1 from the rarest to the most frequent.

    code: the items, basket after basket, ascending inside a basket and each once; start, length: where the items
    of a basket stand (baskets without frequent items are left out); counts: in how many baskets each code is;
    labels: what each code stands for; basket_count: all baskets (N).
    """

    code: IntArray
    start: IntArray
    length: IntArray
    counts: NDArray[np.int64]
    labels: Labels
    basket_count: int

    @property
    def item_count(self) -> int:
        """How many items are frequent (F)."""
        return len(self.counts)


# --- Reading ---------------------------------------------------------------------------
def baskets_from_lists(baskets: Iterable[Collection[Hashable]]) -> Baskets:
    """Take baskets as lists, tuples or sets of hashable items."""
    rows = baskets if isinstance(baskets, list | tuple) else list(baskets)
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    basket = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    try:
        numbers = array("q", chain.from_iterable(rows))
    except (TypeError, OverflowError):
        places: defaultdict[Hashable, int] = defaultdict()
        places.default_factory = places.__len__
        item = np.fromiter(map(places.__getitem__, chain.from_iterable(rows)), np.int32, len(basket))
        return Baskets(basket, item, len(rows), list(places))
    return Baskets(basket, np.array(numbers, np.int64), len(rows))


def baskets_from_arrays(basket_ids: ArrayLike, item_ids: ArrayLike, *, count: int | None = None) -> Baskets:
    """Take one basket id and one item id a line, as they come from a database; quickest when sorted by basket.

    count: how many baskets there are where some have no line (default: as many as there are different ids).
    Raises ValueError when the arrays are not integers, or not of one length, or hold more baskets than count.
    """
    baskets, items = _integers("basket_ids", basket_ids), _integers("item_ids", item_ids)
    if len(baskets) != len(items):
        raise ValueError(f"basket_ids and item_ids must be of one length, not {len(baskets)} and {len(items)}")
    basket, found = _numbered(baskets)
    if count is not None and count < found:
        raise ValueError(f"count must be at least the {found} baskets that have lines, not {count}")
    return Baskets(basket, items, found if count is None else count)


def _integers(name: str, values: ArrayLike) -> IntArray:
    ids = np.asarray(values)
    if ids.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {ids.ndim}")
    if ids.size == 0:
        return np.empty(0, np.int64)
    if not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(f"{name} must hold integers, not {ids.dtype}")
    if ids.dtype == np.uint64 and ids.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} must hold integers below 2^63")
    return ids.astype(np.int64, copy=False)


def _numbered(ids: IntArray) -> tuple[IntArray, int]:
    """Return each id's number, counted from 0 in the ids' order, and how many different ids there are."""
    if not len(ids):
        return np.empty(0, np.int32), 0
    if np.all(ids[1:] >= ids[:-1]):
        steps = np.concatenate(([False], ids[1:] != ids[:-1]))
        in_order = np.cumsum(steps, dtype=np.int32)
        return in_order, int(in_order[-1]) + 1
    if shifted := _shifted(ids):
        seen = np.zeros(shifted[1], np.int32)
        seen[shifted[0]] = 1
        return (np.cumsum(seen, dtype=np.int32) - 1)[shifted[0]], int(seen.sum())
    number, values, _lines = _ranked(ids)
    return number, len(values)


def _ranked(ids: IntArray) -> tuple[IntArray, IntArray, NDArray[np.int64]]:
    """Return each id's place among the different ids, these in order, and how often each is there."""
    low, places = int(ids.min()), len(ids).bit_length()
    if (int(ids.max()) - low).bit_length() + places > 63:
        values, inverse, lines = np.unique(ids, return_inverse=True, return_counts=True)
        return inverse, values, lines
    # Id and place in one number: sorting numbers is several times faster than sorting places by id.
    key = ids - low
    key <<= places
    key |= np.arange(len(ids))
    key.sort()
    sorted_ids = key >> places
    steps = np.concatenate(([False], sorted_ids[1:] != sorted_ids[:-1]))
    rank = np.empty(len(ids), np.int32)
    key &= (1 << places) - 1
    rank[key] = np.cumsum(steps, dtype=np.int32)
    first = np.append(0, np.flatnonzero(steps))
    return rank, sorted_ids[first] + low, np.diff(first, append=len(ids))


def _shifted(ids: IntArray) -> tuple[IntArray, int] | None:
    """Return ids from 0 up and the size of a table for them, or None when the table would be mostly empty."""
    low, high = int(ids.min()), int(ids.max())
    spread = high - low + 1
    if spread > TABLE_SPREAD * len(ids) + 65_536:
        return None
    return (ids if low == 0 else ids - low), spread


# --- Encoding --------------------------------------------------------------------------
def encode(baskets: Baskets, min_count: int, exclude: Collection[Hashable] = ()) -> Encoded:
    """Keep the items that are in at least min_count baskets and not in exclude, as codes.

    Lines of rare items go first: a line counts at most once, so fewer lines than min_count are fewer baskets too.
    """
    item, labels, lines = _counted(baskets)
    _leave_out(lines, labels, exclude)
    chosen = _by_support(lines, min_count)
    key, bits = _keys(item, baskets.basket, chosen, len(lines), baskets.count)
    counts = lines[chosen]
    repeated = key[1:] == key[:-1]
    if repeated.any():
        key = key[np.concatenate(([True], ~repeated))]
        code = key & key.dtype.type((1 << bits) - 1)
        once = np.bincount(code, minlength=len(chosen))
        better = _by_support(once, min_count)
        key, bits = _keys(code, key >> key.dtype.type(bits), better, len(chosen), baskets.count)
        chosen, counts = chosen[better], once[better]
    basket = key >> key.dtype.type(bits)
    code = (key & key.dtype.type((1 << bits) - 1)).astype(np.uint16 if len(chosen) < 1 << 16 else np.uint32)
    start = np.flatnonzero(np.concatenate((np.ones(min(1, len(key)), bool), basket[1:] != basket[:-1])))
    length = np.diff(start, append=len(key))
    return Encoded(code, start, length, counts, _chosen_labels(labels, chosen), baskets.count)


def _counted(baskets: Baskets) -> tuple[IntArray, Labels, NDArray[np.int64]]:
    """Return each line's place among the labels, the labels, and how many lines each has."""
    if baskets.labels is not None:
        return baskets.item, baskets.labels, np.bincount(baskets.item, minlength=len(baskets.labels))
    if not len(baskets.item):
        return baskets.item, np.empty(0, np.int64), np.empty(0, np.int64)
    if shifted := _shifted(baskets.item):
        place, size = shifted
        return place, np.arange(size) + baskets.item.min(), np.bincount(place, minlength=size)
    return _ranked(baskets.item)


def _leave_out(lines: NDArray[np.int64], labels: Labels, exclude: Collection[Hashable]) -> None:
    if not exclude:
        return
    if isinstance(labels, np.ndarray):
        lines[np.isin(labels, [int(label) for label in exclude if isinstance(label, int | np.integer)])] = 0
    else:
        unwanted = set(exclude)
        lines[[place for place, label in enumerate(labels) if label in unwanted]] = 0


def _by_support(lines: NDArray[np.int64], min_count: int) -> NDArray[np.int64]:
    frequent = np.flatnonzero(lines >= min_count)
    return frequent[np.argsort(lines[frequent], kind="stable")]


def _keys(item: IntArray, basket: IntArray, chosen: IntArray, size: int, baskets: int) -> tuple[IntArray, int]:
    """Return the chosen items' lines as sorted numbers, the basket in the high bits, the code in the low ones."""
    bits = max(1, len(chosen)).bit_length()
    kind: type[np.integer[Any]] = np.uint32 if baskets << bits < 1 << 32 else np.uint64
    code_of = np.full(size, len(chosen), np.int32)
    code_of[chosen] = np.arange(len(chosen), dtype=np.int32)
    code = code_of[item]
    if len(chosen) < size:
        kept = code < len(chosen)
        code, basket = code[kept], basket[kept]
    key: IntArray = basket.astype(kind)
    key <<= kind(bits)
    key |= code.astype(kind)
    key.sort()
    return key, bits


def _chosen_labels(labels: Labels, chosen: NDArray[np.int64]) -> Labels:
    return labels[chosen] if isinstance(labels, np.ndarray) else [labels[place] for place in chosen.tolist()]
