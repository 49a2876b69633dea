"""The pharmacy study's computation, to the rupiah."""

from dataclasses import astuple
from decimal import Decimal

import pytest

from inventory.formula_input import State
from inventory.formulas import study_min_max

STEPS = ("eoq", "monthly_need", "safety", "max_qty", "min_qty", "qty", "ordering_total", "holding_total", "total")


def steps(study):
    return tuple(getattr(study, name) for name in STEPS)


def test_the_worked_example_comes_out_to_the_rupiah():
    study = study_min_max(65, 3, 1000, 500, 15, 3)

    assert steps(study) == (16, 22, 3, 19, 5, 14, 4643, 3500, 8143)
    assert study.state == State.OK
    assert all(isinstance(value, Decimal) for value in steps(study))


def test_the_second_example_comes_out_to_the_rupiah():
    study = study_min_max(90, 3, 2000, 400, 20, 6)

    assert steps(study) == (30, 30, 6, 36, 12, 24, 7500, 4800, 12300)


def test_the_consistent_rule_orders_the_economic_lot_and_costs_less():
    study = study_min_max(65, 3, 1000, 500, 15, 3, rule="consistent")

    # MAX = 5 + 16; 65/16·1000 = 4062.50 and 16/2·500
    assert steps(study) == (16, 22, 3, 21, 5, 16, 4063, 4000, 8063)
    assert study_min_max(90, 3, 2000, 400, 20, 6, rule="consistent").total == 12000


def test_halves_are_rounded_up_in_each_step():
    # need 7/2 = 3.5 → 4, safety 12.5 % of 4 = 0.5 → 1, MIN = 4·4/32 = 0.5 → 1, and 1
    study = study_min_max(7, 2, 100, 7, Decimal("12.5"), 4, month_days=32)

    assert (study.monthly_need, study.safety, study.min_qty) == (4, 1, 2)


def test_no_demand_orders_nothing_and_costs_nothing():
    study = study_min_max(0, 3, 1000, 500, 15, 3)

    assert steps(study) == (0,) * 9
    assert study.state == State.NO_SALES


def test_more_came_back_than_was_sold_counts_as_no_demand():
    study = study_min_max(-4, 3, 1000, 500, 15, 3)

    assert steps(study) == (0,) * 9
    assert study.state == State.NEGATIVE_DEMAND


@pytest.mark.parametrize(("fixed", "kept", "state"), [(0, 500, "ORDERING_ZERO"), (1000, 0, "HOLDING_ZERO")])
def test_where_no_lot_is_economic_a_months_need_is_the_lot(fixed, kept, state):
    study = study_min_max(65, 3, fixed, kept, 15, 3)

    assert (study.eoq, study.max_qty, study.min_qty, study.qty) == (22, 25, 5, 20)
    assert study.total == study.ordering_total + study.holding_total
    assert study.state.name == state


def test_lead_time_zero_keeps_only_the_safety_stock_as_minimum():
    study = study_min_max(65, 3, 1000, 500, 15, 0)

    assert (study.min_qty, study.qty, study.state) == (3, 16, State.LEAD_TIME_ZERO)


def test_the_published_rule_has_nothing_to_order_where_the_lead_time_needs_more_than_the_lot():
    published = study_min_max(65, 3, 1000, 500, 15, 30)
    consistent = study_min_max(65, 3, 1000, 500, 15, 30, rule="consistent")

    # MAX = 16 + 3 and MIN = 22 + 3
    assert (published.max_qty, published.min_qty, published.qty, published.total) == (19, 25, 0, None)
    assert published.state == State.MAX_NOT_ABOVE_MIN
    assert (consistent.max_qty, consistent.qty, consistent.state) == (41, 16, State.OK)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("months", {"months": 0}),
        ("ordering_cost", {"ordering_cost": -1}),
        ("holding_cost", {"holding_cost": Decimal("NaN")}),
        ("safety_percent", {"safety_percent": -1}),
        ("lead_time_days", {"lead_time_days": Decimal("-0.5")}),
        ("month_days", {"month_days": 0}),
        ("demand", {"demand": Decimal("Infinity")}),
        ("rule", {"rule": "best"}),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(name, changed):
    asked = {
        "demand": 65,
        "months": 3,
        "ordering_cost": 1000,
        "holding_cost": 500,
        "safety_percent": 15,
        "lead_time_days": 3,
    }

    assert astuple(study_min_max(**asked))
    with pytest.raises(ValueError, match=f"^{name} must"):
        study_min_max(**(asked | changed))
