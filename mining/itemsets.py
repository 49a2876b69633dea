"""What a run found: itemsets by level, as arrays and one by one."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .bounds import Stopped
from .encoding import Labels

Int32Array = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Level:
    """All frequent itemsets of k items, in the order of their items' codes.

    Each row is the row `left` of the level below plus the item `last`. `right` is the row of the level below
    that lacks the item before the last. counts: in how many baskets each itemset is.
    """

    left: Int32Array
    right: Int32Array
    last: Int32Array
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True)
class Itemset:
    """Items that are in `count` baskets together; support is the share of all baskets."""

    items: tuple[Hashable, ...]
    count: int
    support: float


@dataclass(frozen=True, eq=False)
class Itemsets:
    """The frequent itemsets of a run.

    basket_count: N; min_count: the least count; labels: what the item codes stand for, the rarest first;
    levels: the itemsets of 1, 2, … items; stopped: why higher levels are missing, or None when there are none.
    An itemset's number counts through all levels.
    """

    basket_count: int
    min_count: int
    labels: Labels
    levels: tuple[Level, ...]
    stopped: Stopped | None = None

    def __len__(self) -> int:
        return sum(map(len, self.levels))

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """The number of each level's first itemset, and behind them how many there are in all."""
        return np.cumsum([0, *map(len, self.levels)])

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """The count of every itemset, level after level."""
        return np.concatenate([np.empty(0, np.int64), *(level.counts for level in self.levels)])

    @property
    def found(self) -> list[int]:
        """How many itemsets there are of 1, 2, … items."""
        return [len(level) for level in self.levels]

    def items(self, size: int) -> Int32Array:
        """Return the codes of all itemsets of this many items, a row each."""
        codes = np.empty((len(self.levels[size - 1]), size), np.int32)
        rows: NDArray[np.integer] = np.arange(len(codes))
        for k in range(size, 0, -1):
            level = self.levels[k - 1]
            codes[:, k - 1] = level.last[rows]
            rows = level.left[rows]
        return codes

    def named(self, size: int) -> list[tuple[Hashable, ...]]:
        """Return the items of all itemsets of this many items."""
        names = self.labels.tolist() if isinstance(self.labels, np.ndarray) else self.labels
        return [tuple(names[code] for code in row) for row in self.items(size).tolist()]

    def __iter__(self) -> Iterator[Itemset]:
        for k, level in enumerate(self.levels, start=1):
            for items, count in zip(self.named(k), level.counts.tolist(), strict=True):
                yield Itemset(items, count, count / self.basket_count)
