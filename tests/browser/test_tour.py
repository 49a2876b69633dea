"""Every page that an Admin may open, in a real browser, at a desk in the light and on a phone in the dark.

No page may have a barrier that axe finds, an error in the console (a refusal by the content security
policy is one), or a content wider than the window. The pages are read off the resolver, so a new page
is on the tour from its first day. Django admin is visited without axe: its pages are not ours.
"""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from inventori import navigation
from inventori.permissions import ADMIN, CASHIER, ROLE_LABELS
from inventori.url_table import addresses
from inventory.models import Warehouse
from tests.browser.small_shop import open_small_shop
from tests.factories import UserFactory, open_shift

NOT_OURS = "/admin/"
SIZES = {
    "desk, light": ({"width": 1366, "height": 768}, "light"),
    "phone, dark": ({"width": 390, "height": 844}, "dark"),
}


@pytest.fixture
def shop(tmp_path, live_server):
    return open_small_shop(tmp_path)


def pages_of(shop, client):
    """Every address that answers with a whole page; fragments, files, data and actions are none."""
    client.force_login(shop.admin, "accounts.backends.PeopleBackend")
    found = []
    for address in addresses():
        if address.name == "accounts:sign_out":
            continue
        for path in shop.paths(address.path, address.name):
            answer = client.get(path)
            assert answer.status_code in (200, 302, 400, 404, 405, 409), (path, answer.status_code)
            if (
                answer.status_code == 200
                and not answer.streaming
                and b"<!doctype html>" in answer.content[:200].lower()
            ):
                found.append(path)
    return [*found, "/search/?q=para", "/products/?q=nothing-is-called-so"]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_whole_at_this_size(page, shop, client, sign_in, axe, size):
    viewport, theme = SIZES[size]
    paths = pages_of(shop, client)
    User.objects.filter(pk=shop.admin.pk).update(theme=theme)
    page.set_viewport_size(viewport)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(page, shop.admin)

    wrong = {}
    for path in paths:
        errors.clear()
        answer = page.goto(path)
        found = [] if path == NOT_OURS else axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if path != NOT_OURS and width > viewport["width"]:
            found.append(f"{width} px wide")
        if path != NOT_OURS and page.locator('a[href=""]').count():
            found.append("has a link that leads nowhere")
        if answer.status != 200:
            found.append(f"answers {answer.status}")
        if found or errors:
            wrong[path] = found + errors

    assert wrong == {}
    assert len(paths) >= 55, "the tour leaves pages out"


@pytest.mark.parametrize("role", [role for role in ROLE_LABELS if role != ADMIN])
def test_every_page_of_a_role_s_menu_opens(page, shop, sign_in, rf, role):
    person = UserFactory(role=role)
    request = rf.get("/")
    request.user = User.objects.get(pk=person.pk)
    sign_in(page, person)

    menu = [entry.url for group in navigation.groups_for(request) for entry in group.entries]
    answers = {url: page.goto(url).status for url in menu}

    assert answers == dict.fromkeys(menu, 200)
    assert len(menu) >= 4


# --- The search of everything -------------------------------------------------------------
@pytest.fixture
def at_work(page, shop, sign_in):
    sign_in(page, shop.admin)
    page.goto("/profile/")
    return page


@pytest.mark.parametrize("size", SIZES)
def test_ctrl_k_searches_and_the_arrows_lead_to_what_was_found(at_work, shop, axe, size):
    page = at_work
    viewport, theme = SIZES[size]
    User.objects.filter(pk=shop.admin.pk).update(theme=theme)
    page.set_viewport_size(viewport)
    page.reload()

    page.keyboard.press("Control+k")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.type("parac tablets")
    expect(page.locator("#search [data-hit]")).to_have_count(1)
    expect(page.locator("#search-status")).to_have_text("1 result")
    barriers = axe(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search [data-hit]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/products/{shop.ids['master:product'][0]}/")
    assert barriers == []


def test_a_scanned_barcode_goes_straight_to_its_product(at_work, shop):
    page = at_work

    page.keyboard.press("Control+k")
    page.keyboard.type("8991234567890", delay=2)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/products/{shop.ids['master:product'][0]}/$"))


def test_escape_closes_the_search_and_gives_the_focus_back(at_work):
    page = at_work
    page.locator("[data-search-open]").click()
    expect(page.locator("#search")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator("[data-search-open]")).to_be_focused()


def test_the_search_says_that_nothing_was_found(at_work):
    page = at_work
    page.keyboard.press("Control+k")
    page.keyboard.type("no such thing")

    expect(page.locator("#search-status")).to_have_text("Nothing found")


def test_the_till_has_no_search_of_everything(page, shop, sign_in):
    cashier = UserFactory(role=CASHIER)
    open_shift(cashier, Warehouse.objects.filter(is_active=True).first())
    sign_in(page, cashier)
    page.goto("/pos/")
    expect(page.locator("#scan")).to_be_focused()

    page.keyboard.press("Control+k")

    expect(page.locator("#search")).to_have_count(0)
