"""Goods come in by scanner and keyboard in a real browser: a medicine in two batches, from an order, in two parts."""

import time
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.models import BatchStock
from purchases.models import GoodsReceipt, PurchaseOrder
from purchases.services import OrderLine, order_create, order_send
from tests.browser.conftest import PHONE
from tests.factories import (
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
)

LABEL = "(01)08991234567891(17)311231(10)A1"
BOX = "8990000000024"


@pytest.fixture
def order():
    """Thirty strips of a medicine with batches, a box of which holds ten, and five bars of soap."""
    ShopProfileFactory()
    pill = ProductFactory(sku="PILL", name="Pill", uom="strip", barcode="8991234567891", tracks_batches=True)
    ProductUnitFactory(product=pill, name="box", factor=10, barcode=BOX)
    soap = ProductFactory(sku="SOAP", name="Soap", uom="bar", barcode="8990000000017")
    by = UserFactory(role="Manager")
    lines = [OrderLine(pill, Decimal(30), Decimal(500)), OrderLine(soap, Decimal(5), Decimal(900))]
    made = order_create(
        supplier=SupplierFactory(name="Sumber Sehat"), warehouse=WarehouseFactory(name="Toko"), lines=lines, by=by
    )
    return order_send(order=made, by=by)


def scan(page: Page, text: str, answer: str) -> None:
    """Type as a scanner does: into whatever has the focus, with Enter at the end."""
    expect(page.locator("#scan")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#receive-say")).to_have_text(answer)


def test_an_order_comes_in_by_scanner_and_keyboard_in_two_parts_and_two_batches(page: Page, order, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))

    page.goto(f"/grn/new/?po={order.pk}")
    scan(page, LABEL, "Pill: 1 strip")
    scan(page, LABEL, "Pill: 2 strip")
    scan(page, "8990000000017", "Soap: 1 bar")
    scan(page, "4006381333931", f"No line of {order} fits “4006381333931”.")
    expect(page.locator("[name=line-0-batch]")).to_have_value("A1")
    expect(page.locator("[name=line-0-expires_on]")).to_have_value("31-12-2031")

    page.get_by_role("button", name="Another batch of Pill").press("Enter")
    scan(page, BOX, "Pill: 1 box")
    page.locator("[name=line-1-batch]").focus()
    page.keyboard.type("b2")
    page.keyboard.press("Enter")
    page.keyboard.type("02-2032")
    page.keyboard.press("Enter")
    expect(page.locator("#scan")).to_be_focused()
    page.get_by_role("button", name="Post receipt").press("Enter")

    expect(page.get_by_role("heading", name="GRN-")).to_be_visible()
    first = GoodsReceipt.objects.get()
    assert [(line.product.sku, str(line.batch or ""), line.qty) for line in first.items.all()] == [
        ("PILL", "A1", 2),
        ("PILL", "B2", 10),
        ("SOAP", "", 1),
    ]

    page.get_by_role("link", name="Receive the rest").click()
    expect(page.locator("[name=line-0-qty]")).to_have_value("18")
    page.locator("[name=line-0-batch]").fill("B2")
    page.locator("[name=line-0-expires_on]").fill("29-02-2032")
    page.get_by_role("button", name="Post receipt").click()

    expect(page.get_by_role("heading", name="GRN-")).to_be_visible()
    expect(page.get_by_role("link", name="Receive the rest")).to_have_count(0)
    assert dict(BatchStock.objects.values_list("batch__number", "qty")) == {"A1": 2, "B2": 28}
    order.refresh_from_db()
    assert order.status == PurchaseOrder.Status.RECEIVED


def test_scans_faster_than_the_server_are_all_counted(page: Page, order, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto(f"/grn/new/?po={order.pk}")
    expect(page.locator("#scan")).to_be_focused()

    for _n in range(8):
        page.keyboard.type("SOAP")
        page.keyboard.press("Enter")

    expect(page.locator("#receive-say")).to_have_text("Soap: 8 bar, and only 5 still to come.")
    expect(page.locator("#scan")).to_be_focused()
    expect(page.locator("[name=line-1-qty]")).to_have_value("8")


def test_what_is_scanned_just_before_posting_is_posted_too(page: Page, order, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto(f"/grn/new/?po={order.pk}")
    expect(page.locator("#scan")).to_be_focused()
    page.route("**/grn/new/*", lambda route: (time.sleep(0.4), route.continue_()))

    page.keyboard.type("SOAP")
    page.keyboard.press("Enter")
    page.keyboard.type("SOAP")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Post receipt").click()

    expect(page.get_by_role("heading", name="GRN-")).to_be_visible()
    assert [(line.product.sku, line.qty) for line in GoodsReceipt.objects.get().items.all()] == [("SOAP", 2)]


def test_a_scan_that_the_server_did_not_answer_comes_back_into_its_field(
    page: Page, order, sign_in, expected_console_errors
):
    expected_console_errors.append("ERR_FAILED")
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto(f"/grn/new/?po={order.pk}")
    expect(page.locator("#scan")).to_be_focused()
    page.route("**/grn/new/*", lambda route: route.abort())

    page.keyboard.type("SOAP")
    page.keyboard.press("Enter")

    expect(page.locator("#receive-say")).to_have_text("The server did not answer. Check the network and scan again.")
    expect(page.locator("#scan")).to_have_value("SOAP")
    expect(page.locator("#scan")).to_be_focused()


def test_a_refused_receipt_keeps_what_was_typed_and_leads_to_the_first_error(
    page: Page, order, sign_in, expected_console_errors
):
    expected_console_errors.append("409")
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto(f"/grn/new/?po={order.pk}")

    page.locator("[name=line-1-qty]").fill("6")
    page.locator("[name=note]").fill("DN-7")
    page.get_by_role("button", name="Post receipt").click()

    expect(page.get_by_text("Pill: enter the batch number.").first).to_be_visible()
    expect(page.locator("[name=line-0-batch]")).to_be_focused()
    expect(page.locator("[name=line-1-qty]")).to_have_value("6")
    expect(page.locator("[name=note]")).to_have_value("DN-7")
    assert not GoodsReceipt.objects.exists()


def test_the_day_picker_fills_the_expiry_date(page: Page, order, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto(f"/grn/new/?po={order.pk}")

    page.get_by_role("button", name="Pick the expiry date of Pill").click()
    page.locator("input[type=date]").evaluate(
        "(field) => { field.value = '2031-06-30'; field.dispatchEvent(new Event('change', {bubbles: true})); }"
    )

    expect(page.locator("[name=line-0-expires_on]")).to_have_value("30-06-2031")
    expect(page.locator("[name=line-0-expires_on]")).to_be_focused()


def test_without_scripts_the_sheet_works_by_its_buttons(browser, live_server, order, sign_in):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en")
    page = context.new_page()
    sign_in(page, UserFactory(role="Warehouse"))

    page.goto(f"/grn/new/?po={order.pk}")
    page.locator("#scan").fill("SOAP")
    page.locator("#scan").press("Enter")
    expect(page.locator("#receive-say")).to_have_text("Soap: 1 bar")
    page.get_by_role("button", name="Post receipt").click()
    expect(page.get_by_role("heading", name="GRN-")).to_be_visible()
    context.close()

    assert [(line.product.sku, line.qty) for line in GoodsReceipt.objects.get().items.all()] == [("SOAP", 1)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_goods_in_have_no_axe_violation_at_either_size(page: Page, order, sign_in, axe, theme):
    sign_in(page, UserFactory(role="Manager", theme=theme))
    page.goto(f"/grn/new/?po={order.pk}")
    page.locator("[name=line-0-batch]").fill("A1")
    page.locator("[name=line-0-expires_on]").fill("12-2031")
    page.get_by_role("button", name="Post receipt").click()
    expect(page.get_by_role("heading", name="GRN-")).to_be_visible()
    receipt = GoodsReceipt.objects.get()
    page.get_by_role("link", name="Send back").click()
    page.get_by_role("textbox", name="How many of Pill go back").fill("3")
    page.get_by_label("Reason").fill("Broken")
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_role("heading", name="SR-")).to_be_visible()
    back = page.url.removeprefix(page.url.split("/supplier-returns")[0])
    other = PurchaseOrder.objects.create(
        supplier=order.supplier,
        warehouse=order.warehouse,
        status="SENT",
        ordered_at=order.ordered_at,
        by=order.by,
        po_number="PO-2",
        expected_at=date(2031, 1, 1),
    )
    item = order.items.first()
    other.items.create(product=item.product, qty=10, price=500)

    pages = ["/grn/", "/grn/new/", f"/grn/new/?po={other.pk}", f"/grn/{receipt.pk}/", f"/grn/{receipt.pk}/return/"]
    for size in ({"width": 1366, "height": 768}, PHONE):
        page.set_viewport_size(size)
        for address in [*pages, back, "/supplier-returns/", "/supplier-returns/new/"]:
            page.goto(address)
            if address in ("/grn/new/", "/supplier-returns/new/"):
                page.locator("#scan").fill(LABEL)
                page.locator("#scan").press("Enter")
                expect(page.locator("[name=line-0-batch]")).to_have_value("A1")

            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
