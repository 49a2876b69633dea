"""The verifier finds what is wrong with batches."""

import pytest
from django.db import connection

from summary.verify import differences
from tests.inventory.test_batches import Pharmacy

pytestmark = pytest.mark.django_db

CORRUPTIONS = {
    "batches add up to the stock of their product": "UPDATE inventory_batchstock SET qty = qty + 1 WHERE qty = 4",
    "a batch's stock equals its moves": "UPDATE inventory_batchstock SET qty = qty + 1 WHERE qty = 4",
    "a move's batch is one of its product, and lies where it moved": ("DELETE FROM inventory_batchstock WHERE qty = 4"),
    "stock rows carry their product's batch switch": "UPDATE inventory_stock SET tracks_batches = 0",
}


def broken_rules():
    return {difference.rule for difference in differences()}


@pytest.mark.parametrize("rule", CORRUPTIONS)
def test_a_planted_corruption_of_batches_is_named(rule):
    Pharmacy().sell(7)
    assert broken_rules() == set()

    with connection.cursor() as cursor:
        cursor.execute(CORRUPTIONS[rule])
        assert cursor.rowcount > 0

    assert rule in broken_rules()
