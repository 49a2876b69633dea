"""Reorder policies by hand: tick, set, type, be refused, release."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from inventory.models import ReorderPolicy
from tests.replenishment.policy_shop import PolicyShop


@pytest.fixture
def shop(live_server):
    shop = PolicyShop()
    shop.sold("Comb", (1, 2, 3))
    shop.computed()
    return shop


def test_ticked_products_get_a_method_and_the_count_follows(page, shop, sign_in):
    sign_in(page, shop.manager)
    page.goto("/reorder/")
    expect(page.locator("[data-ticked-count]")).to_have_text("none ticked")

    page.get_by_label("Tick Comb").check()

    expect(page.locator("[data-ticked-count]")).to_have_text("ticked: 1")
    page.get_by_label("Tick all on this page").check()
    expect(page.locator("[data-ticked-count]")).to_have_text("ticked: 2")
    page.get_by_label("Tick Soap").uncheck()
    page.locator("#ticked").get_by_label("Method").select_option("MINMAX")
    page.get_by_role("button", name="Set for the ticked").click()
    expect(page.get_by_text("1 product is changed and computed.")).to_be_visible()
    assert dict(ReorderPolicy.objects.values_list("product__name", "method")) == {"Comb": "MINMAX", "Soap": "EOQ"}


def test_a_value_is_typed_refused_kept_and_released(page, shop, sign_in):
    policy = ReorderPolicy.objects.get(product=shop.soap)
    sign_in(page, shop.manager)
    page.goto(f"/reorder/{policy.pk}/")

    page.get_by_label("Safety stock").fill("-1")
    page.get_by_role("button", name="Save and compute").click()

    expect(page.locator("[data-error-summary]")).to_contain_text("Safety stock cannot be below 0.")
    page.get_by_label("Safety stock").fill("15")
    page.get_by_role("button", name="Save and compute").click()
    expect(page.locator(".policy-number")).to_have_text(re.compile(r"^ROP 65 = 10 a day × 5 days \+ safety 15 \(95"))
    policy.refresh_from_db()
    assert (policy.typed, policy.safety_stock) == (["safety_stock"], Decimal(15))
    page.get_by_role("button", name=re.compile(r"Release\s*: Safety stock")).click()
    expect(page.get_by_text("Safety stock is computed again.")).to_be_visible()
    policy.refresh_from_db()
    assert policy.typed == []
