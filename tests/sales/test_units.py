"""A box of ten strips at the till: its barcode, its price, and what of it leaves the stock and comes back."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from inventori.errors import InsufficientStock, InvalidInput
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, Stock, StockMove
from inventory.selectors import business_today
from inventory.services import adjustment_post
from sales.models import ReceiptPrinter, Sale, SaleItem, SaleReturnItem
from sales.printing import receipt_print
from sales.receipt import receipt_of, slip_of
from sales.receipt_pdf import receipt_pdf
from sales.receipt_rows import message
from sales.returning import sold_items
from sales.selectors import cost_of, top_products
from sales.services import (
    ReturnLine,
    Tender,
    basket_add,
    basket_change,
    line_change,
    sale_cancel,
    sale_pay,
    sale_return,
)
from sales.till import basket_view
from summary.verify import differences
from tests.factories import (
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

from .paper_printer import PaperPrinter

pytestmark = pytest.mark.django_db

BOX = "8990000000013"
SCRIPT = {"HTTP_X_TILL": "1"}


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


class UnitShop:
    """Sanmol at 12,500 a strip that cost 7,000, and at 115,000 a box of ten; 45 strips lie there."""

    def __init__(self):
        self.profile = ShopProfileFactory()
        self.warehouse, self.cashier = WarehouseFactory(), UserFactory(role="Manager")
        self.sanmol = ProductFactory(name="Sanmol", sku="SNM", barcode="8991234567891", uom="strip", price=12_500)
        self.box = ProductUnitFactory(product=self.sanmol, name="box", factor=10, price=115_000, barcode=BOX)
        stock_up(self.sanmol, self.warehouse, 45, cost=7_000)
        open_shift(self.cashier, self.warehouse)

    def add(self, qty, unit=None, key=None):
        return basket_add(
            key=key or new_key(),
            warehouse=self.warehouse,
            product=self.sanmol,
            unit=unit,
            qty=Decimal(qty),
            by=self.cashier,
        )

    def sell(self, *parts):
        """Pay parts of (quantity, unit or None) in one sale."""
        key = new_key()
        for qty, unit in parts:
            sale = self.add(qty, unit, key)
        total = sale.total_amount
        return sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=self.cashier)[0]

    def take_back(self, item, qty, **more):
        lines = [ReturnLine(item.pk, Decimal(qty), **more)]
        return sale_return(
            sale_id=item.sale_id, lines=lines, reason="wrong", method="CASH", key=new_key(), by=self.cashier
        )

    @property
    def on_hand(self):
        return Stock.objects.get(product=self.sanmol).qty


@pytest.fixture
def shop():
    return UnitShop()


def lines(sale):
    return [(line.qty, line.unit, line.factor, line.price) for line in sale.items.all()]


# --- The basket --------------------------------------------------------------------------
def test_boxes_and_strips_stand_on_lines_of_their_own_and_gather_there(shop):
    key = new_key()
    for qty, unit in ((1, shop.box), (3, None), (1, shop.box), (1, None)):
        sale = shop.add(qty, unit, key)

    assert lines(sale) == [(2, "box", 10, 115_000), (4, "", 1, 12_500)]
    assert sale.total_amount == 2 * 115_000 + 4 * 12_500


def test_a_unit_without_a_price_is_not_sold(shop):
    carton = ProductUnitFactory(product=shop.sanmol, name="carton", factor=100, price=None)

    with pytest.raises(InvalidInput, match="Sanmol is not sold by the carton: the unit has no price"):
        shop.add(1, carton)

    assert not SaleItem.objects.exists()


def test_half_a_box_is_refused_where_strips_are_whole(shop):
    with pytest.raises(InvalidInput, match="whole"):
        shop.add("0.5", shop.box)

    assert not SaleItem.objects.exists()


def test_more_boxes_than_a_stock_can_hold_are_refused(shop):
    sale = shop.add(1, shop.box)

    with pytest.raises(InvalidInput, match="below"):
        basket_change(key=sale.key, item_id=sale.lines[0].pk, qty=Decimal(10) ** 8, by=shop.cashier)

    assert lines(sale) == [(1, "box", 10, 115_000)]


def test_a_lowered_price_of_a_box_is_lowered_from_the_boxs_own(shop):
    sale = shop.add(1, shop.box)
    item = sale.lines[0]

    for price in (110_000, 100_000):
        line_change(key=sale.key, item_id=item.pk, price=Decimal(price), by=shop.cashier)
    item.refresh_from_db()
    lowered = (item.price, item.list_price)
    line_change(key=sale.key, item_id=item.pk, price=Decimal(115_000), by=shop.cashier)
    item.refresh_from_db()

    assert lowered == (100_000, 115_000)
    assert (item.price, item.list_price) == (115_000, None)


def test_the_till_counts_strips_where_stock_is_meant(shop):
    key = new_key()
    shop.add(4, shop.box, key)
    enough = view_of(shop, shop.add(5, None, key))
    short = view_of(shop, shop.add(1, None, key))

    assert [line.is_short for line in enough.lines] == [False, False]
    assert [line.is_short for line in short.lines] == [True, True]
    assert [line.unit_text for line in short.lines] == ["4 box (40 strip)", ""]
    assert short.units == 10


def view_of(shop, sale):
    return basket_view(key=sale.key, sale=sale, items=sale.lines, warehouse=shop.warehouse, profile=shop.profile)


# --- Paid, returned, cancelled ---------------------------------------------------------------
def test_a_box_takes_its_strips_out_of_stock_at_the_cost_of_a_strip(shop):
    sale = shop.sell((2, shop.box), (3, None))

    box, strips = sale.items.all()
    moves = StockMove.objects.filter(ref_type="SALE").order_by("id")
    assert list(moves.values_list("qty_out", "balance")) == [(20, 25), (3, 22)]
    assert (box.cost, cost_of(box)) == (7_000, 140_000)
    assert (strips.cost, cost_of(strips)) == (7_000, 21_000)
    assert list(differences()) == []


def test_a_sale_of_more_boxes_than_there_are_strips_is_refused_in_strips(shop):
    with pytest.raises(InsufficientStock) as refused:
        shop.sell((4, shop.box), (6, None))

    (short,) = refused.value.items
    assert (short.wanted, short.available) == (46, 45)
    assert shop.on_hand == 45
    assert Sale.objects.get().status == "DRAFT"


def test_a_returned_box_brings_its_strips_back_and_its_price(shop):
    sale = shop.sell((2, shop.box))

    back = shop.take_back(sale.items.get(), 1)

    row = back.items.get()
    assert (row.qty, row.factor, row.price, row.unit_name) == (1, 10, 115_000, "box")
    assert back.total_amount == 115_000
    assert shop.on_hand == 35
    assert cost_of(row) == 70_000
    assert list(differences()) == []


def test_a_damaged_box_comes_back_and_leaves_at_once(shop):
    sale = shop.sell((2, shop.box))

    shop.take_back(sale.items.get(), 1, is_damaged=True)

    last = StockMove.objects.order_by("-id")[:2]
    assert [(move.ref_type, move.qty_in, move.qty_out) for move in last] == [("ADJUST", 0, 10), ("RETURN", 10, 0)]
    assert shop.on_hand == 25
    assert list(differences()) == []


def test_a_cancelled_sale_brings_all_strips_back(shop):
    sale = shop.sell((2, shop.box), (1, None))

    sale_cancel(sale_id=sale.pk, reason="wrong", by=shop.cashier)

    assert shop.on_hand == 45
    assert list(differences()) == []


def test_a_sale_keeps_its_box_when_the_unit_changes_or_goes(shop):
    sale = shop.sell((1, shop.box))
    shop.box.delete()

    shop.take_back(sale.items.get(), 1)

    assert shop.on_hand == 45
    assert [line.detail for line in receipt_of(sale).lines] == ["1 box × 115,000"]


@pytest.mark.parametrize(
    ("rule", "corruption"),
    [
        ("a paid sale took its goods", "UPDATE sales_saleitem SET factor = 12"),
        ("returned goods came back", "UPDATE sales_salereturnitem SET factor = 1"),
    ],
)
def test_a_factor_that_was_tampered_with_is_named(shop, rule, corruption):
    shop.take_back(shop.sell((2, shop.box)).items.get(), 1)

    with connection.cursor() as cursor:
        cursor.execute(corruption)

    assert rule in {difference.rule for difference in differences()}


def test_best_sellers_count_strips_and_money(shop):
    sale = shop.sell((2, shop.box), (3, None))
    shop.take_back(sale.items.first(), 1)

    (top,) = top_products(sale.business_date, sale.business_date)

    assert (top["qty"], top["revenue"]) == (13, 115_000 + 3 * 12_500)


def test_receipt_and_slip_name_the_unit(shop):
    sale = shop.sell((2, shop.box), (1, None))
    back = shop.take_back(sale.items.first(), 1)

    assert [line.detail for line in receipt_of(sale).lines] == ["2 box × 115,000", "1 strip × 12,500"]
    assert [line.detail for line in slip_of(back).lines] == ["1 box × 115,000"]


def test_page_pdf_printer_and_message_say_boxes(client, shop):
    sale = shop.sell((2, shop.box))
    client.force_login(shop.cashier)
    with PaperPrinter() as paper:
        printer = ReceiptPrinter.objects.create(name="Till", host="127.0.0.1", port=paper.port)
        receipt_print(sale, printer, is_copy=True)
        printed = paper.jobs[0].decode("cp850")

    receipt = receipt_of(sale)

    pdf = PdfReader(BytesIO(receipt_pdf(receipt, 80))).pages[0].extract_text()
    page = client.get(reverse("sales:sale_receipt", args=[sale.pk])).content.decode()
    assert "2 box × 115,000 = 230,000" in message(receipt)
    for text in (pdf, page):
        assert "2 box × 115,000" in text
    assert re.search(r"2 box . 115,000", printed)


def test_a_box_is_scanned_back_by_its_own_barcode_only(shop):
    sale = shop.sell((1, shop.box), (1, None))

    assert [line.codes for line in sold_items(sale, shop.profile)] == [BOX, "8991234567891 SNM"]


# --- The pages -----------------------------------------------------------------------------
class TillPage:
    def __init__(self, client, shop):
        self.client = client
        client.force_login(shop.cashier)
        self.key = re.search(r'data-key="(\w+)"', client.get(reverse("sales:pos")).content.decode())[1]

    def post(self, name, /, **values):
        return self.client.post(reverse(f"sales:{name}"), {"key": self.key} | values, **SCRIPT)


@pytest.fixture
def till(client, shop):
    return TillPage(client, shop)


def test_the_barcode_of_a_box_adds_the_box(till):
    till.post("add_item", code=BOX)
    answer = till.post("add_item", code=f"2*{BOX}")

    assert list(SaleItem.objects.values_list("qty", "unit", "price")) == [(3, "box", 115_000)]
    shown = answer.content.decode()
    assert "115,000/box" in shown
    assert "3 box (30 strip)" in shown


def test_the_line_that_was_added_to_is_the_touched_one(till):
    till.post("add_item", code="SNM")
    till.post("add_item", code=BOX)
    answer = till.post("add_item", code="SNM")

    touched = re.search(r'data-qty="([\d.]+)"[^>]*data-touched', answer.content.decode())
    assert touched[1] == "2.000"


def test_the_search_offers_each_unit_that_is_sold(till, shop):
    ProductUnitFactory(product=shop.sanmol, name="carton", factor=100, price=None)

    shown = till.client.get(reverse("sales:product_search"), {"code": "sanm"}).content.decode()

    assert shown.count("<li") == 2
    assert "box (10 strip)" in shown
    assert f'data-product="{shop.sanmol.pk}" data-unit="{shop.box.pk}"' in shown


def test_a_box_is_taken_from_the_search(till, shop):
    till.post("add_item", code=f"2*{shop.sanmol.pk}", product=shop.sanmol.pk, unit=shop.box.pk)

    assert list(SaleItem.objects.values_list("qty", "unit")) == [(2, "box")]


def test_a_unit_of_another_product_is_refused(till, shop):
    stranger = ProductUnitFactory()

    answer = till.post("add_item", code="1*1", product=shop.sanmol.pk, unit=stranger.pk)

    assert answer.status_code == 404
    assert not SaleItem.objects.exists()


def test_the_barcode_of_a_box_without_a_price_says_so(till, shop):
    shop.box.price = None
    shop.box.save()

    answer = till.post("add_item", code=BOX)

    assert answer.status_code == 400
    assert "Sanmol is not sold by the box" in answer.content.decode()
    assert not SaleItem.objects.exists()


@pytest.mark.parametrize("boxes", [1, 3])
def test_a_box_is_added_and_paid_with_as_many_questions_as_a_strip(till, shop, boxes, django_assert_num_queries):
    for _ in range(boxes):
        till.post("add_item", code=BOX)
    # One more than a product's own code: which unit has this barcode.
    with django_assert_num_queries(13):
        till.post("add_item", code=BOX)
    total = (boxes + 1) * 115_000
    with django_assert_num_queries(15):
        till.post("pay", tendered=str(total), expected_total=str(total))

    assert Sale.objects.get().status == "PAID"
    assert shop.on_hand == 45 - 10 * (boxes + 1)


def test_sale_return_and_customer_pages_name_the_unit(client, shop):
    sale = shop.sell((2, shop.box))
    back = shop.take_back(sale.items.get(), 1)
    client.force_login(shop.cashier)

    for name, pk in (("sale_show", sale.pk), ("return_show", back.pk), ("return_new", sale.pk)):
        shown = re.sub(r"\s+", " ", client.get(reverse(f"sales:{name}", args=[pk])).content.decode())
        assert re.search(r"[12] box<", shown), name
    assert SaleReturnItem.objects.get().factor == 10


# --- Boxes and batches -----------------------------------------------------------------------
def test_a_box_opens_two_batches_and_goes_back_into_both(shop):
    batches_of(shop, {"A": (5, 10), "B": (20, 365)})
    sale = shop.sell((1, shop.box))
    sold = left(shop)

    shop.take_back(sale.items.get(), 1)

    assert sold == {"A": 0, "B": 15}
    assert left(shop) == {"A": 5, "B": 20}
    assert list(differences()) == []


def test_expired_strips_fill_no_box(shop):
    batches_of(shop, {"A": (9, 10), "X": (20, -1)})

    with pytest.raises(InsufficientStock) as refused:
        shop.sell((1, shop.box))

    assert [(short.wanted, short.available) for short in refused.value.items] == [(10, 9)]
    assert left(shop) == {"A": 9, "X": 20}


def batches_of(shop, wanted):
    """Put a product that tracks batches in the place of the shop's: number → (strips, days it keeps)."""
    shop.sanmol = ProductFactory(name="Amoxan", uom="strip", price=8_000, tracks_batches=True)
    shop.box = ProductUnitFactory(product=shop.sanmol, price=75_000)
    today = business_today(shop.warehouse)
    lines = []
    for number, (strips, days) in wanted.items():
        batch = batch_ensure(product=shop.sanmol, number=number, expires_on=today + timedelta(days=days))
        lines.append(Line(shop.sanmol.pk, Decimal(strips), Decimal(5_000), batch_id=batch.pk))
    adjustment_post(warehouse=shop.warehouse, reason=AdjustReason.OPENING, lines=lines, key=new_key(), by=shop.cashier)


def left(shop):
    rows = BatchStock.objects.filter(batch__product=shop.sanmol).order_by("batch__number")
    return {number: int(qty) for number, qty in rows.values_list("batch__number", "qty")}
