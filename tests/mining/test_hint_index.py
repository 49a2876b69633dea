"""The index of rules, and what the store of a process does when another run takes force."""

import doctest
import random

import pytest

from mining import effects, hint_index, hinting
from mining.hint_index import HintIndex, RuleRow
from mining.hint_store import index_in_force
from mining.models import MiningRun
from tests.factories import ProductFactory
from tests.mining.found import RunFactory, rule_of


@pytest.mark.parametrize("module", [hint_index, hinting, effects])
def test_the_examples_are_true(module):
    assert doctest.testmod(module, extraglobs={"Decimal": hinting.Decimal}).failed == 0


def test_a_rule_is_found_when_the_basket_holds_its_whole_antecedent():
    index = HintIndex([RuleRow(1, (1, 2), (3,), 2.0)])

    assert index.matching({1}) == []
    assert index.matching({2, 5}) == []
    assert [(match.item, match.rule_id) for match in index.matching({1, 2, 5})] == [(3, 1)]


def test_what_is_in_the_basket_is_never_hinted_at():
    index = HintIndex([RuleRow(1, (1,), (2,), 2.0)])

    assert index.matching({1, 2}) == []


def test_the_strongest_rule_stands_for_its_item_and_the_strongest_item_comes_first():
    index = HintIndex([RuleRow(1, (1,), (3,), 2.0), RuleRow(2, (2,), (3,), 5.0), RuleRow(3, (1,), (4,), 3.0)])

    assert [(match.item, match.rule_id) for match in index.matching({1, 2})] == [(3, 2), (4, 3)]


def test_rules_below_the_least_lift_are_left_out():
    index = HintIndex([RuleRow(1, (1,), (3,), 1.4), RuleRow(2, (1,), (4,), 1.5)])

    assert [match.item for match in index.matching({1}, min_lift=1.5)] == [4]


def test_the_index_finds_what_looking_at_every_rule_finds():
    draw = random.Random(6)
    rules = []
    for pk in range(2_000):
        items = draw.sample(range(40), draw.randint(2, 4))
        rules.append(RuleRow(pk, tuple(items[:-1]), (items[-1],), draw.uniform(1, 9)))
    index = HintIndex(rules)

    for _n in range(100):
        basket = frozenset(draw.sample(range(40), draw.randint(1, 12)))
        best = {}
        for rule in rules:
            item = rule.consequent[0]
            if set(rule.antecedent) <= basket and item not in basket:
                best[item] = max(best.get(item, 0.0), rule.lift)
        assert {match.item: match.lift for match in index.matching(basket)} == best


# --- The run in force ------------------------------------------------------------------
@pytest.fixture
def goods(db):
    return [ProductFactory() for _n in range(3)]


def hinted(basket):
    index = index_in_force()
    return None if index is None else [match.item for match in index.matching({product.pk for product in basket})]


def test_the_rules_are_read_once_for_a_run(goods, django_assert_num_queries):
    rule_of(RunFactory(is_active=True), goods[:1], goods[1:2])
    index_in_force()

    with django_assert_num_queries(1):
        index_in_force()


def test_another_run_in_force_brings_its_own_rules(goods):
    a, b, c = goods
    first, second = RunFactory(is_active=True), RunFactory()
    rule_of(first, [a], [b])
    rule_of(second, [a], [c])
    assert hinted([a]) == [b.pk]

    MiningRun.objects.filter(pk=first.pk).update(is_active=None)
    MiningRun.objects.filter(pk=second.pk).update(is_active=True)

    assert hinted([a]) == [c.pk]


def test_without_a_run_in_force_there_is_no_index(goods):
    run = RunFactory(is_active=True)
    rule_of(run, goods[:1], goods[1:2])
    assert hinted(goods[:1]) == [goods[1].pk]

    MiningRun.objects.update(is_active=None)

    assert index_in_force() is None


def test_a_run_over_categories_names_no_goods(goods):
    run = RunFactory(is_active=True, level="CATEGORY")
    rule_of(run, goods[:1], goods[1:2])

    assert index_in_force() is None


def test_redundant_rules_and_rules_by_chance_are_no_hints(goods):
    a, b, c = goods
    run = RunFactory(is_active=True)
    rule_of(run, [a], [b], is_redundant=True)
    rule_of(run, [a], [c], may_be_chance=True)

    assert hinted([a]) == []
