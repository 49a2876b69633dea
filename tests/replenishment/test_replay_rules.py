"""Rules of a replay: by the formulas, from what was known before."""

import numpy as np
import pytest

from replenishment.replay_rules import Terms, known, rule

# Ten a day, spread 4 by hand: 14, 6, 14, 6 … has a sample spread of 4.0216 over 180 days.
STEADY = np.array([[14.0, 6.0] * 90])
EVERY_DAY = np.ones((1, 180), dtype=bool)


def seen(demand=STEADY, lead=5.0, lead_std=0.0):
    counted = np.ones(demand.shape, dtype=bool)
    return known(demand, counted, np.full(len(demand), lead), np.full(len(demand), lead_std))


def terms(method="EOQ", *, level=0.95, is_fill=False, review=0, weekday=-1, ordering=1000.0, holding=500.0, **typed):
    return Terms(
        method=np.array([method]),
        level=np.array([level]),
        is_fill=np.array([is_fill]),
        review=np.array([review]),
        weekday=np.array([weekday]),
        ordering_cost=np.array([ordering]),
        holding_cost=np.array([holding]),
        typed={name: np.array([value]) for name, value in typed.items()},
    )


def test_a_reorder_point_is_the_need_of_the_lead_time_and_its_safety_in_whole_units():
    found = rule(seen(), terms())

    # 10 × 5 + 1.6449 × 4.0112 × √5 = 64.75
    assert found.trigger.tolist() == [65.0]
    assert found.lot[0] == pytest.approx(np.sqrt(2 * 3650 * 1000 / 500))
    assert found.review.tolist() == [1]
    assert found.start.tolist() == [np.ceil(65 + found.lot[0])]


def test_the_protected_rule_counts_the_review_and_the_spread_of_the_lead_time_the_bare_one_does_not():
    bare = rule(seen(lead_std=1.5), terms(review=2), is_bare=True)
    protected = rule(seen(lead_std=1.5), terms(review=2))

    assert bare.trigger.tolist() == [65.0]
    # 10 × 7 + 1.6449 × √(7 × 4.0112² + 100 × 1.5²) = 70 + 30.2
    assert protected.trigger.tolist() == [101.0]


def test_min_max_and_up_to_have_a_level_and_a_lot_has_none():
    found = {name: rule(seen(), terms(name, review=7)) for name in ("EOQ", "LOT", "MINMAX", "UPTO")}

    assert found["LOT"].lot.tolist() == [300.0]
    assert found["MINMAX"].lot.tolist() == found["UPTO"].lot.tolist() == [0.0]
    assert found["MINMAX"].level[0] == pytest.approx(found["MINMAX"].trigger[0] + found["EOQ"].lot[0])
    assert found["UPTO"].level.tolist() == found["UPTO"].trigger.tolist() == found["EOQ"].trigger.tolist()


def test_a_product_begins_where_its_phase_of_the_cycle_is():
    half = {name: rule(seen(), terms(name, review=7), phase=[0.5]) for name in ("LOT", "MINMAX", "UPTO")}

    assert half["LOT"].start.tolist() == [half["LOT"].trigger[0] + 150]
    assert half["MINMAX"].start[0] == np.ceil((half["MINMAX"].trigger[0] + half["MINMAX"].level[0]) / 2)
    assert half["UPTO"].start.tolist() == [half["UPTO"].level[0] - 35]


def test_filling_up_without_a_review_interval_is_done_weekly():
    assert rule(seen(), terms("UPTO", review=1)).review.tolist() == [7]
    assert rule(seen(), terms("UPTO", review=14)).review.tolist() == [14]


def test_a_review_day_is_a_day_of_the_week():
    found = rule(seen(), terms("UPTO", review=7, weekday=4), weekday=2)

    # Day 0 is a Wednesday, Friday is two days later.
    assert [day for day in range(14) if (day + found.offset[0]) % found.review[0] == 0] == [2, 9]


def test_a_typed_value_is_taken_and_a_result_that_was_typed_belongs_to_its_own_method():
    typed = terms("EOQ", avg_daily_demand=20.0, rop=33.0, reorder_qty=7.0)

    own, other, lots = (rule(seen(), each) for each in (typed, typed.under("EOQ"), typed.under("LOT")))

    assert (own.trigger.tolist(), own.lot.tolist()) == ([33.0], [7.0])
    assert other.trigger.tolist() == [115.0]
    assert other.lot[0] == pytest.approx(np.sqrt(2 * 7300 * 1000 / 500))
    assert lots.lot.tolist() == [7.0]


def test_where_the_normal_model_does_not_fit_the_quantile_of_what_was_sold_is_kept():
    rare = np.zeros((1, 180))
    rare[0, ::30] = 12

    found = rule(seen(rare, lead=4), terms())

    # In 6 × 4 of 177 windows of 4 days 12 were sold: more than 5 %.
    assert found.trigger.tolist() == [12.0]


def test_a_wanted_fill_rate_keeps_less_than_the_same_cycle_service():
    cycle, fill = rule(seen(), terms(level=0.95)), rule(seen(), terms(level=0.95, is_fill=True))

    assert fill.trigger[0] < cycle.trigger[0]


@pytest.mark.parametrize("demand", [np.zeros((1, 180)), -np.ones((1, 180)), np.zeros((1, 0))])
def test_without_demand_before_the_product_is_not_known(demand):
    found = rule(seen(demand), terms(holding=0.0))

    assert found.known.tolist() == [False]
    assert found.trigger.tolist() == [0.0]
    assert np.isfinite([found.lot, found.level, found.start]).all()
