"""What of the stock will expire unsold, and the most that is worth ordering of goods that expire."""

from datetime import timedelta
from decimal import Decimal as D

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.models import Batch, ReorderPolicy
from inventory.selectors import business_today
from purchases.services import OrderLine, order_create, order_send
from replenishment.expiry import cap_by_shelf_life, expiry_consume
from replenishment.models import ClosedDay
from replenishment.selectors import replenishment_settings
from replenishment.shelf import unsold_batches, usable_lives
from replenishment.suggesting import proposals
from replenishment.wording import receipt
from tests.replenishment.reorder_shop import ReorderShop
from tests.replenishment.shelf_shop import came

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ReorderShop()


@pytest.fixture
def syrup(shop):
    """2 a day, 9 days to wait, level 26; sold at 12,000 what cost 5,000, so that the shop's quantile is the smaller."""
    product = shop.goods("Syrup", tracks_batches=True)
    product.price = D(12_000)
    product.save()
    return product


def only(shop, product):
    return proposals(warehouse=shop.warehouse, product_ids=[product.pk])[0]


def said(shop, product):
    return str(receipt(only(shop, product).need))


# --- How long goods keep ----------------------------------------------------------------
def test_goods_keep_as_long_as_the_median_of_the_last_five_batches_did_when_they_came(shop, syrup):
    for n, left in enumerate([1_000, 60, 50, 90, 70, 80]):
        came(shop, syrup, f"B{n}", 1, days_ago=20 - n, left=left - 20 + n)

    assert usable_lives([syrup.pk]) == {syrup.pk: 70}


def test_a_batch_that_came_expired_tells_nothing(shop, syrup):
    came(shop, syrup, "B1", 1, left=30)
    came(shop, syrup, "B2", 1, left=-3)

    assert usable_lives([syrup.pk]) == {syrup.pk: 30}


def test_where_no_receipt_tells_how_long_it_keeps_nothing_is_cut_and_the_number_says_so(shop, syrup):
    assert usable_lives([syrup.pk]) == {}
    assert said(shop, syrup) == (
        "26 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 0 − on order 0 = 26, "
        "not cut to its shelf life, because no receipt tells how long it keeps"
    )


# --- What does not count ------------------------------------------------------------------
def test_stock_that_will_expire_within_the_lead_time_does_not_count_before_the_reorder_point_is_tested(shop, syrup):
    ReorderPolicy.objects.filter(product=syrup).update(method="EOQ")
    came(shop, syrup, "SOON", 20, left=2)
    came(shop, syrup, "LATER", 12, left=700)
    came(shop, syrup, "NEXT", 2, left=700)

    one = only(shop, syrup)

    # Of SOON three days sell six; the 34 there are above the reorder point of 26, the 20 that can be sold are not.
    assert (one.situation.on_hand, one.situation.expiring, one.situation.position) == (34, 14, 20)
    assert said(shop, syrup) == (
        "10 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 34 − on order 0 + expiring 14 = 6, "
        "raised to the economic quantity of 10"
    )


def test_a_closed_day_sells_nothing_of_what_expires(shop, syrup):
    came(shop, syrup, "SOON", 20, left=2)
    came(shop, syrup, "LATER", 2, left=700)
    tomorrow = business_today(shop.warehouse) + timedelta(days=1)
    assert only(shop, syrup).situation.expiring == 14

    ClosedDay.objects.create(day=tomorrow)

    assert only(shop, syrup).situation.expiring == 16


# --- The cap ---------------------------------------------------------------------------
def test_no_more_is_ordered_than_is_sold_in_the_days_that_it_keeps(shop, syrup):
    came(shop, syrup, "B1", 5, left=10)

    # Ten days sell 20 with a certainty of 50 %; the five there are gone when it comes.
    assert said(shop, syrup) == (
        "20 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 − on order 0 = 21, "
        "cut to 20: more would not be sold within the 10 days that it keeps"
    )


def test_the_quantile_of_the_settings_moves_the_cap(shop, syrup):
    came(shop, syrup, "B1", 5, left=10)
    settings = replenishment_settings()
    settings.expiry_quantile = D(30)
    settings.save()

    # 20 − 0.5244 × √10.
    assert only(shop, syrup).qty == 18


def test_what_is_on_order_is_sold_first_and_lowers_the_cap(shop, syrup):
    came(shop, syrup, "B1", 5, left=10)
    lines = [OrderLine(syrup, D(4), D(5_000))]
    order_send(
        order=order_create(supplier=shop.supplier, warehouse=shop.warehouse, lines=lines, by=shop.by), by=shop.by
    )

    one = only(shop, syrup)

    assert (one.need.shortage, one.situation.cap, one.qty) == (17, 16, 16)


def test_stock_that_outlives_the_ordered_goods_is_sold_after_them(shop, syrup):
    for n in range(3):
        came(shop, syrup, f"B{n}", 1, left=10)
    came(shop, syrup, "LONG", 5, left=700)

    # The three are sold before it comes, and of LONG five too; nothing is left to lower the cap of 20.
    assert only(shop, syrup).situation.cap == 20


def test_nothing_is_ordered_past_the_point_where_more_is_written_off_than_won(shop, syrup):
    syrup.price = D(8_000)
    syrup.save()
    came(shop, syrup, "B1", 5, left=10)

    # 3,000 won against 5,000 lost: worth it up to the quantile 0.375, so 20 − 0.3186 × √10.
    assert said(shop, syrup) == (
        "18 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 − on order 0 = 21, "
        "cut to 18: of more, what expires within 10 days would cost more than is won"
    )


def test_who_sells_at_no_margin_has_reasons_and_only_the_shelf_life_cuts(shop, syrup):
    syrup.price = D(4_000)
    syrup.save()
    came(shop, syrup, "B1", 5, left=10)

    assert only(shop, syrup).qty == 20


def test_what_hardly_sells_is_not_ordered_where_not_one_would_sell_in_time(shop, syrup):
    ReorderPolicy.objects.filter(product=syrup).update(avg_daily_demand=D("0.01"), demand_std=D("0.1"), safety_stock=1)
    came(shop, syrup, "B1", 1, left=10)
    came(shop, syrup, "B2", 1, days_ago=9, left=-1)

    one = only(shop, syrup)

    assert (one.qty, one.need.state, one.situation.cap) == (0, "WOULD_EXPIRE", 0)


def test_three_products_cost_the_queries_of_one(shop, syrup):
    came(shop, syrup, "B1", 5, left=10)
    only(shop, syrup)
    with CaptureQueriesContext(connection) as one:
        only(shop, syrup)
    more = [shop.goods(f"Goods {n}", tracks_batches=True) for n in range(2)]
    for product in more:
        came(shop, product, "B1", 5, left=10)

    with CaptureQueriesContext(connection) as three:
        found = proposals(warehouse=shop.warehouse, product_ids=[syrup.pk, *(product.pk for product in more)])

    assert [proposal.qty for proposal in found] == [18, 18, 20]
    assert len(three) == len(one)


# --- Every batch -------------------------------------------------------------------------
def test_each_batch_says_what_of_it_will_expire_unsold(shop, syrup):
    ReorderPolicy.objects.update(computed_at=timezone.now())
    came(shop, syrup, "B10", 8, left=-1)
    came(shop, syrup, "B11", 14, left=4)
    came(shop, syrup, "B12", 30, left=10)
    came(shop, syrup, "B13", 30, left=700)

    unsold = unsold_batches(shop.warehouse)

    # Days 0 to 4 sell ten of B11, days 5 to 10 twelve of B12.
    numbers = dict(Batch.objects.values_list("pk", "number"))
    assert {numbers[pk]: units for pk, units in unsold.items()} == {"B11": 4, "B12": 18}


def test_of_a_product_whose_demand_nobody_computed_nothing_is_said(shop, syrup):
    came(shop, syrup, "B11", 14, left=4)

    assert unsold_batches(shop.warehouse) == {}


# --- What the cap is worth -----------------------------------------------------------------
ITEMS, DAYS, LIFE, LEAD = 200, 540, 60, 7


def play(quantile):
    """Sell intermittent goods for 540 days in lots of 90 days, first-expiry-first; return fill rate and waste."""
    rng = np.random.default_rng(6)
    mean = rng.uniform(0.02, 0.3, ITEMS)
    buyers = rng.random((DAYS, ITEMS)) < mean / 1.5
    demand = np.where(buyers, rng.integers(1, 3, (DAYS, ITEMS)), 0).astype(float)
    std = np.sqrt(2.5 / 1.5 * mean - mean**2)
    point, lot = np.ceil(mean * (LEAD + 1) + 1.28 * std * np.sqrt(LEAD + 1)), np.ceil(mean * 90)
    shelf = np.zeros((LIFE, ITEMS))
    coming = np.zeros((DAYS + LEAD + 1, ITEMS))
    served = expired = bought = 0.0
    for day in range(DAYS):
        expired += shelf[0].sum()
        shelf = np.vstack([shelf[1:], coming[day]])
        wanted = demand[day]
        sold_up_to = np.minimum(np.cumsum(shelf, axis=0), wanted)
        sold = np.diff(sold_up_to, axis=0, prepend=0.0)
        shelf -= sold
        served += sold.sum()
        lost = expiry_consume(shelf[: LEAD + 1].T, np.arange(LEAD + 1), mean, horizon=LEAD).unsold.sum(axis=-1)
        position = shelf.sum(axis=0) - lost + coming[day + 1 :].sum(axis=0)
        qty = np.where(position <= point, lot, 0.0)
        if quantile:
            qty = np.minimum(qty, np.floor(cap_by_shelf_life(quantile, mean, std, LIFE, position)))
        coming[day + LEAD] += qty
        bought += qty.sum()
    return round(float(served / demand.sum() * 100), 1), round(float(expired / bought * 100), 1)


def test_the_median_as_cap_saves_most_of_the_waste_of_intermittent_goods_for_little_service():
    fill, waste = play(None)
    capped_fill, capped_waste = play(0.5)

    assert (fill, waste) == (98.7, 34.9)
    assert (capped_fill, capped_waste) == (97.7, 10.3)
