"""Races around orders. They run on MariaDB: SQLite ignores row locks."""

from decimal import Decimal
from functools import partial

import pytest

from inventori.errors import DomainError
from purchases.models import PurchaseOrder, SupplierPrice
from purchases.services import (
    OrderLine,
    ReceiptLine,
    order_cancel,
    order_change,
    order_create,
    order_send,
    orders,
    receipt_post,
)
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

ROUNDS = 20


class Desk:
    def __init__(self) -> None:
        self.by, self.warehouse, self.supplier = UserFactory(role="Manager"), WarehouseFactory(), SupplierFactory()
        self.product = ProductFactory()

    def line(self, qty=10, price=9000) -> OrderLine:
        return OrderLine(self.product, Decimal(qty), Decimal(price))

    def draft(self, price=9000) -> PurchaseOrder:
        lines = [self.line(price=price)]
        return order_create(supplier=self.supplier, warehouse=self.warehouse, lines=lines, by=self.by)

    def press(self, service, order, **more):
        """Return an action with a copy of the order of its own, as each request reads one."""
        return partial(service, order=PurchaseOrder.objects.get(pk=order.pk), by=self.by, **more)


def test_ten_presses_of_send_make_one_sent_order():
    desk = Desk()
    order = desk.draft()

    results = at_once([desk.press(order_send, order) for _press in range(10)])

    order.refresh_from_db()
    assert {(result.status, result.token, result.sent_at) for result in results} == {
        ("SENT", order.token, order.sent_at)
    }
    assert SupplierPrice.objects.get().previous_price is None


def test_of_a_send_and_a_cancel_of_one_draft_one_wins():
    desk = Desk()
    ends = set()
    for _round in range(ROUNDS):
        order = desk.draft()

        sent, cancelled = at_once(
            [desk.press(order_send, order), desk.press(order_cancel, order, seen="DRAFT")],
        )

        order.refresh_from_db()
        refused = [result for result in (sent, cancelled) if isinstance(result, DomainError)]
        assert len(refused) == 1, (sent, cancelled)
        winner = sent if cancelled in refused else cancelled
        assert winner.status == order.status
        ends.add(order.status)
    assert ends <= {"SENT", "CANCELLED"}


def test_a_draft_is_sent_as_it_was_before_or_after_a_change_never_in_between():
    desk = Desk()
    for _round in range(ROUNDS):
        order = desk.draft()
        change = {"supplier": desk.supplier, "warehouse": desk.warehouse}
        lines = [desk.line(3, 1000), desk.line(4, 1000)]

        sent, _changed = at_once(
            [desk.press(order_send, order), desk.press(order_change, order, lines=lines, **change)]
        )

        order.refresh_from_db()
        assert (sent.status, order.status) == ("SENT", "SENT")
        assert order.total_amount == sum(item.qty * item.price for item in order.items.all())
        price = SupplierPrice.objects.get()
        assert price.unit_price == order.items.first().price


def test_two_orders_sent_at_once_leave_one_price_for_each_product():
    desk = Desk()
    for _round in range(ROUNDS):
        desk.supplier = SupplierFactory()
        orders = [desk.draft(9000), desk.draft(9500)]

        results = at_once([desk.press(order_send, order) for order in orders])

        assert [result.status for result in results] == ["SENT", "SENT"]
        price = SupplierPrice.objects.get(supplier=desk.supplier)
        assert {price.unit_price, price.previous_price} == {9000, 9500}


def test_without_the_claim_the_same_presses_send_the_order_more_than_once(monkeypatch):
    def check_then_act(order, statuses, **values):
        if PurchaseOrder.objects.get(pk=order.pk).status not in statuses:
            return False
        PurchaseOrder.objects.filter(pk=order.pk).update(**values)
        for name, value in values.items():
            setattr(order, name, value)
        return True

    monkeypatch.setattr(orders, "_claim", check_then_act)
    desk = Desk()
    order = desk.draft()

    results = at_once([desk.press(order_send, order) for _press in range(10)])

    assert len({getattr(result, "token", None) for result in results}) > 1


def test_a_cancel_and_the_last_receipt_of_an_order_do_not_both_happen():
    desk = Desk()
    for n in range(ROUNDS):
        order = order_send(order=desk.draft(), by=desk.by)
        lines = [ReceiptLine(qty=Decimal(10), po_item=order.items.get())]
        place = {"supplier": desk.supplier, "warehouse": desk.warehouse}

        received, cancelled = at_once(
            [
                desk.press(receipt_post, order, lines=lines, key=f"last-{n}", **place),
                desk.press(order_cancel, order),
            ]
        )

        order.refresh_from_db()
        came = order.items.get().received_qty
        assert (order.status, came) in {("RECEIVED", 10), ("CANCELLED", 0)}
        assert isinstance(cancelled if came else received, DomainError)
