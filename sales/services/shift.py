"""A cashier's shift: opened with a float, closed with a counted drawer."""

from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory.models import Warehouse
from master.selectors import shop_profile
from sales.models import ReceiptPrinter, Shift


@retried
def shift_open(
    *, warehouse: Warehouse, opening_float: Decimal, key: str, by: User, printer: ReceiptPrinter | None = None
) -> Shift:
    """Open the cashier's shift with `opening_float` in the drawer. The same key again returns the first shift.

    Raises DomainError when the cashier has an open shift already, InvalidInput for an impossible float.
    """
    if opening_float < 0:
        raise InvalidInput(_("The float cannot be below zero."), field="opening_float")
    if not warehouse.is_active:
        raise DomainError(_("%(warehouse)s is closed. Sell in another one.") % {"warehouse": warehouse})
    now = timezone.now()
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


def locked_shift(by: User) -> Shift:
    """Lock the cashier's open shift, so that it cannot close meanwhile. Raises DomainError where there is none."""
    shift = Shift.objects.select_for_update().filter(open_for=by).first()
    if shift is None:
        raise DomainError(_("Your shift is not open. Open it first; your basket is kept."), code="no_shift")
    return shift
