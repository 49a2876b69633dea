"""Typed values: kept, marked, released, refused; what depends on them follows at once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventori.errors import DomainError, InvalidInput
from inventory.models import ReorderAlert, ReorderPolicy, Stock
from inventory.selectors import business_today
from replenishment.services.policies import policies_compute
from replenishment.services.typing import policies_set, policies_set_method, policy_change, policy_release
from tests.factories import WarehouseFactory
from tests.replenishment.policy_shop import PolicyShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return PolicyShop()


def frozen(policy):
    """All stored values of a policy."""
    return ReorderPolicy.objects.filter(pk=policy.pk).values().get()


def test_a_typed_value_is_kept_and_what_depends_on_it_follows_at_once(shop):
    policy = shop.computed()
    assert (policy.avg_daily_demand, policy.lead_time_days, policy.typed) == (10, 5, [])

    changed = shop.change(policy, avg_daily_demand=Decimal(20), safety_stock=Decimal(15))

    assert changed.typed == ["avg_daily_demand", "safety_stock"]
    assert (changed.avg_daily_demand, changed.safety_stock, changed.rop) == (20, 15, 115)
    assert (changed.min_qty, changed.max_qty) == (115, 115 + changed.reorder_qty)

    again = shop.computed()
    assert (again.avg_daily_demand, again.safety_stock, again.rop) == (20, 15, 115)


def test_release_lets_a_value_be_computed_again(shop):
    policy = shop.computed()
    before = policy.rop
    shop.change(policy, rop=Decimal(300))

    released = policy_release(policy=policy, field="rop", by=shop.manager)

    assert (released.typed, released.rop) == ([], before)


def test_releasing_what_nobody_typed_is_refused(shop):
    policy = shop.computed()
    before = frozen(policy)

    with pytest.raises(InvalidInput, match="not typed") as refusal:
        policy_release(policy=policy, field="rop", by=shop.manager)

    assert (refusal.value.field, frozen(policy)) == ("rop", before)


def test_a_typed_reorder_point_raises_and_clears_the_alert_at_once(shop):
    policy = shop.computed()
    assert not ReorderAlert.objects.filter(is_open=True).exists()

    shop.change(policy, rop=Decimal(500))

    alert = ReorderAlert.objects.get(is_open=True)
    assert (alert.product, alert.available, alert.rop) == (shop.soap, 400, 500)

    shop.change(policy, rop=Decimal(100))

    assert not ReorderAlert.objects.filter(is_open=True).exists()


def test_a_product_that_is_stopped_has_no_reorder_point_in_force(shop):
    policy = shop.computed()
    shop.change(policy, rop=Decimal(500))

    policy_change(policy=policy, values={}, is_active=False, by=shop.manager)

    assert Stock.objects.get(product=shop.soap).rop is None
    assert not ReorderAlert.objects.filter(is_open=True).exists()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("rop", Decimal(-1), "Reorder point cannot be below 0."),
        ("avg_daily_demand", Decimal(-1), "Demand a day cannot be below 0."),
        ("holding_cost", Decimal(-5), "Holding cost of a unit a year cannot be below 0."),
        ("service_level", Decimal(100), "The service level lies between 50 and 99.99 %. No stock can promise 100 %."),
        ("service_level", Decimal(0), "The service level lies between 50 and 99.99 %. No stock can promise 100 %."),
        ("review_days", 91, "The review interval is at most 90 days."),
        ("review_weekday", 7, "Choose a day of the week, or none."),
        ("lead_time_days", Decimal(10_000), "Lead time (days) is at most 9,999 days."),
        ("max_qty", None, "Maximum: enter a number, or release it to have it computed."),
        ("max_qty", Decimal("NaN"), "Maximum: enter a number, or release it to have it computed."),
        ("method", "MAGIC", "Choose one of the list."),
        ("state", "OK", "This value cannot be typed."),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_field_and_nothing_is_saved(shop, name, value, sentence):
    policy = shop.computed()
    before = frozen(policy)

    with pytest.raises(InvalidInput) as refusal:
        shop.change(policy, demand_std=Decimal(1), **{name: value})

    assert (str(refusal.value), refusal.value.field) == (sentence, name)
    assert frozen(policy) == before


def test_a_maximum_below_the_minimum_is_refused_naming_the_field_that_was_typed(shop):
    policy = shop.computed()
    shop.change(policy, method="MINMAX", min_qty=Decimal(60))

    with pytest.raises(InvalidInput, match=r"The maximum \(50\) is below the minimum \(60\)") as too_low:
        shop.change(policy, max_qty=Decimal(50))
    shop.change(policy, max_qty=Decimal(80))
    before = frozen(policy)
    with pytest.raises(InvalidInput, match=r"The minimum \(90\) is above the typed maximum \(80\)") as too_high:
        shop.change(policy, min_qty=Decimal(90))

    assert (too_low.value.field, too_high.value.field) == ("max_qty", "min_qty")
    assert frozen(policy) == before


def test_a_computed_maximum_follows_a_minimum_typed_above_it(shop):
    policy = shop.computed()
    shop.change(policy, method="MINMAX")

    changed = shop.change(policy, min_qty=Decimal(5_000))

    assert (changed.min_qty, changed.max_qty) == (5_000, 5_000 + changed.reorder_qty)


def test_a_selection_gets_a_method_and_the_others_stay(shop):
    comb = shop.sold("Comb", (1, 2, 3))
    shop.computed()

    changed = policies_set(
        warehouse=shop.warehouse,
        product_ids=[comb.pk],
        values={"method": "MINMAX", "service_level": Decimal(99)},
        by=shop.manager,
    )

    rows = dict(ReorderPolicy.objects.values_list("product__name", "method"))
    policy = ReorderPolicy.objects.get(product=comb)
    assert (changed, rows) == (1, {"Soap": "EOQ", "Comb": "MINMAX"})
    assert (policy.service_level, policy.typed) == (99, ["method", "service_level"])
    assert (
        policies_set_method(warehouse=shop.warehouse, product_ids=[comb.pk, shop.soap.pk], method="UPTO", by=None) == 2
    )


def test_a_selection_of_nothing_or_of_another_warehouse_is_refused(shop):
    policy = shop.computed()
    before = frozen(policy)

    with pytest.raises(DomainError, match="No product is ticked"):
        policies_set_method(warehouse=WarehouseFactory(), product_ids=[shop.soap.pk], method="UPTO", by=shop.manager)
    with pytest.raises(InvalidInput, match="Choose a method or a service level"):
        policies_set(warehouse=shop.warehouse, product_ids=[shop.soap.pk], values={}, by=shop.manager)

    assert frozen(policy) == before


@pytest.mark.parametrize("level", ["50", "99.99"])
def test_a_service_level_at_the_edge_is_kept(shop, level):
    policy = shop.computed()

    changed = shop.change(policy, service_level=Decimal(level))

    assert (changed.service_level, changed.typed) == (Decimal(level), ["service_level"])


@pytest.mark.parametrize("level", ["49.99", "100"])
def test_a_service_level_beyond_the_edge_is_refused(shop, level):
    policy = shop.computed()
    before = frozen(policy)

    with pytest.raises(InvalidInput, match=r"between 50 and 99\.99"):
        shop.change(policy, service_level=Decimal(level))

    assert frozen(policy) == before


def test_typing_computes_from_the_same_days_as_before(shop):
    yesterday = business_today(shop.warehouse) - timedelta(days=1)
    start = yesterday - timedelta(days=29)
    policies_compute(warehouse=shop.warehouse, date_from=start, date_to=yesterday, by=shop.manager)
    policy = ReorderPolicy.objects.get(product=shop.soap)

    changed = shop.change(policy, safety_stock=Decimal(1))

    assert (changed.history_from, changed.history_to) == (start, yesterday)
