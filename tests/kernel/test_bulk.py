"""Rows changed by hand-made statements hold what the ORM would have written."""

from decimal import Decimal

import pytest
from django.utils import timezone

from inventori.bulk import CHUNK, update_column, update_row
from master.models import Product
from sales.models import Sale
from tests.factories import ProductFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db


def basket(key):
    return Sale.objects.create(key=key, warehouse=WarehouseFactory(), cashier=UserFactory(), opened_at=timezone.now())


def test_update_row_writes_the_fields_named_and_no_others():
    sale, other = basket("a"), basket("b")
    sale.subtotal = sale.total_amount = Decimal("12500.50")
    sale.held_at, sale.held_as, sale.discount_percent = timezone.now(), "It's 100 %s", Decimal("2.50")
    sale.cancel_reason = "not written"

    written = update_row(sale, "subtotal", "total_amount", "held_at", "held_as", "discount_percent")

    row = Sale.objects.get(pk=sale.pk)
    assert written
    assert (row.subtotal, row.total_amount, row.held_as) == (Decimal("12500.50"), Decimal("12500.50"), "It's 100 %s")
    assert (row.held_at, row.discount_percent, row.cancel_reason) == (sale.held_at, Decimal("2.50"), "")
    assert Sale.objects.get(pk=other.pk).subtotal == 0


def test_update_row_writes_nothing_as_null_and_a_relation_by_its_id():
    sale, cashier = basket("a"), UserFactory()
    sale.discount_percent, sale.cashier = None, cashier

    update_row(sale, "discount_percent", "cashier")

    row = Sale.objects.get(pk=sale.pk)
    assert (row.discount_percent, row.cashier) == (None, cashier)


def test_update_row_says_whether_the_row_was_as_it_should_be():
    sale = basket("a")
    sale.cancel_reason = "late"
    Sale.objects.filter(pk=sale.pk).update(held_as="elsewhere")

    refused = update_row(sale, "cancel_reason", where={"held_as": ""})
    again = update_row(sale, "cancel_reason", where={"held_as": "elsewhere"})
    same = update_row(sale, "cancel_reason", where={"held_as": "elsewhere"})

    assert (refused, again, same) == (False, True, True)


def test_update_column_gives_each_row_its_own_value():
    products = ProductFactory.create_batch(4)

    update_column(Product, "cost", {p.pk: Decimal(n) + Decimal("12.50") for n, p in enumerate(products[:3])})

    assert list(Product.objects.order_by("pk").values_list("cost", flat=True)) == [
        *(Decimal("12.50"), Decimal("13.50"), Decimal("14.50")),
        Decimal(7_000),
    ]


def test_update_column_takes_any_number_of_rows():
    product = ProductFactory()

    update_column(Product, "min_stock", {})
    update_column(Product, "min_stock", dict.fromkeys(range(-CHUNK, 0), Decimal(1)) | {product.pk: Decimal("2.5")})

    assert Product.objects.get().min_stock == Decimal("2.500")
