"""Races at the till. They run on MariaDB: SQLite ignores row locks."""

import random
from decimal import Decimal
from functools import partial

import pytest

from inventori.errors import InsufficientStock
from inventori.posting import new_key
from inventori.prepared import prepared
from inventory import ledger
from inventory.models import RefType, Stock, StockMove
from sales.models import Payment, Sale
from sales.services import Tender, basket_add, sale_pay
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

BUYERS, UNITS = 32, 10


def basket(warehouse, cashier, products, key=None):
    """Make a basket with one of each product and return (key, total)."""
    key = key or new_key()
    for product in products:
        sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
    return key, sale.total_amount


def pay(key, total, cashier):
    return sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=cashier)


def last_units_race():
    """32 buyers of the last 10 units, each at a till; return (sales made, refusals, other results, units left).

    One till would not do: its pays wait for each other at the lock of their shift.
    """
    cashiers, warehouse, product = UserFactory.create_batch(BUYERS), WarehouseFactory(), ProductFactory()
    stock_up(product, warehouse, UNITS)
    for cashier in cashiers:
        open_shift(cashier, warehouse)
    baskets = [(*basket(warehouse, cashier, [product]), cashier) for cashier in cashiers]

    results = at_once([partial(pay, *one) for one in baskets])

    refused = [r for r in results if isinstance(r, InsufficientStock)]
    odd = [r for r in results if not isinstance(r, tuple | InsufficientStock)]
    paid = Sale.objects.filter(warehouse=warehouse, status=Sale.Status.PAID).count()
    return paid, len(refused), odd, Stock.objects.get(product=product, warehouse=warehouse).qty


@pytest.mark.parametrize("round_number", range(20))
def test_thirty_two_buyers_of_the_last_ten_units_make_exactly_ten_sales(round_number):
    paid, refused, odd, left = last_units_race()

    assert (paid, refused, odd, left) == (UNITS, BUYERS - UNITS, [], 0)


def test_without_the_row_lock_the_same_race_oversells(monkeypatch):
    monkeypatch.setattr(ledger, "_stock_to_lock", prepared(ledger._stock_of))

    paid_by_round = [last_units_race()[0] for _ in range(3)]

    assert max(paid_by_round) > UNITS


def test_the_same_posting_key_fifty_times_at_once_makes_one_sale():
    cashier, warehouse, product = UserFactory(), WarehouseFactory(), ProductFactory()
    stock_up(product, warehouse, 100)
    open_shift(cashier, warehouse)
    key, total = basket(warehouse, cashier, [product])

    results = at_once([partial(pay, key, total, cashier)] * 50)

    assert [r for r in results if not isinstance(r, tuple)] == []
    assert sum(paid_now for _sale, paid_now in results) == 1
    assert {sale.pk for sale, _ in results} == {Sale.objects.get().pk}
    assert Payment.objects.count() == 1
    assert Stock.objects.get().qty == 99


def test_fifty_first_scans_of_one_key_open_one_basket():
    cashier, warehouse, product = UserFactory(), WarehouseFactory(), ProductFactory()
    key = new_key()

    results = at_once([partial(basket, warehouse, cashier, [product], key)] * 50)

    assert [r for r in results if isinstance(r, Exception)] == []
    assert list(Sale.objects.get().items.values_list("qty", flat=True)) == [50]


def test_sixteen_tills_with_hot_products_in_random_order_all_sell():
    tills, rounds, hot = 16, 10, 5
    cashiers, warehouse = UserFactory.create_batch(tills), WarehouseFactory()
    products = ProductFactory.create_batch(hot)
    for product in products:
        stock_up(product, warehouse, tills * rounds)
    dice = random.Random(7)

    for cashier in cashiers:
        open_shift(cashier, warehouse)

    def day_at_the_till(cashier, orders):
        for order in orders:
            pay(*basket(warehouse, cashier, order), cashier)
        return "all sold"

    orders = [[dice.sample(products, hot) for _ in range(rounds)] for _ in range(tills)]
    results = at_once([partial(day_at_the_till, c, o) for c, o in zip(cashiers, orders, strict=True)])

    assert results == ["all sold"] * tills
    assert Sale.objects.filter(status=Sale.Status.PAID).count() == tills * rounds
    assert set(Stock.objects.values_list("qty", flat=True)) == {0}
    assert StockMove.objects.filter(ref_type=RefType.SALE).count() == tills * rounds * hot
