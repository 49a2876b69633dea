"""Two plain algorithms that find the same itemsets, slowly: what the tests trust, and the pharmacy study's way.

Both return {itemset: count}. They look at every basket in every pass, as the texts say.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable
from itertools import combinations
from math import comb

Itemset = frozenset[Hashable]


def textbook_apriori(
    baskets: Iterable[Collection[Hashable]], min_count: int, max_length: int | None = None
) -> dict[Itemset, int]:
    """Agrawal and Srikant's Apriori (1994): join, prune by every part, count by looking at all baskets.

    >>> found = textbook_apriori([["tea", "milk"], ["tea", "milk", "salt"], ["tea"]], min_count=2)
    >>> sorted((sorted(itemset), count) for itemset, count in found.items())
    [(['milk'], 2), (['milk', 'tea'], 2), (['tea'], 3)]
    """
    sales = [frozenset(basket) for basket in baskets]
    return _level_by_level(sales, min_count, max_length, reduced=False)


def transaction_reduction_apriori(
    baskets: Iterable[Collection[Hashable]], min_count: int, max_length: int | None = None
) -> dict[Itemset, int]:
    """Apriori with transaction reduction, as a study of a pharmacy's sales used it.

    Before the pass for itemsets of k items, items that are in no frequent itemset of k − 1 are dropped from every
    sale, and sales that are left with fewer than k items are dropped: they can hold no itemset of that size.
    """
    sales = [frozenset(basket) for basket in baskets]
    return _level_by_level(sales, min_count, max_length, reduced=True)


def _level_by_level(
    sales: list[Itemset], min_count: int, max_length: int | None, *, reduced: bool
) -> dict[Itemset, int]:
    counts = Counter(frozenset([item]) for sale in sales for item in sale)
    frequent = {itemset: count for itemset, count in counts.items() if count >= min_count}
    found = dict(frequent)
    size = 2
    while frequent and (max_length is None or size <= max_length):
        if reduced:
            sales = _reduced(sales, frozenset().union(*frequent), size)
        candidates = _candidates(frequent.keys())
        counts = Counter(candidate for sale in sales for candidate in _held(candidates, sale, size))
        frequent = {itemset: count for itemset, count in counts.items() if count >= min_count}
        found |= frequent
        size += 1
    return found


def _reduced(sales: list[Itemset], items: Itemset, size: int) -> list[Itemset]:
    shorter = (sale & items for sale in sales)
    return [sale for sale in shorter if len(sale) >= size]


def _candidates(frequent: Collection[Itemset]) -> set[Itemset]:
    """Join itemsets that share all but their last item; keep a union only if all its parts are frequent."""
    known = set(frequent)
    items = list(frozenset().union(*known))
    place = {item: number for number, item in enumerate(items)}
    classes: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for itemset in known:
        *prefix, last = sorted(place[item] for item in itemset)
        classes[tuple(prefix)].append(last)
    unions = (
        frozenset(items[number] for number in (*prefix, one, other))
        for prefix, lasts in classes.items()
        for one, other in combinations(lasts, 2)
    )
    return {union for union in unions if all(union - {item} in known for item in union)}


def _held(candidates: set[Itemset], sale: Itemset, size: int) -> Iterable[Itemset]:
    """Return the candidates that a sale holds, by the shorter way."""
    if len(candidates) <= comb(len(sale), size):
        return [candidate for candidate in candidates if candidate <= sale]
    return [part for part in map(frozenset, combinations(sale, size)) if part in candidates]
