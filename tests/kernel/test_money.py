import doctest
from decimal import Decimal

import pytest

from inventori import dates, money
from inventori.money import round_half_up, round_to_coin, share
from sales import pricing


@pytest.mark.parametrize("module", [money, dates, pricing])
def test_the_worked_examples_in_the_docstrings_come_out(module):
    failed, tried = doctest.testmod(module, extraglobs={"Decimal": Decimal})

    assert failed == 0
    assert tried > 0


@pytest.mark.parametrize(
    ("amount", "step", "expected"),
    [
        ("0.5", "1", "1"),
        ("1.5", "1", "2"),
        ("2.5", "1", "3"),
        ("-2.5", "1", "-3"),
        ("2.675", "0.01", "2.68"),
        ("149", "100", "100"),
        ("150", "100", "200"),
    ],
)
def test_halves_go_away_from_zero(amount, step, expected):
    assert round_half_up(Decimal(amount), Decimal(step)) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "coin", "direction", "expected"),
    [
        ("12349", "100", "nearest", "12300"),
        ("12350", "100", "nearest", "12400"),
        ("12301", "100", "up", "12400"),
        ("12399", "100", "down", "12300"),
        ("12399", "0", "down", "12399"),
        ("12345", "50", "nearest", "12350"),
    ],
)
def test_cash_is_rounded_to_the_coin_in_the_shops_direction(amount, coin, direction, expected):
    assert round_to_coin(Decimal(amount), Decimal(coin), direction) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        ("100", ["1", "1", "1"], ["33", "34", "33"]),
        ("10", ["0", "3", "0"], ["0", "10", "0"]),
        ("7", ["1", "2", "4"], ["1", "2", "4"]),
    ],
)
def test_shares_add_up_to_the_whole(amount, weights, expected):
    parts = share(Decimal(amount), [Decimal(w) for w in weights])

    assert sum(parts) == Decimal(amount)
    assert parts == [Decimal(part) for part in expected]


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ValueError, match="weights"):
        share(Decimal(1), [])
