"""Which goods to place together: how often each two are bought together, and an order by it. Pure.

lift(i, j) = n_ij·N / (n_i·n_j) of N baskets. The order is a greedy chain: it begins with the two of the highest
lift and grows, at whichever end is linked more strongly, by the item that goes best with that end (the nearest
neighbour heuristic for a shortest path, here for the highest sum of lifts).

>>> chain(["milk", "bread", "jam"], {("bread", "jam"): 3.0, ("bread", "milk"): 2.0})
['milk', 'bread', 'jam']
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from .encoding import Baskets

# Fewer sales of a pair say nothing.
LEAST_SALES = 5

T = TypeVar("T", bound=Hashable)
Lifts = Mapping[tuple[T, T], float]


@dataclass(frozen=True)
class Together:
    """items: the most frequent ones first; sales: of each; both, lifts: of each pair, either way round.

    A pair that fewer than LEAST_SALES sales hold has a number in `both` but no lift.
    """

    items: Sequence[int]
    sales: Mapping[int, int]
    both: Mapping[tuple[int, int], int]
    lifts: Mapping[tuple[int, int], float]


def bought_together(baskets: Baskets, most: int, only: Sequence[int] | None = None) -> Together:
    """Count the pairs of the `most` frequent items (of `only`, where given)."""
    item, basket = np.asarray(baskets.item, np.int64), np.asarray(baskets.basket, np.int64)
    if only is not None:
        kept = np.isin(item, np.asarray(only, np.int64))
        item, basket = item[kept], basket[kept]
    ids, code = np.unique(item, return_inverse=True)
    shape = (max(baskets.count, 1), max(len(ids), 1))
    holds = csr_array((np.ones(len(code), np.int64), (basket, code)), shape=shape)
    holds.data[:] = 1  # a product on two lines of a sale is in it once
    alone = holds.sum(axis=0)
    first = np.lexsort((np.arange(len(ids)), -alone[: len(ids)]))[:most]
    chosen = holds[:, first]
    counts = (chosen.T @ chosen).toarray()
    items = [int(pk) for pk in ids[first]]
    both, lifts = {}, {}
    for i, one in enumerate(items):
        for j, other in enumerate(items):
            if i != j and counts[i, j]:
                both[one, other] = int(counts[i, j])
                if counts[i, j] >= LEAST_SALES:
                    lifts[one, other] = float(counts[i, j] * baskets.count / (counts[i, i] * counts[j, j]))
    return Together(items, {pk: int(counts[i, i]) for i, pk in enumerate(items)}, both, lifts)


def chain(items: Sequence[T], lifts: Lifts[T]) -> list[T]:
    """Order `items` so that neighbours go well together; of equal ones the earlier first. A missing lift is 0."""
    left = list(items)
    if len(left) < 2:
        return left

    def lift(one: T, other: T) -> float:
        return max(lifts.get((one, other), 0.0), lifts.get((other, one), 0.0))

    pairs = [(one, other) for n, one in enumerate(left) for other in left[n + 1 :]]
    order = list(max(pairs, key=lambda pair: lift(*pair)))
    left = [item for item in left if item not in order]
    while left:
        head = max(left, key=lambda item: lift(order[0], item))
        tail = max(left, key=lambda item: lift(order[-1], item))
        if lift(order[0], head) > lift(order[-1], tail):
            order.insert(0, head)
            left.remove(head)
        else:
            order.append(tail)
            left.remove(tail)
    return order


def best_beside(item: T, others: Sequence[T], lifts: Lifts[T], most: int = 3) -> list[T]:
    """Return those of `others` that are bought with `item` more than by chance, the best first."""
    good = [other for other in others if lifts.get((item, other), 0.0) > 1]
    return sorted(good, key=lambda other: -lifts[item, other])[:most]
