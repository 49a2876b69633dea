"""Races around suggestions that become orders. They run on MariaDB: SQLite ignores row locks."""

from decimal import Decimal
from functools import partial

import pytest

from purchases.models import PurchaseOrder
from replenishment.models import Suggestion, SuggestionRun
from replenishment.services import orders
from replenishment.services.orders import Decision, StalePlan, orders_make
from tests.races.runner import at_once
from tests.replenishment.reorder_shop import ReorderShop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

ROUNDS = 5


def press(shop, key):
    decisions = [Decision(shop.product.pk, Decimal(24), Decimal(24))]
    return partial(orders_make, key=key, warehouse=shop.warehouse, decisions=decisions, by=shop.by)


def test_ten_presses_of_one_form_make_its_orders_once():
    for n in range(ROUNDS):
        shop = ReorderShop()

        results = at_once([press(shop, f"press-{n}") for _press in range(10)])

        assert {getattr(result, "key", result) for result in results} == {f"press-{n}"}
        assert PurchaseOrder.objects.filter(warehouse=shop.warehouse).count() == 1
        assert Suggestion.objects.filter(warehouse=shop.warehouse).count() == 1


def test_of_ten_people_who_press_at_once_one_orders_and_nine_are_told():
    for _round in range(ROUNDS):
        shop = ReorderShop()

        results = at_once([press(shop, f"{shop.warehouse.code}-{n}") for n in range(10)])

        assert sum(isinstance(result, SuggestionRun) for result in results) == 1, results
        assert sum(isinstance(result, StalePlan) for result in results) == 9, results
        assert PurchaseOrder.objects.filter(warehouse=shop.warehouse).count() == 1
        assert SuggestionRun.objects.filter(suggestions__warehouse=shop.warehouse).count() == 1


def test_without_the_look_under_the_lock_ten_new_keys_order_it_more_than_once(monkeypatch):
    monkeypatch.setattr(orders, "_check_again", lambda *args: None)
    shop = ReorderShop()

    at_once([press(shop, f"twin-{n}") for n in range(10)])

    assert PurchaseOrder.objects.count() > 1
