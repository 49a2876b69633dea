"""A box sold and brought back with a scanner, and labels chosen and printed, in a real browser."""

import pytest
from playwright.sync_api import expect

from inventory.models import Stock
from sales.models import Sale, SaleReturn
from tests.factories import (
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

EAN, BOX = "8991234567891", "8990000000013"


@pytest.fixture
def shop():
    """Return (person, product): 45 strips, a strip at 12,500 and a box of ten at 115,000."""
    ShopProfileFactory()
    warehouse, person = WarehouseFactory(), UserFactory(role="Manager")
    product = ProductFactory(name="Sanmol", sku="SNM", barcode=EAN, uom="strip", price=12_500)
    ProductUnitFactory(product=product, price=115_000, barcode=BOX)
    stock_up(product, warehouse, 45)
    open_shift(person, warehouse)
    return person, product


def scan(page, code):
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def on_hand(product):
    return Stock.objects.get(product=product).qty


def test_a_box_is_scanned_paid_and_scanned_back(page, sign_in, shop, axe):
    person, product = shop
    sign_in(page, person)
    page.goto("/pos/")

    scan(page, BOX)
    scan(page, BOX)
    scan(page, EAN)
    expect(page.locator(".pos-unit")).to_have_text("2 box (20 strip)")
    expect(page.locator(".pos-total-figure")).to_have_text("242,500")
    assert axe(page) == []
    page.keyboard.press("F9")
    expect(page.locator("#tendered")).to_be_focused()
    page.keyboard.type("250000")
    page.keyboard.press("Enter")
    expect(page.locator(".pos-change")).to_have_text("7,500")
    assert on_hand(product) == 24

    page.goto("/returns/new/")
    expect(page.locator("#code")).to_be_focused()
    scan(page, Sale.objects.get().invoice_number)
    page.wait_for_url("**/returns/new/*/")
    expect(page.locator("#scan")).to_be_focused()
    scan(page, BOX)
    expect(page.locator("#return-sum .return-total dd")).to_have_text("115,000")
    page.get_by_label("Reason").fill("one too many")
    page.get_by_role("button", name="Take back and refund").click()

    expect(page.locator("h1")).to_contain_text("RET-")
    assert SaleReturn.objects.get().total_amount == 115_000
    assert on_hand(product) == 34


def test_a_box_is_taken_from_what_the_search_finds(page, sign_in, shop):
    sign_in(page, shop[0])
    page.goto("/pos/")

    page.keyboard.type("sanm")
    expect(page.locator("#till-found [role=option]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".pos-unit")).to_have_text("1 box (10 strip)")
    expect(page.locator(".pos-total-figure")).to_have_text("115,000")


def test_labels_are_gathered_by_scanning_and_printed(page, sign_in, shop, axe):
    sign_in(page, shop[0])
    page.goto("/labels/")
    expect(page.get_by_label("Product", exact=True)).to_be_focused()

    for code in (EAN, BOX, EAN):
        scan(page, code)
        expect(page.get_by_label("Product", exact=True)).to_be_focused()
        expect(page.get_by_label("Product", exact=True)).to_have_value("")
    expect(page.get_by_role("heading", name="3 labels")).to_be_visible()
    expect(page.get_by_label("Labels of Sanmol, strip")).to_have_value("2")
    assert axe(page) == []
    page.get_by_label("Paper").select_option("roll-50x30")
    with page.expect_response("**/labels/") as answered:
        page.get_by_role("button", name="Print labels").click()

    assert answered.value.headers["content-type"] == "application/pdf"
