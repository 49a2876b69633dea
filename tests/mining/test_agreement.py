"""Five hundred small stores: every way to mine them finds the same."""

import warnings
from fractions import Fraction

import efficient_apriori
import numpy as np
import pandas
import pytest
from mlxtend.frequent_patterns import association_rules as mlxtend_rules
from mlxtend.frequent_patterns import fpgrowth

from mining.apriori import frequent_itemsets
from mining.encoding import baskets_from_arrays
from mining.reference import textbook_apriori, transaction_reduction_apriori
from mining.rules import association_rules

from .stores import as_counts, as_measures, by_brute_force, rules_by_brute_force, small_store

SEEDS = range(500)


def by_mlxtend(baskets, least):
    items = sorted({item for basket in baskets for item in basket})
    held = pandas.DataFrame([[item in basket for item in items] for basket in baskets], columns=items, dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fpgrowth(held, min_support=least / len(baskets), use_colnames=True)


@pytest.mark.parametrize("first", range(0, len(SEEDS), 50))
def test_all_algorithms_find_what_brute_force_finds(first):
    for seed in SEEDS[first : first + 50]:
        baskets, least = small_store(seed)
        wanted = by_brute_force(baskets, least)

        assert as_counts(frequent_itemsets(baskets, min_support=least)) == wanted, seed
        assert textbook_apriori(baskets, least) == wanted, seed
        assert transaction_reduction_apriori(baskets, least) == wanted, seed


@pytest.mark.parametrize("first", range(0, len(SEEDS), 50))
def test_arrays_in_any_order_give_what_lists_give(first):
    for seed in SEEDS[first : first + 50]:
        baskets, least = small_store(seed)
        names = sorted({item for basket in baskets for item in basket})
        lines = [(number, names.index(item)) for number, basket in enumerate(baskets) for item in basket]
        mixed = np.random.default_rng(seed).permutation(len(lines))
        basket_ids, item_ids = np.array(lines, np.int64).reshape(-1, 2)[mixed].T
        spread = 10**12 if seed % 2 else 1

        found = frequent_itemsets(
            baskets_from_arrays(basket_ids * spread, item_ids * spread + 7, count=len(baskets)), min_support=least
        )

        named = {
            frozenset(names[(item - 7) // spread] for item in itemset): count
            for itemset, count in as_counts(found).items()
        }
        assert named == as_counts(frequent_itemsets(baskets, min_support=least)), seed


def test_mlxtend_finds_the_same_itemsets():
    for seed in SEEDS:
        baskets, least = small_store(seed)
        if not any(baskets):
            continue
        theirs = by_mlxtend(baskets, least)

        ours = as_counts(frequent_itemsets(baskets, min_support=least))

        counts = (theirs["support"] * len(baskets)).round().astype(int)
        assert dict(zip(theirs["itemsets"], counts, strict=True)) == ours, seed


def test_mlxtend_finds_the_same_rules():
    for seed in SEEDS[::5]:
        baskets, least = small_store(seed)
        ours = as_measures(association_rules(frequent_itemsets(baskets, min_support=least), min_confidence=0.5))
        if not ours:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = mlxtend_rules(by_mlxtend(baskets, least), metric="confidence", min_threshold=0.5 - 1e-9)

        # Their lift of independent goods comes out a little above or below 1: that much is forgiven.
        theirs = {
            (row.antecedents, row.consequents): (row.support, row.confidence, row.lift)
            for row in rows.itertuples()
            if row.lift >= 1 - 1e-9
        }
        assert ours.keys() == theirs.keys(), seed
        for rule, measures in ours.items():
            assert measures == pytest.approx(theirs[rule]), seed


def test_efficient_apriori_finds_the_same_itemsets():
    for seed in SEEDS:
        baskets, least = small_store(seed)
        theirs, _rules = efficient_apriori.apriori(
            [tuple(basket) for basket in baskets], min_support=least / len(baskets) - 1e-9, min_confidence=1
        )

        counted = {frozenset(itemset): count for level in theirs.values() for itemset, count in level.items()}

        assert counted == as_counts(frequent_itemsets(baskets, min_support=least)), seed


@pytest.mark.parametrize("min_confidence", ["0", "0.3", "0.6", "0.75", "1"])
def test_rules_are_those_of_brute_force(min_confidence):
    for seed in SEEDS[::5]:
        baskets, least = small_store(seed)
        wanted = rules_by_brute_force(by_brute_force(baskets, least), len(baskets), Fraction(min_confidence))

        rules = association_rules(frequent_itemsets(baskets, min_support=least), min_confidence=float(min_confidence))

        assert as_measures(rules) == {
            rule: tuple(float(measure) for measure in measures) for rule, measures in wanted.items()
        }, seed
