"""The frame in a real browser: signing in, keys, menu, dialogs, live filters, and no barrier that axe finds."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from inventori.permissions import ADMIN, CASHIER
from tests.factories import PASSWORD, UserFactory

PHONE = {"width": 390, "height": 844}
OWN_PAGES = ["/sign-in/", "/users/", "/users/new/", "/profile/", "/profile/password/", "/profile/pin/"]


@pytest.fixture
def admin(page, sign_in):
    user = UserFactory(username="boss", role=ADMIN, first_name="Ratna", last_name="Wijaya")
    sign_in(page, user)
    return user


def test_a_person_signs_in_and_out(page):
    UserFactory(username="siti", role=ADMIN)

    page.goto("/sign-in/?next=/profile/")
    page.locator("#id_username").fill("siti")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/profile/$"))
    page.locator(".tools .dropdown-toggle").last.click()
    page.locator("form[action='/sign-out/'] button").click()

    expect(page).to_have_url(re.compile("/sign-in/$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_no_page_of_the_frame_has_a_barrier(page, admin, axe, theme, width):
    User.objects.filter(pk=admin.pk).update(theme=theme)
    UserFactory.create_batch(2)
    UserFactory(is_active=False)
    if width == "phone":
        page.set_viewport_size(PHONE)

    barriers = {}
    for path in [*OWN_PAGES[1:], f"/users/{admin.pk}/", "/users/?q=nobody"]:
        page.goto(path)
        if found := axe(page):
            barriers[path] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path

    assert barriers == {}


def test_the_page_before_signing_in_and_a_refused_form_have_no_barrier(page, axe):
    page.goto("/sign-in/")
    before = axe(page)
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_visible()

    assert before == []
    assert axe(page) == []


def test_the_list_follows_what_is_typed_and_the_address_says_it(page, admin):
    UserFactory(username="ani")
    UserFactory(username="budi")

    page.goto("/users/")
    page.keyboard.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    page.keyboard.type("budi")

    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/users/\?q=budi$"))
    expect(page.locator("#list-search")).to_be_focused()


def test_deactivating_asks_first_and_escape_changes_nothing(page, admin):
    siti = UserFactory(first_name="Siti", last_name="")

    page.goto(f"/users/{siti.pk}/")
    page.locator("form[action$='/deactivate/'] button").click()
    expect(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_hidden()
    untouched = User.objects.get(pk=siti.pk).is_active
    page.locator("form[action$='/deactivate/'] button").click()
    page.locator("#confirm [data-confirm-yes]").click()
    expect(page.locator("#toasts .toast-line")).to_be_visible()

    assert untouched
    assert not User.objects.get(pk=siti.pk).is_active


def test_leaving_a_changed_form_asks(page, admin):
    page.goto("/users/new/")
    page.locator("#id_first_name").fill("Rudi")
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.locator(".side-link").first.click()

    expect(page).not_to_have_url(re.compile("/users/new/$"))
    assert asked == ["beforeunload"]


def test_a_refused_form_puts_the_focus_on_its_first_error(page, admin):
    page.goto("/users/new/")
    page.locator("#id_first_name").fill("Rudi")
    page.locator("main form button").first.click()

    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("#id_username")).to_be_focused()
    expect(page.locator("#id_first_name")).to_have_value("Rudi")


def test_the_narrow_menu_is_remembered(page, admin):
    page.goto("/users/")
    page.locator("[data-sidebar-toggle]").click()
    page.goto("/profile/")

    expect(page.locator("html")).to_have_attribute("data-sidebar", "slim")
    expect(page.locator("[data-sidebar-toggle]")).to_have_attribute("aria-expanded", "false")


def test_the_appearance_follows_the_device_until_one_is_chosen(page, admin):
    page.emulate_media(color_scheme="dark")
    page.goto("/users/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".tools .dropdown > button").nth(-2).click()
    page.locator("button[name=theme][value=light]").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    assert User.objects.get(pk=admin.pk).theme == "light"


def test_the_phone_has_a_bottom_bar_and_a_menu_that_escape_closes(page, admin):
    page.set_viewport_size(PHONE)
    page.goto("/users/")
    expect(page.locator("#sidebar")).to_be_hidden()

    page.locator("[data-sidebar-open]").click()
    expect(page.locator("#sidebar")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#sidebar")).to_be_hidden()
    expect(page.locator("[data-sidebar-open]")).to_be_focused()


def test_the_keys_are_shown_by_a_question_mark(page, admin):
    page.goto("/profile/")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#keys")).to_be_hidden()


def test_a_page_that_is_not_theirs_tells_a_cashier_so(page, sign_in, axe, expected_console_errors):
    expected_console_errors.append("403")
    sign_in(page, UserFactory(role=CASHIER))

    page.goto("/users/")

    expect(page.locator("h1")).to_be_visible()
    assert axe(page) == []
