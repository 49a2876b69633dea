"""A shift by keyboard alone: opened with its float, cash taken out, counted, closed and read as a Z report."""

import re

import pytest
from playwright.sync_api import expect

from sales.models import Shift
from tests.browser.conftest import PHONE
from tests.factories import UserFactory, WarehouseFactory


@pytest.fixture
def cashier(page, sign_in, live_server):
    WarehouseFactory(name="Toko")
    cashier = UserFactory()
    sign_in(page, cashier)
    return cashier


def open_by_keyboard(page):
    """Open the shift as the first page of the day: the float's field has the focus, Enter opens."""
    page.goto("/shift/open/?next=/shift/")
    expect(page.get_by_label("Float")).to_be_focused()
    page.keyboard.type("200,000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your shift")).to_be_visible()


def enter_pieces(page, *pieces):
    for count in pieces:
        page.keyboard.type(count)
        page.keyboard.press("Enter")


def test_a_shift_is_opened_counted_and_closed_by_keyboard(page, cashier):
    open_by_keyboard(page)
    page.goto("/shift/cash/")
    expect(page.get_by_label("Amount")).to_be_focused()
    page.keyboard.type("50,000")
    page.get_by_role("button", name="Bank deposit").press("Enter")
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your shift")).to_be_visible()

    page.goto("/shift/close/")
    expect(page.get_by_label("100,000")).to_be_focused()
    # 100,000 · 50,000 · 20,000 · 10,000 · 5,000 · 2,000 · 1,000 · 500 · 200 · 100 · 50
    enter_pieces(page, "1", "", "2", "1", "", "", "", "", "", "", "")
    expect(page.locator("[data-counted]")).to_have_text("150,000")
    expect(page.locator("[data-difference]")).to_have_text("nothing is missing")
    expect(page.get_by_role("button", name="Close the shift")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-body")).to_contain_text("Counted 150,000, expected 150,000: nothing is missing.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The drawer held what it should.")).to_be_visible()
    shift = Shift.objects.get()
    assert (shift.opening_float, shift.expected_cash, shift.counted_cash) == (200_000, 150_000, 150_000)
    page.goto(f"/shifts/{shift.pk}/report/")
    expect(page.get_by_text("Z REPORT")).to_be_visible()


def test_a_difference_is_said_while_it_is_counted_and_asks_for_a_note(page, cashier, expected_console_errors):
    expected_console_errors.append("400")
    page.set_viewport_size(PHONE)
    open_by_keyboard(page)

    page.goto("/shift/close/")
    expect(page.get_by_label("100,000")).to_be_focused()
    enter_pieces(page, "1", "1", "", "", "", "", "", "1", "", "", "")
    expect(page.locator("[data-difference]")).to_have_text("49,500 missing")
    expect(page.get_by_label("Note")).to_be_focused()
    page.keyboard.press("Enter")

    # Refused without asking first: nothing typed is lost.
    expect(page.locator("#id_note")).to_have_class(re.compile("is-invalid"))
    expect(page.get_by_label("Note")).to_be_focused()
    expect(page.get_by_label("500", exact=True)).to_have_value("1")
    assert Shift.objects.get().is_open
    page.keyboard.type("Lost on the way")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-body")).to_contain_text("49,500 missing")
    page.keyboard.press("Enter")

    expect(page.get_by_text("IDR 49,500 was missing in the drawer.")).to_be_visible()
    assert Shift.objects.get().note == "Lost on the way"


def test_a_usual_float_is_one_press(page, cashier):
    page.goto("/shift/open/?next=/shift/")

    page.get_by_role("button", name="300,000").click()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your shift")).to_be_visible()
    assert Shift.objects.get().opening_float == 300_000
