"""Sales as the till leaves them, written straight into the tables: mining reads them, it does not post them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from accounts.models import User
from inventory.models import Warehouse
from master.models import Customer, Product
from sales.models import Sale, SaleItem, SaleReturn, SaleReturnItem

_numbers = count(1)
NOON = datetime(2026, 11, 1, 5, tzinfo=UTC)


def sold(
    products: list[Product],
    *,
    warehouse: Warehouse,
    by: User,
    day: date,
    customer: Customer | None = None,
    status: str = "PAID",
    qty: int = 1,
) -> Sale:
    n = next(_numbers)
    sale = Sale.objects.create(
        invoice_number=f"INV-{n}",
        customer=customer,
        warehouse=warehouse,
        status=status,
        opened_at=NOON,
        sold_at=NOON,
        business_date=day,
        cashier=by,
        key=f"sale-{n}",
    )
    SaleItem.objects.bulk_create(
        SaleItem(sale=sale, product=product, qty=Decimal(qty), price=Decimal(1000)) for product in products
    )
    return sale


def came_back(sale: Sale, product: Product, qty: int) -> None:
    n = next(_numbers)
    back = SaleReturn.objects.create(
        sale=sale,
        warehouse=sale.warehouse,
        total_amount=0,
        returned_at=NOON,
        business_date=sale.business_date,
        by=sale.cashier,
        key=f"return-{n}",
        key_fingerprint="",
    )
    line = sale.items.get(product=product)
    SaleReturnItem.objects.create(sale_return=back, sale_item=line, product=product, qty=Decimal(qty), price=line.price)
