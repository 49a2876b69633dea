"""What lies where, and the stock card: figures, filters, doors."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inventory import ledger, selectors
from inventory.ledger import Document, Line
from inventory.models import RefType, Stock
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO", name="Toko")


@pytest.fixture
def store(shop):
    return WarehouseFactory(code="GUDANG", name="Gudang")


def signed_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def names(response) -> list[str]:
    return [row.item.name for row in response.context["page"].table]


def exported(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def move(product, warehouse, qty, *, by, ref_type=RefType.SALE, at=None):
    with transaction.atomic():
        ledger.post(
            Document(
                warehouse=warehouse,
                ref_type=ref_type,
                ref_id=7,
                lines=[Line(product.pk, Decimal(qty))],
                moved_at=at or timezone.now(),
                by=by,
            )
        )


# --- Stock on hand --------------------------------------------------------------------
def test_each_product_has_a_row_for_each_warehouse_that_holds_it(shop, store):
    soap = ProductFactory(name="Soap")
    stock_up(soap, shop, 5)
    stock_up(soap, store, 20)

    page = signed_in("Manager").get("/stocks/").context["page"]

    assert [(row.item.warehouse_code, row.item.qty) for row in page.table] == [("GUDANG", 20), ("TOKO", 5)]
    assert page.count == 2


def test_a_product_that_never_moved_stands_there_with_nothing(shop):
    ProductFactory(name="New")

    response = signed_in("Manager").get("/stocks/")

    row = response.context["page"].table[0].item
    assert (row.name, row.qty, row.warehouse_code, selectors.stock_status(row)) == ("New", 0, None, "NEVER")
    assert "never held" in response.content.decode()


def test_one_warehouse_shows_every_product_and_only_its_own_stock(shop, store):
    soap, salt = ProductFactory(name="Soap"), ProductFactory(name="Salt")
    stock_up(soap, store, 20)
    stock_up(salt, shop, 3)

    page = signed_in("Manager").get("/stocks/?warehouse=TOKO").context["page"]

    assert [(row.item.name, row.item.qty) for row in page.table] == [("Salt", 3), ("Soap", 0)]


def test_status_says_out_low_or_enough(shop):
    for name, qty, minimum in (("Enough", 11, 10), ("Low", 10, 10), ("Free", 1, 0)):
        stock_up(ProductFactory(name=name, min_stock=minimum), shop, qty)
    out = ProductFactory(name="Out", min_stock=10)
    stock_up(out, shop, 1)
    move(out, shop, -1, by=UserFactory())

    page = signed_in("Warehouse").get("/stocks/").context["page"]

    statuses = {row.item.name: selectors.stock_status(row.item) for row in page.table}
    assert statuses == {"Enough": "OK", "Low": "LOW", "Free": "OK", "Out": "OUT"}


def test_low_keeps_what_is_at_or_below_its_minimum_where_it_is_kept(shop, store):
    stock_up(ProductFactory(name="Low", min_stock=10), shop, 10)
    stock_up(ProductFactory(name="Enough", min_stock=10), shop, 11)
    stock_up(ProductFactory(name="No minimum"), shop, 1)
    stock_up(ProductFactory(name="Gone", min_stock=10, is_active=False), shop, 1)
    ProductFactory(name="Never", min_stock=1)
    client = signed_in("Warehouse")

    assert names(client.get("/stocks/?level=low")) == ["Low", "Never"]
    assert names(client.get("/stocks/?level=low&warehouse=TOKO")) == ["Low", "Never"]
    # The other warehouse never held "Low" and "Enough", so it does not lack them.
    assert names(client.get("/stocks/?level=low&warehouse=GUDANG")) == ["Never"]


def test_inactive_products_show_only_while_something_lies_there_or_on_request(shop):
    stock_up(ProductFactory(name="Left over", is_active=False), shop, 1)
    ProductFactory(name="Gone", is_active=False)
    ProductFactory(name="Here")
    client = signed_in("Manager")

    assert names(client.get("/stocks/")) == ["Here", "Left over"]
    assert names(client.get("/stocks/?shown=inactive")) == ["Gone", "Left over"]
    assert names(client.get("/stocks/?shown=active")) == ["Here"]


def test_stock_is_searched_by_sku_barcode_and_name(shop):
    ProductFactory(name="Soap", sku="SK-1", barcode="8991234567890")
    ProductFactory(name="Salt", sku="SK-2")
    client = signed_in("Cashier")

    assert names(client.get("/stocks/?q=sk-2")) == ["Salt"]
    assert names(client.get("/stocks/?q=8991234567890")) == ["Soap"]
    assert names(client.get("/stocks/?q=soa")) == ["Soap"]


def test_stock_is_sorted_by_quantity(shop):
    for name, qty in (("B", 2), ("A", 9), ("C", 5)):
        stock_up(ProductFactory(name=name), shop, qty)

    assert names(signed_in("Manager").get("/stocks/?sort=-qty")) == ["A", "C", "B"]


def test_the_value_of_the_rows_is_their_quantity_at_average_cost(shop, store):
    ShopProfileFactory()
    soap = ProductFactory(name="Soap", cost=1000)
    stock_up(soap, shop, 10, 1000)
    stock_up(soap, shop, 10, 2000)
    stock_up(ProductFactory(name="Salt"), store, "3", 500)
    client = signed_in("Manager")

    whole, part = client.get("/stocks/"), client.get("/stocks/?warehouse=TOKO")

    assert whole.context["page"].value == Decimal("31500.00")
    assert part.context["page"].value == Decimal("30000.00")
    assert "IDR 31,500" in whole.content.decode()


@pytest.mark.parametrize("role", ["Warehouse", "Cashier", "Analyst"])
def test_cost_and_value_are_not_in_the_page_or_export_of_those_who_may_not_see_them(shop, role):
    stock_up(ProductFactory(), shop, 3, 4321)
    client = signed_in(role)

    page = client.get("/stocks/?sort=value")
    rows = exported(client.get("/stocks/?export=csv"))

    assert "4,321" not in page.content.decode()
    assert "12,963" not in page.content.decode()
    assert "Value" not in rows[0]
    assert "Average cost" not in rows[0]


def test_a_cashier_sees_on_hand_only(shop):
    stock_up(ProductFactory(name="Soap", min_stock=10), shop, 3)
    client = signed_in("Cashier")

    header = list(exported(client.get("/stocks/?export=csv"))[0])

    assert header == ["Product", "SKU", "Category", "Warehouse", "On hand", "Unit"]
    # The filter by minimum is not theirs either: it falls away.
    assert "at or below minimum" not in client.get("/stocks/").content.decode()
    assert client.get("/moves/").status_code == 403


def test_the_export_holds_every_row_and_its_last_move(shop):
    for n in range(30):
        stock_up(ProductFactory(name=f"P{n:02}"), shop, n + 1)

    rows = exported(signed_in("Manager").get("/stocks/?export=csv&sort=name"))

    assert [row["Product"] for row in rows] == [f"P{n:02}" for n in range(30)]
    assert rows[4]["On hand"] == "5.000"
    assert rows[4]["Last move"] == selectors.business_today(shop).isoformat()


@pytest.mark.parametrize("count", [1, 3])
def test_the_stock_list_asks_as_often_for_three_rows_as_for_one(shop, count):
    for _n in range(count):
        stock_up(ProductFactory(), shop, 5)
    client = signed_in("Manager")

    with CaptureQueriesContext(connection) as queries:
        client.get("/stocks/")

    assert len(queries) == 12, [query["sql"] for query in queries]


# --- The stock card -----------------------------------------------------------------------
def test_the_card_runs_from_the_balance_before_the_range_to_the_one_after(shop):
    person, soap = UserFactory(role="Warehouse"), ProductFactory(name="Soap", sku="SOAP", uom="pcs")
    today = timezone.now()
    for days, qty in ((9, 100), (5, -30), (3, 20), (1, -5)):
        move(soap, shop, qty, by=person, at=today - timedelta(days=days))
    start = (today - timedelta(days=6)).date()
    end = (today - timedelta(days=2)).date()

    response = signed_in("Analyst").get(f"/moves/?product=SOAP&warehouse=TOKO&day_from={start}&day_to={end}")

    card = response.context["page"].card
    assert (card.opening, card.qty_in, card.qty_out, card.closing) == (100, 20, 30, 90)
    assert [row.item.balance for row in response.context["page"].table] == [90, 70]


def test_the_card_without_a_range_ends_at_what_lies_there_now(shop):
    soap = ProductFactory(sku="SOAP")
    stock_up(soap, shop, 12)
    move(soap, shop, -5, by=UserFactory())

    card = signed_in("Manager").get("/moves/?product=SOAP").context["page"].card

    assert (card.opening, card.qty_in, card.qty_out) == (0, 12, 5)
    assert card.closing == Stock.objects.get().qty == 7


def test_the_balance_is_shown_for_one_product_in_one_warehouse_only(shop, store):
    soap = ProductFactory(sku="SOAP")
    stock_up(soap, shop, 12)
    stock_up(soap, store, 4)
    client = signed_in("Manager")

    keys = {
        url: [column.key for column in client.get(url).context["page"].columns]
        for url in ("/moves/", "/moves/?product=SOAP", "/moves/?product=SOAP&warehouse=TOKO")
    }

    assert ["balance" in found for found in keys.values()] == [False, False, True]


def test_moves_are_filtered_by_source_person_and_words_of_the_name(shop):
    ani, budi = UserFactory(username="ani"), UserFactory(username="budi")
    soap, salt = ProductFactory(name="Hand soap"), ProductFactory(name="Salt")
    stock_up(soap, shop, 12, by=ani)
    stock_up(salt, shop, 12, by=budi)
    move(soap, shop, -1, by=budi)
    client = signed_in("Manager")

    def found(address):
        return [(row.item.product.name, row.item.ref_type) for row in client.get(address).context["page"].table]

    assert found("/moves/?source=SALE") == [("Hand soap", "SALE")]
    assert found(f"/moves/?by={budi.pk}") == [("Hand soap", "SALE"), ("Salt", "ADJUST")]
    assert found("/moves/?product=soap hand") == [("Hand soap", "SALE"), ("Hand soap", "ADJUST")]
    assert found("/moves/?day_from=2999-01-01") == []
    assert found(f"/moves/?product=salt {'a ' * 3_000}") == [("Salt", "ADJUST")]


def test_a_move_leads_to_its_document_and_only_who_may_open_it(shop):
    soap = ProductFactory()
    stock_up(soap, shop, 12)
    move(soap, shop, -1, by=UserFactory())

    manager = signed_in("Manager").get("/moves/").content.decode()
    keeper = signed_in("Warehouse").get("/moves/").content.decode()

    assert reverse("sales:sale_show", args=[7]) in manager
    assert reverse("sales:sale_show", args=[7]) not in keeper
    assert "/adjustments/" in keeper


def test_times_are_those_of_the_warehouse(shop):
    east = WarehouseFactory(code="PAPUA", time_zone="Asia/Jayapura")
    soap = ProductFactory()
    at = timezone.now().replace(year=2026, month=3, day=4, hour=16, minute=30)
    move(soap, east, 1, by=UserFactory(), at=at)

    rows = exported(signed_in("Analyst").get("/moves/?export=csv"))

    assert rows[0]["Time"][:16] == "2026-03-05 01:30"


def test_unit_costs_are_for_those_who_may_see_them(shop):
    stock_up(ProductFactory(), shop, 3, 4321)

    assert "Unit cost" in exported(signed_in("Manager").get("/moves/?export=csv"))[0]
    assert "Unit cost" not in exported(signed_in("Warehouse").get("/moves/?export=csv"))[0]


@pytest.mark.parametrize("count", [1, 3])
def test_the_move_list_asks_as_often_for_three_rows_as_for_one(shop, count):
    soap = ProductFactory(sku="SOAP")
    person = UserFactory(role="Manager")
    for _n in range(count):
        stock_up(soap, shop, 5, by=person)
    client = signed_in("Manager")

    with CaptureQueriesContext(connection) as queries:
        client.get("/moves/")

    assert len(queries) == 9, [query["sql"] for query in queries]


# --- The warehouse a person works in ------------------------------------------------------
def test_the_chosen_warehouse_stays_chosen(shop, store):
    client = signed_in("Cashier")

    before = client.get("/stocks/").context["warehouse"].code
    answer = client.post("/warehouse/", {"warehouse": shop.pk, "next": "/stocks/?q=a"})
    after = client.get("/stocks/").context["warehouse"].code

    assert (before, after) == ("GUDANG", "TOKO")
    assert answer.headers["Location"] == "/stocks/?q=a"


def test_a_closed_or_unknown_warehouse_cannot_be_chosen(shop):
    closed = WarehouseFactory(is_active=False)
    client = signed_in("Cashier")

    assert client.post("/warehouse/", {"warehouse": closed.pk}).status_code == 404
    assert client.post("/warehouse/", {"warehouse": "x"}).status_code == 404
    assert "warehouse" not in client.session


def test_the_choice_never_leads_to_another_host(shop):
    answer = signed_in("Cashier").post("/warehouse/", {"warehouse": shop.pk, "next": "https://evil.example/"})

    assert answer.headers["Location"] == "/"


def test_a_stranger_is_asked_to_sign_in():
    for address in ("/stocks/", "/moves/", "/adjustments/", "/adjustments/new/"):
        assert Client().get(address).headers["Location"].startswith("/sign-in/"), address
