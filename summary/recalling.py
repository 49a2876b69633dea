"""From a batch to everything that happened to it: who brought it, who has it, where the rest lies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from inventori.money import ZERO
from inventory.batches import batches_numbered
from inventory.models import Batch, BatchStock, RefType, StockAdjustment, StockMove, Transfer
from purchases.models import GoodsReceipt, SupplierReturn
from sales.models import Sale, SaleReturn

GROUPS: dict[str, StrOrPromise] = {
    RefType.GRN: _("Came in"),
    RefType.SALE: _("Sold"),
    RefType.RETURN: _("Returned by customers"),
    RefType.SUPPLIER_RETURN: _("Returned to the supplier"),
    RefType.TRANSFER: _("Transferred"),
    RefType.ADJUST: _("Adjusted or written off"),
}


@dataclass
class Event:
    """One document that moved the batch, in one warehouse."""

    kind: str
    ref_id: int
    day: date
    warehouse: str
    qty_in: Decimal
    qty_out: Decimal
    number: str = ""
    party: str = ""
    phone: str = ""
    note: str = ""
    is_cancelled: bool = False

    @property
    def group(self) -> StrOrPromise:
        return GROUPS[self.kind]

    @property
    def net_out(self) -> Decimal:
        """Units that left with the document and did not come back by it."""
        return self.qty_out - self.qty_in


@dataclass
class Recall:
    batch: Batch
    lying: list[BatchStock]
    events: list[Event] = field(default_factory=list)

    @property
    def qty_in(self) -> Decimal:
        return sum((event.qty_in for event in self.events), ZERO)

    @property
    def qty_out(self) -> Decimal:
        return sum((event.qty_out for event in self.events), ZERO)

    @property
    def on_hand(self) -> Decimal:
        return sum((row.qty for row in self.lying), ZERO)

    @property
    def sums(self) -> list[tuple[StrOrPromise, Decimal]]:
        """What each kind of document moved, in less out, and what is left."""
        found = []
        for kind, label in GROUPS.items():
            moved = sum((event.qty_in - event.qty_out for event in self.events if event.kind == kind), ZERO)
            if any(event.kind == kind for event in self.events):
                found.append((label, moved))
        return found

    @property
    def customers(self) -> int:
        """How many named customers bought of it and did not cancel."""
        return len(
            {event.party for event in self.events if event.kind == RefType.SALE and event.party and event.net_out > 0}
        )

    @property
    def unnamed(self) -> Decimal:
        """Units that were sold to nobody known."""
        sold = (event for event in self.events if event.kind == RefType.SALE and not event.party)
        return sum((event.net_out for event in sold), ZERO)


def batches_found(number: str, sku: str) -> list[Batch]:
    """Return the batches with this number, of one product where `sku` names it."""
    found = batches_numbered(number).select_related("product")
    return list((found.filter(product__sku=sku) if sku else found).order_by("product__name"))


def recall_of(batch: Batch) -> Recall:
    """Read everything about one batch: its moves by document, and the documents of each kind in one question."""
    moves = StockMove.objects.filter(batch=batch).order_by()
    sums = moves.values("ref_type", "ref_id", "warehouse__name").annotate(
        ins=Sum("qty_in"), outs=Sum("qty_out"), day=Max("business_date"), noted=Max("note")
    )
    events = [
        Event(
            row["ref_type"],
            row["ref_id"],
            row["day"],
            row["warehouse__name"],
            # Sums come back from SQLite without their zeros.
            round(row["ins"], 3),
            round(row["outs"], 3),
            note=row["noted"],
        )
        for row in sums
    ]
    for kind, fill in _FILLERS.items():
        fill([event for event in events if event.kind == kind])
    order = list(GROUPS)
    events.sort(key=lambda event: (order.index(event.kind), event.day, event.ref_id, event.warehouse))
    lying = BatchStock.objects.filter(batch=batch, qty__gt=0).select_related("warehouse").order_by("warehouse__code")
    return Recall(batch, list(lying), events)


def _found(rows: QuerySet[Any], events: Iterable[Event]) -> dict[int, Any]:
    ids = {event.ref_id for event in events}
    return rows.in_bulk(list(ids)) if ids else {}


def _sales(events: list[Event]) -> None:
    sales = _found(Sale.objects.select_related("customer"), events)
    for event in events:
        if sale := sales.get(event.ref_id):
            event.number, event.note = sale.invoice_number or "", ""
            event.is_cancelled = sale.status == Sale.Status.CANCELLED
            _name_customer(event, sale.customer)


def _returns(events: list[Event]) -> None:
    found = _found(SaleReturn.objects.select_related("customer"), events)
    for event in events:
        if taken := found.get(event.ref_id):
            event.number, event.note = taken.return_number or "", taken.reason
            _name_customer(event, taken.customer)


def _name_customer(event: Event, customer: Any) -> None:
    if customer is not None:
        event.party, event.phone = customer.name, customer.phone


def _receipts(events: list[Event]) -> None:
    found = _found(GoodsReceipt.objects.select_related("supplier", "purchase_order"), events)
    for event in events:
        if receipt := found.get(event.ref_id):
            order = receipt.purchase_order
            event.number, event.note = receipt.grn_number or "", (order.po_number or "") if order else ""
            event.party, event.phone = receipt.supplier.name, receipt.supplier.phone


def _sent_back(events: list[Event]) -> None:
    found = _found(SupplierReturn.objects.select_related("supplier"), events)
    for event in events:
        if sent := found.get(event.ref_id):
            event.number, event.note = sent.number or "", sent.reason
            event.party, event.phone = sent.supplier.name, sent.supplier.phone


def _transfers(events: list[Event]) -> None:
    found = _found(Transfer.objects.select_related("source", "target"), events)
    for event in events:
        if transfer := found.get(event.ref_id):
            event.number = transfer.number or ""
            event.party = f"{transfer.source.name} → {transfer.target.name}"


def _adjustments(events: list[Event]) -> None:
    found = _found(StockAdjustment.objects.all(), events)
    for event in events:
        if adjustment := found.get(event.ref_id):
            event.number, event.party = adjustment.number or "", str(adjustment.get_reason_display())


_FILLERS: dict[str, Callable[[list[Event]], None]] = {
    RefType.GRN: _receipts,
    RefType.SALE: _sales,
    RefType.RETURN: _returns,
    RefType.SUPPLIER_RETURN: _sent_back,
    RefType.TRANSFER: _transfers,
    RefType.ADJUST: _adjustments,
}
