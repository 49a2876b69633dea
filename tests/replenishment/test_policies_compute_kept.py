"""Policies computed from the ledger: classes and costs, what stays, what is refused, and when it is due."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from inventori.errors import InvalidInput
from inventory.models import ReorderPolicy, Stock, Warehouse
from inventory.reorder_models import LeadTimeSource, ReorderMethod
from inventory.selectors import business_today
from purchases.models import GoodsReceipt, GoodsReceiptItem, POItem, PurchaseOrder
from replenishment.selectors import replenishment_settings
from replenishment.services import policies
from replenishment.services.policies import is_due, policies_compute, policies_compute_all
from tests.factories import ProductFactory, SupplierFactory, WarehouseFactory
from tests.replenishment.computing import move, policy_of, sells, typed

pytestmark = pytest.mark.django_db


# --- Classes, lead times, costs ----------------------------------------------------------
def test_the_class_by_value_sold_decides_the_service_level(by, warehouse, settings_row) -> None:
    settings_row.service_level_a, settings_row.service_level_c = Decimal(97), Decimal(90)
    settings_row.save()
    dear, cheap = ProductFactory(price=Decimal(90_000)), ProductFactory(price=Decimal(1_000))
    for product in (dear, cheap):
        sells(product, warehouse, [2], by, days=5)

    policies_compute(warehouse=warehouse, by=by)

    assert (policy_of(dear).abc_class, policy_of(dear).service_level) == ("A", 97)
    assert (policy_of(cheap).abc_class, policy_of(cheap).service_level) == ("C", 90)


def test_a_selection_is_classed_among_all_products(by, warehouse, settings_row) -> None:
    dear, cheap = ProductFactory(price=Decimal(90_000)), ProductFactory(price=Decimal(1_000))
    for product in (dear, cheap):
        sells(product, warehouse, [2], by, days=5)

    counts = policies_compute(warehouse=warehouse, product_ids=[cheap.pk], by=by)

    assert counts == {"NO_SUPPLIER": 1}
    assert policy_of(cheap).abc_class == "C"
    assert not ReorderPolicy.objects.filter(product=dear).exists()


def test_the_lead_time_is_the_suppliers_own_once_there_are_three_receipts(by, warehouse, settings_row) -> None:
    supplier = SupplierFactory(lead_time_days=2)
    product = ProductFactory(supplier=supplier)
    sells(product, warehouse, [2], by, days=5)
    for number, took in enumerate((6, 8, 10)):
        sent = timezone.now() - timedelta(40)
        order = PurchaseOrder.objects.create(
            supplier=supplier, warehouse=warehouse, status="RECEIVED", ordered_at=sent, sent_at=sent, by=by
        )
        item = POItem.objects.create(po=order, product=product, qty=10, price=7_000, received_qty=10)
        receipt = GoodsReceipt.objects.create(
            supplier=supplier,
            warehouse=warehouse,
            purchase_order=order,
            received_at=sent,
            business_date=business_today(warehouse, now=sent) + timedelta(took),
            key=f"r{number}",
            by=by,
        )
        GoodsReceiptItem.objects.create(receipt=receipt, po_item=item, product=product, qty=10, unit_cost=7_000)

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert (policy.lead_time_days, policy.lead_time_std) == (8, Decimal("1.63"))
    assert policy.lead_time_source == LeadTimeSource.MEASURED


def test_holding_is_a_share_of_average_cost_and_of_the_buying_price_where_nothing_came_in(
    by, warehouse, settings_row
) -> None:
    bought, other = ProductFactory(cost=Decimal(8_000)), ProductFactory(cost=Decimal(4_000))
    sells(bought, warehouse, [1], by, days=5)
    Stock.objects.filter(product=bought).update(average_cost=6_000)
    typed(other, warehouse, avg_daily_demand=Decimal(1))

    policies_compute(warehouse=warehouse, by=by)

    assert policy_of(bought).holding_cost == 1_500
    assert policy_of(other).holding_cost == 1_000


# --- Typed values ------------------------------------------------------------------------
def test_a_typed_value_stays_and_the_rest_is_computed_around_it(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [6, 14], by)
    typed(product, warehouse, safety_stock=Decimal(30), method=ReorderMethod.ROP_LOT, reorder_qty=Decimal(48))

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert (policy.method, policy.safety_stock, policy.reorder_qty) == (ReorderMethod.ROP_LOT, 30, 48)
    assert (policy.rop, policy.min_qty, policy.max_qty) == (80, 80, 128)
    assert policy.avg_daily_demand == 10
    assert policy.typed == ["method", "reorder_qty", "safety_stock"]


def test_what_is_typed_while_it_is_computed_is_not_overwritten(by, warehouse, settings_row, monkeypatch) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [10], by)
    policies_compute(warehouse=warehouse, by=by)
    store, asked = policies.policies_store, []

    def typed_first(warehouse: Warehouse, rows: Any, before: Any) -> set[int]:
        if not asked:
            ReorderPolicy.objects.update(rop=Decimal(77), typed=["rop"])
        asked.append(len(rows))
        return store(warehouse, rows, before)

    monkeypatch.setattr(policies, "policies_store", typed_first)
    counts = policies_compute(warehouse=warehouse, by=by)

    assert asked == [1, 1]
    assert counts == {"OK": 1}
    assert (policy_of(product).rop, policy_of(product).min_qty) == (77, 77)


def test_a_policy_that_is_switched_off_stays_so(by, warehouse, settings_row) -> None:
    product = ProductFactory()
    sells(product, warehouse, [1], by, days=5)
    ReorderPolicy.objects.create(product=product, warehouse=warehouse, is_active=False)

    policies_compute(warehouse=warehouse, by=by)

    assert policy_of(product).is_active is False
    assert policy_of(product).avg_daily_demand == Decimal("0.5")


def test_computing_twice_changes_nothing_but_the_time(by, warehouse, settings_row) -> None:
    for product in ProductFactory.create_batch(3):
        sells(product, warehouse, [1, 0, 3], by, days=12)
    policies_compute(warehouse=warehouse, by=by)
    before = list(ReorderPolicy.objects.order_by("pk").values())

    policies_compute(warehouse=warehouse, by=by)

    after = list(ReorderPolicy.objects.order_by("pk").values())
    assert [row | {"computed_at": None} for row in before] == [row | {"computed_at": None} for row in after]


# --- Bad input ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pattern", "supplied", "changes", "state"),
    [
        ([0], True, {}, "NO_SALES"),
        ([1], False, {}, "NO_SUPPLIER"),
        ([1], True, {"lead_time": 0}, "LEAD_TIME_ZERO"),
        ([1], True, {"cost": 0}, "HOLDING_ZERO"),
        ([1], True, {"ordering_cost": 0}, "ORDERING_ZERO"),
        ([1] + [0] * 59, True, {}, "ONE_SALE"),
        ([1] + [-1] + [0] * 58, True, {}, "NO_SALES"),
        ([1] + [-5] + [0] * 58, True, {}, "NEGATIVE_DEMAND"),
    ],
)
def test_what_cannot_be_computed_is_named(pattern, supplied, changes, state, by, warehouse, settings_row) -> None:
    supplier = SupplierFactory(lead_time_days=changes.get("lead_time", 3)) if supplied else None
    product = ProductFactory(supplier=supplier, cost=Decimal(changes.get("cost", 7_000)))
    settings_row.ordering_cost = changes.get("ordering_cost", 10_000)
    settings_row.save()
    move(product, warehouse, 1_000, 65, by, "GRN")
    for ago in range(60, 0, -1):
        if units := pattern[(60 - ago) % len(pattern)]:
            move(product, warehouse, -units, ago, by, "SALE" if units > 0 else "RETURN")

    counts = policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert counts == {state: 1}
    assert policy.state == state
    sells_something = state not in ("NO_SALES", "NEGATIVE_DEMAND")
    assert (policy.rop > 0, policy.reorder_qty > 0) == (sells_something and state != "LEAD_TIME_ZERO", sells_something)


def test_a_product_without_a_supplier_is_taken_to_need_three_days(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=None)
    sells(product, warehouse, [2], by)

    policies_compute(warehouse=warehouse, by=by)

    assert (policy_of(product).lead_time_days, policy_of(product).rop) == (3, 6)


def test_a_typed_lead_time_needs_no_supplier(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=None)
    sells(product, warehouse, [2], by)
    typed(product, warehouse, lead_time_days=Decimal(4))

    policies_compute(warehouse=warehouse, by=by)

    assert (policy_of(product).state, policy_of(product).rop) == ("OK", 8)


def test_a_typed_maximum_that_is_not_above_the_minimum_is_named(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [10], by)
    typed(product, warehouse, method=ReorderMethod.MIN_MAX, max_qty=Decimal(20))

    policies_compute(warehouse=warehouse, by=by)

    policy = policy_of(product)
    assert (policy.state, policy.min_qty, policy.max_qty, policy.reorder_qty) == ("MAX_NOT_ABOVE_MIN", 50, 20, 0)


def test_a_product_that_was_never_there_gets_a_policy_that_says_so_when_it_is_chosen(by, warehouse) -> None:
    product = ProductFactory(supplier=SupplierFactory())

    counts = policies_compute(warehouse=warehouse, product_ids=[product.pk], by=by)

    assert counts == {"NO_HISTORY": 1}
    assert (policy_of(product).rop, policy_of(product).stockout_days) == (0, 0)


def test_inactive_products_and_an_empty_warehouse_are_left_alone(by, warehouse, settings_row) -> None:
    product = ProductFactory(is_active=False)
    sells(product, warehouse, [1], by, days=3)

    assert policies_compute(warehouse=warehouse, by=by) == {}
    assert policies_compute(warehouse=WarehouseFactory(), by=by) == {}
    assert not ReorderPolicy.objects.exists()


@pytest.mark.parametrize("days", [(10, 20), (-3, -5), (2_000, 1)])
def test_days_that_are_none_are_refused_and_nothing_is_computed(days, by, warehouse, settings_row) -> None:
    product = ProductFactory()
    sells(product, warehouse, [1], by, days=3)
    today = business_today(warehouse)

    with pytest.raises(InvalidInput):
        policies_compute(
            warehouse=warehouse, date_from=today - timedelta(days[0]), date_to=today - timedelta(days[1]), by=by
        )

    assert not ReorderPolicy.objects.exists()


# --- Putting into force, and how many questions -----------------------------------------
def test_the_reorder_point_is_in_force_at_once(by, warehouse, settings_row) -> None:
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=5))
    sells(product, warehouse, [10], by)

    policies_compute(warehouse=warehouse, by=by)

    assert Stock.objects.get(product=product).rop == 50


def test_many_products_take_as_many_queries_as_one(by, warehouse, settings_row, django_assert_num_queries) -> None:
    for product in ProductFactory.create_batch(3, supplier=SupplierFactory()):
        sells(product, warehouse, [1], by, days=3)
    with django_assert_num_queries(QUERIES):
        policies_compute(warehouse=warehouse, by=by)
    for product in ProductFactory.create_batch(7):
        product.supplier = SupplierFactory()
        product.save()
        sells(product, warehouse, [1], by, days=3)

    with django_assert_num_queries(QUERIES):
        policies_compute(warehouse=warehouse, by=by)


QUERIES = 33


# --- By the clock ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("how", "last", "today", "due"),
    [
        ("NEVER", None, date(2026, 3, 1), False),
        ("WEEKLY", None, date(2026, 3, 1), True),
        ("WEEKLY", date(2026, 2, 23), date(2026, 3, 1), False),
        ("WEEKLY", date(2026, 2, 22), date(2026, 3, 1), True),
        ("MONTHLY", date(2026, 3, 1), date(2026, 3, 31), False),
        ("MONTHLY", date(2026, 3, 31), date(2026, 4, 1), True),
        ("MONTHLY", date(2025, 12, 31), date(2026, 1, 1), True),
    ],
)
def test_it_is_due_as_the_settings_say(how, last, today, due, settings_row) -> None:
    settings_row.recompute, settings_row.recomputed_on = how, last
    settings_row.save()

    assert is_due(today) is due


def test_computing_everything_notes_the_day(by, warehouse, settings_row) -> None:
    sells(ProductFactory(supplier=SupplierFactory()), warehouse, [1], by, days=3)

    assert policies_compute_all(by=by) == {"OK": 1}
    assert replenishment_settings().recomputed_on == business_today(warehouse)
    assert policies.policies_compute_due() == ""
