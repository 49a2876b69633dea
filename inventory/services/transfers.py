"""Goods from one warehouse to another: out when they are sent, in when they are received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import AdjustReason, Batch, RefType, Transfer, TransferItem, Warehouse
from master.models import Product
from master.selectors import shop_profile

from .adjustments import adjustment_post, check_quantity


@dataclass(frozen=True, slots=True)
class TransferLine:
    """So many units of a product; without a batch the first expiring ones go."""

    product_id: int
    qty: Decimal
    batch_id: int | None = None


@retried
def transfer_send(
    *,
    source: Warehouse,
    target: Warehouse,
    lines: Sequence[TransferLine],
    key: str,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> Transfer:
    """Let `lines` leave `source`. Until they are received at `target` they are in neither warehouse.

    Each batch that is taken makes an item, with the cost it left at. The same key again returns the first
    transfer. Raises InvalidInput on a wrong line, InsufficientStock when more is asked than may leave.
    """
    _check(source, target, lines, by)
    sent_at = at or timezone.now()
    transfer, made = _open(source, target, lines, key=key, by=by, note=note, at=sent_at)
    if not made:
        return transfer
    moves = [Line(line.product_id, -line.qty, batch_id=line.batch_id) for line in lines]
    ledger.post(
        Document(
            warehouse=source,
            ref_type=RefType.TRANSFER,
            ref_id=transfer.pk,
            lines=moves,
            moved_at=sent_at,
            by=by,
            note=gettext("%(number)s to %(warehouse)s") % {"number": transfer.number, "warehouse": target.name},
        )
    )
    TransferItem.objects.bulk_create(_items(transfer, moves))
    return transfer


def _items(transfer: Transfer, moves: Sequence[Line]) -> list[TransferItem]:
    """Return an item for each batch that left, with the cost the ledger wrote into its line."""
    items: list[TransferItem] = []
    for move in moves:
        taken: Sequence[tuple[int | None, Decimal]] = move.batches or [(None, move.qty)]
        items += [
            TransferItem(
                transfer=transfer,
                product_id=move.product_id,
                batch_id=batch_id,
                qty=-qty,
                unit_cost=move.unit_cost or Decimal(0),
            )
            for batch_id, qty in taken
        ]
    return items


def _check(source: Warehouse, target: Warehouse, lines: Sequence[TransferLine], by: User) -> None:
    if not by.can("stock_adjust"):
        raise NotAllowed(_("You may not change stock. Ask a manager."))
    if source.pk == target.pk:
        raise InvalidInput(_("Choose another warehouse than the one the goods leave."), field="target")
    if not lines:
        raise InvalidInput(_("Add at least one product."), field="lines")
    products = Product.objects.in_bulk([line.product_id for line in lines])
    batches = Batch.objects.in_bulk([line.batch_id for line in lines if line.batch_id])
    for number, line in enumerate(lines, start=1):
        product = products.get(line.product_id)
        if product is None:
            raise InvalidInput(_("Line %(line)s: this product does not exist.") % {"line": number}, field="lines")
        if line.qty <= 0:
            raise InvalidInput(
                _("%(product)s: the quantity must be above zero.") % {"product": product.name}, field="lines"
            )
        check_quantity(product, line.qty)
        if line.batch_id and batches[line.batch_id].product_id != product.pk:
            raise InvalidInput(_("%(product)s has no such batch.") % {"product": product.name}, field="lines")


def _open(
    source: Warehouse,
    target: Warehouse,
    lines: Sequence[TransferLine],
    *,
    key: str,
    by: User,
    note: str,
    at: datetime,
) -> tuple[Transfer, bool]:
    day = business_date(at, source.time_zone, shop_profile().cutoff_hour)
    asked = [(line.product_id, line.qty, line.batch_id) for line in lines]
    digest = fingerprint([source.pk, target.pk, note, asked])
    transfer, made = claim(
        lambda: Transfer.objects.create(
            source=source,
            target=target,
            note=note,
            sent_at=at,
            business_date=day,
            by=by,
            key=key,
            key_fingerprint=digest,
        ),
        model=Transfer,
        key=key,
        digest=digest,
    )
    if made:
        transfer.number = document_number("TRF", day, transfer.pk)
        transfer.save(update_fields=["number"])
    return transfer, made


@retried
def transfer_receive(
    *, transfer: Transfer, received: Mapping[int, Decimal], by: User, at: datetime | None = None
) -> Transfer:
    """Take the goods of `transfer` in at its target; `received` says how many came of each item, by its id.

    All that was sent comes in at the cost it left at; what is missing or too much is booked by an adjustment
    in the same transaction. An item that is not named came whole. The same again changes nothing.
    Raises DomainError when it was received with other quantities before.
    """
    if not by.can("stock_adjust"):
        raise NotAllowed(_("You may not change stock. Ask a manager."))
    received_at = at or timezone.now()
    sent = Transfer.objects.filter(pk=transfer.pk, status=Transfer.Status.SENT)
    is_first = sent.update(status=Transfer.Status.RECEIVED, received_at=received_at, received_by=by)
    transfer = Transfer.objects.select_related("source", "target").get(pk=transfer.pk)
    items = list(transfer.items.select_related("product"))
    came = {item.pk: received.get(item.pk, item.qty) for item in items}
    if not is_first:
        if any(item.received_qty != came[item.pk] for item in items):
            raise DomainError(
                _("%(number)s was already received, with other quantities. Open it to see them.")
                % {"number": transfer.number},
                code="already_received",
            )
        return transfer
    for item in items:
        if came[item.pk] < 0:
            raise InvalidInput(
                _("%(product)s: the quantity must not be below zero.") % {"product": item.product.name}, field="qty"
            )
        check_quantity(item.product, came[item.pk])
        item.received_qty = came[item.pk]
    TransferItem.objects.bulk_update(items, ["received_qty"])
    _bring_in(transfer, items, by=by, at=received_at)
    _book_difference(transfer, items, by=by, at=received_at)
    return transfer


def _bring_in(transfer: Transfer, items: Sequence[TransferItem], *, by: User, at: datetime) -> None:
    ledger.post(
        Document(
            warehouse=transfer.target,
            ref_type=RefType.TRANSFER,
            ref_id=transfer.pk,
            lines=[Line(item.product_id, item.qty, item.unit_cost, batch_id=item.batch_id) for item in items],
            moved_at=at,
            by=by,
            note=gettext("%(number)s from %(warehouse)s")
            % {"number": transfer.number, "warehouse": transfer.source.name},
        )
    )


def _book_difference(transfer: Transfer, items: Sequence[TransferItem], *, by: User, at: datetime) -> None:
    more = [(item, (item.received_qty or Decimal(0)) - item.qty) for item in items]
    for reason, part in (
        (AdjustReason.LOST, [(item, qty) for item, qty in more if qty < 0]),
        (AdjustReason.FOUND, [(item, qty) for item, qty in more if qty > 0]),
    ):
        if part:
            adjustment_post(
                warehouse=transfer.target,
                reason=reason,
                lines=[
                    Line(item.product_id, qty, item.unit_cost if qty > 0 else None, batch_id=item.batch_id)
                    for item, qty in part
                ],
                key=f"transfer:{transfer.pk}:{reason}",
                by=by,
                note=gettext("Difference of %(number)s") % {"number": transfer.number},
                at=at,
            )
