"""What is done to orders: written, changed, sent, cancelled, confirmed; and what their goods cost."""

import doctest
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from inventori.errors import DomainError, InvalidInput
from inventory.selectors import business_today
from purchases import costs, steps
from purchases.costs import line_unit_costs
from purchases.models import PurchaseOrder, SupplierPrice
from purchases.services import (
    OrderLine,
    order_cancel,
    order_confirm,
    order_send,
    price_save,
)
from tests.factories import ProductFactory, SupplierFactory

from .desk import Desk

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk():
    return Desk()


@pytest.mark.parametrize("module", [costs, steps])
def test_the_worked_numbers_of_costs_and_steps_come_out_as_written(module):
    failed, tried = doctest.testmod(module)

    assert failed == 0
    assert tried > 0


# --- Drafts ---------------------------------------------------------------------------
def test_a_line_in_boxes_is_kept_in_strips_and_as_it_was_ordered(desk):
    order = desk.order(desk.boxes(3, 95_000, 15_000), discount=D(20_000), note="Before noon")

    item = order.items.get()
    assert (item.qty, item.price, item.discount) == (30, 9500, 15_000)
    assert (item.unit, item.factor, item.unit_price) == ("box", 10, 95_000)
    assert (order.total_amount, order.discount, order.note) == (250_000, 20_000, "Before noon")
    assert order.expected_at == business_today(desk.warehouse) + timedelta(days=3)


def test_what_a_box_costs_does_not_lose_cents_in_strips(desk):
    order = desk.order(desk.boxes(1, "99.99"))

    assert order.total_amount == D("99.99")


def test_a_day_that_is_given_is_kept(desk):
    assert desk.order(expected_at=date(2027, 1, 31)).expected_at == date(2027, 1, 31)


def test_a_draft_takes_other_lines_and_another_supplier(desk):
    order = desk.order()
    desk.supplier = SupplierFactory(lead_time_days=9)

    desk.change(order, desk.boxes(2), discount=D(1000))

    order.refresh_from_db()
    assert [item.qty for item in order.items.all()] == [20]
    assert (order.supplier, order.total_amount) == (desk.supplier, 189_000)
    assert order.expected_at == business_today(desk.warehouse) + timedelta(days=9)


def test_a_sent_order_is_not_changed_any_more(desk):
    order = order_send(order=desk.order(), by=desk.by)

    with pytest.raises(DomainError, match="can no longer be changed"):
        desk.change(order, desk.boxes(1))

    assert order.items.get().qty == 30
    assert PurchaseOrder.objects.get().total_amount == 285_000


@pytest.mark.parametrize(
    ("line", "more", "sentence"),
    [
        ({"discount": 285_001}, {}, "the discount is above the price of the line"),
        ({}, {"discount": D(285_001)}, "must not be above what the lines come to"),
        ({"count": 0}, {}, "must not be negative"),
        ({"count": "0.25"}, {}, "whole"),
    ],
)
def test_an_order_that_cannot_be_is_refused(desk, line, more, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        desk.order(desk.boxes(**line), **more)

    assert not PurchaseOrder.objects.exists()


def test_each_line_bears_its_share_of_the_orders_discount_in_what_it_costs(desk):
    other = ProductFactory()
    order = desk.order(desk.boxes(3, 95_000, 15_000), OrderLine(other, D(10), D(13_000)), discount=D(20_000))

    boxes, singles = order.items.all()
    assert line_unit_costs(order) == {boxes.pk: 8550, singles.pk: 12_350}


# --- Sent, cancelled ----------------------------------------------------------------------
def test_sending_opens_the_suppliers_page_and_keeps_their_price(desk):
    order = order_send(order=desk.order(), by=desk.by)

    price = SupplierPrice.objects.get()
    assert order.status == "SENT"
    assert order.sent_at is not None
    assert len(order.token) == 43
    assert (price.supplier, price.product, price.unit, price.factor) == (desk.supplier, desk.product, "box", 10)
    assert (price.unit_price, price.previous_price) == (95_000, None)
    assert price.changed_on == business_today(desk.warehouse)


def test_another_price_keeps_the_one_before_it(desk):
    order_send(order=desk.order(desk.boxes(1, 90_000)), by=desk.by)

    order_send(order=desk.order(desk.boxes(1, 99_000)), by=desk.by)

    price = SupplierPrice.objects.get()
    assert (price.unit_price, price.previous_price) == (99_000, 90_000)


def test_the_same_price_in_another_unit_is_no_change(desk):
    first = order_send(
        order=desk.order(desk.boxes(1, 90_000), at=timezone.now() - timedelta(days=9)),
        by=desk.by,
        at=timezone.now() - timedelta(days=9),
    )
    since = SupplierPrice.objects.get().changed_on

    order_send(order=desk.order(OrderLine(desk.product, D(5), D(9000))), by=desk.by)

    price = SupplierPrice.objects.get()
    assert (price.unit, price.factor, price.unit_price, price.previous_price) == ("", 1, 9000, None)
    assert price.changed_on == since < business_today(desk.warehouse)
    assert first.items.get().unit_price == 90_000


def test_sending_keeps_the_minimum_that_was_typed(desk):
    price_save(
        supplier=desk.supplier,
        product=desk.product,
        unit="box",
        unit_price=D(90_000),
        min_qty=D(50),
        multiple=D(10),
        by=desk.by,
    )

    order_send(order=desk.order(), by=desk.by)

    price = SupplierPrice.objects.get()
    assert (price.unit_price, price.previous_price, price.min_qty, price.multiple) == (95_000, 90_000, 50, 10)


def test_sending_twice_keeps_the_first_address(desk):
    order = order_send(order=desk.order(), by=desk.by)
    token = order.token

    again = order_send(order=PurchaseOrder.objects.get(), by=desk.by)

    assert again.token == token


def test_a_cancelled_order_is_not_sent(desk):
    order = order_cancel(order=desk.order(), by=desk.by)

    with pytest.raises(DomainError, match="is cancelled and cannot be sent"):
        order_send(order=order, by=desk.by)

    assert PurchaseOrder.objects.get().status == "CANCELLED"
    assert not SupplierPrice.objects.exists()


def test_a_partly_received_order_can_be_cancelled_and_keeps_what_came(desk):
    order = order_send(order=desk.order(), by=desk.by)
    desk.receive(order, 10)

    order_cancel(order=order, by=desk.by)
    first = order.cancelled_at
    order_cancel(order=order, by=desk.by)

    order.refresh_from_db()
    assert (order.status, order.cancelled_at) == ("CANCELLED", first)
    assert order.items.get().received_qty == 10


def test_a_received_order_is_not_cancelled(desk):
    order = order_send(order=desk.order(), by=desk.by)
    desk.receive(order, 30)

    with pytest.raises(DomainError, match="is received and cannot be cancelled"):
        order_cancel(order=order, by=desk.by)

    assert PurchaseOrder.objects.get().status == "RECEIVED"


def test_a_draft_that_was_sent_meanwhile_is_not_cancelled_unseen(desk):
    order = desk.order()
    order_send(order=PurchaseOrder.objects.get(), by=desk.by)

    with pytest.raises(DomainError, match="was sent meanwhile"):
        order_cancel(order=order, by=desk.by, seen="DRAFT")

    assert PurchaseOrder.objects.get().status == "SENT"


# --- Confirmed ------------------------------------------------------------------------------
def test_the_suppliers_last_word_counts(desk):
    order = order_send(order=desk.order(), by=desk.by)
    item = order.items.get()
    order_confirm(order=order, quantities={item.pk: D(30)}, day=None, note="")

    order_confirm(order=order, quantities={item.pk: D(20)}, day=date(2027, 1, 31), note="One box is missing")

    item.refresh_from_db()
    assert item.confirmed_qty == 20
    assert (order.confirmed_for, order.supplier_note) == (date(2027, 1, 31), "One box is missing")


@pytest.mark.parametrize(("qty", "sentence"), [("31", "more than was ordered"), ("-1", "0 for none"), (None, "enter")])
def test_a_quantity_that_was_not_ordered_is_not_confirmed(desk, qty, sentence):
    order = order_send(order=desk.order(), by=desk.by)
    quantities = {order.items.get().pk: D(qty)} if qty else {}

    with pytest.raises(InvalidInput, match=sentence):
        order_confirm(order=order, quantities=quantities, day=None, note="")

    assert PurchaseOrder.objects.get().confirmed_at is None
    assert order.items.get().confirmed_qty is None


def test_a_cancelled_order_is_not_confirmed(desk):
    order = order_cancel(order=order_send(order=desk.order(), by=desk.by), by=desk.by)

    with pytest.raises(DomainError, match="closed"):
        order_confirm(order=order, quantities={order.items.get().pk: D(30)}, day=None, note="")

    assert order.items.get().confirmed_qty is None
