import re
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader
from reportlab.lib.units import mm

from inventori.permissions import CASHIER, MANAGER
from inventory.label_pdf import Label, labels_pdf
from inventory.label_rows import labels_url
from inventory.label_sheets import LAYOUTS
from tests.factories import CategoryFactory, ProductFactory, ProductUnitFactory, ShopProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

EAN, EAN_BOX = "8991234567891", "8990000000013"
PAGE = "/labels/"
EAN13, CODE128 = zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.Code128


@pytest.fixture
def manager(client):
    ShopProfileFactory()
    client.force_login(UserFactory(role=MANAGER))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def sanmol():
    return ProductFactory(name="Sanmol 500 mg", sku="SNM", barcode=EAN, uom="strip", price=12_500)


def typed(counts=(), **more):
    given = {"each": "1", "kind": "product", "layout": "a4-3x8", "start": "1", "do": "print"}
    return given | {f"count_{item}": str(count) for item, count in dict(counts).items()} | more


def printed(client, counts, **more):
    answer = client.post(PAGE, typed(counts, **more))
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(answer.content)), answer.content


def scanned(pdf, layout, page=0):
    """Read the bars of one page as a person would who holds a scanner over one label after another."""
    scale = 300 / 72
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil().convert("L")
    paper, dots = LAYOUTS[layout], mm * scale
    found = []
    for _page, x, y in paper.places(paper.per_page):
        box = (x * dots, y * dots, (x + paper.size[0]) * dots, (y + paper.size[1]) * dots)
        found += zxingcpp.read_barcodes(image.crop(box))
    return [(one.text, one.format) for one in found]


def size_of(page):
    return round(float(page.mediabox.width) / mm, 1), round(float(page.mediabox.height) / mm, 1)


def listed(answer):
    return [(row.product.name, row.unit_name, row.count) for row in answer.context["rows"]]


# --- What is printed ---------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["product", "shelf"])
@pytest.mark.parametrize(
    ("layout", "page_size"),
    [("a4-3x8", (210, 297)), ("a4-5x13", (210, 297)), ("roll-50x30", (50, 30)), ("roll-33x15", (33, 15))],
)
def test_each_layout_prints_name_price_and_a_barcode_that_a_scanner_reads(manager, sanmol, layout, page_size, kind):
    pdf, content = printed(manager, {f"p{sanmol.pk}": 1}, layout=layout, kind=kind)

    text = pdf.pages[0].extract_text()
    assert len(pdf.pages) == 1
    assert size_of(pdf.pages[0]) == page_size
    assert scanned(content, layout) == [(EAN, EAN13)]
    for part in ("Sanmol 500 mg", "IDR 12,500", "/ strip", "SNM"):
        assert part in text


def test_the_day_of_print_and_the_currency_are_written_as_the_language_writes_them(manager, sanmol):
    manager.cookies["django_language"] = "id"

    with time_machine.travel("2026-11-24 03:00+00:00", tick=False):
        pdf, _content = printed(manager, {f"p{sanmol.pk}": 1})

    text = pdf.pages[0].extract_text()
    assert "Rp 12.500" in text
    with translation.override("id"):
        assert re.search(r"24.11.(20)?26", text)


def test_a_product_without_a_barcode_carries_its_sku_in_code_128(manager):
    product = ProductFactory(sku="OBT-0042")

    _pdf, content = printed(manager, {f"p{product.pk}": 1}, layout="roll-33x15")

    assert scanned(content, "roll-33x15") == [("OBT-0042", CODE128)]


def test_a_box_has_its_own_barcode_price_and_contents(manager, sanmol):
    box = ProductUnitFactory(product=sanmol, name="box", factor=10, price=115_000, barcode=EAN_BOX)

    pdf, content = printed(manager, {f"u{box.pk}": 1})

    text = pdf.pages[0].extract_text()
    assert scanned(content, "a4-3x8") == [(EAN_BOX, EAN13)]
    assert "IDR 115,000" in text
    assert "SNM · box (10 strip)" in text


def test_labels_fill_sheets_from_the_first_free_one_on(manager, sanmol):
    other = ProductFactory(sku="OTHER")

    pdf, content = printed(manager, {f"p{sanmol.pk}": 24, f"p{other.pk}": 2}, start="23")

    assert len(pdf.pages) == 2
    assert scanned(content, "a4-3x8") == [(EAN, EAN13)] * 2
    assert scanned(content, "a4-3x8", page=1) == [(EAN, EAN13)] * 22 + [("OTHER", CODE128)] * 2


def test_a_sheet_of_65_is_read_whole(manager, sanmol):
    pdf, content = printed(manager, {f"p{sanmol.pk}": 65}, layout="a4-5x13")

    assert len(pdf.pages) == 1
    assert scanned(content, "a4-5x13") == [(EAN, EAN13)] * 65


def test_a_roll_has_a_page_for_each_label_whatever_start_says(manager, sanmol):
    pdf, _content = printed(manager, {f"p{sanmol.pk}": 3}, layout="roll-50x30", start="9")

    assert len(pdf.pages) == 3


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_label_lies_outside_its_page(layout):
    paper = LAYOUTS[layout]

    places = list(paper.places(paper.per_page))

    assert {page for page, _x, _y in places} == {0}
    assert max(x for _page, x, _y in places) + paper.size[0] <= paper.page[0]
    assert max(y for _page, _x, y in places) + paper.size[1] <= paper.page[1]


@pytest.mark.parametrize("for_shelf", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_long_name_is_wrapped_and_cut_and_leaves_the_bars_readable(layout, for_shelf):
    label = Label("Paracetamol Tablet Salut Selaput 500 mg " * 4, "Rp 1.234.567.890", "/ strip", EAN, "S · strip " * 9)

    content = labels_pdf([label], LAYOUTS[layout], for_shelf=for_shelf)

    text = PdfReader(BytesIO(content)).pages[0].extract_text()
    assert "…" in text
    assert "Rp 1.234.567.890" in text
    assert scanned(content, layout) == [(EAN, EAN13)]


def test_a_code_too_long_for_the_label_is_left_out_rather_than_printed_unreadable():
    label = Label("Sabun", "Rp 1", "/ pcs", "A" * 40, "A")

    content = labels_pdf([label], LAYOUTS["roll-33x15"], for_shelf=False)

    assert scanned(content, "roll-33x15") == []
    assert "Sabun" in PdfReader(BytesIO(content)).pages[0].extract_text()


# --- What is refused ---------------------------------------------------------------------
def test_too_many_labels_are_refused_with_a_sentence(manager, sanmol):
    answer = manager.post(PAGE, typed({f"p{sanmol.pk}": 2_001}))

    assert answer.context["form"].non_field_errors() == ["That would be 2001 labels. At most 2000 are printed at once."]
    assert listed(answer) == [("Sanmol 500 mg", "strip", 2_001)]


@pytest.mark.parametrize("count", ["0", ""])
def test_no_labels_at_all_are_refused(manager, sanmol, count):
    answer = manager.post(PAGE, typed({f"p{sanmol.pk}": count}))

    assert answer.context["form"].non_field_errors() == ["Say how many labels of at least one product."]


@pytest.mark.parametrize("count", ["-1", "many", "1.5", "9" * 30])
def test_a_count_that_is_no_whole_number_is_refused(manager, sanmol, count):
    answer = manager.post(PAGE, typed({f"p{sanmol.pk}": count}))

    assert answer.context["form"].non_field_errors() == [f"“{count}” is no number of labels. Enter a whole number."]


@pytest.mark.parametrize("start", ["0", "25", "x"])
def test_a_start_beyond_the_sheet_is_refused(manager, sanmol, start):
    answer = manager.post(PAGE, typed({f"p{sanmol.pk}": 1}, start=start))

    assert list(answer.context["form"].errors) == ["start"]


# --- Choosing ------------------------------------------------------------------------------
def found(client, counts=(), **more):
    return client.post(PAGE, typed(counts, do="add", **more))


def test_a_scan_adds_its_product_and_a_second_scan_one_more(manager, sanmol):
    first = found(manager, text=EAN, each="2")
    second = found(manager, {f"p{sanmol.pk}": 2}, text="snm")

    assert listed(first) == [("Sanmol 500 mg", "strip", 2)]
    assert listed(second) == [("Sanmol 500 mg", "strip", 3)]


def test_the_barcode_of_a_box_adds_the_box(manager, sanmol):
    ProductUnitFactory(product=sanmol, name="box", barcode=EAN_BOX)

    assert listed(found(manager, text=EAN_BOX)) == [("Sanmol 500 mg", "box", 1)]


def test_units_come_along_where_they_are_asked_for(manager, sanmol):
    ProductUnitFactory(product=sanmol, name="box", factor=10)
    ProductUnitFactory(product=sanmol, name="carton", factor=100, price=None)

    answer = found(manager, text="SNM", with_units="on")

    assert listed(answer) == [("Sanmol 500 mg", "strip", 1), ("Sanmol 500 mg", "box", 1)]


def test_a_text_that_means_several_asks_which(manager, sanmol):
    ProductFactory(name="Sanmol Forte", sku="SNF")

    asked = found(manager, text="sanmol")
    chosen = found(manager, text="sanmol", add="SNF")

    assert listed(asked) == []
    assert [product.sku for product in asked.context["matches"]] == ["SNM", "SNF"]
    assert listed(chosen) == [("Sanmol Forte", "pcs", 1)]


def test_a_category_and_a_shelf_add_what_is_active_in_them(manager):
    drinks = CategoryFactory()
    ProductFactory(name="Teh", category=drinks, shelf="A-01")
    ProductFactory(name="Kopi", category=drinks)
    ProductFactory(name="Susu", category=drinks, is_active=False)
    ProductFactory(name="Roti", shelf="A-01")

    by_category = found(manager, category=str(drinks.pk))
    by_shelf = found(manager, shelf="A-01")

    assert listed(by_category) == [("Kopi", "pcs", 1), ("Teh", "pcs", 1)]
    assert listed(by_shelf) == [("Roti", "pcs", 1), ("Teh", "pcs", 1)]


def test_what_nothing_is_meant_by_is_said(manager):
    assert found(manager, text="xyz").context["form"].non_field_errors() == [
        "No active product is meant by this. Check it, or choose another."
    ]
    assert found(manager).context["form"].errors["text"] == ["Scan a product, or choose a category or a shelf."]


def test_a_row_is_taken_out_and_the_others_stay(manager, sanmol):
    other = ProductFactory(name="Other")

    answer = manager.post(PAGE, typed({f"p{sanmol.pk}": 1, f"p{other.pk}": 4}, drop=f"p{sanmol.pk}"))

    assert listed(answer) == [("Other", "pcs", 4)]


def test_an_address_brings_products_with_how_many(manager, sanmol):
    rice = ProductFactory(name="Beras", uom="kg")
    url = labels_url(
        [
            (rice.pk, Decimal("2.5")),
            (sanmol.pk, Decimal(6)),
            (10**9, Decimal(1)),
            (sanmol.pk, Decimal(4)),
            (sanmol.pk, Decimal(0)),
        ]
    )

    answer = manager.get(url)

    assert url == f"/labels/?items={rice.pk}:3,{sanmol.pk}:10,1000000000:1"
    assert listed(answer) == [("Beras", "kg", 3), ("Sanmol 500 mg", "strip", 10)]


def test_nonsense_in_the_address_or_the_form_is_ignored(manager):
    assert listed(manager.get(PAGE, {"items": "1:x,,a:1,1:99999999"})) == []
    assert listed(manager.post(PAGE, typed({"p": 1, "x5": 1, "u99999999": 1}, do="add"))) == []


def test_the_list_is_read_with_the_same_queries_whatever_its_length(manager, django_assert_num_queries):
    few = [ProductFactory() for _ in range(1)]
    many = [ProductFactory() for _ in range(3)]

    for products in (few, many):
        url = labels_url([(product.pk, Decimal(1)) for product in products])
        manager.get(url)
        with django_assert_num_queries(7):
            manager.get(url)


def test_who_may_see_products_may_print_them(client):
    client.force_login(UserFactory(role=CASHIER))

    assert client.get(reverse("inventory:label_print")).status_code == 200


def test_the_empty_page_posts_what_it_needs(manager, sanmol):
    form = manager.get(PAGE).context["form"]
    posted = {bound.html_name: bound.value() or "" for bound in form.print_fields}

    answer = manager.post(PAGE, posted | {"text": EAN, "each": "1", "do": "add"})

    assert listed(answer) == [("Sanmol 500 mg", "strip", 1)]
