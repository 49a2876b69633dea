"""What is under way when the demo shop opens: baskets that wait at the till, and a stock count half done."""

from decimal import Decimal

from inventory.counts import sheet_lines
from inventory.models import BatchStock
from inventory.services.counts import count_line_save, count_open
from sales.services import basket_add, basket_hold

from .events import SHOP
from .shop import Shop

# For whom a basket waits, and what is in it.
WAITING = [("Bu Sari, ambil sore", ("OBT-001", "OBT-003")), ("Pak Hadi", ("OBT-002",))]
COUNTED_CATEGORY = "RES"
# Of this line one unit fewer lies there than the books say.
SHORT_LINE = 4


def put_aside(shop: Shop, seed: int) -> None:
    """Leave baskets on hold, so that there is something to take up."""
    cashier, warehouse = shop.people["cashier"], shop.warehouses[SHOP]
    for name, skus in WAITING:
        key = f"demo-{seed}:held-{name}"
        for sku in skus:
            basket_add(key=key, warehouse=warehouse, product=shop.products[sku], qty=Decimal(1), by=cashier)
        basket_hold(key=key, name=name, by=cashier)


def begin_count(shop: Shop, seed: int) -> None:
    """Open a count of a category of medicines and count the first half of it along the shelves."""
    warehouse, hand = shop.warehouses[SHOP], shop.people["warehouse"]
    products = [product for sku, product in shop.products.items() if sku.startswith(COUNTED_CATEGORY)]
    count = count_open(
        warehouse=warehouse,
        product_ids=[product.pk for product in products],
        scope=products[0].category.name,
        is_blind=True,
        key=f"demo-{seed}:count",
        by=hand,
    )
    lines = list(sheet_lines(count))
    held = dict(BatchStock.objects.filter(warehouse=warehouse).values_list("batch_id", "qty"))
    for place, line in enumerate(lines[: len(lines) // 2]):
        there = held.get(line.batch_id, Decimal(0))
        short = Decimal(1) if place == SHORT_LINE and there else Decimal(0)
        count_line_save(line_id=line.pk, qty=there - short, by=hand)
