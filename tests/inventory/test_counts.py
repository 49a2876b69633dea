"""Stock counts: counted while the till sells, approved once, right to the piece."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventori.errors import DomainError, InsufficientStock, InvalidInput, NotAllowed
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.counts import due_counts, sheet_lines
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, Stock, StockAdjustment, StockCount, StockCountLine, StockMove
from inventory.selectors import business_today
from inventory.services import (
    adjustment_post,
    count_approve,
    count_cancel,
    count_line_add,
    count_line_save,
    count_open,
    count_send_back,
    count_submit,
)
from sales.services import Tender, basket_add, sale_pay
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db


class Shop:
    """Soap 10 at 700, salt 5 at 300; a counter, a manager and a cashier."""

    def __init__(self):
        self.counter, self.boss = UserFactory(role="Warehouse"), UserFactory(role="Manager")
        self.warehouse = WarehouseFactory()
        self.soap, self.salt = ProductFactory(name="Soap", price=1_000), ProductFactory(name="Salt", price=500)
        stock_up(self.soap, self.warehouse, 10, 700, by=self.boss)
        stock_up(self.salt, self.warehouse, 5, 300, by=self.boss)
        open_shift(self.boss, self.warehouse)

    def open(self, *products, key="count-1"):
        ids = [product.pk for product in products or (self.soap, self.salt)]
        return count_open(
            warehouse=self.warehouse, product_ids=ids, scope="all", is_blind=True, key=key, by=self.counter
        )

    def count(self, count, product, qty, adds=False):
        line = count.lines.get(product=product)
        return count_line_save(line_id=line.pk, qty=Decimal(qty), by=self.counter, adds=adds)

    def finish(self, count, uncounted="leave"):
        count_submit(count=count, uncounted=uncounted, by=self.counter)
        return count_approve(count=count, by=self.boss)

    def sell(self, product, qty):
        key = new_key()
        sale = basket_add(key=key, warehouse=self.warehouse, product=product, qty=Decimal(qty), by=self.boss)
        total = sale.total_amount
        sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=self.boss)

    def stock(self, product):
        return Stock.objects.get(product=product, warehouse=self.warehouse).qty


@pytest.fixture
def shop():
    return Shop()


def test_a_count_posts_all_differences_in_one_adjustment(shop):
    count = shop.open()
    shop.count(count, shop.soap, 8)
    shop.count(count, shop.salt, 6)

    posted = shop.finish(count)

    assert (shop.stock(shop.soap), shop.stock(shop.salt)) == (8, 6)
    assert posted.status == StockCount.Status.POSTED
    assert (posted.approved_by, posted.adjustment.reason) == (shop.boss, AdjustReason.COUNT)
    assert posted.adjustment.note == f"Stock count {count.number}"
    assert StockMove.objects.filter(ref_type="ADJUST", ref_id=posted.adjustment_id).count() == 2


def test_what_is_sold_after_the_counting_stays_sold(shop):
    count = shop.open()
    shop.sell(shop.soap, 1)
    shop.count(count, shop.soap, 8)  # 9 expected
    shop.sell(shop.soap, 3)

    shop.finish(count)

    line = count.lines.get(product=shop.soap)
    assert (line.expected_qty, line.counted_qty) == (9, 8)
    assert shop.stock(shop.soap) == 8 - 3


def test_each_scan_adds_one_and_a_typed_quantity_replaces(shop):
    count = shop.open()
    for _scan in range(3):
        shop.count(count, shop.soap, 1, adds=True)
    assert count.lines.get(product=shop.soap).counted_qty == 3

    shop.count(count, shop.soap, 12, adds=True)
    assert count.lines.get(product=shop.soap).counted_qty == 15

    shop.count(count, shop.soap, 9)
    assert count.lines.get(product=shop.soap).counted_qty == 9


def test_lines_nobody_counted_are_left_out_or_counted_as_zero_on_an_explicit_choice(shop):
    left, zero = shop.open(), shop.open(key="count-2")
    shop.count(left, shop.soap, 10)
    shop.count(zero, shop.soap, 10)

    with pytest.raises(InvalidInput, match="left out, or counted as zero"):
        count_submit(count=left, uncounted="", by=shop.counter)
    shop.finish(left, "leave")
    assert shop.stock(shop.salt) == 5

    shop.finish(zero, "zero")
    assert shop.stock(shop.salt) == 0


def test_a_line_that_is_sent_back_is_counted_anew(shop):
    count = shop.open()
    shop.count(count, shop.soap, 1)
    shop.count(count, shop.salt, 5)
    count_submit(count=count, uncounted="leave", by=shop.counter)

    count_send_back(count=count, line_ids=[count.lines.get(product=shop.soap).pk], by=shop.boss)

    count.refresh_from_db()
    assert count.status == StockCount.Status.OPEN
    assert dict(count.lines.values_list("product__name", "counted_qty")) == {"Soap": None, "Salt": 5}
    shop.count(count, shop.soap, 9)
    shop.finish(count)
    assert shop.stock(shop.soap) == 9


def test_approving_again_posts_nothing_more(shop):
    count = shop.open()
    shop.count(count, shop.soap, 8)
    first = shop.finish(count)

    again = count_approve(count=count, by=shop.boss)

    assert again.adjustment_id == first.adjustment_id
    assert StockAdjustment.objects.filter(reason=AdjustReason.COUNT).count() == 1


def test_a_count_without_a_difference_posts_no_adjustment(shop):
    count = shop.open()
    shop.count(count, shop.soap, 10)

    posted = shop.finish(count)

    assert (posted.status, posted.adjustment) == (StockCount.Status.POSTED, None)


def test_a_posting_below_zero_is_refused_with_every_line(shop):
    count = shop.open()
    for product in (shop.soap, shop.salt):
        shop.count(count, product, 1)
    shop.sell(shop.soap, 6)
    shop.sell(shop.salt, 5)
    count_submit(count=count, uncounted="leave", by=shop.counter)

    with pytest.raises(InsufficientStock, match=r"Salt: 0 available, 4 asked\. Soap: 4 available, 9 asked"):
        count_approve(count=count, by=shop.boss)

    count.refresh_from_db()
    assert count.status == StockCount.Status.SUBMITTED
    assert (shop.stock(shop.soap), shop.stock(shop.salt)) == (4, 0)


def test_one_difference_is_not_taken_twice_by_two_counts(shop):
    first, second = shop.open(shop.soap), shop.open(shop.soap, key="count-2")
    shop.count(first, shop.soap, 8)
    shop.count(second, shop.soap, 8)
    shop.finish(first)
    count_submit(count=second, uncounted="leave", by=shop.counter)

    with pytest.raises(DomainError, match="after you counted it"):
        count_approve(count=second, by=shop.boss)

    assert shop.stock(shop.soap) == 8
    count_send_back(count=second, line_ids=[second.lines.get().pk], by=shop.boss)
    shop.count(second, shop.soap, 8)
    shop.finish(second)
    assert shop.stock(shop.soap) == 8


def test_a_tracked_product_is_counted_by_batch_expired_ones_too(shop):
    pills, today = ProductFactory(name="Pills", tracks_batches=True), business_today(shop.warehouse)
    for number, days, qty in (("NEAR", 9, 3), ("GONE", -1, 7)):
        batch = batch_ensure(product=pills, number=number, expires_on=today + timedelta(days=days))
        lines = [Line(pills.pk, Decimal(qty), Decimal(50), batch_id=batch.pk)]
        adjustment_post(warehouse=shop.warehouse, reason=AdjustReason.COUNT, lines=lines, key=new_key(), by=shop.boss)
    count = shop.open(pills)
    found = count_line_add(
        count=count, product=pills, by=shop.counter, batch="new", expires_on=today + timedelta(days=99)
    )

    for line, qty in (
        (count.lines.get(batch__number="NEAR"), 4),
        (count.lines.get(batch__number="GONE"), 5),
        (found, 2),
    ):
        count_line_save(line_id=line.pk, qty=Decimal(qty), by=shop.counter)
    shop.finish(count)

    rows = BatchStock.objects.filter(warehouse=shop.warehouse).order_by("batch__number")
    assert list(rows.values_list("batch__number", "qty")) == [("GONE", 5), ("NEAR", 4), ("NEW", 2)]
    assert shop.stock(pills) == 11


def test_a_line_that_was_not_on_the_sheet_is_added_once(shop):
    count = shop.open(shop.soap)

    lines = {count_line_add(count=count, product=shop.salt, by=shop.counter).pk for _again in range(2)}

    assert len(lines) == 1
    assert count.lines.count() == 2


def test_a_cancelled_count_changes_no_stock_and_is_counted_no_more(shop):
    count = shop.open()
    shop.count(count, shop.soap, 1)

    count_cancel(count=count, by=shop.counter)

    with pytest.raises(DomainError, match="is cancelled"):
        shop.count(count, shop.soap, 2)
    with pytest.raises(DomainError, match="is cancelled"):
        count_approve(count=count, by=shop.boss)
    assert shop.stock(shop.soap) == 10


def test_whoever_counts_does_not_approve(shop):
    count = shop.open()
    shop.count(count, shop.soap, 1)
    count_submit(count=count, uncounted="leave", by=shop.counter)

    with pytest.raises(NotAllowed):
        count_approve(count=count, by=shop.counter)
    with pytest.raises(NotAllowed):
        count_send_back(count=count, line_ids=[count.lines.first().pk], by=shop.counter)

    assert shop.stock(shop.soap) == 10


def test_what_is_due_is_counted_by_class_and_leaves_the_list(shop):
    shop.sell(shop.soap, 9)  # all of the turnover: class A
    assert [(d.product.name, d.abc, d.last_on) for d in due_counts(shop.warehouse)] == [
        ("Soap", "A", None),
        ("Salt", "C", None),
    ]

    count = shop.open()
    assert due_counts(shop.warehouse) == []
    shop.count(count, shop.soap, 1)
    shop.count(count, shop.salt, 5)
    shop.finish(count)
    assert due_counts(shop.warehouse) == []

    old = StockCountLine.objects.get(product=shop.soap).counted_at - timedelta(days=30)
    StockCountLine.objects.update(counted_at=old)
    assert [(d.product.name, d.abc) for d in due_counts(shop.warehouse)] == [("Soap", "A")]


def test_the_sheet_goes_along_the_shelves(shop):
    for product, shelf in ((shop.soap, "B-01"), (shop.salt, "A-02")):
        product.shelf = shelf
        product.save()

    assert [line.product.name for line in sheet_lines(shop.open())] == ["Salt", "Soap"]


STEPS = st.lists(st.tuples(st.sampled_from(["sell", "count"]), st.integers(1, 3)), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.integers(0, 5), counted=st.integers(20, 40), steps=STEPS)
def test_counting_while_selling_ends_at_counted_less_sold_afterwards(shop, before, counted, steps):
    goods = ProductFactory(price=1_000)
    stock_up(goods, shop.warehouse, 100, 10, by=shop.boss)
    count = shop.open(goods, key=new_key())
    if before:
        shop.sell(goods, before)
    shop.count(count, goods, counted)
    expected = counted
    for step, number in steps:
        if step == "sell":
            shop.sell(goods, number)
            expected -= number
        else:
            shop.count(count, goods, counted + number)
            expected = counted + number

    shop.finish(count)

    assert shop.stock(goods) == expected
