"""Exact frequent itemsets, level by level.

R. Agrawal and R. Srikant, "Fast algorithms for mining association rules", VLDB 1994: every part of a frequent
itemset is frequent too, so candidates of k items are made only by joining two frequent itemsets of k − 1 items
that share all but their last. Here the items are numbered by support, pairs are counted all at once
(`pairs.py`), and from the third level on itemsets are bitmaps over the baskets of their rarest item
(`bitmaps.py`); a candidate whose last two items are no frequent pair is not counted.

The result is exact. `reference.py` holds the textbook's algorithm, which the tests compare with.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass

from .bounds import Limits, Stop, Stopped, Support, Watch, least_count, support_for_fewer, support_for_pairs
from .encoding import Baskets, Labels, baskets_from_lists, encode
from .itemsets import Itemsets, Level
from .levels import levels_of


@dataclass(frozen=True)
class Progress:
    """A level that is done: how many sets were looked at for it, how many are frequent, how many so far in all."""

    level: int
    candidates: int
    found: int
    total: int


def frequent_itemsets(
    baskets: Baskets | Iterable[Collection[Hashable]],
    *,
    min_support: Support,
    min_count: int = 1,
    max_length: int | None = None,
    exclude: Collection[Hashable] = (),
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Itemsets:
    """Return every itemset that is in enough of the baskets.

    baskets: lists of items, or `baskets_from_arrays(...)`; min_support: a share of all baskets (0 < s ≤ 1) or,
    as an int, a count; min_count: never fewer baskets than this, which guards small windows; max_length: the most
    items in a set; exclude: items to leave out; limits: how far to go; progress: called after each level;
    cancelled: asked several times a second, True ends the run.

    A run that would pass its limits ends with what it found: `.stopped` says why, and the levels there are complete.
    Raises ValueError or TypeError naming the argument that cannot be.

    >>> found = frequent_itemsets([["tea", "milk"], ["tea", "milk", "salt"], ["tea"], ["salt"]], min_support=2)
    >>> [(itemset.items, itemset.count) for itemset in found if len(itemset.items) == 2]
    [(('milk', 'tea'), 2)]
    """
    if max_length is not None and max_length < 1:
        raise ValueError(f"max_length must be at least 1, not {max_length}")
    given = baskets if isinstance(baskets, Baskets) else baskets_from_lists(baskets)
    least = least_count(min_support, given.count, min_count)
    limits = limits or Limits()
    watch = Watch(limits, cancelled)
    levels: list[Level] = []
    labels: Labels = ()
    stopped = None
    try:
        watch.check()
        encoded = encode(given, least, exclude)
        labels = encoded.labels
        for level, candidates in levels_of(encoded, least, max_length, watch):
            levels.append(level)
            if progress is not None:
                progress(Progress(len(levels), candidates, len(level), sum(map(len, levels))))
    except Stop as stop:
        # A share is repeated as it was asked for; a count, or one raised by min_count, as the share it makes.
        as_asked = not isinstance(min_support, int) and least == least_count(min_support, given.count)
        support = float(min_support) if as_asked else least / max(1, given.count)
        stopped = _reason(stop, levels, given.count, support, limits)
    return Itemsets(given.count, least, labels, tuple(levels), stopped)


def _reason(stop: Stop, levels: list[Level], basket_count: int, support: float, limits: Limits) -> Stopped:
    if stop.code == "pairs":
        advice = support_for_pairs(levels[0].counts, basket_count, limits.max_pairs)
    elif stop.code == "cancelled" or not levels:
        advice = None
    else:
        advice = support_for_fewer(levels[-1].counts, basket_count)
    return Stopped(stop.code, len(levels) + 1, support, stop.amount, stop.limit, advice)
