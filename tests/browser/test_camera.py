"""The camera as a scanner: a made-up camera shows a barcode, and the product lands in the basket."""

import os

import pytest
from barcode import EAN13
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from sales.models import SaleItem
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

from .chromium import find_chromium
from .conftest import PHONE, QUIET
from .waiting import comes_to

BARCODE = "8991234567891"
SIZE = (640, 480)
FAKE_CAMERA = ["--use-fake-device-for-media-stream"]
ALLOWED = [*FAKE_CAMERA, "--use-fake-ui-for-media-stream"]
KEEP_TRACK = "window.track = document.querySelector('#camera video').srcObject.getTracks()[0]"
STATE = "[window.track.readyState, document.querySelector('#camera video').srcObject]"


def film(path, code):
    """Write a film of one second that shows `code` as EAN-13, in the plain format that Chromium plays as a camera."""
    picture = Image.new("L", SIZE, 255)
    draw, (width, height) = ImageDraw.Draw(picture), SIZE
    bars = EAN13(code).build()[0]
    left = (width - 4 * len(bars)) // 2
    for at, bar in enumerate(bars):
        if bar != "0":
            draw.rectangle((left + 4 * at, 100, left + 4 * at + 3, height - 100), fill=0)
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    return path


@pytest.fixture
def shop():
    warehouse, cashier = WarehouseFactory(), UserFactory()
    stock_up(ProductFactory(name="Sabun Mandi", sku="SOAP", barcode=BARCODE, price=10_000), warehouse, 10)
    open_shift(cashier, warehouse)
    return cashier


@pytest.fixture
def phone_with(browser, live_server):
    """Open a phone in a browser of its own, started with `arguments`."""
    opened = []

    def phone_with(*arguments):
        sandbox = [] if os.getuid() else ["--no-sandbox"]
        own = browser.browser_type.launch(executable_path=find_chromium(), args=[*QUIET, *sandbox, *arguments])
        opened.append(own)
        context = own.new_context(base_url=live_server.url, viewport=PHONE, locale="en", has_touch=True, is_mobile=True)
        context.set_default_timeout(15_000)
        context.set_default_navigation_timeout(60_000)
        return context.new_page()

    yield phone_with
    for own in opened:
        own.close()


def open_camera(page, sign_in, cashier):
    sign_in(page, cashier)
    page.goto("/pos/")
    page.locator("[data-camera-open]").click()


def test_a_barcode_before_the_camera_lands_in_the_basket_once(phone_with, sign_in, shop, tmp_path):
    shown = film(tmp_path / "camera.y4m", BARCODE)
    page = phone_with(*ALLOWED, f"--use-file-for-fake-video-capture={shown}")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, shop)
    page.goto("/pos/")
    assert not any("zxing" in url for url in asked)

    page.locator("[data-camera-open]").click()
    expect(page.locator("#camera [data-say]")).to_have_text("Added: Sabun Mandi")
    page.wait_for_timeout(2_500)
    page.evaluate(KEEP_TRACK)
    page.locator("#camera [data-close]").click()

    expect(page.locator("#camera")).to_be_hidden()
    expect(page.locator("#till-lines [data-item]")).to_have_count(1)
    assert list(SaleItem.objects.values_list("product__sku", "qty")) == [("SOAP", 1)]
    comes_to(page, lambda: page.evaluate(STATE), ["ended", None])


LEAVING = {
    "escape": lambda page: page.keyboard.press("Escape"),
    # As a phone does it when it is locked, and as a browser does it when the page is left.
    "hidden": lambda page: page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    ),
    "left": lambda page: page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))"),
}


@pytest.mark.parametrize("way", LEAVING)
def test_the_camera_is_off_however_the_dialog_is_left(phone_with, sign_in, shop, way):
    page = phone_with(*ALLOWED)
    open_camera(page, sign_in, shop)
    running = "document.querySelector('#camera video').srcObject?.getTracks()[0].readyState ?? ''"
    comes_to(page, lambda: page.evaluate(running), "live")
    page.evaluate(KEEP_TRACK)

    LEAVING[way](page)

    expect(page.locator("#camera")).to_be_hidden()
    comes_to(page, lambda: page.evaluate(STATE), ["ended", None])


def test_a_code_that_nobody_sells_is_said_in_the_dialog(phone_with, sign_in, shop, tmp_path):
    shown = film(tmp_path / "camera.y4m", "4006381333931")
    page = phone_with(*ALLOWED, f"--use-file-for-fake-video-capture={shown}")

    open_camera(page, sign_in, shop)

    expect(page.locator("#camera [data-say]")).to_have_text("No product has the code 4006381333931.")
    assert not SaleItem.objects.exists()


def test_a_refused_camera_says_what_to_do(phone_with, sign_in, shop):
    page = phone_with(*FAKE_CAMERA)

    open_camera(page, sign_in, shop)

    expect(page.locator("#camera [data-say]")).to_have_text(
        "The browser may not use the camera. Allow it in the browser's settings for this page, then open it again."
    )


def test_a_device_without_a_camera_says_so(phone_with, sign_in, shop):
    page = phone_with()

    open_camera(page, sign_in, shop)

    expect(page.locator("#camera [data-say]")).to_have_text("No camera was found on this device.")


NO_MEDIA = "Object.defineProperty(Navigator.prototype, 'mediaDevices', {get: () => undefined});"
NO_HTTPS = "Object.defineProperty(window, 'isSecureContext', {get: () => false});"


def test_a_browser_that_lends_no_camera_has_no_button(page, sign_in, shop):
    page.add_init_script(NO_MEDIA)
    sign_in(page, shop)
    page.goto("/pos/")

    expect(page.locator("#scan")).to_be_visible()
    expect(page.locator("[data-camera-open]")).to_be_hidden()


def test_a_phone_without_https_is_told_why_it_has_no_camera(phone_with, sign_in, shop):
    page = phone_with()
    page.add_init_script(NO_MEDIA + NO_HTTPS)

    open_camera(page, sign_in, shop)

    expect(page.locator("#camera [data-say]")).to_contain_text("lends its camera only to pages opened with https")
