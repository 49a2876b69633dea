"""Transfers: out of one warehouse, on their way in neither, into the other, and the difference booked."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventori.errors import DomainError, InsufficientStock, InvalidInput, NotAllowed
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, Stock, StockAdjustment, StockMove, Transfer, TransferItem
from inventory.selectors import business_today
from inventory.services import TransferLine, adjustment_post, transfer_receive, transfer_send
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db


class Two:
    """A shop with 10 soap at 700 and 5 salt at 300, and a store with 10 soap at 900."""

    def __init__(self):
        self.by = UserFactory(role="Warehouse")
        self.shop, self.store = WarehouseFactory(name="Shop"), WarehouseFactory(name="Store")
        self.soap, self.salt = ProductFactory(name="Soap"), ProductFactory(name="Salt")
        stock_up(self.soap, self.shop, 10, 700, by=self.by)
        stock_up(self.salt, self.shop, 5, 300, by=self.by)
        stock_up(self.soap, self.store, 10, 900, by=self.by)

    def send(self, *pairs, key="key-1", target=None, note=""):
        lines = [TransferLine(product.pk, Decimal(qty)) for product, qty in pairs]
        return transfer_send(source=self.shop, target=target or self.store, lines=lines, key=key, by=self.by, note=note)

    def receive(self, transfer, **came):
        received = {transfer.items.get(product__name=name).pk: Decimal(qty) for name, qty in came.items()}
        return transfer_receive(transfer=transfer, received=received, by=self.by)

    def stock(self, warehouse):
        return {str(s.product): int(s.qty) for s in Stock.objects.filter(warehouse=warehouse).select_related("product")}


@pytest.fixture
def two():
    return Two()


def test_goods_on_their_way_are_in_neither_warehouse(two):
    transfer = two.send((two.soap, 4), (two.salt, 5))

    assert two.stock(two.shop) == {"Soap": 6, "Salt": 0}
    assert two.stock(two.store) == {"Soap": 10}
    assert transfer.number.startswith("TRF-")
    assert list(transfer.items.values_list("product__name", "qty", "unit_cost", "received_qty")) == [
        ("Soap", 4, 700, None),
        ("Salt", 5, 300, None),
    ]


def test_received_goods_come_in_at_the_cost_they_left_with(two):
    transfer = two.send((two.soap, 5))

    two.receive(transfer)

    transfer.refresh_from_db()
    stock = Stock.objects.get(product=two.soap, warehouse=two.store)
    assert (transfer.status, transfer.received_by) == (Transfer.Status.RECEIVED, two.by)
    # (10 · 900 + 5 · 700) / 15 = 833.33
    assert (stock.qty, stock.average_cost) == (15, Decimal("833.33"))
    assert StockAdjustment.objects.exclude(reason=AdjustReason.OPENING).count() == 0
    assert list(transfer.items.values_list("received_qty", flat=True)) == [5]


def test_what_is_missing_is_booked_as_lost_and_what_is_too_much_as_found(two):
    transfer = two.send((two.soap, 4), (two.salt, 5))

    two.receive(transfer, Soap=3, Salt=6)

    assert two.stock(two.store) == {"Soap": 13, "Salt": 6}
    booked = StockAdjustment.objects.exclude(reason=AdjustReason.OPENING).order_by("pk")
    assert [(a.reason, a.note) for a in booked] == [
        ("LOST", f"Difference of {transfer.number}"),
        ("FOUND", f"Difference of {transfer.number}"),
    ]
    moves = StockMove.objects.filter(ref_type="ADJUST", ref_id__in=[a.pk for a in booked]).order_by("pk")
    assert [(m.qty_in, m.qty_out, m.unit_cost) for m in moves] == [(0, 1, Decimal("842.86")), (1, 0, 300)]


def test_each_batch_that_is_taken_is_an_item_and_arrives_as_that_batch(two):
    pills, today = ProductFactory(name="Pills", tracks_batches=True), business_today(two.shop)
    for number, days, qty in (("NEAR", 9, 3), ("FAR", 90, 5), ("GONE", -1, 7)):
        batch = batch_ensure(product=pills, number=number, expires_on=today + timedelta(days=days))
        lines = [Line(pills.pk, Decimal(qty), Decimal(50), batch_id=batch.pk)]
        adjustment_post(warehouse=two.shop, reason=AdjustReason.COUNT, lines=lines, key=new_key(), by=two.by)

    transfer = two.send((pills, 4))
    two.receive(transfer)

    assert list(TransferItem.objects.values_list("batch__number", "qty", "received_qty")) == [
        ("NEAR", 3, 3),
        ("FAR", 1, 1),
    ]
    left = BatchStock.objects.filter(warehouse=two.shop).order_by("batch__number")
    assert list(left.values_list("batch__number", "qty")) == [("FAR", 4), ("GONE", 7), ("NEAR", 0)]
    there = BatchStock.objects.filter(warehouse=two.store).order_by("batch__number")
    assert list(there.values_list("batch__number", "qty")) == [("FAR", 1), ("NEAR", 3)]


def test_a_named_batch_is_the_one_that_goes(two):
    pills, today = ProductFactory(name="Pills", tracks_batches=True), business_today(two.shop)
    batches = {}
    for number, days in (("NEAR", 9), ("FAR", 90)):
        batches[number] = batch_ensure(product=pills, number=number, expires_on=today + timedelta(days=days))
        lines = [Line(pills.pk, Decimal(5), Decimal(50), batch_id=batches[number].pk)]
        adjustment_post(warehouse=two.shop, reason=AdjustReason.COUNT, lines=lines, key=new_key(), by=two.by)
    line = TransferLine(pills.pk, Decimal(2), batches["FAR"].pk)

    transfer = transfer_send(source=two.shop, target=two.store, lines=[line], key="k", by=two.by)

    assert list(transfer.items.values_list("batch__number", "qty")) == [("FAR", 2)]


def test_the_same_form_again_is_the_first_transfer(two):
    first, second = two.send((two.soap, 4)), two.send((two.soap, 4))

    assert first.pk == second.pk
    assert two.stock(two.shop) == {"Soap": 6, "Salt": 5}


def test_the_same_receipt_again_changes_nothing_and_another_one_is_refused(two):
    transfer = two.send((two.soap, 4))
    two.receive(transfer, Soap=3)

    two.receive(transfer, Soap=3)
    with pytest.raises(DomainError, match="was already received, with other quantities"):
        two.receive(transfer, Soap=4)

    assert two.stock(two.store) == {"Soap": 13}
    assert transfer.items.get().received_qty == 3


@pytest.mark.parametrize(
    ("lines", "error", "sentence"),
    [
        ([], InvalidInput, "Add at least one product"),
        ([("soap", 0)], InvalidInput, "must be above zero"),
        ([("soap", "1.5")], InvalidInput, "sold in whole pcs"),
        ([("soap", 11), ("salt", 5)], InsufficientStock, "Soap: 10 available, 11 asked"),
    ],
)
def test_a_wrong_line_is_refused_and_nothing_leaves(two, lines, error, sentence):
    with pytest.raises(error, match=sentence):
        two.send(*[(getattr(two, name), qty) for name, qty in lines])

    assert two.stock(two.shop) == {"Soap": 10, "Salt": 5}
    assert Transfer.objects.count() == 0


def test_a_transfer_goes_to_another_warehouse(two):
    with pytest.raises(InvalidInput, match="another warehouse"):
        two.send((two.soap, 1), target=two.shop)


def test_less_than_nothing_cannot_arrive(two):
    transfer = two.send((two.soap, 4))

    with pytest.raises(InvalidInput, match="must not be below zero"):
        two.receive(transfer, Soap=-1)

    transfer.refresh_from_db()
    assert transfer.status == Transfer.Status.SENT
    assert two.stock(two.store) == {"Soap": 10}


def test_a_cashier_neither_sends_nor_receives(two):
    transfer = two.send((two.soap, 4))
    two.by = UserFactory(role="Cashier")

    with pytest.raises(NotAllowed):
        two.send((two.soap, 1), key="key-2")
    with pytest.raises(NotAllowed):
        two.receive(transfer)

    assert two.stock(two.shop) == {"Soap": 6, "Salt": 5}
    assert two.stock(two.store) == {"Soap": 10}
