"""A cashier's shift: opened with a float, closed with a counted drawer. It touches no stock."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput
from inventori.money import currency_step, round_half_up
from inventori.numbering import document_number
from inventori.numbers import write_number
from inventori.posting import claim, fingerprint
from inventori.prepared import prepared
from inventori.transactions import retried
from inventory.models import Warehouse
from master.selectors import shop_profile
from sales.denominations import counted, denominations
from sales.models import CashMove, ReceiptPrinter, Shift, ShiftCount
from sales.shifts import cash_of

from .basket import MAX_TOTAL

MOST_PIECES = 99_999
REASON_LENGTH = 200


@retried
def shift_open(
    *,
    warehouse: Warehouse,
    opening_float: Decimal,
    key: str,
    by: User,
    printer: ReceiptPrinter | None = None,
    at: datetime | None = None,
) -> Shift:
    """Open the cashier's shift with `opening_float` in the drawer. The same key again returns the first shift.

    Raises DomainError when the cashier has an open shift already, InvalidInput for an impossible float.
    """
    if opening_float < 0:
        raise InvalidInput(_("The float cannot be below zero."), field="opening_float")
    _check_money(opening_float, "opening_float")
    if not warehouse.is_active:
        raise DomainError(_("%(warehouse)s is closed. Sell in another one.") % {"warehouse": warehouse})
    now = at or timezone.now()
    day = business_date(now, warehouse.time_zone, shop_profile().cutoff_hour)
    digest = fingerprint([warehouse.pk, opening_float.normalize()])

    def make() -> Shift:
        return Shift.objects.create(
            cashier=by,
            open_for=by,
            warehouse=warehouse,
            printer=printer,
            opening_float=opening_float,
            opened_at=now,
            business_date=day,
            key=key,
            key_fingerprint=digest,
        )

    try:
        shift, made = claim(make, model=Shift, key=key, digest=digest)
    except IntegrityError as error:
        raise DomainError(
            _("Your shift is open already. Close it before you open another."), code="shift_open"
        ) from error
    if made:
        shift.number = document_number("SHF", day, shift.pk)
        shift.save(update_fields=["number"])
    return shift


_open_shift_to_lock = prepared(lambda cashier: Shift.objects.select_for_update().filter(open_for=cashier))


def locked_shift(by: User) -> Shift:
    """Lock the cashier's open shift, so that it cannot close meanwhile. Raises DomainError where there is none."""
    shift = _open_shift_to_lock.first(by.pk)
    if shift is None:
        raise DomainError(_("Your shift is not open. Open it first; your basket is kept."), code="no_shift")
    return shift


@retried
def cash_move_post(*, kind: str, amount: Decimal, reason: str, key: str, by: User) -> tuple[CashMove, bool]:
    """Put money into the drawer of the person's open shift, take some out, or open the drawer for neither.

    kind: a `CashMove.Kind`; amount is 0 for OPEN. Returns (move, made now?); the same key again returns the first.
    Raises InvalidInput without a reason or an amount, DomainError without an open shift and for more
    than the drawer should hold.
    """
    reason = reason.strip()[:REASON_LENGTH]
    _check_move(kind, amount, reason)
    digest = fingerprint([by.pk, kind, amount.normalize(), reason])
    shift = _shift_for(key, by)

    def make() -> CashMove:
        return CashMove.objects.create(
            shift=shift,
            kind=kind,
            amount=amount,
            reason=reason,
            moved_at=timezone.now(),
            by=by,
            key=key,
            key_fingerprint=digest,
        )

    move, made = claim(make, model=CashMove, key=key, digest=digest)
    if made and kind == CashMove.Kind.OUT and (left := cash_of(shift).expected) < 0:
        raise DomainError(
            _("The drawer should hold %(amount)s only. Take out less.") % {"amount": write_number(left + amount)},
            code="not_enough_cash",
            field="amount",
        )
    return move, made


def _check_move(kind: str, amount: Decimal, reason: str) -> None:
    if kind not in CashMove.Kind.values:
        raise InvalidInput(_("Say whether money comes in or goes out."), field="kind")
    if not reason:
        raise InvalidInput(_("Say what for: the drawer is counted at the end."), field="reason")
    if kind == CashMove.Kind.OPEN:
        if amount:
            raise InvalidInput(_("Opening the drawer moves no money."), field="amount")
    elif amount <= 0:
        raise InvalidInput(_("Enter how much money it is."), field="amount")
    else:
        _check_money(amount, "amount")


def _check_money(amount: Decimal, field: str) -> None:
    if amount > MAX_TOTAL:
        raise InvalidInput(_("That is more money than a drawer holds."), field=field)
    currency = shop_profile().currency
    if amount != round_half_up(amount, currency_step(currency)):
        raise InvalidInput(
            _("There are no coins for a part of one %(currency)s.") % {"currency": currency}, field=field
        )


def _shift_for(key: str, by: User) -> Shift:
    """Lock the person's open shift; a move sent again after its shift closed still belongs to that one."""
    first = CashMove.objects.filter(key=key, by=by).select_related("shift").first()
    return first.shift if first else locked_shift(by)


@retried
def shift_close(
    *, shift_id: int, counts: Mapping[Decimal, int], note: str, by: User, at: datetime | None = None
) -> tuple[Shift, bool]:
    """Close a shift with what was counted in its drawer; return (shift, closed now?).

    counts: pieces by the value of the note or coin. Unpaid baskets stay as they are. The same close
    again returns the first; one that counted otherwise is refused.
    Raises InvalidInput for an impossible count and for a difference without a note, DomainError.
    """
    pieces = {value: count for value, count in counts.items() if count}
    _check_counts(pieces)
    note = note.strip()[:REASON_LENGTH]
    # Locked: whoever pays into this drawer, or takes from it, is either counted or refused.
    shift = _for_update(shift_id)
    if shift.cashier_id != by.pk and not by.can("shift_manage"):
        raise DomainError(
            _("This is the shift of somebody else. Its cashier or a manager closes it."), code="not_yours"
        )
    if not shift.is_open:
        return _first_close(shift, pieces, note), False
    money, expected = counted(pieces), cash_of(shift).expected
    if money != expected and not note:
        raise InvalidInput(
            _(
                "The drawer should hold %(expected)s, and %(counted)s is counted. "
                "Count again, or write a note about the difference."
            )
            % {"expected": write_number(expected), "counted": write_number(money)},
            code="difference",
            field="note",
        )
    _claim_closed(shift, expected=expected, money=money, note=note, by=by, at=at or timezone.now())
    ShiftCount.objects.bulk_create(
        ShiftCount(shift=shift, value=value, pieces=count) for value, count in pieces.items()
    )
    shift.refresh_from_db()
    return shift, True


def _for_update(shift_id: int) -> Shift:
    return Shift.objects.select_for_update().get(pk=shift_id)


def _check_counts(pieces: Mapping[Decimal, int]) -> None:
    known = denominations(shop_profile().currency)
    for value, count in pieces.items():
        if value not in known:
            raise InvalidInput(_("There is no note or coin of %(value)s.") % {"value": write_number(value)})
        if not 0 <= count <= MOST_PIECES:
            raise InvalidInput(
                _("%(count)s pieces of %(value)s cannot be right.") % {"count": count, "value": write_number(value)}
            )


def _first_close(shift: Shift, pieces: Mapping[Decimal, int], note: str) -> Shift:
    before = dict(shift.counts.values_list("value", "pieces"))
    if before != pieces or shift.note != note:
        raise DomainError(
            _("%(shift)s is closed already, with another count. Nothing has been changed.") % {"shift": shift},
            code="shift_closed",
        )
    return shift


def _claim_closed(shift: Shift, *, expected: Decimal, money: Decimal, note: str, by: User, at: datetime) -> None:
    """Claim the row: a shift closes once."""
    claimed = Shift.objects.filter(pk=shift.pk, closed_at__isnull=True).update(
        open_for=None,
        closed_at=at,
        closed_by=by,
        expected_cash=expected,
        counted_cash=money,
        note=note,
    )
    if claimed != 1:
        raise DomainError(_("%(shift)s is closed already.") % {"shift": shift}, code="shift_closed")
