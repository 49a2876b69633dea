"""Our formulas against stockpyl and SciPy, row by row on random catalogues."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq
from stockpyl.eoq import economic_order_quantity
from stockpyl.loss_functions import normal_loss as stockpyl_normal_loss
from stockpyl.loss_functions import standard_normal_loss
from stockpyl.newsvendor import newsvendor_normal
from stockpyl.rq import r_q_eoqss_approximation

from inventory.demand_stats import demand_stats
from inventory.formulas import (
    eoq,
    expected_cycle_service,
    expected_fill_rate,
    interval_std,
    lot_costs,
    normal_loss,
    order_up_to,
    reorder_point,
    safety_stock,
    safety_stock_protected,
    z_for_fill_rate,
    z_value,
)
from replenishment.expiry import demand_quantile, worth_quantile

ROWS = 200
CLOSE = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture
def rows():
    """A catalogue: demand a day from 0.1 to 100, spreads and lead times of every size."""
    rng = np.random.default_rng(20261124)
    mean = 10 ** rng.uniform(-1, 2, ROWS)
    return {
        "mean": mean,
        "std": mean * rng.uniform(0.1, 2, ROWS),
        "lead": rng.uniform(0.5, 30, ROWS),
        "lead_std": rng.uniform(0, 5, ROWS),
        "review": rng.integers(0, 15, ROWS).astype(float),
        "level": rng.uniform(0.5, 0.999, ROWS),
        "fixed": 10 ** rng.uniform(2, 5, ROWS),
        "kept": 10 ** rng.uniform(0, 4, ROWS),
        "lot": mean * rng.uniform(1, 60, ROWS),
    }


def test_eoq_and_its_cost_are_stockpyls(rows):
    lots = eoq(rows["mean"] * 365, rows["fixed"], rows["kept"])
    costs = lot_costs(rows["mean"] * 365, rows["fixed"], rows["kept"], lots).total

    for i in range(ROWS):
        lot, cost = economic_order_quantity(rows["fixed"][i], rows["kept"][i], rows["mean"][i] * 365)
        assert lots[i] == pytest.approx(lot, **CLOSE)
        assert costs[i] == pytest.approx(cost, **CLOSE)


def test_the_cost_of_any_lot_is_stockpyls(rows):
    costs = lot_costs(rows["mean"] * 365, rows["fixed"], rows["kept"], rows["lot"]).total

    for i in range(ROWS):
        _, cost = economic_order_quantity(rows["fixed"][i], rows["kept"][i], rows["mean"][i] * 365, rows["lot"][i])
        assert costs[i] == pytest.approx(cost, **CLOSE)


def test_z_is_scipys(rows):
    assert z_value(rows["level"]) == pytest.approx(stats.norm.ppf(rows["level"]), **CLOSE)


def test_the_loss_function_is_stockpyls():
    points = np.linspace(-8, 5, 131)

    assert normal_loss(points) == pytest.approx([standard_normal_loss(z)[0] for z in points], rel=1e-7, abs=1e-15)


def test_the_order_up_to_level_is_stockpyls_newsvendor_over_the_protection_interval(rows):
    """A newsvendor who pays h for what is left and p for what is short stocks the p/(p + h) quantile."""
    spread = interval_std(rows["mean"], rows["std"], rows["lead"], rows["lead_std"], rows["review"])
    safety = safety_stock_protected(
        z_value(rows["level"]), rows["mean"], rows["std"], rows["lead"], rows["lead_std"], rows["review"]
    )
    levels = order_up_to(rows["mean"], rows["lead"], rows["review"], safety)

    for i in range(ROWS):
        short = rows["level"][i] / (1 - rows["level"][i])
        mean = rows["mean"][i] * (rows["lead"][i] + rows["review"][i])
        level, _cost = newsvendor_normal(1, short, mean, spread[i])
        assert levels[i] == pytest.approx(level, rel=1e-6)


def test_the_reorder_point_is_stockpyls_of_an_order_quantity_with_safety_stock(rows):
    """Its (r, Q) approximation by EOQ and safety stock, with p and h chosen for the level."""
    safety = safety_stock(z_value(rows["level"]), rows["std"], rows["lead"])
    points = reorder_point(rows["mean"], rows["lead"], safety)
    lots = eoq(rows["mean"], rows["fixed"], 1)

    for i in range(ROWS):
        short = rows["level"][i] / (1 - rows["level"][i])
        point, lot = r_q_eoqss_approximation(
            1, short, rows["fixed"][i], rows["mean"][i], rows["std"][i], rows["lead"][i]
        )
        assert points[i] == pytest.approx(point, rel=1e-6)
        assert lots[i] == pytest.approx(lot, rel=1e-9)


def test_the_expected_fill_rate_is_stockpyls_shortage_over_the_lot(rows):
    spread = rows["std"] * np.sqrt(rows["lead"])
    safety = z_value(rows["level"]) * spread
    rates = expected_fill_rate(safety, rows["lot"], spread)

    for i in range(ROWS):
        mean = rows["mean"][i] * rows["lead"][i]
        short, _left = stockpyl_normal_loss(mean + safety[i], mean, spread[i])
        assert rates[i] == pytest.approx(max(0, 1 - short / rows["lot"][i]), rel=1e-6)
    assert expected_cycle_service(safety, spread) == pytest.approx(rows["level"], **CLOSE)


def test_the_z_of_a_fill_rate_is_what_scipys_root_finder_finds(rows):
    spread = rows["std"] * np.sqrt(rows["lead"])
    found = z_for_fill_rate(rows["level"], rows["lot"], spread, least=-3)

    below = 0
    for i in range(ROWS):
        wanted = (1 - rows["level"][i]) * rows["lot"][i] / spread[i]
        if wanted >= standard_normal_loss(-3)[0]:
            assert found[i] == -3
            continue
        root = brentq(lambda z, wanted=wanted: standard_normal_loss(z)[0] - wanted, -3, 8, xtol=1e-13)
        assert found[i] == pytest.approx(root, abs=1e-8)
        below += root < 0
    assert below > 10


def test_mean_and_spread_are_numpys_of_the_counted_days():
    rng = np.random.default_rng(5)
    demand, counted = rng.poisson(2, (ROWS, 90)).astype(float), rng.random((ROWS, 90)) > 0.2

    found = demand_stats(demand, counted)

    for i in range(ROWS):
        days = demand[i, counted[i]]
        assert found.days[i] == days.size
        assert found.mean[i] == pytest.approx(days.mean(), **CLOSE)
        assert found.std[i] == pytest.approx(days.std(ddof=1), **CLOSE)
        assert found.sale_days[i] == (days > 0).sum()


def test_far_out_days_are_those_of_numpys_quartiles():
    rng = np.random.default_rng(6)
    demand = rng.negative_binomial(0.5, 0.1, (ROWS, 60)).astype(float)

    found = demand_stats(demand).outliers

    assert found.sum() > 20
    for i in range(ROWS):
        sold = demand[i][demand[i] > 0]
        low, middle, high = np.quantile(sold, [0.25, 0.5, 0.75])
        fence = high + 3 * max(high - low, middle)
        assert found[i].tolist() == (demand[i] > fence).tolist() or sold.size < 5


def test_the_quantile_of_demand_is_scipys_where_the_distribution_is_known():
    days = np.array([5.0, 30, 90])

    assert demand_quantile(0.5, 0.1, np.sqrt(0.1), days) == pytest.approx(stats.poisson.ppf(0.5, 0.1 * days))
    assert demand_quantile(0.9, 10, 2, days) == pytest.approx(stats.norm.ppf(0.9, 10 * days, 2 * np.sqrt(days)))
    # mean 0.2 and variance 0.8 a day: r = mean²/(variance − mean), p = mean/variance
    few = days[:2]
    assert demand_quantile(0.9, 0.2, np.sqrt(0.8), few) == pytest.approx(
        stats.nbinom.ppf(0.9, (0.2 * few) ** 2 / (0.6 * few), 0.25)
    )


def test_the_worth_of_one_more_unit_is_stockpyls_critical_fractile():
    level, _cost = newsvendor_normal(15000, 5000, 100, 20)

    assert stats.norm.cdf(level, 100, 20) == pytest.approx(worth_quantile(5000, 15000))


def test_protecting_the_lead_time_alone_promises_95_percent_and_keeps_77():
    """A shop that orders each week up to a level, for goods that take 5 days with a spread of 1.41, 100,000 times."""
    rng = np.random.default_rng(8)
    lead = rng.integers(3, 8, 100_000)
    until_next_comes = 10 * (7 + lead) + 4 * np.sqrt(7 + lead) * rng.standard_normal(lead.size)
    z = z_value(0.95)

    bare = order_up_to(10, 5, 7, safety_stock(z, 4, 5))
    protected = order_up_to(10, 5, 7, safety_stock_protected(z, 10, 4, 5, np.sqrt(2), 7))

    assert (until_next_comes <= bare).mean() == pytest.approx(0.77, abs=0.01)
    assert (until_next_comes <= protected).mean() == pytest.approx(0.95, abs=0.01)
