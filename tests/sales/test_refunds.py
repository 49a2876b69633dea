"""What customers get back; the worked numbers of sales/refunds.py, and sales and returns at random."""

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventori.money import CENT, round_half_up
from sales import refunds
from sales.pricing import PricedLine, cash_rounding, line_amount, price_basket
from sales.refunds import Part, Refund, SoldLine, SoldWhole, refund

D = Decimal


def sold(*lines, total, **more):
    return SoldWhole([SoldLine(*(D(part) for part in line)) for line in lines], total=D(total), **more)


def test_the_worked_numbers_of_the_module():
    assert doctest.testmod(refunds).failed == 0


def test_a_third_of_ten_thousand_comes_back_as_3333_3334_3333():
    amounts = [
        refund(sold((3, 10_000, back), total=10_000, refunded=D(given)), [Part(0, D(1))]).total
        for back, given in ((0, 0), (1, 3_333), (2, 6_667))
    ]

    assert amounts == [3_333, 3_334, 3_333]


def test_the_discount_of_the_sale_is_shared_by_what_the_lines_cost():
    sale = sold((3, 10_000), (1, 5_000), total=13_500, discount=D(1_500))

    assert refund(sale, [Part(0, D(1))]) == Refund([D(3_000)], D(0), D(0), D(0), D(3_000))
    assert refund(sale, [Part(1, D(1))]).lines == [4_500]


def test_tax_on_top_comes_back_with_the_goods():
    sale = sold((2, 20_000), total=22_200, tax=D(2_200))

    assert refund(sale, [Part(0, D(1))]) == Refund([D(10_000)], D(1_100), D(0), D(0), D(11_100))


def test_tax_in_the_price_is_named_and_changes_nothing():
    sale = sold((2, 20_000), total=20_000, tax_included=D(1_982))

    assert refund(sale, [Part(0, D(1))]) == Refund([D(10_000)], D(0), D(991), D(0), D(10_000))


def test_cash_is_rounded_over_all_that_came_back_and_ends_at_what_was_paid():
    def sale(back, refunded):
        return sold((3, 12_345, back), total=12_300, refunded=D(refunded))

    steps = [refund(sale(*before), [Part(0, D(1))], coin=D(100)) for before in ((0, 0), (1, 4_100), (2, 8_200))]

    assert [(step.lines, step.rounding, step.total) for step in steps] == [
        ([D(4_115)], -15, 4_100),
        ([D(4_115)], -15, 4_100),
        ([D(4_115)], -15, 4_100),
    ]


def test_rounding_up_never_gives_back_more_than_was_paid():
    sale = sold((2, 12_345), total=12_345)

    first = refund(sale, [Part(0, D("1.999"))], coin=D(1_000), direction="up")

    assert (first.total, first.rounding) == (12_345, 6)


def test_two_parts_of_one_line_follow_each_other():
    both = refund(sold((3, 10_000), total=10_000), [Part(0, D(1)), Part(0, D(1))])

    assert (both.lines, both.total) == ([3_333, 3_334], 6_667)


def test_goods_that_were_given_away_bring_no_money_back():
    assert refund(sold((2, 0), total=0), [Part(0, D(1))]).total == 0


@pytest.mark.parametrize("qty", [0, -1, 3])
def test_nothing_and_more_than_was_sold_less_what_came_back_are_refused(qty):
    with pytest.raises(ValueError, match="above zero and no more"):
        refund(sold((3, 10_000, 1), total=10_000), [Part(0, D(qty))])


units = st.one_of(
    st.integers(1, 12).map(D), st.decimals("0.001", 5, places=3, allow_nan=False).filter(lambda qty: qty > 0)
)


@st.composite
def paid_sales(draw):
    """A sale as the till makes it, with what coin and way of rounding it was paid, all or part of it in cash."""
    step = draw(st.sampled_from([D(1), CENT]))
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        qty, price = draw(units), draw(st.integers(0, 90_000).map(D)) * (1 if step == 1 else CENT)
        gross = round_half_up(qty * price, step)
        off = draw(st.sampled_from([D(0), D("0.1"), D("0.333"), D(1)]))
        lines.append(PricedLine(qty, price, round_half_up(gross * off, step)))
    subtotal = sum((line_amount(line, step) for line in lines), D(0))
    totals = price_basket(
        lines,
        discount=round_half_up(subtotal * draw(st.sampled_from([D(0), D("0.05"), D("0.777"), D(1)])), step),
        tax_factor=draw(st.sampled_from([D(0), D("0.11")])),
        prices_include_tax=draw(st.booleans()),
        step=step,
    )
    coin, direction = draw(st.sampled_from([D(0), D(100), D(500)])), draw(st.sampled_from(["nearest", "down", "up"]))
    in_cash = round_half_up(totals.total * draw(st.sampled_from([D(0), D("0.4"), D(1)])), step)
    total = totals.total + cash_rounding(in_cash, coin=coin, direction=direction)
    return lines, totals, total, step, coin, direction


@given(st.data())
def test_returns_of_any_size_in_any_order_add_up_to_what_was_paid(data):
    lines, totals, paid, step, coin, direction = data.draw(paid_sales())
    back, given_back, by_line, tax, included = [D(0)] * len(lines), D(0), [D(0)] * len(lines), D(0), D(0)
    while open_lines := [i for i, line in enumerate(lines) if back[i] < line.qty]:
        parts = []
        for i in data.draw(st.lists(st.sampled_from(open_lines), min_size=1, unique=True)):
            left = lines[i].qty - back[i]
            some = round_half_up(left * data.draw(st.sampled_from([D("0.3"), D("0.5"), D(1)])), D("0.001"))
            parts.append(Part(i, some if some > 0 else left))
        sale = SoldWhole(
            [
                SoldLine(line.qty, line_amount(line, step), units_back)
                for line, units_back in zip(lines, back, strict=True)
            ],
            discount=totals.discount,
            tax=totals.tax,
            tax_included=totals.tax_included,
            total=paid,
            refunded=given_back,
            step=step,
        )

        step_back = refund(sale, parts, coin=data.draw(st.sampled_from([D(0), coin])), direction=direction)

        assert step_back.total == sum(step_back.lines) + step_back.tax + step_back.rounding
        assert min(*step_back.lines, step_back.tax, step_back.tax_included, step_back.total) >= 0
        given_back += step_back.total
        tax, included = tax + step_back.tax, included + step_back.tax_included
        assert given_back <= paid
        for part, amount in zip(parts, step_back.lines, strict=True):
            by_line[part.line] += amount
            back[part.line] += part.qty
    assert given_back == paid
    assert sum(by_line) == totals.subtotal - totals.discount
    assert (tax, included) == (totals.tax, totals.tax_included)
    assert all(0 <= got <= line_amount(line, step) for got, line in zip(by_line, lines, strict=True))
