"""The formulas of replenishment by hand, and what they answer where there is no answer."""

import doctest
from decimal import Decimal

import numpy as np
import pytest

from inventory import formula_input, formulas
from inventory.formula_input import State, input_state, main_state
from inventory.formulas import (
    COVER_MOST,
    abc_service_level,
    days_of_cover,
    eoq,
    event_factor,
    expected_cycle_service,
    expected_fill_rate,
    interval_std,
    lot_costs,
    min_max,
    normal_loss,
    order_up_to,
    reorder_point,
    round_to_multiple,
    safety_from_quantile,
    safety_stock,
    safety_stock_protected,
    z_for_fill_rate,
    z_value,
)

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def no_silent_arithmetic():
    with np.errstate(all="raise"):
        yield


@pytest.mark.parametrize("module", [formulas, formula_input])
def test_the_examples_in_the_text_hold(module):
    failed, tried = doctest.testmod(module)

    assert failed == 0
    assert tried > 0


# --- Numbers by hand


def test_z_of_the_usual_levels():
    assert z_value([0.90, 0.95, 0.975]).round(4).tolist() == [1.2816, 1.6449, 1.9600]
    assert z_value(0.5) == 0


def test_ten_a_day_with_spread_four_and_five_days_of_lead_time_is_reordered_at_65():
    safety = safety_stock(z_value(0.95), 4, 5)

    assert round(float(safety), 2) == 14.71
    assert round(float(reorder_point(10, 5, safety)), 2) == 64.71
    assert round_to_multiple(reorder_point(10, 5, safety), 1) == 65


def test_a_lead_time_that_varies_by_a_day_and_a_half_raises_it_to_79():
    safety = safety_stock_protected(z_value(0.95), 10, 4, 5, 1.5)

    assert round(float(safety), 2) == 28.73
    assert round_to_multiple(reorder_point(10, 5, safety), 1) == 79


def test_the_review_interval_is_protected_like_the_lead_time():
    # √((5 + 4)·4² + 10²·1.5²) = √(144 + 225)
    assert round(float(interval_std(10, 4, 5, 1.5, 4)), 4) == 19.2094
    assert safety_stock_protected(1, 10, 4, 5, 0, 4) == 12
    assert order_up_to(10, 5, 4, 12) == 102


def test_without_spread_nothing_is_kept_for_safety():
    assert safety_stock_protected(1.6449, 10, 0, 5, 0, 7) == 0


def test_a_level_below_a_half_keeps_nothing_rather_than_less_than_nothing():
    assert safety_stock(z_value(0.3), 4, 5) == 0


def test_safety_from_a_quantile_is_what_it_is_above_the_mean():
    assert safety_from_quantile(30, 2, 9) == 12
    assert safety_from_quantile(10, 2, 9) == 0
    # √(12² + (1·2·2.5)²)
    assert safety_from_quantile(30, 2, 9, z=1, lead_time_std=2.5) == 13


def test_eoq_and_its_costs():
    assert round(float(eoq(65, 1000, 500)), 4) == 16.1245
    costs = lot_costs(65, 1000, 500, 14)
    assert (round(float(costs.ordering), 2), float(costs.holding)) == (4642.86, 3500.0)
    assert round(float(costs.total), 2) == 8142.86


def test_at_the_eoq_ordering_and_holding_cost_the_same():
    costs = lot_costs(90, 2000, 400, eoq(90, 2000, 400))

    assert (costs.ordering, costs.holding) == (6000, 6000)


def test_the_published_maximum_orders_less_than_the_lot_and_the_consistent_one_the_lot():
    assert min_max(5, 3, 16, rule="published") == (5, 19)
    assert min_max(5, 3, 16, rule="consistent") == (5, 21)


def test_the_published_maximum_never_falls_below_the_minimum():
    assert min_max(50, 3, 16, rule="published") == (50, 50)


def test_the_loss_function_at_known_points():
    assert normal_loss([0, 1, 2, -1]).round(5).tolist() == [0.39894, 0.08332, 0.00849, 1.08332]
    assert normal_loss(-50) == 50
    assert 0 <= normal_loss(50) < 1e-100


def test_a_fill_rate_is_reached_by_its_own_z():
    z = z_for_fill_rate(0.99, 100, 50)

    assert round(float(z), 3) == 1.663
    assert round(float(expected_fill_rate(z * 50, 100, 50)), 12) == 0.99


def test_a_large_lot_fills_the_rate_without_safety_stock():
    # G(0)·50 = 19.9 short of 2000: the fill rate is 99.0 % with nothing kept.
    assert z_for_fill_rate(0.98, 2000, 50) == 0
    assert round(float(expected_fill_rate(0, 2000, 50)), 4) == 0.9900
    assert round(float(z_for_fill_rate(0.98, 2000, 50, least=-3)), 3) == -0.643


def test_z_goes_below_zero_only_as_far_as_is_allowed():
    assert z_for_fill_rate(0.5, 2000, 50, least=-1) == -1


def test_what_a_safety_stock_reaches():
    assert round(float(expected_cycle_service(14.71, 4 * 5**0.5)), 3) == 0.95
    assert expected_cycle_service(0, 10) == 0.5
    assert expected_cycle_service(0, 0) == 1
    assert expected_fill_rate(0, 10, 0) == 1
    assert round(float(expected_cycle_service(-1, 0)), 15) == 0
    assert expected_fill_rate(-4, 10, 0) == 0.6


def test_a_lot_far_smaller_than_the_shortage_fills_nothing_rather_than_less():
    assert expected_fill_rate(0, 1, 1000) == 0


# --- Rounding


@pytest.mark.parametrize(
    ("qty", "multiple", "minimum", "rounded"),
    [
        ("22", "12", "0", "24"),
        ("24", "12", "0", "24"),
        ("24.000000001", "12", "0", "24"),
        ("24.001", "12", "0", "36"),
        ("22", "12", "30", "36"),
        ("0", "12", "30", "0"),
        ("-5", "12", "30", "0"),
        ("0.7", "0.25", "0", "0.75"),
        ("0.3", "0.1", "0", "0.3"),
    ],
)
def test_orders_are_rounded_up_to_whole_packs(qty, multiple, minimum, rounded):
    assert round_to_multiple(Decimal(qty), Decimal(multiple), Decimal(minimum)) == Decimal(rounded)
    floats = round_to_multiple([float(qty)], float(multiple), float(minimum))
    assert floats.round(6).tolist() == [float(rounded)]


def test_cover_is_never_endless():
    assert days_of_cover([10, 10, -2, 0], [2, 0, 2, 0]).tolist() == [5, COVER_MOST, 0, COVER_MOST]


# --- Settings and events


def test_the_service_level_of_a_class_may_be_set():
    assert [abc_service_level(letter) for letter in "ABC"] == [0.98, 0.95, 0.90]
    assert abc_service_level("A", {"A": 0.99, "C": 0.85}) == 0.99
    assert abc_service_level("Z", {"A": 0.99, "C": 0.85}) == 0.85


def test_an_events_factor_is_drawn_towards_the_pooled_one_by_how_few_were_seen():
    factors = event_factor(actual=30, baseline=10, n_events=[0, 1, 3, 27], pooled=1.4)

    assert factors.round(6).tolist() == [1.4, 1.8, 2.2, 2.84]


def test_an_event_without_a_clean_baseline_gets_the_pooled_factor():
    assert event_factor(actual=[30, 0], baseline=0, n_events=3, pooled=1.4).tolist() == [1.4, 1.4]


# --- Where there is no number


def test_of_several_states_the_most_serious_is_told():
    states = main_state(
        [State.OK, State.HOLDING_ZERO, State.HOLDING_ZERO], [State.OK, State.OK, State.NO_SALES], State.OK
    )

    assert states.tolist() == [State.OK, State.HOLDING_ZERO, State.NO_SALES]


def test_every_impossible_input_has_its_state():
    states = input_state(
        service_level=[0.95, 1.0, 0.0, -1, np.nan, 0.95, 0.95, 0.95, 0.95],
        lead_time=[3, 3, 3, 3, 3, 0, 3, 3, 3],
        ordering_cost=[1, 1, 1, 1, 1, 1, 0, 1, 1],
        holding_cost=[1, 1, 1, 1, 1, 1, 1, 0, 1],
        has_supplier=[True] * 8 + [False],
    )

    assert [State(code).name for code in states] == [
        "OK",
        *["SERVICE_LEVEL_IMPOSSIBLE"] * 4,
        "LEAD_TIME_ZERO",
        "ORDERING_ZERO",
        "HOLDING_ZERO",
        "NO_SUPPLIER",
    ]


def test_an_impossible_level_in_a_catalogue_is_taken_as_95_percent():
    assert z_value([1.0, 0.0, np.nan, 2, -1, np.inf]).tolist() == [z_value(0.95)] * 6


def test_a_level_of_nearly_everything_stays_finite():
    assert z_value(0.9999999999999) == z_value(0.9999)


def test_lead_time_zero_without_review_protects_nothing():
    assert safety_stock(1.6449, 4, 0) == 0
    assert reorder_point(10, 0, 0) == 0


@pytest.mark.parametrize(("fixed", "kept"), [(0, 500), (1000, 0), (0, 0)])
def test_without_an_ordering_or_a_holding_cost_the_lot_is_what_the_caller_says(fixed, kept):
    assert eoq(65, fixed, kept, otherwise=22) == 22
    assert eoq([65, 90], [fixed, 2000], [kept, 400], otherwise=22).tolist() == [22, 30]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("service_level", lambda: z_value(1.0)),
        ("service_level", lambda: z_value(0)),
        ("service_level", lambda: z_value(float("nan"))),
        ("fill_rate", lambda: z_for_fill_rate(1, 10, 5)),
        ("order_qty", lambda: z_for_fill_rate(0.9, 0, 5)),
        ("interval_std", lambda: z_for_fill_rate(0.9, 10, -5)),
        ("demand_std", lambda: safety_stock(1, -4, 5)),
        ("lead_time", lambda: safety_stock(1, 4, -5)),
        ("lead_time", lambda: safety_stock(1, 4, float("inf"))),
        ("lead_time_std", lambda: safety_stock_protected(1, 10, 4, 5, -1)),
        ("review", lambda: safety_stock_protected(1, 10, 4, 5, 1, -7)),
        ("demand_mean", lambda: reorder_point(-10, 5, 3)),
        ("safety", lambda: reorder_point(10, 5, None)),
        ("holding_cost", lambda: eoq(65, 1000, 0)),
        ("holding_cost", lambda: eoq([65, 65], 1000, [500, 0])),
        ("ordering_cost", lambda: eoq(65, 0, 500)),
        ("demand", lambda: eoq(-65, 1000, 500)),
        ("lot", lambda: lot_costs(65, 1000, 500, 0)),
        ("multiple", lambda: round_to_multiple(Decimal(5), 0)),
        ("multiple", lambda: round_to_multiple(5.0, 0)),
        ("n_events", lambda: event_factor(30, 10, -1)),
    ],
)
def test_a_typed_number_that_is_impossible_is_refused_by_its_name(name, call):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()


NASTY = np.array([np.nan, np.inf, -np.inf, -1.0, -1e300, 0.0, 1e-300, 1e-9, 0.3, 1.0, 7.0, 1e6, 1e15, 1e300])


@pytest.mark.parametrize(
    ("formula", "takes"),
    [
        (z_value, 1),
        (normal_loss, 1),
        (z_for_fill_rate, 3),
        (expected_cycle_service, 2),
        (expected_fill_rate, 3),
        (interval_std, 5),
        (safety_stock, 3),
        (safety_stock_protected, 6),
        (safety_from_quantile, 5),
        (reorder_point, 4),
        (order_up_to, 4),
        (lambda *given: eoq(*given[:3], otherwise=given[3]), 4),
        (lambda *given: np.stack(min_max(*given)), 3),
        (lambda *given: lot_costs(*given).total, 4),
        (round_to_multiple, 3),
        (days_of_cover, 2),
        (event_factor, 4),
    ],
)
def test_no_row_of_a_catalogue_comes_out_as_nan_or_infinite(formula, takes):
    rng = np.random.default_rng(7)
    given = [rng.choice(NASTY, 3000) for _ in range(takes)]
    if takes <= 2:
        given = [column.ravel() for column in np.meshgrid(*[NASTY] * takes)]

    found = formula(*given)

    assert np.isfinite(found).all()
