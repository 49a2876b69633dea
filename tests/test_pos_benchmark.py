"""The floor that the till is measured against does what the till does."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from benchmarks.pos_raw import RawTill
from benchmarks.pos_shop import product_names
from inventori.posting import new_key
from inventory.models import RefType, Stock, StockMove
from sales.models import Payment, Sale, SaleItem
from sales.services import Tender, basket_add, sale_pay
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

# What two sales of the same goods cannot have in common.
OWN = {"id", "key", "invoice_number", "pay_fingerprint", "opened_at", "sold_at", "moved_at"}
OWN |= {"sale_id", "ref_id", "note", "balance"}


def place():
    """Say where the tests' database is, as the benchmark does of its own."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return Path(of["NAME"])
    known = {"MYSQL_SOCKET": of["OPTIONS"]["unix_socket"], "MYSQL_DB": of["NAME"]}
    return known | {"MYSQL_USER": of["USER"], "MYSQL_PASSWORD": of["PASSWORD"]}


def rows_of(sale):
    """Return all rows of a sale without what is its own."""
    every = [
        *Sale.objects.filter(pk=sale).values(),
        *SaleItem.objects.filter(sale=sale).values(),
        *StockMove.objects.filter(ref_type=RefType.SALE, ref_id=sale).order_by("product_id").values(),
        *Payment.objects.filter(sale=sale).values(),
    ]
    return [{name: value for name, value in row.items() if name not in OWN} for row in every]


@pytest.mark.django_db(transaction=True)
def test_bare_sql_writes_the_rows_that_the_till_writes():
    cashier, warehouse = UserFactory(), WarehouseFactory(time_zone="Asia/Jakarta")
    products = ProductFactory.create_batch(3, price=Decimal(12_500), cost=Decimal(9_000))
    for product in products:
        stock_up(product, warehouse, 10)
    shift = open_shift(cashier, warehouse)
    shop = {"warehouse": warehouse.pk, "price": "12500", "cost": "9000"}
    key = new_key()

    for product in products:
        sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
    sale_pay(key=key, tenders=[Tender("CASH", sale.total_amount)], expected_total=sale.total_amount, by=cashier)
    raw = RawTill(shop, {"cashier": cashier.pk, "shift": shift.pk}, place())
    raw_sale, items = 0, {}
    for product in products:
        raw_sale, items[product.pk] = raw.add(new_key(), product.pk, raw_sale, len(items))
    raw.pay(raw_sale, items)
    raw.close()

    assert len(rows_of(sale.pk)) == 1 + 3 + 3 + 1
    assert rows_of(raw_sale) == rows_of(sale.pk)
    assert (
        list(StockMove.objects.filter(ref_id=raw_sale, ref_type=RefType.SALE).values_list("balance", flat=True))
        == [8] * 3
    )
    assert set(Stock.objects.values_list("qty", flat=True)) == {8}


def test_the_names_that_are_searched_are_all_different():
    names = product_names()

    assert len(set(names)) == len(names) == 67_200
