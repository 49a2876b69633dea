"""What must hold for every number: more service never means less stock, and units do not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.demand_stats import demand_stats, empirical_quantile
from inventory.formulas import (
    eoq,
    expected_fill_rate,
    interval_std,
    lot_costs,
    reorder_point,
    round_to_multiple,
    safety_stock,
    safety_stock_protected,
    z_for_fill_rate,
    z_value,
)

LEVEL = st.floats(0.5, 0.999)
MEAN = st.floats(0.01, 1000)
STD = st.floats(0.01, 1000)
DAYS = st.floats(0.1, 60)
COST = st.floats(1, 1e6)
SCALE = st.sampled_from([0.001, 0.1, 12, 1000])


@given(low=LEVEL, high=LEVEL, mean=MEAN, std=STD, lead=DAYS, lead_std=st.floats(0, 10), review=st.floats(0, 30))
def test_a_higher_level_never_keeps_less(low, high, mean, std, lead, lead_std, review):
    low, high = sorted([low, high])

    kept = safety_stock_protected(z_value([low, high]), mean, std, lead, lead_std, review)

    assert kept[0] <= kept[1]
    assert kept[0] >= safety_stock(z_value(low), std, lead)


@given(level=LEVEL, mean=MEAN, std=STD, lead=DAYS, scale=SCALE)
def test_counting_in_boxes_instead_of_pieces_changes_nothing(level, mean, std, lead, scale):
    z = z_value(level)
    pieces = reorder_point(mean, lead, safety_stock_protected(z, mean, std, lead, 1, 7), 7)
    boxes = reorder_point(mean / scale, lead, safety_stock_protected(z, mean / scale, std / scale, lead, 1, 7), 7)

    assert boxes * scale == pytest.approx(pieces, rel=1e-9)


@given(mean=MEAN, std=STD, lead=DAYS, review=st.floats(0, 30), more=st.floats(0, 30))
def test_a_longer_interval_never_needs_less(mean, std, lead, review, more):
    assert interval_std(mean, std, lead, 1, review) <= interval_std(mean, std, lead, 1, review + more)
    assert reorder_point(mean, lead, 0, review) <= reorder_point(mean, lead, 0, review + more)


@given(demand=MEAN, fixed=COST, kept=COST, other=st.floats(0.1, 10))
def test_no_other_lot_costs_less_than_the_eoq(demand, fixed, kept, other):
    best = eoq(demand, fixed, kept)

    assert lot_costs(demand, fixed, kept, best).total <= lot_costs(demand, fixed, kept, best * other).total * (1 + 1e-9)


@given(rate=LEVEL, lot=st.floats(1, 1000), std=STD)
def test_the_z_of_a_fill_rate_reaches_it_and_no_more_than_needed(rate, lot, std):
    z = z_for_fill_rate(rate, lot, std)
    reached = expected_fill_rate(z * std, lot, std)

    assert reached >= rate - 1e-9
    assert z == 0 or reached == pytest.approx(rate, abs=1e-9)


@given(qty=st.floats(0.001, 1e5), pack=st.integers(1, 500), least=st.integers(0, 500))
def test_an_order_is_whole_packs_enough_and_not_a_pack_too_many(qty, pack, least):
    rounded = float(round_to_multiple([qty], pack, least)[0])

    assert rounded % pack == 0
    assert rounded >= max(qty, least) - 0.0005
    assert rounded < max(qty, least) + pack


@given(
    days=st.lists(st.integers(-2, 50), min_size=2, max_size=60),
    interval=st.integers(1, 10),
    levels=st.tuples(LEVEL, LEVEL),
)
def test_a_higher_quantile_is_never_less_and_covers_its_share_of_windows(days, interval, levels):
    demand = np.array(days, float)
    found = [empirical_quantile(demand, interval, level) for level in sorted(levels)]

    assert found[0].quantile <= found[1].quantile
    sums = [sum(days[i : i + interval]) for i in range(len(days) - interval + 1)]
    assert found[1].windows == len(sums)
    if sums:
        assert sum(total <= found[1].quantile for total in sums) >= max(levels) * len(sums) - 1e-6


@given(
    days=st.lists(st.floats(-5, 100).map(lambda x: round(x, 1)), min_size=1, max_size=40),
    counted=st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_days_that_are_not_counted_might_as_well_not_be_there(days, counted):
    demand, mask = np.array(days), np.array(counted[: len(days)])

    with_them, without = demand_stats(demand, mask), demand_stats(demand[mask])

    assert (with_them.days, with_them.sale_days) == (without.days, without.sale_days)
    assert with_them.state == without.state
    assert with_them.mean == pytest.approx(without.mean, abs=1e-9)
    assert with_them.std == pytest.approx(without.std, abs=1e-6)


@given(days=st.lists(st.integers(0, 100), min_size=1, max_size=40), scale=SCALE)
def test_an_outlier_is_one_in_any_unit(days, scale):
    demand = np.array(days, float)

    assert demand_stats(demand).outliers.tolist() == demand_stats(demand * scale).outliers.tolist()
