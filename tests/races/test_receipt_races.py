"""Races at the goods-in, on MariaDB: one order, one receipt, one form, and many people at once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from inventori.errors import DomainError
from inventori.posting import new_key
from inventory.models import Batch, BatchStock, Stock
from purchases.models import GoodsReceipt, POItem, PurchaseOrder, SupplierReturn
from purchases.refusals import LinesRefused
from purchases.services import (
    OrderLine,
    ReceiptLine,
    order_create,
    order_send,
    receipt_post,
    receipts,
    supplier_returns,
)
from purchases.services.supplier_returns import SupplierReturnLine, supplier_return_post
from summary.verify import differences
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

LAST_DAY = date(2031, 12, 31)
ROUNDS = 20


class GoodsIn:
    """A warehouse, a person, and a medicine that comes in by batches."""

    def __init__(self) -> None:
        self.by, self.warehouse, self.supplier = UserFactory(), WarehouseFactory(), SupplierFactory()
        self.pill = ProductFactory(tracks_batches=True)

    def order(self) -> PurchaseOrder:
        lines = [OrderLine(self.pill, Decimal(100), Decimal(500))]
        order = order_create(supplier=self.supplier, warehouse=self.warehouse, lines=lines, by=self.by)
        return order_send(order=order, by=self.by)

    def receive_ten(self, order: PurchaseOrder, batch: str, key: str) -> GoodsReceipt:
        line = ReceiptLine(Decimal(10), po_item=order.items.get(), batch_number=batch, expires_on=LAST_DAY)
        return receipt_post(
            supplier=self.supplier, warehouse=self.warehouse, order=order, lines=[line], key=key, by=self.by
        )

    def twenty_at_once(self, order: PurchaseOrder) -> list[Any]:
        # Two batches, so that they meet in making a batch too.
        return at_once([partial(self.receive_ten, order, f"B{n % 2}", new_key()) for n in range(20)])

    def receive(self, qty: int) -> GoodsReceipt:
        line = ReceiptLine(Decimal(qty), product=self.pill, batch_number="B0", expires_on=LAST_DAY)
        return receipt_post(supplier=self.supplier, warehouse=self.warehouse, lines=[line], key=new_key(), by=self.by)

    def send_back(self, receipt: GoodsReceipt, qty: int, key: str) -> SupplierReturn:
        line = SupplierReturnLine(Decimal(qty), receipt_item=receipt.items.get())
        return supplier_return_post(receipt=receipt, lines=[line], reason="Broken", key=key, by=self.by)


def accepted(results: Sequence[Any]) -> int:
    """Count what was posted; everything else must have been refused, and not have failed."""
    strange = [result for result in results if isinstance(result, Exception) and not isinstance(result, DomainError)]
    assert strange == []
    return sum(not isinstance(result, Exception) for result in results)


@pytest.fixture
def goods_in():
    return GoodsIn()


def test_twenty_receipts_of_ten_against_a_hundred_ordered_accept_exactly_ten_in_each_of_twenty_rounds(goods_in):
    for round_number in range(1, ROUNDS + 1):
        order = goods_in.order()

        results = goods_in.twenty_at_once(order)

        assert accepted(results) == 10, round_number
        order.refresh_from_db()
        assert (order.status, order.items.get().received_qty) == (PurchaseOrder.Status.RECEIVED, 100)
        assert Stock.objects.get().qty == 100 * round_number
    assert sum(BatchStock.objects.values_list("qty", flat=True)) == 100 * ROUNDS
    assert Batch.objects.count() == 2
    assert list(differences()) == []


def test_without_the_lock_the_same_race_receives_more_than_was_ordered(goods_in, monkeypatch):
    monkeypatch.setattr(receipts, "_order_to_lock", lambda pk: PurchaseOrder.objects.filter(pk=pk))
    received = []
    for _round in range(ROUNDS):
        order = goods_in.order()
        goods_in.twenty_at_once(order)
        received.append(GoodsReceipt.objects.filter(purchase_order=order).count())

    assert max(received) > 10, received


def test_the_same_key_ten_times_at_once_makes_one_receipt(goods_in):
    order, key = goods_in.order(), new_key()

    results = at_once([partial(goods_in.receive_ten, order, "B0", key)] * 10)

    assert {receipt.pk for receipt in results} == {GoodsReceipt.objects.get().pk}
    assert (Stock.objects.get().qty, POItem.objects.get().received_qty) == (10, 10)


def test_the_same_key_ten_times_at_once_makes_one_receipt_without_an_order(goods_in):
    key = new_key()
    line = ReceiptLine(Decimal(10), product=goods_in.pill, batch_number="B0", expires_on=LAST_DAY)

    def post():
        return receipt_post(
            supplier=goods_in.supplier, warehouse=goods_in.warehouse, lines=[line], key=key, by=goods_in.by
        )

    results = at_once([post] * 10)

    assert {receipt.pk for receipt in results} == {GoodsReceipt.objects.get().pk}
    assert Stock.objects.get().qty == 10


def test_receipts_without_an_order_that_meet_in_new_batches_and_prices_all_come_in(goods_in):
    products = [goods_in.pill, ProductFactory(tracks_batches=True), ProductFactory()]

    def post(n):
        ordered = products if n % 2 else products[::-1]
        lines = [
            ReceiptLine(
                Decimal(1), product=one, unit_cost=Decimal(100 + n), batch_number=f"N{n % 3}", expires_on=LAST_DAY
            )
            for one in ordered
        ]
        return receipt_post(
            supplier=goods_in.supplier, warehouse=goods_in.warehouse, lines=lines, key=new_key(), by=goods_in.by
        )

    results = at_once([partial(post, n) for n in range(12)])

    assert accepted(results) == 12
    assert sorted(Stock.objects.values_list("qty", flat=True)) == [12, 12, 12]
    assert list(differences()) == []


def test_two_returns_of_one_receipt_at_once_never_send_back_more_than_came(goods_in):
    plenty = goods_in.receive(1000)
    for _round in range(ROUNDS):
        receipt = goods_in.receive(10)

        results = at_once([partial(goods_in.send_back, receipt, 6, new_key()) for _ in range(4)])

        assert accepted(results) == 1
        assert all(isinstance(result, (SupplierReturn, LinesRefused)) for result in results)
    assert plenty.returns.count() == 0
    assert Stock.objects.get().qty == 1000 + ROUNDS * 4
    assert list(differences()) == []


def test_without_the_lock_more_is_sent_back_than_came(goods_in, monkeypatch):
    monkeypatch.setattr(supplier_returns, "_receipt_to_lock", lambda pk: GoodsReceipt.objects.filter(pk=pk))
    goods_in.receive(1000)
    sent = []
    for _round in range(ROUNDS):
        receipt = goods_in.receive(10)
        sent.append(accepted(at_once([partial(goods_in.send_back, receipt, 6, new_key()) for _ in range(4)])))

    assert max(sent) > 1, sent


def test_the_same_key_ten_times_at_once_makes_one_return(goods_in):
    receipt, key = goods_in.receive(10), new_key()

    results = at_once([partial(goods_in.send_back, receipt, 1, key)] * 10)

    assert {taken.pk for taken in results} == {SupplierReturn.objects.get().pk}
    assert Stock.objects.get().qty == 9
