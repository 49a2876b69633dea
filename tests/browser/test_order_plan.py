"""From a low shelf to the draft and its reason, by keyboard alone, in a real browser."""

from decimal import Decimal as D

import pytest
from playwright.sync_api import Page, expect

from purchases.models import PurchaseOrder
from replenishment.models import Suggestion
from tests.browser.conftest import PHONE
from tests.factories import ShopProfileFactory, UserFactory
from tests.replenishment.reorder_shop import ReorderShop


@pytest.fixture
def shop():
    ShopProfileFactory(name="Apotek Sehat")
    return ReorderShop()


def test_a_low_shelf_becomes_a_draft_by_keyboard_and_says_why(page: Page, shop, sign_in, axe):
    syrup, lamp = shop.goods("Syrup", on_hand=3), shop.goods("Zinc", on_hand=2)
    shop.supplier.min_order_value = D(900_000)
    shop.supplier.save()
    sign_in(page, UserFactory(role="Manager"))
    page.goto("/reorder/order/")
    expect(page.locator("#plan-sum")).to_contain_text("3 products")
    assert axe(page) == []

    # Another quantity, as it was copied from a sheet; the figures follow from the server.
    page.locator(f"#qty-{shop.product.pk}").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("36 ")
    expect(page.locator(f"#value-{shop.product.pk}")).to_have_text("180,000")
    expect(page.locator(f"#said-{shop.product.pk}")).to_contain_text("3 box")
    page.keyboard.press("Enter")
    expect(page.locator(f"#qty-{syrup.pk}")).to_be_focused()

    # One key gives a reason, and rejects.
    page.keyboard.press("Tab")
    page.keyboard.press("5")
    expect(page.locator(f"#reason-{syrup.pk}")).to_have_value("CASH")
    expect(page.locator(f"#qty-{syrup.pk}")).to_have_value("0")
    expect(page.locator("#plan-sum")).to_contain_text("2 products")

    # Filling up keeps what was typed.
    page.get_by_role("button", name="Fill up with what is needed next").press("Enter")
    expect(page.get_by_text("to reach the supplier's minimum order").first).to_be_visible()
    expect(page.locator(f"#qty-{shop.product.pk}")).to_have_value("36 ")

    page.get_by_role("button", name="Make draft orders").press("Enter")
    page.wait_for_url("**/reorder/order/made/*/")
    order = PurchaseOrder.objects.get()
    assert dict(order.items.values_list("product__name", "qty"))["Paracetamol"] == 36
    kept = dict(Suggestion.objects.values_list("product__name", "decision"))
    assert kept["Paracetamol"] == "CHANGED"
    assert kept["Syrup"] == "REJECTED"
    assert lamp.name in kept

    page.get_by_role("link", name=str(order)).press("Enter")
    page.get_by_role("link", name="Why Paracetamol").press("Enter")
    expect(page.get_by_role("heading", name="Why Paracetamol was ordered")).to_be_visible()
    expect(page.get_by_text("Decided")).to_be_visible()
    assert axe(page) == []


def test_on_a_phone_the_plan_fits_and_the_press_stays_under_the_thumb(page: Page, shop, sign_in, axe):
    page.set_viewport_size(PHONE)
    sign_in(page, UserFactory(role="Manager"))
    page.goto("/reorder/order/")

    expect(page.get_by_role("button", name="Make draft orders")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert axe(page) == []
