"""Sending goods back by its pages, what a receipt shows of it, and who sees the prices."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventori.posting import new_key
from inventory.models import BatchStock, Stock
from purchases.models import SupplierReturn
from purchases.services import ReceiptLine, receipt_post
from purchases.services.supplier_returns import SupplierReturnLine, supplier_return_post
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.purchases.buying import LAST_DAY, books, signed_in
from tests.purchases.test_receive_pages import Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="Manager")


@pytest.fixture
def soap():
    return ProductFactory(sku="SOAP", name="Soap", cost=Decimal(400))


@pytest.fixture
def pill():
    return ProductFactory(sku="PILL", name="Pill", barcode="8991234567891", tracks_batches=True)


@pytest.fixture
def receipt(by, soap, pill):
    """10 of soap at 4,321; of pills 6 of A1 and 4 of B2, which expires first."""
    return receipt_post(
        supplier=SupplierFactory(name="Sumber Sehat"),
        warehouse=WarehouseFactory(code="TOKO", name="Toko"),
        by=by,
        key=new_key(),
        note="DN-7",
        lines=[
            ReceiptLine(Decimal(10), product=soap, unit_cost=Decimal(4321)),
            ReceiptLine(Decimal(6), product=pill, unit_cost=Decimal(300), batch_number="A1", expires_on=LAST_DAY),
            ReceiptLine(
                Decimal(4), product=pill, unit_cost=Decimal(300), batch_number="B2", expires_on=date(2030, 1, 31)
            ),
        ],
    )


@pytest.fixture
def warehouse_client():
    return signed_in("Warehouse")


def asked(receipt, *quantities, reason="Broken"):
    names = [f"qty-{item.pk}" for item in receipt.items.all()]
    return dict(zip(names, quantities, strict=False)) | {"reason": reason, "key": new_key()}


def test_goods_of_a_receipt_are_sent_back_by_its_page(receipt, warehouse_client):
    address = f"/grn/{receipt.pk}/return/"
    assert f'href="{address}"' in warehouse_client.get(f"/grn/{receipt.pk}/").content.decode()

    answer = warehouse_client.post(address, asked(receipt, "3", "", "4"), follow=True)

    taken = SupplierReturn.objects.get()
    assert answer.redirect_chain == [(f"/supplier-returns/{taken.pk}/", 302)]
    assert sorted(BatchStock.objects.values_list("batch__number", "qty")) == [("A1", 6), ("B2", 0)]
    page = warehouse_client.get(f"/grn/{receipt.pk}/")
    assert [(line.qty, line.back) for line in page.context["lines"]] == [(10, 3), (6, 0), (4, 4)]
    assert f"/supplier-returns/{taken.pk}/" in page.content.decode()


def test_what_cannot_go_back_is_said_beside_its_line_and_the_form_comes_back_as_it_was_typed(receipt, warehouse_client):
    before = books()
    data = asked(receipt, "11", "6", "5")

    page = warehouse_client.post(f"/grn/{receipt.pk}/return/", data)

    assert page.status_code == 409
    first, _second, third = (item.pk for item in receipt.items.all())
    assert dict(page.context["form"].errors) == {
        f"qty-{first}": ["Soap: 10 can go back, 11 asked."],
        f"qty-{third}": ["Pill: 4 can go back, 5 asked."],
        "__all__": ["Soap: 10 can go back, 11 asked. Pill: 4 can go back, 5 asked."],
    }
    assert (page.context["key"], page.context["form"]["reason"].value()) == (data["key"], "Broken")
    assert books() == before
    assert not SupplierReturn.objects.exists()


def test_goods_that_left_already_are_said_beside_their_line(receipt, soap, warehouse_client, by):
    supplier_return_post(
        lines=[SupplierReturnLine(Decimal(8), product=soap)],
        reason="Too many",
        key=new_key(),
        by=by,
        supplier=receipt.supplier,
        warehouse=receipt.warehouse,
    )

    page = warehouse_client.post(f"/grn/{receipt.pk}/return/", asked(receipt, "3"))

    item = receipt.items.first()
    assert page.context["form"].errors[f"qty-{item.pk}"] == ["Only 2 of it lie there."]
    assert Stock.objects.get(product=soap).qty == 2


@pytest.mark.parametrize(
    ("quantities", "reason", "field"),
    [(("",), "Broken", "__all__"), (("1",), "", "reason"), (("x",), "Broken", "qty"), (("-1",), "Broken", "qty")],
)
def test_goods_and_a_reason_are_asked_for(receipt, warehouse_client, quantities, reason, field):
    page = warehouse_client.post(f"/grn/{receipt.pk}/return/", asked(receipt, *quantities, reason=reason))

    assert page.status_code == 400
    assert [name.split("-")[0] for name in page.context["form"].errors] == [field]
    assert not SupplierReturn.objects.exists()


def test_when_all_went_back_nothing_more_is_offered(receipt, warehouse_client):
    warehouse_client.post(f"/grn/{receipt.pk}/return/", asked(receipt, "10", "6", "4"))

    assert not warehouse_client.get(f"/grn/{receipt.pk}/").context["can_go_back"]
    form = warehouse_client.get(f"/grn/{receipt.pk}/return/").context["form"]
    assert [field for _item, _left, field in form.rows] == [None, None, None]


def test_goods_are_sent_back_without_a_receipt_by_scan(receipt, soap, pill, warehouse_client):
    sheet = Sheet(warehouse_client, "/supplier-returns/new/")
    sheet.scan("(01)08991234567891(17)311231(10)A1", "SOAP", "SOAP")
    assert [row[:4] for row in sheet.rows] == [("PILL", "1", "", "A1"), ("SOAP", "2", "", "")]

    sheet.post(supplier=receipt.supplier.pk, warehouse=receipt.warehouse.pk, reason="Recall")

    taken = SupplierReturn.objects.get()
    assert sorted((line.product.sku, str(line.batch or ""), line.qty) for line in taken.items.all()) == [
        ("PILL", "A1", 1),
        ("SOAP", "", 2),
    ]


def test_a_batch_that_does_not_exist_and_more_than_lies_there_are_refused(receipt, warehouse_client):
    before = books()
    sheet = Sheet(warehouse_client, "/supplier-returns/new/")
    sheet.scan("PILL")
    sheet.type(**{"line-0-batch": "zz"})
    head = {"supplier": receipt.supplier.pk, "warehouse": receipt.warehouse.pk, "reason": "Recall"}

    page = sheet.post(**head)
    assert page.context["lines"][0].errors == {"batch": ["Pill has no batch ZZ."]}
    sheet.type(**{"line-0-batch": "", "line-0-qty": "11"})
    page = sheet.post(**head)
    assert page.context["lines"][0].errors == {"qty": ["Only 10 of it lie there."]}

    assert books() == before
    assert not SupplierReturn.objects.exists()


def test_the_list_finds_returns_by_supplier_day_and_words(receipt, warehouse_client, by):
    warehouse_client.post(f"/grn/{receipt.pk}/return/", asked(receipt, "1"))
    day = SupplierReturn.objects.get().business_date

    def found(query):
        return len(warehouse_client.get(f"/supplier-returns/?{query}").context["page"].table)

    assert [
        found(f"supplier={receipt.supplier.code}&day_from={day}&day_to={day}&q=broken"),
        found("q=elsewhere"),
        found("day_to=2020-01-01"),
    ] == [1, 0, 0]


@pytest.mark.parametrize("role", ["Admin", "Manager", "Warehouse", "Analyst"])
def test_prices_are_for_those_who_may_see_costs(receipt, warehouse_client, role):
    warehouse_client.post(f"/grn/{receipt.pk}/return/", asked(receipt, "1"))
    taken = SupplierReturn.objects.get()
    client = signed_in(role)

    pages = [
        client.get(address).content.decode() for address in ("/supplier-returns/", f"/supplier-returns/{taken.pk}/")
    ]
    exported = b"".join(client.get("/supplier-returns/?export=csv").streaming_content).decode()

    assert ["4,321" in page for page in pages] + ["4321" in exported] == [role in ("Admin", "Manager")] * 3


def test_a_receipt_shows_when_what_which_batch_and_who(receipt, warehouse_client):
    text = warehouse_client.get(f"/grn/{receipt.pk}/").content.decode()

    for shown in ("Sumber Sehat", "SOAP", "Pill", "A1", "31-12-2031", "DN-7", str(receipt.by), "data-print"):
        assert shown in text


def test_a_receipt_leads_to_labels_for_what_came_in(receipt, warehouse_client):
    page = warehouse_client.get(f"/grn/{receipt.pk}/")

    labels = warehouse_client.get(page.context["labels_url"])

    came: dict[str, int] = {}
    for line in page.context["lines"]:
        came[line.product.name] = came.get(line.product.name, 0) + int(line.qty)
    assert {row.product.name: row.count for row in labels.context["rows"]} == came
    assert "/labels/?items=" in page.content.decode()


@pytest.mark.parametrize("role", ["Cashier", "Analyst"])
def test_who_may_not_send_back_is_kept_out(receipt, role):
    client = signed_in(role)

    for address in (f"/grn/{receipt.pk}/return/", "/supplier-returns/new/"):
        assert client.get(address).status_code == 403
        assert client.post(address, asked(receipt, "1")).status_code == 403
    assert not SupplierReturn.objects.exists()


def test_an_unknown_document_is_not_found(receipt, warehouse_client):
    for address in ("/supplier-returns/99/", "/grn/99/return/"):
        assert warehouse_client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_rows_as_for_one(receipt, warehouse_client, count):
    for _n in range(count):
        warehouse_client.post(f"/grn/{receipt.pk}/return/", asked(receipt, "1"))

    with CaptureQueriesContext(connection) as queries:
        page = warehouse_client.get("/supplier-returns/")

    assert len(page.context["page"].table) == count
    assert len(queries) == 8, [query["sql"] for query in queries]
