"""What a suggested and a decided quantity come to, day by day."""

import doctest

import pytest

from replenishment import judging
from replenishment.judging import Lot, Past, Verdict, play


def past(**changes):
    """Five there, two asked for each of twelve days, goods on the third morning; 3,000 to win, 5,000 to lose."""
    usual = {
        "lots": (Lot(5),),
        "arrival": 3,
        "demand": (2,) * 12,
        "mean": 2,
        "margin": 3_000,
        "unit_cost": 5_000,
        "holding": 10,
    }
    return Past(**{**usual, **changes})


def test_the_example_in_the_text_is_right():
    failed, tried = doctest.testmod(judging)

    assert (failed, tried) == (0, 4)


def test_what_was_missing_before_the_goods_came_no_quantity_could_change():
    short = play(past(lots=()), 20)

    # Days 1 and 2 had nothing, and are not counted; from day 3 on twenty last for ten days.
    assert (short.days_short, short.lost, short.over, short.unit_days) == (0, 0, 0, 90)


def test_ordering_nothing_costs_the_margin_of_every_unit_that_was_asked_for():
    nothing = play(past(), 0)

    # Of five, one is left on day 3.
    assert (nothing.days_short, nothing.lost, nothing.lost_margin, nothing.cost) == (10, 19, 57_000, 57_000)


def test_goods_that_come_after_the_last_day_come_to_nothing():
    assert play(past(arrival=13), 24) == Verdict()


def test_what_was_on_order_comes_in_both_worlds():
    lots = (Lot(5), Lot(10, day=4))

    assert (play(past(lots=lots), 0).lost, play(past(lots=lots), 9).lost) == (9, 0)


def test_ordered_goods_that_expire_within_the_days_are_written_off():
    verdict = play(past(last_day=6), 24)

    # Eight of the 24 are sold to the end of day 6; of the five one is left for day 7.
    assert (verdict.expired, verdict.write_off) == (16, 80_000)
    assert (verdict.days_short, verdict.lost, verdict.over) == (6, 11, 0)
    assert verdict.unit_days == 23 + 21 + 19 + 1


def test_of_what_is_left_at_the_end_as_much_is_written_off_as_will_expire_at_the_mean():
    # Four of the order are left; day 13 sells two, and they have no other day.
    assert play(past(last_day=13), 24).expired == 2
    assert play(past(last_day=15), 24).expired == 0


def test_an_older_batch_that_expires_is_not_put_on_the_account_of_the_order():
    verdict = play(past(lots=(Lot(50, last_day=2),)), 24)

    assert (verdict.expired, verdict.lost, verdict.over) == (0, 0, 4)


def test_what_expires_first_is_sold_first():
    verdict = play(past(lots=(Lot(5), Lot(10)), last_day=10), 16)

    # Sixteen sell on days 3 to 10; the eleven that do not expire wait for the last two days.
    assert (verdict.expired, verdict.over, verdict.lost) == (0, 7, 0)


@pytest.mark.parametrize("demand", [(), (0,) * 12, (-3,) * 12])
def test_without_demand_nothing_is_lost_and_everything_lies_there(demand):
    verdict = play(past(demand=demand), 24)

    assert (verdict.lost, verdict.days_short) == (0, 0)
    assert verdict.over == (29 if demand else 0)


def test_a_margin_below_nothing_is_no_gain():
    assert play(past(margin=-500), 0).cost == 0


def test_each_unit_that_is_sold_bears_its_share_of_the_orders_cost():
    ordering = [play(past(ordering=6_000), qty).ordering for qty in (0, 12, 24)]

    # All of twelve are sold, and 19 of 24.
    assert ordering == [0, 6_000, 4_750]
