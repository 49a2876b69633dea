"""PAID → CANCELLED: everything goes back."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.errors import DomainError, InvalidInput
from inventori.transactions import retried
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType
from sales.models import Payment, Sale


@retried
def sale_cancel(*, sale_id: int, reason: str, by: User, at: datetime | None = None) -> tuple[Sale, bool]:
    """Cancel a paid sale: its goods return at the cost they left with, its payments are paid back.

    Returns (sale, cancelled now?); a second cancel returns the first.
    Raises DomainError for a basket and for a sale with returns, InvalidInput without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why the sale is cancelled."), field="reason")
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
            lines=[Line(product_id=i.product_id, qty=i.qty, unit_cost=i.cost) for i in sale.items.all()],
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
    sale.refresh_from_db()
    return sale, True
