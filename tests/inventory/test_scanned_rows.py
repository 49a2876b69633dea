"""Labels and boxes scanned into the rows of an adjustment or a transfer: they fill what nobody typed."""

from datetime import date

import pytest

from inventory.models import Batch, BatchStock, Stock, StockAdjustment, TransferItem
from tests.factories import ProductFactory, ProductUnitFactory, ShopProfileFactory, WarehouseFactory
from tests.inventory.test_adjustment_pages import form, signed_in
from tests.inventory.test_transfer_pages import form as transfer_form

pytestmark = pytest.mark.django_db

STRIP, BOX = "8991234567891", "8990000000024"
LABEL = f"(01)0{STRIP}(17)311200(10)a1"
SENT_LABEL = f"010{STRIP}1731123110A1"


@pytest.fixture
def shop():
    """A medicine with batches in strips, a box of ten of it, and soap with a carton of twelve."""
    ShopProfileFactory()
    pill = ProductFactory(sku="PILL", name="Pill", uom="strip", barcode=STRIP, tracks_batches=True)
    ProductUnitFactory(product=pill, name="box", factor=10, barcode=BOX)
    soap = ProductFactory(sku="SOAP", name="Soap", uom="bar")
    ProductUnitFactory(product=soap, name="carton", factor=12, barcode="8990000000031")
    return WarehouseFactory(code="TOKO", name="Toko")


def ask(page, shop, **asked):
    return signed_in("Warehouse").get(f"/{page}/preview/", {"warehouse": shop.pk, **asked}).json()


@pytest.mark.parametrize("page", ["adjustments", "transfers"])
def test_a_label_fills_batch_and_expiry_date(shop, page):
    answer = ask(page, shop, product=LABEL)

    assert answer["fill"] == {"product": "PILL", "batch": "A1", "expires_on": "31-12-2031"}
    assert answer["name"] == "Pill · PILL"
    assert ask(page, shop, product=SENT_LABEL)["fill"] == answer["fill"]


@pytest.mark.parametrize("page", ["adjustments", "transfers"])
def test_a_box_fills_its_content(shop, page):
    answer = ask(page, shop, product="8990000000031")

    assert answer["fill"] == {"product": "SOAP", "qty": "12"}
    assert answer["balance"] == ("12" if page == "adjustments" else "−12")


def test_a_box_with_a_label_fills_both(shop):
    ProductUnitFactory(
        product=ProductFactory(sku="SYRUP", tracks_batches=True), name="case", factor=6, barcode="4006381333931"
    )

    answer = ask("adjustments", shop, product="(01)04006381333931(17)310630(10)S9")

    assert answer["fill"] == {"product": "SYRUP", "qty": "6", "batch": "S9", "expires_on": "30-06-2031"}


@pytest.mark.parametrize(("reason", "qty"), [("DAMAGE", "-12"), ("USE", "-12"), ("FOUND", "12"), ("COUNT", "12")])
def test_a_box_goes_out_where_the_reason_says_so(shop, reason, qty):
    assert ask("adjustments", shop, product="8990000000031", reason=reason)["fill"]["qty"] == qty


def test_a_quantity_that_was_typed_counts_for_the_balance(shop):
    answer = ask("adjustments", shop, product="8990000000031", qty="3")

    assert answer["balance"] == "3"


@pytest.mark.parametrize("text", ["SOAP", "soa", STRIP])
def test_a_product_s_own_code_fills_nothing(shop, text):
    assert ask("adjustments", shop, product=text)["fill"] == {}


def test_a_label_of_goods_without_batches_fills_no_batch(shop):
    ProductFactory(sku="TEA", barcode="4006381333931")

    assert ask("adjustments", shop, product="(01)04006381333931(10)S9")["fill"] == {}


def test_a_label_posted_as_it_was_scanned_opens_its_batch(shop):
    signed_in("Warehouse").post("/adjustments/new/", form(shop, (LABEL, "5"), reason="FOUND"))

    batch = Batch.objects.get()
    assert (batch.product.sku, batch.number, batch.expires_on) == ("PILL", "A1", date(2031, 12, 31))
    assert BatchStock.objects.get().qty == 5


def test_what_was_typed_beside_a_label_counts(shop):
    typed = {"line-0-batch": "B2", "line-0-expires_on": "01-2032"}
    signed_in("Warehouse").post("/adjustments/new/", form(shop, (LABEL, "5"), reason="FOUND") | typed)

    batch = Batch.objects.get()
    assert (batch.number, batch.expires_on) == ("B2", date(2032, 1, 31))


def test_a_posted_box_without_a_quantity_is_refused(shop):
    answer = signed_in("Warehouse").post("/adjustments/new/", form(shop, (BOX, ""), reason="FOUND"))

    assert answer.status_code == 400
    assert not StockAdjustment.objects.exists()
    assert not Stock.objects.exists()


def test_a_label_sends_its_own_batch(shop):
    client = signed_in("Warehouse")
    for number, label in enumerate((LABEL, LABEL.replace("a1", "b2"))):
        client.post("/adjustments/new/", form(shop, (label, "5"), reason="FOUND", key=f"key-{number}"))
    store = WarehouseFactory(code="GUDANG")

    client.post("/transfers/new/", transfer_form((shop, store), (LABEL.replace("a1", "b2"), "2")))

    assert list(TransferItem.objects.values_list("batch__number", "qty")) == [("B2", 2)]


def test_a_label_with_a_batch_that_is_not_there_is_not_sent(shop):
    store = WarehouseFactory(code="GUDANG")

    answer = signed_in("Warehouse").post("/transfers/new/", transfer_form((shop, store), (LABEL, "2")))

    assert answer.status_code == 400
    assert "Pill has no such batch." in answer.content.decode()
    assert not TransferItem.objects.exists()
