import re
from decimal import Decimal

import pytest
from django.urls import reverse

from inventory.models import Stock, StockMove
from sales.models import Payment, Sale, SaleItem
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db

SCRIPT = {"HTTP_X_TILL": "1"}


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


class Till:
    """A signed-in cashier at the only warehouse, with ten soaps at 10,000 and four teas at 3,550."""

    def __init__(self, client, role="Cashier"):
        self.client, self.cashier, self.warehouse = client, UserFactory(role=role), WarehouseFactory()
        self.soap = ProductFactory(name="Sabun Mandi", sku="SOAP", barcode="8990000000011", price=10_000)
        self.tea = ProductFactory(name="Teh Melati Celup", sku="TEA", price=3_550)
        stock_up(self.soap, self.warehouse, 10)
        stock_up(self.tea, self.warehouse, 4)
        open_shift(self.cashier, self.warehouse)
        client.force_login(self.cashier)
        self.key = self.page_key()

    def page_key(self):
        return re.search(r'data-key="(\w+)"', self.client.get(reverse("sales:pos")).content.decode())[1]

    def post(self, name, /, **values):
        return self.client.post(reverse(f"sales:{name}"), {"key": self.key} | values, **SCRIPT)

    def add(self, code, **values):
        return self.post("add_item", code=code, **values)

    def pay(self, tendered, expected, **values):
        return self.post("pay", tendered=tendered, expected_total=expected, **values)

    def lines(self):
        return list(SaleItem.objects.values_list("product__sku", "qty"))


@pytest.fixture
def till(client):
    return Till(client)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_barcode_and_a_sku_add_the_product_they_name(till):
    till.add("8990000000011")
    till.add("tea")
    till.add("SOAP")

    assert till.lines() == [("SOAP", 2), ("TEA", 1)]
    assert Sale.objects.get().key == till.key


def test_a_number_and_a_star_ahead_of_a_code_add_so_many(till):
    answer = till.add("3*SOAP")

    assert till.lines() == [("SOAP", 3)]
    assert "30,000" in words(answer)


def test_a_barcode_that_is_another_products_sku_adds_the_product_of_the_barcode(till):
    ProductFactory(sku="8990000000011", name="Impostor")

    till.add("8990000000011")

    assert till.lines() == [("SOAP", 1)]


def test_words_in_any_order_find_products_with_price_and_stock(till):
    answer = till.add("celup teh")

    assert till.lines() == []
    assert "Teh Melati Celup TEA 4 pcs 3,550" in words(answer)


def test_an_x_between_numbers_is_part_of_a_name(till):
    ProductFactory(sku="10X10", name="Kasa 10x10")

    till.add("10x10")

    assert till.lines() == [("10X10", 1)]


def test_the_till_sells_from_its_shifts_warehouse_whatever_was_chosen_since(till):
    till.add("SOAP")
    other = WarehouseFactory()
    till.client.post(reverse("inventory:warehouse_choose"), {"warehouse": other.pk})

    added = till.add("5*TEA")

    assert added.status_code == 200
    assert Sale.objects.get().warehouse == till.warehouse
    assert "Only 4 pcs in stock" in words(added)


def test_the_way_out_of_the_till_leads_a_cashier_to_todays_sales(till):
    assert f'href="{reverse("sales:sale_list")}"' in till.client.get(reverse("sales:pos")).content.decode()


def test_a_found_product_is_added_by_its_number_whatever_the_text(till):
    till.add(f"2*{till.tea.pk}", product=till.tea.pk)

    assert till.lines() == [("TEA", 2)]


def test_search_leaves_out_what_is_no_longer_sold_and_shows_twenty_at_most(till):
    for n in range(25):
        ProductFactory(name=f"Permen {n:02d}")
    ProductFactory(name="Permen Lama", is_active=False)

    answer = till.client.get(reverse("sales:product_search"), {"code": "permen"})

    assert answer.content.decode().count('role="option"') == 20
    assert "Permen Lama" not in words(answer)


def test_an_unknown_code_says_so_and_keeps_the_basket(till):
    till.add("SOAP")

    answer = till.add("NOPE")

    assert answer.status_code == 200
    assert "No product has the code or name “NOPE”. Check it, or type part of the name." in words(answer)
    assert till.lines() == [("SOAP", 1)]


def test_a_product_no_longer_sold_is_refused_with_a_sentence(till):
    till.soap.is_active = False
    till.soap.save()

    answer = till.add("SOAP")

    assert answer.status_code == 400
    assert "Sabun Mandi is no longer sold. Activate it again to sell it." in words(answer)
    assert till.lines() == []


def test_a_line_with_more_than_there_is_is_marked_at_once(till):
    till.add("SOAP")

    answer = till.add("5*TEA")

    assert "Only 4 pcs in stock" in words(answer)
    assert answer.content.decode().count("is-short") == 1


def test_quantity_is_changed_and_a_line_taken_out(till):
    till.add("SOAP")
    till.add("TEA")
    soap, tea = SaleItem.objects.order_by("id")

    till.post("change_item", item=soap.pk, qty="7")
    till.post("remove_item", item=tea.pk)

    assert till.lines() == [("SOAP", 7)]
    assert Sale.objects.get().total_amount == 70_000


@pytest.mark.parametrize("qty", ["", "two", "-1", "NaN", "1e99", "0.5"])
def test_a_quantity_that_cannot_be_right_changes_nothing(till, qty):
    till.add("SOAP")

    answer = till.post("change_item", item=SaleItem.objects.get().pk, qty=qty)

    assert answer.status_code == 400
    assert till.lines() == [("SOAP", 1)]


def test_the_basket_survives_a_reload_and_a_new_sign_in(till):
    till.add("SOAP")

    till.client.logout()
    till.client.force_login(till.cashier)

    assert till.page_key() == till.key
    assert "Sabun Mandi" in words(till.client.get(reverse("sales:pos")))


def test_another_cashier_neither_sees_nor_changes_the_basket(till):
    till.add("SOAP")
    other = UserFactory()
    open_shift(other, till.warehouse)
    till.client.force_login(other)

    answer = till.add("TEA")

    assert answer.status_code == 409
    assert "Sabun Mandi" not in words(answer)
    assert till.lines() == [("SOAP", 1)]
    assert till.page_key() != till.key


def test_paying_goes_to_the_finished_sale_with_its_change(till):
    till.add("2*SOAP")

    answer = till.pay("50,000", "20000.00")

    sale = Sale.objects.get()
    assert (answer.status_code, answer["X-Till-Go"]) == (204, reverse("sales:sale_done", args=[sale.pk]))
    assert (sale.status, Stock.objects.get(product=till.soap).qty) == ("PAID", 8)
    assert "Change IDR 30,000" in words(till.client.get(answer["X-Till-Go"]))


def test_money_is_read_as_the_language_writes_it(till):
    till.client.cookies["django_language"] = "id"
    till.add("2*SOAP")

    till.pay("50.000", "20000.00")

    assert Payment.objects.get().tendered == 50_000


def test_without_the_script_paying_redirects(till):
    till.add("SOAP")

    answer = till.client.post(reverse("sales:pay"), {"key": till.key, "tendered": "10000", "expected_total": "10000"})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("sales:sale_done", args=[Sale.objects.get().pk])


def test_the_same_pay_twice_is_one_sale(till):
    till.add("SOAP")

    first = till.pay("10000", "10000")
    second = till.pay("10000", "10000")

    assert first["X-Till-Go"] == second["X-Till-Go"]
    assert (Sale.objects.count(), Payment.objects.count()) == (1, 1)


def test_after_payment_the_till_offers_a_fresh_basket_and_refuses_the_old_key(till):
    till.add("SOAP")
    till.pay("10000", "10000")

    answer = till.add("TEA")

    assert answer.status_code == 409
    assert f"This basket is already paid as {Sale.objects.get().invoice_number}. Start a new sale." in words(answer)
    assert till.lines() == [("SOAP", 1)]
    assert till.page_key() != till.key
    assert re.search(r'data-key="(\w+)"', answer.content.decode())[1] != till.key


def test_too_little_money_is_refused_and_nothing_moves(till):
    till.add("SOAP")

    answer = till.pay("9999", "10000")

    assert answer.status_code == 400
    assert 'id="pay-say"' in answer.content.decode()
    assert "The money given is less than the total." in words(answer)
    assert (Sale.objects.get().status, Stock.objects.get(product=till.soap).qty) == ("DRAFT", 10)


def test_short_stock_at_payment_marks_each_row_and_keeps_the_basket(till):
    till.add("11*SOAP")
    till.add("5*TEA")
    moves = StockMove.objects.count()

    answer = till.pay("200000", "127750")

    assert answer.status_code == 409
    assert answer.content.decode().count("is-short") == 2
    assert "Sabun Mandi: 10 available, 11 asked." in words(answer)
    assert till.lines() == [("SOAP", 11), ("TEA", 5)]
    assert (Sale.objects.get().status, StockMove.objects.count()) == ("DRAFT", moves)


def test_a_total_that_changed_meanwhile_is_shown_anew(till):
    till.add("SOAP")

    answer = till.pay("50000", "9000")

    assert answer.status_code == 409
    assert "The basket has changed meanwhile. Look at the new total and pay again." in words(answer)
    assert 'name="expected_total" value="10000.00"' in answer.content.decode()


def test_cash_rounding_stands_in_what_is_to_pay(till):
    ShopProfileFactory(cash_coin=Decimal(100))

    answer = till.add("TEA")
    till.pay("3600", "3550")

    assert "Rounding in cash 50" in words(answer)
    assert Sale.objects.get().total_amount == 3_600


def test_a_scan_sent_again_after_a_lost_answer_counts_once(till):
    till.add("SOAP")

    till.add("SOAP", units_before="0")
    assert till.lines() == [("SOAP", 1)]

    till.add("SOAP", units_before="1.000")
    assert till.lines() == [("SOAP", 2)]


def test_without_an_open_shift_the_till_leads_to_opening_one(client):
    client.force_login(UserFactory())

    page = client.get(reverse("sales:pos"))
    scan = client.post(reverse("sales:add_item"), {"key": "k", "code": "SOAP"}, **SCRIPT)

    assert page["Location"] == "/shift/open/?next=%2Fpos%2F"
    assert (scan.status_code, scan["X-Till-Shift"]) == (409, "1")
    assert Sale.objects.count() == 0


def test_the_address_of_a_paid_basket_leads_to_the_finished_sale(till):
    till.add("SOAP")
    address = f"{reverse('sales:pos')}?basket={till.key}"
    assert till.client.get(address).status_code == 200

    till.pay("10000", "10000")

    assert till.client.get(address)["Location"] == reverse("sales:sale_done", args=[Sale.objects.get().pk])


def test_a_post_after_the_session_ended_leads_back_to_the_till(till):
    till.add("SOAP")
    till.client.logout()

    away = till.pay("10000", "10000")
    till.client.force_login(till.cashier)
    back = till.client.get(reverse("sales:pay"))

    assert (away.status_code, back.status_code, back["Location"]) == (302, 302, reverse("sales:pos"))
    assert Sale.objects.get().status == "DRAFT"


def test_nothing_of_the_till_is_kept_by_the_browser(till):
    assert "no-store" in till.client.get(reverse("sales:pos"))["Cache-Control"]


@pytest.mark.parametrize("role", ["Warehouse", "Analyst"])
def test_who_does_not_sell_gets_nothing_of_the_till(client, role):
    till_client = client
    till_client.force_login(UserFactory(role=role))

    assert till_client.get(reverse("sales:pos")).status_code == 403
    assert till_client.post(reverse("sales:add_item"), {"key": "k", "code": "SOAP"}).status_code == 403
    assert Sale.objects.count() == 0


@pytest.mark.parametrize("lines", [1, 5])
def test_adding_and_paying_ask_the_database_as_often_for_five_lines_as_for_one(till, lines, django_assert_num_queries):
    for _ in range(lines):
        product = ProductFactory(price=1_000)
        stock_up(product, till.warehouse, 5)
        till.add(product.sku)
    assert SaleItem.objects.count() == lines

    # Two of each begin and end the transaction.
    with django_assert_num_queries(12):
        till.add(product.sku)
    with django_assert_num_queries(15):
        till.pay("100000", str((lines + 1) * 1_000))

    assert Sale.objects.get().status == "PAID"


@pytest.mark.parametrize("typed", ["50,00", "1e5", "50.000", "9" * 40, "NaN", "-50,000"])
def test_money_that_nobody_writes_so_is_refused_and_never_guessed(till, typed):
    till.add("SOAP")

    answer = till.pay(typed, "10000.00")

    assert answer.status_code == 400
    assert not Payment.objects.exists()


@pytest.mark.parametrize("typed", ["1e5", "1_0", "NaN", "Infinity", "-1", "1.2.3"])
def test_a_quantity_that_nobody_writes_so_is_refused(till, typed):
    till.add("SOAP")

    answer = till.post("change_item", item=SaleItem.objects.get().pk, qty=typed)

    assert answer.status_code == 400
    assert till.lines() == [("SOAP", 1)]


def test_a_scan_before_the_scripts_are_there_is_added_by_the_form_itself(till):
    page = till.client.get(reverse("sales:pos")).content.decode()
    form = page[page.index('id="scan-form"') : page.index("</form>", page.index('id="scan-form"'))]
    key = re.search(r'name="key" value="(\w+)"', form)[1]

    answer = till.client.post(reverse("sales:add_item"), {"key": key, "code": "SOAP"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("sales:pos"))
    assert till.lines() == [("SOAP", 1)]
