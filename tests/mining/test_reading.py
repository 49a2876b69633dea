"""Baskets as they are read from the sale lines."""

import random
from datetime import date, timedelta

import pytest

from mining import reading
from mining.models import MiningRun
from mining.reading import Window, read_baskets
from sales.models import Sale
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory, UserFactory, WarehouseFactory
from tests.mining.shop import came_back, sold

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)


def window(**values):
    return Window(**{"date_from": DAY - timedelta(days=30), "date_to": DAY, **values})


def baskets_of(read):
    """Return the baskets as sorted lists of items, those without items too."""
    found = [[] for _n in range(read.baskets.count)]
    for basket, item in zip(read.baskets.basket.tolist(), read.baskets.item.tolist(), strict=True):
        found[basket].append(item)
    return sorted(sorted(items) for items in found)


@pytest.fixture
def shop():
    class Shop:
        by, warehouse, other = UserFactory(), WarehouseFactory(), WarehouseFactory()
        customer = CustomerFactory()
        tea, milk, bag = ProductFactory(), ProductFactory(), ProductFactory(category=CategoryFactory())

        def sell(self, *products, **values):
            return sold(list(products), **{"warehouse": self.warehouse, "by": self.by, "day": DAY, **values})

    return Shop()


def test_only_paid_sales_of_the_days_are_read(shop):
    shop.sell(shop.tea, shop.milk)
    shop.sell(shop.tea, status="CANCELLED")
    shop.sell(shop.tea, status="DRAFT")
    shop.sell(shop.tea, day=DAY - timedelta(days=31))
    shop.sell(shop.tea, day=DAY + timedelta(days=1))

    found = read_baskets(window())

    assert baskets_of(found) == [[shop.tea.pk, shop.milk.pk]]
    assert found.lines == 2


def test_a_line_that_came_back_whole_is_left_out_and_a_sale_that_did_is_none(shop):
    whole = shop.sell(shop.tea, shop.milk, qty=2)
    came_back(whole, shop.tea, 1)
    came_back(whole, shop.tea, 1)
    part = shop.sell(shop.tea, qty=2)
    came_back(part, shop.tea, 1)
    nothing_kept = shop.sell(shop.tea)
    came_back(nothing_kept, shop.tea, 1)

    assert baskets_of(read_baskets(window())) == [[shop.tea.pk], [shop.milk.pk]]


def test_a_warehouse_and_known_or_unknown_customers_can_be_chosen(shop):
    shop.sell(shop.tea, customer=shop.customer)
    shop.sell(shop.milk)
    shop.sell(shop.bag, warehouse=shop.other)

    known = read_baskets(window(customers=MiningRun.Customers.KNOWN))
    unknown = read_baskets(window(customers=MiningRun.Customers.UNKNOWN))
    there = read_baskets(window(warehouse_id=shop.other.pk))

    assert baskets_of(known) == [[shop.tea.pk]]
    assert baskets_of(unknown) == [[shop.milk.pk], [shop.bag.pk]]
    assert baskets_of(there) == [[shop.bag.pk]]


def test_left_out_products_leave_the_number_of_sales_as_it_is(shop):
    shop.sell(shop.tea, shop.bag)
    shop.sell(shop.bag)

    found = read_baskets(window(left_out=[shop.bag.pk]))

    assert baskets_of(found) == [[], [shop.tea.pk]]


def test_products_become_their_categories(shop):
    shop.sell(shop.tea, shop.bag)

    found = read_baskets(window(level=MiningRun.Level.CATEGORY))

    assert baskets_of(found) == [sorted([shop.tea.category_id, shop.bag.category_id])]


def test_no_sale_gives_no_basket(shop):
    assert baskets_of(read_baskets(window())) == []


@pytest.mark.parametrize("sales_at_once", [1, 7, 1000])
def test_it_reads_what_a_plain_loop_over_the_sales_reads(shop, monkeypatch, sales_at_once):
    monkeypatch.setattr(reading, "SALES_AT_ONCE", sales_at_once)
    chance = random.Random(3)
    products = ProductFactory.create_batch(8)
    for _n in range(40):
        sale = shop.sell(
            *chance.sample(products, chance.randint(1, 5)), status=chance.choice(["PAID", "PAID", "DRAFT"])
        )
        if chance.random() < 0.3:
            came_back(sale, sale.items.first().product, 1)

    expected = []
    for sale in Sale.objects.filter(status="PAID"):
        kept = [line.product_id for line in sale.items.all() if sum(r.qty for r in line.returned.all()) < line.qty]
        if kept:
            expected.append(sorted(kept))

    assert baskets_of(read_baskets(window())) == sorted(expected)


def test_the_last_sales_alone_can_be_read(shop):
    for product in (shop.tea, shop.milk, shop.bag):
        shop.sell(product)

    assert baskets_of(read_baskets(window(), most_sales=2)) == [[shop.milk.pk], [shop.bag.pk]]
