"""What is done to a basket at the till, through the pages: prices, discounts, a manager's PIN, hold, customers."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import PinAttempt
from accounts.services import user_set_pin
from master.models import Customer, PaymentMethod
from sales.models import Approval, Payment, Sale, SaleItem
from tests.factories import CustomerFactory, ProductFactory, ShopProfileFactory, UserFactory, open_shift, stock_up

from .test_pos_pages import SCRIPT, Till, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(client):
    client.cookies["django_language"] = "en"
    till = Till(client)
    till.manager = UserFactory(role="Manager", first_name="Ratna")
    user_set_pin(user=till.manager, pin="2468", by=till.manager)
    till.add("2*SOAP")
    till.item = SaleItem.objects.get()
    return till


def line(till, **values):
    return till.post("change_line", item=till.item.pk, **values)


# --- Price, discount, note ----------------------------------------------------------------------
def test_a_discount_is_typed_as_a_share_or_as_money(till):
    line(till, discount="10%")
    till.item.refresh_from_db()
    assert (till.item.discount, till.item.discount_percent) == (2_000, 10)

    answer = line(till, discount="1,500")
    till.item.refresh_from_db()

    assert (till.item.discount, till.item.discount_percent) == (1_500, None)
    assert "Discount: −1,500" in words(answer)


def test_a_field_that_is_not_sent_leaves_what_is(till):
    line(till, discount="10%", note="gift")

    line(till, note="wrapped gift")

    till.item.refresh_from_db()
    assert (till.item.discount_percent, till.item.note, till.item.price) == (10, "wrapped gift", 10_000)


@pytest.mark.parametrize("typed", ["101%", "-5", "ten", "10%%", "1e3"])
def test_a_discount_that_cannot_be_right_says_so_and_changes_nothing(till, typed):
    answer = line(till, discount=typed)

    assert answer.status_code == 400
    assert "is-bad" in answer.content.decode()
    assert Sale.objects.get().total_amount == 20_000


def test_a_manager_is_asked_in_place_and_allows_this_one_action(till):
    asked = line(till, discount="50%")
    assert (asked.status_code, asked["X-Till-Ask"]) == (403, "discount_over_limit")
    assert asked.content.decode() == "A discount above 10 % needs a manager's PIN."
    assert Sale.objects.get().total_amount == 20_000

    allowed = line(till, discount="50%", pin="2468", right="discount_over_limit")
    again = line(till, discount="60%")

    assert (allowed.status_code, again.status_code) == (200, 403)
    assert Sale.objects.get().total_amount == 10_000
    approval = Approval.objects.get()
    assert (approval.by, approval.allowed_by) == (till.cashier, till.manager)


def test_a_wrong_pin_changes_nothing_and_five_of_them_close_the_door(till):
    for _ in range(5):
        wrong = line(till, price="9,000", pin="0000", right="price_override")
        assert (wrong.status_code, wrong["X-Till-Ask"]) == (403, "price_override")
        assert wrong.content.decode() == "No manager with this PIN may allow this."

    right = line(till, price="9,000", pin="2468", right="price_override")

    assert right.content.decode() == "Too many wrong PINs. Wait a minute and try again."
    assert (Sale.objects.get().total_amount, Approval.objects.count(), PinAttempt.objects.count()) == (20_000, 0, 5)


def test_a_pin_opens_nothing_but_what_the_till_asks_for(till):
    answer = line(till, note="x", pin="2468", right="user_manage")

    assert answer.status_code == 400
    assert "Nobody can allow this at the till." in words(answer)


def test_the_basket_shows_the_price_that_was_and_the_price_that_is(till):
    answer = line(till, price="9,000", pin="2468", right="price_override")

    assert '<s class="pos-list-price">10,000</s> 9,000' in answer.content.decode()


def test_a_discount_on_the_whole_sale_stands_in_the_sum(till):
    answer = till.post("discount", discount="10%")

    assert "Subtotal 20,000 Discount 10% −2,000" in words(answer)
    assert Sale.objects.get().total_amount == 18_000


def test_a_discount_that_no_longer_stands_is_said(till):
    line(till, discount="50%", pin="2468", right="discount_over_limit")

    answer = till.post("change_item", item=till.item.pk, qty="3")

    assert "The discount on Sabun Mandi was taken off: it was given for another quantity." in words(answer)


# --- Hold and resume ----------------------------------------------------------------------------
def test_hold_begins_an_empty_basket_and_resume_brings_the_old_one_back(till):
    sale = Sale.objects.get()

    held = till.post("hold", name="red jacket")
    assert f"The basket is on hold as #{sale.pk} red jacket." in words(held)
    assert re.search(r'data-key="(\w+)"', held.content.decode())[1] != till.key
    listed = words(till.client.get(reverse("sales:held_list")))
    assert f"#{sale.pk} red jacket" in listed
    assert str(till.cashier) in listed
    assert "20,000" in listed

    resumed = till.client.post(reverse("sales:resume"), {"key": "", "sale": sale.pk}, **SCRIPT)

    assert f'data-key="{till.key}"' in resumed.content.decode()
    assert "No basket is on hold here." in words(till.client.get(reverse("sales:held_list")))


def test_a_held_basket_survives_signing_out(till):
    till.post("hold", name="")
    till.client.logout()
    other = UserFactory()
    open_shift(other, till.warehouse)
    till.client.force_login(other)

    assert f"#{Sale.objects.get().pk}" in words(till.client.get(reverse("sales:held_list")))


# --- Customer -----------------------------------------------------------------------------------
def test_a_customer_is_found_by_phone_and_goes_on_the_sale(till):
    customer = CustomerFactory(name="Bu Tini", phone="0852-111")
    found = till.client.get(reverse("sales:customer_search"), {"q": "0852 111"})
    assert f'data-customer="{customer.pk}"' in found.content.decode()

    answer = till.post("set_customer", customer=customer.pk)

    assert "Customer Bu Tini" in words(answer)
    assert Sale.objects.get().customer == customer


def test_a_new_customer_is_one_line(till):
    till.post("add_customer", name="Pak Joko", phone="0813999")

    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.code, Sale.objects.get().customer) == (
        "Pak Joko",
        "0813999",
        customer.code,
        customer,
    )
    assert customer.code.startswith("CUS")


def test_a_phone_that_is_known_makes_nobody_twice(till):
    known = CustomerFactory(phone="0813999")

    till.post("add_customer", name="Joko again", phone="0813999")

    assert Customer.objects.get() == Sale.objects.get().customer == known


def test_a_new_customer_without_a_name_is_refused(till):
    answer = till.post("add_customer", name=" ", phone="0813999")

    assert "Enter the name of the customer." in words(answer)
    assert Customer.objects.count() == 0


# --- Paying in several ways -----------------------------------------------------------------------
def pay(till, rows, expected="20000"):
    methods, amounts, references = zip(*rows, strict=True)
    return till.post(
        "pay", expected_total=expected, method=list(methods), amount=list(amounts), reference=list(references)
    )


def test_a_sale_is_paid_in_several_ways_and_only_the_cash_part_is_rounded(till):
    ShopProfileFactory(cash_coin=Decimal(100), cash_rounding="nearest")
    till.add("TEA")  # 23,550

    pay(till, [("QRIS", "10,000", ""), ("CARD", "3,512", "1234"), ("CASH", "20,000", "")], "23550")

    sale = Sale.objects.get()
    assert (sale.status, sale.rounding, sale.total_amount) == ("PAID", -38, 23_512)
    assert list(Payment.objects.values_list("method", "amount", "tendered", "change", "reference")) == [
        ("QRIS", 10_000, 10_000, 0, ""),
        ("CARD", 3_512, 3_512, 0, "1234"),
        ("CASH", 10_000, 20_000, 10_000, ""),
    ]


def test_a_quote_says_what_is_left_and_saves_nothing(till):
    ShopProfileFactory(cash_coin=Decimal(100))
    rows = {"expected_total": "20000", "method": ["QRIS", "CASH"], "amount": ["4,970", ""], "reference": ["", ""]}

    left = till.post("quote", **rows)
    change = till.post("quote", **(rows | {"amount": ["4,970", "20,000"]}))

    assert "Still to pay 15,000" in words(left)
    assert 'data-rest="15,000"' in left.content.decode()
    assert "Change 5,000" in words(change)
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("QRIS", "25,000", "")], "More is paid without cash than the total."),
        ([("QRIS", "5,000", ""), ("CASH", "10,000", "")], "The money given is less than the total."),
        ([("GOLD", "20,000", "")], "This way to pay is not offered any more. Choose another."),
        ([("EDC", "20,000", " ")], "Enter the reference of the payment by BCA card."),
        ([("CASH", "", "")], "Enter how much the customer pays."),
    ],
)
def test_wrong_money_is_refused_with_its_sentence_and_the_basket_stays(till, rows, sentence):
    PaymentMethod.objects.create(code="EDC", name="BCA card", kind="CARD", asks_reference=True)

    answer = pay(till, rows)

    assert answer.status_code == 400
    assert '<div id="pay-say">' in answer.content.decode()
    assert sentence in words(answer)
    assert (Sale.objects.get().status, Payment.objects.count()) == ("DRAFT", 0)


def test_a_method_out_of_use_is_not_offered(till):
    PaymentMethod.objects.filter(code="TRANSFER").update(is_active=False)

    page = words(till.client.get(reverse("sales:pos")))

    assert "Qris" in page or "QRIS" in page
    assert "Bank transfer" not in page


# --- The customer's screen ------------------------------------------------------------------------
def test_the_customers_screen_shows_the_basket_without_a_sign_in(till, client):
    token = open_shift(till.cashier, till.warehouse).display_token
    client.logout()
    client.cookies["django_language"] = "en"

    page = client.get(reverse("sales:display", args=[token]))
    first = client.get(reverse("sales:display_state", args=[token]))
    same = client.get(reverse("sales:display_state", args=[token]), {"seen": first["X-Version"]})

    assert "Sabun Mandi 2 pcs × 10,000" in words(page)
    assert "Total IDR 20,000" in words(first)
    assert (same.status_code, same.content) == (204, b"")


def test_the_customers_screen_thanks_with_the_change_and_ends_with_the_shift(till):
    shift = open_shift(till.cashier, till.warehouse)
    address = reverse("sales:display_state", args=[shift.display_token])
    till.pay("50,000", "20000")

    assert "Change IDR 30,000" in words(till.client.get(address))
    assert till.client.get(reverse("sales:display_state", args=["guess"])).status_code == 404


def test_nothing_short_of_the_open_shift_shows_the_basket(till):
    from sales.services import shift_close

    shift = open_shift(till.cashier, till.warehouse)
    shift_close(shift_id=shift.pk, counts={}, note="nothing in it", by=till.cashier)

    assert till.client.get(reverse("sales:display_state", args=[shift.display_token])).status_code == 404


def test_stock_is_said_before_anything_is_short(till):
    product = ProductFactory(name="Lilin", sku="WAX")
    stock_up(product, till.warehouse, 3)

    answer = till.add("WAX")

    assert "3 pcs in stock" in words(answer)
    assert "is-short" not in answer.content.decode()
