"""Small made-up stores, and the plainest ways there are to mine them."""

import random
from collections.abc import Hashable
from fractions import Fraction
from itertools import combinations

from mining.itemsets import Itemsets
from mining.rules import Rules

Basket = list[Hashable]


def small_store(seed: int) -> tuple[list[Basket], int]:
    """Return up to 30 baskets of up to 9 items, some of them twice in a basket, and a least count.

    Some stores have text for items, some have an item in every basket, some have empty baskets.
    """
    dice = random.Random(seed)
    items: list[Hashable] = list(range(dice.randint(1, 9)))
    if seed % 3 == 0:
        items = [f"item {number}" for number in items]
    likely = [dice.choice([0.1, 0.3, 0.5, 0.8, 1.0]) for _ in items]
    baskets = []
    for _ in range(dice.randint(1, 30)):
        basket = [item for item, chance in zip(items, likely, strict=True) if dice.random() < chance]
        if basket and dice.random() < 0.2:
            basket.append(dice.choice(basket))
        dice.shuffle(basket)
        baskets.append(basket)
    return baskets, dice.randint(1, max(1, len(baskets) // 2))


def by_brute_force(baskets: list[Basket], min_count: int) -> dict[frozenset[Hashable], int]:
    """Count every set of items that there can be."""
    sales = [frozenset(basket) for basket in baskets]
    items = frozenset().union(*sales)
    counts = {
        frozenset(some): sum(1 for sale in sales if sale.issuperset(some))
        for size in range(1, len(items) + 1)
        for some in combinations(items, size)
    }
    return {itemset: count for itemset, count in counts.items() if count >= min_count}


def rules_by_brute_force(
    found: dict[frozenset[Hashable], int], basket_count: int, min_confidence: Fraction
) -> dict[tuple[frozenset[Hashable], frozenset[Hashable]], tuple[Fraction, Fraction, Fraction]]:
    """Return support, confidence and lift of every rule, as fractions."""
    rules = {}
    for both, count in found.items():
        for size in range(1, len(both)):
            for some in combinations(both, size):
                antecedent = frozenset(some)
                consequent = both - antecedent
                confidence = Fraction(count, found[antecedent])
                lift = confidence * basket_count / found[consequent]
                if confidence >= min_confidence and lift >= 1:
                    rules[antecedent, consequent] = (Fraction(count, basket_count), confidence, lift)
    return rules


def as_counts(itemsets: Itemsets) -> dict[frozenset[Hashable], int]:
    counts = {frozenset(itemset.items): itemset.count for itemset in itemsets}
    assert len(counts) == len(itemsets), "an itemset was found twice"
    return counts


def as_measures(
    rules: Rules,
) -> dict[tuple[frozenset[Hashable], frozenset[Hashable]], tuple[float, float, float]]:
    measures = {
        (frozenset(rule.antecedent), frozenset(rule.consequent)): (rule.support, rule.confidence, rule.lift)
        for rule in rules
    }
    assert len(measures) == len(rules), "a rule was found twice"
    return measures
