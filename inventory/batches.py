"""Batches: found or made at a receipt, given back to by a return, and what lies in them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from inventori.errors import DomainError, InvalidInput
from inventori.money import ZERO
from master.models import Product

from .fefo import BatchQty
from .ledger import Line
from .models import Batch, BatchStock, StockMove

# Goods that left before their product tracked batches come back into this one.
UNKNOWN = "UNKNOWN"


def batch_ensure(*, product: Product, number: str, expires_on: date | None) -> Batch:
    """Return the batch `number` of `product`, making it where it is new. Call it in the document's transaction.

    Raises InvalidInput without a number, DomainError when the batch is known with another expiry date.
    """
    number = tidy_number(number)
    if not number:
        raise InvalidInput(_("%(product)s: enter the batch number.") % {"product": product.name}, field="batch")
    try:
        with transaction.atomic():
            batch, _made = Batch.objects.get_or_create(
                product=product, number=number, defaults={"expires_on": expires_on}
            )
    except IntegrityError:
        batch = Batch.objects.get(product=product, number=number)
    if batch.expires_on != expires_on:
        raise DomainError(
            _("%(product)s: batch %(batch)s is known to expire on %(day)s. Check the number and the date.")
            % {
                "product": product.name,
                "batch": number,
                "day": batch.expires_on.strftime("%d-%m-%Y") if batch.expires_on else "–",
            },
            field="expires_on",
            code="other_expiry",
        )
    return batch


def tidy_number(text: str) -> str:
    """Return a batch number as it is kept: in capitals, with single spaces."""
    return " ".join(text.split()).upper()


def batches_numbered(text: str) -> QuerySet[Batch]:
    """Return the batches with this number, of whatever product."""
    return Batch.objects.filter(number=tidy_number(text))


def has_batches(product: Product | None) -> bool:
    """Say whether `product`, or with None any product, has had batches."""
    found = Batch.objects.filter(product=product) if product else Batch.objects.all()
    return found.exists()


def batches_at(*, warehouse_id: int, product_ids: Iterable[int]) -> dict[int, list[BatchQty]]:
    """Return what lies of each product's batches in one warehouse, by product id."""
    rows = BatchStock.objects.filter(warehouse_id=warehouse_id, batch__product_id__in=list(product_ids), qty__gt=0)
    found: dict[int, list[BatchQty]] = {}
    for product_id, batch_id, expires_on, qty in rows.values_list(
        "batch__product_id", "batch_id", "batch__expires_on", "qty"
    ):
        found.setdefault(product_id, []).append(BatchQty(batch_id, expires_on, qty))
    return found


def taken_by(ref_type: str, ref_ids: Sequence[int]) -> dict[tuple[int, int | None], Decimal]:
    """Return what documents took in the end, by (product, batch): units out less units in."""
    moves = StockMove.objects.filter(ref_type=ref_type, ref_id__in=list(ref_ids)).order_by()
    sums = moves.values_list("product_id", "batch_id").annotate(out=Sum("qty_out"), back=Sum("qty_in"))
    return {(product_id, batch_id): out - back for product_id, batch_id, out, back in sums}


def back_into_batches(lines: Sequence[Line], taken: dict[tuple[int, int | None], Decimal]) -> list[Line]:
    """Split lines that come back over the batches they left from; lines of other products stay as they are.

    taken: what left and has not come back yet, by (product, batch); it is used up on the way.
    """
    ids = {line.product_id for line in lines}
    tracked = set(Product.objects.filter(pk__in=ids, tracks_batches=True).values_list("pk", flat=True))
    split: list[Line] = []
    for line in lines:
        if line.product_id not in tracked or line.batch_id is not None:
            split.append(line)
            continue
        left = line.qty
        for (product_id, batch_id), qty in sorted(taken.items(), key=lambda item: (item[0][0], -(item[0][1] or 0))):
            if product_id != line.product_id or batch_id is None or qty <= 0 or left <= 0:
                continue
            part = min(left, qty)
            taken[product_id, batch_id] -= part
            left -= part
            split.append(replace(line, qty=part, batch_id=batch_id))
        if left > ZERO:
            split.append(replace(line, qty=left, batch_id=_unknown(line.product_id).pk))
    return split


def _unknown(product_id: int) -> Batch:
    return Batch.objects.get_or_create(product_id=product_id, number=UNKNOWN)[0]
