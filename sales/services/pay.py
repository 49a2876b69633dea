"""DRAFT → PAID: money in, goods out, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows, update_column, update_row
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput, KeyReused
from inventori.money import ZERO
from inventori.numbering import document_number
from inventori.posting import fingerprint
from inventori.prepared import prepared
from inventori.transactions import retried
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType, Warehouse
from master.models import CASH, PaymentMethod, ShopProfile
from master.selectors import shop_profile
from sales.models import Payment, Sale, SaleItem
from sales.pricing import cash_rounding

from .basket import MAX_TOTAL, basket_totals, refuse_held, sale_to_lock
from .shift import locked_shift


@dataclass(frozen=True, slots=True)
class Tender:
    """What the customer hands over: for cash the notes, for the rest the exact amount."""

    method: str
    amount: Decimal
    reference: str = ""


_items_of = prepared(lambda sale: SaleItem.objects.filter(sale=sale))
_warehouse = prepared(lambda pk: Warehouse.objects.filter(pk=pk))


@retried
def sale_pay(
    *, key: str, tenders: Sequence[Tender], expected_total: Decimal, by: User, at: datetime | None = None
) -> tuple[Sale, bool]:
    """Pay the basket of `key` and take its goods out of stock; return (sale, paid now?).

    expected_total: the amount that the cashier saw, before cash rounding. A second Pay of the same
    basket returns the first sale; one with other money is refused.
    Raises InsufficientStock, InvalidInput (money too little, empty basket), DomainError, KeyReused.
    """
    digest = fingerprint([[t.method, t.amount.normalize(), t.reference] for t in tenders])
    sale = sale_to_lock.first(key)
    if sale is None:
        raise InvalidInput(_("The basket is empty. Scan a product first."), code="empty")
    if sale.cashier_id != by.pk:
        raise DomainError(_("This basket belongs to another cashier. Start a new sale."), code="not_yours")
    if sale.status != Sale.Status.DRAFT:
        return _first_result(sale, digest), False
    refuse_held(sale)
    items = _items_of(sale.pk)
    if not items:
        raise InvalidInput(_("The basket is empty. Scan a product first."), code="empty")
    (sale.warehouse,) = _warehouse(sale.warehouse_id)
    if not sale.warehouse.is_active:
        raise DomainError(_("%(warehouse)s is closed meanwhile. Sell in another one.") % {"warehouse": sale.warehouse})
    shift = locked_shift(by)
    if shift.warehouse_id != sale.warehouse_id:
        raise DomainError(
            _("This basket belongs to %(warehouse)s, and your shift is open elsewhere. Open a shift there to pay it.")
            % {"warehouse": sale.warehouse}
        )

    profile = shop_profile()
    sale.shift = shift
    sale.sold_at = at or timezone.now()
    payments = _set_amounts(sale, items, tenders, expected_total, profile)
    sale.business_date = business_date(sale.sold_at, sale.warehouse.time_zone, profile.cutoff_hour)
    sale.invoice_number = document_number("INV", sale.business_date, sale.pk)
    sale.pay_fingerprint = digest
    _claim_paid(sale)
    _take_goods(sale, items, by)
    insert_rows(Payment, ("sale", "method", "amount", "tendered", "change", "reference"), payments)
    return sale, True


def _first_result(sale: Sale, digest: str) -> Sale:
    if sale.pay_fingerprint != digest:
        raise KeyReused(
            _("This basket is already paid as %(invoice)s. Start a new sale.") % {"invoice": sale.invoice_number},
            sale_id=sale.pk,
        )
    return sale


def _set_amounts(
    sale: Sale, items: list[SaleItem], tenders: Sequence[Tender], expected_total: Decimal, profile: ShopProfile
) -> list[tuple]:
    """Compute the sale's amounts anew and return its payment rows."""
    totals = basket_totals(sale, items, profile, at=sale.sold_at)
    if totals.total != expected_total:
        raise DomainError(
            _("The basket has changed meanwhile. Look at the new total and pay again."), code="total_changed"
        )
    if any(not 0 <= t.amount <= MAX_TOTAL for t in tenders):
        raise InvalidInput(_("Enter how much the customer pays."), field="tendered")
    other = [t for t in tenders if t.method != CASH]
    _check_methods(other)
    cash_given = sum((t.amount for t in tenders if t.method == CASH), ZERO)
    cash_due = totals.total - sum((t.amount for t in other), ZERO)
    if cash_due < 0:
        raise InvalidInput(_("More is paid without cash than the total."), field="tendered")
    sale.rounding = cash_rounding(cash_due, coin=profile.cash_coin, direction=profile.cash_rounding)
    cash_due += sale.rounding
    if cash_given < cash_due:
        raise InvalidInput(_("The money given is less than the total."), field="tendered", due=cash_due)
    sale.subtotal, sale.tax, sale.tax_included = totals.subtotal, totals.tax, totals.tax_included
    sale.total_amount = totals.total + sale.rounding
    rows = [(sale.pk, t.method, t.amount, t.amount, ZERO, t.reference) for t in other if t.amount]
    if cash_given or not rows:
        rows.append((sale.pk, CASH, cash_due, cash_given, cash_given - cash_due, ""))
    return rows


def _check_methods(tenders: Sequence[Tender]) -> None:
    if not tenders:
        return
    methods = {m.code: m for m in PaymentMethod.objects.filter(code__in={t.method for t in tenders}, is_active=True)}
    for tender in tenders:
        method = methods.get(tender.method)
        if method is None:
            raise InvalidInput(_("This way to pay is not offered any more. Choose another."), field="method")
        if method.asks_reference and tender.amount and not tender.reference:
            raise InvalidInput(
                _("Enter the reference of the payment by %(method)s.") % {"method": method}, field="reference"
            )


_PAID = (
    *("status", "subtotal", "tax", "tax_included", "rounding", "total_amount"),
    *("sold_at", "business_date", "invoice_number", "pay_fingerprint", "shift"),
)


def _claim_paid(sale: Sale) -> None:
    """Claim the row: exactly one Pay may turn this basket into a sale."""
    sale.status = Sale.Status.PAID
    if not update_row(sale, *_PAID, where={"status": Sale.Status.DRAFT}):
        raise DomainError(_("This basket is already paid. Start a new sale."), code="already_paid", sale_id=sale.pk)


def _take_goods(sale: Sale, items: list[SaleItem], by: User) -> None:
    """Post the moves and freeze each line's cost."""
    lines = [Line(product_id=item.product_id, qty=-item.stock_qty, batch_id=item.batch_id) for item in items]
    ledger.post(
        Document(
            warehouse=sale.warehouse,
            ref_type=RefType.SALE,
            ref_id=sale.pk,
            lines=lines,
            moved_at=sale.sold_at or timezone.now(),
            by=by,
            note=sale.invoice_number or "",
            business_date=sale.business_date,
        )
    )
    for item, line in zip(items, lines, strict=True):
        item.cost = line.unit_cost
    update_column(SaleItem, "cost", {item.pk: item.cost for item in items})
