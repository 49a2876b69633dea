"""ABC classes by hand: 80 % of the value in A, the next 15 % in B, the rest in C."""

from decimal import Decimal

from inventory.abc import classes


def test_the_worked_example_of_ten_products():
    # 1000 in all; before each lie 0, 450, 770, 870, 930, 960, ...
    values = [450, 320, 100, 60, 30, 20, 10, 5, 5, 0]

    found = classes({number: Decimal(value) for number, value in enumerate(values, start=1)})

    assert "".join(found[number] for number in range(1, 11)) == "AAABBCCCCC"


def test_one_product_that_makes_everything_is_in_a():
    assert classes({7: Decimal(100), 8: Decimal(0)}) == {7: "A", 8: "C"}


def test_without_any_sales_everything_is_in_c():
    assert classes({1: Decimal(0), 2: Decimal(0)}) == {1: "C", 2: "C"}
    assert classes({}) == {}


def test_more_came_back_than_was_sold_counts_as_nothing():
    assert classes({1: Decimal(-50), 2: Decimal(100)}) == {2: "A", 1: "C"}
