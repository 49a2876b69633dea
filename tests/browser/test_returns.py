"""Taking goods back with a scanner, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from inventory.models import StockAdjustment
from sales.models import Approval, Sale, SaleReturn
from tests.factories import ShopProfileFactory
from tests.sales.returns_shop import PIN, ReturnShop

from .conftest import PHONE

SOAP = "8991234567890"


@pytest.fixture
def shop():
    ShopProfileFactory()
    return ReturnShop()


def scan(page, code):
    # As a scanner does: the code and Enter, into whatever has the focus.
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def refund(page):
    return page.locator("#return-sum .return-total dd")


def test_receipt_products_reason_and_pin_need_the_keyboard_only(page, sign_in, shop, axe):
    sale = shop.sell((shop.soap, 3), (shop.rice, "1.5"))
    sign_in(page, shop.cashier)
    page.goto("/returns/new/")
    expect(page.locator("#code")).to_be_focused()

    scan(page, sale.invoice_number)
    page.wait_for_url("**/returns/new/*/")
    expect(page.locator("#scan")).to_be_focused()
    scan(page, SOAP)
    scan(page, SOAP)
    expect(refund(page)).to_have_text("20,000")
    scan(page, "12345")
    expect(page.locator("#return-say")).to_have_text("No line of this sale has the code 12345.")
    scan(page, "rice")
    expect(refund(page)).to_have_text("38,750")
    scan(page, "RICE")
    expect(refund(page)).to_have_text("48,125")
    scan(page, "RICE")
    expect(page.locator("#return-say")).to_have_text("Beras: no more can come back.")
    assert axe(page) == []
    page.get_by_label("Reason").focus()
    page.keyboard.type("leaking")
    page.keyboard.press("Tab")
    scan(page, PIN)

    expect(page.locator("h1")).to_contain_text("RET-")
    assert sorted(SaleReturn.objects.get().items.values_list("qty", flat=True)) == [1.5, 2]
    assert Approval.objects.get().allowed_by == shop.manager
    assert shop.on_hand(shop.soap) == 99


def test_everything_comes_back_by_touch_on_a_phone(page, sign_in, shop):
    sale = shop.sell((shop.soap, 3), (shop.rice, "1.5"))
    page.set_viewport_size(PHONE)
    sign_in(page, shop.manager)
    page.goto(f"/sales/{sale.pk}/")

    page.get_by_role("link", name="Take goods back").click()
    page.get_by_role("button", name="Everything").click()
    expect(refund(page)).to_have_text("58,125")
    page.get_by_role("switch", name="Beras is damaged").check()
    page.get_by_label("Reason").fill("wet")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Take back and refund").click()

    expect(page.locator("h1")).to_contain_text("RET-")
    assert SaleReturn.objects.get().total_amount == sale.total_amount
    assert StockAdjustment.objects.filter(reason="DAMAGE").count() == 1
    assert (shop.on_hand(shop.soap), shop.on_hand(shop.rice)) == (100, 98.5)


def test_a_wrong_pin_keeps_what_was_typed_and_the_right_one_cancels(page, sign_in, shop, expected_console_errors):
    expected_console_errors.append("status of 403")
    sale = shop.sell((shop.soap, 3))
    sign_in(page, shop.cashier)
    page.goto(f"/sales/{sale.pk}/")

    page.get_by_text("Cancel this sale").click()
    page.get_by_label("Reason").fill("typo")
    for pin in ("9999", PIN):
        page.get_by_label("Manager's PIN").fill(pin)
        page.keyboard.press("Enter")
        page.locator("#confirm").get_by_role("button", name="Cancel the sale").click()
        if pin == "9999":
            expect(page.get_by_text("No manager with this PIN may allow this.", exact=True)).to_be_visible()
            expect(page.get_by_label("Manager's PIN")).to_be_focused()
            expect(page.get_by_label("Reason")).to_have_value("typo")
            assert Sale.objects.get().status == "PAID"

    expect(page.locator(".notice")).to_contain_text("Cancelled by Siti")
    assert Sale.objects.get().status == "CANCELLED"


def test_a_scan_that_is_quicker_than_the_scripts_is_not_lost(page, sign_in, shop):
    sale = shop.sell((shop.soap, 3))
    sign_in(page, shop.cashier)

    page.goto(f"/returns/new/{sale.pk}/?scan={SOAP}")

    expect(refund(page)).to_have_text("10,000")
    expect(page).to_have_url(re.compile(rf"/returns/new/{sale.pk}/$"))
