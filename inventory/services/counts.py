"""Stock counts: opened for a warehouse, filled while the till sells, approved by a manager, posted once."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.money import ZERO
from inventori.numbering import document_number
from inventori.transactions import retried
from inventory.batches import batch_ensure
from inventory.counts import differences, posted_since
from inventory.ledger import Line
from inventory.models import (
    AdjustReason,
    Batch,
    BatchStock,
    Stock,
    StockCount,
    StockCountLine,
    Warehouse,
)
from master.models import Product
from master.selectors import shop_profile

from .adjustments import adjustment_post, check_quantity

Status = StockCount.Status
LEAVE, ZEROS = "leave", "zero"


# --- Open -----------------------------------------------------------------------------
@retried
def count_open(
    *, warehouse: Warehouse, product_ids: Iterable[int], scope: str, is_blind: bool, key: str, by: User
) -> StockCount:
    """Open a count of the products: a line for each, and one for each batch with stock of those that track them.

    The same key again returns the first count.
    """
    _may_count(by)
    if not key or len(key) > 64:
        raise InvalidInput(_("This form has no valid posting key. Open it again."), code="no_key")
    now = timezone.now()
    try:
        with transaction.atomic():
            count = StockCount.objects.create(
                warehouse=warehouse, scope=scope[:200], is_blind=is_blind, opened_at=now, by=by, key=key
            )
    except IntegrityError:
        return StockCount.objects.get(key=key)
    count.number = document_number("OPN", business_date(now, warehouse.time_zone, shop_profile().cutoff_hour), count.pk)
    count.save(update_fields=["number"])
    lines = _lines(count, list(product_ids))
    if not lines:
        raise InvalidInput(_("Nothing to count fits this choice."), field="what")
    StockCountLine.objects.bulk_create(lines, batch_size=1000)
    return count


def _lines(count: StockCount, product_ids: Sequence[int]) -> list[StockCountLine]:
    lines: list[StockCountLine] = []
    for start in range(0, len(product_ids), 1000):
        part = product_ids[start : start + 1000]
        batches: dict[int, list[int | None]] = {}
        lying = BatchStock.objects.filter(warehouse_id=count.warehouse_id, batch__product_id__in=part, qty__gt=0)
        for product_id, batch_id in lying.order_by("batch__expires_on", "batch_id").values_list(
            "batch__product_id", "batch_id"
        ):
            batches.setdefault(product_id, []).append(batch_id)
        products = Product.objects.filter(pk__in=part).order_by("shelf", "name", "pk")
        for product in products:
            found = batches.get(product.pk, []) if product.tracks_batches else [None]
            lines += [StockCountLine(count=count, product=product, batch_id=batch_id) for batch_id in found]
    return lines


# --- Count ----------------------------------------------------------------------------
@retried
def count_line_save(*, line_id: int, qty: Decimal, by: User, adds: bool = False) -> StockCountLine:
    """Save what was counted of one line, with what the ledger holds of it at this moment.

    adds: `qty` more than was counted of it so far, as a scanner counts; else `qty` replaces it.
    """
    _may_count(by)
    count = _locked(StockCountLine.objects.values_list("count_id", flat=True).get(pk=line_id), Status.OPEN)
    line = StockCountLine.objects.select_related("product", "batch").get(pk=line_id)
    counted = (line.counted_qty or ZERO) + qty if adds else qty
    if counted < 0:
        raise InvalidInput(
            _("%(product)s: the quantity must not be below zero.") % {"product": line.product.name}, field="qty"
        )
    check_quantity(line.product, counted)
    _lock_stock(count, [line.product_id])
    line.expected_qty = _ledger_of(count, [line])[line.product_id, line.batch_id]
    # Read with the stock row locked: what moves after this moment moves after it in the ledger too.
    line.counted_at = timezone.now()
    line.counted_qty, line.counted_by = counted, by
    line.save(update_fields=["counted_qty", "expected_qty", "counted_at", "counted_by"])
    return line


@retried
def count_line_add(
    *, count: StockCount, product: Product, by: User, batch: str = "", expires_on: date | None = None
) -> StockCountLine:
    """Put what lies there and is not on the sheet on it; of a product that tracks batches, the batch."""
    _may_count(by)
    count = _locked(count.pk, Status.OPEN)
    found: Batch | None = None
    if product.tracks_batches:
        known = Batch.objects.filter(product=product, number=" ".join(batch.split()).upper()).first()
        found = known if known and expires_on is None else None
        found = found or batch_ensure(product=product, number=batch, expires_on=expires_on)
    line = StockCountLine.objects.filter(count=count, product=product, batch=found).first()
    return line or StockCountLine.objects.create(count=count, product=product, batch=found)


# --- Submit, send back, approve, cancel -----------------------------------------------
@retried
def count_submit(*, count: StockCount, uncounted: str, by: User) -> StockCount:
    """Hand the count to a manager. `uncounted` says what becomes of lines nobody counted: "leave" or "zero"."""
    _may_count(by)
    count = _locked(count.pk, Status.OPEN)
    open_lines = list(count.lines.filter(counted_qty=None).select_related("product", "batch"))
    if open_lines and uncounted not in (LEAVE, ZEROS):
        raise InvalidInput(
            _("Say what becomes of the lines that were not counted: left out, or counted as zero."), field="uncounted"
        )
    if open_lines and uncounted == ZEROS:
        _lock_stock(count, [line.product_id for line in open_lines])
        held, now = _ledger_of(count, open_lines), timezone.now()
        for line in open_lines:
            line.expected_qty = held[line.product_id, line.batch_id]
            line.counted_qty, line.counted_at, line.counted_by = ZERO, now, by
        fields = ["counted_qty", "expected_qty", "counted_at", "counted_by"]
        StockCountLine.objects.bulk_update(open_lines, fields, batch_size=500)
    if not count.lines.exclude(counted_qty=None).exists():
        raise DomainError(_("Nothing is counted yet."), code="nothing_counted")
    count.status, count.submitted_at = Status.SUBMITTED, timezone.now()
    count.save(update_fields=["status", "submitted_at"])
    return count


@retried
def count_send_back(*, count: StockCount, line_ids: Iterable[int], by: User) -> StockCount:
    """Open the count again and forget what was counted of the lines, so that they are counted anew."""
    _may_approve(by)
    count = _locked(count.pk, Status.SUBMITTED)
    lines = count.lines.filter(pk__in=list(line_ids))
    if not lines.update(counted_qty=None, expected_qty=None, counted_at=None, counted_by=None):
        raise InvalidInput(_("Choose the lines that are to be counted again."), field="lines")
    count.status, count.submitted_at = Status.OPEN, None
    count.save(update_fields=["status", "submitted_at"])
    return count


@retried
def count_approve(*, count: StockCount, by: User) -> StockCount:
    """Post all differences in one adjustment. What was sold after the counting stays sold.

    Pressed again it returns the posted count. Raises InsufficientStock when a stock would fall below zero,
    DomainError when another count corrected the same goods after they were counted.
    """
    _may_approve(by)
    count = _lock(count.pk)
    if count.status == Status.POSTED:
        return count
    _refuse_unless(count, Status.SUBMITTED)
    lines = differences(count)
    posted_at = timezone.now()
    if lines:
        _lock_stock(count, [line.product_id for line in lines])
        _refuse_corrected_since(count, lines)
        posted_at = timezone.now()
        count.adjustment = adjustment_post(
            warehouse=count.warehouse,
            reason=AdjustReason.COUNT,
            lines=[Line(line.product_id, line.difference, batch_id=line.batch_id) for line in lines],
            key=f"count:{count.pk}",
            by=by,
            note=gettext("Stock count %(number)s") % {"number": count.number},
            at=posted_at,
        )
    count.status, count.posted_at, count.approved_by = Status.POSTED, posted_at, by
    count.save(update_fields=["status", "posted_at", "approved_by", "adjustment"])
    return count


def _refuse_corrected_since(count: StockCount, lines: Sequence[StockCountLine]) -> None:
    """Refuse to take one difference twice: once here, and once by a count that was posted in between."""
    for line, other in posted_since(count, lines):
        raise DomainError(
            _("%(product)s was corrected by %(count)s after you counted it. Send its line back to be counted again.")
            % {"product": line.product.name, "count": other},
            code="corrected_since",
        )


@retried
def count_cancel(*, count: StockCount, by: User) -> StockCount:
    """End a count without changing any stock."""
    _may_count(by)
    count = _lock(count.pk)
    if count.status == Status.CANCELLED:
        return count
    _refuse_unless(count, Status.OPEN, Status.SUBMITTED)
    count.status = Status.CANCELLED
    count.save(update_fields=["status"])
    return count


# --- Locks and doors ------------------------------------------------------------------
# The count's own row first, then stock in the ledger's order: everybody who counts, submits or approves
# waits in the same line.
def _lock(count_id: int) -> StockCount:
    return StockCount.objects.select_for_update().get(pk=count_id)


def _locked(count_id: int, *statuses: str) -> StockCount:
    count = _lock(count_id)
    _refuse_unless(count, *statuses)
    return count


def _refuse_unless(count: StockCount, *statuses: str) -> None:
    if count.status not in statuses:
        raise DomainError(
            _("%(count)s is %(status)s: this can no longer be done.")
            % {"count": count, "status": count.get_status_display()},
            code="wrong_status",
        )


def _lock_stock(count: StockCount, product_ids: Iterable[int]) -> None:
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), 1000):
        rows = Stock.objects.filter(warehouse_id=count.warehouse_id, product_id__in=ids[start : start + 1000])
        list(rows.order_by("product_id", "warehouse_id").select_for_update().values_list("pk"))


def _ledger_of(count: StockCount, lines: Sequence[StockCountLine]) -> dict[tuple[int, int | None], Decimal]:
    """Return what the ledger holds of each line, by (product, batch); call it with the stock rows locked."""
    held: dict[tuple[int, int | None], Decimal] = {(line.product_id, line.batch_id): ZERO for line in lines}
    ids = list({line.product_id for line in lines})
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        stocks = Stock.objects.filter(warehouse_id=count.warehouse_id, product_id__in=part)
        for product_id, qty in stocks.values_list("product_id", "qty"):
            if (product_id, None) in held:
                held[product_id, None] = qty
        batches = BatchStock.objects.filter(warehouse_id=count.warehouse_id, batch__product_id__in=part)
        for product_id, batch_id, qty in batches.values_list("batch__product_id", "batch_id", "qty"):
            if (product_id, batch_id) in held:
                held[product_id, batch_id] = qty
    return held


def _may_count(by: User) -> None:
    if not by.can("stock_adjust"):
        raise NotAllowed(_("You may not count stock. Ask a manager."))


def _may_approve(by: User) -> None:
    if not (by.can("stock_adjust") and by.can("cost_view")):
        raise NotAllowed(_("You may not approve a count. Ask a manager."))
