"""Batches on the stock pages: how a product begins to track them, what lies where, and cards of one batch."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, StockMove
from inventory.selectors import business_today
from inventory.services import adjustment_post
from master.importing.plan import Options
from master.models import Product
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO", name="Toko")


def signed_in(role: str = "Manager") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def put(product, warehouse, number, days, qty, cost=1_000):
    """Bring in units of a batch that expires so many days from today."""
    day = business_today(warehouse) + timedelta(days=days)
    batch = batch_ensure(product=product, number=number, expires_on=day)
    lines = [Line(product.pk, Decimal(qty), Decimal(cost), batch_id=batch.pk)]
    by = UserFactory(role="Manager")
    adjustment_post(warehouse=warehouse, reason=AdjustReason.FOUND, lines=lines, key=new_key(), by=by)
    return batch


def split(warehouse, *rows, **more):
    """What the page posts: (number, expiry, quantity) for each batch of one warehouse."""
    data = {f"w{warehouse.pk}-TOTAL_FORMS": len(rows), f"w{warehouse.pk}-INITIAL_FORMS": 0, "key": new_key(), **more}
    for at, row in enumerate(rows):
        for name, value in zip(("number", "expires_on", "qty"), row, strict=True):
            data[f"w{warehouse.pk}-{at}-{name}"] = value
    return data


# --- To begin and to stop --------------------------------------------------------------
def test_a_new_product_may_track_batches_and_a_known_one_is_switched_on_its_own_page(shop):
    client, category = signed_in(), CategoryFactory()
    data = {"name": "Amoxicillin", "sku": "AMX", "category": category.pk, "uom": "strip", "price": "9000", "cost": "1"}
    data |= {"min_stock": "0", "order_multiple": "1", "shelf": "A-03"}
    client.post("/products/new/", data | {"tracks_batches": "on"})
    product = Product.objects.get(sku="AMX")
    assert (product.tracks_batches, product.shelf) == (True, "A-03")

    client.post(f"/products/{product.pk}/change/", data | {"name": "Amoxicillin 500"})

    product.refresh_from_db()
    assert (product.name, product.tracks_batches) == ("Amoxicillin 500", True)
    page = client.get(f"/products/{product.pk}/")
    assert f'href="/stocks/{product.pk}/batches/"' in page.content.decode()


def test_what_lies_there_is_split_into_batches_when_a_product_begins_to_track_them(shop):
    client, product = signed_in("Warehouse"), ProductFactory()
    stock_up(product, shop, 10, 700)

    page = client.get(f"/stocks/{product.pk}/batches/start/")
    rows = [("a1", "31-12-2027", "6"), ("B2", "02-2028", "4")]
    response = client.post(f"/stocks/{product.pk}/batches/start/", split(shop, *rows))

    assert "10 pcs lie here" in page.content.decode()
    assert response.url == f"/stocks/{product.pk}/batches/"
    product.refresh_from_db()
    assert product.tracks_batches
    held = BatchStock.objects.order_by("pk").values_list("batch__number", "batch__expires_on", "qty")
    assert [(number, str(day), qty) for number, day, qty in held] == [("A1", "2027-12-31", 6), ("B2", "2028-02-29", 4)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("A1", "31-12-2027", "6")], "Toko holds 10 of Soap, and the batches come to 6."),
        ([("", "31-12-2027", "10")], "This field is required."),
        ([("A1", "soon", "10")], "“soon” is no day."),
        ([("A1", "", "-10")], "Enter a quantity above zero."),
        ([("A1", "", "9.5"), ("B", "", "0.5")], "enter a whole number"),
        ([], "Toko holds 10 of Soap, and the batches come to 0."),
    ],
)
def test_a_split_that_cannot_be_right_is_refused_and_changes_nothing(shop, rows, sentence):
    client, product = signed_in(), ProductFactory(name="Soap")
    stock_up(product, shop, 10)

    response = client.post(f"/stocks/{product.pk}/batches/start/", split(shop, *rows))

    assert response.status_code == 400
    assert sentence in response.content.decode()
    product.refresh_from_db()
    assert (product.tracks_batches, BatchStock.objects.count(), StockMove.objects.count()) == (False, 0, 1)


def test_more_rows_are_added_without_losing_what_was_typed(shop):
    client, product = signed_in(), ProductFactory()
    stock_up(product, shop, 10)

    page = client.post(
        f"/stocks/{product.pk}/batches/start/", split(shop, ("A1", "", "3"), more=f"w{shop.pk}")
    ).content.decode()

    assert 'value="A1"' in page
    assert f"w{shop.pk}-5-number" in page
    assert not BatchStock.objects.exists()


def test_tracking_stops_only_when_nothing_is_left(shop):
    client, product = signed_in(), ProductFactory(name="Syrup", tracks_batches=True)
    put(product, shop, "A", 10, 5)

    refused = client.post(f"/stocks/{product.pk}/batches/stop/", follow=True)

    assert "can be switched off only when none of it is in stock" in refused.content.decode()
    product.refresh_from_db()
    assert product.tracks_batches
    lines = [Line(product.pk, Decimal(-5))]
    by = UserFactory(role="Manager")
    adjustment_post(warehouse=shop, reason=AdjustReason.LOST, lines=lines, key=new_key(), by=by)
    client.post(f"/stocks/{product.pk}/batches/stop/")
    product.refresh_from_db()
    assert not product.tracks_batches


def test_an_import_gives_shelf_and_batches_to_new_products_and_switches_no_known_one(shop):
    from inventori.numbers import NOTATIONS
    from master.importing.products import ProductImporter
    from master.importing.reading import Table

    CategoryFactory(code="OBAT")
    ProductFactory(sku="OLD", name="Old")
    heading = ["sku", "name", "category", "price", "tracks_batches", "shelf"]
    rows = [(2, ["NEW", "New", "OBAT", 1, "yes", "B-01"]), (3, ["OLD", "Old", "OBAT", 1, "yes", ""])]
    table = Table(heading=heading, rows=rows, heading_row=1)
    options = Options(by=UserFactory(role="Manager"), notation=NOTATIONS["en"])

    plan = ProductImporter().plan(table, options)

    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, "tracks_batches")]
    assert plan.changes[0].values["tracks_batches"] == (None, True)
    assert plan.changes[0].values["shelf"] == (None, "B-01")


# --- What lies where ---------------------------------------------------------------------
def test_the_batches_of_a_product_stand_with_days_left_and_value(shop):
    product = ProductFactory(tracks_batches=True)
    put(product, shop, "OLD", -1, 2, cost=1_000)
    put(product, shop, "NEW", 200, 3, cost=1_000)

    table = signed_in().get(f"/stocks/{product.pk}/batches/").context["page"].table

    shown = [[cell.html for cell in row.cells] for row in table]
    assert [(row[3], row[5], row[6]) for row in shown] == [("−1", "2", "2,000"), ("200", "3", "3,000")]
    assert ["expired" in row[4] for row in shown] == [True, False]


def test_the_value_of_a_batch_is_not_shown_without_the_right(shop):
    product = ProductFactory(tracks_batches=True)
    put(product, shop, "A", 10, 2)

    page = signed_in("Warehouse").get(f"/stocks/{product.pk}/batches/").context["page"]

    assert "value" not in [column.key for column in page.columns]


def test_what_is_available_stands_beside_what_lies_there_where_they_differ(shop):
    client = signed_in()
    product = ProductFactory(name="Aspirin", tracks_batches=True)
    put(product, shop, "GOOD", 0, 5)
    assert "available" not in [column.key for column in client.get("/stocks/").context["page"].columns]
    put(product, shop, "OLD", -1, 2)
    stock_up(ProductFactory(name="Bandage"), shop, 4)

    page = client.get("/stocks/").context["page"]

    at = [column.key for column in page.columns].index("available")
    assert [(row.name, row.cells[at - 1].html, row.cells[at].html) for row in page.table] == [
        ("Aspirin", "7", "5"),
        ("Bandage", "4", ""),
    ]


def test_a_stock_card_shows_batches_and_can_be_narrowed_to_one(shop):
    client, product = signed_in(), ProductFactory(sku="ASP", tracks_batches=True)
    put(product, shop, "A", 10, 5)
    put(product, shop, "B", 20, 2)

    whole = client.get("/moves/?product=ASP&warehouse=TOKO").context["page"]
    one = client.get("/moves/?product=ASP&warehouse=TOKO&batch=b").context["page"]

    assert [row.item.batch.number for row in whole.table] == ["B", "A"]
    assert (whole.card.closing, one.card.closing) == (7, 2)
    assert [row.item.batch.number for row in one.table] == ["B"]
    assert "balance" in [column.key for column in whole.columns]
    assert "balance" not in [column.key for column in one.columns]


@pytest.mark.parametrize("batches", [1, 3])
def test_the_list_of_batches_asks_the_same_few_questions_for_one_row_and_for_three(shop, batches):
    client, product = signed_in(), ProductFactory(tracks_batches=True)
    for number in range(batches):
        put(product, shop, f"B{number}", 10, 2)
    client.get(f"/stocks/{product.pk}/batches/")

    with CaptureQueriesContext(connection) as queries:
        client.get(f"/stocks/{product.pk}/batches/")

    assert len(queries) == 10, [query["sql"] for query in queries]
