"""Rules of a replay: the shop's own policies, from what was known before."""

import numpy as np
import pytest

from inventory.demand_stats import demand_stats
from replenishment.policy_numbers import Known, policy_numbers
from replenishment.replay_rules import Start, rule, under

# Ten a day: 14, 6, 14, 6 … has a sample spread of 4.0112 over 180 days.
STEADY = np.array([[14.0, 6.0] * 90])


def known(method="EOQ", demand=STEADY, *, level=0.95, lead=5.0, lead_std=0.0, review=0.0, holding=500.0, **typed):
    counted = np.ones(demand.shape, dtype=bool)
    stats = demand_stats(demand, counted)
    return Known(
        demand=demand,
        counted=counted,
        stats=stats,
        mean=stats.mean,
        std=stats.std,
        open_share=1.0,
        method=np.array([method]),
        level=np.array([level]),
        is_fill=np.array([False]),
        lead_time=np.array([lead]),
        lead_time_std=np.array([lead_std]),
        review=np.array([review]),
        ordering_cost=np.array([1000.0]),
        holding_cost=np.array([holding]),
        has_supplier=np.array([True]),
        unit=np.array([1.0]),
        typed={name: np.array([value]) for name, value in typed.items()},
    )


def start(*, weekday=0, review_weekday=-1, phase=1.0):
    return Start(weekday, np.array([review_weekday]), np.array([phase]))


def test_a_rule_orders_as_the_policy_says():
    numbers, found = policy_numbers(known()), rule(known(), start())

    # 10 × 5 + 1.6449 × 4.0112 × √5 = 64.75; √(2 × 3650 × 1000 / 500) = 120.8
    assert found.trigger.tolist() == numbers.rop.tolist() == [65.0]
    assert found.lot.tolist() == numbers.reorder_qty.tolist() == [121.0]
    assert found.review.tolist() == [1]
    assert found.start.tolist() == [186.0]


def test_the_rule_counts_the_review_and_the_spread_of_the_lead_time():
    found = rule(known(lead_std=1.5, review=2.0), start())

    # 10 × 7 + 1.6449 × √(7 × 4.0112² + 100 × 1.5²) = 70 + 30.2
    assert found.trigger.tolist() == [101.0]


def test_min_max_and_up_to_have_a_level_and_a_lot_has_none():
    found = {name: rule(under(known(review=7.0), name), start()) for name in ("EOQ", "LOT", "MINMAX", "UPTO")}

    assert found["LOT"].lot.tolist() == [300.0]
    assert found["MINMAX"].lot.tolist() == found["UPTO"].lot.tolist() == [0.0]
    assert found["MINMAX"].level.tolist() == (found["MINMAX"].trigger + found["EOQ"].lot).tolist()
    assert found["UPTO"].level.tolist() == found["UPTO"].trigger.tolist() == found["EOQ"].trigger.tolist()


def test_a_product_begins_where_its_phase_of_the_cycle_is():
    half = {name: rule(under(known(review=7.0), name), start(phase=0.5)) for name in ("LOT", "MINMAX", "UPTO")}

    assert half["LOT"].start.tolist() == [half["LOT"].trigger[0] + 150]
    assert half["MINMAX"].start[0] == np.ceil((half["MINMAX"].trigger[0] + half["MINMAX"].level[0]) / 2)
    assert half["UPTO"].start.tolist() == [half["UPTO"].level[0] - 35]


def test_filling_up_what_is_looked_at_daily_is_done_weekly():
    assert rule(under(known(review=1.0), "UPTO"), start()).review.tolist() == [7]
    assert rule(under(known(review=14.0), "UPTO"), start()).review.tolist() == [14]


def test_a_review_day_is_a_day_of_the_week():
    found = rule(known("UPTO", review=7.0), start(weekday=2, review_weekday=4))

    # Day 0 is a Wednesday, Friday is two days later.
    assert [day for day in range(14) if (day + found.offset[0]) % found.review[0] == 0] == [2, 9]


def test_a_typed_value_is_taken_and_a_result_that_was_typed_belongs_to_its_own_method():
    typed = known(avg_daily_demand=20.0, rop=33.0, reorder_qty=7.0)

    own, other, lots = (rule(each, start()) for each in (typed, under(typed, "EOQ"), under(typed, "LOT")))

    assert (own.trigger.tolist(), own.lot.tolist()) == ([33.0], [7.0])
    assert (other.trigger.tolist(), other.lot.tolist()) == ([115.0], [171.0])
    assert lots.lot.tolist() == [7.0]


@pytest.mark.parametrize("method", ["EOQ", "LOT", "MINMAX", "UPTO"])
@pytest.mark.parametrize("demand", [np.zeros((1, 180)), -np.ones((1, 180)), np.zeros((1, 0))])
def test_without_demand_before_the_product_is_not_known(method, demand):
    found = rule(under(known(demand=demand, holding=0.0), method), start())

    assert found.known.tolist() == [False]
    assert np.isfinite([found.trigger, found.lot, found.level, found.start]).all()
