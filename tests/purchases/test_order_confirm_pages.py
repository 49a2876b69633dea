"""The supplier's own page of an order."""

import re

import pytest
from django.test import Client

from purchases.models import PurchaseOrder
from purchases.services import order_cancel, order_send

from .desk import named_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return named_desk()


def guest(language="en") -> Client:
    return Client(headers={"accept-language": language})


def test_the_supplier_confirms_without_signing_in(desk):
    order = order_send(order=desk.order(), by=desk.by)
    item = order.items.get()
    said = {str(item.pk): "2", "confirmed_for": "2027-01-31", "supplier_note": "One box is missing"}

    response = guest().post(f"/supplier/{order.token}/?lang=en", said)

    order.refresh_from_db()
    item.refresh_from_db()
    assert response["Location"] == f"/supplier/{order.token}/?lang=en&thanks=1"
    assert (item.confirmed_qty, order.confirmed_for.isoformat()) == (20, "2027-01-31")
    assert order.supplier_note == "One box is missing"


def test_the_suppliers_page_shows_this_order_and_nothing_else(desk):
    order = order_send(order=desk.order(), by=desk.by)
    other = order_send(order=desk.order(), by=desk.by)

    response = guest().get(f"/supplier/{order.token}/")

    page = response.content.decode()
    assert "3 box" in page
    assert other.po_number not in page
    assert desk.by.get_full_name() not in page
    assert "sidebar" not in page
    assert [href for href in re.findall(r'href="(/[^"]*)"', page) if not href.startswith("/static/")] == []
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_the_suppliers_page_speaks_both_languages(desk):
    order = order_send(order=desk.order(), by=desk.by)

    pages = [guest().get(f"/supplier/{order.token}/?lang={code}").content.decode() for code in ("id", "en")]

    assert ['lang="id" data' in pages[0], "285.000" in pages[0]] == [True, True]
    assert ['lang="en" data' in pages[1], "285,000" in pages[1]] == [True, True]


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 500])
def test_another_address_opens_nothing(desk, token):
    order_send(order=desk.order(), by=desk.by)

    assert guest().get(f"/supplier/{token}/").status_code == 404


def test_more_than_ordered_is_not_confirmed(desk):
    order = order_send(order=desk.order(), by=desk.by)
    item = order.items.get()

    response = guest().post(f"/supplier/{order.token}/?lang=en", {str(item.pk): "4"})

    assert response.status_code == 400
    assert "more than was ordered" in response.content.decode()
    assert PurchaseOrder.objects.get().confirmed_at is None


def test_a_cancelled_order_says_so_and_takes_no_word_any_more(desk):
    order = order_cancel(order=order_send(order=desk.order(), by=desk.by), by=desk.by)
    item = order.items.get()

    page = guest().get(f"/supplier/{order.token}/?lang=en").content.decode()
    response = guest().post(f"/supplier/{order.token}/?lang=en", {str(item.pk): "3"})

    assert "This order is cancelled. Please do not deliver it." in page
    assert "Confirm the order" not in page
    assert response.status_code == 409
    assert PurchaseOrder.objects.get().confirmed_at is None


def test_a_received_order_says_so(desk):
    order = order_send(order=desk.order(), by=desk.by)
    desk.receive(order, 30)

    assert "received in full" in guest().get(f"/supplier/{order.token}/?lang=en").content.decode()


def test_the_supplier_confirms_from_a_browser_that_names_no_origin(desk):
    order = order_send(order=desk.order(), by=desk.by)
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})

    response = strict.post(f"/supplier/{order.token}/?lang=en", {str(order.items.get().pk): "3"})

    assert response.status_code == 302
    assert order.items.get().confirmed_qty == 30
