"""A supplier's record: worked numbers, what counts as due, who sees prices, and the late orders of the dashboard."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from inventori.dates import local_instant
from inventory.selectors import business_today
from purchases.record import (
    LeadTime,
    LineRecord,
    OrderRecord,
    fill_rate,
    lead_time,
    lead_times,
    mean_ratio,
    on_time_rate,
    price_change,
)
from purchases.services import OrderLine, ReceiptLine, order_cancel, order_create, order_send, receipt_post
from purchases.services.confirming import order_confirm
from purchases.supplier_record import lead_time_of, prices_of, record_of
from tests.factories import ProductFactory, ShopProfileFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.purchases.buying import signed_in

SENT = date(2026, 11, 2)


def on(day: int) -> date:
    return date(2026, 11, day)


PARTS = OrderRecord(SENT, on(6), (LineRecord(100, ((on(5), 60), (on(10), 40))),))
WHOLE = OrderRecord(SENT, on(9), (LineRecord(10, ((on(8), 10),)),))


# --- Arithmetic -----------------------------------------------------------------------------
def test_lead_time_weighs_the_parts_of_a_line_by_quantity_and_counts_each_line_once():
    # (0.6·3 + 0.4·8 + 1·6) / 2 = 5.5; √((0.6·2.5² + 0.4·2.5² + 0.5²) / 2) = √3.25
    assert lead_times([PARTS]) == (Decimal("5.00"), Decimal("2.45"))
    assert lead_times([PARTS, WHOLE]) == (Decimal("5.50"), Decimal("1.80"))
    assert lead_times([OrderRecord(SENT, on(6), (LineRecord(100),))]) is None


def test_lead_time_is_the_agreed_one_until_there_are_three_receipts():
    assert lead_time([PARTS, WHOLE], receipts=2, agreed_days=4) == LeadTime(Decimal(4), Decimal(0), 2, False)
    assert lead_time([PARTS, WHOLE], receipts=3, agreed_days=4) == LeadTime(Decimal("5.50"), Decimal("1.80"), 3, True)


def test_an_order_is_on_time_when_it_is_full_on_its_day():
    on_its_day = OrderRecord(SENT, on(8), WHOLE.lines)
    a_day_late = OrderRecord(SENT, on(7), WHOLE.lines)
    never_full = OrderRecord(SENT, on(9), (LineRecord(10, ((on(3), 9),)),))

    assert on_time_rate([on_its_day]) == 1
    assert on_time_rate([a_day_late]) == 0
    assert on_time_rate([on_its_day, a_day_late, never_full, WHOLE]) == Decimal("0.5")
    assert on_time_rate([OrderRecord(SENT, None, WHOLE.lines)]) is None


def test_fill_rate_is_the_mean_over_lines_and_more_than_ordered_fills_no_other_line():
    too_much = LineRecord(10, ((on(5), 12),))
    half = LineRecord(4, ((on(5), 2),))

    assert fill_rate([OrderRecord(SENT, on(6), (too_much, half, LineRecord(7)))]) == Decimal("0.5")
    assert fill_rate([]) is None


def test_price_changes_compare_the_last_cost_with_the_first_and_leave_gifts_out():
    dearer = price_change([(on(1), Decimal(0)), (on(2), Decimal(5000)), (on(9), Decimal(5250))])
    cheaper = price_change([(on(2), Decimal(1000)), (on(9), Decimal(900))])

    assert (dearer.first, dearer.last, dearer.ratio) == (5000, 5250, Decimal("0.05"))
    assert price_change([(on(1), Decimal(0))]) is None
    assert mean_ratio([dearer, cheaper]) == Decimal("-0.025")
    assert mean_ratio([]) == 0


# --- From the books ---------------------------------------------------------------------------
class Trade:
    """Orders and receives, days ago."""

    def __init__(self):
        ShopProfileFactory()
        self.warehouse = WarehouseFactory(code="TOKO")
        self.supplier = SupplierFactory(lead_time_days=4)
        self.by = UserFactory(role="Manager")
        self.products = [ProductFactory(name="Soap"), ProductFactory(name="Tea")]
        self.today = business_today(self.warehouse)
        self.serial = 0

    def at(self, days_ago: int) -> datetime:
        return local_instant(self.today - timedelta(days=days_ago), time(10), self.warehouse.time_zone)

    def order(self, days_ago: int, price: int = 500, is_sent: bool = True):
        lines = [OrderLine(product, Decimal(100), Decimal(price)) for product in self.products]
        order = order_create(
            supplier=self.supplier, warehouse=self.warehouse, lines=lines, by=self.by, at=self.at(days_ago)
        )
        return order_send(order=order, by=self.by, at=self.at(days_ago)) if is_sent else order

    def receive(self, order, days_ago: int, *quantities: int):
        self.serial += 1
        items = zip(order.items.all(), quantities, strict=False)
        receipt_post(
            supplier=self.supplier,
            warehouse=self.warehouse,
            order=order,
            lines=[ReceiptLine(Decimal(qty), po_item=item) for item, qty in items if qty],
            key=f"receipt-{self.serial:032d}",
            by=self.by,
            at=self.at(days_ago),
        )


@pytest.fixture
def trade(db):
    return Trade()


def test_lead_time_of_a_supplier_comes_from_its_receipts_once_there_are_three(trade):
    first, second = trade.order(30), trade.order(20)
    trade.receive(first, 27, 100, 60)
    trade.receive(first, 22, 0, 40)

    assert lead_time_of(trade.supplier) == LeadTime(Decimal(4), Decimal(0), 2, False)

    trade.receive(second, 14, 100, 100)

    # Lines: 3 days; 0.6 of 3 and 0.4 of 8; 6 and 6. Mean 20/4, squares 4 + 4 (0.6·4 + 0.4·9 = 6) + 1 + 1.
    assert lead_time_of(trade.supplier) == LeadTime(Decimal("5.00"), Decimal("1.73"), 3, True)


def test_a_draft_is_no_order_yet_and_its_waiting_is_not_the_suppliers(trade):
    order = trade.order(30, is_sent=False)
    trade.order(3, is_sent=False)
    order_send(order=order, by=trade.by, at=trade.at(10))
    trade.receive(order, 8, 100, 100)

    record = record_of(trade.supplier)

    assert record.orders == 1
    assert (record.latest[0].record.sent_on, record.latest[0].first_on) == (
        trade.today - timedelta(days=10),
        trade.today - timedelta(days=8),
    )


def test_on_time_and_fill_judge_what_is_received_or_past_its_day(trade):
    on_time, late, partial = trade.order(30), trade.order(25), trade.order(20)
    trade.order(1)
    trade.receive(on_time, 26, 100, 100)
    trade.receive(late, 20, 100, 100)
    trade.receive(partial, 18, 100, 0)

    record = record_of(trade.supplier)

    assert (record.orders, record.due) == (4, 3)
    assert record.on_time == Decimal(1) / 3
    assert record.fill == Decimal(5) / 6
    assert [row.status for row in record.latest] == ["SENT", "LATE", "RECEIVED", "RECEIVED"]


def test_the_record_keeps_the_first_expected_day_whatever_was_confirmed(trade):
    put_off = trade.order(20)
    order_confirm(
        order=put_off,
        quantities={item.pk: item.qty for item in put_off.items.all()},
        day=trade.today + timedelta(days=5),
        note="",
    )

    record = record_of(trade.supplier)

    assert (record.due, record.on_time) == (1, 0)
    assert [row.status for row in record.latest] == ["SENT"]


def test_a_cancelled_order_counts_only_when_it_was_late(trade):
    order_cancel(order=trade.order(20), by=trade.by)
    order_cancel(order=trade.order(1), by=trade.by)
    order_cancel(order=trade.order(20, is_sent=False), by=trade.by)

    record = record_of(trade.supplier)

    assert (record.orders, record.due, record.on_time, record.fill) == (2, 1, 0, 0)


def test_prices_compare_the_receipts_and_tell_the_suppliers_list(trade):
    trade.receive(trade.order(40, price=500), 38, 100, 100)
    dearer = trade.order(10, price=525)
    trade.receive(dearer, 8, 100, 0)

    prices = prices_of(trade.supplier)

    assert prices.bought == 2
    assert prices.mean == Decimal("0.05")
    (row,) = prices.changed
    assert (row.product.name, row.change.first, row.change.last) == ("Soap", 500, 525)
    assert (row.previous, row.changed_on) == (500, trade.today - timedelta(days=10))


def test_the_record_looks_back_one_year(trade):
    trade.receive(trade.order(400), 380, 100, 100)

    assert record_of(trade.supplier).orders == 0
    assert lead_time_of(trade.supplier).is_measured is False


# --- Pages ------------------------------------------------------------------------------------
def test_the_suppliers_page_asks_for_the_record_and_prices_need_the_right_to_see_costs(trade):
    trade.receive(trade.order(40, price=500), 36, 100, 100)
    trade.receive(trade.order(10, price=52_567), 6, 100, 100)
    address = reverse("purchases:supplier_record", args=[trade.supplier.pk])

    page = signed_in("Manager").get(reverse("master:supplier_show", args=[trade.supplier.pk])).content.decode()
    full = signed_in("Manager").get(address).content.decode()
    part = signed_in("Warehouse").get(address).content.decode()

    assert f'hx-get="{address}"' in page
    assert "100.0\u00a0%" in full
    assert "4 days, as agreed" in full
    assert "52,567" in full
    assert "52,567" not in part
    assert "2 orders since" in part
    assert signed_in("Cashier").get(address).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_asks_the_database_as_often_for_three_orders_as_for_one(trade, rows, django_assert_num_queries):
    for n in range(rows):
        trade.receive(trade.order(40 - n, price=500 + n), 30 - n, 100, 100)
    trade.receive(trade.order(9, price=700), 8, 100, 100)
    client = signed_in("Manager")
    address = reverse("purchases:supplier_record", args=[trade.supplier.pk])

    with django_assert_num_queries(15):
        client.get(address)
