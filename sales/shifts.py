"""The questions about shifts: whose they are, what the drawer should hold, and the X and Z report."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from accounts.models import User
from inventori.money import CENT, ZERO, round_half_up
from inventori.prepared import prepared
from master.models import CASH, PaymentMethod

from .models import Approval, CashMove, Payment, Sale, SaleItem, SaleReturn, Shift, ShiftCount

_PAID = Q(status=Sale.Status.PAID)
_CANCELLED = Q(status=Sale.Status.CANCELLED)
IN, OUT, OPEN = CashMove.Kind.IN, CashMove.Kind.OUT, CashMove.Kind.OPEN


@dataclass(frozen=True, slots=True)
class MethodTotal:
    """What came in, or went back, by one method of payment."""

    method: PaymentMethod
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """A shift in figures: X while it is open, Z when it is closed. All come from the rows, each time anew.

    gross − line_discounts − sale_discounts + tax + rounding = total = Σ payments;
    opening_float + cash_paid − cash_refunded + cash_in − cash_out = expected_cash.
    difference: counted less expected; None while the shift is open, as counted_cash.
    """

    shift: Shift
    sales_count: int
    gross: Decimal
    line_discounts: Decimal
    sale_discounts: Decimal
    tax: Decimal
    tax_included: Decimal
    rounding: Decimal
    total: Decimal
    cancelled_count: int
    cancelled: Decimal
    returns_count: int
    returns: Decimal
    payments: list[MethodTotal]
    refunds: list[MethodTotal]
    cash_moves: list[CashMove]
    drawer_openings: int
    approvals: int
    opening_float: Decimal
    cash_paid: Decimal
    cash_refunded: Decimal
    cash_in: Decimal
    cash_out: Decimal
    expected_cash: Decimal
    counts: list[ShiftCount]
    counted_cash: Decimal | None
    difference: Decimal | None
    first_invoice: str
    last_invoice: str
    opened_at: datetime
    closed_at: datetime | None

    @property
    def is_z(self) -> bool:
        return self.closed_at is not None

    @property
    def missing(self) -> Decimal:
        """How much less was counted than expected."""
        return -(self.difference or ZERO)

    @property
    def after_returns(self) -> Decimal:
        """What was sold less what came back."""
        return self.total - self.returns


@dataclass(frozen=True, slots=True)
class Cash:
    """Where the money in the drawer comes from."""

    opening_float: Decimal
    paid: Decimal
    refunded: Decimal
    put_in: Decimal
    taken_out: Decimal

    @property
    def expected(self) -> Decimal:
        return self.opening_float + self.paid - self.refunded + self.put_in - self.taken_out


def shifts_seen_by(user: User) -> QuerySet[Shift]:
    """Return the shifts `user` may look at: all with shift_manage, else their own."""
    shifts = Shift.objects.select_related("cashier", "warehouse", "printer", "closed_by")
    return shifts if user.can("shift_manage") else shifts.filter(cashier=user)


_open_shift = prepared(
    lambda cashier: Shift.objects.select_related("cashier", "warehouse", "printer").filter(open_for=cashier)
)


def open_shift_of(user: User) -> Shift | None:
    """Return the shift that `user` has open, if there is one."""
    return _open_shift.first(user.pk)


def last_shift_of(user: User) -> Shift | None:
    """Return the person's latest shift: the next one is often opened alike."""
    return Shift.objects.filter(cashier=user).select_related("printer").order_by("-id").first()


def baskets_waiting(user: User) -> int:
    """Return how many unpaid baskets with something in them the person has."""
    drafts = Sale.objects.filter(status=Sale.Status.DRAFT, cashier=user, items__isnull=False)
    return drafts.distinct().count()


def cash_of(shift: Shift) -> Cash:
    """Add up the drawer of `shift` from its rows.

    The negative payments of cancelled sales count: their money went back out of this drawer.
    """
    paid = _money(Payment.objects.filter(sale__shift=shift, method__code=CASH).aggregate(n=Sum("amount"))["n"])
    refunded = _money(SaleReturn.objects.filter(shift=shift, method__code=CASH).aggregate(n=Sum("total_amount"))["n"])
    moved = CashMove.objects.filter(shift=shift).aggregate(
        put_in=Sum("amount", filter=Q(kind=IN)), taken_out=Sum("amount", filter=Q(kind=OUT))
    )
    return Cash(
        opening_float=shift.opening_float,
        paid=paid,
        refunded=refunded,
        put_in=_money(moved["put_in"]),
        taken_out=_money(moved["taken_out"]),
    )


def shift_report(shift: Shift) -> ShiftReport:
    """Return the figures of `shift` as they are now."""
    sales, cash = _sales_of(shift), cash_of(shift)
    line_discounts = _money(
        SaleItem.objects.filter(sale__shift=shift, sale__status=Sale.Status.PAID).aggregate(n=Sum("discount"))["n"]
    )
    refunds = _by_method(SaleReturn.objects.filter(shift=shift).values("method"), Count("pk"), "total_amount")
    moves = list(shift.cash_moves.select_related("by"))
    return ShiftReport(
        shift=shift,
        gross=sales["subtotal"] + line_discounts,
        line_discounts=line_discounts,
        returns_count=sum(refund.count for refund in refunds),
        returns=sum((refund.amount for refund in refunds), ZERO),
        payments=_payments_of(shift),
        refunds=refunds,
        cash_moves=[move for move in moves if move.kind != OPEN],
        drawer_openings=sum(move.kind == OPEN for move in moves),
        approvals=Approval.objects.filter(sale__shift=shift).count(),
        opening_float=cash.opening_float,
        cash_paid=cash.paid,
        cash_refunded=cash.refunded,
        cash_in=cash.put_in,
        cash_out=cash.taken_out,
        expected_cash=cash.expected,
        counts=list(shift.counts.all()),
        counted_cash=shift.counted_cash,
        difference=None if shift.counted_cash is None else shift.counted_cash - cash.expected,
        opened_at=shift.opened_at,
        closed_at=shift.closed_at,
        **{name: sales[name] for name in sales if name != "subtotal"},
    )


def _sales_of(shift: Shift) -> dict[str, Any]:
    """Count and add up the paid and the cancelled sales, and name the first and the last."""
    sales = Sale.objects.filter(shift=shift).exclude(status=Sale.Status.DRAFT)
    amounts = {
        "subtotal": "subtotal",
        "sale_discounts": "discount",
        "tax": "tax",
        "tax_included": "tax_included",
        "rounding": "rounding",
        "total": "total_amount",
    }
    found = sales.aggregate(
        sales_count=Count("pk", filter=_PAID),
        cancelled_count=Count("pk", filter=_CANCELLED),
        cancelled=Sum("total_amount", filter=_CANCELLED),
        **{name: Sum(column, filter=_PAID) for name, column in amounts.items()},
    )
    by_time = sales.order_by("sold_at", "id").values_list("invoice_number", flat=True)
    names = {"first_invoice": by_time.first() or "", "last_invoice": by_time.last() or ""}
    return found | {name: _money(found[name]) for name in ("cancelled", *amounts)} | names


def _payments_of(shift: Shift) -> list[MethodTotal]:
    """A cancelled sale brought its money and gave it back: both are in the amounts, neither in the counts."""
    rows = Payment.objects.filter(sale__shift=shift).values("method")
    return _by_method(rows, Count("pk", filter=Q(sale__status=Sale.Status.PAID)), "amount")


def _by_method(rows: QuerySet[Any, Any], count: Count, column: str) -> list[MethodTotal]:
    found = rows.order_by().annotate(n=count, sum=Sum(column)).values_list("method", "n", "sum")
    totals = {code: (n, _money(amount)) for code, n, amount in found}
    methods = PaymentMethod.objects.filter(code__in=totals)
    return [MethodTotal(method, *totals[method.code]) for method in methods if any(totals[method.code])]


def _money(amount: Decimal | None) -> Decimal:
    return round_half_up(amount or ZERO, CENT)


def shift_rows(user: User) -> QuerySet[Shift]:
    """Return the shifts `user` may look at with `sales_count`, `sold` and, of closed ones, `difference`."""
    paid = Q(sales__status=Sale.Status.PAID)
    return shifts_seen_by(user).annotate(
        sales_count=Count("sales", filter=paid),
        sold=Sum("sales__total_amount", filter=paid),
        difference=Case(When(counted_cash__isnull=False, then=F("counted_cash") - F("expected_cash"))),
    )
