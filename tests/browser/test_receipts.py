"""The receipt after a sale, in a real browser: it prints by itself, alone on the paper, and a scanner reads it."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.factories import CustomerFactory
from tests.sales.paper_printer import PaperPrinter
from tests.sales.receipts import ReceiptShop

from .conftest import PHONE
from .waiting import comes_to

# Keeps the dialog from opening and counts instead.
COUNT_PRINTS = "window.prints = 0; window.print = () => { window.prints += 1; };"
PRINTER_DOTS = 203 / 96


@pytest.fixture
def till(page, sign_in):
    """Return what opens the page after a sale of `shop`."""
    page.add_init_script(COUNT_PRINTS)

    def till(shop, **sale):
        sign_in(page, shop.cashier)
        made = shop.sell(**sale)
        page.goto(f"/pos/done/{made.pk}/")
        return made

    return till


def printed(page, times):
    comes_to(page, lambda: page.evaluate("window.prints"), times)


def test_the_receipt_prints_by_itself_once_and_enter_begins_the_next_sale(page, till):
    till(ReceiptShop())
    expect(page.locator("[data-new-sale]")).to_be_focused()
    printed(page, 1)

    page.keyboard.press("p")
    printed(page, 2)
    expect(page.locator("[data-new-sale]")).to_be_focused()
    page.reload()
    printed(page, 0)

    page.keyboard.press("Enter")
    page.wait_for_url("**/pos/")


def test_a_shop_that_prints_on_demand_opens_no_dialog(page, till):
    till(ReceiptShop(prints_after_sale=False))
    printed(page, 0)

    page.click("[data-print-key]")

    printed(page, 1)
    expect(page.locator("[data-new-sale]")).to_be_focused()


@pytest.mark.parametrize("width", [80, 58])
def test_the_receipt_stands_alone_on_the_paper(page, till, width):
    sale = till(ReceiptShop(receipt_width=width))
    expect(page.locator(".receipt")).to_be_hidden()

    page.emulate_media(media="print")

    receipt = page.locator(".receipt")
    expect(receipt).to_be_visible()
    expect(receipt).to_contain_text(sale.invoice_number)
    for hidden in (".topbar", ".pos-done", "#toasts"):
        expect(page.locator(hidden)).to_be_hidden()
    box = receipt.bounding_box()
    assert (box["x"], box["y"], round(box["width"] * 25.4 / 96)) == (0, 0, {80: 72, 58: 48}[width])


@pytest.mark.parametrize("width", [80, 58])
def test_a_scanner_reads_the_barcode_as_a_printer_with_203_dpi_prints_it(browser, live_server, sign_in, width):
    shop = ReceiptShop()
    sale = shop.sell()
    context = browser.new_context(base_url=live_server.url, device_scale_factor=PRINTER_DOTS)
    page = context.new_page()
    sign_in(page, shop.cashier)
    page.goto(f"/sales/{sale.pk}/receipt/?width={width}")
    page.emulate_media(media="print")

    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("1", dither=Image.Dither.NONE)

    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [sale.invoice_number]
    context.close()


def test_the_printer_of_the_shift_prints_by_itself(page, till):
    shop = ReceiptShop()
    with PaperPrinter() as printer:
        shop.use_printer(printer.port)
        sale = till(shop)
        expect(page.locator("#done-say")).to_have_text("The receipt is printed on Kasir 1.")
        first = printer.printed()
        expect(page.locator("[data-new-sale]")).to_be_focused()
        page.keyboard.press("p")
        again = printer.printed()

    printed(page, 0)
    assert sale.invoice_number.encode() in first
    assert (b"COPY" in first, b"COPY" in again) == (False, True)


def test_a_printer_that_is_off_leaves_two_ways_out(page, till, expected_console_errors):
    expected_console_errors.append("status of 409")
    shop = ReceiptShop()
    printer = shop.use_printer(1)
    till(shop)
    expect(page.locator("#done-say")).to_contain_text("Kasir 1 does not answer at 127.0.0.1.")
    expect(page.locator("[data-new-sale]")).to_be_focused()

    page.get_by_role("button", name="Print with the browser").click()
    printed(page, 1)
    with PaperPrinter() as awake:
        printer.port = awake.port
        printer.save()
        page.get_by_role("button", name="Print again").click()
        expect(page.locator("#done-say")).to_have_text("The receipt is printed on Kasir 1.")

        assert b"COPY" not in awake.printed()


def test_mail_is_sent_without_leaving_the_page(page, till, settings):
    settings.MAIL_IS_SET_UP = True
    till(ReceiptShop(), customer=CustomerFactory(email="budi@example.com", phone="0812 3456 7890"))

    page.get_by_role("button", name="E-mail to budi@example.com").click()

    expect(page.locator("#done-say")).to_contain_text("The receipt goes to budi@example.com.")
    expect(page.locator("[data-new-sale]")).to_be_focused()
    expect(page.get_by_role("link", name="WhatsApp")).to_have_attribute("target", "_blank")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_have_no_barrier_and_fit_a_phone(page, till, axe, theme):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(PHONE)
    shop = ReceiptShop(address="Jl. Uji 1")
    shop.use_printer(1, is_active=False)
    sale = till(shop, customer=CustomerFactory(email="budi@example.com", phone="0812 3456 7890"))

    for address in (f"/pos/done/{sale.pk}/", f"/sales/{sale.pk}/receipt/?copy=1"):
        page.goto(address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
