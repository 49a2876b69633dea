"""Stock counts by their pages: scanned blind, handed in, looked at and approved by who may."""

import re
from decimal import Decimal

import pytest

from inventory.models import Stock, StockCount
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    WarehouseFactory,
    stock_up,
)
from tests.inventory.test_adjustment_pages import signed_in

pytestmark = pytest.mark.django_db


class Shelf:
    """Soap 17 at 700 (barcode 111, a box of ten 222) on A-01, salt 5 at 300 on B-01."""

    def __init__(self):
        ShopProfileFactory()
        self.warehouse = WarehouseFactory(code="TOKO", name="Toko")
        self.soap = ProductFactory(sku="SOAP", name="Soap", barcode="111", shelf="A-01")
        self.salt = ProductFactory(sku="SALT", name="Salt", shelf="B-01")
        ProductUnitFactory(product=self.soap, barcode="222")
        stock_up(self.soap, self.warehouse, 17, 700)
        stock_up(self.salt, self.warehouse, 5, 300)
        self.counter, self.boss = signed_in("Warehouse"), signed_in("Manager")

    def open(self, what="all", client=None, **more):
        asked = {"warehouse": self.warehouse.pk, "what": what, "is_blind": "on", "key": "key-1"} | more
        answer = (client or self.counter).post("/counts/new/", asked)
        return answer, StockCount.objects.order_by("-pk").first()

    def step(self, count, **data):
        return self.counter.post(f"/counts/{count.pk}/count/", data, headers={"X-Part": "sheet"})

    def counted(self, count):
        return dict(count.lines.values_list("product__sku", "counted_qty"))

    def stock(self):
        return dict(Stock.objects.values_list("product__sku", "qty"))


@pytest.fixture
def shelf():
    return Shelf()


def said(answer):
    text = re.search(r'id="count-say">(.*?)</p>', answer.content.decode())[1]
    return re.sub(r"<.*?>", "", text).strip()


def test_each_scan_adds_one_and_a_box_adds_what_it_holds(shelf):
    _answer, count = shelf.open()

    assert said(shelf.step(count, scan="111")) == "Soap: 1 pcs"
    assert said(shelf.step(count, scan="soap")) == "Soap: 2 pcs"
    assert said(shelf.step(count, scan="222")) == "Soap: 12 pcs"
    assert said(shelf.step(count, scan="3*111")) == "Soap: 15 pcs"
    assert shelf.counted(count) == {"SOAP": 15, "SALT": None}


def test_a_typed_quantity_replaces_what_was_scanned(shelf):
    _answer, count = shelf.open()
    shelf.step(count, scan="3*111")

    shelf.step(count, line=count.lines.get(product=shelf.soap).pk, qty="8")

    assert shelf.counted(count)["SOAP"] == 8


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        ("999", "No product has the code or name “999”."),
        ("x*111", "“x” is no number. Write it like 12*code."),
        ("-1*111", "Soap: the quantity must not be below zero."),
        ("1.5*111", "Soap is sold in whole pcs: enter a whole number."),
        ("SALT", "Salt is not on this sheet. Add a line for it if it lies here."),
    ],
)
def test_a_scan_that_cannot_be_counted_is_said_and_counts_nothing(shelf, scan, sentence):
    _answer, count = shelf.open("shelf", shelf="a")

    assert said(shelf.step(count, scan=scan)) == sentence
    assert shelf.counted(count) == {"SOAP": None}


def test_a_scan_that_fits_several_lines_asks_which(shelf):
    ProductFactory(sku="SOAP2", name="Soap for dishes")
    stock_up(ProductFactory(sku="SOAP3", name="Soap for hands"), shelf.warehouse, 2)
    _answer, count = shelf.open()

    answer = shelf.step(count, scan="4*soap for")
    assert said(answer) == "Soap for hands: 4 pcs"

    answer = shelf.step(count, scan="soa")
    assert [line.product.sku for line in answer.context["said"].matches] == ["SOAP", "SOAP3"]
    shelf.step(count, line=count.lines.get(product=shelf.soap).pk, qty="1", add="1")
    assert shelf.counted(count) == {"SOAP": 1, "SALT": None, "SOAP3": 4}


def test_whoever_counts_blind_never_sees_what_should_be_there(shelf):
    # A figure that no time, day or row's number can be.
    stock_up(shelf.soap, shelf.warehouse, 98_748, 700)
    _answer, count = shelf.open()
    shelf.step(count, scan="111")
    pages = [f"/counts/{count.pk}/", f"/counts/{count.pk}/print/"]

    seen = [shelf.counter.get(page).content.decode() for page in pages]
    seen.append(shelf.step(count, scan="111").content.decode())
    shelf.counter.post(f"/counts/{count.pk}/submit/", {"uncounted": "leave"})
    seen.append(shelf.counter.get(pages[0]).content.decode())

    assert not any("Expected" in page or "98,765" in page or "98765" in page for page in seen)
    assert "Expected" in shelf.boss.get(pages[0]).content.decode()


def test_a_blind_sheet_on_paper_is_blind_whoever_prints_it(shelf):
    _answer, blind = shelf.open()
    _answer, seeing = shelf.open(is_blind="", key="key-2")

    sheets = [shelf.boss.get(f"/counts/{count.pk}/print/").content.decode() for count in (blind, seeing)]

    assert ["Expected" in sheet for sheet in sheets] == [False, True]


def test_an_open_count_shows_what_should_be_there(shelf):
    _answer, count = shelf.open(is_blind="")

    assert re.search(r"Expected\s+17", shelf.counter.get(f"/counts/{count.pk}/").content.decode())


@pytest.mark.parametrize(
    ("what", "more", "skus"),
    [
        ("all", {}, ["SALT", "SOAP"]),
        ("shelf", {"shelf": "b"}, ["SALT"]),
        ("class", {"group": "C"}, ["SALT", "SOAP"]),
        ("chosen", {"chosen": "111\nsalt"}, ["SALT", "SOAP"]),
    ],
)
def test_a_count_is_opened_of_what_is_chosen(shelf, what, more, skus):
    _answer, count = shelf.open(what, **more)

    assert sorted(count.lines.values_list("product__sku", flat=True)) == skus


def test_a_count_of_one_category(shelf):
    tea = ProductFactory(category=CategoryFactory())
    stock_up(tea, shelf.warehouse, 1)

    _answer, count = shelf.open("category", category=tea.category.pk)

    assert [line.product for line in count.lines.all()] == [tea]
    assert count.scope == tea.category.name


@pytest.mark.parametrize(
    ("what", "more", "field", "sentence"),
    [
        ("category", {}, "category", "Choose a category."),
        ("shelf", {}, "shelf", "Enter a shelf."),
        ("chosen", {"chosen": "nope"}, "chosen", "“nope” names no product, or several."),
        ("shelf", {"shelf": "Z"}, "what", "Nothing to count fits this choice."),
        ("class", {"group": "A"}, "what", "Nothing to count fits this choice."),
    ],
)
def test_a_choice_of_nothing_opens_no_count(shelf, what, more, field, sentence):
    answer, _count = shelf.open(what, **more)

    assert answer.context["form"].errors[field] == [sentence]
    assert StockCount.objects.count() == 0


def test_the_same_form_opens_one_count(shelf):
    first, second = shelf.open()[0], shelf.open()[0]

    assert first.headers["Location"] == second.headers["Location"]
    assert StockCount.objects.count() == 1


def test_a_manager_sees_the_differences_with_their_value_and_posts_them(shelf):
    _answer, count = shelf.open()
    shelf.step(count, scan="15*111")
    shelf.step(count, scan="6*SALT")
    shelf.counter.post(f"/counts/{count.pk}/submit/", {})

    page = shelf.boss.get(f"/counts/{count.pk}/").content.decode()
    # −2 · 700 + 1 · 300
    assert re.search(r'id="count-value">IDR −1,100<', page)
    assert shelf.counter.post(f"/counts/{count.pk}/approve/").status_code == 403
    assert shelf.stock() == {"SOAP": 17, "SALT": 5}

    shelf.boss.post(f"/counts/{count.pk}/approve/")
    shelf.boss.post(f"/counts/{count.pk}/approve/")

    assert shelf.stock() == {"SOAP": 15, "SALT": 6}
    assert "−1,100" not in shelf.counter.get(f"/counts/{count.pk}/").content.decode()


def test_lines_are_left_out_only_when_somebody_says_so(shelf):
    _answer, count = shelf.open()
    shelf.step(count, scan="15*111")

    answer = shelf.counter.post(f"/counts/{count.pk}/submit/", {})

    assert answer.status_code == 400
    assert "left out, or counted as zero" in answer.context["submit_form"].errors["uncounted"][0]
    count.refresh_from_db()
    assert count.status == StockCount.Status.OPEN


def test_a_line_is_sent_back_and_counted_again(shelf):
    _answer, count = shelf.open()
    for scan in ("15*111", "5*SALT"):
        shelf.step(count, scan=scan)
    shelf.counter.post(f"/counts/{count.pk}/submit/", {})

    line = count.lines.get(product=shelf.soap)
    shelf.boss.post(f"/counts/{count.pk}/back/", {"lines": [line.pk]})

    assert shelf.counted(count) == {"SOAP": None, "SALT": 5}
    assert said(shelf.step(count, scan="111")) == "Soap: 1 pcs"


def test_a_line_is_added_for_what_lies_there_besides(shelf):
    _answer, count = shelf.open("shelf", shelf="A")

    answer = shelf.counter.post(f"/counts/{count.pk}/line/", {"product": "SALT"})

    assert answer.headers["Location"] == f"/counts/{count.pk}/?q=SALT"
    assert said(shelf.step(count, scan="SALT")) == "Salt: 1 pcs"


def test_what_is_due_is_counted_at_one_press(shelf):
    page = shelf.counter.get("/counts/due/").content.decode()
    assert "Count these 2 products" in page

    for _pressed_twice in range(2):
        shelf.counter.post("/counts/due/open/", {"key": "due-1"})

    assert StockCount.objects.get().lines.count() == 2
    assert "Nothing is due" in shelf.counter.get("/counts/due/").content.decode()


def test_an_analyst_looks_on_and_does_nothing(shelf):
    _answer, count = shelf.open()
    analyst = signed_in("Analyst")

    page = analyst.get(f"/counts/{count.pk}/").content.decode()

    assert "0 of 2 lines are counted." in page
    assert 'name="scan"' not in page
    for step in ("count", "line", "submit", "back", "approve", "cancel"):
        assert analyst.post(f"/counts/{count.pk}/{step}/").status_code == 403
    assert analyst.post("/counts/due/open/").status_code == 403
    assert StockCount.objects.count() == 1


def test_a_cancelled_count_changes_nothing(shelf):
    _answer, count = shelf.open()
    shelf.step(count, scan="111")

    shelf.counter.post(f"/counts/{count.pk}/cancel/")

    assert said(shelf.step(count, scan="111")) == f"{count} is cancelled: this can no longer be done."
    assert shelf.stock() == {"SOAP": Decimal(17), "SALT": Decimal(5)}


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(shelf, number, django_assert_num_queries):
    for count in range(number):
        shelf.open(key=f"key-{count}")
    shelf.boss.get("/counts/")

    with django_assert_num_queries(7):
        shelf.boss.get("/counts/")
