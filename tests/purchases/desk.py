"""A desk where orders are written: shared by the tests of orders and of their pages."""

from decimal import Decimal

from purchases.models import PurchaseOrder
from purchases.services import ReceiptLine, order_change, order_create, receipt_post, unit_line
from tests.factories import (
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
)

D = Decimal


class Desk:
    """A manager, a warehouse, a supplier who needs three days, and amoxicillin in strips and boxes of ten."""

    def __init__(self) -> None:
        self.by, self.warehouse = UserFactory(role="Manager"), WarehouseFactory()
        self.supplier = SupplierFactory(lead_time_days=3)
        self.product = ProductFactory(name="Amoxicillin", uom="strip")
        ProductUnitFactory(product=self.product)

    def boxes(self, count=3, price=95_000, discount=0):
        return unit_line(
            product=self.product,
            unit="box",
            factor=D(10),
            count=D(count),
            unit_price=D(price),
            discount=D(discount),
        )

    def order(self, *lines, **more) -> PurchaseOrder:
        return order_create(
            supplier=self.supplier, warehouse=self.warehouse, lines=lines or [self.boxes()], by=self.by, **more
        )

    def change(self, order, *lines, **more) -> PurchaseOrder:
        return order_change(
            order=order, supplier=self.supplier, warehouse=self.warehouse, lines=lines, by=self.by, **more
        )

    def receive(self, order, qty) -> None:
        lines = [ReceiptLine(qty=D(qty), po_item=order.items.get())]
        receipt_post(
            supplier=self.supplier, warehouse=self.warehouse, lines=lines, key=f"k{qty}", by=self.by, order=order
        )


def named_desk() -> Desk:
    """The desk of a shop that has a name to print."""
    ShopProfileFactory(name="Apotek Sehat", address="Jl. Merdeka 1\nBandung")
    return Desk()


def typed(desk, *rows, **more):
    """What the form posts: rows of product, unit, quantity, price and discount as they are typed."""
    data = {"supplier": desk.supplier.pk, "warehouse": desk.warehouse.pk, "rows": len(rows), "expected_at": ""}
    for n, row in enumerate(rows):
        unit = row.get("unit", "")
        values = {"product": desk.product.pk, "unit": unit, "unit_before": unit, "qty": "1", "price": "1", **row}
        data |= {f"line-{n}-{name}": value for name, value in values.items()}
    return data | more


def step(client, desk, do, *rows, scan="", **more):
    """Return the sheet after one step."""
    data = typed(desk, *rows, do=do, scan=scan, **more)
    response = client.post("/po/new/", data, headers={"X-Fragment": "1"})
    assert response.status_code == 200
    return response.context["sheet"], response.context["said"], response.content.decode()
