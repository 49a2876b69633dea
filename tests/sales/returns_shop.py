"""A shop whose customers bring things back."""

from decimal import Decimal
from typing import Any

from accounts.services import user_set_pin
from inventori.posting import new_key
from inventory.models import Stock
from sales.models import Sale, SaleReturn, Shift
from sales.services import (
    Discount,
    ReturnLine,
    Tender,
    basket_add,
    basket_discount,
    sale_pay,
    sale_return,
    shift_close,
)
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

PIN = "4711"


class ReturnShop:
    """Soap at 10,000 (100 on hand, cost 7,000) and rice by measure at 18,750; a manager with a PIN, open shifts."""

    def __init__(self) -> None:
        self.warehouse = WarehouseFactory()
        self.cashier, self.manager = UserFactory(first_name="Siti"), UserFactory(first_name="Made", role="Manager")
        user_set_pin(user=self.manager, pin=PIN, by=self.manager)
        self.soap = ProductFactory(name="Sabun", sku="SOAP", barcode="8991234567890", price=10_000)
        self.rice = ProductFactory(name="Beras", sku="RICE", price=18_750, sold_by_measure=True, uom="kg")
        stock_up(self.soap, self.warehouse, 100, cost=7_000)
        stock_up(self.rice, self.warehouse, 100, cost=15_000)
        for person in (self.cashier, self.manager):
            open_shift(person, self.warehouse)

    def basket(self, *units: tuple[Any, Any], by: Any = None) -> Sale:
        key = new_key()
        for product, qty in units:
            sale = basket_add(
                key=key, warehouse=self.warehouse, product=product, qty=Decimal(qty), by=by or self.cashier
            )
        return sale

    def sell(self, *units: tuple[Any, Any], by: Any = None, method: str = "CASH", discount: int = 0) -> Sale:
        by = by or self.cashier
        sale = self.basket(*units, by=by)
        if discount:
            sale = basket_discount(key=sale.key, discount=Discount(Decimal(discount)), by=by, allowed_by=self.manager)
        total = sale.total_amount
        # Cash is handed over in notes: enough for a total that is rounded up.
        given = total + 1_000 if method == "CASH" else total
        return sale_pay(key=sale.key, tenders=[Tender(method, given)], expected_total=total, by=by)[0]

    def take_back(self, sale: Sale, *lines: tuple[Any, ...], **changed: Any) -> SaleReturn:
        """Take back lines given as (number of the sale's line from 0, units, damaged?)."""
        items = list(sale.items.all())
        given = {"reason": "leaking", "method": "CASH", "key": new_key(), "by": self.manager} | changed
        asked = [ReturnLine(items[number].pk, Decimal(qty), *damaged) for number, qty, *damaged in lines]
        return sale_return(sale_id=sale.pk, lines=asked, **given)

    def close(self, person: Any) -> None:
        shift = Shift.objects.get(open_for=person)
        shift_close(shift_id=shift.pk, counts={}, note="all went to the bank", by=person)

    def on_hand(self, product: Any) -> Decimal:
        return Stock.objects.get(product=product, warehouse=self.warehouse).qty
