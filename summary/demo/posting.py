"""Carry the story into the database, through the services that a user's clicks go through."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db import transaction

from inventory.ledger import Line as LedgerLine
from inventory.models import Warehouse
from inventory.services import adjustment_post
from purchases.models import PurchaseOrder
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from sales.models import Sale
from sales.services import (
    PastLine,
    PastReturn,
    PastSale,
    basket_add,
    basket_hold,
    past_documents_post,
    sale_cancel,
)

from . import catalogue
from .drawers import Drawers
from .events import SHOP, Arrived, Cancelled, Corrected, Day, Line, Ordered, Returned, Sold
from .shop import Shop, shop_write
from .story import Story

Report = Callable[[str], None]


@transaction.atomic
def demo_shop_write(*, seed: int, days: int, until: date, report: Report) -> None:
    """Fill an empty shop with `days` days that end with `until`, whole or not at all."""
    goods = catalogue.load(seed)
    story = Story(goods, seed=seed, days=days, last=until)
    shop = shop_write(goods, story.buying.min_stock)
    report(
        f"{len(shop.people)} people, {len(shop.warehouses)} warehouses, {len(goods.categories)} categories, "
        f"{len(shop.suppliers)} suppliers, {len(shop.customers)} customers, {len(shop.products)} products"
    )
    diary = Diary(shop, seed, until)
    for month, told in groupby(story, key=lambda day: f"{day.day:%Y-%m}"):
        sales = receipts = 0
        for day in told:
            diary.post(day)
            sales += sum(len(documents) for documents in day.sold.values())
            receipts += len(day.arrived)
        report(f"{month}: {sales} sales, {receipts} goods receipts")
    _put_aside(shop, seed)


# Baskets that wait at the till: for whom, and what is in them.
WAITING = [("Bu Sari, ambil sore", ("OBT-001", "OBT-003")), ("Pak Hadi", ("OBT-002",))]


def _put_aside(shop: Shop, seed: int) -> None:
    """Leave baskets on hold, so that there is something to take up."""
    cashier, warehouse = shop.people["cashier"], shop.warehouses[SHOP]
    for name, skus in WAITING:
        key = f"demo-{seed}:held-{name}"
        for sku in skus:
            basket_add(key=key, warehouse=warehouse, product=shop.products[sku], qty=Decimal(1), by=cashier)
        basket_hold(key=key, name=name, by=cashier)


class Diary:
    """Posts one day after the other; remembers the orders that are still to arrive."""

    def __init__(self, shop: Shop, seed: int, last: date) -> None:
        self.shop, self.seed = shop, seed
        self.drawers = Drawers(shop.warehouses[SHOP], last, self._key("shift"))
        self.orders: dict[int, PurchaseOrder] = {}
        self.serial = 0

    def post(self, day: Day) -> None:
        for opening in day.opening:
            self._correct(opening)
        for arrived in day.arrived:
            self._receive(arrived)
        for code, documents in day.sold.items():
            past_documents_post(
                warehouse=self.shop.warehouses[code],
                documents=[self._past(document, day.day if code == SHOP else None) for document in documents],
            )
        for cancelled in day.cancelled:
            self._cancel(cancelled)
        self.drawers.close(day.day)
        for corrected in day.corrected:
            self._correct(corrected)
        for ordered in day.ordered:
            self._order(ordered)

    def _key(self, name: str) -> str:
        return f"demo-{self.seed}:{name}"

    def _past(self, document: Sold | Returned, shift_day: date | None) -> PastSale | PastReturn:
        lines = [self._past_line(line) for line in document.lines]
        customer = self.shop.customers[document.client].pk if document.client else None
        if isinstance(document, Returned):
            return PastReturn(
                key=self._key(document.number),
                number=document.number,
                at=document.at,
                lines=lines,
                by=self.shop.people["manager"],
                customer_id=customer,
                method="CASH",
                reason=document.reason,
            )
        cashier = self.shop.people[document.cashier]
        return PastSale(
            key=self._key(document.number),
            number=document.number,
            at=document.at,
            lines=lines,
            by=cashier,
            shift_id=self.drawers.shift_of(shift_day, cashier) if shift_day else None,
            customer_id=customer,
            method=document.method,
            tendered=document.tendered,
        )

    def _past_line(self, line: Line) -> PastLine:
        product = self.shop.products[line.item.sku]
        return PastLine(product_id=product.pk, qty=line.qty, price=line.price, discount=line.discount)

    def _cancel(self, cancelled: Cancelled) -> None:
        sale = Sale.objects.get(key=self._key(cancelled.sale_number))
        sale_cancel(sale_id=sale.pk, reason=cancelled.reason, by=self.shop.people["manager"], at=cancelled.at)

    def _correct(self, corrected: Corrected) -> None:
        self.serial += 1
        adjustment_post(
            warehouse=self._warehouse(corrected.warehouse),
            reason=corrected.reason,
            note=corrected.note,
            lines=[
                # Goods that leave do so at their average cost.
                LedgerLine(self.shop.products[line.item.sku].pk, line.qty, line.price if line.qty > 0 else None)
                for line in corrected.lines
            ],
            key=self._key(f"adjust-{self.serial}"),
            by=self.shop.people["warehouse"],
            at=corrected.at,
        )

    def _order(self, ordered: Ordered) -> None:
        manager = self.shop.people["manager"]
        order = order_create(
            supplier=self.shop.suppliers[ordered.supplier],
            warehouse=self._warehouse(ordered.warehouse),
            lines=[
                OrderLine(product=self.shop.products[line.item.sku], qty=line.qty, price=line.price)
                for line in ordered.lines
            ],
            by=manager,
            at=ordered.at,
        )
        if ordered.is_sent:
            order_send(order=order, by=manager)
        self.orders[ordered.serial] = order

    def _receive(self, arrived: Arrived) -> None:
        order = self.orders[arrived.order.serial]
        items = {item.product_id: item for item in order.items.all()}
        receipt_post(
            supplier=order.supplier,
            warehouse=order.warehouse,
            order=order,
            lines=[
                ReceiptLine(qty=line.qty, po_item=items[self.shop.products[line.item.sku].pk]) for line in arrived.lines
            ],
            key=self._key(f"receipt-{arrived.order.serial}"),
            by=self.shop.people["warehouse"],
            at=arrived.at,
        )

    def _warehouse(self, code: str) -> Warehouse:
        return self.shop.warehouses[code]
