"""Races around the drawer. They run on MariaDB: SQLite ignores row locks."""

from decimal import Decimal
from functools import partial

import pytest
from django.db.models import Sum

from inventori.errors import DomainError
from inventori.posting import new_key
from sales.models import CashMove, Payment, Shift
from sales.services import Tender, basket_add, cash_move_post, sale_pay, shift, shift_close, shift_open
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

ROUNDS, BASKETS = 20, 6


def test_two_tabs_that_open_a_shift_at_once_open_one():
    for _round in range(ROUNDS):
        cashier, warehouse = UserFactory(), WarehouseFactory()
        tab = partial(shift_open, warehouse=warehouse, opening_float=Decimal(5), by=cashier)

        results = at_once([partial(tab, key=new_key()) for _tab in range(2)])

        assert sorted(type(result).__name__ for result in results) == ["DomainError", "Shift"]
        assert Shift.objects.filter(cashier=cashier).count() == 1


def test_one_form_sent_ten_times_opens_one_shift():
    cashier, warehouse = UserFactory(), WarehouseFactory()
    post = partial(shift_open, warehouse=warehouse, opening_float=Decimal(5), by=cashier, key=new_key())

    results = at_once([post] * 10)

    assert {result.pk for result in results} == {Shift.objects.get().pk}


def test_ten_posts_of_one_cash_out_take_it_out_once():
    cashier = UserFactory()
    open_shift(cashier, WarehouseFactory(), 100_000)
    post = partial(cash_move_post, kind="OUT", amount=Decimal(60_000), reason="bank", key=new_key(), by=cashier)

    results = at_once([post] * 10)

    assert {move.pk for move, _now in results} == {CashMove.objects.get().pk}
    assert sum(now for _move, now in results) == 1


def test_ten_different_cash_outs_at_once_take_no_more_than_there_is():
    cashier = UserFactory()
    open_shift(cashier, WarehouseFactory(), 100_000)
    post = partial(cash_move_post, kind="OUT", amount=Decimal(30_000), reason="bank", by=cashier)

    results = at_once([partial(post, key=new_key()) for _post in range(10)])

    assert sum(isinstance(result, tuple) for result in results) == 3
    assert sum(isinstance(result, DomainError) for result in results) == 7
    assert CashMove.objects.aggregate(out=Sum("amount"))["out"] == 90_000


def closing_race():
    """Pay baskets while the shift closes; return (expected of the closed shift, cash paid into it, odd results)."""
    cashier, warehouse, product = UserFactory(), WarehouseFactory(), ProductFactory(price=10_000)
    stock_up(product, warehouse, BASKETS)
    opened = open_shift(cashier, warehouse)
    keys = [new_key() for _basket in range(BASKETS)]
    for key in keys:
        basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
    cash = {"tenders": [Tender("CASH", Decimal(10_000))], "expected_total": Decimal(10_000)}
    close = partial(shift_close, shift_id=opened.pk, counts={}, note="in a hurry", by=cashier)

    results = at_once([*[partial(sale_pay, key=key, by=cashier, **cash) for key in keys], close])

    odd = [r for r in results if not isinstance(r, tuple) and getattr(r, "code", "") != "no_shift"]
    paid = Payment.objects.filter(sale__shift=opened).aggregate(sum=Sum("amount"))["sum"] or 0
    return Shift.objects.get(pk=opened.pk).expected_cash, paid, odd


def test_a_sale_is_in_the_closed_drawer_or_is_refused():
    for _round in range(ROUNDS):
        expected, paid, odd = closing_race()

        assert odd == []
        assert expected == paid


def test_without_the_lock_on_the_closing_shift_a_sale_is_forgotten(monkeypatch):
    monkeypatch.setattr(shift, "_for_update", lambda shift_id: Shift.objects.get(pk=shift_id))

    rounds = [closing_race() for _round in range(ROUNDS)]

    assert any(expected < paid for expected, paid, _odd in rounds)
