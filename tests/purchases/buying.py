"""A shop that buys: shared by the tests of receipts and of returns to suppliers."""

from datetime import date
from decimal import Decimal

from django.test import Client

from inventori.posting import new_key
from inventory.models import BatchStock, Stock, StockMove
from purchases.models import GoodsReceipt
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from tests.factories import SupplierFactory, UserFactory

LAST_DAY = date(2031, 12, 31)


def sent_order(warehouse, by, *products, qty=100, price=500, supplier=None):
    """A sent order of `qty` of each product."""
    lines = [OrderLine(product, Decimal(qty), Decimal(price)) for product in products]
    order = order_create(supplier=supplier or SupplierFactory(), warehouse=warehouse, lines=lines, by=by)
    return order_send(order=order, by=by)


def receive(order, by, *quantities, key=None, **rest):
    """Receive so many of each line of the order; its batch, where it has one, is A1."""
    lines = [
        ReceiptLine(
            Decimal(qty),
            po_item=item,
            batch_number="A1" if item.product.tracks_batches else "",
            expires_on=LAST_DAY if item.product.tracks_batches else None,
        )
        for item, qty in zip(order.items.select_related("product"), quantities, strict=False)
        if qty
    ]
    return receipt_post(
        supplier=order.supplier,
        warehouse=order.warehouse,
        order=order,
        lines=lines,
        key=key or new_key(),
        by=by,
        **rest,
    )


def books():
    """What stands in the books: receipts, moves, stock and batches. A refusal leaves it as it was."""
    return (
        GoodsReceipt.objects.count(),
        StockMove.objects.count(),
        sorted(Stock.objects.values_list("product__sku", "qty")),
        sorted(BatchStock.objects.values_list("batch__number", "qty")),
    )


def signed_in(role: str = "Manager") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client
