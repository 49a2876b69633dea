"""Goods that expire, as they were received: shared by the tests of what is ordered of them and of what they come to."""

from datetime import timedelta
from decimal import Decimal as D

from django.utils import timezone

from inventori.posting import new_key
from inventory.selectors import business_today
from purchases.services import ReceiptLine, receipt_post


def came(shop, product, number, qty, *, days_ago=0, left=None, cost=5_000):
    """Receive a batch some days ago; left: the days that it still had from today on, None for no date."""
    today = business_today(shop.warehouse)
    line = ReceiptLine(
        D(qty),
        product=product,
        unit_cost=D(cost),
        batch_number=number,
        expires_on=None if left is None else today + timedelta(days=left),
    )
    return receipt_post(
        supplier=shop.supplier,
        warehouse=shop.warehouse,
        order=None,
        lines=[line],
        key=new_key(),
        by=shop.by,
        takes_expired=True,
        note="Brought by the supplier",
        at=timezone.now() - timedelta(days=days_ago),
    )
