"""Stock by hand in a real browser: the adjustment form by keyboard, the picker, and what axe says of each page."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Stock
from tests.browser.conftest import PHONE
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, stock_up

PAGES = [
    "/summary/",
    "/stocks/",
    "/moves/?product=SOAP&warehouse=TOKO",
    "/adjustments/",
    "/adjustments/new/",
    "/po/",
    "/grn/",
]


@pytest.fixture
def shop():
    ShopProfileFactory()
    WarehouseFactory(code="GUDANG", name="Gudang")
    shop = WarehouseFactory(code="TOKO", name="Toko")
    stock_up(ProductFactory(sku="SOAP", name="Soap", uom="bar", min_stock=20), shop, 12)
    ProductFactory(sku="SALT", name="Salt")
    return shop


def test_an_adjustment_is_entered_by_keyboard_alone(page: Page, shop, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/adjustments/new/?reason=COUNT&warehouse=TOKO")

    page.locator("[name=line-0-product]").focus()
    page.keyboard.type("SOAP")
    expect(page.locator("[data-found]").first).to_have_text("Soap · SOAP · 12 bar on hand")
    page.keyboard.press("Enter")
    page.keyboard.type("-5")
    expect(page.locator("[data-balance]").first).to_have_text("7")
    page.keyboard.press("Enter")
    page.keyboard.type("SALT")
    page.keyboard.press("Enter")
    page.keyboard.type("+4")
    page.get_by_role("button", name="Post adjustment").press("Enter")

    expect(page.get_by_role("cell", name="−5")).to_be_visible()
    assert dict(Stock.objects.values_list("product__sku", "qty")) == {"SOAP": Decimal(7), "SALT": Decimal(4)}


def test_enter_in_the_last_row_opens_another(page: Page, shop, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/adjustments/new/")

    page.locator("[name=line-2-qty]").focus()
    page.keyboard.press("Enter")

    expect(page.locator("[name=line-3-product]")).to_be_focused()
    expect(page.locator("[name=line-TOTAL_FORMS]")).to_have_value("4")


def test_a_change_below_zero_is_marked_at_once_and_refused_with_what_was_typed(
    page: Page, shop, sign_in, expected_console_errors
):
    expected_console_errors.append("409")
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/adjustments/new/?reason=COUNT&warehouse=TOKO")

    page.locator("[name=line-0-product]").fill("SOAP")
    page.locator("[name=line-0-qty]").fill("-13")
    expect(page.locator("[data-balance]").first).to_have_class("is-bad")
    page.get_by_role("button", name="Post adjustment").click()

    expect(page.get_by_text("12 available, 13 to go out.")).to_be_visible()
    expect(page.locator("[name=line-0-qty]")).to_be_focused()
    expect(page.locator("[name=line-0-qty]")).to_have_value("-13")


def test_the_warehouse_is_chosen_in_the_top_bar(page: Page, shop, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/stocks/?q=soap")

    page.get_by_role("button", name="Warehouse: Gudang").click()
    page.get_by_role("button", name="Toko").click()

    expect(page.get_by_role("button", name="Warehouse: Toko")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/stocks/\?q=soap$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stock_and_day_pages_have_no_axe_violation_at_either_size(page: Page, shop, sign_in, axe, theme):
    sign_in(page, UserFactory(role="Manager", theme=theme))

    for size in ({"width": 1366, "height": 768}, PHONE):
        page.set_viewport_size(size)
        for address in PAGES:
            page.goto(address)

            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
