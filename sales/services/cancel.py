"""PAID → CANCELLED: everything goes back."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.transactions import retried
from inventory import ledger
from inventory.batches import back_into_batches, taken_by
from inventory.ledger import Document, Line
from inventory.models import RefType
from sales.models import Payment, Sale, Shift

from .approval import approval_note, require


@retried
def sale_cancel(
    *, sale_id: int, reason: str, by: User, allowed_by: User | None = None, at: datetime | None = None
) -> tuple[Sale, bool]:
    """Cancel a paid sale: its goods return at the cost they left with, its payments are paid back.

    allowed_by: the manager whose PIN lets a cashier cancel a sale of the own open shift.
    Returns (sale, cancelled now?); a second cancel returns the first.
    Raises DomainError for a basket, for a sale with returns and for one whose shift is closed,
    InvalidInput without a reason, NeedsApproval without the right or a manager.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why the sale is cancelled."), field="reason")
    sentence = _("A manager's PIN is needed to cancel a sale.")
    helper = require("sale_cancel", by=by, allowed_by=allowed_by, message=sentence)
    sale = Sale.objects.select_for_update().get(pk=sale_id)
    if sale.status == Sale.Status.CANCELLED:
        return sale, False
    if sale.status == Sale.Status.DRAFT:
        raise DomainError(_("This basket is not paid yet: empty it instead."), code="not_paid")
    if sale.returns.exists():
        raise DomainError(
            _("Goods of %(invoice)s have already come back. Take back the rest as a return.")
            % {"invoice": sale.invoice_number},
            code="has_returns",
        )
    _refuse_shift(sale, by)
    now = at or timezone.now()
    claimed = Sale.objects.filter(pk=sale.pk, status=Sale.Status.PAID).update(
        status=Sale.Status.CANCELLED, cancelled_at=now, cancelled_by=by, cancel_reason=reason[:200]
    )
    if claimed != 1:
        raise DomainError(_("This sale was changed meanwhile. Open it again."), code="changed")
    ledger.post(
        Document(
            warehouse=sale.warehouse,
            ref_type=RefType.SALE,
            ref_id=sale.pk,
            lines=back_into_batches(
                [Line(product_id=i.product_id, qty=i.stock_qty, unit_cost=i.cost) for i in sale.items.all()],
                taken_by(RefType.SALE, [sale.pk]),
            ),
            moved_at=now,
            by=by,
            note=(_("%(invoice)s cancelled") % {"invoice": sale.invoice_number}),
        )
    )
    insert_rows(
        Payment,
        ("sale", "method", "amount", "tendered", "change", "reference"),
        [(sale.pk, p.method_id, -p.amount, -p.amount, 0, p.reference) for p in sale.payments.all()],
    )
    approval_note("sale_cancel", sale=sale, by=by, allowed_by=helper, detail=reason)
    sale.refresh_from_db()
    return sale, True


def _refuse_shift(sale: Sale, by: User) -> None:
    """Lock the sale's shift, so that it cannot close meanwhile: a counted drawer stays as it was counted."""
    shift = Shift.objects.select_for_update().get(pk=sale.shift_id) if sale.shift_id else None
    if shift and not shift.is_open:
        raise DomainError(
            _("The shift of %(invoice)s is closed and its drawer counted. Take the goods back as a return.")
            % {"invoice": sale.invoice_number},
            code="shift_closed",
        )
    if not by.can("sale_cancel") and (shift is None or shift.open_for_id != by.pk):
        raise NotAllowed(_("With a manager's PIN you can cancel sales of your own open shift only."))
