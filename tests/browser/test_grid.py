"""The grid for touch: at a desk beside the lines, on a phone in their place."""

import pytest
from playwright.sync_api import expect

from sales.models import SaleItem
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    ShopProfileFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

from .conftest import PHONE


@pytest.fixture
def cashier():
    ShopProfileFactory()
    warehouse, cashier = WarehouseFactory(name="Toko"), UserFactory()
    drinks, soaps = CategoryFactory(name="Minuman"), CategoryFactory(name="Sabun")
    tea = ProductFactory(name="Teh Melati", sku="TEA", price=3_500, category=drinks, is_favourite=True)
    stock_up(tea, warehouse, 40)
    ProductFactory(name="Sabun Mandi", sku="SOAP", price=10_000, category=soaps)
    for number in range(50):
        ProductFactory(name=f"Sirup {number:02d}", category=drinks)
    open_shift(cashier, warehouse)
    return cashier


def tile(page, name):
    return page.locator(".grid-tile", has_text=name)


def test_tiles_are_added_by_touch_beside_the_lines(page, sign_in, cashier, axe):
    sign_in(page, cashier)
    page.goto("/pos/")
    page.locator("[data-grid-open]").first.click()

    tile(page, "Teh Melati").click()
    tile(page, "Teh Melati").click()

    expect(page.locator(".pos-total-figure")).to_have_text("7,000")
    expect(tile(page, "Teh Melati").locator(".grid-count")).to_have_text("× 2")
    expect(page.locator("#till-lines [data-item]")).to_be_visible()
    assert list(SaleItem.objects.values_list("product__sku", "qty")) == [("TEA", 2)]
    assert axe(page) == []


def test_a_tab_shows_its_category_and_more_follow_with_the_focus(page, sign_in, cashier):
    sign_in(page, cashier)
    page.goto("/pos/")
    page.locator("[data-grid-open]").first.click()

    page.locator(".grid-tab", has_text="Minuman").click()
    expect(page.locator(".grid-tile")).to_have_count(48)
    expect(page.locator(".grid-tab[aria-current]")).to_be_focused()
    page.locator("[data-more]").click()

    expect(page.locator(".grid-tile")).to_have_count(51)
    expect(page.locator(".grid-tile").nth(48)).to_be_focused()
    expect(page.locator("[data-more]")).to_have_count(0)


def test_the_till_opens_with_the_grid_and_the_tab_that_were_left_open(page, sign_in, cashier):
    sign_in(page, cashier)
    page.goto("/pos/")
    expect(page.locator("#till-grid")).to_be_hidden()
    page.evaluate("document.dispatchEvent(new Event('till:grid'))")
    page.locator(".grid-tab", has_text="Sabun").click()
    expect(tile(page, "Sabun Mandi")).to_be_visible()

    page.reload()
    expect(tile(page, "Sabun Mandi")).to_be_visible()
    page.evaluate("document.dispatchEvent(new Event('till:grid'))")
    expect(page.locator("#till-grid")).to_be_hidden()
    expect(page.locator("#scan")).to_be_focused()
    page.reload()

    expect(page.locator("#till-lines")).to_be_visible()
    expect(page.locator("#till-grid")).to_be_hidden()


def test_on_a_phone_the_grid_takes_the_lines_place_and_leads_back(page, sign_in, cashier):
    page.set_viewport_size(PHONE)
    sign_in(page, cashier)
    page.goto("/pos/")
    page.locator("[data-grid-open]").first.click()

    tile(page, "Teh Melati").click()
    expect(page.locator(".pos-total-figure")).to_have_text("3,500")
    expect(page.locator("#till-lines")).to_be_hidden()
    expect(page.locator("[data-pay-open]")).to_be_in_viewport()
    page.locator("[data-grid-close]").click()

    expect(page.locator("#till-lines [data-item]")).to_be_visible()
    expect(page.locator("#till-grid")).to_be_hidden()


def test_a_session_that_ended_leads_to_the_tills_own_page_and_not_into_the_grid(page, sign_in, cashier):
    sign_in(page, cashier)
    page.goto("/pos/")
    page.context.clear_cookies()

    page.locator("[data-grid-open]").first.click()

    page.wait_for_url("**/sign-in/**")
    assert page.url.endswith("?next=/pos/")
    expect(page.locator("input[name=username]")).to_be_visible()
