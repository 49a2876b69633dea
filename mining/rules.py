"""Association rules from frequent itemsets.

For an itemset F and its parts A (antecedent) and B = F − A (consequent), neither empty, among N baskets:

    support     s(A → B) = n(F) / N
    confidence  c = n(F) / n(A)
    lift        c / s(B) = n(F)·N / (n(A)·n(B))
    leverage    s(F) − s(A)·s(B)
    conviction  (1 − s(B)) / (1 − c), infinite when c = 1

R. Agrawal, T. Imieliński and A. Swami, "Mining association rules between sets of items in large databases",
SIGMOD 1993; conviction: S. Brin and others, "Dynamic itemset counting", SIGMOD 1997; leverage: G. Piatetsky-Shapiro,
"Discovery, analysis, and presentation of strong rules", 1991.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .bounds import Limits, Stop, Stopped, Watch
from .encoding import IntArray
from .itemsets import Itemsets

# Parts that are looked at at once, and what each takes meanwhile.
PART_CELLS = 1_000_000
BYTES_PER_PART = 24

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Who buys `antecedent` also buys `consequent`, in `count` baskets."""

    antecedent: tuple[Hashable, ...]
    consequent: tuple[Hashable, ...]
    count: int
    support: float
    confidence: float
    lift: float
    leverage: float
    conviction: float


@dataclass(frozen=True, eq=False)
class Rules:
    """Rules as arrays of one length: itemset numbers of antecedent, consequent and both, and the measures.

    stopped: why rules of larger itemsets are missing, or None.
    """

    itemsets: Itemsets
    antecedent: NDArray[np.int32]
    consequent: NDArray[np.int32]
    both: NDArray[np.int32]
    support: FloatArray
    confidence: FloatArray
    lift: FloatArray
    leverage: FloatArray
    conviction: FloatArray
    stopped: Stopped | None = None

    def __len__(self) -> int:
        return len(self.both)

    def best(self) -> "Rules":
        """Return the rules by lift, then confidence, then support, the highest first."""
        return self.chosen(np.lexsort((-self.support, -self.confidence, -self.lift)))

    def chosen(self, rows: IntArray | NDArray[np.bool_] | slice) -> "Rules":
        """Return the rules in these rows."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _ARRAYS})

    def __iter__(self) -> Iterator[Rule]:
        names = _Names(self.itemsets)
        counts = self.itemsets.counts[self.both]
        measures = (self.support, self.confidence, self.lift, self.leverage, self.conviction)
        columns = [column.tolist() for column in (counts, *measures)]
        parts = names.of(self.antecedent), names.of(self.consequent)
        for antecedent, consequent, *numbers in zip(*parts, *columns, strict=True):
            yield Rule(antecedent, consequent, *numbers)


_ARRAYS = ("antecedent", "consequent", "both", "support", "confidence", "lift", "leverage", "conviction")


class _Names:
    """The items of itemsets by number; each level is named once, when it is asked for."""

    def __init__(self, itemsets: Itemsets) -> None:
        self.itemsets = itemsets
        self.levels: dict[int, list[tuple[Hashable, ...]]] = {}

    def of(self, numbers: NDArray[np.int32]) -> list[tuple[Hashable, ...]]:
        offsets = self.itemsets.offsets
        level = np.searchsorted(offsets, numbers, side="right")
        for size in np.unique(level).tolist():
            if size not in self.levels:
                self.levels[size] = self.itemsets.named(size)
        rows = (numbers - offsets[level - 1]).tolist()
        return [self.levels[size][row] for size, row in zip(level.tolist(), rows, strict=True)]


def association_rules(
    itemsets: Itemsets,
    *,
    min_confidence: float = 0.5,
    min_lift: float = 1.0,
    limits: Limits | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rules:
    """Return every rule with enough confidence and lift; antecedents and consequents of any length.

    min_confidence: 0 … 1; min_lift: 1 keeps what is bought together at least as often as by chance.
    More rules than limits.max_rules, or more time than limits.max_seconds: what was found of smaller itemsets comes
    back, with `.stopped`. Raises ValueError naming the argument that cannot be.

    >>> from mining.apriori import frequent_itemsets
    >>> baskets = [["infusion set", "stopcock"], ["infusion set", "stopcock"], ["infusion set"], ["gauze"]]
    >>> for rule in association_rules(frequent_itemsets(baskets, min_support=0.5), min_confidence=0.6):
    ...     print(rule.antecedent, rule.consequent, rule.support, round(rule.confidence, 2), round(rule.lift, 2))
    ('stopcock',) ('infusion set',) 0.5 1.0 1.33
    ('infusion set',) ('stopcock',) 0.5 0.67 1.33
    """
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be from 0 to 1, not {min_confidence}")
    if not min_lift >= 0:
        raise ValueError(f"min_lift must be 0 or more, not {min_lift}")
    limits = limits or Limits()
    watch = Watch(limits, cancelled)
    kept: list[tuple[IntArray, IntArray, IntArray]] = []
    stopped = None
    parts = _Parts(itemsets)
    size = 2
    try:
        for size in range(2, len(itemsets.levels) + 1):
            found = list(_of_level(parts, size, min_confidence, min_lift, watch, sum(len(part[0]) for part in kept)))
            kept.extend(found)
    except Stop as stop:
        share = itemsets.min_count / max(1, itemsets.basket_count)
        stopped = Stopped(stop.code, size, share, stop.amount, stop.limit)
    none = np.empty(0, np.int32)
    antecedent, consequent, both = (np.concatenate([none, *(part[i] for part in kept)]) for i in range(3))
    return _measured(itemsets, antecedent, consequent, both, stopped)


def _of_level(
    parts: "_Parts", size: int, min_confidence: float, min_lift: float, watch: Watch, found: int
) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield antecedents, consequents and itemsets of the rules that itemsets of this size give, in blocks."""
    whole = (1 << size) - 1
    for first, table in parts.tables(size, watch):
        watch.check()
        count = parts.counts[table]
        both = count[whole]
        mask, row = np.nonzero(both / count[1:whole] >= min_confidence)
        chance = count[mask + 1, row] * count[whole - 1 - mask, row]
        kept = both[row] * parts.basket_count / chance >= min_lift
        mask, row = mask[kept], row[kept]
        found += len(row)
        if found > watch.limits.max_rules:
            raise Stop("rules", found, watch.limits.max_rules)
        yield table[mask + 1, row], table[whole - 1 - mask, row], (first + row).astype(np.int32)


class _Parts:
    """The numbers of all parts of itemsets."""

    def __init__(self, itemsets: Itemsets) -> None:
        self.levels, self.offsets, self.counts = itemsets.levels, itemsets.offsets, itemsets.counts
        self.basket_count = itemsets.basket_count
        self.stride = max(1, len(itemsets.labels))
        self._without: dict[int, NDArray[np.int32]] = {}
        self._keys: dict[int, NDArray[np.int64]] = {}

    def tables(self, size: int, watch: Watch) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Yield the number of a block's first itemset, and the numbers of each itemset's parts.

        A row of the table is a part, as a mask of places (bit 0 is the first item); a column is an itemset.
        """
        if 1 << size > watch.limits.max_rules:
            raise Stop("rules", 1 << size, watch.limits.max_rules)
        if BYTES_PER_PART << size > watch.limits.max_bytes:
            raise Stop("memory", BYTES_PER_PART << size, watch.limits.max_bytes)
        at_once = max(1, PART_CELLS >> size)
        for low in range(0, len(self.levels[size - 1]), at_once):
            rows = np.arange(low, min(low + at_once, len(self.levels[size - 1])), dtype=np.int32)
            table = np.zeros((1 << size, len(rows)), np.int32)
            self._fill(table, rows, list(range(size)), size - 1, watch.check)
            yield int(self.offsets[size - 1]) + low, table

    def _fill(
        self,
        table: NDArray[np.int32],
        rows: NDArray[np.int32],
        places: list[int],
        below: int,
        check: Callable[[], None],
    ) -> None:
        """Write the parts that hold these places, and those that lack one or more of the places up to `below`."""
        size = len(places)
        if below > 6:
            check()
        table[sum(1 << place for place in places)] = rows + self.offsets[size - 1]
        if size == 1:
            return
        without = self.without(size)
        for place in range(below + 1):
            self._fill(table, without[place][rows], places[:place] + places[place + 1 :], place - 1, check)

    def without(self, size: int) -> NDArray[np.int32]:
        """Return the rows, in the level below, of each itemset without its first, second, … item; a row a place."""
        if size not in self._without:
            level = self.levels[size - 1]
            found = np.empty((size, len(level)), np.int32)
            found[size - 1], found[size - 2] = level.left, level.right
            if size > 2:
                below = self.without(size - 1)
                for place in range(size - 2):
                    found[place] = self._row(size - 1, below[place][level.left], level.last)
            self._without[size] = found
        return self._without[size]

    def _row(self, size: int, left: NDArray[np.int32], last: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the rows of the itemsets made of these rows of the level below and these last items."""
        if size not in self._keys:
            level = self.levels[size - 1]
            self._keys[size] = level.left * np.int64(self.stride) + level.last
        return np.searchsorted(self._keys[size], left * np.int64(self.stride) + last)


def _measured(
    itemsets: Itemsets,
    antecedent: NDArray[np.int32],
    consequent: NDArray[np.int32],
    both: NDArray[np.int32],
    stopped: Stopped | None,
) -> Rules:
    total = itemsets.basket_count
    count, of_a, of_b = itemsets.counts[both], itemsets.counts[antecedent], itemsets.counts[consequent]
    chance = of_a * of_b
    with np.errstate(divide="ignore", invalid="ignore"):
        conviction = (of_a * (total - of_b)) / (total * (of_a - count))
    conviction[of_a == count] = np.inf
    return Rules(
        itemsets=itemsets,
        antecedent=antecedent,
        consequent=consequent,
        both=both,
        support=count / max(1, total),
        confidence=count / of_a,
        lift=count * total / chance,
        leverage=(count * total - chance) / max(1, total) ** 2,
        conviction=conviction,
        stopped=stopped,
    )
