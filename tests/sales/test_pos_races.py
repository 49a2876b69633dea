"""The same Pay, pressed at the same moment."""

from decimal import Decimal
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from inventori.posting import new_key
from inventory.models import Stock
from sales.models import Payment, Sale
from sales.services import basket_add
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.races.runner import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def pay(client, key):
    form = {"key": key, "tendered": "20000", "expected_total": "10000"}
    return client.post(reverse("sales:pay"), form, headers={"X-Till": "1"})


def test_two_posts_of_pay_at_the_same_moment_make_one_sale():
    cashier, warehouse, product = UserFactory(), WarehouseFactory(), ProductFactory(price=10_000)
    stock_up(product, warehouse, 10)
    open_shift(cashier, warehouse)
    key = new_key()
    basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
    clients = [Client() for _ in range(2)]
    for client in clients:
        client.force_login(cashier)

    answers = at_once([partial(pay, client, key) for client in clients])

    done = reverse("sales:sale_done", args=[Sale.objects.get().pk])
    assert [answer["X-Till-Go"] for answer in answers] == [done, done]
    assert Payment.objects.count() == 1
    assert Stock.objects.get().qty == 9
