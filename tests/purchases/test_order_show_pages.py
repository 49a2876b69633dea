"""The page of an order and the list of them: sent, cancelled, picked out."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from purchases.models import PurchaseOrder
from purchases.services import order_confirm, order_send

from .buying import signed_in
from .desk import D, named_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return named_desk()


def test_an_order_is_sent_and_cancelled_from_its_page(desk):
    order, client = desk.order(), signed_in()

    client.post(f"/po/{order.pk}/send/")
    sent = PurchaseOrder.objects.get().status
    client.post(f"/po/{order.pk}/cancel/", {"status": "SENT"})

    assert (sent, PurchaseOrder.objects.get().status) == ("SENT", "CANCELLED")


def test_a_cancel_of_the_draft_that_was_sent_meanwhile_says_so(desk):
    order = order_send(order=desk.order(), by=desk.by)

    response = signed_in().post(f"/po/{order.pk}/cancel/", {"status": "DRAFT"})

    assert response.status_code == 409
    assert PurchaseOrder.objects.get().status == "SENT"


def test_the_page_shows_what_was_confirmed_and_where_it_differs(desk):
    order = order_send(order=desk.order(), by=desk.by)
    order_confirm(
        order=order,
        quantities={order.items.get().pk: D(20)},
        day=order.expected_at + timedelta(days=1),
        note="One box later",
    )

    page = signed_in().get(f"/po/{order.pk}/").content.decode()

    assert re.search(r'<strong class="is-watch">.*?2 box</strong>', page)
    assert "That is later than expected." in page
    assert "“One box later”" in page


@pytest.mark.parametrize(("role", "sees"), [("Manager", True), ("Warehouse", False), ("Analyst", False)])
def test_the_suppliers_address_is_for_those_who_send_orders(desk, role, sees):
    order = order_send(order=desk.order(), by=desk.by)

    assert (order.token in signed_in(role).get(f"/po/{order.pk}/").content.decode()) is sees


@pytest.mark.parametrize("count", [1, 3])
def test_an_order_asks_as_often_for_three_lines_as_for_one(desk, count):
    lines = [desk.boxes()] + [desk.boxes() for _n in range(count - 1)]
    order = order_send(order=desk.order(*lines), by=desk.by)
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/po/{order.pk}/")

    assert len(page.context["lines"]) == count
    assert len(queries) == 10, [query["sql"] for query in queries]


def test_partly_received_orders_can_be_picked_out(desk):
    order = order_send(order=desk.order(), by=desk.by)
    order_send(order=desk.order(), by=desk.by)
    desk.receive(order, 10)

    page = signed_in().get("/po/?status=PARTIAL").context["page"]

    assert [row.item for row in page.table] == [order]


def test_a_shop_without_orders_is_led_to_the_first(desk):
    assert 'href="/po/new/"' in signed_in().get("/po/").content.decode()
    assert 'href="/po/new/"' not in signed_in("Warehouse").get("/po/").content.decode()
