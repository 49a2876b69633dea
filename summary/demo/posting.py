"""Carry the story into the database, through the services that a user's clicks go through."""

from collections.abc import Callable
from datetime import date
from itertools import groupby

from django.db import transaction

from inventory.batches import batch_ensure
from inventory.ledger import Line as LedgerLine
from inventory.models import Warehouse
from inventory.services import adjustment_post
from inventory.services.transfers import TransferLine, transfer_receive, transfer_send
from purchases.models import PurchaseOrder
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post, unit_line
from sales.models import Sale
from sales.services import (
    PastLine,
    PastReturn,
    PastSale,
    past_documents_post,
    sale_cancel,
)

from . import catalogue
from .deciding import mining_write, policies_write, replay_write, suggestions_write
from .drawers import Drawers
from .events import SHOP, STORE, Arrived, Cancelled, Corrected, Day, Line, Moved, Ordered, Returned, Sold
from .people import people_retire
from .record import record_write
from .shop import BOX, Shop, shop_write
from .story import Story
from .unfinished import begin_count, put_aside

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
    put_aside(shop, seed)
    begin_count(shop, seed)
    policies_write(shop)
    suggestions_write(shop, seed, until)
    record_write(shop, seed, until)
    replay_write(shop, seed, days)
    mining_write(shop, seed, until)
    people_retire(shop.made)


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
        for moved in day.moved:
            self._move(moved)
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
                of_sale=self._key(document.sale_number),
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
            lines=[self._corrected_line(line) for line in corrected.lines],
            key=self._key(f"adjust-{self.serial}"),
            by=self.shop.people["warehouse"],
            at=corrected.at,
        )

    def _corrected_line(self, line: Line) -> LedgerLine:
        product = self.shop.products[line.item.sku]
        if line.qty < 0:
            # Goods that leave do so at their average cost, the first expiring ones first.
            return LedgerLine(product.pk, line.qty)
        batch = batch_ensure(product=product, number=line.batch, expires_on=line.expires_on) if line.batch else None
        return LedgerLine(product.pk, line.qty, line.price, batch_id=batch.pk if batch else None)

    def _move(self, moved: Moved) -> None:
        warehouse_hand = self.shop.people["warehouse"]
        transfer = transfer_send(
            source=self._warehouse(STORE),
            target=self._warehouse(SHOP),
            lines=[TransferLine(self.shop.products[line.item.sku].pk, line.qty) for line in moved.lines],
            key=self._key(f"move-{moved.serial}"),
            by=warehouse_hand,
            note="Isi ulang rak",
            at=moved.at,
        )
        if moved.received_at:
            items = list(transfer.items.all())
            received = {items[0].pk: items[0].qty - moved.missing}
            transfer_receive(transfer=transfer, received=received, by=warehouse_hand, at=moved.received_at)

    def _order(self, ordered: Ordered) -> None:
        manager = self.shop.people["manager"]
        order = order_create(
            supplier=self.shop.suppliers[ordered.supplier],
            warehouse=self._warehouse(ordered.warehouse),
            lines=[self._order_line(line) for line in ordered.lines],
            by=manager,
            at=ordered.at,
        )
        if ordered.is_sent:
            order_send(order=order, by=manager, at=ordered.at)
        self.orders[ordered.serial] = order

    def _order_line(self, line: Line) -> OrderLine:
        product, box = self.shop.products[line.item.sku], line.item.box
        if box is None:
            return OrderLine(product=product, qty=line.qty, price=line.price)
        return unit_line(product=product, unit=BOX, factor=box, count=line.qty / box, unit_price=line.price * box)

    def _receive(self, arrived: Arrived) -> None:
        order = self.orders[arrived.order.serial]
        items = {item.product_id: item for item in order.items.all()}
        receipt_post(
            supplier=order.supplier,
            warehouse=order.warehouse,
            order=order,
            lines=[
                ReceiptLine(
                    qty=line.qty,
                    po_item=items[self.shop.products[line.item.sku].pk],
                    batch_number=line.batch,
                    expires_on=line.expires_on,
                )
                for line in arrived.lines
            ],
            key=self._key(f"receipt-{arrived.order.serial}"),
            by=self.shop.people["warehouse"],
            at=arrived.at,
        )

    def _warehouse(self, code: str) -> Warehouse:
        return self.shop.warehouses[code]
