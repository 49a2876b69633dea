"""The dashboard: every figure equals the rows it leads to, and each role sees its own part only."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.selectors import business_today
from purchases.services import OrderLine, order_create, order_send
from sales.services.past import PastLine, PastReturn, PastSale, past_documents_post
from summary.chart import bar_chart
from summary.periods import Span, named_span, same_days_before
from summary.tiles import Board
from tests.factories import (
    ProductFactory,
    ShopProfileFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
    stock_up,
)

pytestmark = pytest.mark.django_db
TILES = [
    *("Sales today", "Sales this week", "Sales this month", "Stock value"),
    *("Low stock", "To reorder", "Open orders", "Late orders"),
]


def signed_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


@pytest.fixture
def shop():
    ShopProfileFactory()
    return WarehouseFactory(code="TOKO", name="Toko")


class History:
    """Sells and takes back, days ago, through the service that imports use."""

    def __init__(self, warehouse):
        self.warehouse, self.by, self.n = warehouse, UserFactory(role="Manager"), 0
        self.today = business_today(warehouse)

    def _document(self, kind, product, qty, price, days_ago):
        self.n += 1
        name = f"{self.warehouse.code}-{self.n}"
        at = timezone.now() - timedelta(days=days_ago)
        line = PastLine(product.pk, Decimal(qty), Decimal(price))
        past_documents_post(
            warehouse=self.warehouse, documents=[kind(key=name, number=name, at=at, lines=[line], by=self.by)]
        )

    def sell(self, product, qty=1, price=1000, days_ago=0):
        self._document(PastSale, product, qty, price, days_ago)

    def take_back(self, product, qty=1, price=1000, days_ago=0):
        self._document(PastReturn, product, qty, price, days_ago)


@pytest.fixture
def soap(shop):
    soap = ProductFactory(sku="SOAP", name="Soap")
    stock_up(soap, shop, 1000, 500)
    return soap


def tiles_of(client, address="/summary/") -> dict:
    return {str(tile.label): tile for tile in client.get(address).context["tiles"]}


# --- Figures and the rows behind them --------------------------------------------------------
def test_each_sales_figure_equals_the_list_it_leads_to(shop, soap):
    other = WarehouseFactory(code="GUDANG")
    stock_up(soap, other, 1000)
    here, there = History(shop), History(other)
    for days_ago in (0, 0, 1, 2, 5, 7, 12, 20, 33, 40):
        here.sell(soap, 2, 1500, days_ago)
        there.sell(soap, 1, 700, days_ago)
    client = signed_in("Manager")

    for address in ("/summary/", "/summary/?warehouse=TOKO", "/summary/?warehouse=GUDANG"):
        shown = tiles_of(client, address)
        for label in TILES[:3]:
            listed = client.get(shown[label].href).context["page"].totals["amount"]
            assert shown[label].amount == listed, (address, label)
    assert tiles_of(client)["Sales today"].figure == "7,400"
    assert tiles_of(client, "/summary/?warehouse=TOKO")["Sales today"].figure == "6,000"


def test_stock_value_low_stock_and_open_orders_equal_their_lists(shop, soap):
    low = ProductFactory(name="Salt", min_stock=5, cost=Decimal(100))
    stock_up(low, shop, 3)
    ProductFactory(name="Never", min_stock=5)
    order_create(
        supplier=SupplierFactory(), warehouse=shop, lines=[OrderLine(soap, Decimal(1), Decimal(5))], by=UserFactory()
    )
    client = signed_in("Manager")

    shown = tiles_of(client, "/summary/?warehouse=TOKO")

    assert shown["Stock value"].amount == client.get(shown["Stock value"].href).context["page"].value == 500_300
    assert shown["Low stock"].figure == "2"
    assert client.get(shown["Low stock"].href).context["page"].count == 2
    assert shown["Open orders"].figure == "1"
    assert client.get(shown["Open orders"].href).context["page"].count == 1


def test_the_low_list_names_what_is_short(shop):
    for name, qty in (("Salt", 3), ("Tea", 1)):
        stock_up(ProductFactory(name=name, min_stock=5), shop, qty)

    response = signed_in("Warehouse").get("/summary/")

    assert [(row.name, row.qty) for row in response.context["low"]] == [("Tea", 1), ("Salt", 3)]


def test_late_orders_are_told(shop, soap):
    supplier, by = SupplierFactory(lead_time_days=2), UserFactory()
    lines = [OrderLine(soap, Decimal(1), Decimal(5))]
    order = order_create(supplier=supplier, warehouse=shop, lines=lines, by=by, at=timezone.now() - timedelta(days=5))
    order_send(order=order, by=by)
    order_send(order=order_create(supplier=supplier, warehouse=shop, lines=lines, by=by), by=by)

    tile = tiles_of(signed_in("Warehouse"))["Open orders"]

    assert (tile.figure, tile.change, tile.change_tone) == ("2", "1 is late", "bad")


def test_late_orders_equal_the_list_they_lead_to(shop, soap):
    other, by = WarehouseFactory(code="GUDANG"), UserFactory()
    supplier, lines = SupplierFactory(lead_time_days=2), [OrderLine(soap, Decimal(1), Decimal(5))]
    today = business_today(shop)
    for warehouse, day, is_sent in [
        (shop, today - timedelta(days=1), True),
        (other, today - timedelta(days=9), True),
        (shop, today, True),
        (shop, today - timedelta(days=1), False),
    ]:
        order = order_create(supplier=supplier, warehouse=warehouse, lines=lines, by=by, expected_at=day)
        if is_sent:
            order_send(order=order, by=by)
    client = signed_in("Warehouse")

    everywhere, here = tiles_of(client)["Late orders"], tiles_of(client, "/summary/?warehouse=TOKO")["Late orders"]

    assert (everywhere.figure, everywhere.tone, here.figure) == ("2", "bad", "1")
    assert client.get(everywhere.href).context["page"].count == 2
    assert client.get(here.href).context["page"].count == 1


def test_cancelled_sales_do_not_count_and_returns_are_told(shop, soap):
    from sales.models import Sale
    from sales.services.cancel import sale_cancel

    history = History(shop)
    history.sell(soap, 1, 1000)
    history.sell(soap, 1, 9000)
    sale_cancel(sale_id=Sale.objects.latest("pk").pk, reason="test", by=history.by)
    history.take_back(soap, 1, 400)

    tile = tiles_of(signed_in("Manager"))["Sales today"]

    assert tile.figure == "1,000"
    assert "1 sale · returns −400" in tile.note


def test_a_tile_says_its_days_its_warehouse_and_what_it_is_compared_with(shop, soap):
    history = History(shop)
    history.sell(soap, 3, 1000)
    history.sell(soap, 2, 1000, days_ago=7)
    a_week_ago = f"{history.today - timedelta(days=7):%d-%m-%Y}"

    tile = tiles_of(signed_in("Manager"), "/summary/?warehouse=toko")["Sales today"]

    assert tile.note == f"1 sale · {history.today:%d-%m-%Y} · Toko"
    assert tile.change == f"50.0\u00a0% more than on all of {a_week_ago}"
    assert tile.change_tone == "good"


def test_the_chart_draws_fourteen_days_with_their_amounts(shop, soap):
    history = History(shop)
    history.sell(soap, 4, 1000)
    history.sell(soap, 1, 1000, days_ago=13)
    history.sell(soap, 9, 1000, days_ago=14)

    chart = signed_in("Analyst").get("/summary/").context["chart"]

    assert [bar.amount for bar in chart.bars] == [1000] + [0] * 12 + [4000]
    assert (chart.bars[0].height, chart.bars[13].height, chart.total) == ("25.0", "100.0", 5000)


def test_the_day_is_the_business_day_of_the_warehouse(shop, monkeypatch):
    WarehouseFactory(code="PAPUA", name="Papua", time_zone="Asia/Jayapura")
    client = signed_in("Manager")
    # 23:30 in Jakarta is 01:30 of the next day in Jayapura.
    late = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
    monkeypatch.setattr("inventory.selectors.timezone.now", lambda: late)

    west = client.get("/summary/?warehouse=TOKO").context["board"].today
    east = client.get("/summary/?warehouse=PAPUA").context["board"].today

    assert (west, east) == (date(2026, 3, 4), date(2026, 3, 5))


# --- Who sees what ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("Admin", TILES),
        ("Manager", TILES),
        ("Analyst", [label for label in TILES if label != "Stock value"]),
        ("Warehouse", ["Low stock", "To reorder", "Open orders", "Late orders"]),
    ],
)
def test_a_role_sees_its_tiles_only(shop, soap, role, labels):
    History(shop).sell(soap, 1, 54_321)
    client = signed_in(role)

    page = client.get("/summary/")

    assert [str(tile.label) for tile in page.context["tiles"]] == labels
    assert ("54,321" in page.content.decode()) == ("Sales today" in labels)
    assert ("Best sellers" in page.content.decode()) == ("Sales today" in labels)


def test_a_cashier_has_no_dashboard_and_no_data(shop):
    client = signed_in("Cashier")

    assert client.get("/summary/").status_code == 403
    assert client.get("/summary/api/top-products/").status_code == 403
    assert signed_in("Warehouse").get("/summary/api/top-products/").status_code == 403


# --- When something is missing or breaks -----------------------------------------------------
def test_an_empty_shop_says_what_to_do_first():
    response = signed_in("Admin").get("/summary/")

    page = response.content.decode()
    assert response.status_code == 200
    assert "First steps" in page
    assert "/adjustments/new/?reason=OPENING" in page


def test_a_shop_that_sells_is_past_its_first_steps(shop, soap):
    History(shop).sell(soap)

    assert "First steps" not in signed_in("Admin").get("/summary/").content.decode()


def test_a_part_that_fails_shows_so_alone(shop, soap, monkeypatch, caplog):
    History(shop).sell(soap, 1, 1000)

    def broken(self, label):
        raise DatabaseError("gone")

    monkeypatch.setattr(Board, "stock_value_tile", broken)

    shown = tiles_of(signed_in("Manager"))

    assert [label for label, tile in shown.items() if tile.failed] == ["Stock value"]
    assert shown["Sales today"].figure == "1,000"
    assert "a part of the dashboard failed" in caplog.text


def test_a_period_that_cannot_be_read_falls_back_and_says_why(shop):
    response = signed_in("Manager").get("/summary/?period=custom&from=x&to=2026-01-01")

    assert response.context["asked"].error == "“from” must be a day such as 2026-11-21."
    assert response.status_code == 200


def test_chosen_days_open_with_this_month(shop):
    response = signed_in("Manager").get("/summary/?period=custom")

    today = business_today(shop)
    assert response.context["span"] == Span(today.replace(day=1), today)
    assert response.context["asked"].error == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_dashboard_asks_as_often_for_three_products_as_for_one(shop, count):
    history = History(shop)
    for _n in range(count):
        product = ProductFactory(min_stock=50)
        stock_up(product, shop, 10)
        history.sell(product)
    client = signed_in("Manager")

    with CaptureQueriesContext(connection) as queries:
        client.get("/summary/")

    assert len(queries) == 22, [query["sql"] for query in queries]


# --- Data -----------------------------------------------------------------------------------
def test_top_products_answers_in_its_exact_shape(shop, soap):
    history, salt = History(shop), ProductFactory(sku="SALT", name="Salt")
    stock_up(salt, shop, 100)
    history.sell(soap, 120, 60_000)
    history.sell(salt, 2, 500)
    history.take_back(soap, 20, 60_000)

    answer = signed_in("Analyst").get("/summary/api/top-products/?period=today")

    assert json.loads(answer.content) == [
        {"product__sku": "SOAP", "product__name": "Soap", "qty": 100, "revenue": 6_000_000},
        {"product__sku": "SALT", "product__name": "Salt", "qty": 2, "revenue": 1_000},
    ]


def test_top_products_keeps_to_its_period_warehouse_and_limit(shop, soap):
    other, salt = WarehouseFactory(code="GUDANG"), ProductFactory(sku="SALT")
    stock_up(salt, shop, 100)
    stock_up(soap, other, 100)
    here, there = History(shop), History(other)
    here.sell(salt, 1, 500)
    here.sell(soap, 1, 900, days_ago=400)
    there.sell(soap, 1, 700)
    client = signed_in("Manager")

    def skus(asked):
        return [row["product__sku"] for row in client.get(f"/summary/api/top-products/?{asked}").json()]

    long_ago = here.today - timedelta(days=400)
    assert skus("period=today") == ["SOAP", "SALT"]
    assert skus("period=today&warehouse=TOKO") == ["SALT"]
    assert skus("period=today&limit=1") == ["SOAP"]
    assert skus(f"period=custom&from={long_ago}&to={long_ago}") == ["SOAP"]
    assert skus(f"period=custom&from={long_ago}&to={long_ago}&warehouse=GUDANG") == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("period=decade", "“decade” is no period: choose today, week, month, year or custom."),
        ("period=custom", "“from” must be a day such as 2026-11-21."),
        ("period=custom&from=2026-01-02&to=2026-01-01", "The last day lies before the first one."),
        ("limit=0", "“limit” must be a number from 1 to 100."),
        ("limit=many", "“limit” must be a number from 1 to 100."),
        ("warehouse=NOWHERE", "There is no warehouse “NOWHERE”."),
    ],
)
def test_top_products_refuses_what_it_cannot_read_with_a_sentence(shop, asked, sentence):
    answer = signed_in("Manager").get(f"/summary/api/top-products/?{asked}")

    assert (answer.status_code, answer.json()) == (400, {"error": sentence})


# --- Days -----------------------------------------------------------------------------------
def test_periods_run_from_their_first_day_to_today():
    saturday = date(2026, 11, 21)

    assert named_span("week", saturday) == Span(date(2026, 11, 16), saturday)
    assert named_span("month", saturday) == Span(date(2026, 11, 1), saturday)
    assert named_span("year", saturday) == Span(date(2026, 1, 1), saturday)


def test_the_days_before_are_the_same_days():
    assert same_days_before("today", date(2026, 11, 21)) == Span(date(2026, 11, 14), date(2026, 11, 14))
    assert same_days_before("week", date(2026, 11, 18)) == Span(date(2026, 11, 9), date(2026, 11, 11))
    assert same_days_before("month", date(2026, 3, 31)) == Span(date(2026, 2, 1), date(2026, 2, 28))
    assert same_days_before("month", date(2026, 1, 5)) == Span(date(2025, 12, 1), date(2025, 12, 5))


def test_a_chart_of_nothing_is_flat():
    chart = bar_chart([date(2026, 11, 20), date(2026, 11, 21)], {})

    assert [bar.height for bar in chart.bars] == ["0", "0"]
    assert chart.view_box == "0 0 20 100"
