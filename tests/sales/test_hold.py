"""Baskets on hold, and whose basket it is."""

from decimal import Decimal
from functools import partial

import pytest

from inventori.errors import DomainError, InvalidInput
from inventori.posting import new_key
from sales.models import Sale
from sales.services import Tender, basket_add, basket_hold, basket_resume, basket_set_customer, sale_pay
from sales.till import customers_named, held_baskets, open_basket
from tests.factories import CustomerFactory, ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = pytest.mark.django_db


class Shop:
    """Two cashiers with open shifts at one warehouse; ten soaps at 10,000."""

    def __init__(self):
        self.siti, self.budi, self.warehouse = UserFactory(), UserFactory(), WarehouseFactory()
        self.soap = ProductFactory(price=10_000)
        stock_up(self.soap, self.warehouse, 10)
        for cashier in (self.siti, self.budi):
            open_shift(cashier, self.warehouse)

    def basket(self, by, qty=1):
        key = new_key()
        return basket_add(key=key, warehouse=self.warehouse, product=self.soap, qty=Decimal(qty), by=by)

    def held(self, by, name=""):
        return basket_hold(key=self.basket(by).key, name=name, by=by)

    def resume(self, sale, by, **kwargs):
        return basket_resume(sale_id=sale.pk, warehouse=self.warehouse, by=by, **kwargs)


@pytest.fixture
def shop():
    return Shop()


def test_a_held_basket_is_listed_with_who_when_and_how_much(shop):
    sale = shop.held(shop.siti, name="  red   jacket ")

    (listed,) = held_baskets(warehouse=shop.warehouse)

    assert (listed.pk, listed.held_as, listed.cashier, listed.units, listed.total_amount) == (
        sale.pk,
        "red jacket",
        shop.siti,
        1,
        10_000,
    )
    assert open_basket(warehouse=shop.warehouse, by=shop.siti) is None


def test_another_till_takes_it_up_and_sells_it(shop):
    sale = shop.held(shop.siti)

    shop.resume(sale, shop.budi)
    paid, now = sale_pay(
        key=sale.key, tenders=[Tender("CASH", Decimal(10_000))], expected_total=Decimal(10_000), by=shop.budi
    )

    assert (now, paid.cashier, paid.shift.cashier) == (True, shop.budi, shop.budi)


def test_nothing_is_added_or_paid_while_it_is_on_hold(shop):
    sale = shop.held(shop.siti)
    add = partial(basket_add, key=sale.key, warehouse=shop.warehouse, product=shop.soap, qty=Decimal(1))

    with pytest.raises(DomainError, match="was put on hold"):
        add(by=shop.siti)
    with pytest.raises(DomainError, match="was put on hold"):
        sale_pay(key=sale.key, tenders=[Tender("CASH", Decimal(10_000))], expected_total=Decimal(10_000), by=shop.siti)

    sale.refresh_from_db()
    assert (sale.status, sale.total_amount) == ("DRAFT", 10_000)


def test_the_basket_being_filled_makes_room(shop):
    held, current = shop.held(shop.siti), shop.basket(shop.budi, qty=2)

    shop.resume(held, shop.budi, current_key=current.key)

    assert [sale.pk for sale in held_baskets(warehouse=shop.warehouse)] == [current.pk]
    assert open_basket(warehouse=shop.warehouse, by=shop.budi).pk == held.pk


def test_an_empty_basket_is_not_held(shop):
    with pytest.raises(InvalidInput, match="no longer exists"):
        basket_hold(key=new_key(), name="", by=shop.siti)

    assert Sale.objects.count() == 0


def test_who_comes_second_is_told(shop):
    sale = shop.held(shop.siti)
    shop.resume(sale, shop.budi)

    with pytest.raises(DomainError, match="no longer on hold"):
        shop.resume(sale, shop.siti)

    assert Sale.objects.get().cashier == shop.budi


def test_a_basket_of_another_warehouse_stays_there(shop):
    sale = shop.held(shop.siti)

    with pytest.raises(DomainError, match=f"is held in {shop.warehouse.name}"):
        basket_resume(sale_id=sale.pk, warehouse=WarehouseFactory(), by=shop.budi)

    assert held_baskets(warehouse=shop.warehouse).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tills_that_take_it_up_at_once_do_not_both_get_it():
    shop = Shop()
    sale = shop.held(shop.siti)

    results = at_once([partial(shop.resume, sale, by) for by in (shop.siti, shop.budi)])

    assert sorted(type(result).__name__ for result in results) == ["DomainError", "Sale"]
    winner = next(result for result in results if isinstance(result, Sale))
    assert Sale.objects.get().cashier_id == winner.cashier_id


def test_a_customer_goes_with_the_basket_and_leaves_it(shop):
    customer, key = CustomerFactory(), new_key()

    basket_set_customer(key=key, warehouse=shop.warehouse, customer=customer, by=shop.siti)
    basket_add(key=key, warehouse=shop.warehouse, product=shop.soap, qty=Decimal(1), by=shop.siti)
    assert Sale.objects.get().customer == customer
    basket_set_customer(key=key, warehouse=shop.warehouse, customer=None, by=shop.siti)

    assert Sale.objects.get().customer is None


def test_a_customer_who_is_no_longer_active_is_refused(shop):
    customer = CustomerFactory(is_active=False)

    with pytest.raises(InvalidInput, match="is no longer active"):
        basket_set_customer(key=new_key(), warehouse=shop.warehouse, customer=customer, by=shop.siti)

    assert Sale.objects.count() == 0


@pytest.mark.parametrize("text", ["siti ram", "0812-3456", "+62 812 3456 7890", "CUS-9"])
def test_a_customer_is_found_by_name_phone_or_code(db, text):
    CustomerFactory(name="Rama Siti", phone="081234567890", code="CUS-9")
    CustomerFactory(name="Somebody Else", phone="0811")

    assert [customer.name for customer in customers_named(text)] == ["Rama Siti"]
