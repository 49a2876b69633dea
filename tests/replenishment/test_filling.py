"""Filling an order up to the supplier's minimum order value."""

import doctest
from decimal import Decimal as D

from replenishment import filling
from replenishment.filling import Candidate, fill
from replenishment.planning import Pack


def candidate(pk, days, *, mean=1, cost=100, pack=None, ordered=0, cap=None):
    """A product that is at its reorder point in so many days."""
    cap = None if cap is None else D(cap)
    return Candidate(pk, D(10) + D(days) * mean, D(10), D(mean), D(cost), pack or Pack(), D(ordered), cap)


def added(candidates, value, minimum):
    return {pk: int(one.qty) for pk, one in fill(candidates, value=D(value), minimum=D(minimum)).items()}


def test_the_module_says_what_it_does():
    failed, tried = doctest.testmod(filling)

    assert (failed, tried > 2) == (0, True)


def test_an_order_that_reaches_the_minimum_is_left_alone():
    assert added([candidate(1, 2)], 500, 500) == {}


def test_what_is_needed_soonest_is_added_first():
    assert added([candidate(1, 9), candidate(2, 3)], 0, 300) == {2: 3}
    assert added([candidate(1, 3), candidate(2, 3), candidate(3, 50)], 0, 400) == {1: 2, 2: 2}


def test_it_stops_as_soon_as_the_minimum_is_reached():
    assert added([candidate(1, 2, pack=Pack(factor=D(12)))], 100, 1250) == {1: 12}
    assert added([candidate(1, 2, pack=Pack(factor=D(12)))], 100, 1301) == {1: 24}


def test_a_product_that_is_not_on_the_order_starts_with_its_minimum():
    pack = Pack(minimum=D(20))

    assert added([candidate(1, 2, pack=pack)], 0, 100) == {1: 20}
    assert added([candidate(1, 2, pack=pack, ordered=20)], 0, 100) == {1: 1}


def test_no_more_is_added_than_sells_before_it_expires():
    assert added([candidate(1, 2, ordered=4, cap=6), candidate(2, 90)], 0, 500) == {1: 2, 2: 3}


def test_what_nobody_asks_for_and_what_costs_nothing_is_not_added():
    assert added([candidate(1, 2, mean=0), candidate(2, 2, cost=0)], 0, 500) == {}


def test_where_it_cannot_be_reached_what_there_is_is_added():
    assert added([candidate(1, 2, cap=3)], 0, 500) == {1: 3}
