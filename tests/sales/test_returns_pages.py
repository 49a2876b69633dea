"""Taking goods back at the counter: from the receipt to the refund, and who may."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from inventori.posting import new_key
from sales.models import Approval, Sale, SaleReturn
from sales.services import Discount, Tender, basket_add, line_change, sale_pay
from tests.factories import UserFactory

from .returns_shop import PIN, ReturnShop

pytestmark = pytest.mark.django_db


class Pages(ReturnShop):
    def __init__(self, client):
        super().__init__()
        self.client = client
        client.cookies["django_language"] = "en"

    def get(self, name, *args, by=None, **query):
        self.client.force_login(by or self.manager)
        return self.client.get(reverse(f"sales:{name}", args=args), query)

    def post(self, name, sale, by=None, **data):
        self.client.force_login(by or self.manager)
        return self.client.post(reverse(f"sales:{name}", args=[sale.pk]), data)

    def form(self, sale, *units, **changed):
        """Return what the page of a return posts."""
        data = {"key": new_key(), "method": "CASH", "reason": "leaking"} | changed
        for item, number in zip(sale.items.all(), units, strict=False):
            data[f"units_{item.pk}"] = number
        return data


@pytest.fixture
def shop(client):
    return Pages(client)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- From the receipt to the page ---------------------------------------------------
def test_the_receipts_number_and_the_digits_at_its_end_lead_to_the_sale(shop):
    sale = shop.sell((shop.soap, 3))
    address = reverse("sales:return_new", args=[sale.pk])

    for code in (sale.invoice_number, f" {sale.invoice_number.lower()} ", str(sale.pk), f"{sale.pk:06d}"):
        answer = shop.get("return_start", code=code, by=shop.cashier)
        assert (answer.status_code, answer.url) == (302, address)


def test_a_number_of_no_receipt_and_that_of_a_basket_find_nothing(shop):
    basket = shop.basket((shop.soap, 1))

    for code in ("INV-1", str(basket.pk), "0", "9" * 30, "²"):
        answer = shop.get("return_start", code=code)
        assert answer.status_code == 404
        assert f"No sale has the number {code}." in words(answer)
    assert shop.get("return_new", basket.pk).status_code == 404


def test_the_page_shows_sold_back_and_what_the_money_goes_back_by(shop):
    sale = shop.sell((shop.soap, 3), (shop.rice, 2), method="QRIS")
    shop.take_back(sale, (0, 1), (1, 2), method="QRIS")

    page = shop.get("return_new", sale.pk, by=shop.cashier)

    assert "Sabun SOAP 3 pcs 1 30,000 How many of Sabun come back / 2" in words(page)
    assert "Beras RICE 2 kg 2 37,500 all back" in words(page)
    assert re.search(r'<select name="method".*?<option value="(\w+)"', page.content.decode(), re.DOTALL)[1] == "QRIS"


def test_nothing_is_offered_of_a_cancelled_sale_or_one_that_came_back_whole(shop):
    cancelled, back = shop.sell((shop.soap, 1)), shop.sell((shop.soap, 1))
    shop.post("sale_cancel", cancelled, reason="typo")
    shop.take_back(back, (0, 1))

    assert "is cancelled: all its goods are back already." in words(shop.get("return_new", cancelled.pk))
    page = shop.get("return_new", back.pk)
    assert "has come back already." in words(page)
    assert b"Take back and refund" not in page.content


# --- The refund while it is typed ------------------------------------------------------
def test_the_server_says_what_the_customer_gets_while_it_is_typed(shop):
    sale = shop.sell((shop.soap, 3), (shop.rice, 2), discount=6_750)
    items = [f"units_{item.pk}" for item in sale.items.all()]

    def refund(**units):
        return words(shop.get("return_refund", sale.pk, by=shop.cashier, method="CASH", **units)).strip()

    # 67,500 less a tenth.
    assert refund(**{items[0]: "2"}).endswith("Refund 18,000")
    assert refund(**{items[0]: "1", items[1]: "0,5"}).endswith("Refund 17,438")
    assert "Scan what comes back" in refund()
    assert "Enter a quantity, such as 2 or 0.5." in refund(**{items[0]: "x"})
    assert "Sabun: 3 can still come back, 4 asked." in refund(**{items[0]: "4"})
    assert not SaleReturn.objects.exists()


# --- Posting ------------------------------------------------------------------------------
def test_a_manager_takes_goods_back_and_a_second_press_makes_no_second_return(shop):
    sale = shop.sell((shop.soap, 3), (shop.rice, 2))
    item = sale.items.first()
    data = shop.form(sale, "2", "") | {f"damaged_{item.pk}": "on"}

    answers = [shop.post("return_new", sale, **data) for _ in range(2)]

    taken_back = SaleReturn.objects.get()
    assert {answer.url for answer in answers} == {reverse("sales:return_show", args=[taken_back.pk])}
    assert list(taken_back.items.values_list("sale_item", "qty", "is_damaged")) == [(item.pk, 2, True)]
    assert shop.on_hand(shop.soap) == 97
    page = words(shop.get("return_show", taken_back.pk))
    assert "Refund 20,000 IDR, cash" in page
    assert "Sabun damaged" in page
    assert "Damaged goods ADJ-" in page


def test_a_cashier_brings_a_managers_pin(shop):
    sale = shop.sell((shop.soap, 3))

    answer = shop.post("return_new", sale, by=shop.cashier, **shop.form(sale, "1", pin=PIN))

    taken_back = SaleReturn.objects.get()
    assert answer.url == reverse("sales:return_show", args=[taken_back.pk])
    assert (taken_back.by, taken_back.shift) == (shop.cashier, shop.cashier.open_shift)
    approval = Approval.objects.get()
    assert (approval.by, approval.allowed_by) == (shop.cashier, shop.manager)
    assert "Allowed by Made" in words(shop.get("return_show", taken_back.pk, by=shop.cashier))


@pytest.mark.parametrize(
    ("pin", "status", "sentence"),
    [("", 400, "Ask a manager to enter their PIN."), ("9999", 403, "No manager with this PIN may allow this.")],
)
@pytest.mark.parametrize("action", ["return_new", "sale_cancel"])
def test_without_the_right_pin_nothing_changes_and_nothing_typed_is_lost(shop, action, pin, status, sentence):
    sale = shop.sell((shop.soap, 3))

    answer = shop.post(action, sale, by=shop.cashier, **shop.form(sale, "2", pin=pin))

    assert answer.status_code == status
    assert sentence in words(answer)
    assert 'value="leaking"' in answer.content.decode()
    assert 'value="9999"' not in answer.content.decode()
    assert not SaleReturn.objects.exists()
    assert not Approval.objects.exists()
    assert Sale.objects.get().status == "PAID"
    assert shop.on_hand(shop.soap) == 97


@pytest.mark.parametrize("action", ["return_new", "sale_cancel"])
def test_after_five_wrong_pins_even_the_right_one_waits(shop, action):
    sale = shop.sell((shop.soap, 3))
    for _ in range(5):
        shop.post(action, sale, by=shop.cashier, **shop.form(sale, "2", pin="9999"))

    answer = shop.post(action, sale, by=shop.cashier, **shop.form(sale, "2", pin=PIN))

    assert answer.status_code == 403
    assert "Too many wrong PINs." in words(answer)
    assert not SaleReturn.objects.exists()
    assert Sale.objects.get().status == "PAID"


def test_a_refused_line_is_marked_and_the_form_comes_back_filled(shop):
    sale = shop.sell((shop.soap, 3), (shop.rice, 2))

    answer = shop.post("return_new", sale, **shop.form(sale, "4", "1"))

    assert answer.status_code == 409
    page = answer.content.decode()
    assert words(answer).count("Sabun: 3 can still come back, 4 asked.") >= 2
    assert page.count("is-invalid") == 1
    assert 'value="4"' in page
    assert not SaleReturn.objects.exists()


def test_a_quantity_that_is_no_number_is_refused(shop):
    sale = shop.sell((shop.soap, 3))

    for text in ("1e3", "-1", "two", "1.000,5"):
        assert shop.post("return_new", sale, **shop.form(sale, text)).status_code == 400

    assert not SaleReturn.objects.exists()


# --- Lists and the page of the sale --------------------------------------------------------
def test_a_cashier_sees_the_own_returns_only(shop):
    sale = shop.sell((shop.soap, 3))
    own = shop.take_back(sale, (0, 1), by=shop.cashier, allowed_by=shop.manager)
    others = shop.take_back(sale, (0, 1))

    page = words(shop.get("return_list", by=shop.cashier))

    assert own.return_number in page
    assert others.return_number not in page
    assert shop.get("return_show", others.pk, by=shop.cashier).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_returns_as_for_one(shop, rows, django_assert_num_queries):
    sale = shop.sell((shop.soap, 3))
    for _ in range(rows):
        shop.take_back(sale, (0, 1))
    shop.client.force_login(shop.manager)

    with django_assert_num_queries(8):
        shop.client.get(reverse("sales:return_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_as_often_for_three_lines_as_for_one(shop, rows, django_assert_num_queries):
    products = [(shop.soap, 1), (shop.rice, 1), (shop.soap, 1)]
    sale = shop.sell(*products[:rows])
    shop.client.force_login(shop.manager)

    with django_assert_num_queries(10):
        shop.client.get(reverse("sales:return_new", args=[sale.pk]))
    with django_assert_num_queries(12):
        shop.client.get(reverse("sales:sale_show", args=[sale.pk]))


def test_the_sale_offers_what_can_still_be_undone(shop):
    sale = shop.sell((shop.soap, 3))

    def offers(by):
        page = shop.get("sale_show", sale.pk, by=by).content.decode()
        return ("Take goods back" in page, "Cancel the sale" in page, 'name="pin"' in page)

    assert offers(shop.manager) == (True, True, False)
    assert offers(shop.cashier) == (True, True, True)
    assert offers(UserFactory(role="Analyst")) == (False, False, False)
    shop.close(shop.cashier)
    assert offers(shop.manager) == offers(shop.cashier) == (True, False, False)
    shop.take_back(sale, (0, 3))
    assert offers(shop.manager) == (False, False, False)


def test_a_cashier_cancels_on_the_page_of_the_sale_with_a_pin(shop):
    sale = shop.sell((shop.soap, 3))

    answer = shop.post("sale_cancel", sale, by=shop.cashier, reason="typo", pin=PIN)

    assert answer.status_code == 302
    page = words(shop.get("sale_show", sale.pk))
    assert "Cancelled by Siti" in page
    assert re.search(rf"Cancel a paid sale, take back goods typo {shop.cashier} {shop.manager} today", page)


def test_the_sale_shows_notes_other_prices_and_discounts(shop):
    key = new_key()
    sale = basket_add(key=key, warehouse=shop.warehouse, product=shop.soap, qty=Decimal(2), by=shop.cashier)
    sale = line_change(
        key=key,
        item_id=sale.lines[0].pk,
        price=Decimal(8_000),
        discount=Discount(percent=Decimal(5)),
        note="box is torn",
        by=shop.cashier,
        allowed_by=shop.manager,
    )
    money = [Tender("CASH", sale.total_amount)]
    sale_pay(key=key, tenders=money, expected_total=sale.total_amount, by=shop.cashier)

    page = words(shop.get("sale_show", sale.pk))

    assert "box is torn" in page
    assert "list price 10,000 8,000" in page
    assert "800 (5 %)" in page
    assert f"Shift {shop.cashier.open_shift}" in page
