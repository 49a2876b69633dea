"""Master data and imports in a real browser: typing, refusals, a file from upload to apply, and what axe says."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from inventori.permissions import ADMIN
from master.models import Product
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    SupplierFactory,
    TaxRateFactory,
    UserFactory,
    WarehouseFactory,
    stock_up,
)
from tests.master.files import csv_of

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def admin(page, sign_in):
    user = UserFactory(username="boss", role=ADMIN)
    page.context.add_cookies([{"name": "django_language", "value": "en", "domain": "localhost", "path": "/"}])
    sign_in(page, user)
    return user


def upload(page, content):
    page.goto("/import/")
    page.locator("input[type=file]").set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("#id_notation").select_option("en")
    page.locator("main form .btn-primary").click()
    expect(page).to_have_url(re.compile("/import/[0-9a-f]{32}/$"))


def test_a_file_goes_from_upload_over_the_check_to_the_shelf(page, admin):
    CategoryFactory(code="MIN")

    upload(page, csv_of("sku,name,category,price", "A1,Kopi,MIN,12500"))
    expect(page.locator(".change-list")).to_contain_text("Kopi")
    page.locator("form[action$='/apply/'] button").click()

    expect(page).to_have_url(re.compile("/import/$"))
    expect(page.locator(".data-table")).to_contain_text("l.csv")
    assert Product.objects.get().sku == "A1"


def test_a_refused_form_comes_back_filled_with_the_focus_on_the_first_error(page, admin):
    CategoryFactory()
    page.goto("/products/new/")
    page.locator("#id_name").fill("Kopi")
    page.locator("#id_sku").fill("A1")
    page.locator("#id_category").select_option(index=1)
    page.locator("#id_price").fill("a lot")
    page.keyboard.press("Enter")

    expect(page.locator("#id_price")).to_be_focused()
    expect(page.locator("#id_price")).to_have_value("a lot")
    expect(page.locator("#id_name")).to_have_value("Kopi")


def test_a_product_with_moves_is_deactivated_from_the_refusal_to_delete_it(page, admin, expected_console_errors):
    expected_console_errors.append("409")
    product = ProductFactory()
    stock_up(product, WarehouseFactory(), 1, by=admin)

    page.goto(f"/products/{product.pk}/")
    page.locator("form[action$='/delete/'] button").click()
    page.locator("[data-confirm-yes]").click()
    expect(page).to_have_url(re.compile(f"/products/{product.pk}/delete/$"))
    page.locator("form[action$='/deactivate/'] button").click()
    page.locator("[data-confirm-yes]").click()

    expect(page).to_have_url(re.compile(f"/products/{product.pk}/$"))
    assert Product.objects.get().is_active is False


@pytest.mark.parametrize(("theme", "width"), [("light", "desk"), ("dark", "phone")])
def test_no_page_of_master_data_has_a_barrier(page, admin, axe, theme, width):
    User.objects.filter(pk=admin.pk).update(theme=theme)
    product, customer, warehouse = ProductFactory(supplier=SupplierFactory()), CustomerFactory(), WarehouseFactory()
    ProductFactory(is_active=False)
    TaxRateFactory()
    if width == "phone":
        page.set_viewport_size(PHONE)
    pages = [
        *("/products/", f"/products/{product.pk}/", f"/products/{product.pk}/change/", "/products/new/"),
        *("/categories/", "/suppliers/", "/customers/", f"/customers/{customer.pk}/", "/customers/?q=nobody"),
        *("/shop/", "/shop/tax-rates/new/", "/audit/", "/import/"),
        *("/warehouses/", "/warehouses/new/", f"/warehouses/{warehouse.pk}/"),
    ]
    checks = []
    for content in (csv_of("sku,price", f"{product.sku},5"), csv_of("sku,price,colour", f"{product.sku},x,red")):
        upload(page, content)
        checks.append(page.url)

    barriers = {}
    for path in [*pages, *checks]:
        page.goto(path)
        if found := axe(page):
            barriers[path] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path

    assert barriers == {}


def test_the_django_admin_works_under_the_content_policy(page, admin):
    product = ProductFactory()

    page.goto("/admin/")
    page.goto(f"/admin/master/product/{product.pk}/change/")
    page.locator("#id_name").fill("Kopi baru")
    page.locator("input[name=_save]").click()

    expect(page).to_have_url(re.compile("/admin/master/product/$"))
    assert Product.objects.get().name == "Kopi baru"
