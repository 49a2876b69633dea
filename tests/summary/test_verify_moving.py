"""The verifier finds what is wrong with transfers and counts."""

from decimal import Decimal

import pytest
from django.db import connection

from inventory.services import (
    TransferLine,
    count_approve,
    count_line_save,
    count_open,
    count_submit,
    transfer_receive,
    transfer_send,
)
from summary.verify import differences
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db

CORRUPTIONS = {
    "what a transfer sent left its source": "UPDATE inventory_transferitem SET qty = qty + 1",
    "what was sent came to the target once it was received": "UPDATE inventory_transfer SET status = 'SENT'",
    "a transfer's moves have their line": "DELETE FROM inventory_transferitem",
    "a transfer moves goods in its two warehouses only": (
        "UPDATE inventory_stockmove SET warehouse_id = (SELECT MAX(id) FROM inventory_warehouse)"
        " WHERE ref_type = 'TRANSFER' AND qty_in > 0"
    ),
    "the difference of a received transfer is booked": "UPDATE inventory_transferitem SET received_qty = qty",
    "a posted count changed the stock by its differences": (
        "UPDATE inventory_stockcountline SET counted_qty = counted_qty + 1"
    ),
}


def broken_rules():
    return {difference.rule for difference in differences()}


@pytest.fixture
def moved():
    """Five sent of which four came, and a count that found two more."""
    by, product = UserFactory(role="Manager"), ProductFactory()
    source, target, _third = (WarehouseFactory() for _n in range(3))
    stock_up(product, source, 10, 100, by=by)
    line = TransferLine(product.pk, Decimal(5))
    transfer = transfer_send(source=source, target=target, lines=[line], key="k", by=by)
    transfer_receive(transfer=transfer, received={transfer.items.get().pk: Decimal(4)}, by=by)
    count = count_open(warehouse=source, product_ids=[product.pk], scope="", is_blind=True, key="c", by=by)
    count_line_save(line_id=count.lines.get().pk, qty=Decimal(7), by=by)
    count_submit(count=count, uncounted="", by=by)
    count_approve(count=count, by=by)


@pytest.mark.parametrize("rule", CORRUPTIONS)
def test_a_planted_corruption_of_moved_goods_is_named(moved, rule):
    assert broken_rules() == set()

    with connection.cursor() as cursor:
        cursor.execute(CORRUPTIONS[rule])
        assert cursor.rowcount > 0

    assert rule in broken_rules()
