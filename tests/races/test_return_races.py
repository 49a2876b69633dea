"""Races over goods that come back. They run on MariaDB: SQLite ignores row locks."""

from decimal import Decimal
from functools import partial

import pytest

from inventori.errors import DomainError
from inventori.posting import new_key
from inventory.models import RefType, Stock, StockMove
from sales.models import Payment, Sale, SaleReturn
from sales.services import ReturnLine, Tender, basket_add, sale_cancel, sale_pay, sale_return, shift_close
from sales.services import returns as services
from sales.services.returns import LinesRefused
from summary.verify import differences
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

TAKERS, SOLD = 10, 2


def sold(cashier=None):
    """Sell two units and return the sale."""
    cashier, warehouse, product = cashier or UserFactory(), WarehouseFactory(), ProductFactory(price=10_000)
    stock_up(product, warehouse, SOLD)
    open_shift(cashier, warehouse)
    sale = basket_add(key=new_key(), warehouse=warehouse, product=product, qty=Decimal(SOLD), by=cashier)
    return sale_pay(key=sale.key, tenders=[Tender("CASH", sale.total_amount)], expected_total=20_000, by=cashier)[0]


def take_back(sale, by, key=None, qty=1, method="TRANSFER"):
    lines = [ReturnLine(sale.items.get().pk, Decimal(qty))]
    return sale_return(sale_id=sale.pk, lines=lines, reason="x", method=method, key=key or new_key(), by=by)


def last_units_race():
    """Ten managers take one unit back at once, two were sold; return (units back, refusals, other results, money)."""
    sale = sold()
    managers = UserFactory.create_batch(TAKERS, role="Manager")

    results = at_once([partial(take_back, sale, manager) for manager in managers])

    refused = [r for r in results if isinstance(r, LinesRefused)]
    odd = [r for r in results if not isinstance(r, SaleReturn | LinesRefused)]
    back = list(SaleReturn.objects.filter(sale=sale).values_list("total_amount", flat=True))
    return len(back), len(refused), odd, sum(back)


@pytest.mark.parametrize("round_number", range(20))
def test_ten_returns_of_one_unit_at_once_against_two_sold_accept_exactly_two(round_number):
    assert last_units_race() == (SOLD, TAKERS - SOLD, [], 20_000)
    assert Stock.objects.get().qty == SOLD
    assert list(differences()) == []


def test_without_the_lock_on_the_sale_the_same_race_takes_more_back_than_was_sold(monkeypatch):
    monkeypatch.setattr(services, "_locked_sale", lambda sale_id: Sale.objects.get(pk=sale_id))

    back_by_round = [last_units_race()[0] for _ in range(3)]

    assert max(back_by_round) > SOLD


def test_the_same_key_ten_times_at_once_makes_one_return():
    sale, manager, key = sold(), UserFactory(role="Manager"), new_key()

    results = at_once([partial(take_back, sale, manager, key)] * 10)

    assert set(results) == {SaleReturn.objects.get()}
    assert StockMove.objects.filter(ref_type=RefType.RETURN).count() == 1
    assert Stock.objects.get().qty == 1


@pytest.mark.parametrize("round_number", range(10))
def test_of_a_cancel_and_a_return_at_once_exactly_one_wins(round_number):
    sale = sold()
    one, other = UserFactory.create_batch(2, role="Manager")
    cancel = partial(sale_cancel, sale_id=sale.pk, reason="typo", by=other)

    results = at_once([partial(take_back, sale, one, qty=2), cancel])

    assert sum(isinstance(r, SaleReturn | tuple) for r in results) == 1
    assert sum(isinstance(r, DomainError) and r.code in ("cancelled", "has_returns") for r in results) == 1
    assert Stock.objects.get().qty == SOLD
    paid_back = SaleReturn.objects.count() * 20_000 - sum(p.amount for p in Payment.objects.filter(amount__lt=0))
    assert paid_back == 20_000
    assert list(differences()) == []


@pytest.mark.parametrize("round_number", range(10))
def test_a_shift_that_closes_while_its_sale_is_cancelled_was_counted_with_what_is_left(round_number):
    cashier = UserFactory(role="Manager")
    sale = sold(cashier)
    close = partial(shift_close, shift_id=sale.shift_id, counts={}, note="to the bank", by=cashier)

    at_once([partial(sale_cancel, sale_id=sale.pk, reason="typo", by=cashier), close])

    sale.refresh_from_db()
    assert sale.shift.expected_cash == (0 if sale.status == Sale.Status.CANCELLED else 20_000)


def test_returns_of_different_sales_with_the_same_goods_do_not_wait_for_each_other_for_ever():
    """Twenty sales of the same two products, taken back at once in either order of their lines."""
    cashier, warehouse = UserFactory(role="Manager"), WarehouseFactory()
    products = ProductFactory.create_batch(2, price=10_000)
    for product in products:
        stock_up(product, warehouse, 20)
    open_shift(cashier, warehouse)
    sales = []
    for _ in range(20):
        key = new_key()
        for product in products:
            sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
        sales.append(
            sale_pay(key=key, tenders=[Tender("CASH", sale.total_amount)], expected_total=20_000, by=cashier)[0]
        )

    def back(sale, turned):
        lines = [ReturnLine(item.pk, Decimal(1), is_damaged=True) for item in sale.items.all()]
        lines = lines[::-1] if turned else lines
        return sale_return(sale_id=sale.pk, lines=lines, reason="x", method="CASH", key=new_key(), by=cashier)

    results = at_once([partial(back, sale, number % 2) for number, sale in enumerate(sales)])

    assert [r for r in results if not isinstance(r, SaleReturn)] == []
    assert set(Stock.objects.values_list("qty", flat=True)) == {0}
    assert list(differences()) == []
