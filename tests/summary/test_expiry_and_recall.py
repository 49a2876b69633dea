"""What expires, and where a batch went."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, StockMove
from inventory.selectors import business_today
from inventory.services import adjustment_post
from purchases.services import ReceiptLine, receipt_post
from sales.services import ReturnLine, Tender, basket_add, basket_set_customer, sale_cancel, sale_pay, sale_return
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
)

pytestmark = pytest.mark.django_db


def signed_in(role: str = "Manager") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


class Pharmacy:
    """One warehouse, a manager with an open shift, and receipts by batch."""

    def __init__(self):
        self.by, self.warehouse = UserFactory(role="Manager"), WarehouseFactory(code="TOKO", name="Toko")
        self.supplier = SupplierFactory(code="KIM", name="Kimia", phone="021-555")
        self.today = business_today(self.warehouse)
        open_shift(self.by, self.warehouse)

    def receive(self, product, number, days, qty, cost=1_000, warehouse=None):
        line = ReceiptLine(
            product=product,
            qty=Decimal(qty),
            unit_cost=Decimal(cost),
            batch_number=number,
            expires_on=self.today + timedelta(days=days),
        )
        more = {"takes_expired": True, "note": "as agreed"} if days < 0 else {}
        return receipt_post(
            supplier=self.supplier,
            warehouse=warehouse or self.warehouse,
            lines=[line],
            key=new_key(),
            by=self.by,
            **more,
        )

    def sell(self, product, qty, customer=None):
        key = new_key()
        sale = basket_add(key=key, warehouse=self.warehouse, product=product, qty=Decimal(qty), by=self.by)
        if customer:
            sale = basket_set_customer(key=key, warehouse=self.warehouse, customer=customer, by=self.by)
        total = sale.total_amount
        return sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=self.by)[0]


@pytest.fixture
def pharmacy():
    return Pharmacy()


def listed(response):
    return [row.item.batch.number for row in response.context["page"].table]


# --- The expiry list -----------------------------------------------------------------------
def test_the_expiry_list_counts_each_day_in_its_bucket(pharmacy):
    product = ProductFactory(tracks_batches=True)
    for days in (-1, 0, 30, 31, 60, 61, 90, 91):
        pharmacy.receive(product, f"D{days}", days, 2)

    response = signed_in().get("/expiry/")

    assert listed(response) == ["D-1", "D0", "D30", "D31", "D60", "D61", "D90"]
    page = response.context["page"]
    assert [(b.name, b.batches, b.qty, b.value) for b in page.buckets] == [
        ("expired", 1, 2, 2_000),
        ("30", 2, 4, 4_000),
        ("60", 2, 4, 4_000),
        ("90", 2, 4, 4_000),
    ]
    assert [row.cells[4].html for row in page.table] == ["−1", "0", "30", "31", "60", "61", "90"]
    assert page.table[0].cells[-1].html == "Kimia"


@pytest.mark.parametrize(("within", "numbers"), [("expired", ["D-1"]), ("30", ["D0", "D30"]), ("60", ["D31"])])
def test_the_expiry_list_is_narrowed_to_a_bucket_while_its_sums_stay(pharmacy, within, numbers):
    product = ProductFactory(tracks_batches=True)
    for days in (-1, 0, 30, 31):
        pharmacy.receive(product, f"D{days}", days, 2)

    response = signed_in().get(f"/expiry/?within={within}")

    assert listed(response) == numbers
    assert [bucket.batches for bucket in response.context["page"].buckets] == [1, 2, 1, 0]


def test_each_warehouse_expires_on_its_own_day(pharmacy):
    """Jayapura is two hours ahead of Jakarta: once a day its tomorrow has begun already."""
    east = WarehouseFactory(code="TIMUR", time_zone="Asia/Jayapura")
    product = ProductFactory(tracks_batches=True)
    pharmacy.receive(product, "A", 5, 1)
    pharmacy.receive(product, "A", 5, 1, warehouse=east)

    rows = {row.item.warehouse.code: row.cells[4].html for row in signed_in().get("/expiry/").context["page"].table}

    assert rows["TOKO"] == "5"
    assert rows["TIMUR"] == str(5 - (business_today(east) - pharmacy.today).days)


def test_an_expired_batch_leads_to_its_write_off_and_back_to_its_supplier(pharmacy):
    pharmacy.receive(ProductFactory(sku="ASP", tracks_batches=True), "OLD", -3, 4)

    links = {str(link.label): link.url for link in signed_in().get("/expiry/").context["page"].table[0].actions}

    assert links["Write off"] == "/adjustments/new/?warehouse=TOKO&reason=EXPIRED&product=ASP&batch=OLD&qty=-4"
    back = links["Return to the supplier"]
    assert back == "/supplier-returns/new/?supplier=KIM&warehouse=TOKO&product=ASP&batch=OLD&qty=4"
    assert links["Recall"] == "/recall/?batch=OLD&product=ASP"


def test_the_return_to_the_supplier_opens_with_the_batch_filled_in(pharmacy):
    pharmacy.receive(ProductFactory(sku="ASP", tracks_batches=True), "OLD", -3, 4)
    client = signed_in()
    links = {str(link.label): link.url for link in client.get("/expiry/").context["page"].table[0].actions}

    page = client.get(links["Return to the supplier"])

    form = page.context["lines"].forms[0]
    assert (form["batch"].value(), form["qty"].value()) == ("OLD", "4")
    assert page.context["form"].initial == {"warehouse": pharmacy.warehouse, "supplier": pharmacy.supplier}


def test_values_of_expiring_batches_are_not_shown_without_the_right(pharmacy):
    pharmacy.receive(ProductFactory(tracks_batches=True), "A", 3, 4, cost=1_237)

    page = signed_in("Warehouse").get("/expiry/").content.decode()

    assert "4,948" not in page
    assert signed_in("Cashier").get("/expiry/").status_code == 403


def test_the_tile_on_the_dashboard_counts_what_its_list_shows(pharmacy):
    product = ProductFactory(tracks_batches=True)
    for days in (-1, 20, 200):
        pharmacy.receive(product, f"D{days}", days, 2)
    client = signed_in()

    tile = next(tile for tile in client.get("/summary/").context["tiles"] if str(tile.label) == "Expires soon")

    assert (tile.amount, tile.change) == (2, "1 has expired")
    assert tile.amount == client.get(tile.href).context["page"].count


@pytest.mark.parametrize("count", [1, 3])
def test_the_expiry_list_asks_as_often_for_three_rows_as_for_one(pharmacy, count):
    for number in range(count):
        pharmacy.receive(ProductFactory(tracks_batches=True), f"B{number}", 10, 2)
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        client.get("/expiry/")

    assert len(queries) == 14, [query["sql"] for query in queries]


# --- Recall ---------------------------------------------------------------------------------
@pytest.fixture
def story(pharmacy):
    """30 of batch K7 came in; Siti bought 4 and gave 1 back, somebody 2, Budi cancelled 5, 3 were damaged."""
    product = ProductFactory(sku="AMX", name="Amoxicillin", tracks_batches=True, price=9_000)
    receipt = pharmacy.receive(product, "K7", 200, 30)
    siti = CustomerFactory(name="Siti", phone="0812-1")
    sold = pharmacy.sell(product, 4, siti)
    pharmacy.sell(product, 2)
    cancelled = pharmacy.sell(product, 5, CustomerFactory(name="Budi", phone="0812-2"))
    sale_cancel(sale_id=cancelled.pk, reason="wrong medicine", by=pharmacy.by)
    back = [ReturnLine(sale_item_id=sold.items.get().pk, qty=Decimal(1))]
    sale_return(sale_id=sold.pk, lines=back, reason="too many", method="CASH", key=new_key(), by=pharmacy.by)
    batch = batch_ensure(product=product, number="K7", expires_on=pharmacy.today + timedelta(days=200))
    adjustment_post(
        warehouse=pharmacy.warehouse,
        reason=AdjustReason.DAMAGE,
        lines=[Line(product.pk, Decimal(-3), batch_id=batch.pk)],
        key=new_key(),
        by=pharmacy.by,
    )
    return receipt, sold


def test_a_recall_names_supplier_customers_and_where_the_rest_lies(story):
    receipt, sold = story

    response = signed_in().get("/recall/?batch=k7")

    recall = response.context["recall"]
    assert [(str(label), qty) for label, qty in recall.sums] == [
        ("Came in", 30),
        ("Sold", -6),
        ("Returned by customers", 1),
        ("Adjusted or written off", -3),
    ]
    assert (recall.on_hand, recall.qty_in - recall.qty_out) == (22, 22)
    rows = [(str(row[0]), row[1], *row[4:8]) for row in response.context["sheet"].plain_rows]
    assert rows[0] == ("Came in", receipt.grn_number, "Kimia", "021-555", 30, None)
    assert rows[1] == ("Sold", sold.invoice_number, "Siti", "0812-1", None, 4)
    assert [row[2:] for row in rows[2:4]] == [
        ("customer not known", "", None, 2),
        ("Budi (cancelled)", "0812-2", 5, 5),
    ]
    assert (recall.customers, recall.unnamed) == (1, 2)


def test_a_recall_goes_to_csv_and_pdf_with_the_same_sums(story):
    client = signed_in()

    text = b"".join(client.get("/recall/?batch=K7&export=csv").streaming_content).decode("utf-8-sig")
    drawn = client.get("/recall/?batch=K7&export=pdf")

    rows = list(csv.DictReader(StringIO(text)))
    assert (rows[-1]["What happened"], rows[-1]["In"], rows[-1]["Out"]) == ("Total", "36.000", "14.000")
    assert drawn.content.startswith(b"%PDF")


def test_a_number_that_two_products_share_asks_which_one(pharmacy):
    for sku in ("ONE", "TWO"):
        pharmacy.receive(ProductFactory(sku=sku, tracks_batches=True), "X1", 100, 1)
    client = signed_in()

    asked, one = client.get("/recall/?batch=X1"), client.get("/recall/?batch=X1&product=TWO")

    assert "Which one?" in asked.content.decode()
    assert one.context["recall"].batch.product.sku == "TWO"


def test_an_unknown_number_is_said_to_be_unknown(pharmacy):
    assert "No batch has this number." in signed_in().get("/recall/?batch=NONE").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_recall_asks_as_often_for_three_sales_as_for_one(pharmacy, count):
    product = ProductFactory(tracks_batches=True)
    pharmacy.receive(product, "K7", 200, 30)
    for _n in range(count):
        pharmacy.sell(product, 1, CustomerFactory())
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        client.get("/recall/?batch=K7")

    assert len(queries) == 9, [query["sql"] for query in queries]


# --- How the database reads it ------------------------------------------------------------------
@pytest.mark.skipif("connection.vendor != 'mysql'")
@pytest.mark.parametrize(
    "path", ["/recall/?batch=K7", "/reports/stock-on/?product=AMX", "/reports/valuation/?product=AMX"]
)
def test_no_question_about_one_batch_or_product_reads_all_moves(story, path):
    client, other = signed_in(), ProductFactory(sku="OTHER")
    move = {"product": other, "ref_type": "ADJUST", "ref_id": 1, "qty_in": 1, "balance": 1, "unit_cost": 1}
    move |= {"warehouse": story[1].warehouse, "moved_at": story[1].sold_at, "business_date": story[1].business_date}
    # A database reads a small table whole, whatever there is to find in it.
    StockMove.objects.bulk_create([StockMove(**move, by=story[1].cashier) for _n in range(3_000)])
    with CaptureQueriesContext(connection) as queries:
        client.get(path)

    asked = [query["sql"] for query in queries if "`inventory_stockmove`" in query["sql"]]
    assert asked
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            names = [column[0] for column in cursor.description]
            plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        whole = [line for line in plan if line["table"] == "inventory_stockmove" and line["type"] in ("ALL", "index")]
        assert whole == [], sql
