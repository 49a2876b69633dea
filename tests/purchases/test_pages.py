"""Orders and receipts to read: what is open, what is late, and prices for those who may see them."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventori.posting import new_key
from purchases.selectors import open_and_late, orders_to_receive, todays
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from purchases.services.confirming import order_confirm
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO", name="Toko")


@pytest.fixture
def by():
    return UserFactory(role="Manager")


def signed_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def order(shop, by, *, days_ago=0, send=True, lead_time_days=3, qty=10):
    made = order_create(
        supplier=SupplierFactory(lead_time_days=lead_time_days),
        warehouse=shop,
        lines=[OrderLine(ProductFactory(name="Soap", sku=f"SOAP{timezone.now():%f}"), Decimal(qty), Decimal(4321))],
        by=by,
        at=timezone.now() - timedelta(days=days_ago),
    )
    return order_send(order=made, by=by) if send else made


def receive(made, by, qty):
    line = ReceiptLine(qty=Decimal(qty), po_item=made.items.get())
    return receipt_post(
        supplier=made.supplier, warehouse=made.warehouse, lines=[line], key=new_key(), by=by, order=made
    )


def listed(client, address) -> list[str]:
    return [row.item.po_number for row in client.get(address).context["page"].table]


def statuses(response) -> list[str]:
    rows = csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    return [row["Status"] for row in rows]


def test_orders_say_whether_they_are_drafted_late_partly_or_wholly_received(shop, by):
    order(shop, by, send=False)
    order(shop, by, days_ago=9)
    receive(order(shop, by), by, 4)
    receive(order(shop, by), by, 10)

    response = signed_in("Warehouse").get("/po/?export=csv&sort=po_number")

    assert statuses(response) == ["draft", "late", "partly received", "received"]


def test_open_and_late_orders_can_be_picked_out(shop, by):
    draft, late, sent, done = (
        order(shop, by, send=False, days_ago=9),
        order(shop, by, days_ago=9),
        order(shop, by),
        order(shop, by),
    )
    receive(done, by, 10)
    client = signed_in("Analyst")

    assert listed(client, "/po/?status=OPEN") == [sent.po_number, late.po_number, draft.po_number]
    assert listed(client, "/po/?status=LATE") == [late.po_number]
    assert listed(client, f"/po/?supplier={sent.supplier.code}") == [sent.po_number]


def test_an_order_due_today_is_not_late_yet(shop, by):
    order(shop, by, days_ago=3, lead_time_days=3)

    assert listed(signed_in("Manager"), "/po/?status=LATE") == []


def confirm(made, day):
    quantities = {item.pk: item.qty for item in made.items.all()}
    return order_confirm(order=made, quantities=quantities, day=day, note="")


def test_a_confirmed_day_decides_what_is_late_and_both_days_are_shown(shop, by):
    today = timezone.localdate()
    put_off, brought_forward = order(shop, by, days_ago=9), order(shop, by, lead_time_days=5)
    confirm(put_off, today + timedelta(days=2))
    confirm(brought_forward, today - timedelta(days=2))
    client = signed_in("Manager")

    assert listed(client, "/po/?status=LATE") == [brought_forward.po_number]
    rows = csv.DictReader(StringIO(b"".join(client.get("/po/?export=csv").streaming_content).decode("utf-8-sig")))
    expected = {put_off.po_number: ("sent", put_off, 2), brought_forward.po_number: ("late", brought_forward, -2)}
    for row in rows:
        status, made, days = expected.pop(row["Order"])
        shown = (row["Status"], row["Expected"], row["Confirmed for"])
        assert shown == (status, made.expected_at.isoformat(), (today + timedelta(days=days)).isoformat())
    assert expected == {}
    assert open_and_late(todays()) == (2, 1)
    page = client.get(f"/po/{put_off.pk}/").content.decode()
    assert "<dt>Expected</dt>" in page
    assert "<dt>Confirmed for</dt>" in page


def test_without_a_confirmed_day_the_expected_one_decides(shop, by):
    late = confirm(order(shop, by, days_ago=9), None)

    assert listed(signed_in("Manager"), "/po/?status=LATE") == [late.po_number]
    assert late.due_on == late.expected_at


def test_goods_are_waited_for_in_the_order_of_the_confirmed_days(shop, by):
    first, second = order(shop, by, lead_time_days=3), order(shop, by, lead_time_days=4)
    confirm(first, timezone.localdate() + timedelta(days=6))

    assert list(orders_to_receive()) == [second, first]


def test_an_order_shows_what_is_still_to_come_and_its_receipts(shop, by):
    made = order(shop, by)
    receipt = receive(made, by, 4)

    response = signed_in("Warehouse").get(f"/po/{made.pk}/")

    assert [(line.qty, line.received_qty, line.open_qty) for line in response.context["lines"]] == [(10, 4, 6)]
    assert f"/grn/{receipt.pk}/" in response.content.decode()


def test_a_receipt_shows_what_came_in_and_its_order(shop, by):
    made = order(shop, by)
    receipt = receive(made, by, 4)

    response = signed_in("Warehouse").get(f"/grn/{receipt.pk}/")

    assert [(line.product.name, line.qty) for line in response.context["lines"]] == [("Soap", 4)]
    assert f"/po/{made.pk}/" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "sees"), [("Admin", True), ("Manager", True), ("Warehouse", False), ("Analyst", False)]
)
def test_prices_are_for_those_who_may_see_costs(shop, by, role, sees):
    made = order(shop, by)
    receipt = receive(made, by, 10)
    client = signed_in(role)

    pages = [client.get(address).content.decode() for address in ("/po/", f"/po/{made.pk}/", f"/grn/{receipt.pk}/")]
    exported = b"".join(client.get("/po/?export=csv").streaming_content).decode()

    assert ["43,210" in pages[0], "4,321" in pages[1], "4,321" in pages[2], "43210" in exported] == [sees] * 4


def test_a_cashier_sees_neither_orders_nor_receipts(shop, by):
    made = order(shop, by)
    receipt = receive(made, by, 1)
    client = signed_in("Cashier")

    for address in ("/po/", f"/po/{made.pk}/", "/grn/", f"/grn/{receipt.pk}/"):
        assert client.get(address).status_code == 403, address


def test_an_unknown_document_is_not_found(shop):
    client = signed_in("Manager")

    assert client.get("/po/99/").status_code == 404
    assert client.get("/grn/99/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "asked"), [("/po/", 10), ("/grn/", 8)])
def test_the_lists_ask_as_often_for_three_rows_as_for_one(shop, by, address, asked, count):
    for _n in range(count):
        receive(order(shop, by), by, 4)
    client = signed_in("Manager")

    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)

    assert len(page.context["page"].table) == count
    assert len(queries) == asked, [query["sql"] for query in queries]
