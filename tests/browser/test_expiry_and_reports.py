"""Expiry, recall, batches and reports in a real browser: what axe says of each page, and a split by keyboard."""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventori.posting import new_key
from inventory.models import BatchStock
from inventory.selectors import business_today
from purchases.services import ReceiptLine, receipt_post
from tests.browser.conftest import PHONE
from tests.factories import (
    ProductFactory,
    ShopProfileFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
    stock_up,
)

PAGES = [
    "/stocks/",
    "/expiry/",
    "/recall/",
    "/recall/?batch=D-1",
    "/reports/",
    "/reports/receipts/",
    "/reports/valuation/",
    "/reports/stock-card/?product=AMX",
]


@pytest.fixture
def pharmacy():
    ShopProfileFactory()
    shop, by = WarehouseFactory(code="TOKO", name="Toko"), UserFactory(role="Manager")
    product = ProductFactory(sku="AMX", name="Amoxicillin 500 mg", tracks_batches=True)
    for days in (-1, 20, 75):
        line = ReceiptLine(
            product=product,
            qty=Decimal(4),
            unit_cost=Decimal(7_500),
            batch_number=f"D{days}",
            expires_on=business_today(shop) + timedelta(days=days),
        )
        receipt_post(
            supplier=SupplierFactory(name="Kimia Farma", phone="021-555"),
            warehouse=shop,
            lines=[line],
            key=new_key(),
            by=by,
            takes_expired=True,
            note="as agreed",
        )
    stock_up(ProductFactory(sku="SOAP", name="Soap"), shop, 12)
    return product


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_batches_and_reports_have_no_axe_violation_at_either_size(page: Page, pharmacy, sign_in, axe, theme):
    sign_in(page, UserFactory(role="Manager", theme=theme))
    soap = ProductFactory(sku="SALT")
    stock_up(soap, WarehouseFactory(code="GUDANG", name="Gudang"), 5)
    pages = [*PAGES, f"/stocks/{pharmacy.pk}/batches/", f"/stocks/{soap.pk}/batches/start/"]

    for size in ({"width": 1366, "height": 768}, PHONE):
        page.set_viewport_size(size)
        for address in pages:
            page.goto(address)

            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address


def test_stock_is_split_into_batches_by_keyboard_alone(page: Page, pharmacy, sign_in):
    sign_in(page, UserFactory(role="Warehouse"))
    page.goto("/stocks/?q=soap")
    product = ProductFactory._meta.model.objects.get(sku="SOAP")
    page.goto(f"/stocks/{product.pk}/batches/")
    page.get_by_role("link", name="Track batches").press("Enter")

    page.get_by_label("Batch number").first.focus()
    for text in ("S1", "12-2027", "7", "S2", "02-2028", "5"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Track batches from now on").press("Enter")

    expect(page.get_by_text("Soap tracks batches from now on.")).to_be_visible()
    held = BatchStock.objects.filter(batch__product=product).order_by("pk").values_list("batch__number", "qty")
    assert list(held) == [("S1", 7), ("S2", 5)]


def test_an_expired_batch_is_written_off_in_two_steps(page: Page, pharmacy, sign_in):
    sign_in(page, UserFactory(role="Manager"))
    page.goto("/expiry/?within=expired")

    page.get_by_role("link", name="Write off: Amoxicillin 500 mg").click()
    page.get_by_role("button", name="Post adjustment").click()

    # The form's own heading begins with small letters of it: "New adjustment".
    expect(page.get_by_role("heading", name="ADJ-")).to_be_visible()
    assert BatchStock.objects.get(batch__number="D-1").qty == 0
