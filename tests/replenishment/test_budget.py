"""What a limited sum buys first."""

import doctest
import itertools
import random
from decimal import Decimal as D

import pytest

from replenishment import budget
from replenishment.budget import Wish, expected_margin, left_out, spend
from replenishment.planning import Pack


def wish(pk=1, wanted=3, position=0, mean=3.0, std=0.0, cost=1000, margin=500, pack=None):
    return Wish(pk, D(wanted), D(position), mean, std, D(cost), D(margin), pack or Pack())


def bought(wishes, amount):
    return {pk: int(one.qty) for pk, one in spend(wishes, D(amount)).items()}


def test_the_module_says_what_it_does():
    failed, tried = doctest.testmod(budget)

    assert (failed, tried > 2) == (0, True)


def test_enough_money_buys_everything():
    purchases = spend([wish(1), wish(2, wanted=5)], D(8000))

    assert {pk: (one.qty, one.lost) for pk, one in purchases.items()} == {1: (3, 0), 2: (5, 0)}


def test_no_money_buys_nothing_and_says_what_that_costs():
    purchases = spend([wish(1), wish(2, margin=200)], D(0))

    assert [(one.qty, one.lost) for one in purchases.values()] == [(0, 1500), (0, 600)]
    assert left_out(purchases) == 2100


def test_the_better_margin_for_each_rupiah_is_bought_first():
    dear = wish(1, cost=10_000, margin=2_000)
    cheap = wish(2, cost=1_000, margin=500)

    assert bought([dear, cheap], 13_000) == {1: 1, 2: 3}
    assert bought([dear, cheap], 3_000) == {1: 0, 2: 3}


def test_a_unit_that_would_lie_is_bought_after_one_that_sells():
    full = wish(1, position=3, margin=900)
    empty = wish(2, margin=100)

    assert bought([full, empty], 3_000) == {1: 0, 2: 3}


def test_minimums_and_whole_packs_are_kept():
    boxes = wish(1, wanted=36, mean=40.0, margin=900, pack=Pack(minimum=D(24), factor=D(12)))

    assert [bought([boxes], amount)[1] for amount in (23_999, 24_000, 35_999, 36_000)] == [0, 24, 24, 36]


def test_what_does_not_fit_any_more_is_passed_over_for_what_does():
    assert bought([wish(1, wanted=1, cost=900, margin=900), wish(2, wanted=2, cost=200, margin=100)], 500) == {
        1: 0,
        2: 2,
    }


def test_the_margin_of_a_certain_demand_is_that_of_the_units_that_sell():
    assert expected_margin(wish(wanted=5, mean=3.0, margin=500), D(5)) == 1500


def test_the_margin_of_a_uncertain_demand_is_what_a_simulation_finds():
    rng = random.Random(7)
    one = wish(wanted=12, position=5, mean=10.0, std=4.0, margin=100)

    draws = [rng.gauss(10, 4) for _n in range(200_000)]
    seen = sum(min(d, 17) - min(d, 5) for d in draws) / len(draws) * 100

    assert expected_margin(one, D(12)) == pytest.approx(seen, rel=0.01)


def test_a_product_sold_below_cost_saves_nothing_and_is_bought_last():
    assert bought([wish(1, margin=-500), wish(2, margin=1)], 3_000) == {1: 0, 2: 3}


def best_by_hand(wishes, amount):
    """The most expected margin of all combinations of quantities."""
    ways = [range(int(one.wanted) + 1) for one in wishes]
    return max(
        sum(expected_margin(one, D(qty)) for one, qty in zip(wishes, way, strict=True))
        for way in itertools.product(*ways)
        if sum(one.unit_cost * qty for one, qty in zip(wishes, way, strict=True)) <= amount
    )


@pytest.mark.parametrize("seed", range(25))
def test_where_every_unit_costs_the_same_no_combination_saves_more(seed):
    rng = random.Random(seed)
    wishes = [
        wish(pk, rng.randint(1, 4), rng.randint(0, 3), rng.uniform(0, 6), rng.uniform(0, 3), 1000, rng.randint(1, 900))
        for pk in range(4)
    ]
    amount = rng.randint(0, 12) * 1000

    saved = sum(expected_margin(one, spend(wishes, D(amount))[one.product_id].qty) for one in wishes)

    assert saved == pytest.approx(best_by_hand(wishes, amount), abs=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_where_costs_differ_it_misses_the_best_by_less_than_one_pack(seed):
    rng = random.Random(seed)
    wishes = [
        wish(
            pk,
            rng.randint(1, 4),
            0,
            rng.uniform(1, 6),
            rng.uniform(0, 3),
            rng.randint(3, 12) * 100,
            rng.randint(1, 900),
        )
        for pk in range(4)
    ]
    amount = rng.randint(5, 90) * 100

    purchases = spend(wishes, D(amount))

    saved = sum(expected_margin(one, purchases[one.product_id].qty) for one in wishes)
    dearest = max(expected_margin(one, D(1)) for one in wishes)
    assert sum(one.unit_cost * purchases[one.product_id].qty for one in wishes) <= amount
    assert best_by_hand(wishes, amount) - dearest <= saved
