"""How often each two frequent items are bought together.

Baskets of like length are laid side by side, one column each, so that every pair of rows gives the pairs of many
baskets at once as numbers. With few items the numbers are counted in a table. With many items they are
sorted; when there are too many to hold, a first pass counts them in hashed buckets, and only pairs from buckets
that reached the minimum are kept (Park, Chen and Yu, "An effective hash-based algorithm for mining association
rules", 1995). Long baskets over few items go to a matrix product instead.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .encoding import Encoded, IntArray

TABLE_CELLS = 12_000_000
BLOCK_PAIRS = 1 << 16
COLUMN_CELLS = 1 << 20
HELD_PAIRS = 12_000_000
BUCKETS = 1 << 20
# A matrix product pays for baskets with more than one in so many of the frequent items, if there is enough to do.
DENSE_SHARE = 5
DENSE_WORK = 2_000_000_000
MATRIX_CELLS = 4_000_000


class Pairs(NamedTuple):
    """Frequent pairs a < b of codes, ordered by (a, b), and in how many baskets each is."""

    a: IntArray
    b: IntArray
    counts: NDArray[np.int64]


def count_pairs(encoded: Encoded, min_count: int, check: Callable[[], None]) -> Pairs:
    """Return the pairs that are in at least min_count baskets. check is called between blocks; it may raise."""
    triangle = Triangle(encoded.item_count)
    if triangle.cells <= TABLE_CELLS:
        keys, counts = _in_a_table(encoded, triangle, min_count, check)
    else:
        keys, counts = _by_sorting(encoded, triangle, min_count, check)
    a, b = triangle.pairs(keys)
    real = b < encoded.item_count
    return Pairs(a[real], b[real], counts[real])


def pair_occurrences(encoded: Encoded) -> int:
    """Return how many pairs of lines of one basket there are: Σ L(L − 1)/2."""
    length = encoded.length.astype(np.int64)
    return int((length * (length - 1)).sum()) // 2


class Triangle:
    """The pairs a < b of 0 … size as numbers without gaps: start[a] + b. `size` itself fills gaps."""

    def __init__(self, size: int) -> None:
        a = np.arange(size + 1, dtype=np.int64)
        self.size = size
        self.start = a * (2 * size + 1 - a) // 2 - a - 1
        self.cells = size * (size + 1) // 2

    def pairs(self, keys: IntArray) -> tuple[IntArray, IntArray]:
        keys = keys.astype(np.int64)
        a = np.searchsorted(self.start + np.arange(self.size + 1) + 1, keys, side="right") - 1
        return a, keys - self.start[a]


# --- In a table ------------------------------------------------------------------------
def _in_a_table(
    encoded: Encoded, triangle: Triangle, min_count: int, check: Callable[[], None]
) -> tuple[IntArray, NDArray[np.int64]]:
    # No pair is in more baskets than the second most frequent item is: mostly that fits in two bytes.
    narrow = encoded.item_count < 2 or encoded.counts[-2] < 1 << 16
    table: IntArray = np.zeros(triangle.cells, np.uint16 if narrow else np.uint32)
    dense = encoded.length * DENSE_SHARE > triangle.size
    if np.count_nonzero(dense) * triangle.size**2 < DENSE_WORK:
        dense[:] = False
    else:
        _add_products(table, encoded, np.flatnonzero(dense), triangle, check)
    for keys in _pair_keys(encoded, np.flatnonzero(~dense), triangle):
        check()
        np.add.at(table, keys, table.dtype.type(1))
    frequent = np.flatnonzero(table >= min_count)
    return frequent, table[frequent].astype(np.int64)


def _add_products(
    table: IntArray, encoded: Encoded, rows: IntArray, triangle: Triangle, check: Callable[[], None]
) -> None:
    size = triangle.size
    at_once = max(1, MATRIX_CELLS // size)
    product = np.zeros((size, size), np.float32)
    for low in range(0, len(rows), at_once):
        check()
        some = rows[low : low + at_once]
        length = encoded.length[some]
        matrix = np.zeros((len(some), size), np.float32)
        matrix[np.repeat(np.arange(len(some)), length), encoded.code[flat(encoded.start[some], length)]] = 1
        # Exact: no count in so few rows passes 2^24.
        np.matmul(matrix.T, matrix, out=product)
        for a in range(size - 1):
            begin = triangle.start[a] + a + 1
            table[begin : begin + size - a - 1] += product[a, a + 1 :].astype(table.dtype)


def flat(start: IntArray, length: IntArray) -> IntArray:
    """Return every place of the ranges start … start + length − 1, one after the other."""
    ends = np.cumsum(length)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - (ends - length), length)


# --- By sorting ------------------------------------------------------------------------
def _by_sorting(
    encoded: Encoded, triangle: Triangle, min_count: int, check: Callable[[], None]
) -> tuple[IntArray, NDArray[np.int64]]:
    every = np.arange(len(encoded.length))
    full = None
    if pair_occurrences(encoded) > HELD_PAIRS:
        buckets = np.zeros(BUCKETS, np.int32)
        for block in _pair_keys(encoded, every, triangle):
            check()
            np.add.at(buckets, block & (BUCKETS - 1), np.int32(1))
        full = buckets >= min_count
    kind: type[np.integer[Any]] = np.uint32 if triangle.cells < 1 << 32 else np.int64
    keys: IntArray = np.empty(0, kind)
    counts = np.empty(0, np.int64)
    held: list[IntArray] = []
    for block in _pair_keys(encoded, every, triangle):
        check()
        held.append((block if full is None else block[full[block & (BUCKETS - 1)]]).astype(kind))
        if sum(map(len, held)) > HELD_PAIRS:
            keys, counts = _merged(keys, counts, held)
            held = []
    keys, counts = _merged(keys, counts, held)
    frequent = counts >= min_count
    return keys[frequent], counts[frequent]


def _merged(keys: IntArray, counts: NDArray[np.int64], held: list[IntArray]) -> tuple[IntArray, NDArray[np.int64]]:
    """Add the held keys to the counted ones."""
    fresh = np.concatenate([keys[:0], *held])
    fresh.sort()
    first = np.flatnonzero(np.concatenate((np.ones(min(1, len(fresh)), bool), fresh[1:] != fresh[:-1])))
    fresh, fresh_counts = fresh[first], np.diff(first, append=len(fresh))
    if not len(keys):
        return fresh, fresh_counts
    both = np.concatenate((keys, fresh))
    order = np.argsort(both)
    both, weights = both[order], np.concatenate((counts, fresh_counts))[order]
    first = np.flatnonzero(np.concatenate(([True], both[1:] != both[:-1])))
    return both[first], np.add.reduceat(weights, first)


# --- Pairs as numbers --------------------------------------------------------------------
def _pair_keys(encoded: Encoded, rows: IntArray, triangle: Triangle) -> Iterator[NDArray[np.int64]]:
    """Yield the number of every pair of every basket in rows, in blocks that are written over."""
    buffer = np.empty(BLOCK_PAIRS, np.int64)
    filled = 0
    for columns in _columns(encoded, rows, triangle.size):
        scaled = triangle.start[columns]
        height, width = columns.shape
        at_once = max(1, BLOCK_PAIRS // width)
        for upper in range(height - 1):
            for low in range(upper + 1, height, at_once):
                lower = columns[low : low + at_once]
                if filled + lower.size > BLOCK_PAIRS:
                    yield buffer[:filled]
                    filled = 0
                np.add(scaled[upper], lower, out=buffer[filled : filled + lower.size].reshape(lower.shape))
                filled += lower.size
    if filled:
        yield buffer[:filled]


def _columns(encoded: Encoded, rows: IntArray, gap: int) -> Iterator[NDArray[np.int64]]:
    """Yield baskets of like length side by side, a basket a column, gaps at the bottom filled."""
    rows = rows[encoded.length[rows] > 1]
    length = encoded.length[rows]
    # Up to 16 each length by itself, above in steps of an eighth: few blocks, few gaps.
    step = 1 << np.maximum(0, np.frexp(length)[1] - 4)
    height = np.where(length <= 16, length, -(-length // step) * step)
    order = np.argsort(height.astype(np.int32), kind="stable")
    heights, first = np.unique(height[order], return_index=True)
    ends = np.append(first, len(rows))[1:]
    for tall, low, high in zip(heights.tolist(), first.tolist(), ends.tolist(), strict=True):
        at_once = max(1, min(BLOCK_PAIRS, COLUMN_CELLS // tall))
        for begin in range(low, high, at_once):
            some = rows[order[begin : min(begin + at_once, high)]]
            columns = encoded.code.take(encoded.start[some] + np.arange(tall)[:, None], mode="clip").astype(np.int64)
            if tall > 16:
                columns[np.arange(tall)[:, None] >= encoded.length[some]] = gap
            yield columns
