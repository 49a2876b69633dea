"""Mean, spread and quantiles of demand, where days are missing and where there is hardly any."""

import doctest
import time

import numpy as np
import pytest

from inventory import demand_stats as module
from inventory.demand_stats import DemandClass, demand_class, demand_stats, empirical_quantile, normal_fits
from inventory.formula_input import State

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def no_silent_arithmetic():
    with np.errstate(all="raise"):
        yield


def names(states):
    return [State(int(code)).name for code in np.atleast_1d(states)]


def test_the_examples_in_the_text_hold():
    failed, tried = doctest.testmod(module)

    assert failed == 0
    assert tried > 0


def test_a_stock_out_does_not_teach_the_shop_to_buy_less():
    demand = [4, 6, 0, 0, 0, 5, 5]
    there = [1, 1, 0, 0, 0, 1, 1]

    with_them, without = demand_stats(demand), demand_stats(demand, there)

    assert round(float(with_them.mean), 4) == 2.8571
    assert (without.days, without.mean, without.total) == (4, 5, 20)
    assert round(float(without.std), 4) == 0.8165


def test_no_counted_day_is_no_history():
    stats = demand_stats([[3, 4, 5]], [[0, 0, 0]])

    assert names(stats.state) == ["NO_HISTORY"]
    assert (stats.days[0], stats.mean[0], stats.std[0]) == (0, 0, 0)


def test_a_product_without_a_single_day_has_no_history():
    assert names(demand_stats(np.zeros((2, 0))).state) == ["NO_HISTORY", "NO_HISTORY"]
    assert demand_stats(np.zeros((0, 30))).mean.shape == (0,)


def test_an_all_zero_history_is_no_sales():
    stats = demand_stats(np.zeros(365))

    assert names(stats.state) == ["NO_SALES"]
    assert (stats.days, stats.mean, stats.std, stats.sale_days) == (365, 0, 0, 0)


def test_what_all_came_back_is_no_sales():
    assert names(demand_stats([5, 0, -5]).state) == ["NO_SALES"]


def test_more_returned_than_sold_is_negative_demand_taken_as_none():
    stats = demand_stats([2, 0, -5, 1])

    assert names(stats.state) == ["NEGATIVE_DEMAND"]
    assert (stats.mean, stats.std, stats.total) == (0, 0, -2)


def test_one_sale_has_a_mean_and_says_that_the_spread_is_of_one_sale():
    stats = demand_stats([0, 0, 0, 8])

    assert names(stats.state) == ["ONE_SALE"]
    assert (stats.mean, stats.std, stats.sale_days) == (2, 4, 1)


def test_the_spread_of_one_single_day_is_taken_as_large_as_its_sale():
    stats = demand_stats([8])

    assert names(stats.state) == ["ONE_SALE"]
    assert (stats.mean, stats.std) == (8, 8)


def test_two_selling_days_are_enough_to_be_computed():
    assert names(demand_stats([0, 3, 0, 1]).state) == ["OK"]


def test_a_day_without_a_number_is_not_counted():
    stats = demand_stats([2, np.nan, 4, np.inf, -np.inf, 1e300])

    assert (stats.days, stats.mean) == (2, 3)


def test_each_product_has_its_own_state_in_one_call():
    stats = demand_stats(
        [[0, 0, 0, 0], [1, 2, 3, 2], [0, 7, 0, 0], [0, -1, 0, 0], [9, 9, 9, 9]],
        [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]],
    )

    assert names(stats.state) == ["NO_SALES", "OK", "ONE_SALE", "NEGATIVE_DEMAND", "NO_HISTORY"]
    assert stats.mean.tolist() == [0, 2, 1.75, 0, 0]


def test_a_table_that_is_neither_a_row_nor_products_by_days_is_refused():
    with pytest.raises(ValueError, match=r"^demand must"):
        demand_stats(np.zeros((2, 2, 2)))


# --- Outliers


def test_a_far_out_day_is_marked_and_stays_in_unless_left_out():
    demand = [2, 1, 3, 2, 0, 2, 1, 60, 2, 3]

    shown, left_out = demand_stats(demand), demand_stats(demand, leave_out_outliers=True)

    assert shown.outliers.nonzero()[0].tolist() == [7]
    assert shown.mean == 7.6
    assert left_out.outliers.nonzero()[0].tolist() == [7]
    assert (left_out.days, round(float(left_out.mean), 4)) == (9, 1.7778)


def test_the_sales_of_a_slow_seller_are_no_outliers():
    demand = np.zeros(365)
    demand[::30] = 1
    demand[::60] = 2

    assert not demand_stats(demand).outliers.any()


def test_one_usually_and_two_today_is_no_outlier():
    assert not demand_stats([1] * 50 + [2, 3, 4]).outliers.any()
    assert demand_stats([1] * 50 + [5]).outliers.sum() == 1


def test_with_fewer_than_five_selling_days_nothing_is_far_out():
    assert not demand_stats([1, 1, 1, 1000]).outliers.any()
    assert demand_stats([1, 1, 1, 1, 1000]).outliers.tolist() == [False] * 4 + [True]


def test_a_day_that_is_not_counted_is_no_outlier():
    assert not demand_stats([1, 1, 1, 1, 1, 1000], [1, 1, 1, 1, 1, 0]).outliers.any()


# --- Does the normal model fit?


@pytest.mark.parametrize(
    ("demand", "name"),
    [
        ([5, 6, 4, 5, 7, 5], "SMOOTH"),
        ([0, 2, 0, 0, 2, 0, 1, 0], "INTERMITTENT"),
        ([1, 20, 2, 1, 30, 1], "ERRATIC"),
        ([0, 1, 0, 0, 1, 0, 30, 0], "LUMPY"),
        ([0, 0, 0], "NONE"),
    ],
)
def test_demand_is_classed_by_how_often_and_how_evenly_it_comes(demand, name):
    assert DemandClass(int(demand_class(demand_stats(demand)))).name == name


def test_the_normal_model_fits_smooth_demand_and_a_long_enough_interval():
    smooth = demand_stats([5, 6, 4, 5, 7, 5])
    slow = demand_stats([0, 1] * 20)

    assert normal_fits(smooth, 1)
    # mean 0.5 and spread 0.506: σ/mean is 1.01 for a day, 0.48 for four and a half
    assert not normal_fits(slow, 1)
    assert normal_fits(slow, 4.5)


def test_the_normal_model_fits_nothing_that_does_not_sell():
    assert not normal_fits(demand_stats([0, 0, 0]), 7)


def test_lumpy_demand_is_not_normal_however_long_the_interval():
    assert not normal_fits(demand_stats([0, 1, 0, 0, 1, 0, 30, 0] * 20), 365)


# --- The quantile of what was sold


def test_the_quantile_is_read_off_every_window():
    # windows of three days: 3 3 3 6 6 6
    demand = [0, 0, 3, 0, 0, 6, 0, 0]

    assert empirical_quantile(demand, 3, 0.5).quantile == 3
    assert empirical_quantile(demand, 3, 0.51).quantile == 6
    assert empirical_quantile(demand, 2.5, 0.5).windows == 6


def test_windows_pass_over_days_that_are_not_counted():
    found = empirical_quantile([2, 9, 2, 2], 3, 0.95, [1, 0, 1, 1])

    assert (found.quantile, found.windows) == (6, 1)


def test_each_product_has_its_own_interval_and_level():
    demand = [[1, 2, 3, 4]] * 3

    found = empirical_quantile(demand, [1, 2, 4], [0.5, 0.99, 0.9])

    assert found.quantile.tolist() == [2, 7, 10]
    assert found.windows.tolist() == [4, 3, 1]


def test_where_no_window_fits_the_mean_stands_and_no_window_is_told():
    found = empirical_quantile([1, 2, 3], [10], [0.95])

    assert (found.quantile, found.windows) == (20, 0)


@pytest.mark.parametrize("demand", [[], [0, 0, 0], [-1, -2, 0]])
def test_without_net_sales_the_quantile_is_nothing(demand):
    assert empirical_quantile(np.array(demand, float), 2, 0.95).quantile == 0


def test_an_interval_of_no_days_needs_nothing():
    found = empirical_quantile([1, 2, 3], 0, 0.95)

    assert (found.quantile, found.windows) == (0, 0)


def test_a_quantile_covers_lumpy_demand_that_the_normal_model_does_not():
    """One sale of 20 in ten days on average, covered for a week: the 95 % of the normal model are 90 % of the weeks."""
    rng = np.random.default_rng(11)
    past, future = (np.where(rng.random(4000) < 0.1, 20.0, 0.0) for _ in range(2))
    stats = demand_stats(past)
    normal = stats.mean * 7 + 1.6449 * stats.std * 7**0.5
    weeks = future[: 7 * 571].reshape(-1, 7).sum(axis=1)

    read_off = empirical_quantile(past, 7, 0.95).quantile

    assert (normal < 40, read_off) == (True, 40)
    assert (weeks <= normal).mean() < 0.90
    assert (weeks <= read_off).mean() > 0.95


# --- Size


def test_ten_thousand_products_with_a_year_of_days_take_a_moment():
    rng = np.random.default_rng(1)
    demand = rng.poisson(1, (10_000, 365)).astype(float)

    started = time.process_time()
    stats = demand_stats(demand, demand >= 0)
    taken = time.process_time() - started

    assert stats.mean.shape == (10_000,)
    assert taken < 2
