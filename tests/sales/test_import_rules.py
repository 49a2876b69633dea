# ruff: noqa: DTZ001  a file holds the wall clock of its shop, without a zone
from datetime import datetime
from decimal import Decimal

import pytest

from sales.importing.rules import REASONS, Judge, Rejected, RuleBook
from sales.importing.summary import SENTENCES

COLUMNS = {"invoice": 0, "sku": 1, "qty": 2, "price": 3, "sold_at": 4, "customer": 5}
GOOD = {
    "invoice": "536365",
    "sku": "85123a",
    "qty": "6",
    "price": "2.55",
    "sold_at": "2010-12-01 08:26:00",
    "customer": "17850",
}


def judge(book=None, **changes):
    row = [*{**GOOD, **changes}.values()]
    return Judge(book or RuleBook(now=datetime(2026, 11, 21)), COLUMNS, 6).line(row)


def test_a_good_line_is_read_whole():
    line = judge()

    assert (line.invoice, line.is_credit, line.sku, line.qty, line.price, line.at, line.customer) == (
        "536365",
        False,
        "85123A",
        Decimal(6),
        Decimal("2.55"),
        datetime(2010, 12, 1, 8, 26),
        "17850",
    )


def test_a_credit_note_has_positive_quantities_when_it_is_read():
    line = judge(invoice="C536379", qty="-3")

    assert (line.is_credit, line.qty) == (True, Decimal(3))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"invoice": " "}, "no_invoice"),
        ({"invoice": "9" * 41}, "bad_invoice"),
        ({"sku": ""}, "no_code"),
        ({"sku": "café"}, "bad_code"),
        ({"sku": "POST"}, "not_goods"),
        ({"sku": "m"}, "not_goods"),
        ({"sku": "Bank  Charges"}, "not_goods"),
        ({"sku": "gift_0001_20"}, "not_goods"),
        ({"qty": "six"}, "bad_quantity"),
        ({"qty": "1_000"}, "bad_quantity"),
        ({"qty": "NaN"}, "bad_quantity"),
        ({"qty": "0.0001"}, "bad_quantity"),
        ({"qty": "0"}, "zero_quantity"),
        ({"price": "2,55"}, "bad_price"),
        ({"price": "Infinity"}, "bad_price"),
        ({"price": "1e99"}, "bad_price"),
        ({"price": "0.0"}, "price_not_positive"),
        ({"price": "-11062.06"}, "price_not_positive"),
        ({"price": "0.001"}, "price_decimals"),
        ({"sold_at": "01/12/2010 08:26"}, "bad_date"),
        ({"sold_at": "2010-02-30 08:26:00"}, "bad_date"),
        ({"sold_at": "2027-01-01"}, "future"),
        ({"qty": "-6"}, "negative_on_sale"),
        ({"invoice": "C536379"}, "positive_on_credit"),
        ({"customer": "9" * 31}, "bad_customer"),
        ({"qty": "9000000", "price": "9000000"}, "too_large"),
    ],
)
def test_a_line_that_is_no_sale_of_goods_is_rejected_with_its_reason(changes, reason):
    with pytest.raises(Rejected) as rejected:
        judge(**changes)

    assert rejected.value.reason == reason


def test_a_price_of_more_decimals_is_accepted_when_they_are_zeros():
    assert judge(price="2.5500").price == Decimal("2.55")


def test_a_number_that_only_begins_with_the_letter_c_is_no_credit_note():
    assert judge(invoice="CASH-01").is_credit is False


def test_the_shop_may_name_further_codes_that_are_not_goods_and_let_others_in():
    book = RuleBook(now=datetime(2026, 11, 21), not_goods=frozenset({"85123A"}), goods=frozenset({"M"}))

    with pytest.raises(Rejected, match="not_goods"):
        judge(book)
    assert judge(book, sku="m").sku == "M"


def test_numbers_and_days_are_read_as_the_file_declares_them():
    book = RuleBook(now=datetime(2026, 11, 21), decimal=",", date_formats=("%d/%m/%Y %H:%M",))

    line = judge(book, qty="0,250", price="18750,50", sold_at="01/12/2010 08:26")

    assert (line.qty, line.price, line.at) == (Decimal("0.25"), Decimal("18750.50"), datetime(2010, 12, 1, 8, 26))
    with pytest.raises(Rejected, match="bad_price"):
        judge(book, price="1.234,50", sold_at="01/12/2010 08:26")


def test_a_record_of_another_width_is_rejected():
    book = RuleBook(now=datetime(2026, 11, 21))

    with pytest.raises(Rejected, match="columns"):
        Judge(book, COLUMNS, 6).line(["536365", "85123A"])
    with pytest.raises(Rejected, match="blank"):
        Judge(book, COLUMNS, 6).line([])


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == set(REASONS)
