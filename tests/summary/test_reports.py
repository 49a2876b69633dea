"""Reports: figures against the ledger, totals against their rows, doors, and files that hold the same."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from random import Random

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventori.posting import new_key
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType, Stock
from inventory.past import averages_on, stock_on
from inventory.selectors import business_today
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db

REPORTS = ["purchases", "receipts", "stock-on", "valuation"]


def signed_in(role: str = "Manager") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def move(product, warehouse, qty, *, days_ago=0, cost=None):
    """Move units, a number of days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    with transaction.atomic():
        ledger.post(
            Document(
                warehouse=warehouse,
                ref_type=RefType.GRN if qty > 0 else RefType.SALE,
                ref_id=7,
                lines=[Line(product.pk, Decimal(qty), Decimal(cost) if cost else None)],
                moved_at=at,
                by=UserFactory(role="Manager"),
            )
        )


def receive(product, warehouse, supplier, qty, cost, *, by):
    order = order_create(
        supplier=supplier,
        warehouse=warehouse,
        lines=[OrderLine(product=product, qty=Decimal(qty), price=Decimal(cost))],
        by=by,
    )
    order_send(order=order, by=by)
    lines = [ReceiptLine(qty=Decimal(qty), po_item=order.items.get())]
    return receipt_post(supplier=supplier, warehouse=warehouse, order=order, lines=lines, key=new_key(), by=by)


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO", name="Toko")


@pytest.fixture
def history(shop):
    """Soap: 10 at 1,000 ten days ago, 10 at 2,000 five days ago, 4 sold three days ago; salt: 3 at 500 today."""
    soap, salt = ProductFactory(sku="SOAP", name="Soap"), ProductFactory(sku="SALT", name="Salt")
    move(soap, shop, 10, days_ago=10, cost=1_000)
    move(soap, shop, 10, days_ago=5, cost=2_000)
    move(soap, shop, -4, days_ago=3)
    move(salt, shop, 3, cost=500)
    return soap, salt


def total_of(sheet, key):
    at = [column.key for column in sheet.columns].index(key)
    return sheet.total_values[at]


# --- Stock on a day, and its value --------------------------------------------------------
def test_stock_on_today_is_the_stock_of_today_and_so_is_its_average_cost(shop, history):
    store, today = WarehouseFactory(code="GUDANG"), business_today(shop)
    stock_up(history[0], store, 2, 900)

    stocks = Stock.objects.values_list("product_id", "warehouse_id", "qty", "average_cost")

    assert stock_on(today) == {(product, place): qty for product, place, qty, _cost in stocks}
    assert averages_on(today) == {(product, place): cost for product, place, _qty, cost in stocks}


@pytest.mark.parametrize(
    ("days_ago", "qty", "value"), [(11, 0, 0), (10, 10, 10_000), (5, 20, 30_000), (3, 16, 24_000), (1, 16, 24_000)]
)
def test_stock_on_a_past_day_is_what_lay_there_at_the_average_cost_of_that_day(shop, history, days_ago, qty, value):
    day = business_today(shop) - timedelta(days=days_ago)

    sheet = signed_in().get(f"/reports/valuation/?day={day}").context["sheet"]

    assert (total_of(sheet, "qty"), total_of(sheet, "value")) == (qty, value)


def test_the_value_of_today_equals_the_stock_list(shop, history):
    client = signed_in()

    sheet = client.get("/reports/valuation/").context["sheet"]
    page = client.get("/stocks/").context["page"]

    assert total_of(sheet, "value") == page.value == 25_500


def test_a_warehouse_and_a_product_narrow_the_stock_down(shop, history):
    stock_up(history[0], WarehouseFactory(code="GUDANG"), 2)

    sheet = signed_in().get("/reports/stock-on/?warehouse=TOKO&product=SOAP").context["sheet"]

    assert [(row["sku"], row["code"], row["qty"]) for row in sheet.rows] == [("SOAP", "TOKO", 16)]


# --- The stock card --------------------------------------------------------------------------
def test_the_stock_card_runs_from_the_balance_before_to_the_balance_after(shop, history):
    day = business_today(shop) - timedelta(days=5)

    sheet = signed_in().get(f"/reports/stock-card/?product=SOAP&day_from={day}").context["sheet"]

    assert [(row.get("qty_in"), row.get("qty_out"), row["balance"]) for row in sheet.rows] == [
        (None, None, 10),
        (10, None, 20),
        (None, 4, 16),
    ]
    assert (total_of(sheet, "qty_in"), total_of(sheet, "qty_out")) == (10, 4)


def test_the_stock_card_asks_for_a_product_first(shop):
    response = signed_in().get("/reports/stock-card/")

    assert response.status_code == 200
    assert "Choose the product whose card you want." in response.content.decode()


def test_a_span_that_ends_before_it_starts_is_refused_with_a_sentence(shop):
    response = signed_in().get("/reports/purchases/?day_from=2026-02-02&day_to=2026-02-01")

    assert response.status_code == 400
    assert "The last day lies before the first one." in response.content.decode()


# --- Purchases and goods received ---------------------------------------------------------------
def test_goods_received_name_day_order_product_supplier_and_who(shop):
    by, supplier = UserFactory(role="Manager", first_name="Rina"), SupplierFactory(code="KIM", name="Kimia")
    soap = ProductFactory(sku="SOAP", name="Soap")
    receipt = receive(soap, shop, supplier, 12, 800, by=by)
    receive(ProductFactory(), shop, SupplierFactory(), 5, 100, by=by)

    whole = signed_in().get("/reports/receipts/").context["sheet"]
    one = signed_in().get("/reports/receipts/?supplier=KIM").context["sheet"]

    assert (total_of(whole, "qty"), total_of(whole, "value")) == (17, 10_100)
    row = dict(zip(one.header, one.plain_rows[0], strict=True))
    assert (row["Receipt"], row["Order"]) == (receipt.grn_number, receipt.purchase_order.po_number)
    assert row["Received"] == row["Ordered"] == business_today(shop)
    assert (row["SKU"], row["Supplier"], row["Quantity"], row["Unit cost"]) == ("SOAP", "Kimia", 12, 800)
    assert row["Who"] == str(by)


def test_purchases_of_a_span_add_up_and_leave_drafts_out(shop):
    by, supplier = UserFactory(role="Manager"), SupplierFactory()
    receive(ProductFactory(), shop, supplier, 10, 700, by=by)
    line = OrderLine(product=ProductFactory(), qty=Decimal(1), price=Decimal(99))
    order_create(supplier=supplier, warehouse=shop, lines=[line], by=by)

    usual = signed_in().get("/reports/purchases/").context["sheet"]
    drafts = signed_in().get("/reports/purchases/?status=DRAFT").context["sheet"]
    before = signed_in().get("/reports/purchases/?day_from=2026-01-01&day_to=2026-01-31").context["sheet"]

    assert [total_of(sheet, "total_amount") for sheet in (usual, drafts, before)] == [7_000, 99, 0]


# --- Doors ------------------------------------------------------------------------------------------
def test_costs_are_not_shown_without_the_right(shop, history):
    client = signed_in("Warehouse")

    assert client.get("/reports/valuation/").status_code == 403
    keys = [column.key for column in client.get("/reports/receipts/").context["sheet"].columns]
    assert not {"unit_cost", "value"} & set(keys)
    assert "unit_cost" not in client.get("/reports/stock-card/?product=SOAP&export=csv").getvalue().decode()
    assert "valuation" not in client.get("/reports/").content.decode()


# --- Files --------------------------------------------------------------------------------------------
def test_excel_holds_real_numbers_and_days_a_frozen_head_and_the_totals(shop):
    by = UserFactory(role="Manager")
    receive(ProductFactory(name="=cmd|' /C calc'!A0"), shop, SupplierFactory(name="@evil"), 12, 800, by=by)

    response = signed_in().get("/reports/receipts/?export=xlsx")

    sheet = openpyxl.load_workbook(BytesIO(response.getvalue())).active
    head, row, totals = ([cell.value for cell in line] for line in sheet.iter_rows())
    found = dict(zip(head, row, strict=True))
    assert sheet.freeze_panes == "A2"
    assert (found["Quantity"], found["Value"], found["Received"].date()) == (12, 9_600, business_today(shop))
    assert (found["Product"], found["Supplier"]) == ("'=cmd|' /C calc'!A0", "'@evil")
    assert (totals[0], totals[head.index("Quantity")], totals[head.index("Value")]) == ("Total", 12, 9_600)
    assert sheet.auto_filter.ref.endswith("2")


def test_csv_holds_the_same_rows_and_the_same_totals(shop, history):
    response = signed_in().get("/reports/valuation/?export=csv")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["Product"], row["Quantity"], row["Value"]) for row in rows] == [
        ("Salt", "3.000", "1500"),
        ("Soap", "16.000", "24000"),
        ("Total", "19.000", "25500"),
    ]


def test_the_pdf_repeats_its_head_and_counts_its_pages(shop):
    from pypdf import PdfReader

    for number in range(90):
        stock_up(ProductFactory(name=f"Product {number:03}"), shop, 1, 100)

    response = signed_in().get("/reports/valuation/?export=pdf")

    pages = [page.extract_text() for page in PdfReader(BytesIO(response.content)).pages]
    assert response["Content-Type"] == "application/pdf"
    assert len(pages) > 1
    assert all("Average cost" in page for page in pages)
    assert [f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, start=1)] == [True] * len(pages)
    assert "9,000" in pages[-1]


def test_what_is_too_long_for_paper_is_refused_with_a_sentence(shop, history, monkeypatch):
    monkeypatch.setattr("summary.reports.pdf.MOST_ROWS", 1)

    response = signed_in().get("/reports/valuation/?export=pdf")

    assert response.status_code == 409
    assert "This is too long for paper" in response.content.decode()


def test_a_long_report_shows_its_first_rows_and_the_sum_of_all(shop, monkeypatch):
    monkeypatch.setattr("summary.reports.report.SHOWN_ROWS", 2)
    for _n in range(3):
        stock_up(ProductFactory(), shop, 5)

    response = signed_in().get("/reports/stock-on/")

    sheet = response.context["sheet"]
    assert (len(sheet.shown), sheet.count, total_of(sheet, "qty")) == (2, 3, 15)
    assert "The first 2 of 3 rows." in response.content.decode()


# --- Questions to the database ---------------------------------------------------------------------------
QUERIES = {"purchases": 13, "receipts": 11, "stock-on": 12, "valuation": 14}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_asks_as_often_for_three_rows_as_for_one(shop, name, count):
    by = UserFactory(role="Manager")
    for _n in range(count):
        receive(ProductFactory(), shop, SupplierFactory(), 5, 100, by=by)
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/reports/{name}/")

    assert response.context["sheet"].count == count
    assert len(queries) == QUERIES[name], [query["sql"] for query in queries]


# --- Against chance -------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(5))
def test_average_cost_walked_again_is_the_ledgers_after_any_history(seed):
    chance, by = Random(seed), UserFactory(role="Manager")
    places = [WarehouseFactory(allow_negative=True), WarehouseFactory()]
    products = [ProductFactory(sold_by_measure=True) for _n in range(3)]
    for _n in range(120):
        product, place = chance.choice(products), chance.choice(places)
        qty = Decimal(chance.randint(-9_000, 12_000)) / 1000 or Decimal(1)
        on_hand = Stock.objects.filter(product=product, warehouse=place).values_list("qty", flat=True).first() or 0
        if qty < 0 and not place.allow_negative and on_hand + qty < 0:
            continue
        cost = Decimal(chance.randint(0, 900_000)) / 100 if qty > 0 else None
        with transaction.atomic():
            line = Line(product.pk, qty, cost)
            now = timezone.now()
            ledger.post(Document(warehouse=place, ref_type=RefType.ADJUST, ref_id=1, lines=[line], moved_at=now, by=by))

    today = max(business_today(place) for place in places)
    stocks = Stock.objects.values_list("product_id", "warehouse_id", "qty", "average_cost")
    stored = {(product, place): (qty, cost) for product, place, qty, cost in stocks}

    averages = averages_on(today)
    assert {key: round(qty, 3) for key, qty in stock_on(today).items()} == {
        key: qty for key, (qty, _c) in stored.items()
    }
    assert {key: averages.get(key, Decimal(0)) for key in stored} == {key: cost for key, (_q, cost) in stored.items()}
