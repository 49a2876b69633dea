"""Which baskets hold an itemset, as bits, packed per prefix class.

All itemsets that begin with the same (rarest) item a are one class. Their bits stand only for the s(a) baskets
that hold a, in 64-bit words, so a set of a rare item fits in a few words however many baskets there are. Classes of
like size lie together in one matrix, a row an itemset, and are worked on together.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .encoding import Encoded, IntArray
from .pairs import Pairs, flat

WORD = 64
# Words that may be wasted before a matrix of its own is worth the calls it costs.
WASTE_WORDS, WASTE_SHARE = 500, 0.2
GATHER_CELLS = 1 << 18
ITEM_BITMAP_BYTES = 48_000_000


@dataclass(eq=False)
class Bucket:
    """The bits of the pairs low … high − 1, a row each."""

    low: int
    high: int
    bits: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Columns:
    """For each item of interest the baskets that hold it, item after item."""

    basket: IntArray
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    basket_count: int


def columns_of(encoded: Encoded, wanted: NDArray[np.bool_]) -> Columns:
    """Turn baskets into columns, for wanted items and baskets with three or more of them."""
    here = wanted[encoded.code]
    held = np.add.reduceat(here, encoded.start, dtype=np.int64) if len(here) else np.empty(0, np.int64)
    kept = held >= 3
    number = np.cumsum(kept, dtype=np.int64) - 1
    here &= np.repeat(kept, encoded.length)
    basket = np.repeat(number, encoded.length)[here]
    count = int(number[-1]) + 1 if len(number) else 0
    shift = max(1, count.bit_length())
    kind: type[np.integer[Any]] = np.uint32 if encoded.item_count << shift < 1 << 32 else np.uint64
    key: IntArray = encoded.code[here].astype(kind)
    key <<= kind(shift)
    key |= basket.astype(kind)
    key.sort()
    length = np.bincount(encoded.code[here], minlength=encoded.item_count)
    return Columns((key & kind((1 << shift) - 1)).astype(np.int64), np.cumsum(length) - length, length, count)


def buckets_of(pairs: Pairs, needed: NDArray[np.bool_], columns: Columns) -> list[Bucket]:
    """Cut the pairs, which are ordered by their first item, where the classes' sizes change much; no bits yet."""
    first = np.flatnonzero(np.concatenate((np.ones(min(1, len(pairs.a)), bool), pairs.a[1:] != pairs.a[:-1])))
    rows = np.add.reduceat(needed, first, dtype=np.int64) if len(first) else first
    words = -(-columns.length[pairs.a[first]] // WORD)
    some = np.flatnonzero(rows)
    cuts: list[tuple[int, int]] = []  # where a bucket begins, its words
    used = total = tallest = 0
    for begin, row, word in zip(first[some].tolist(), rows[some].tolist(), words[some].tolist(), strict=True):
        waste = max(tallest, word) * (total + row) - used - row * word
        if cuts and waste <= max(WASTE_WORDS, WASTE_SHARE * (used + row * word)):
            used, total, tallest = used + row * word, total + row, max(tallest, word)
            cuts[-1] = (cuts[-1][0], tallest)
        else:
            used, total, tallest = row * word, row, word
            cuts.append((begin, word))
    ends = [begin for begin, _word in cuts[1:]] + [len(pairs.a)]
    return [Bucket(begin, end, np.empty((0, word), np.uint64)) for (begin, word), end in zip(cuts, ends, strict=True)]


def bitmap_bytes(buckets: list[Bucket]) -> int:
    """How much the bits of all buckets will take."""
    return sum((bucket.high - bucket.low) * bucket.bits.shape[1] * 8 for bucket in buckets)


def fill(
    buckets: list[Bucket], pairs: Pairs, needed: NDArray[np.bool_], columns: Columns, check: Callable[[], None]
) -> None:
    """Set the bits of every needed pair."""
    for bucket in buckets:
        bucket.bits = np.zeros((bucket.high - bucket.low, bucket.bits.shape[1]), np.uint64)
    items = np.flatnonzero(np.bincount(pairs.b[needed], minlength=len(columns.length)))
    row_bytes = columns.basket_count // 8 + 1
    at_once = max(1, ITEM_BITMAP_BYTES // row_bytes)
    for low in range(0, len(items), at_once):
        some = items[low : low + at_once]
        bitmap = _item_bitmap(columns, some, row_bytes)
        place = np.full(len(columns.length), -1, np.int64)
        place[some] = np.arange(len(some)) * row_bytes
        for bucket in buckets:
            rows = bucket.low + np.flatnonzero(needed[bucket.low : bucket.high])
            rows = rows[place[pairs.b[rows]] >= 0]
            _fill_bucket(bucket, rows, pairs.a[rows], place[pairs.b[rows]], bitmap, columns, check)


def _item_bitmap(columns: Columns, items: IntArray, row_bytes: int) -> NDArray[np.uint8]:
    """Return a bit for each basket of each item, eight in a byte, all rows in one line."""
    length = columns.length[items]
    basket = columns.basket[flat(columns.start[items], length)]
    byte = np.repeat(np.arange(len(items)) * row_bytes, length) + (basket >> 3)
    bit = np.left_shift(np.uint8(1), (basket & 7).astype(np.uint8))
    bitmap = np.zeros(len(items) * row_bytes, np.uint8)
    first = np.flatnonzero(np.concatenate((np.ones(min(1, len(byte)), bool), byte[1:] != byte[:-1])))
    if len(first):
        bitmap[byte[first]] = np.add.reduceat(bit, first)
    return bitmap


def _fill_bucket(
    bucket: Bucket,
    rows: IntArray,
    first_items: IntArray,
    place: IntArray,
    bitmap: NDArray[np.uint8],
    columns: Columns,
    check: Callable[[], None],
) -> None:
    """Look up, for each basket of a pair's first item, the bit of its second item."""
    width = bucket.bits.shape[1] * WORD
    at_once = max(1, GATHER_CELLS // max(1, width))
    for low in range(0, len(rows), at_once):
        check()
        some = slice(low, low + at_once)
        items, which = np.unique(first_items[some], return_inverse=True)
        baskets = _padded(columns, items, width)
        byte = (baskets >> 3)[which]
        byte += place[some][:, None]
        held = bitmap.take(byte)
        held &= np.left_shift(np.uint8(1), (baskets & 7).astype(np.uint8))[which]
        bucket.bits[rows[some] - bucket.low] = np.packbits(held, axis=1, bitorder="little").view(np.uint64)


def _padded(columns: Columns, items: IntArray, width: int) -> NDArray[np.int64]:
    """Return the baskets of each item in a row; behind them stands a basket that holds nothing."""
    padded = np.full((len(items), width), columns.basket_count, np.int64)
    length = columns.length[items]
    padded[np.arange(width) < length[:, None]] = columns.basket[flat(columns.start[items], length)]
    return padded


# --- Counting --------------------------------------------------------------------------
def counted(
    bits: NDArray[np.uint64], one: IntArray, other: IntArray, min_count: int
) -> Iterator[tuple[IntArray, NDArray[np.int64], NDArray[np.uint64]]]:
    """Yield, in blocks, which row pairs share min_count baskets or more, how many, and their bits."""
    at_once = max(1, GATHER_CELLS // bits.shape[1])
    for low in range(0, len(one), at_once):
        both = bits.take(one[low : low + at_once], axis=0)
        both &= bits.take(other[low : low + at_once], axis=0)
        counts = _row_sums(np.bitwise_count(both))
        kept = np.flatnonzero(counts >= min_count)
        yield low + kept, counts[kept], both[kept]


def _row_sums(counts: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Add up each row; column by column where rows are short, since NumPy is slow at many short sums."""
    if counts.shape[1] > 16:
        return np.einsum("ij->i", counts, dtype=np.int64, casting="unsafe")
    total = counts[:, 0].astype(np.int64)
    for column in range(1, counts.shape[1]):
        total += counts[:, column]
    return total
