"""Taking goods in by its page: the sheet and its steps, what is refused, and who may do it without seeing prices."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Stock
from inventory.selectors import business_today
from purchases.models import GoodsReceipt, PurchaseOrder
from tests.factories import ProductFactory, ProductUnitFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.purchases.buying import books, receive, sent_order, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="Manager")


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO")


@pytest.fixture
def soap():
    soap = ProductFactory(sku="SOAP", name="Soap", uom="bar", barcode="8990000000017", cost=Decimal(400))
    ProductUnitFactory(product=soap, name="box", factor=10, barcode="8990000000024")
    return soap


@pytest.fixture
def pill():
    return ProductFactory(
        sku="PILL", name="Pill", uom="strip", barcode="8991234567891", cost=Decimal(400), tracks_batches=True
    )


@pytest.fixture
def warehouse_client():
    return signed_in("Warehouse")


def fields(page) -> dict[str, str]:
    """What the form on the page would post."""
    lines = page.context["lines"]
    data = dict(lines.data) | {"counting": "1" if lines.sheet.is_counting else ""}
    head = page.context.get("form")
    if head:
        data |= {name: str(head[name].value() or "") for name in head.fields}
        data["key"] = page.context["key"]
    return {name: value for name, value in data.items() if value != "False"}


def rows(page) -> list[tuple[str, ...]]:
    return [(row.product, row.qty, row.unit, row.batch, row.expires_on) for row in page.context["sheet"].rows]


class Sheet:
    """A person at the page: each step goes on from what the page held."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.page = client.get(address)
        self.data = fields(self.page)

    def step(self, name, text=""):
        self.page = self.client.post(self.address, self.data | {"step": name, "scan": text})
        self.data = fields(self.page)
        return self.page.context["said"]

    def scan(self, *texts):
        for text in texts:
            said = self.step("scan", text)
        return said

    def type(self, **values):
        self.data |= {name.replace("__", "-"): value for name, value in values.items()}

    def post(self, **values):
        return self.client.post(self.address, self.data | values, follow=True)

    @property
    def rows(self):
        """(SKU, quantity, unit, batch, expiry date) of each row."""
        sheet = self.page.context["sheet"]
        return [(sheet.product(row).sku, row.qty, row.unit, row.batch, row.expires_on) for row in sheet.rows]


# --- Of an order ---------------------------------------------------------------------------
def test_the_sheet_of_an_order_holds_what_is_still_to_come_in_the_unit_it_was_ordered_in(
    shop, by, soap, pill, warehouse_client
):
    order = sent_order(shop, by, soap, pill, qty=30)
    order.items.filter(product=soap).update(unit="box", factor=10)
    receive(order, by, 10, 7)

    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")

    assert sheet.rows == [("SOAP", "2", "box", "", ""), ("PILL", "23", "", "", "")]


def test_an_order_is_posted_in_two_parts(shop, by, soap, pill, warehouse_client):
    order = sent_order(shop, by, soap, pill, qty=20)
    address = f"/grn/new/?po={order.pk}"

    first = Sheet(warehouse_client, address)
    first.type(**{"line-0-qty": "1", "line-0-unit": "box", "line-1-qty": ""})
    answer = first.post(note="DN-7")
    receipt = GoodsReceipt.objects.get()
    assert answer.redirect_chain == [(f"/grn/{receipt.pk}/", 302)]
    assert [(line.product.sku, line.qty) for line in receipt.items.all()] == [("SOAP", 10)]
    assert receipt.note == "DN-7"

    second = Sheet(warehouse_client, address)
    assert second.rows == [("SOAP", "10", "", "", ""), ("PILL", "20", "", "", "")]
    second.type(**{"line-1-batch": "b2", "line-1-expires_on": "02-2032"})
    second.post()

    order.refresh_from_db()
    assert order.status == PurchaseOrder.Status.RECEIVED
    batch = order.receipts.latest("id").items.get(product=pill).batch
    assert (batch.number, batch.expires_on.isoformat()) == ("B2", "2032-02-29")


def test_the_first_scan_counts_from_zero_what_nobody_typed(shop, by, soap, pill, warehouse_client):
    order = sent_order(shop, by, soap, pill, qty=20)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    sheet.type(**{"line-1-qty": "7"})

    sheet.scan("8990000000017", "SOAP", "8990000000024")

    assert sheet.rows == [("SOAP", "12", "", "", ""), ("PILL", "7", "", "", "")]


def test_a_scanned_unit_raises_its_line_by_one_unit(shop, by, soap, warehouse_client):
    order = sent_order(shop, by, soap, qty=20)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")

    said = sheet.scan("8990000000024", "8990000000024")

    assert sheet.rows == [("SOAP", "2", "box", "", "")]
    assert (said.text, said.is_bad) == ("Soap: 2 box", False)
    assert sheet.scan("8990000000024").text == "Soap: 3 box, and only 20 still to come."
    assert sheet.step("fill").text == ""
    assert sheet.rows == [("SOAP", "20", "", "", "")]


def test_what_is_not_in_the_order_is_refused_with_a_sentence(shop, by, soap, pill, warehouse_client):
    order = sent_order(shop, by, soap)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")

    for text, sentence in (
        ("PILL", f"Pill is not in {order}."),
        ("nothing like it", f"No line of {order} fits “nothing like it”."),
    ):
        said = sheet.scan(text)
        assert (said.text, said.is_bad) == (sentence, True)
    assert sheet.rows == [("SOAP", "100", "", "", "")]


def test_a_label_brings_batch_and_expiry_date_and_another_batch_a_row_of_its_own(shop, by, pill, warehouse_client):
    order = sent_order(shop, by, pill)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")

    sheet.scan("(01)08991234567891(17)311231(10)a1", "01089912345678911732020010B2", "]d201089912345678911731123110A1")

    assert sheet.rows == [("PILL", "2", "", "A1", "31-12-2031"), ("PILL", "1", "", "B2", "29-02-2032")]


def test_a_row_is_split_for_another_batch_and_counted_up_there(shop, by, pill, warehouse_client):
    order = sent_order(shop, by, pill)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    sheet.type(**{"line-0-qty": "60", "line-0-batch": "A1", "line-0-expires_on": "12-2031"})

    sheet.step("split:0")
    sheet.scan("PILL", "PILL")

    assert sheet.rows == [("PILL", "60", "", "A1", "12-2031"), ("PILL", "2", "", "", "")]
    sheet.step("remove:0")
    assert sheet.rows == [("PILL", "2", "", "", "")]


def test_a_refused_sheet_comes_back_as_it_was_typed_with_each_row_marked(shop, by, soap, pill, warehouse_client):
    order = sent_order(shop, by, soap, pill, qty=10)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    sheet.type(**{"line-0-qty": "11", "line-1-qty": "9"})
    key = sheet.data["key"]

    page = sheet.post(note="kept")

    assert page.status_code == 409
    errors = [dict(form.errors) for form in page.context["lines"]]
    assert errors == [
        {"qty": ["Soap: more than ordered. 10 still open, 11 received."]},
        {"batch": ["Pill: enter the batch number."]},
    ]
    assert (page.context["key"], page.context["form"]["note"].value()) == (key, "kept")
    assert [(row.qty, row.po_item != "") for row in page.context["sheet"].rows] == [("11", True), ("9", True)]
    assert books() == (0, 0, [], [])


def test_what_is_no_number_or_no_day_is_said_beside_its_field(shop, by, pill, warehouse_client):
    order = sent_order(shop, by, pill)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    sheet.type(**{"line-0-qty": "1.5.2", "line-0-batch": "A1", "line-0-expires_on": "31-31-2031"})

    page = sheet.post()

    assert page.status_code == 400
    assert list(page.context["lines"][0].errors) == ["qty", "expires_on"]
    assert books() == (0, 0, [], [])


def test_a_batch_without_a_quantity_is_asked_about(shop, by, pill, warehouse_client):
    order = sent_order(shop, by, pill)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    sheet.type(**{"line-0-qty": "", "line-0-batch": "A1"})

    page = sheet.post()

    assert page.context["lines"][0].errors == {"qty": ["Enter how many came, or leave the batch empty too."]}


def test_an_expired_batch_needs_the_tick_and_a_note(shop, by, pill, warehouse_client):
    order = sent_order(shop, by, pill)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    gone = business_today(shop) - timedelta(days=1)
    sheet.type(**{"line-0-qty": "5", "line-0-batch": "A1", "line-0-expires_on": f"{gone:%d-%m-%Y}"})

    assert sheet.post().context["lines"][0].errors == {"expires_on": [f"Pill: batch A1 expired on {gone:%d-%m-%Y}."]}
    assert list(sheet.post(takes_expired="on").context["form"].errors) == ["note"]
    assert not GoodsReceipt.objects.exists()

    sheet.post(takes_expired="on", note="The supplier takes it back")

    assert GoodsReceipt.objects.get().note == "The supplier takes it back"


def test_an_order_that_is_not_open_leads_back_to_itself(shop, by, soap, warehouse_client):
    order = sent_order(shop, by, soap)
    PurchaseOrder.objects.update(status=PurchaseOrder.Status.CANCELLED)

    answer = warehouse_client.get(f"/grn/new/?po={order.pk}", follow=True)

    assert answer.redirect_chain == [(f"/po/{order.pk}/", 302)]
    assert f"{order} is cancelled: nothing can be received on it." in answer.content.decode()


@pytest.mark.parametrize("asked", ["99", "x", "9" * 30, "-1"])
def test_an_unknown_order_is_not_found(shop, warehouse_client, asked):
    assert warehouse_client.get(f"/grn/new/?po={asked}").status_code == 404


# --- Without an order ---------------------------------------------------------------------------
def test_goods_come_in_without_an_order(shop, soap, pill, warehouse_client):
    supplier = SupplierFactory()
    sheet = Sheet(warehouse_client, "/grn/new/")
    sheet.scan("soap", "8990000000024", "(01)08991234567891(17)311231(10)A1")
    assert sheet.rows == [("SOAP", "11", "", "", ""), ("PILL", "1", "", "A1", "31-12-2031")]

    sheet.post(supplier=supplier.pk, warehouse=shop.pk)

    receipt = GoodsReceipt.objects.get()
    assert (receipt.supplier, receipt.purchase_order) == (supplier, None)
    assert sorted(Stock.objects.values_list("product__sku", "qty")) == [("PILL", 1), ("SOAP", 11)]


def test_words_that_fit_several_products_are_asked_back(shop, soap, warehouse_client):
    other = ProductFactory(sku="SOAP2", name="Soap, fine")
    ProductFactory(sku="SOAP3", name="Soap, gone", is_active=False)
    sheet = Sheet(warehouse_client, "/grn/new/")

    said = sheet.scan("soap")
    assert [product.sku for product in said.matches] == []
    said = sheet.scan("oap")
    assert [product.sku for product in said.matches] == ["SOAP", "SOAP2"]

    sheet.step(f"add:{other.pk}")

    assert sheet.rows[-1] == ("SOAP2", "1", "", "", "")
    assert sheet.scan("nowhere").text == "No product has the code or name “nowhere”."
    assert sheet.step("add:999999").is_bad


def test_supplier_and_goods_are_asked_for(shop, warehouse_client):
    page = Sheet(warehouse_client, "/grn/new/").post()

    assert (page.status_code, list(page.context["form"].errors)) == (400, ["supplier"])
    page = Sheet(warehouse_client, "/grn/new/").post(supplier=SupplierFactory().pk)
    assert page.context["form"].non_field_errors() == ["Enter what came in: at least one product, each above zero."]
    assert books() == (0, 0, [], [])


def test_the_cost_is_typed_for_the_unit_by_who_may_see_costs(shop, soap):
    sheet = Sheet(signed_in("Manager"), "/grn/new/")
    sheet.scan("8990000000024")
    sheet.type(**{"line-0-unit_cost": "4,505"})

    sheet.post(supplier=SupplierFactory().pk)

    soap.refresh_from_db()
    assert (GoodsReceipt.objects.get().items.get().unit_cost, soap.cost) == (Decimal("450.50"), Decimal("450.50"))


def test_the_warehouse_works_without_seeing_or_setting_prices(shop, by, soap, warehouse_client):
    order = sent_order(shop, by, soap, price=4321)
    of_order = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    free = Sheet(warehouse_client, "/grn/new/")
    free.scan("SOAP")
    free.type(**{"line-0-unit_cost": "1"})

    of_order.post()
    free.post(supplier=SupplierFactory().pk)

    for page in (of_order.page, free.page):
        assert "4,321" not in page.content.decode()
        assert "Unit cost" not in page.content.decode()
    assert [receipt.items.get().unit_cost for receipt in GoodsReceipt.objects.order_by("pk")] == [4321, 4321]


def test_the_same_sheet_posted_twice_is_one_receipt(shop, by, soap, warehouse_client):
    order = sent_order(shop, by, soap)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")
    sheet.type(**{"line-0-qty": "5"})

    first, again = sheet.post(), sheet.post()

    assert first.redirect_chain == again.redirect_chain
    assert Stock.objects.get().qty == 5
    sheet.type(**{"line-0-qty": "6"})
    assert sheet.post().status_code == 409
    assert Stock.objects.get().qty == 5


def test_a_script_gets_the_lines_alone(shop, by, soap, warehouse_client):
    order = sent_order(shop, by, soap)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")

    part = warehouse_client.post(
        sheet.address, sheet.data | {"step": "scan", "scan": "SOAP"}, headers={"X-Part": "lines"}
    )

    text = part.content.decode()
    assert ("<html" in text, 'name="counting" value="1"' in text, "Soap: 1 bar" in text) == (False, True, True)


@pytest.mark.parametrize(
    "junk",
    [
        {"line-TOTAL_FORMS": "x"},
        {"line-0-product": "999999"},
        {"line-0-product": "-1"},
        {"line-0-product": ""},
        {"line-0-unit": "ton"},
        {"line-0-po_item": "999"},
        {"line-0-qty": "1" * 60},
        {"line-0-qty": "-5"},
        {"key": ""},
        {"key": "k" * 99},
        {"step": "split:77"},
        {"step": "nonsense"},
        {"step": "remove:-3"},
        {"step": "scan", "scan": "x" * 5000},
    ],
)
def test_junk_is_refused_and_changes_nothing(shop, by, soap, warehouse_client, junk):
    order = sent_order(shop, by, soap)
    sheet = Sheet(warehouse_client, f"/grn/new/?po={order.pk}")

    answer = sheet.post(**junk)

    assert answer.status_code in ({200} if "step" in junk else {400, 409})
    assert books() == (0, 0, [], [])


def test_orders_that_are_still_to_come_are_offered(shop, by, soap, warehouse_client):
    order, done = sent_order(shop, by, soap), sent_order(shop, by, soap, qty=1)
    receive(done, by, 1)

    page = warehouse_client.get("/grn/new/")

    assert [one.pk for one in page.context["waiting"]] == [order.pk]
    assert f"/grn/new/?po={order.pk}" in page.content.decode()


@pytest.mark.parametrize("count", [1, 8])
def test_the_sheet_of_an_order_asks_as_often_for_eight_lines_as_for_one(shop, by, warehouse_client, count):
    products = [ProductFactory(tracks_batches=True) for _n in range(count)]
    order = sent_order(shop, by, *products)
    warehouse_client.get("/grn/new/")

    with CaptureQueriesContext(connection) as queries:
        page = warehouse_client.get(f"/grn/new/?po={order.pk}")

    assert len(page.context["lines"].forms) == count
    assert len(queries) == 7, [query["sql"] for query in queries]


@pytest.mark.parametrize("role", ["Cashier", "Analyst"])
def test_who_may_not_receive_is_kept_out(shop, by, soap, role):
    order = sent_order(shop, by, soap)
    client = signed_in(role)

    assert client.get(f"/grn/new/?po={order.pk}").status_code == 403
    assert client.post(f"/grn/new/?po={order.pk}").status_code == 403
    assert books() == (0, 0, [], [])
