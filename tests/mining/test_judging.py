"""Chance and redundancy of rules."""

import random

import numpy as np
from scipy.stats import fisher_exact

from mining.apriori import frequent_itemsets
from mining.judging import may_be_chance, more_general, p_values, possible_rules
from mining.rules import association_rules


def mined():
    dice = random.Random(5)
    baskets = [[item for item in range(7) if dice.random() < 0.2 + item / 10] for _n in range(40)]
    found = frequent_itemsets(baskets, min_support=2)
    return found, association_rules(found, min_confidence=0.2)


def test_p_is_that_of_fishers_exact_test():
    found, rules = mined()

    p = p_values(rules)

    total, counts = found.basket_count, found.counts
    for row in range(len(rules)):
        both, a, b = (int(counts[n[row]]) for n in (rules.both, rules.antecedent, rules.consequent))
        expected = fisher_exact([[both, a - both], [b - both, total - a - b + both]], alternative="greater").pvalue
        assert abs(p[row] - expected) < 1e-9


def test_benjamini_and_hochberg_hold_the_smallest_of_many():
    # The table of their paper of 1995, section 4.1: at 5 % of 15 tests four hold.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]

    assert may_be_chance(np.array(p), 15).tolist() == [False] * 4 + [True] * 11


def test_rules_that_were_not_kept_count_as_tests():
    found = frequent_itemsets([["a", "b", "c"]] * 3, min_support=1)

    assert possible_rules(found) == 3 * 2 + 6


def test_a_rule_is_redundant_when_a_part_of_its_antecedent_says_as_much():
    _found, rules = mined()
    listed = list(rules)

    general = more_general(rules)

    for row, rule in enumerate(listed):
        better = [
            len(other.antecedent)
            for other in listed
            if set(other.antecedent) < set(rule.antecedent)
            and set(other.consequent) == set(rule.consequent)
            and other.confidence >= rule.confidence
        ]
        assert (general[row] >= 0) == bool(better)
        if better:
            assert len(listed[general[row]].antecedent) == min(better)
    assert (general >= 0).any()
