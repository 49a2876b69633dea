from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.pricing import PricedLine, cash_rounding, line_amount, price_basket

PPN = Decimal(12) / 100 * 11 / 12

amounts = st.integers(0, 10_000_000).map(Decimal)
quantities = st.integers(1, 50_000).map(lambda n: Decimal(n) / 1000)
lines = st.lists(st.builds(PricedLine, qty=quantities, price=amounts), min_size=1, max_size=8)


@given(lines=lines, share=st.integers(0, 100), factor=st.sampled_from([Decimal(0), PPN]), included=st.booleans())
def test_the_lines_less_discount_plus_tax_are_the_total(lines, share, factor, included):
    subtotal = sum(line_amount(line) for line in lines)
    discount = Decimal(int(subtotal * share / 100))

    totals = price_basket(lines, discount=discount, tax_factor=factor, prices_include_tax=included)

    assert totals.subtotal == subtotal
    assert totals.total == totals.subtotal - totals.discount + totals.tax
    assert totals.total == totals.total.to_integral_value()
    net = Fraction(subtotal - discount)
    exact = net * Fraction(11, 100) if not included else net - net / (1 + Fraction(11, 100))
    assert abs(Fraction(totals.tax + totals.tax_included) - (exact if factor else 0)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("price", "included", "tax", "tax_included", "total"),
    [
        (100_000, False, 11_000, 0, 111_000),
        (111_000, True, 0, 11_000, 111_000),
        (10_000, True, 0, 991, 10_000),
        (5, False, 1, 0, 6),  # 0.55 rounds up
        (4, False, 0, 0, 4),  # 0.44 rounds down
    ],
)
def test_ppn_is_twelve_per_cent_of_eleven_twelfths(price, included, tax, tax_included, total):
    totals = price_basket([PricedLine(Decimal(1), Decimal(price))], tax_factor=PPN, prices_include_tax=included)

    assert (totals.tax, totals.tax_included, totals.total) == (tax, tax_included, total)


def test_cents_stay_cents_where_the_currency_has_them():
    totals = price_basket([PricedLine(Decimal(6), Decimal("2.55"))], step=Decimal("0.01"))

    assert totals.total == Decimal("15.30")


@pytest.mark.parametrize("discount", [-1, 1001])
def test_a_discount_beyond_the_line_or_the_basket_is_refused(discount):
    with pytest.raises(ValueError, match="discount"):
        line_amount(PricedLine(Decimal(1), Decimal(1000), Decimal(discount)))
    with pytest.raises(ValueError, match="discount"):
        price_basket([PricedLine(Decimal(1), Decimal(1000))], discount=Decimal(discount))


def test_only_cash_that_is_due_is_rounded():
    assert cash_rounding(Decimal(12_349), coin=Decimal(100), direction="nearest") == -49
    assert cash_rounding(Decimal(0), coin=Decimal(100), direction="up") == 0
    assert cash_rounding(Decimal(12_349), coin=Decimal(0), direction="up") == 0
