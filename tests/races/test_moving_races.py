"""Races between warehouses and at the shelf, on MariaDB."""

from decimal import Decimal
from functools import partial

import pytest

from inventori.errors import DomainError, InsufficientStock
from inventori.posting import new_key
from inventory.models import AdjustReason, Stock, StockAdjustment, StockCount, StockMove, Transfer, TransferItem
from inventory.services import (
    TransferLine,
    count_approve,
    count_line_save,
    count_open,
    count_submit,
    counts,
    transfer_receive,
    transfer_send,
)
from sales.services import Tender, basket_add, sale_pay
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]


class Two:
    """20 soap in the shop, none in the store."""

    def __init__(self):
        self.by = UserFactory(role="Manager")
        self.shop, self.store, self.soap = WarehouseFactory(), WarehouseFactory(), ProductFactory(price=1_000)
        stock_up(self.soap, self.shop, 20, 700, by=self.by)

    def send(self, qty, key):
        lines = [TransferLine(self.soap.pk, Decimal(qty))]
        return transfer_send(source=self.shop, target=self.store, lines=lines, key=key, by=self.by)

    def qty(self, warehouse):
        return Stock.objects.get(product=self.soap, warehouse=warehouse).qty

    def count(self, qty):
        count = count_open(
            warehouse=self.shop, product_ids=[self.soap.pk], scope="soap", is_blind=True, key=new_key(), by=self.by
        )
        if qty is not None:
            count_line_save(line_id=count.lines.get().pk, qty=Decimal(qty), by=self.by)
        return count


@pytest.fixture
def two():
    return Two()


def test_a_transfer_received_ten_times_at_once_comes_in_once(two):
    transfer = two.send(5, "key-1")
    came = {transfer.items.get().pk: Decimal(4)}

    results = at_once([partial(transfer_receive, transfer=transfer, received=came, by=two.by)] * 10)

    assert all(isinstance(result, Transfer) for result in results)
    assert two.qty(two.store) == 4
    assert StockMove.objects.filter(warehouse=two.store).count() == 2
    assert StockAdjustment.objects.filter(reason=AdjustReason.LOST).count() == 1


def test_of_two_receipts_with_other_quantities_one_wins(two):
    transfer = two.send(5, "key-1")
    item = transfer.items.get().pk
    receive = partial(transfer_receive, transfer=transfer, by=two.by)

    results = at_once([partial(receive, received={item: Decimal(qty)}) for qty in (3, 5)])

    won = [qty for qty, result in zip((3, 5), results, strict=True) if isinstance(result, Transfer)]
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert two.qty(two.store) == won[0]
    assert TransferItem.objects.get().received_qty == won[0]


def test_the_same_transfer_ten_times_at_once_is_sent_once(two):
    results = at_once([partial(two.send, 5, "key-1")] * 10)

    assert {result.pk for result in results} == {Transfer.objects.get().pk}
    assert two.qty(two.shop) == 15


def test_no_more_is_sent_than_there_is(two):
    results = at_once([partial(two.send, 3, f"key-{number}") for number in range(10)])

    assert sum(isinstance(result, Transfer) for result in results) == 6
    assert sum(isinstance(result, InsufficientStock) for result in results) == 4
    assert two.qty(two.shop) == 2


def test_a_count_approved_ten_times_at_once_is_posted_once(two):
    count = two.count(17)
    count_submit(count=count, uncounted="leave", by=two.by)

    results = at_once([partial(count_approve, count=count, by=two.by)] * 10)

    assert all(isinstance(result, StockCount) for result in results)
    assert StockAdjustment.objects.filter(reason=AdjustReason.COUNT).count() == 1
    assert two.qty(two.shop) == 17


def test_ten_scanners_on_one_line_lose_no_scan(two):
    count = two.count(None)
    line = count.lines.get().pk

    at_once([partial(count_line_save, line_id=line, qty=Decimal(1), by=two.by, adds=True)] * 10)

    assert count.lines.get().counted_qty == 10


def test_without_the_lock_on_the_count_scans_are_lost(two, monkeypatch):
    monkeypatch.setattr(counts, "_lock", lambda count_id: StockCount.objects.get(pk=count_id))
    count = two.count(None)
    line = count.lines.get().pk

    at_once([partial(count_line_save, line_id=line, qty=Decimal(1), by=two.by, adds=True)] * 10)

    assert count.lines.get().counted_qty < 10


def test_two_counts_of_the_same_goods_approved_at_once_correct_them_once(two):
    both = [two.count(17), two.count(17)]
    for count in both:
        count_submit(count=count, uncounted="leave", by=two.by)

    results = at_once([partial(count_approve, count=count, by=two.by) for count in both])

    assert sum(isinstance(result, StockCount) for result in results) == 1
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert two.qty(two.shop) == 17


def test_what_is_sold_while_it_is_counted_is_before_the_counting_or_after_it(two):
    cashiers = [UserFactory() for _till in range(6)]
    for cashier in cashiers:
        open_shift(cashier, two.shop)
    count = two.count(None)
    line = count.lines.get().pk

    def sell(cashier):
        key = new_key()
        sale = basket_add(key=key, warehouse=two.shop, product=two.soap, qty=Decimal(1), by=cashier)
        total = sale.total_amount
        sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=cashier)

    at_once(
        [
            *[partial(sell, cashier) for cashier in cashiers],
            partial(count_line_save, line_id=line, qty=Decimal(30), by=two.by),
        ]
    )
    count_submit(count=count, uncounted="leave", by=two.by)
    count_approve(count=count, by=two.by)

    counted = count.lines.get()
    sold_before = 20 - counted.expected_qty
    assert two.qty(two.shop) == 30 - (6 - sold_before)
