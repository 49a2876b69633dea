"""A shop for tests that serve it with real processes: it makes itself, and tells afterwards what it holds.

`manage.py shell -c` runs the two texts in the shop's own process and database.
"""

import json
from typing import Any

from tests.served import ServedShop

PRODUCTS, OPENING = 8, 10_000

MAKE = f"""
import json
from decimal import Decimal
from django.test import Client
from inventory.models import AdjustReason
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from inventori.permissions import CASHIER
cashier, warehouse = UserFactory(username="till", role=CASHIER), WarehouseFactory()
codes = []
for number in range({PRODUCTS}):
    product = ProductFactory(barcode=f"899{{number:010d}}", price=Decimal(1000 + 500 * number))
    stock_up(product, warehouse, {OPENING})
    codes.append(product.barcode)
open_shift(cashier, warehouse)
client = Client()
client.force_login(cashier, backend="accounts.backends.PeopleBackend")
print(json.dumps({{"session": client.cookies["sessionid"].value, "codes": codes}}))
"""
TELL = """
import json
from collections import Counter
from django.db.models import Count
from inventory.models import RefType, Stock, StockMove
from sales.models import Sale
sales = {}
for sale in Sale.objects.prefetch_related("items__product", "payments"):
    moves = StockMove.objects.filter(ref_type=RefType.SALE, ref_id=sale.pk)
    sales[sale.key] = {
        "pk": sale.pk,
        "status": sale.status,
        "invoice": sale.invoice_number,
        "total": str(sale.total_amount),
        "goods": {item.product.barcode: int(item.qty) for item in sale.items.all()},
        "moved": {code: int(qty) for code, qty in moves.values_list("product__barcode", "qty_out")},
        "moves": moves.count(),
        "payments": [str(payment.amount) for payment in sale.payments.all()],
    }
stock = {code: int(qty) for code, qty in Stock.objects.values_list("product__barcode", "qty")}
print(json.dumps({"sales": sales, "stock": stock}))
"""


def make(shop: ServedShop) -> dict[str, Any]:
    """Fill the shop; return the cashier's session and the codes that can be scanned."""
    shop.run("manage.py", "migrate", "-v0")
    made: dict[str, Any] = json.loads(shop.run("manage.py", "shell", "-v0", "-c", MAKE))
    return made


def tell(shop: ServedShop) -> dict[str, Any]:
    """Return every sale by its key, and what is left of each product."""
    told: dict[str, Any] = json.loads(shop.run("manage.py", "shell", "-v0", "-c", TELL))
    return told
