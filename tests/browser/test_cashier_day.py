"""A whole day at the till, by keyboard alone and by touch, and what the Z report says of it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone
from playwright.sync_api import expect

from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import BatchStock, Stock
from inventory.services import adjustment_post
from sales.models import Approval, Payment, Sale, SaleReturn, Shift
from sales.shifts import shift_report
from tests.factories import ProductFactory

from .cashier_day import Day, open_shift_by_keyboard, twelve_sales
from .conftest import PHONE

FORBIDDEN = "status of 403"  # how the browser's console tells that a PIN is asked for


@pytest.fixture
def day(page, sign_in):
    return Day(page, sign_in)


def test_a_cashiers_day_by_keyboard_alone(day, expected_console_errors):
    expected_console_errors.append(FORBIDDEN)
    page = day.page
    open_shift_by_keyboard(day)
    twelve_sales(day)
    sales = list(Sale.objects.filter(status="PAID").order_by("sold_at"))
    assert [int(sale.total_amount) for sale in sales] == [
        *(3_000, 10_000, 9_000, 5_000, 6_000, 7_000, 14_400, 9_000, 3_500, 2_000, 1_000, 10_000),
    ]

    # Two of the three P2 come back: the receipt is scanned, then the goods.
    page.goto("/returns/new/")
    expect(page.locator("#code")).to_be_focused()
    day.scan(sales[2].invoice_number)
    page.wait_for_url(re.compile(r"/returns/new/\d+/"))
    expect(page.locator("#scan")).to_be_focused()
    day.scan("P2", "P2")
    expect(page.locator("#return-sum")).to_contain_text("6,000")
    page.locator("#id_reason").focus()
    day.type("wrong size")
    page.locator("#id_pin").focus()
    day.type("2468")
    day.press("Enter")
    page.wait_for_url(re.compile(r"/returns/\d+/$"))

    # The second sale is taken back altogether, with the PIN.
    page.goto(f"/sales/{sales[1].pk}/")
    page.locator(".sale-cancel summary").focus()
    day.press("Enter")
    page.locator("#id_reason").focus()
    day.type("scanned twice")
    page.locator("#id_pin").focus()
    day.type("2468")
    day.press("Enter")
    expect(page.locator("#confirm")).to_be_visible()
    day.press("Enter")
    expect(page.locator(".notice.tone-bad")).to_contain_text("scanned twice")

    close_and_compare(day)


def close_and_compare(day):
    """Count what must lie in the drawer, close, and hold the Z report against the rows."""
    page = day.page
    shift = Shift.objects.get()
    expected = int(shift_report(shift).expected_cash)
    page.goto("/shift/close/")
    page.wait_for_url(re.compile(r"/shifts/\d+/close/|/shift/close/"))
    first = page.locator("[data-shift-count] input:not([type=hidden])").first
    expect(first).to_be_focused()
    notes = [100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000]
    rest = expected
    for value in notes:
        day.type(str(rest // value))
        rest %= value
        day.press("Enter")
    for coin in (1_000, 500, 200, 100):
        label = page.locator("fieldset").nth(1).locator(".shift-row label", has_text=re.compile(rf"^{coin:,}$"))
        if coin < 1_000 and label.count():
            page.locator(f"#{label.get_attribute('for')}").fill(str(rest // coin))
            rest %= coin
    assert rest == 0
    expect(page.locator("[data-counted]")).to_have_text(f"{expected:,}")
    page.locator("[data-shift-count] button.btn-primary").focus()
    day.press("Enter")
    expect(page.locator("#confirm")).to_be_visible()
    day.press("Enter")
    page.wait_for_url(re.compile(r"/shifts/\d+/$"))

    shift.refresh_from_db()
    paid = Sale.objects.filter(shift=shift, status="PAID")
    total = paid.aggregate(n=Sum("total_amount"))["n"]
    cash = Payment.objects.filter(sale__shift=shift, method="CASH").aggregate(n=Sum("amount"))["n"]
    refunds = SaleReturn.objects.filter(shift=shift).aggregate(n=Sum("total_amount"))["n"] or 0
    assert (shift.counted_cash, shift.expected_cash) == (expected, shift.opening_float + cash - refunds)
    page.goto(f"/shifts/{shift.pk}/report/")
    slip = page.locator("main")
    for figure in (paid.count(), total, cash, refunds, shift.expected_cash):
        expect(slip).to_contain_text(f"{int(figure):,}")
    expect(slip).to_contain_text("Z")


def test_the_day_leaves_stock_and_approvals_as_they_should_be(day, expected_console_errors):
    expected_console_errors.append(FORBIDDEN)
    open_shift_by_keyboard(day)

    twelve_sales(day)

    left = dict(Stock.objects.values_list("product__sku", "qty"))
    assert left == {"P0": 47, "P1": 48, "P2": 47, "P3": 49, "P4": 47, "P5": 49, "P6": 49, "P7": 48, "P8": 49, "P9": 49}
    assert list(Approval.objects.values_list("right", "by", "allowed_by")) == [
        ("price_override", day.cashier.pk, day.manager.pk)
    ]


def test_a_cash_sale_takes_two_keys_beyond_scans_and_amount(day):
    open_shift_by_keyboard(day)
    pressed = []
    day.page.expose_function("notePress", lambda key: pressed.append(key))
    day.page.evaluate("document.addEventListener('keydown', (event) => window.notePress(event.key), true)")

    for code in ("P0", "P1"):
        day.scan(code)
    day.total("3,000")
    day.press("F9")
    expect(day.page.locator("#tendered")).to_be_focused()
    day.type("5000")
    day.press("Enter")
    expect(day.page.locator(".pos-change")).to_have_text("2,000")

    typed = [*"P0", "Enter", *"P1", "Enter", *"5000"]
    assert [key for key in pressed if key != "Shift"] == [*typed[:6], "F9", *"5000", "Enter"]
    assert len([key for key in pressed if key != "Shift"]) - len(typed) == 2


def test_a_day_by_touch_on_a_phone(day, expected_console_errors):
    expected_console_errors.append(FORBIDDEN)
    page = day.page
    page.set_viewport_size(PHONE)
    page.goto("/pos/")
    page.fill("#id_opening_float", "50000")
    page.click("button:has-text('Open the shift')")

    page.fill("#scan", "P9")
    page.click("#scan-form button:not([data-camera-open])")
    day.total("10,000")
    page.click("[data-do=discount]")
    page.fill("#line-discount", "50%")
    page.click("#line button.btn-primary")
    page.fill("#pin-value", "2468")
    page.click("#pin button.btn-primary")
    day.total("5,000")
    page.click("[data-do=hold]")
    page.fill("#hold-name", "payung")
    page.click("#hold button.btn-primary")
    day.total("0")
    page.click("[data-do=resume]")
    page.click("#held .pos-option")
    day.total("5,000")
    page.click("[data-pay-open]")
    page.click("[data-tender-add]")
    expect(page.locator("#tendered-1")).to_have_value("0")
    page.fill("#tendered", "3000")
    page.fill("#tendered-1", "2000")
    page.click("#pay-now")

    expect(page.locator(".pos-change")).to_have_text("0")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert sorted(Payment.objects.values_list("method", "amount")) == [("CASH", 3_000), ("QRIS", 2_000)]


def test_two_tabs_paying_the_same_basket_make_one_sale(day, context, sign_in):
    open_shift_by_keyboard(day)
    day.scan("P0")
    day.total("1,000")
    other = context.new_page()
    other.goto("/pos/")
    expect(other.locator(".pos-total-figure")).to_have_text("1,000")

    for tab in (day.page, other):
        tab.keyboard.press("F9")
        expect(tab.locator("#tendered")).to_be_focused()
    for tab in (day.page, other):
        tab.keyboard.press("Enter")

    for tab in (day.page, other):
        expect(tab.locator(".pos-change")).to_have_text("0")
    assert day.page.url == other.url
    assert (Sale.objects.count(), Payment.objects.count()) == (1, 1)


def test_the_customers_screen_follows_the_basket(day, browser, live_server):
    open_shift_by_keyboard(day)
    stranger = browser.new_context(base_url=live_server.url, locale="en")
    screen = stranger.new_page()
    screen.goto(f"/display/{Shift.objects.get().display_token}/")
    expect(screen.locator("main")).to_contain_text("Welcome")

    day.scan("P0", "2*P1")
    expect(screen.locator(".display-total strong")).to_have_text("5,000")
    expect(screen.locator(".display-lines li")).to_have_count(2)
    day.pay("10000", "5,000")

    expect(screen.locator("main")).to_contain_text("Thank you")
    expect(screen.locator(".display-total strong")).to_have_text("5,000")
    stranger.close()


def test_hints_are_asked_for_with_the_basket_and_add_a_product(day):
    open_shift_by_keyboard(day)
    asked = []
    hint = f'[{{"product": {Stock.objects.get(product__sku="P9").product_id}, "sku": "P9", "name": "Barang 9"}}]'

    def answer(route):
        asked.append(route.request.url.split("?")[1])
        route.fulfill(status=200, content_type="application/json", body=hint)

    day.page.route("**/mining/recommendations/**", answer)
    with day.page.expect_request(lambda request: request.url.endswith("&sku=P0&sku=P1")):
        day.scan("P0", "P1")
    expect(day.page.locator("#till-hints [data-product]")).to_have_text(re.compile(r"\+ Barang 9"))
    key = day.page.locator("#till-lines").get_attribute("data-key")
    assert asked[-1] == f"basket={key}&sku=P0&sku=P1"
    day.page.unroute("**/mining/recommendations/**")

    day.page.click("#till-hints [data-product]")

    day.total("13,000")
    expect(day.page.locator("#till-hints")).to_be_hidden()


def test_hints_that_fail_or_hang_stop_nothing(day, expected_console_errors):
    expected_console_errors.append("status of 500")
    expected_console_errors.append("net::ERR_FAILED")
    open_shift_by_keyboard(day)

    day.page.route("**/mining/recommendations/**", lambda route: route.fulfill(status=500, body="no"))
    day.scan("P0")
    day.total("1,000")
    day.page.unroute("**/mining/recommendations/**")
    day.page.route("**/mining/recommendations/**", lambda route: None)
    day.scan("P1", "P2", "P3")
    day.total("10,000")

    expect(day.page.locator("#till-hints")).to_be_hidden()
    day.pay()


def test_another_batch_than_the_first_to_expire_is_chosen_with_a_reason(day):
    pills = ProductFactory(name="Obat", sku="OBAT", price=4_000, tracks_batches=True)
    today = timezone.localdate()
    for number, days in (("SOON", 30), ("LATE", 300)):
        batch = batch_ensure(product=pills, number=number, expires_on=today + timedelta(days=days))
        lines = [Line(pills.pk, Decimal(5), Decimal(2_000), batch_id=batch.pk)]
        adjustment_post(warehouse=day.warehouse, reason="OPENING", lines=lines, key=number, by=day.manager)
    open_shift_by_keyboard(day)
    day.scan("2*OBAT")
    day.total("8,000")

    day.open("line", "Shift+F2", "#line-note")
    expect(day.page.locator("#line-batch option")).to_have_count(3)
    day.page.locator("#line-batch").select_option(str(batch.pk))
    day.page.locator("#line-note").focus()
    day.type("for a long journey")
    day.press("Enter")
    day.closed("line")
    expect(day.page.locator(".pos-note").first).to_have_text("Batch LATE")
    day.pay()

    assert dict(BatchStock.objects.values_list("batch__number", "qty")) == {"SOON": 5, "LATE": 3}
