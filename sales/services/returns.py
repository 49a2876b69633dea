"""Goods come back: stock in, money out, never more than was sold and paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, written
from inventori.money import ZERO
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory import ledger
from inventory.batches import back_into_batches, taken_by
from inventory.ledger import Document, Line
from inventory.models import AdjustReason, RefType
from inventory.services import adjustment_post, check_quantity
from master.models import CASH, ShopProfile
from master.selectors import shop_profile
from sales.models import Sale, SaleItem, SaleReturn, SaleReturnItem, Shift
from sales.returning import SoldItem, damage_key, refund_methods, refund_of, sold_items
from sales.selectors import line_amount

from .approval import approval_note, require


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """qty: units > 0 of one line of the sale; damaged ones do not stay in stock."""

    sale_item_id: int
    qty: Decimal
    is_damaged: bool = False


class LinesRefused(DomainError):
    """Lines that cannot come back like this; `sentences` says why, by sale item id."""

    code = "lines_refused"

    def __init__(self, sentences: dict[int, str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences.values()), sentences=sentences)


@retried
def sale_return(
    *,
    sale_id: int,
    lines: Sequence[ReturnLine],
    reason: str,
    method: str,
    key: str,
    by: User,
    allowed_by: User | None = None,
    at: datetime | None = None,
) -> SaleReturn:
    """Take goods of a paid sale back, at the cost they left with, and give back what was paid for them.

    method: how the money goes back; cash comes out of the drawer of `by`. allowed_by: the manager whose
    PIN stands in for a missing right. The same key again returns the first return.
    Raises LinesRefused naming every line of which more comes back than is left, DomainError, NeedsApproval.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why the goods come back."), field="reason")
    if not lines:
        raise InvalidInput(_("Enter how many come back of at least one line."), field="lines")
    sentence = _("A manager's PIN is needed to take goods back.")
    helper = require("sale_cancel", by=by, allowed_by=allowed_by, message=sentence)
    sale = _locked_sale(sale_id)
    now = at or timezone.now()
    taken_back, made = _claimed(sale, lines, reason=reason, method=method, key=key, by=by, now=now)
    if not made:
        return taken_back
    _refuse_sale(sale)
    taken_back.shift = _drawer(sale, method, by)
    profile = shop_profile()
    sold = sold_items(sale, profile)
    check_lines(sold, lines)
    rows = _set_amounts(taken_back, sale, sold, lines, profile)
    taken_back.return_number = document_number("RET", taken_back.business_date, taken_back.pk)
    taken_back.save()
    SaleReturnItem.objects.bulk_create(rows)
    _put_back(taken_back, sold, lines)
    approval_note("sale_cancel", sale=sale, by=by, allowed_by=helper, detail=f"{taken_back.return_number}: {reason}")
    return taken_back


def _locked_sale(sale_id: int) -> Sale:
    """The lock that lines up all returns of one sale. A test takes it away to show that too much then comes back."""
    return Sale.objects.select_for_update().get(pk=sale_id)


def _claimed(
    sale: Sale, lines: Sequence[ReturnLine], *, reason: str, method: str, key: str, by: User, now: datetime
) -> tuple[SaleReturn, bool]:
    asked = [(line.sale_item_id, line.qty.normalize(), line.is_damaged) for line in lines]
    digest = fingerprint([sale.pk, method, reason, asked])
    return claim(
        lambda: SaleReturn.objects.create(
            sale=sale,
            customer_id=sale.customer_id,
            warehouse_id=sale.warehouse_id,
            method_id=_checked_method(sale, method),
            total_amount=ZERO,
            reason=reason[:200],
            returned_at=now,
            business_date=business_date(now, sale.warehouse.time_zone, shop_profile().cutoff_hour),
            by=by,
            key=key,
            key_fingerprint=digest,
        ),
        model=SaleReturn,
        key=key,
        digest=digest,
    )


def _checked_method(sale: Sale, method: str) -> str:
    if method not in {offered.code for offered in refund_methods(sale)}:
        raise InvalidInput(_("Choose how the money is given back."), field="method")
    return method


def _refuse_sale(sale: Sale) -> None:
    if sale.status == Sale.Status.DRAFT:
        raise DomainError(_("This basket is not paid yet: empty it instead."), code="not_paid")
    if sale.status == Sale.Status.CANCELLED:
        raise DomainError(
            _("%(invoice)s is cancelled: all its goods are back already.") % {"invoice": sale.invoice_number},
            code="cancelled",
        )
    if not sale.warehouse.is_active:
        raise DomainError(
            _("%(warehouse)s is closed. Open it again to take goods back there.") % {"warehouse": sale.warehouse}
        )


def _drawer(sale: Sale, method: str, by: User) -> Shift | None:
    """Lock the person's open shift, so that it cannot close meanwhile; only cash cannot do without one."""
    shift = Shift.objects.select_for_update().filter(open_for=by).first()
    if method != CASH:
        return shift
    if shift is None:
        raise DomainError(
            _("Cash comes out of your drawer. Open your shift first, or give the money back in another way."),
            code="no_shift",
            field="method",
        )
    if shift.warehouse_id != sale.warehouse_id:
        raise DomainError(
            _("%(invoice)s was sold in %(warehouse)s, and your drawer is elsewhere. Take the goods back there.")
            % {"invoice": sale.invoice_number, "warehouse": sale.warehouse},
            field="method",
        )
    return shift


def check_lines(sold: Sequence[SoldItem], lines: Sequence[ReturnLine]) -> None:
    """Check every line, then refuse once. Raises LinesRefused, InvalidInput for a line of another sale."""
    by_id = {line.item.pk: line for line in sold}
    if any(line.sale_item_id not in by_id for line in lines):
        raise InvalidInput(_("One of these lines is not of this sale. Open the return again."), field="lines")
    wanted: dict[int, Decimal] = {}
    sentences: dict[int, str] = {}
    for line in lines:
        wanted[line.sale_item_id] = wanted.get(line.sale_item_id, ZERO) + line.qty
        try:
            _check_units(by_id[line.sale_item_id].item, line.qty)
        except InvalidInput as error:
            sentences[line.sale_item_id] = str(error)
    for pk, qty in wanted.items():
        if pk not in sentences and qty > by_id[pk].left:
            sentences[pk] = _too_many(by_id[pk], qty)
    if sentences:
        raise LinesRefused(sentences)


def _check_units(item: SaleItem, qty: Decimal) -> None:
    if qty <= 0:
        raise InvalidInput(_("%(product)s: the quantity must be above zero.") % {"product": item.product.name})
    if qty != item.qty:
        # What was sold may come back whole, also when the product is no longer sold by measure.
        check_quantity(item.product, qty)


def _too_many(line: SoldItem, wanted: Decimal) -> str:
    name = {"product": line.item.product.name}
    if line.left <= 0:
        return _("%(product)s: all of it has come back already.") % name
    return _("%(product)s: %(left)s can still come back, %(wanted)s asked.") % (
        name | {"left": written(line.left), "wanted": written(wanted)}
    )


def _set_amounts(
    taken_back: SaleReturn, sale: Sale, sold: Sequence[SoldItem], lines: Sequence[ReturnLine], profile: ShopProfile
) -> list[SaleReturnItem]:
    """Set the return's amounts and give its lines: qty · price, rounded, less discount is what a line gets back."""
    parts = [(line.sale_item_id, line.qty) for line in lines]
    back = refund_of(sale, sold, parts, method=str(taken_back.method_id), profile=profile)
    taken_back.tax, taken_back.tax_included = back.tax, back.tax_included
    taken_back.rounding, taken_back.total_amount = back.rounding, back.total
    items = {line.item.pk: line.item for line in sold}
    rows = []
    for line, amount in zip(lines, back.lines, strict=True):
        item = items[line.sale_item_id]
        row = SaleReturnItem(
            sale_return=taken_back,
            sale_item=item,
            product_id=item.product_id,
            qty=line.qty,
            price=item.price,
            discount=ZERO,
            cost=item.cost,
            factor=item.factor,
            is_damaged=line.is_damaged,
        )
        row.discount = line_amount(row, profile.currency) - amount
        rows.append(row)
    return rows


def _put_back(taken_back: SaleReturn, sold: Sequence[SoldItem], lines: Sequence[ReturnLine]) -> None:
    """Bring the goods into stock at the cost they left with, and take the damaged ones out again."""
    items = {line.item.pk: line.item for line in sold}
    number = taken_back.return_number or ""
    back = _into_batches(taken_back, [line for line in lines if not line.is_damaged], items)
    damaged = _into_batches(taken_back, [line for line in lines if line.is_damaged], items, besides=back)
    ledger.post(
        Document(
            warehouse=taken_back.warehouse,
            ref_type=RefType.RETURN,
            ref_id=taken_back.pk,
            lines=[*back, *damaged],
            moved_at=taken_back.returned_at,
            by=taken_back.by,
            note=number,
        )
    )
    if damaged:
        adjustment_post(
            warehouse=taken_back.warehouse,
            reason=AdjustReason.DAMAGE,
            lines=[Line(line.product_id, -line.qty, batch_id=line.batch_id) for line in damaged],
            key=damage_key(taken_back),
            by=taken_back.by,
            note=f"{number}: {taken_back.reason}"[:200],
            at=taken_back.returned_at,
        )


def _into_batches(
    taken_back: SaleReturn, lines: Sequence[ReturnLine], items: dict[int, SaleItem], besides: Sequence[Line] = ()
) -> list[Line]:
    """Return the moves of `lines`, each into the batch it was sold from; `besides` comes back at the same time."""
    earlier = SaleReturn.objects.filter(sale=taken_back.sale).exclude(pk=taken_back.pk).values_list("pk", flat=True)
    left = taken_by(RefType.SALE, [taken_back.sale_id] if taken_back.sale_id else [])
    for key, qty in taken_by(RefType.RETURN, list(earlier)).items():
        left[key] = left.get(key, ZERO) + qty
    for line in besides:
        left[line.product_id, line.batch_id] = left.get((line.product_id, line.batch_id), ZERO) - line.qty
    moves = []
    for asked in lines:
        item = items[asked.sale_item_id]
        moves.append(Line(item.product_id, asked.qty * item.factor, unit_cost=item.cost))
    return back_into_batches(moves, left)
