"""The ledger's moving average against a calculation that shares nothing with it: whole cents and whole thousandths."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType, Stock
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db

HISTORIES, MOVES = 2_000, 12
START = datetime(2026, 1, 1, tzinfo=UTC)


def history(dice):
    """Return moves as (thousandths of a unit, cost in cents or None), never below zero."""
    moves, there = [], 0
    for _ in range(MOVES):
        if there == 0 or dice.random() < 0.5:
            qty, cost = dice.choice([1, 250, 333, 1_000, 7_000, 144_000]), dice.randrange(0, 5_000_000)
            moves.append((qty, cost))
            there += qty
        else:
            qty = dice.choice([there, dice.randint(1, there)])
            moves.append((-qty, None))
            there -= qty
    return moves


def expected(moves):
    """Return (thousandths, average in cents): (q·avg + q_in·c) / (q + q_in), halves up, in whole numbers."""
    there = average = 0
    for qty, cost in moves:
        if qty > 0 and there == 0:
            average = cost
        elif qty > 0:
            value, units = there * average + qty * cost, there + qty
            average = (2 * value + units) // (2 * units)
        there += qty
    return there, average


def test_the_average_cost_of_two_thousand_random_histories():
    dice = random.Random(20_261_124)
    by, warehouse, category = UserFactory(), WarehouseFactory(), CategoryFactory()
    products = [ProductFactory.build(category=category, sold_by_measure=True) for _ in range(HISTORIES)]
    type(products[0]).objects.bulk_create(products)
    products = list(type(products[0]).objects.all())
    told = {product.pk: history(dice) for product in products}

    for step in range(MOVES):
        lines = [
            Line(pk, Decimal(moves[step][0]) / 1_000, None if moves[step][1] is None else Decimal(moves[step][1]) / 100)
            for pk, moves in told.items()
        ]
        at = START + timedelta(hours=step)
        ledger.post(Document(warehouse, RefType.ADJUST, step + 1, lines, at, by))

    found = {pk: (qty, cost) for pk, qty, cost in Stock.objects.values_list("product_id", "qty", "average_cost")}
    wanted = {pk: expected(moves) for pk, moves in told.items()}
    assert {pk: (int(qty * 1_000), int(cost * 100)) for pk, (qty, cost) in found.items()} == wanted
