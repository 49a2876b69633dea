"""Setting the till up in a real browser: keys that are pressed instead of written, and what axe says."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from inventori.permissions import ADMIN
from master.models import PaymentMethod
from sales.models import ReceiptPrinter
from tests.factories import UserFactory, WarehouseFactory

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def admin(page, sign_in):
    user = UserFactory(username="boss", role=ADMIN)
    page.context.add_cookies([{"name": "django_language", "value": "en", "domain": "localhost", "path": "/"}])
    WarehouseFactory()
    sign_in(page, user)
    return user


def button_of(page, action):
    return page.locator(f"[data-key-for=id_{action}]")


def press(page, action, key):
    """Move `action` to `key` by its button alone, without a mouse."""
    button_of(page, action).focus()
    page.keyboard.press("Enter")
    expect(button_of(page, action)).to_contain_text("Press the key now")
    page.keyboard.press(key)
    expect(button_of(page, action)).to_contain_text("Press a key")


def test_keys_are_moved_by_pressing_them(page, admin):
    page.goto("/pos/keys/")

    press(page, "pay", "End")
    press(page, "hold", "Shift+F9")
    press(page, "one_more", "=")
    press(page, "customer", "Escape")

    expect(page.locator("#id_hold")).to_have_value("Shift+F9")
    expect(page.locator("#id_customer")).to_have_value("F10")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your keys are saved.")).to_be_visible()
    assert User.objects.get(pk=admin.pk).till_keys == {"pay": "End", "hold": "Shift+F9", "one_more": "="}


def test_a_key_of_the_browser_is_heard_and_refused_with_a_sentence(page, admin):
    page.goto("/pos/keys/")

    press(page, "pay", "F5")
    press(page, "hold", "Control+k")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".key-error")).to_have_text(
        [
            "The browser keeps Ctrl+k for itself. Choose another key.",
            "The browser keeps F5 for itself. Choose another key.",
        ]
    )
    expect(page.locator("#id_hold")).to_be_focused()
    assert User.objects.get(pk=admin.pk).till_keys == {}


def test_the_usual_keys_come_back_after_a_question(page, admin):
    User.objects.filter(pk=admin.pk).update(till_keys={"pay": "End"})
    page.goto("/pos/keys/")

    page.get_by_role("button", name="Back to the usual keys").click()
    page.locator("#confirm [data-confirm-yes]").click()

    expect(page.locator("#id_pay")).to_have_value("F9")
    assert User.objects.get(pk=admin.pk).till_keys == {}


def test_axe_finds_nothing_to_mend_on_a_desk_and_on_a_phone(page, admin, axe):
    printer = ReceiptPrinter.objects.create(name="Counter", host="192.168.1.50")
    method = PaymentMethod.objects.get(code="CARD")
    found = {}

    for size in (None, PHONE):
        if size:
            page.set_viewport_size(size)
        for path in (
            "/shop/payment-methods/",
            f"/shop/payment-methods/{method.pk}/",
            "/shop/printers/",
            f"/shop/printers/{printer.pk}/",
            "/shop/",
            "/pos/keys/",
        ):
            page.goto(path)
            too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found[(path, bool(size))] = axe(page) + ["wider than the screen"] * too_wide

    assert {key: errors for key, errors in found.items() if errors} == {}
