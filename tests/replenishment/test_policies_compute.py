"""Policies computed from the ledger: what the numbers are, what stays, and what is said where none can be."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.reorder_models import Fit, LeadTimeSource, ReorderMethod, ServiceMeasure
from inventory.selectors import business_today
from replenishment.models import ClosedDay
from replenishment.services.policies import policies_compute
from tests.factories import ProductFactory, SupplierFactory
from tests.replenishment.computing import move, policy_of, sells, typed

pytestmark = pytest.mark.django_db


# --- The numbers -----------------------------------------------------------------------
def test_a_steady_seller_gets_the_textbook_numbers(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [6, 14], by)

    counts = policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert counts == {"OK": 1}
    assert policy.avg_daily_demand == 10
    assert policy.demand_std == Decimal("4.0338")
    # 1.6449 × 4.0338 × √5, and EOQ = √(2 × 3650 × 10,000 / 1,750).
    assert policy.safety_stock == Decimal("14.836")
    assert policy.rop == 65
    assert policy.holding_cost == 1750
    assert policy.reorder_qty == 204
    assert (policy.min_qty, policy.max_qty) == (65, 269)
    assert (policy.fit, policy.state, policy.method) == (Fit.NORMAL, "OK", ReorderMethod.ROP_EOQ)
    assert (policy.counted_days, policy.sale_days, policy.stockout_days, policy.outlier_days) == (60, 60, 0, 0)
    assert (policy.lead_time_days, policy.lead_time_source) == (5, LeadTimeSource.AGREED)
    assert policy.history_to == business_today(warehouse) - timedelta(1)
    assert policy.history_from == business_today(warehouse) - timedelta(60)
    assert policy.typed == []
    assert policy.is_active


def test_the_examples_of_the_field_come_out_from_typed_demand(by, warehouse, settings_row) -> None:
    steady, late = ProductFactory.create_batch(2, supplier=SupplierFactory(lead_time_days=5))
    for product, more in ((steady, {}), (late, {"lead_time_std": Decimal("1.5")})):
        sells(product, warehouse, [1], by, days=3)
        typed(product, warehouse, avg_daily_demand=Decimal(10), demand_std=Decimal(4), **more)

    policies_compute(warehouse=warehouse, by=by)

    assert round(policy_of(steady).safety_stock, 2) == Decimal("14.71")
    assert policy_of(steady).rop == 65
    assert policy_of(late).rop == 79


def test_the_review_interval_is_protected_and_stocked_for(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [6, 14], by)
    settings_row.review_days = 7
    settings_row.save()

    policies_compute(warehouse=warehouse, by=by)

    # 10 × 12 + 1.6449 × 4.0338 × √12
    assert policy_of(product).rop == 143


def test_up_to_a_level_fills_up_to_lead_time_and_review(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=2))
    sells(product, warehouse, [2], by)
    settings_row.method, settings_row.review_days = ReorderMethod.UP_TO, 7
    settings_row.save()

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert (policy.safety_stock, policy.max_qty, policy.rop, policy.reorder_qty) == (0, 18, 4, 14)


def test_min_max_fills_up_from_minimum_by_the_economic_quantity(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=2))
    sells(product, warehouse, [2], by)
    settings_row.method = ReorderMethod.MIN_MAX
    settings_row.save()

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert (policy.min_qty, policy.max_qty, policy.reorder_qty, policy.rop) == (4, 95, 91, 4)


def test_a_fill_rate_needs_less_than_the_same_cycle_service(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [6, 14], by)
    policies_compute(warehouse=warehouse, by=by)
    cycle = policy_of(product).safety_stock
    settings_row.service_measure = ServiceMeasure.FILL
    settings_row.save()

    policies_compute(warehouse=warehouse, by=by)

    assert cycle == Decimal("14.836")
    assert policy_of(product).safety_stock == 0
    assert policy_of(product).service_measure == ServiceMeasure.FILL


def test_a_rare_seller_is_protected_by_what_was_sold_in_every_such_interval(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=4))
    sells(product, warehouse, [0, 0, 0, 0, 0, 0, 0, 0, 0, 12], by)

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    # Forty of a hundred windows of four days hold one sale of 12, none holds two: 12 − 4 × 1.2.
    assert (policy.fit, policy.safety_stock, policy.rop) == (Fit.EMPIRICAL, Decimal("7.2"), 12)


# --- What does not count ----------------------------------------------------------------
def test_a_stock_out_does_not_teach_the_shop_to_buy_less(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory())
    move(product, warehouse, 80, 60, by, "GRN")
    for ago in range(60, 40, -1):
        move(product, warehouse, -4, ago, by)

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert policy.avg_daily_demand == 4
    assert (policy.counted_days, policy.stockout_days) == (20, 40)


def test_what_ran_out_before_the_range_keeps_the_demand_it_had(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory())
    move(product, warehouse, 80, 60, by, "GRN")
    for ago in range(60, 40, -1):
        move(product, warehouse, -4, ago, by)
    policies_compute(warehouse=warehouse, by=by)
    rop = policy_of(product).rop

    today = business_today(warehouse)
    policies_compute(warehouse=warehouse, date_from=today - timedelta(30), date_to=today - timedelta(1), by=by)

    policy = policy_of(product)
    assert (policy.state, policy.avg_daily_demand, policy.rop) == ("NO_HISTORY", 4, rop)
    assert rop > 0


def test_returns_are_taken_off(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory())
    sells(product, warehouse, [3], by)
    move(product, warehouse, 60, 1, by, "RETURN")

    policies_compute(warehouse=warehouse, by=by)

    assert policy_of(product).avg_daily_demand == 2


def test_closed_days_are_no_days_and_shorten_what_the_lead_time_needs(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=7))
    today = business_today(warehouse)
    ClosedDay.objects.create(warehouse=warehouse, weekday=6)
    move(product, warehouse, 100_000, 80, by, "GRN")
    for ago in range(70, 0, -1):
        if (today - timedelta(ago)).weekday() != 6:
            move(product, warehouse, -7, ago, by)

    policies_compute(warehouse=warehouse, date_from=today - timedelta(70), date_to=today - timedelta(1), by=by)

    policy = policy_of(product)
    assert (policy.avg_daily_demand, policy.demand_std, policy.counted_days) == (7, 0, 60)
    # Six of the seven days sell 7.
    assert policy.rop == 42


def test_an_outlier_is_shown_and_left_out_only_if_the_shop_wants_it(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory())
    sells(product, warehouse, [2], by)
    move(product, warehouse, -598, 10, by)
    policies_compute(warehouse=warehouse, by=by)
    with_it = policy_of(product)
    settings_row.leave_out_outliers = True
    settings_row.save()

    policies_compute(warehouse=warehouse, by=by)

    assert (with_it.outlier_days, round(with_it.avg_daily_demand, 2)) == (1, Decimal("11.97"))
    assert (policy_of(product).outlier_days, policy_of(product).avg_daily_demand) == (1, 2)


def test_today_is_not_over_and_never_counts(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory())
    sells(product, warehouse, [2], by)
    move(product, warehouse, -500, 0, by)

    policies_compute(warehouse=warehouse, date_to=business_today(warehouse) + timedelta(9), by=by)

    assert policy_of(product).avg_daily_demand == 2
    assert policy_of(product).history_to == business_today(warehouse) - timedelta(1)
