"""What a receipt says; whatever draws it draws these figures."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventori.money import round_half_up
from inventory.selectors import business_today
from master.models import PaymentMethod
from sales.models import Sale, SaleReturn
from sales.receipt import receipt_of, slip_of
from sales.receipt_rows import Look, message, rows_of
from sales.services import PastLine, PastReturn, Tender, past_documents_post, sale_cancel, sale_return
from sales.services.returns import ReturnLine
from tests.factories import CustomerFactory, TaxRateFactory, open_shift

from .receipts import ReceiptShop, get, words

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def sums(receipt):
    return [(row.label, row.amount) for row in receipt.sums]


def printed(figure):
    """Read a printed figure back."""
    return Decimal(figure.replace("−", "-").replace(",", ""))


def assert_adds_up(receipt):
    """Σ lines − discount + tax + rounding = total = Σ payments − change, in the figures as they are printed."""
    rows = list(rows_of(receipt))
    lines = sum(printed(row.right) for row in rows if row.look is Look.DETAIL)
    total = next(printed(row.right) for row in rows if row.look is Look.TOTAL)
    kinds = {kind: receipt.amount(kind) for kind in ("part", "paid", "change", "subtotal")}
    assert lines + kinds["part"] == total
    assert kinds["paid"] - kinds["change"] == total
    assert kinds["subtotal"] in (0, lines)
    shown = [printed(row.right) for row in rows if row.look in (Look.SUM, Look.TOTAL)]
    assert shown == [row.amount for row in receipt.sums]


def test_a_receipt_says_who_sold_what_when_and_for_how_much():
    shop = ReceiptShop(address="Jl. Uji 1\nMakassar", phone="0411 123", npwp="0123", receipt_footer="Terima kasih")
    sale = shop.sell([(shop.soap, 2), (shop.rice, "0.25")], customer=CustomerFactory(name="Budi"), at=MORNING)

    receipt = receipt_of(sale)

    assert (receipt.shop, receipt.head) == ("Toko Uji", ["Jl. Uji 1", "Makassar", "0411 123"])
    assert receipt.facts == [
        ("Invoice", sale.invoice_number),
        ("Date", "20-11-2026 09:05 WITA"),
        ("Cashier", "Siti"),
        ("Customer", "Budi"),
    ]
    assert [(line.name, line.detail, line.amount) for line in receipt.lines] == [
        ("Sabun Mandi", "2 pcs × 10,000", 20_000),
        ("Beras", "0.25 kg × 15,500", 3_875),
    ]
    assert sums(receipt) == [("Total IDR", 23_875), ("Cash", 24_875), ("Change", 1_000)]
    assert (receipt.footer, receipt.marks, receipt.barcode.text) == ("Terima kasih", [], sale.invoice_number)


def test_a_lowered_price_a_discount_and_a_note_stand_with_their_line():
    shop = ReceiptShop()
    sale = shop.sell(price=9_000, list_price=10_000, note="dented box")
    sale.items.update(discount=1_800, discount_percent=Decimal("10.00"))

    line = receipt_of(sale).lines[0]

    assert line.detail == "2 pcs × 9,000 − 1,800 (10\u00a0%)"
    assert line.remarks == ["usual price 10,000", "dented box"]
    assert line.amount == 16_200


def test_a_raised_price_does_not_say_what_it_was():
    shop = ReceiptShop()
    sale = shop.sell(price=12_000, list_price=10_000)

    assert receipt_of(sale).lines[0].remarks == []


def test_every_payment_stands_with_its_name_and_reference():
    shop = ReceiptShop(cash_coin=Decimal(100))
    PaymentMethod.objects.create(code="GOPAY", name="GoPay", kind="OTHER")
    tenders = [Tender("CARD", Decimal(5_000), "4711"), Tender("GOPAY", Decimal(1_234)), Tender("CASH", Decimal(20_000))]
    sale = shop.sell(tenders=tenders, sale_discount=2_000, sale_percent=Decimal("10.00"))

    receipt = receipt_of(sale)

    assert sums(receipt) == [
        ("Subtotal", 20_000),
        ("Discount 10 %", -2_000),
        ("Rounding", 34),
        ("Total IDR", 18_034),
        ("Card", 5_000),
        ("GoPay", 1_234),
        ("Cash", 20_000),
        ("Change", 8_200),
    ]
    assert receipt.sums[4].remark == "4711"
    assert_adds_up(receipt)


@pytest.mark.parametrize(
    ("included", "expected"),
    [
        (False, [("Subtotal", 20_000), ("PPN 12 %", 2_200), ("Total IDR", 22_200)]),
        (True, [("Total IDR", 20_000), ("PPN 12 % included", 1_982)]),
    ],
)
def test_tax_is_named_by_the_rate_of_its_day_even_when_the_shop_charges_none_any_more(included, expected):
    shop = ReceiptShop(charges_tax=True, prices_include_tax=included, npwp="0123")
    rate = TaxRateFactory()
    sale = shop.sell()
    shop.profile.charges_tax = False
    shop.profile.save()
    TaxRateFactory(percent=Decimal(13), valid_from=business_today(shop.warehouse).replace(year=2090))
    rate.valid_until = business_today(shop.warehouse)
    rate.save()

    receipt = receipt_of(sale)

    assert sums(receipt)[: len(expected)] == expected
    assert receipt.head == ["NPWP 0123"]
    assert_adds_up(receipt)


def test_a_cancelled_sale_says_so_and_shows_what_had_been_paid():
    shop = ReceiptShop()
    sale = shop.sell(tenders=[Tender("CARD", Decimal(5_000), "1"), Tender("CASH", Decimal(50_000))])
    sale_cancel(sale_id=sale.pk, reason="wrong item", by=shop.manager)

    receipt = receipt_of(Sale.objects.get(pk=sale.pk), is_copy=True)

    assert receipt.is_cancelled
    assert receipt.marks == ["COPY", "CANCELLED"]
    assert sums(receipt)[1:] == [("Card", 5_000), ("Cash", 50_000), ("Change", 35_000)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    included=st.booleans(),
    quantities=st.lists(st.integers(1, 9_999), min_size=1, max_size=4),
    prices=st.lists(st.integers(1, 2_000_000), min_size=4, max_size=4),
    line_share=st.integers(0, 100),
    sale_share=st.integers(0, 100),
    card_share=st.integers(0, 100),
    coin=st.sampled_from([0, 1, 100, 500]),
    spare=st.integers(0, 100_000),
)
def test_the_printed_figures_add_up(db, included, quantities, prices, line_share, sale_share, card_share, coin, spare):
    with transaction.atomic():
        shop = ReceiptShop(charges_tax=True, prices_include_tax=included, cash_coin=Decimal(coin))
        TaxRateFactory()
        products = []
        for number, price in enumerate(prices[: len(quantities)]):
            product = shop.rice if number == 0 else shop.more()
            product.price = price
            product.save()
            products.append(product)
        lines = [(product, Decimal(q) / 1000) for product, q in zip(products, quantities, strict=True)]
        amounts = [round_half_up(qty * product.price) for product, qty in lines]
        line_discount = round_half_up(amounts[0] * line_share / 100)
        discount = round_half_up((sum(amounts) - line_discount) * sale_share / 100)

        sale = shop.sell_split(lines, line_discount, discount, card_share, spare)

        assert_adds_up(receipt_of(sale))
        transaction.set_rollback(True)


def test_the_message_is_the_receipt_as_text_and_ends_a_long_list_early():
    shop = ReceiptShop(receipt_footer="Terima kasih")
    sale = shop.sell(tenders=[Tender("CASH", Decimal(20_000))], at=MORNING)
    receipt = receipt_of(sale)

    assert message(receipt) == (
        "Toko Uji\n\n"
        f"Invoice: {sale.invoice_number}\nDate: 20-11-2026 09:05 WITA\nCashier: Siti\n\n"
        "Sabun Mandi\n2 pcs × 10,000 = 20,000\n\n"
        "Total IDR: 20,000\nCash: 20,000\n\n"
        "Terima kasih"
    )
    receipt.lines.extend(receipt.lines * 44)
    text = message(receipt)
    assert (text.count("Sabun Mandi"), "… and 5 more lines" in text) == (40, True)


def test_the_slip_of_a_return_shows_the_lines_and_the_refund(client):
    shop = ReceiptShop()
    line = PastLine(shop.soap.pk, Decimal(1), Decimal(10_000))
    document = PastReturn("k", "RET-1", timezone.now(), [line], shop.manager, reason="broken", method="CASH")
    past_documents_post(warehouse=shop.warehouse, documents=[document])
    taken_back = SaleReturn.objects.get()

    slip = slip_of(taken_back)

    assert (slip.title, slip.number, slip.barcode.text) == ("RETURN", "RET-1", "RET-1")
    assert [(line.detail, line.amount) for line in slip.lines] == [("1 pcs × 10,000", 10_000)]
    assert sums(slip) == [("Refund IDR", 10_000), ("Cash", 10_000)]
    page = words(get(client, shop.manager, "return_receipt", taken_back.pk))
    assert "RETURN" in page
    assert "Refund IDR 10,000 Cash 10,000" in page
    assert get(client, shop.cashier, "return_receipt", taken_back.pk).status_code == 404


def test_the_slip_of_a_part_of_a_taxed_sale_adds_up():
    shop = ReceiptShop(charges_tax=True, prices_include_tax=False, cash_coin=Decimal(100))
    TaxRateFactory()
    sale = shop.sell([(shop.soap, 3)], discount=1_000)
    lines = [ReturnLine(sale.items.get().pk, Decimal(1))]
    open_shift(shop.manager, shop.warehouse)

    taken_back = sale_return(
        sale_id=sale.pk, lines=lines, reason="broken", method="CASH", key="k" * 32, by=shop.manager
    )

    slip = slip_of(taken_back)
    assert slip.facts[:2] == [("Return", taken_back.return_number), ("Invoice", sale.invoice_number)]
    assert [(line.detail, line.amount) for line in slip.lines] == [("1 pcs × 10,000 − 333", 9_667)]
    assert sums(slip) == [
        ("Subtotal", 9_667),
        ("PPN 12 %", 1_063),
        ("Rounding", -30),
        ("Refund IDR", 10_700),
        ("Cash", 10_700),
    ]
    assert_adds_up(slip)


def test_the_page_uses_the_paper_of_the_shop_and_that_of_its_address(client):
    shop = ReceiptShop(receipt_width=58)
    sale = shop.sell()

    own = get(client, shop.cashier, "sale_receipt", sale.pk).content.decode()
    wide = get(client, shop.cashier, "sale_receipt", sale.pk, width="80").content.decode()
    odd = get(client, shop.cashier, "sale_receipt", sale.pk, width="7").content.decode()

    assert [re.search(r'<body class="(.*?)"', page)[1] for page in (own, wide, odd)] == [
        "is-58mm",
        "is-80mm",
        "is-58mm",
    ]
    assert '<svg viewBox="0 0 189 48" width="47.25mm"' in own


@pytest.mark.parametrize("rows", [1, 3])
def test_the_receipt_asks_the_database_as_often_for_three_lines_as_for_one(client, rows, django_assert_num_queries):
    shop = ReceiptShop(charges_tax=True)
    TaxRateFactory()
    sale = shop.sell([(shop.soap, 1), (shop.rice, 1), (shop.more(), 1)][:rows])
    client.force_login(shop.manager)

    with django_assert_num_queries(9):
        client.get(f"/sales/{sale.pk}/receipt/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_finished_sale_asks_the_database_as_often_for_three_lines_as_for_one(
    client, rows, django_assert_num_queries
):
    shop = ReceiptShop()
    sale = shop.sell([(shop.soap, 1), (shop.rice, 1), (shop.more(), 1)][:rows])
    client.force_login(shop.cashier)

    with django_assert_num_queries(10):
        client.get(f"/pos/done/{sale.pk}/")
