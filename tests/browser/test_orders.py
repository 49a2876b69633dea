"""An order from the first scan to the supplier's answer, in a real browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from purchases.models import PurchaseOrder
from tests.browser.conftest import PHONE
from tests.factories import (
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
)


@pytest.fixture
def shop():
    ShopProfileFactory(name="Apotek Sehat")
    WarehouseFactory(code="TOKO", name="Toko")
    SupplierFactory(name="PT Sumber Obat", phone="0812 3456 7890")
    strips = ProductFactory(name="Amoxicillin", sku="AMOX", uom="strip", cost=9500)
    ProductUnitFactory(product=strips, barcode="8990001", is_for_buying=True)
    ProductFactory(name="Gauze", sku="GAUZE", barcode="8990002", uom="roll", cost=4000)


def scan(page: Page, code: str) -> None:
    page.locator("#order-scan").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_an_order_is_scanned_sent_confirmed_by_the_supplier_and_seen(page: Page, browser: Browser, shop, sign_in, axe):
    sign_in(page, UserFactory(role="Manager"))
    page.goto("/po/new/")
    page.get_by_label("Supplier").select_option(label="PT Sumber Obat")

    # Fast scans: nothing is lost, and the second of the same box counts it up.
    for code in ("8990001", "8990002", "8990001"):
        scan(page, code)
    expect(page.locator("[name=line-0-qty]")).to_have_value("2")
    expect(page.locator("#line-0-conversion")).to_have_text("2 box = 20 strip")
    expect(page.locator("#order-scan")).to_be_focused()
    page.locator("[name=line-0-qty]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    expect(page.locator("#line-0-amount")).to_have_text("285,000")
    page.keyboard.press("Enter")
    expect(page.locator("[name=line-0-price]")).to_be_focused()
    page.locator("[name=line-1-discount]").focus()
    page.keyboard.type("50%")
    expect(page.locator("#line-1-discount-said")).to_have_text("−2,000")
    page.locator("#order-discount").focus()
    page.keyboard.type("7000")
    expect(page.locator("#order-total")).to_have_text("280,000")
    assert axe(page) == []
    page.get_by_role("button", name="Save the draft").press("Enter")

    page.get_by_role("button", name="Mark as sent").click()
    address = page.get_by_label("The supplier's page").input_value()
    order = PurchaseOrder.objects.get()
    assert (order.status, order.total_amount) == ("SENT", Decimal(280_000))
    assert address.endswith(f"/supplier/{order.token}/")

    supplier_answers(browser, address)

    page.reload()
    expect(page.get_by_text("PT Sumber Obat confirmed")).to_be_visible()
    expect(page.get_by_text("One box is missing")).to_be_visible()
    expect(page.locator("strong.is-watch")).to_have_text("2 box")
    assert axe(page) == []


def supplier_answers(browser: Browser, address: str) -> None:
    """Open the address on a phone that is signed in nowhere, and confirm two of the three boxes."""
    phone = browser.new_context(viewport=PHONE, locale="en", reduced_motion="reduce")
    page = phone.new_page()
    page.goto(address)
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_label("Amoxicillin").fill("2")
    page.get_by_label("Delivery date").fill("2027-01-31")
    page.get_by_label("Note to the shop").fill("One box is missing")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Confirm the order").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    expect(page.get_by_label("Amoxicillin")).to_have_value("2")
    phone.close()


def test_without_scripts_the_buttons_do_the_same(browser: Browser, live_server, shop, client):
    client.force_login(UserFactory(role="Manager"), "accounts.backends.PeopleBackend")
    bare = browser.new_context(base_url=live_server.url, locale="en", java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    bare.add_cookies([cookie])
    page = bare.new_page()
    page.goto("/po/new/")

    page.locator("#order-scan").fill("AMOX")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator("[name=line-0-qty]")).to_have_value("1")
    expect(page.locator("#order-total")).to_have_text("95,000")
    bare.close()
