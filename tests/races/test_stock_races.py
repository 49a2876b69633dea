"""Races in the stock room, on MariaDB."""

from decimal import Decimal
from functools import partial

import pytest

from inventori.errors import DomainError
from inventori.posting import new_key
from inventory.ledger import Line
from inventory.models import AdjustReason, Stock, StockAdjustment, StockMove
from inventory.services import adjustment_post
from purchases.models import GoodsReceipt, PurchaseOrder
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]


def test_the_same_adjustment_fifty_times_at_once_is_posted_once():
    by, warehouse, product, key = UserFactory(), WarehouseFactory(), ProductFactory(), new_key()

    def post():
        lines = [Line(product.pk, Decimal(5), Decimal(100))]
        return adjustment_post(warehouse=warehouse, reason=AdjustReason.OPENING, lines=lines, key=key, by=by).pk

    results = at_once([post] * 50)

    assert set(results) == {StockAdjustment.objects.get().pk}
    assert StockMove.objects.count() == 1
    assert Stock.objects.get().qty == 5


def test_first_moves_of_one_product_from_many_sides_make_one_stock_row():
    by, warehouse, product = UserFactory(), WarehouseFactory(), ProductFactory()

    def post():
        lines = [Line(product.pk, Decimal(1), Decimal(100))]
        return adjustment_post(warehouse=warehouse, reason=AdjustReason.FOUND, lines=lines, key=new_key(), by=by).pk

    results = at_once([post] * 20)

    assert len(set(results)) == 20
    assert Stock.objects.get().qty == 20
    assert sorted(StockMove.objects.values_list("balance", flat=True)) == list(range(1, 21))


def test_twenty_receipts_of_ten_at_once_against_a_hundred_ordered_accept_exactly_ten():
    by, warehouse, supplier, product = UserFactory(), WarehouseFactory(), SupplierFactory(), ProductFactory()
    lines = [OrderLine(product, Decimal(100), Decimal(500))]
    order = order_send(order=order_create(supplier=supplier, warehouse=warehouse, lines=lines, by=by), by=by)
    item = order.items.get()
    receive = partial(receipt_post, supplier=supplier, warehouse=warehouse, order=order, by=by)

    results = at_once(
        [partial(receive, lines=[ReceiptLine(Decimal(10), po_item=item)], key=new_key()) for _ in range(20)]
    )

    assert sum(isinstance(r, GoodsReceipt) for r in results) == 10
    assert sum(isinstance(r, DomainError) for r in results) == 10
    order.refresh_from_db()
    assert order.status == PurchaseOrder.Status.RECEIVED
    assert Stock.objects.get().qty == 100
    assert GoodsReceipt.objects.count() == 10
