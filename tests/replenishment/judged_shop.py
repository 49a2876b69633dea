"""A shop that ordered, and what came of it: shared by the tests of the report card."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import time_machine

from inventori.posting import new_key
from inventory.models import ReorderPolicy
from inventory.selectors import business_today
from purchases.models import PurchaseOrder
from purchases.services import ReceiptLine, order_send, receipt_post
from replenishment.models import Suggestion
from replenishment.services.orders import Decision, orders_make
from tests.factories import stock_up
from tests.purchases.buying import receive
from tests.replenishment.past import sold
from tests.replenishment.reorder_shop import ReorderShop

START = datetime(2027, 3, 1, 4, tzinfo=UTC)


class JudgedShop(ReorderShop):
    """Two a day, five there, 24 suggested; a unit earns 3,000 and costs 10 a day to keep. The clock stands still."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.go_to(0)
        super().__init__()
        ReorderPolicy.objects.update(holding_cost=D(3_650))
        self.day = business_today(self.warehouse)

    def go_to(self, day: int) -> None:
        """Go to noon of a day after the decision."""
        self.clock.move_to(START + timedelta(days=day))

    def decide(self, qty, *, product=None, seen=24, reason="", key="press", by=None) -> Suggestion:
        product = product or self.product
        decision = Decision(product.pk, D(seen), D(qty), reason)
        run = orders_make(key=key, warehouse=self.warehouse, decisions=[decision], by=by or self.by)
        for order in PurchaseOrder.objects.filter(status="DRAFT"):
            order_send(order=order, by=self.by)
        return run.suggestions.get()

    def sells_on(self, by_day, product=None) -> None:
        days = {self.day + timedelta(days=day): qty for day, qty in by_day.items()}
        sold(product or self.product, self.warehouse, days, by=self.by)

    def comes(self, suggestion, day) -> None:
        self.go_to(day)
        receive(suggestion.order, self.by, suggestion.decided_qty)

    def twelve_instead_of_24(self, product=None, key="press") -> Suggestion:
        """Sold out on day 3, twelve come on day 7 and last to day 12; other goods come on day 16."""
        one = self.decide(12, product=product, reason="CASH", key=key)
        self.sells_on({1: 2, 2: 2, 3: 1}, product)
        self.comes(one, 7)
        self.sells_on(dict.fromkeys(range(7, 13), 2), product)
        return one

    def others_come(self, day, product=None) -> None:
        """Fifty come that nobody ordered here."""
        self.go_to(day)
        line = ReceiptLine(D(50), product=product or self.product, unit_cost=D(5_000))
        receipt_post(supplier=self.supplier, warehouse=self.warehouse, lines=[line], key=new_key(), by=self.by)

    def more_goods(self, name):
        """Another product that stands as the first does."""
        product = self.goods(name, on_hand=0)
        stock_up(product, self.warehouse, 5, by=self.by)
        self.sells(product, unit="box", factor=12, unit_price=60_000)
        ReorderPolicy.objects.update(holding_cost=D(3_650))
        return product
