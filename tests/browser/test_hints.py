"""Hints at the till: what goes with the basket is added with one key, refused with a click, and measured."""

import pytest
from playwright.sync_api import expect

from inventory.models import Stock
from master.models import Product
from mining.models import HintedSale, HintSettings, ShownHint
from sales.models import Sale
from tests.mining.found import RunFactory, rule_of

from .cashier_day import Day, open_shift_by_keyboard
from .waiting import comes_to


@pytest.fixture
def day(page, sign_in):
    """A day at the till, with a run in force: who buys P0 also takes P1 and P2."""
    day = Day(page, sign_in)
    p = list(Product.objects.order_by("sku")[:3])
    for product in p:
        product.cost = 100
        product.save()
    Stock.objects.update(average_cost=100)
    run = RunFactory(is_active=True)
    rule_of(run, p[:1], p[1:2], lift=9.0)
    rule_of(run, p[:1], p[2:3], lift=2.0)
    HintSettings.objects.create(control_percent=0)
    return day


def panel(day):
    return day.page.locator("#till-hints [data-product]")


def test_a_hint_is_added_with_one_key_and_another_refused(day):
    open_shift_by_keyboard(day)
    day.scan("P0")
    expect(panel(day)).to_have_count(2)
    expect(panel(day).first).to_contain_text("Barang satu")
    expect(panel(day).first.locator("kbd")).to_have_text("F1")
    comes_to(day.page, ShownHint.objects.count, 2)

    day.press("F1")

    day.total("3,000")
    expect(panel(day)).to_have_count(1)
    comes_to(day.page, ShownHint.objects.filter(product__sku="P1", outcome="TAKEN").count, 1)

    day.page.get_by_role("button", name="Do not offer Barang dua").click()

    expect(day.page.locator("#till-hints")).to_be_hidden()
    expect(day.page.locator("#scan")).to_be_focused()
    comes_to(day.page, ShownHint.objects.filter(product__sku="P2", outcome="REFUSED").count, 1)
    day.pay()
    sale = Sale.objects.get(status="PAID")
    assert HintedSale.objects.get().sale == sale
    assert {item.product.sku for item in sale.items.all()} == {"P0", "P1"}


def test_a_control_sale_sees_no_hint_and_is_written_down(day):
    HintSettings.objects.update(control_percent=100)
    open_shift_by_keyboard(day)

    day.scan("P0")

    day.total("1,000")
    comes_to(day.page, ShownHint.objects.count, 2)
    expect(day.page.locator("#till-hints")).to_be_hidden()
    assert HintedSale.objects.get().is_control
    day.pay()
