from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from inventori.posting import new_key
from sales.models import Sale
from sales.selectors import SalesTotals, top_products, totals_by_day
from sales.services import (
    Discount,
    PastLine,
    PastReturn,
    PastSale,
    ReturnLine,
    Tender,
    basket_add,
    basket_discount,
    past_documents_post,
    sale_cancel,
    sale_pay,
    sale_return,
)
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def at(hour, day=20):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def shop():
    user, warehouse = UserFactory(role="Manager"), WarehouseFactory()
    tea = ProductFactory(sku="TEA", name="Tea", price=5_000)
    rice = ProductFactory(sku="RICE", name="Rice", price=18_750, sold_by_measure=True)
    for product in (tea, rice):
        stock_up(product, warehouse, 1_000)
    past_documents_post(
        warehouse=warehouse,
        documents=[
            PastSale("k1", "S1", at(3), [PastLine(tea.pk, Decimal(10), Decimal(5_000))], user),
            PastSale("k2", "S2", at(4), [PastLine(rice.pk, Decimal(2), Decimal(18_750))], user),
            PastReturn("k3", "R1", at(5), [PastLine(tea.pk, Decimal(4), Decimal(5_000))], user),
            PastSale("k4", "S4", at(3, 21), [PastLine(tea.pk, Decimal(1), Decimal(5_000))], user),
        ],
    )
    return warehouse, user


def test_totals_by_day_count_whole_days_and_name_only_days_with_business(shop):
    assert totals_by_day(DAY, date(2026, 11, 30)) == {
        DAY: SalesTotals(count=2, total=Decimal(87_500), returns_count=1, returns=Decimal(20_000)),
        date(2026, 11, 21): SalesTotals(count=1, total=Decimal(5_000), returns_count=0, returns=Decimal(0)),
    }


def test_a_cancelled_sale_counts_nowhere(shop):
    _warehouse, user = shop
    sale = Sale.objects.get(key="k2")

    sale_cancel(sale_id=sale.pk, reason="wrong customer", by=user)

    assert totals_by_day(DAY, DAY)[DAY].total == 50_000
    assert [row["product__sku"] for row in top_products(DAY, DAY)] == ["TEA"]


def test_sales_of_another_warehouse_stay_out(shop):
    assert totals_by_day(DAY, DAY, WarehouseFactory()) == {}
    assert top_products(DAY, DAY, WarehouseFactory()) == []


def test_top_products_takes_returns_off_before_it_ranks(shop):
    best = top_products(DAY, DAY, limit=1)

    assert best == [{"product__sku": "RICE", "product__name": "Rice", "qty": 2, "revenue": 37_500}]
    assert isinstance(best[0]["qty"], int)


def test_top_products_ranks_by_quantity_when_asked(shop):
    assert top_products(DAY, DAY, by="qty") == [
        {"product__sku": "TEA", "product__name": "Tea", "qty": 6, "revenue": 30_000},
        {"product__sku": "RICE", "product__name": "Rice", "qty": 2, "revenue": 37_500},
    ]


def test_a_discount_on_the_whole_sale_is_shared_and_a_whole_return_leaves_nothing():
    cashier, warehouse = UserFactory(role="Manager"), WarehouseFactory()
    dear, cheap = ProductFactory(sku="DEAR", price=30_000), ProductFactory(sku="CHEAP", price=10_000)
    open_shift(cashier, warehouse)
    key = new_key()
    for product in (dear, cheap):
        stock_up(product, warehouse, 5)
        basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
    basket_discount(key=key, discount=Discount(amount=Decimal(1_000)), by=cashier)
    sale, _now = sale_pay(
        key=key, tenders=[Tender("CASH", Decimal(39_000))], expected_total=Decimal(39_000), by=cashier
    )
    day = sale.business_date

    assert [(row["product__sku"], row["revenue"]) for row in top_products(day, day)] == [
        ("DEAR", 29_250),
        ("CHEAP", 9_750),
    ]

    lines = [ReturnLine(sale_item_id=item.pk, qty=item.qty) for item in sale.items.all()]
    sale_return(sale_id=sale.pk, lines=lines, reason="All back", method="CASH", key=new_key(), by=cashier)

    assert top_products(day, day) == []
