"""One level of itemsets after the other.

Items are numbered by support, pairs are counted all at once (`pairs.py`), and from the third level on itemsets are
bitmaps over the baskets of their rarest item (`bitmaps.py`). Candidates are made by joining a class, the itemsets
that share all but their last item, with itself; one whose last two items are no frequent pair is not counted.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bitmaps import Bucket, bitmap_bytes, buckets_of, columns_of, counted, fill
from .bounds import Stop, Watch, pairs_to_look_at
from .encoding import Encoded, IntArray
from .itemsets import Int32Array, Level
from .pairs import Pairs, Triangle, count_pairs, flat, pair_occurrences

JOIN_BLOCK = 1 << 18
HELD_JOINS = 1 << 21
PAIR_FLAGS = 1 << 25
BYTES_PER_ITEMSET = 20

Joined = tuple[IntArray, IntArray]


class Done(NamedTuple):
    """A level that has itemsets, and how many candidates were looked at for it."""

    level: Level
    candidates: int


def levels_of(encoded: Encoded, min_count: int, max_length: int | None, watch: Watch) -> Iterator[Done]:
    """Yield the levels up to max_length, as long as there are itemsets. Raises Stop where a limit would be passed."""
    if not encoded.item_count:
        return
    code = np.arange(encoded.item_count, dtype=np.int32)
    single = Level(np.zeros_like(code), np.zeros_like(code), code, encoded.counts)
    watch.found(len(single))
    yield Done(single, len(encoded.labels))
    if max_length == 1:
        return
    candidates = pairs_to_look_at(encoded.item_count, pair_occurrences(encoded))
    if candidates > watch.limits.max_pairs:
        raise Stop("pairs", candidates, watch.limits.max_pairs)
    pairs = count_pairs(encoded, min_count, watch.check)
    watch.found(len(single) + len(pairs.a))
    if not len(pairs.a):
        return
    b = pairs.b.astype(np.int32)
    double = Level(pairs.a.astype(np.int32), b, b, pairs.counts)
    yield Done(double, candidates)
    if max_length != 2:
        yield from _Deeper(encoded, pairs, min_count, watch, len(single)).levels(double, max_length)


class _Deeper:
    """Makes the third level and those above."""

    def __init__(self, encoded: Encoded, pairs: Pairs, min_count: int, watch: Watch, found: int) -> None:
        self.encoded, self.pairs, self.min_count, self.watch = encoded, pairs, min_count, watch
        self.found = found
        self.start = Triangle(encoded.item_count).start
        # A pair's flag stands under its number; of more pairs than flags some share one, and then more is counted.
        self.flags = np.zeros(min(Triangle(encoded.item_count).cells, PAIR_FLAGS), bool)
        self.flags[(self.start[pairs.a] + pairs.b) % len(self.flags)] = True

    def levels(self, level: Level, max_length: int | None) -> Iterator[Done]:
        size = 3
        self.found += len(level)
        joined: Iterable[Joined] = self._joined(level)
        if self._joins(level) <= HELD_JOINS:
            joined = list(joined)
        buckets = self._buckets(level, joined)
        if not isinstance(joined, list):
            joined = self._joined(level)
        while buckets:
            level, buckets, candidates = self._next(level, buckets, joined)
            if not len(level):
                return
            self.found += len(level)
            yield Done(level, candidates)
            if size == max_length:
                return
            size += 1
            self._joins(level)
            joined = self._joined(level)

    def _joins(self, level: Level) -> int:
        """Return how many pairs of itemsets a level's classes have. Raises Stop when they are too many."""
        joins = int(_followers(level.left).sum())
        if joins > self.watch.limits.max_candidates:
            raise Stop("candidates", joins, self.watch.limits.max_candidates)
        return joins

    def _joined(self, level: Level) -> Iterator[Joined]:
        """Yield the rows of a level that make candidates, in blocks."""
        followers = _followers(level.left)
        ends = np.cumsum(followers)
        low = 0
        while low < len(followers):
            self.watch.check()
            before = int(ends[low - 1]) if low else 0
            high = max(low + 1, int(np.searchsorted(ends, before + JOIN_BLOCK, side="right")))
            rows = np.arange(low, high)
            one = np.repeat(rows, followers[low:high])
            other = flat(rows + 1, followers[low:high])
            place = self.start[level.last[one]]
            place += level.last[other]
            if len(self.flags) == PAIR_FLAGS:
                place %= PAIR_FLAGS
            kept = np.flatnonzero(self.flags[place])
            if len(kept):
                yield one[kept], other[kept]
            low = high

    def _buckets(self, level: Level, joined: Iterable[Joined]) -> list[Bucket]:
        """Return bitmaps of the pairs that candidates are made of."""
        needed = np.zeros(len(level), bool)
        for one, other in joined:
            needed[one] = True
            needed[other] = True
        if not needed.any():
            return []
        wanted = np.zeros(self.encoded.item_count, bool)
        wanted[self.pairs.a[needed]] = True
        wanted[self.pairs.b[needed]] = True
        columns = columns_of(self.encoded, wanted)
        buckets = buckets_of(self.pairs, needed, columns)
        self._fits(bitmap_bytes(buckets))
        fill(buckets, self.pairs, needed, columns, self.watch.check)
        return buckets

    def _fits(self, working_bytes: int, more: int = 0) -> None:
        size = working_bytes + (self.found + more) * BYTES_PER_ITEMSET
        if size > self.watch.limits.max_bytes:
            raise Stop("memory", size, self.watch.limits.max_bytes)

    def _next(self, level: Level, buckets: list[Bucket], joined: Iterable[Joined]) -> tuple[Level, list[Bucket], int]:
        """Count the candidates and keep the frequent ones; a bucket's itemsets stay in a bucket."""
        grown = [_Grown(bucket) for bucket in buckets]
        candidates = more = 0
        working = sum(bucket.bits.nbytes for bucket in buckets)
        for one, other in joined:
            candidates += len(one)
            cuts = np.searchsorted(one, [bucket.low for bucket in buckets] + [len(level)])
            for into, low, high in zip(grown, cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
                if low == high:
                    continue
                for found in into.count(one[low:high], other[low:high], self.min_count):
                    self.watch.check()
                    more += found
                    working += found * into.bucket.bits.shape[1] * 8
                self.watch.found(self.found + more)
                self._fits(working, more)
        left, right, counts, made = _gathered(grown)
        return Level(left, right, level.last[right], counts), made, candidates


class _Grown:
    """What grows out of one bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.left: list[IntArray] = []
        self.right: list[IntArray] = []
        self.counts: list[NDArray[np.int64]] = []
        self.bits: list[NDArray[np.uint64]] = []

    def count(self, one: IntArray, other: IntArray, min_count: int) -> Iterator[int]:
        """Count these candidates and keep the frequent ones; yield how many, block by block."""
        low = self.bucket.low
        for kept, counts, bits in counted(self.bucket.bits, one - low, other - low, min_count):
            self.left.append(one[kept])
            self.right.append(other[kept])
            self.counts.append(counts)
            self.bits.append(bits)
            yield len(kept)


def _gathered(grown: list[_Grown]) -> tuple[Int32Array, Int32Array, NDArray[np.int64], list[Bucket]]:
    """Put the buckets' itemsets one after the other; buckets without any go."""
    buckets, low = [], 0
    for into in grown:
        high = low + sum(map(len, into.counts))
        if high > low:
            buckets.append(Bucket(low, high, np.concatenate(into.bits)))
        into.bits = []
        low = high
    left = np.concatenate([np.empty(0, np.int32), *(part for into in grown for part in into.left)], dtype=np.int32)
    right = np.concatenate([np.empty(0, np.int32), *(part for into in grown for part in into.right)], dtype=np.int32)
    counts = np.concatenate([np.empty(0, np.int64), *(part for into in grown for part in into.counts)])
    return left, right, counts, buckets


def _followers(left: IntArray) -> NDArray[np.int64]:
    """Return how many rows of the same class stand behind each row."""
    ends = np.append(np.flatnonzero(left[1:] != left[:-1]) + 1, len(left))
    return np.repeat(ends, np.diff(ends, prepend=0)) - np.arange(1, len(left) + 1)
