"""The questions that pages and other rooms ask about stock."""

from collections.abc import Sequence
from decimal import Decimal

from .models import Stock, Warehouse


def active_warehouses() -> list[Warehouse]:
    return list(Warehouse.objects.filter(is_active=True))


def on_hand(*, warehouse: Warehouse, product_ids: Sequence[int]) -> dict[int, Decimal]:
    """Return units on hand by product id; a product that never moved has 0."""
    found = dict(Stock.objects.filter(warehouse=warehouse, product_id__in=product_ids).values_list("product_id", "qty"))
    return {product_id: found.get(product_id, Decimal(0)) for product_id in product_ids}
