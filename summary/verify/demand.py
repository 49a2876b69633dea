"""Folds the moves into years of demand again: what reorder policies are computed from must be the ledger's."""

from collections.abc import Iterator

from inventory.demand_history import demand_wrong
from inventory.models import Warehouse
from master.models import Product

from .cards import Row


def demand_differences() -> Iterator[Row]:
    """Yield the packed years that are not what their moves come to; `recompute_policies --rebuild` makes them anew."""
    for product_id, warehouse_id, year in demand_wrong():
        product, warehouse = Product.objects.get(pk=product_id), Warehouse.objects.get(pk=warehouse_id)
        subject = f"{product.sku} in {warehouse.code}, {year}"
        yield "packed demand is the ledger's", subject, "the days of its moves", "others"
