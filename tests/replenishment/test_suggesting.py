"""What each product of a warehouse needs, and from whom it is ordered."""

import doctest
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventori.posting import new_key
from inventory.models import Batch, Stock
from inventory.selectors import business_today
from purchases.services import OrderLine, ReceiptLine, order_cancel, order_create, order_send, receipt_post
from replenishment import wording
from replenishment.models import CalendarEvent, ClosedDay, EventEffect, EventKind
from replenishment.ordering import order_plan
from replenishment.suggesting import proposals
from replenishment.wording import receipt
from tests.factories import ProductUnitFactory, SupplierFactory, WarehouseFactory, stock_up
from tests.purchases.buying import LAST_DAY, receive
from tests.replenishment.reorder_shop import ReorderShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ReorderShop()


def order(shop, qty, *, send=True, warehouse=None, product=None):
    lines = [OrderLine(product or shop.product, D(qty), D(5_000))]
    draft = order_create(supplier=shop.supplier, warehouse=warehouse or shop.warehouse, lines=lines, by=shop.by)
    return order_send(order=draft, by=shop.by) if send else draft


def only(shop, **values):
    return proposals(warehouse=shop.warehouse, product_ids=[shop.product.pk], **values)[0]


def test_the_words_say_what_they_do():
    failed, tried = doctest.testmod(wording)

    assert (failed, tried > 0) == (0, True)


def test_a_number_says_what_it_is_made_of(shop):
    one = only(shop)

    assert one.qty == 24
    assert str(receipt(one.need)) == (
        "24 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 − on order 0 = 21, rounded to boxes of 12"
    )


def test_a_batch_that_expires_unsold_within_the_lead_time_does_not_count(shop):
    syrup = shop.goods("Syrup", tracks_batches=True)
    today = business_today(shop.warehouse)
    batches = [("OLD", today - timedelta(days=1)), ("SOON", today + timedelta(days=1)), ("LATER", LAST_DAY)]
    receive_batches(shop, syrup, batches)

    one = next(one for one in proposals(warehouse=shop.warehouse) if one.product == syrup)

    # Of SOON's ten units two days at 2 a day sell four.
    assert (one.situation.expired, one.situation.expiring, one.situation.on_hand) == (10, 6, 30)
    assert [str(term) for term in [receipt(one.need)]] == [
        "12 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 30 − on order 0 + expired 10 + expiring 6"
    ]


def receive_batches(shop, product, batches):
    lines = [ReceiptLine(D(10), product=product, unit_cost=D(5_000), batch_number=n, expires_on=d) for n, d in batches]
    receipt_post(
        supplier=shop.supplier,
        warehouse=shop.warehouse,
        order=None,
        lines=lines,
        key=new_key(),
        by=shop.by,
        takes_expired=True,
        note="To be sent back",
    )
    assert Batch.objects.filter(product=product).count() == len(batches)


@pytest.mark.parametrize("send", [True, False])
def test_what_was_ordered_or_drafted_yesterday_is_not_suggested_today(shop, send):
    order(shop, 24, send=send)

    plan = order_plan(warehouse=shop.warehouse)

    assert plan.groups == []
    assert [(one.product, one.need.state) for one in plan.covered] == [(shop.product, "ON_ORDER")]
    word = "on order 24" if send else "on order 0 − in drafts 24"
    assert word in str(receipt(plan.covered[0].need))


def test_of_an_order_that_came_in_part_the_rest_counts(shop):
    receive(order(shop, 20), shop.by, 15)

    assert (only(shop).situation.on_hand, only(shop).situation.on_order) == (20, 5)


def test_cancelled_orders_and_those_of_other_warehouses_bring_nothing(shop):
    order_cancel(order=order(shop, 24, send=False), by=shop.by)
    order(shop, 24, send=False, warehouse=WarehouseFactory())

    assert (only(shop).situation.on_order, only(shop).qty) == (0, 24)


def test_units_in_baskets_put_aside_do_not_count(shop):
    Stock.objects.filter(product=shop.product).update(held=D(2))

    assert "− on hand 5 − on order 0 + put aside 2" in str(receipt(only(shop).need))


def test_a_number_of_nothing_says_so_after_its_sum(shop):
    stock_up(shop.product, shop.warehouse, 30, by=shop.by)

    assert str(receipt(only(shop).need)) == (
        "0 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 35 − on order 0 = −9, nothing is ordered now"
    )


def test_above_its_level_nothing_is_suggested(shop):
    stock_up(shop.product, shop.warehouse, 30, by=shop.by)

    plan = order_plan(warehouse=shop.warehouse)

    assert (plan.groups, plan.covered) == ([], [])


def test_a_product_without_a_policy_is_not_suggested(shop):
    shop.goods("Without", policy=False)
    shop.policy(shop.goods("Asleep", policy=False), is_active=False)

    assert [one.product for one in order_plan(warehouse=shop.warehouse).proposals] == [shop.product]


def test_an_up_to_policy_waits_for_its_review_day_and_says_so(shop):
    today = business_today(shop.warehouse)
    shop.product.reorder_policies.update(review_weekday=(today.weekday() + 1) % 7)

    today_plan, tomorrow = (
        order_plan(warehouse=shop.warehouse, today=day) for day in (today, today + timedelta(days=1))
    )

    assert [one.need.state for one in today_plan.others] == ["NOT_REVIEW_DAY"]
    assert [one.qty for one in tomorrow.proposals] == [24]


def test_a_feast_ahead_raises_the_forecast_and_is_named(shop):
    today = business_today(shop.warehouse)
    kind = EventKind.objects.create(code="FEAST", name="Feast", days_before=0, days_after=0)
    CalendarEvent.objects.create(kind=kind, starts_on=today, ends_on=today + timedelta(days=2))
    EventEffect.objects.create(kind=kind, window="DURING", factor=D("2.5"), is_typed=True)

    one = only(shop)

    assert "forecast 27 (13.5 days × 2.0)" in str(receipt(one.need))
    assert [(event.name, event.days, event.factor) for event in one.events] == [("Feast", 3, 2.5)]


def test_closed_days_lower_the_forecast(shop):
    ClosedDay.objects.create(day=business_today(shop.warehouse))

    assert "forecast 16 (8 days × 2.0)" in str(receipt(only(shop).need))


# --- From whom ----------------------------------------------------------------------
def test_the_usual_supplier_delivers_by_its_own_unit_price_and_steps(shop):
    terms = only(shop).terms

    assert (terms.supplier, terms.pack.unit, terms.pack.factor, terms.unit_cost) == (shop.supplier, "box", 12, 5_000)


def test_without_a_usual_supplier_the_cheapest_known_one_delivers(shop):
    goods = shop.goods("Loose", supplier=None)
    dear, cheap, asleep = SupplierFactory(), SupplierFactory(), SupplierFactory(is_active=False)
    shop.sells(goods, supplier=dear, unit_price=6_000)
    shop.sells(goods, supplier=cheap, unit="box", factor=10, unit_price=55_000)
    shop.sells(goods, supplier=asleep, unit_price=1)

    found = next(one for one in proposals(warehouse=shop.warehouse) if one.product == goods)

    assert (found.terms.supplier, found.qty) == (cheap, 30)


def test_what_nobody_delivers_stands_in_a_group_of_its_own_at_the_end(shop):
    goods = shop.goods("Nobody's", supplier=None)

    groups = order_plan(warehouse=shop.warehouse).groups

    assert [(group.supplier, [one.product for one in group.proposals]) for group in groups] == [
        (shop.supplier, [shop.product]),
        (None, [goods]),
    ]


def test_without_a_price_the_products_own_steps_and_buying_unit_hold(shop):
    goods = shop.goods("Unpriced", order_multiple=D(4))
    ProductUnitFactory(product=goods, name="pack", factor=D(6), is_for_buying=True)

    one = next(one for one in proposals(warehouse=shop.warehouse) if one.product == goods)

    assert (one.qty, one.terms.pack.unit, one.terms.unit_price) == (36, "pack", 30_000)


def test_a_price_learnt_from_an_order_keeps_the_products_own_steps(shop):
    goods = shop.goods("Learnt", order_multiple=D(10))
    shop.sells(goods)

    one = next(one for one in proposals(warehouse=shop.warehouse) if one.product == goods)

    assert (one.qty, receipt(one.need).steps) == (30, ["rounded to steps of 10"])


def test_the_suppliers_minimum_is_kept(shop):
    shop.price.min_qty = D(30)
    shop.price.save()

    assert receipt(only(shop).need).steps == ["raised to the supplier's minimum of 30", "rounded to boxes of 12"]
    assert only(shop).qty == 36


# --- A budget and a minimum order -----------------------------------------------------
def test_a_budget_buys_the_most_margin_first_and_says_what_is_left_out(shop):
    dear = shop.goods("Dear")
    shop.sells(dear, unit_price=40_000)
    dear.price = D(41_000)
    dear.save()

    plan = order_plan(warehouse=shop.warehouse, budget=D(150_000))

    by_name = {one.product.name: (one.base.qty, one.qty) for one in plan.proposals}
    assert by_name == {"Dear": (26, 0), "Paracetamol": (24, 24)}
    assert plan.value == 120_000
    assert plan.lost > 0
    assert plan.lost == sum(one.lost for one in plan.proposals)


def test_an_order_below_the_suppliers_minimum_is_filled_with_what_is_needed_next(shop):
    shop.supplier.min_order_value = D(200_000)
    shop.supplier.save()
    later, soon = shop.goods("Later", on_hand=60), shop.goods("Soon", on_hand=30)

    bare, filled = order_plan(warehouse=shop.warehouse), order_plan(warehouse=shop.warehouse, fills=[shop.supplier.pk])

    assert [(group.value, group.is_below_minimum) for group in bare.groups] == [(120_000, True)]
    # Soon is at its level in 2 days: it is filled up to where Paracetamol, with its boxes, would be.
    assert [(group.value, group.is_below_minimum) for group in filled.groups] == [(200_000, False)]
    quantities = {one.product: one.qty for one in filled.proposals}
    assert quantities.keys() == {shop.product, soon}
    assert later not in quantities
    assert "to reach the supplier's minimum order" in str(receipt(filled.groups[0].proposals[-1].need))


# --- Queries -------------------------------------------------------------------------
def test_one_product_and_three_take_the_same_number_of_queries(shop):
    with CaptureQueriesContext(connection) as one:
        assert len(order_plan(warehouse=shop.warehouse).proposals) == 1
    for name in ("Amoxicillin", "Vitamin C"):
        shop.sells(shop.goods(name, on_hand=1))
    with CaptureQueriesContext(connection) as three:
        assert len(order_plan(warehouse=shop.warehouse).proposals) == 3

    assert (len(one), len(three)) == (13, 13)
