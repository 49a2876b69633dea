"""The receipt as a PDF and its barcode, read back as a customer's reader and a shop's scanner would."""

from decimal import Decimal
from io import BytesIO

import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader

from inventori.code128 import barcode_of, printer_data
from sales.receipt import receipt_of
from sales.receipt_pdf import receipt_pdf
from sales.services import Tender
from tests.factories import CustomerFactory

from .receipts import ReceiptShop, get

DOTS_PER_MM = 8


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def scanned(image):
    return [(found.text, found.format) for found in zxingcpp.read_barcodes(image)]


def page_of(pdf):
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 1
    return reader.pages[0]


def bars_on_paper(page, width_mm):
    """Draw the filled rectangles of a PDF page with the dots of a receipt printer."""
    image = Image.new("L", (width_mm * DOTS_PER_MM, 200), 255)
    draw = ImageDraw.Draw(image)
    dot = 72 / 25.4 / DOTS_PER_MM

    def note(operator, operands, *rest):
        if operator == b"re":
            x, _y, width, _height = map(float, operands)
            draw.rectangle([round(x / dot), 40, round((x + width) / dot) - 1, 160], fill=0)

    page.extract_text(visitor_operand_before=note)
    return image


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25))
def test_a_scanner_reads_every_barcode_that_is_drawn(text):
    barcode = barcode_of(text)
    image = Image.new("L", (2 * barcode.modules + 60, 80), 255)
    for at, modules in barcode.bars:
        ImageDraw.Draw(image).rectangle([30 + 2 * at, 10, 30 + 2 * (at + modules) - 1, 70], fill=0)

    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.Code128, text_mode=zxingcpp.TextMode.Plain)

    assert [one.bytes for one in found] == [text.encode()]


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25))
def test_the_printer_is_told_the_same_code_as_is_drawn(text):
    said, code_set, rest = "", "", printer_data(text)
    while rest:
        if rest[:2] in ("{B", "{C"):
            code_set, rest = rest[1], rest[2:]
        elif code_set == "C":
            said, rest = said + f"{ord(rest[0]):02d}", rest[1:]
        else:
            said, rest = said + rest[0], rest[2:] if rest[:2] == "{{" else rest[1:]

    assert said == text


@pytest.mark.parametrize("text", ["", "Nota №1", "é"])
def test_what_code_128_cannot_hold_has_no_barcode(text):
    assert barcode_of(text) is None


@pytest.mark.django_db
@pytest.mark.parametrize("width", [80, 58])
def test_the_pdf_says_what_the_receipt_says_on_paper_of_its_width(width):
    shop = ReceiptShop(address="Jl. Uji 1", receipt_footer="Terima kasih")
    tenders = [Tender("CARD", Decimal(5_000), "4711"), Tender("CASH", Decimal(20_000))]
    sale = shop.sell([(shop.soap, 2), (shop.rice, "0.25")], tenders=tenders, customer=CustomerFactory(name="Budi"))

    page = page_of(receipt_pdf(receipt_of(sale, is_copy=True), width))

    texts = [line.strip() for line in page.extract_text().splitlines()]
    assert texts[:3] == ["Toko Uji", "Jl. Uji 1", "COPY"]
    tail = texts[texts.index("Sabun Mandi") :]
    assert tail == [
        "Sabun Mandi",
        "2 pcs × 10,000",
        "20,000",
        "Beras",
        "0.25 kg × 15,500",
        "3,875",
        "Total IDR",
        "23,875",
        "Card",
        "5,000",
        "4711",
        "Cash",
        "20,000",
        "Change",
        "1,125",
        "Terima kasih",
        sale.invoice_number,
    ]
    assert round(float(page.mediabox.width) * 25.4 / 72) == width
    assert scanned(bars_on_paper(page, width)) == [(sale.invoice_number, zxingcpp.BarcodeFormat.Code128)]


@pytest.mark.django_db
def test_the_page_is_longer_for_more_lines():
    shop = ReceiptShop()
    one = page_of(receipt_pdf(receipt_of(shop.sell()), 80))
    many = page_of(receipt_pdf(receipt_of(shop.sell([(shop.more(), 1) for _ in range(30)])), 80))

    assert many.mediabox.height - one.mediabox.height == pytest.approx(29 * 2 * 7.5 * 1.35, abs=0.1)


@pytest.mark.django_db
def test_names_in_any_letters_print_and_long_ones_are_wrapped():
    shop = ReceiptShop()
    shop.soap.name = "Crème brûlée 日本語 " + "x" * 150
    shop.soap.save()
    sale = shop.sell()
    sale.invoice_number = "IMPORTED-" + "9" * 31

    text = page_of(receipt_pdf(receipt_of(sale), 58)).extract_text()

    assert "Crème brûlée ???" in text
    assert text.replace("\n", "").count("x" * 150) == 1
    assert "IMPORTED-" + "9" * 31 in text.replace("\n", "")


@pytest.mark.django_db
def test_the_logo_is_in_the_pdf_and_a_lost_one_breaks_nothing():
    shop = ReceiptShop()
    picture = BytesIO()
    Image.new("RGB", (60, 30), "teal").save(picture, "PNG")
    shop.profile.logo.save("logo.png", ContentFile(picture.getvalue()))
    sale = shop.sell()

    assert len(page_of(receipt_pdf(receipt_of(sale), 80)).images) == 1
    shop.profile.logo.storage.delete(shop.profile.logo.name)
    assert len(page_of(receipt_pdf(receipt_of(sale), 80)).images) == 0


@pytest.mark.django_db
def test_the_pdf_has_an_address_behind_the_door_of_its_sale(client):
    shop = ReceiptShop()
    sale = shop.sell()

    answer = get(client, shop.cashier, "sale_receipt_pdf", sale.pk, copy="1", width="58")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{sale.invoice_number}.pdf"'
    page = page_of(answer.content)
    assert "COPY" in page.extract_text()
    assert round(float(page.mediabox.width) * 25.4 / 72) == 58
    sale.cashier = shop.manager
    sale.save()
    assert get(client, shop.cashier, "sale_receipt_pdf", sale.pk).status_code == 404
