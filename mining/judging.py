"""Which rules may be chance, and which say nothing that a more general one does not say as well. Pure.

Fisher's exact test, one-sided: were antecedent and consequent bought independently, the sales with both would follow
a hypergeometric distribution; p is the chance of as many or more. Y. Benjamini and Y. Hochberg, "Controlling the
false discovery rate", JRSS B 1995: of m tests with p sorted ascending, those up to the largest i with
p(i) ≤ i·q/m hold. m is here how many rules the itemsets can make, those that were not kept too.

A rule A → B is redundant when a rule A' → B with A' ⊂ A is at least as confident.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from .itemsets import Itemsets
from .rules import Rules

FALSE_DISCOVERIES = 0.05
# Smaller is written as 0: no database keeps it exactly.
LEAST_P = 1e-300
TESTS_AT_ONCE = 20_000

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def p_values(rules: Rules) -> FloatArray:
    """Return for each rule the chance of so many sales with both sides, or more, by chance alone."""
    total = rules.itemsets.basket_count
    counts = rules.itemsets.counts
    both, one, other = counts[rules.both], counts[rules.antecedent], counts[rules.consequent]
    # A → B and B → A are one test.
    asked = np.stack([both, np.minimum(one, other), np.maximum(one, other)], axis=1)
    different, place = np.unique(asked, axis=0, return_inverse=True)
    parts = [np.empty(0)]
    for low in range(0, len(different), TESTS_AT_ONCE):
        k, small, large = different[low : low + TESTS_AT_ONCE].T
        parts.append(hypergeom.sf(k - 1, total, large, small))
    found = np.clip(np.concatenate(parts), 0.0, 1.0)
    found[found < LEAST_P] = 0.0
    return found[place.reshape(-1)]


def possible_rules(itemsets: Itemsets) -> int:
    """Return how many rules the itemsets can make: each of k items 2^k − 2."""
    return sum(found * (2**size - 2) for size, found in enumerate(itemsets.found, start=1))


def may_be_chance(p: FloatArray, tests: int) -> NDArray[np.bool_]:
    """Return which of the tests do not hold at a false discovery rate of 5 %. tests: m, at least len(p)."""
    order = np.argsort(p, kind="stable")
    holds = p[order] <= np.arange(1, len(p) + 1) * FALSE_DISCOVERIES / max(tests, len(p), 1)
    last = np.flatnonzero(holds)[-1] if holds.any() else -1
    chance = np.ones(len(p), bool)
    chance[order[: last + 1]] = False
    return chance


def more_general(rules: Rules) -> IntArray:
    """Return for each rule the row of the shortest rule that makes it redundant, or −1."""
    itemsets, found = rules.itemsets, np.full(len(rules), -1, np.int64)
    if not len(rules):
        return found
    size_of = np.searchsorted(itemsets.offsets, rules.antecedent, side="right")
    keys = _key(itemsets, rules.antecedent, rules.consequent)
    order = np.argsort(keys, kind="stable")
    for size in range(2, int(size_of.max()) + 1):
        rows = np.flatnonzero(size_of == size)
        codes = itemsets.items(size)[rules.antecedent[rows] - itemsets.offsets[size - 1]]
        for places in _parts(size):
            part = _key(itemsets, _number(itemsets, codes[:, places]), rules.consequent[rows])
            at = order[np.minimum(np.searchsorted(keys, part, sorter=order), len(keys) - 1)]
            better = (keys[at] == part) & (rules.confidence[at] >= rules.confidence[rows]) & (found[rows] < 0)
            found[rows[better]] = at[better]
    return found


def _key(itemsets: Itemsets, antecedent: NDArray[np.integer], consequent: NDArray[np.integer]) -> IntArray:
    return antecedent.astype(np.int64) * len(itemsets) + consequent


def _parts(size: int) -> Iterator[list[int]]:
    """Yield the places of each proper part, the smallest parts first."""
    masks = sorted(range(1, (1 << size) - 1), key=int.bit_count)
    for mask in masks:
        yield [place for place in range(size) if mask >> place & 1]


def _number(itemsets: Itemsets, codes: NDArray[np.integer]) -> IntArray:
    """Return the number of each itemset, whose codes stand in a row, ascending."""
    row = codes[:, 0].astype(np.int64)
    stride = np.int64(len(itemsets.labels))
    for size in range(2, codes.shape[1] + 1):
        level = itemsets.levels[size - 1]
        row = np.searchsorted(level.left * stride + level.last, row * stride + codes[:, size - 1])
    return row + itemsets.offsets[codes.shape[1] - 1]
