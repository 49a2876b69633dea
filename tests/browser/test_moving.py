"""Counting and moving goods in a real browser: by scanner on a phone while the till sells, and between warehouses."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.models import BatchStock, Stock, StockCount, Transfer
from tests.browser.conftest import DESK, PHONE
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)


@pytest.fixture
def shop():
    ShopProfileFactory()
    WarehouseFactory(code="GUDANG", name="Gudang")
    shop = WarehouseFactory(code="TOKO", name="Toko")
    drinks = CategoryFactory(name="Drinks")
    for name, barcode, qty in (("Tea", "8990000000011", 12), ("Coffee", "8990000000028", 7)):
        product = ProductFactory(sku=name.upper(), name=name, barcode=barcode, category=drinks, price=5_000)
        stock_up(product, shop, qty, 3_000)
    return shop


def scan(page: Page, text: str, said: str) -> None:
    """Scan as a scanner does: the code, typed fast, and Enter."""
    expect(page.locator("#scan")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#count-say")).to_have_text(said)


def stock() -> dict[str, Decimal]:
    return dict(Stock.objects.filter(warehouse__code="TOKO").values_list("product__sku", "qty"))


def test_a_blind_count_by_scanner_on_a_phone_while_the_till_sells(page: Page, browser, live_server, shop, sign_in, axe):
    counter, boss = UserFactory(role="Warehouse"), UserFactory(role="Manager")
    open_shift(boss, shop)
    page.set_viewport_size(PHONE)
    sign_in(page, counter)
    page.goto("/counts/new/")
    page.get_by_label("Warehouse").select_option("Toko")
    page.get_by_label("What is counted").select_option("category")
    page.locator("[name=category]").select_option("Drinks")
    page.get_by_role("button", name="Open the count").click()

    scan(page, "8990000000011", "Tea: 1 pcs")
    scan(page, "10*8990000000011", "Tea: 11 pcs")
    scan(page, "coffee", "Coffee: 1 pcs")
    assert "Expected" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert axe(page) == []

    # Another pair of hands sells two of the tea that was counted already.
    other = browser.new_context(base_url=live_server.url, viewport=DESK, locale="en")
    till = other.new_page()
    sign_in(till, boss)
    sell(till, "2*8990000000011", "10,000")

    quantity = page.get_by_label("Counted of Coffee", exact=True)
    quantity.fill("8")
    quantity.press("Enter")
    expect(page.locator("#count-say")).to_have_text("Coffee: 8 pcs")
    page.get_by_text("Hand in for approval").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("A manager looks at it and approves it.")).to_be_visible()
    assert "Difference" not in page.content()

    till.goto(page.url)
    expect(till.locator("#count-value")).to_have_text("IDR 0")
    till.get_by_role("button", name="Approve and post").click()
    till.get_by_role("dialog").get_by_role("button", name="Approve and post").click()
    expect(till.get_by_role("heading", level=1)).to_contain_text("posted")
    other.close()

    # 11 counted, 2 sold since; 8 counted.
    assert stock() == {"TEA": 9, "COFFEE": 8}


def sell(till: Page, text: str, total: str) -> None:
    """Ring up and take the exact cash, by keyboard."""
    till.goto("/pos/")
    expect(till.locator("#scan")).to_be_focused()
    till.keyboard.type(text)
    till.keyboard.press("Enter")
    expect(till.locator(".pos-total-figure")).to_have_text(total)
    till.keyboard.press("F9")
    expect(till.locator("#tendered")).to_be_focused()
    till.keyboard.press("Enter")
    expect(till.locator(".pos-change")).to_have_text("0")


def test_goods_are_sent_and_received_with_one_missing(page: Page, shop, sign_in, axe):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/transfers/new/")
    page.get_by_label("From warehouse").select_option("Toko")
    page.get_by_label("To warehouse").select_option("Gudang")

    page.locator("[name=line-0-product]").focus()
    page.keyboard.type("8990000000011")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    expect(page.locator("[data-balance]").first).to_have_text("7")
    assert axe(page) == []
    page.get_by_role("button", name="Send goods").click()
    expect(page.get_by_text("on its way").first).to_be_visible()
    assert axe(page) == []

    page.get_by_label("Received of Tea").fill("4")
    page.get_by_role("button", name="Receive goods").click()
    page.get_by_role("dialog").get_by_role("button", name="Receive goods").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("received")

    assert Transfer.objects.get().status == Transfer.Status.RECEIVED
    assert stock()["TEA"] == 7
    assert Stock.objects.get(warehouse__code="GUDANG").qty == 4


def test_a_label_and_a_box_fill_the_rows_of_an_adjustment(page: Page, shop, sign_in):
    pill = ProductFactory(sku="PILL", name="Pill", uom="strip", barcode="8991234567891", tracks_batches=True)
    ProductUnitFactory(product=pill, name="box", factor=10, barcode="8990000000042")
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/adjustments/new/?reason=FOUND&warehouse=TOKO")

    page.locator("[name=line-0-product]").focus()
    page.keyboard.type("(01)08991234567891(17)311231(10)A1")
    page.keyboard.press("Enter")
    expect(page.locator("[name=line-0-batch]")).to_have_value("A1")
    expect(page.locator("[name=line-0-expires_on]")).to_have_value("31-12-2031")
    expect(page.locator("[name=line-0-product]")).to_have_value("PILL")
    expect(page.locator("[name=line-0-qty]")).to_be_focused()
    page.keyboard.type("3")
    page.locator("[name=line-1-product]").focus()
    page.keyboard.type("8990000000042")
    page.keyboard.press("Enter")
    expect(page.locator("[name=line-1-qty]")).to_have_value("10")
    expect(page.locator("[data-balance]").nth(1)).to_have_text("10")
    page.locator("[name=line-1-batch]").fill("A1")
    page.locator("[name=line-1-expires_on]").fill("12-2031")
    page.get_by_role("button", name="Post adjustment").click()

    expect(page.get_by_role("heading", name="ADJ-")).to_be_visible()
    assert BatchStock.objects.get().qty == 13


@pytest.mark.parametrize("address", ["/transfers/", "/counts/", "/counts/new/", "/counts/due/", "/adjustments/new/"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_of_moving_is_sound(page: Page, shop, sign_in, axe, address, size):
    page.set_viewport_size(size)
    sign_in(page, UserFactory(role="Manager"))

    page.goto(address)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert StockCount.objects.count() == 0
