"""Corrections of stock, each with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import InvalidInput
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory import ledger
from inventory.batches import batch_ensure
from inventory.ledger import Document, Line
from inventory.models import AdjustReason, RefType, Stock, StockAdjustment, Warehouse
from master.models import Product
from master.selectors import shop_profile


@dataclass(frozen=True, slots=True)
class AdjustLine:
    """A line as a person enters it: the batch by its number, which is made where goods come in."""

    product: Product
    qty: Decimal
    unit_cost: Decimal | None = None
    batch: str = ""
    expires_on: date | None = None


@retried
def adjustment_enter(
    *, warehouse: Warehouse, reason: str, lines: Sequence[AdjustLine], key: str, by: User, note: str = ""
) -> StockAdjustment:
    """Post what a person entered: as `adjustment_post`, with batches by their numbers."""
    found = [Line(line.product.pk, line.qty, line.unit_cost, batch_id=_batch_of(line)) for line in lines]
    return adjustment_post(warehouse=warehouse, reason=reason, lines=found, key=key, by=by, note=note)


def _batch_of(line: AdjustLine) -> int | None:
    if not line.product.tracks_batches or not line.batch:
        return None
    return batch_ensure(product=line.product, number=line.batch, expires_on=line.expires_on).pk


@retried
def adjustment_post(
    *,
    warehouse: Warehouse,
    reason: str,
    lines: Sequence[Line],
    key: str,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> StockAdjustment:
    """Correct the stock of `warehouse` by `lines` (units in or out) and say why.

    Opening stock is an adjustment too: it gives goods that lay there before the shop had its ledger.
    Raises InvalidInput on an empty or fractional line, InsufficientStock when it takes out more
    than there is. The same key again returns the first adjustment.
    A line that brings goods in without a cost takes the average cost, or the buying price where
    there is no average yet.
    """
    # Copies: the ledger writes costs into its lines, and a retry must see them as they were asked.
    lines = [replace(line) for line in lines]
    if reason not in AdjustReason.values:
        raise InvalidInput(_("Choose a reason for the adjustment."), field="reason")
    products = _check_lines(lines)
    posted_at = at or timezone.now()
    asked = [(li.product_id, li.qty, li.unit_cost, li.batch_id) for li in lines]
    adjustment, made = adjustment_open(
        warehouse=warehouse, reason=reason, note=note, asked=asked, key=key, by=by, at=posted_at
    )
    if not made:
        return adjustment
    _cost_first_goods(warehouse, lines, products)
    ledger.post(
        Document(
            warehouse=warehouse,
            ref_type=RefType.ADJUST,
            ref_id=adjustment.pk,
            lines=lines,
            moved_at=posted_at,
            by=by,
            note=note or str(AdjustReason(reason).label),
            may_take_expired=True,
        )
    )
    return adjustment


def adjustment_open(
    *, warehouse: Warehouse, reason: str, note: str, asked: object, key: str, by: User, at: datetime
) -> tuple[StockAdjustment, bool]:
    """Claim `key` for an adjustment that its caller posts the moves of; return (adjustment, made now?).

    asked: what its lines ask for, to tell a repeated post from a changed one.
    """
    day = business_date(at, warehouse.time_zone, shop_profile().cutoff_hour)
    digest = fingerprint([warehouse.pk, reason, note, asked])
    adjustment, made = claim(
        lambda: StockAdjustment.objects.create(
            warehouse=warehouse,
            reason=reason,
            note=note,
            posted_at=at,
            business_date=day,
            by=by,
            key=key,
            key_fingerprint=digest,
        ),
        model=StockAdjustment,
        key=key,
        digest=digest,
    )
    if made:
        adjustment.number = document_number("ADJ", day, adjustment.pk)
        adjustment.save(update_fields=["number"])
    return adjustment, made


def _check_lines(lines: Sequence[Line]) -> dict[int, Product]:
    """Return the products of the lines by id."""
    if not lines:
        raise InvalidInput(_("Add at least one product."), field="lines")
    products = Product.objects.in_bulk([line.product_id for line in lines])
    for number, line in enumerate(lines, start=1):
        product = products.get(line.product_id)
        if product is None:
            raise InvalidInput(_("Line %(line)s: this product does not exist.") % {"line": number}, field="lines")
        if line.qty == 0:
            raise InvalidInput(
                _("%(product)s: the quantity must not be zero.") % {"product": product.name}, field="lines"
            )
        check_quantity(product, line.qty)
        if line.unit_cost is not None and line.unit_cost < 0:
            raise InvalidInput(
                _("%(product)s: the unit cost must not be negative.") % {"product": product.name}, field="lines"
            )
    return products


def _cost_first_goods(warehouse: Warehouse, lines: Iterable[Line], products: dict[int, Product]) -> None:
    """Give goods that come in without a cost, where nothing has an average cost yet, the buying price."""
    bare = [line for line in lines if line.qty > 0 and line.unit_cost is None]
    ids = [line.product_id for line in bare]
    costed = set(
        Stock.objects.filter(warehouse=warehouse, product_id__in=ids)
        .exclude(qty__lte=0, average_cost=0)
        .values_list("product_id", flat=True)
    )
    for line in bare:
        if line.product_id not in costed:
            line.unit_cost = products[line.product_id].cost


def check_quantity(product: Product, qty: Decimal) -> None:
    """Refuse a fraction of what is sold in whole units, and more than the column holds."""
    if not product.sold_by_measure and qty != qty.to_integral_value():
        raise InvalidInput(
            _("%(product)s is sold in whole %(uom)s: enter a whole number.")
            % {"product": product.name, "uom": product.uom},
            field="qty",
        )
    if abs(qty) >= Decimal(10) ** 9 or qty != round(qty, 3):
        raise InvalidInput(
            _("%(product)s: the quantity must be below 1,000,000,000 and have at most 3 decimals.")
            % {"product": product.name},
            field="qty",
        )
