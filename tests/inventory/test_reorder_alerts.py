"""Reorder alerts: raised and cleared with the move that caused them, and never twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from inventori.errors import InsufficientStock
from inventori.posting import new_key
from inventory.alerts import alerts_check, open_alerts, reorder_points_apply
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, ReorderAlert, ReorderPolicy, Stock
from inventory.reorder_models import ReorderMethod
from inventory.selectors import business_today
from inventory.services import adjustment_post
from sales.services import Tender, basket_add, basket_hold, basket_resume, sale_cancel, sale_pay
from summary.verify import differences
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = pytest.mark.django_db


class Shop:
    """Ten soaps at 10,000 with a reorder point of 6; a cashier with an open shift."""

    def __init__(self):
        self.by, self.warehouse = UserFactory(role="Manager"), WarehouseFactory()
        self.soap = ProductFactory(name="Soap", price=10_000)
        stock_up(self.soap, self.warehouse, 10)
        open_shift(self.by, self.warehouse)
        self.point(6)

    def point(self, rop, product=None, **values):
        ReorderPolicy.objects.update_or_create(
            product=product or self.soap,
            warehouse=self.warehouse,
            defaults={"rop": rop, "avg_daily_demand": 2, "is_active": True, **values},
        )
        return reorder_points_apply(warehouse=self.warehouse)

    def basket(self, qty, product=None):
        key = new_key()
        return basket_add(key=key, warehouse=self.warehouse, product=product or self.soap, qty=Decimal(qty), by=self.by)

    def sell(self, qty, product=None):
        sale = self.basket(qty, product)
        total = sale.total_amount
        return sale_pay(key=sale.key, tenders=[Tender("CASH", total)], expected_total=total, by=self.by)[0]

    def bring(self, qty, product=None, batch=None):
        line = Line((product or self.soap).pk, Decimal(qty), batch_id=batch.pk if batch else None)
        adjustment_post(warehouse=self.warehouse, reason=AdjustReason.FOUND, lines=[line], key=new_key(), by=self.by)

    def alerts(self):
        """Every alert that ever was: (open?, available, reorder point, source)."""
        rows = ReorderAlert.objects.order_by("id").values_list("is_open", "available", "rop", "ref_type")
        return [(bool(is_open), int(available), int(rop), ref) for is_open, available, rop, ref in rows]


@pytest.fixture
def shop():
    return Shop()


def test_nothing_is_said_above_the_reorder_point(shop):
    shop.sell(3)

    assert shop.alerts() == []


def test_the_sale_that_reaches_the_reorder_point_raises_the_alert(shop):
    shop.sell(3)
    sale = shop.sell(1)

    assert shop.alerts() == [(True, 6, 6, "SALE")]
    alert = open_alerts(shop.warehouse).get()
    assert (alert.ref_id, alert.raised_at, alert.product) == (sale.pk, sale.sold_at, shop.soap)


def test_further_sales_and_further_checks_make_nothing_new(shop):
    shop.sell(4)
    shop.sell(1)

    checked = [alerts_check(), alerts_check()]

    assert [(each.raised, each.cleared) for each in checked] == [(0, 0), (0, 0)]
    assert shop.alerts() == [(True, 6, 6, "SALE")]


def test_goods_that_come_in_clear_it_and_the_next_fall_raises_another(shop):
    shop.sell(5)
    shop.bring(1)
    assert shop.alerts() == [(True, 5, 6, "SALE")]

    shop.bring(1)
    assert shop.alerts() == [(False, 5, 6, "SALE")]
    assert open_alerts().count() == 0

    shop.sell(1)
    assert shop.alerts() == [(False, 5, 6, "SALE"), (True, 6, 6, "SALE")]


def test_a_cancelled_sale_clears_the_alert_that_it_raised(shop):
    sale = shop.sell(5)

    sale_cancel(sale_id=sale.pk, reason="wrong", by=shop.by)

    assert shop.alerts() == [(False, 5, 6, "SALE")]


def test_a_refused_sale_raises_nothing(shop):
    with pytest.raises(InsufficientStock):
        shop.sell(11)

    assert shop.alerts() == []
    assert Stock.objects.get().is_low is False


def test_a_new_reorder_point_raises_and_clears_without_a_move(shop):
    raised = shop.point(10)
    again = shop.point(10)
    cleared = shop.point(9)

    assert [(s.raised, s.cleared) for s in (raised, again, cleared)] == [(1, 0), (0, 0), (0, 1)]
    assert shop.alerts() == [(False, 10, 10, "")]


def test_a_policy_switched_off_or_a_product_given_up_has_no_alert(shop):
    shop.point(10)
    assert shop.point(10, is_active=False).cleared == 1

    shop.point(10)
    shop.soap.is_active = False
    shop.soap.save()

    assert alerts_check().cleared == 1
    assert Stock.objects.get().rop is None


def test_min_max_asks_at_its_minimum(shop):
    shop.point(2, method=ReorderMethod.MIN_MAX, min_qty=10, max_qty=30)

    assert shop.alerts() == [(True, 10, 10, "")]


def test_a_product_that_nobody_asks_for_is_not_reported_empty(shop):
    shop.sell(10)
    shop.point(0, avg_daily_demand=0)
    assert open_alerts().count() == 0

    shop.point(0, avg_daily_demand=0, typed=["rop"])
    assert open_alerts().count() == 1


def test_a_product_that_never_lay_there_is_reported_at_once(shop):
    comb = ProductFactory(name="Comb")

    shop.point(3, product=comb)

    assert list(open_alerts().values_list("product__name", "available")) == [("Comb", 0)]


def test_a_basket_put_aside_holds_its_units(shop):
    sale = basket_hold(key=shop.basket(4).key, name="red", by=shop.by)
    assert Stock.objects.get().held == 4
    assert shop.alerts() == [(True, 6, 6, "")]

    basket_resume(sale_id=sale.pk, warehouse=shop.warehouse, by=shop.by)
    assert Stock.objects.get().held == 0
    assert shop.alerts() == [(False, 6, 6, "")]


def test_taking_up_one_basket_puts_the_other_aside(shop):
    held = basket_hold(key=shop.basket(4).key, name="red", by=shop.by)
    current = shop.basket(3)

    basket_resume(sale_id=held.pk, warehouse=shop.warehouse, by=shop.by, current_key=current.key)

    assert Stock.objects.get().held == 3
    assert list(differences()) == []


def test_a_batch_that_expires_over_night_is_reported_by_the_check_of_the_day(shop):
    strip = ProductFactory(name="Paracetamol", tracks_batches=True)
    today = business_today(shop.warehouse)
    for number, days, qty in (("OLD", 1, 5), ("NEW", 300, 5)):
        shop.bring(qty, strip, batch_ensure(product=strip, number=number, expires_on=today + timedelta(days=days)))
    shop.point(6, product=strip)
    assert open_alerts().count() == 0

    with time_machine.travel(_noon(today + timedelta(days=1))):
        assert alerts_check().raised == 0
    with time_machine.travel(_noon(today + timedelta(days=2))):
        assert alerts_check().raised == 1
        assert alerts_check().raised == 0

    assert list(open_alerts().values_list("product__name", "available")) == [("Paracetamol", 5)]


def test_expired_units_do_not_count_when_the_sale_is_posted(shop):
    strip = ProductFactory(name="Paracetamol", price=4_000, tracks_batches=True)
    today = business_today(shop.warehouse)
    for number, days, qty in (("GONE", -1, 50), ("NEW", 300, 8)):
        shop.bring(qty, strip, batch_ensure(product=strip, number=number, expires_on=today + timedelta(days=days)))
    shop.point(6, product=strip)
    assert open_alerts().count() == 0

    shop.sell(2, strip)

    assert list(open_alerts().values_list("product__name", "available")) == [("Paracetamol", 6)]


@pytest.mark.django_db(transaction=True)
def test_ten_sales_at_once_raise_one_alert(shop):
    baskets = [shop.basket(1) for _n in range(10)]

    def pay(basket):
        total = basket.total_amount
        sale_pay(key=basket.key, tenders=[Tender("CASH", total)], expected_total=total, by=shop.by)

    at_once([lambda basket=basket: pay(basket) for basket in baskets])

    assert Stock.objects.get().qty == 0
    assert [(is_open, available) for is_open, available, _rop, _ref in shop.alerts()] == [(True, 6)]


def test_an_alert_that_lies_is_found_by_the_verifier(shop):
    Stock.objects.update(is_low=True, held=1)

    assert sorted(d.rule for d in differences()) == [
        "an alert is open where the stock says so, and nowhere else",
        "units held are those of the baskets put aside",
        "what is at or below its reorder point has an alert",
    ]


def _noon(day: date) -> str:
    return f"{day} 05:00:00+00:00"
