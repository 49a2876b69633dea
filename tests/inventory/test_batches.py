"""Batches in the ledger: first expiring first, expired never sold, and every way back into the right batch."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventori.errors import DomainError, InsufficientStock, InvalidInput
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, Stock, StockMove
from inventory.selectors import available, available_column, business_today
from inventory.services import BatchPart, adjustment_post, batches_start, batches_stop
from master.models import Product
from sales.services import ReturnLine, Tender, basket_add, line_change, sale_cancel, sale_pay, sale_return
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db


class Pharmacy:
    """Paracetamol at 4,000 that tracks batches: A 5 strips (10 days left), B 5 (a year), X 4 (expired yesterday)."""

    def __init__(self):
        self.by, self.warehouse = UserFactory(role="Manager"), WarehouseFactory()
        self.today = business_today(self.warehouse)
        self.product = ProductFactory(name="Paracetamol", price=4_000, cost=2_500, tracks_batches=True)
        self.a, self.b, self.x = (self.batch("A", 10), self.batch("B", 365), self.batch("X", -1))
        for batch, qty in ((self.a, 5), (self.b, 5), (self.x, 4)):
            self.adjust(qty, batch=batch)
        open_shift(self.by, self.warehouse)

    def batch(self, number, days):
        return batch_ensure(product=self.product, number=number, expires_on=self.today + timedelta(days=days))

    def adjust(self, qty, batch=None, reason=AdjustReason.COUNT, cost=None):
        line = Line(self.product.pk, Decimal(qty), unit_cost=cost, batch_id=batch.pk if batch else None)
        return adjustment_post(warehouse=self.warehouse, reason=reason, lines=[line], key=new_key(), by=self.by)

    def sell(self, qty):
        key = new_key()
        sale = basket_add(key=key, warehouse=self.warehouse, product=self.product, qty=Decimal(qty), by=self.by)
        total = sale.total_amount
        return sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=self.by)[0]

    def left(self):
        rows = BatchStock.objects.filter(warehouse=self.warehouse).order_by("batch__number")
        return {number: int(qty) for number, qty in rows.values_list("batch__number", "qty")}

    def moves(self, ref_type):
        rows = StockMove.objects.filter(ref_type=ref_type).order_by("id")
        return [
            (number, int(out), int(back))
            for number, out, back in rows.values_list("batch__number", "qty_out", "qty_in")
        ]

    def adds_up(self):
        stock = Stock.objects.get(product=self.product, warehouse=self.warehouse)
        assert stock.qty == sum(self.left().values())


@pytest.fixture
def pharmacy():
    return Pharmacy()


def test_a_sale_takes_the_first_expiring_batch_over_several_if_need_be(pharmacy):
    sale = pharmacy.sell(7)

    assert pharmacy.left() == {"A": 0, "B": 3, "X": 4}
    assert pharmacy.moves("SALE") == [("A", 5, 0), ("B", 2, 0)]
    assert sale.items.get().cost == 2_500
    pharmacy.adds_up()


def test_what_is_expired_is_neither_sold_nor_counted_as_available(pharmacy):
    with pytest.raises(InsufficientStock, match="Paracetamol: 10 available, 11 asked"):
        pharmacy.sell(11)

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}
    ids = [pharmacy.product.pk]
    assert available(warehouse=pharmacy.warehouse, product_ids=ids) == {pharmacy.product.pk: 10}
    column = available_column(pharmacy.warehouse)
    assert Product.objects.annotate(there=column).get(pk=pharmacy.product.pk).there == 10


def test_the_last_day_is_a_day_of_sale_and_the_next_is_not(pharmacy):
    batch = batch_ensure(product=pharmacy.product, number="TODAY", expires_on=pharmacy.today)
    pharmacy.adjust(2, batch=batch)

    pharmacy.sell(1)

    assert pharmacy.left()["TODAY"] == 1


def test_goods_that_come_in_must_name_their_batch(pharmacy):
    with pytest.raises(InvalidInput, match="Paracetamol: enter the batch number"):
        pharmacy.adjust(3)

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}


def test_a_batch_that_is_named_is_the_one_that_is_taken(pharmacy):
    pharmacy.adjust(-2, batch=pharmacy.b, reason=AdjustReason.DAMAGE)

    assert pharmacy.left() == {"A": 5, "B": 3, "X": 4}


def test_more_than_a_named_batch_holds_is_refused_by_its_name(pharmacy):
    with pytest.raises(InsufficientStock, match=r"Paracetamol \(B\): 5 available, 6 asked"):
        pharmacy.adjust(-6, batch=pharmacy.b, reason=AdjustReason.DAMAGE)

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}


def test_a_write_off_takes_what_is_expired_first(pharmacy):
    pharmacy.adjust(-5, reason=AdjustReason.EXPIRED)

    assert pharmacy.left() == {"A": 4, "B": 5, "X": 0}


def test_a_cancelled_sale_gives_each_batch_its_own_back(pharmacy):
    sale = pharmacy.sell(7)

    sale_cancel(sale_id=sale.pk, reason="wrong customer", by=pharmacy.by)

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}
    pharmacy.adds_up()


def test_returns_one_by_one_give_each_batch_no_more_than_it_gave(pharmacy):
    sale = pharmacy.sell(7)
    item = sale.items.get()

    for qty in (1, 3, 3):
        lines = [ReturnLine(sale_item_id=item.pk, qty=Decimal(qty))]
        sale_return(sale_id=sale.pk, lines=lines, reason="unused", method="CASH", key=new_key(), by=pharmacy.by)
        pharmacy.adds_up()

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}


def test_damaged_returns_leave_from_the_batch_they_came_back_into(pharmacy):
    sale = pharmacy.sell(7)
    item = sale.items.get()
    lines = [ReturnLine(item.pk, Decimal(1)), ReturnLine(item.pk, Decimal(2), is_damaged=True)]

    sale_return(sale_id=sale.pk, lines=lines, reason="wet", method="CASH", key=new_key(), by=pharmacy.by)

    assert sum(pharmacy.left().values()) == 8
    assert all(qty >= 0 for qty in pharmacy.left().values())
    pharmacy.adds_up()


def test_the_same_number_with_another_date_is_refused(pharmacy):
    with pytest.raises(DomainError, match="Paracetamol: batch A is known to expire on"):
        batch_ensure(product=pharmacy.product, number=" a ", expires_on=date(2030, 1, 1))


def test_a_tracked_product_stays_above_zero_where_the_warehouse_allows_less(pharmacy):
    Stock.objects.update(allow_negative=True)

    with pytest.raises(InsufficientStock):
        pharmacy.sell(11)

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}


# --- Beginning and stopping -------------------------------------------------------------------
@pytest.fixture
def plain():
    """Six bandages at cost 1,000 in one warehouse, none in another; they do not track batches yet."""
    by, warehouse, other = UserFactory(role="Manager"), WarehouseFactory(name="Toko"), WarehouseFactory()
    product = ProductFactory(name="Bandage")
    stock_up(product, warehouse, 6, cost=1_000, by=by)
    return by, warehouse, other, product


def test_a_product_begins_to_track_batches_with_what_lies_there(plain):
    by, warehouse, _other, product = plain
    parts = {warehouse.pk: [BatchPart("L1", date(2027, 3, 1), Decimal(4)), BatchPart("L2", None, Decimal(2))]}

    batches_start(product=product, parts=parts, key="k", by=by)
    batches_start(product=product, parts=parts, key="k", by=by)

    stock = Stock.objects.get(product=product, warehouse=warehouse)
    assert (stock.qty, stock.average_cost, stock.tracks_batches) == (6, 1_000, True)
    assert list(BatchStock.objects.order_by("batch__number").values_list("batch__number", "qty")) == [
        ("L1", 4),
        ("L2", 2),
    ]
    product.refresh_from_db()
    assert product.tracks_batches


def test_parts_that_do_not_add_up_change_nothing(plain):
    by, warehouse, _other, product = plain

    with pytest.raises(InvalidInput, match="Toko holds 6 of Bandage, and the batches come to 5"):
        batches_start(product=product, parts={warehouse.pk: [BatchPart("L1", None, Decimal(5))]}, key="k", by=by)

    product.refresh_from_db()
    assert (product.tracks_batches, BatchStock.objects.count(), StockMove.objects.count()) == (False, 0, 1)


def test_batches_are_switched_off_only_when_nothing_is_left(pharmacy):
    with pytest.raises(DomainError, match="only when none of it is in stock"):
        batches_stop(product=pharmacy.product, by=pharmacy.by)
    pharmacy.adjust(-14, reason=AdjustReason.LOST)

    batches_stop(product=pharmacy.product, by=pharmacy.by)

    assert not Stock.objects.get(product=pharmacy.product).tracks_batches


def test_what_was_sold_before_comes_back_into_a_batch_of_unknown_goods(plain):
    by, warehouse, _other, product = plain
    open_shift(by, warehouse)
    key = new_key()
    sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(2), by=by)
    sale, _now = sale_pay(key=key, tenders=[Tender("CASH", sale.total_amount)], expected_total=sale.total_amount, by=by)
    batches_start(product=product, parts={warehouse.pk: [BatchPart("L1", None, Decimal(4))]}, key="k", by=by)

    sale_cancel(sale_id=sale.pk, reason="back", by=by)

    assert dict(BatchStock.objects.values_list("batch__number", "qty")) == {"L1": 4, "UNKNOWN": 2}


# --- Another batch than the first to expire -------------------------------------------------------
def line_from(pharmacy, batch, qty=2, note="customer travels"):
    key = new_key()
    add = {"key": key, "warehouse": pharmacy.warehouse, "product": pharmacy.product, "by": pharmacy.by}
    item = basket_add(qty=Decimal(qty), **add).lines[0]
    return line_change(key=key, item_id=item.pk, batch_id=batch.pk, note=note, by=pharmacy.by), add


def pay(sale, by):
    money = [Tender("CASH", sale.total_amount)]
    return sale_pay(key=sale.key, tenders=money, expected_total=sale.total_amount, by=by)[0]


def test_another_batch_is_sold_with_a_reason(pharmacy):
    sale, _add = line_from(pharmacy, pharmacy.b)

    pay(sale, pharmacy.by)

    assert pharmacy.left() == {"A": 5, "B": 3, "X": 4}


def test_another_batch_without_a_reason_is_refused(pharmacy):
    with pytest.raises(InvalidInput, match="Say in the note why this batch is sold"):
        line_from(pharmacy, pharmacy.b, note="")


def test_an_expired_batch_cannot_be_chosen(pharmacy):
    with pytest.raises(InvalidInput, match="This batch cannot be sold here"):
        line_from(pharmacy, pharmacy.x)


def test_a_chosen_batch_is_kept_for_its_line_whatever_the_others_take(pharmacy):
    sale, add = line_from(pharmacy, pharmacy.a, qty=4)
    sale = basket_add(qty=Decimal(3), **add)

    pay(sale, pharmacy.by)

    assert pharmacy.left() == {"A": 0, "B": 3, "X": 4}
    pharmacy.adds_up()


def test_more_than_the_chosen_batch_holds_is_refused_at_payment(pharmacy):
    sale, _add = line_from(pharmacy, pharmacy.a, qty=6)

    with pytest.raises(InsufficientStock, match=r"Paracetamol \(A\): 5 available, 6 asked"):
        pay(sale, pharmacy.by)

    assert pharmacy.left() == {"A": 5, "B": 5, "X": 4}
