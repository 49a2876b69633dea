"""First-expiry consumption against a day-by-day shop, and how much is worth ordering of what expires."""

import doctest

import numpy as np
import pytest

from replenishment import expiry
from replenishment.expiry import NEVER, cap_by_shelf_life, demand_quantile, expiry_consume, worth_quantile

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def no_silent_arithmetic():
    with np.errstate(all="raise"):
        yield


def test_the_examples_in_the_text_hold():
    failed, tried = doctest.testmod(expiry)

    assert failed == 0
    assert tried > 0


def day_by_day(batches, path):
    """Sell each day's demand from the batch that expires first; batches are [qty, days_left, from_day]."""
    left = [qty for qty, _, _ in batches]
    for day, wanted in enumerate(path):
        for number, _ in sorted(enumerate(batches), key=lambda item: item[1][1]):
            if batches[number][2] <= day <= batches[number][1]:
                sold = min(wanted, left[number])
                left[number] -= sold
                wanted -= sold
    return left


# --- Consumption


def test_the_last_day_of_a_batch_still_sells():
    # Days 0 to 4 at 2 a day.
    found = expiry_consume([14], [4], daily_mean=2)

    assert (found.sold.tolist(), found.unsold.tolist()) == ([10], [4])


def test_the_batch_that_expires_first_is_sold_first_in_whatever_order_it_stands():
    assert expiry_consume([30, 14], [60, 4], daily_mean=2).unsold.tolist() == [0, 4]
    assert expiry_consume([30, 14], [17, 4], daily_mean=2).unsold.tolist() == [4, 4]


def test_what_expired_already_sells_nothing():
    found = expiry_consume([5, 10], [-1, 30], daily_mean=1)

    assert (found.sold.tolist(), found.unsold.tolist()) == ([0, 10], [5, 0])


def test_without_demand_everything_expires():
    assert expiry_consume([5, 10], [3, 30], daily_mean=0).unsold.tolist() == [5, 10]


def test_a_batch_without_a_date_never_expires():
    assert expiry_consume([5, 1e6], [NEVER, np.nan], daily_mean=0).unsold.tolist() == [0, 0]


def test_batches_that_outlive_the_horizon_are_not_judged():
    found = expiry_consume([5, 100], [3, 30], daily_mean=1, horizon=10)

    # Days 0 to 3 sell four of the first, days 4 to 10 seven of the second.
    assert (found.sold.tolist(), found.unsold.tolist()) == ([4, 7], [1, 0])


def test_demand_may_be_a_path_of_days_and_ends_with_it():
    found = expiry_consume([5, 9], [2, 60], path=[0, 3, 0, 4, 0, 2])

    assert (found.sold.tolist(), found.unsold.tolist()) == ([3, 6], [2, 3])


def test_an_order_under_way_sells_only_from_the_day_it_comes():
    # Two are sold on days 0 and 1, day 2 finds nothing, days 3 to 9 sell seven of the nine.
    found = expiry_consume([2, 9], [9, 9], daily_mean=1, from_day=[0, 3])

    assert (found.sold.tolist(), found.unsold.tolist()) == ([2, 7], [0, 2])


def test_many_products_in_one_call_are_each_their_own():
    qty = [[14, 30, 0], [5, 0, 0], [10, 10, 10]]
    left = [[4, 60, 0], [9, 0, 0], [0, 1, 2]]

    together = expiry_consume(qty, left, daily_mean=[2, 1, 4]).unsold

    for row, mean in enumerate([2, 1, 4]):
        assert together[row].tolist() == expiry_consume(qty[row], left[row], daily_mean=mean).unsold.tolist()
    assert together[2].tolist() == [6, 6, 6]


def test_it_agrees_with_a_shop_that_sells_day_by_day():
    rng = np.random.default_rng(3)
    for _ in range(300):
        number = rng.integers(1, 5)
        path = rng.poisson(1.5, 40)
        qty, left = rng.integers(0, 30, number), rng.integers(-2, 39, number)
        # An order comes later and expires later than what lies there.
        qty, left = [*qty, rng.integers(0, 30)], [*left, 39]
        since = [0] * number + [rng.integers(0, 10)]

        found = expiry_consume(qty, left, path=path, from_day=since).unsold

        assert found.tolist() == day_by_day(list(zip(qty, left, since, strict=True)), path)


def test_ten_thousand_products_take_their_own_paths():
    rng = np.random.default_rng(4)
    qty, left = rng.integers(0, 50, (10_000, 6)), rng.integers(0, 120, (10_000, 6))
    path = rng.poisson(1, (10_000, 120))

    found = expiry_consume(qty, left, path=path)

    assert (found.sold + found.unsold == qty).all()
    assert found.unsold[77].tolist() == expiry_consume(qty[77], left[77], path=path[77]).unsold.tolist()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("daily_mean", lambda: expiry_consume([1], [1])),
        ("daily_mean", lambda: expiry_consume([1], [1], daily_mean=1, path=[1])),
        ("daily_mean", lambda: expiry_consume([1], [1], daily_mean=-1)),
        ("qty", lambda: expiry_consume(1, 1, daily_mean=1)),
        ("path", lambda: expiry_consume([1], [1], path=1)),
        ("quantile", lambda: cap_by_shelf_life(1, 2, 1, 30, 0)),
        ("daily_std", lambda: demand_quantile(0.5, 2, -1, 30)),
        ("already_there", lambda: cap_by_shelf_life(0.5, 2, 1, 30, -5)),
        ("unit_cost", lambda: worth_quantile(5, -1)),
    ],
)
def test_a_typed_number_that_is_impossible_is_refused_by_its_name(name, call):
    with pytest.raises(ValueError, match=rf"^{name} .*must"):
        call()


# --- The cap


def test_an_order_is_capped_at_what_sells_within_its_life():
    # The median of thirty days at 2 a day is 60, of which 14 are there.
    assert cap_by_shelf_life(0.5, 2, 0.5, 30, 14) == 46
    assert round(float(cap_by_shelf_life(0.9, 2, 0.5, 30, 14)), 2) == 49.51


def test_nothing_may_be_ordered_where_enough_is_there_or_no_day_is_left():
    assert cap_by_shelf_life(0.5, 2, 0.5, 30, 80) == 0
    assert cap_by_shelf_life(0.5, 2, 0.5, 0, 0) == 0
    assert cap_by_shelf_life(0.9, 0, 0, 30, 0) == 0


def test_a_slow_seller_is_counted_in_whole_units_and_perhaps_none():
    # Half a unit in all: more often none than one.
    assert cap_by_shelf_life(0.5, 0.05, 0.05**0.5, 10, 0) == 0
    assert cap_by_shelf_life(0.9, 0.05, 0.05**0.5, 10, 0) == 1


def test_lumpy_demand_is_more_careful_at_the_median_than_a_normal_one():
    # 0.5 a day in sales of ten: the mean of ten days is 5, the median much less.
    assert cap_by_shelf_life(0.5, 0.5, 5**0.5, 10, 0) == 2


def test_a_smaller_quantile_never_allows_more():
    rng = np.random.default_rng(5)
    mean, days = 10 ** rng.uniform(-2, 2, 500), rng.integers(1, 200, 500)
    std = mean * rng.uniform(0.1, 5, 500)

    careful, bold = (cap_by_shelf_life(level, mean, std, days, 3) for level in (0.3, 0.7))

    assert (careful <= bold).all()


def test_one_more_unit_is_worth_it_by_its_margin_and_cost():
    assert worth_quantile(5000, 15000) == 0.25
    assert worth_quantile([5000, 0, -100, 0], [0, 5000, 5000, 0]).tolist() == [1, 0, 0, 0]


NASTY = np.array([np.nan, np.inf, -np.inf, -1.0, -1e300, 0.0, 1e-300, 1e-9, 0.3, 1.0, 7.0, 1e6, 1e300])


def test_no_row_of_a_catalogue_comes_out_as_nan_or_infinite():
    rng = np.random.default_rng(7)
    given = [rng.choice(NASTY, 2000) for _ in range(5)]

    assert np.isfinite(cap_by_shelf_life(*given)).all()
    assert np.isfinite(worth_quantile(*given[:2])).all()
    found = expiry_consume(rng.choice(NASTY, (500, 4)), rng.choice(NASTY, (500, 4)), rng.choice(NASTY, 500))
    assert np.isfinite(found.sold).all()
    assert np.isfinite(found.unsold).all()
