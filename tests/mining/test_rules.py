"""Rules and their measures."""

import doctest
import math

import numpy as np
import pytest

from mining import apriori, reference, rules
from mining.apriori import frequent_itemsets
from mining.bounds import Limits
from mining.encoding import baskets_from_arrays
from mining.rules import Rule, association_rules

# 10 of 20 baskets hold tea, 8 milk, 6 both.
TEA_AND_MILK = [["tea", "milk"]] * 6 + [["tea"]] * 4 + [["milk"]] * 2 + [["salt"]] * 8


def rules_of(baskets, *, min_support=1, **options):
    return association_rules(frequent_itemsets(baskets, min_support=min_support), **options)


def sides(found):
    return {(rule.antecedent, rule.consequent) for rule in found}


def test_measures_of_a_rule_are_those_of_the_definitions():
    found = {rule.antecedent: rule for rule in rules_of(TEA_AND_MILK, min_confidence=0)}

    assert found["tea",] == Rule(
        antecedent=("tea",),
        consequent=("milk",),
        count=6,
        support=0.3,
        confidence=0.6,
        lift=1.5,
        leverage=0.1,
        conviction=1.5,
    )
    assert found["milk",].confidence == 0.75
    assert found["milk",].conviction == 2.0
    assert len(found) == 2


def test_a_rule_without_exception_has_infinite_conviction():
    found = list(rules_of([["a", "b"], ["a", "b"], ["b"]], min_confidence=1))

    assert [(rule.antecedent, rule.confidence, rule.conviction) for rule in found] == [(("a",), 1.0, math.inf)]


def test_confidence_at_the_boundary_is_enough():
    assert sides(rules_of(TEA_AND_MILK, min_confidence=0.6)) == {(("tea",), ("milk",)), (("milk",), ("tea",))}
    assert sides(rules_of(TEA_AND_MILK, min_confidence=0.61)) == {(("milk",), ("tea",))}


def test_goods_that_meet_by_chance_keep_a_lift_of_one():
    by_chance = [["a", "b"], ["a"], ["b"], []]

    assert {rule.lift for rule in rules_of(by_chance, min_confidence=0)} == {1.0}
    assert len(rules_of(by_chance, min_confidence=0, min_lift=1.0001)) == 0


def test_goods_that_avoid_each_other_make_no_rule_unless_asked_for():
    apart = [["a", "b"], ["a"], ["a"], ["b"], ["b"]]

    assert len(rules_of(apart, min_confidence=0)) == 0
    assert {rule.lift for rule in rules_of(apart, min_confidence=0, min_lift=0)} == {5 / 9}


def test_both_sides_may_have_any_length():
    found = rules_of([["a", "b", "c", "d"]] * 3 + [["e"]], min_confidence=1)

    assert len(found) == 50
    assert {(len(rule.antecedent), len(rule.consequent)) for rule in found} == {
        (1, 1), (1, 2), (2, 1), (1, 3), (2, 2), (3, 1),
    }  # fmt: skip


def test_the_best_rules_come_by_lift_then_confidence_then_support():
    found = rules_of(TEA_AND_MILK + [["soap", "sponge"]] * 2 + [["sponge"]], min_confidence=0.1).best()

    assert [(rule.antecedent, rule.consequent) for rule in found] == [
        (("soap",), ("sponge",)),
        (("sponge",), ("soap",)),
        (("milk",), ("tea",)),
        (("tea",), ("milk",)),
    ]
    assert [rule.antecedent for rule in found.chosen(slice(1))] == [("soap",)]


def test_arrays_name_both_sides_by_itemset_number():
    found = rules_of(baskets_from_arrays([1, 1, 2, 2, 3], [7, 8, 7, 8, 8]), min_confidence=0.6)
    itemsets = [itemset.items for itemset in found.itemsets]

    assert [itemsets[number] for number in found.antecedent] == [(7,), (8,)]
    assert [itemsets[number] for number in found.consequent] == [(8,), (7,)]
    assert [itemsets[number] for number in found.both] == [(7, 8), (7, 8)]
    assert found.confidence.tolist() == [1.0, 2 / 3]


def test_no_itemsets_make_no_rules():
    for baskets in ([], [["a"], ["b"]]):
        found = rules_of(baskets)
        assert (len(found), list(found), found.stopped) == (0, [], None)


@pytest.mark.parametrize("name", ["min_confidence", "min_lift"])
@pytest.mark.parametrize("wrong", [-0.1, float("nan")])
def test_a_threshold_that_cannot_be_is_refused_by_name(name, wrong):
    with pytest.raises(ValueError, match=name):
        rules_of(TEA_AND_MILK, **{name: wrong})


def test_a_confidence_above_one_is_refused():
    with pytest.raises(ValueError, match="min_confidence"):
        rules_of(TEA_AND_MILK, min_confidence=1.1)


def test_parts_are_found_in_blocks_too(monkeypatch):
    dice = np.random.default_rng(3)
    baskets = [np.flatnonzero(dice.random(12) < 0.6).tolist() for _ in range(60)]
    wanted = {(rule.antecedent, rule.consequent, rule.lift) for rule in rules_of(baskets, min_support=10)}

    monkeypatch.setattr(rules, "PART_CELLS", 64)

    assert len(wanted) > 500
    assert {(rule.antecedent, rule.consequent, rule.lift) for rule in rules_of(baskets, min_support=10)} == wanted


def test_more_rules_than_allowed_stop_with_those_of_smaller_itemsets():
    found = rules_of([["a", "b", "c", "d"]] * 3, limits=Limits(max_rules=20))

    assert {len(rule.antecedent + rule.consequent) for rule in found} == {2}
    assert len(found) == 12
    assert (found.stopped.code, found.stopped.level, found.stopped.limit) == ("rules", 3, 20)
    assert str(found.stopped) == "stopped at itemsets of 3 items: more than 20 rules"


def test_an_itemset_that_alone_would_make_too_many_rules_is_not_begun():
    found = rules_of([list(range(12))], limits=Limits(max_rules=2000), min_lift=2)

    assert (found.stopped.code, found.stopped.level, found.stopped.amount) == ("rules", 11, 2048)


def test_making_rules_can_be_cancelled():
    assert rules_of(TEA_AND_MILK, cancelled=lambda: True).stopped.code == "cancelled"


@pytest.mark.parametrize("module", [apriori, reference, rules])
def test_examples_in_the_documents_are_true(module):
    tried = doctest.testmod(module)

    assert tried.attempted > 0
    assert tried.failed == 0
