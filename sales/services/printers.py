"""What the admin does to the receipt printers of the shop. One out of use stays with its old shifts."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import InvalidInput, NotAllowed
from inventori.transactions import retried
from sales.models import ReceiptPrinter


@retried
def printer_save(*, printer: ReceiptPrinter, by: User) -> ReceiptPrinter:
    """Save a new or changed receipt printer.

    Raises NotAllowed without the right, InvalidInput when another printer has its name.
    """
    _refuse_strangers(by)
    try:
        with transaction.atomic():
            printer.save()
    except IntegrityError as error:
        raise InvalidInput(_("Another printer is called %(name)s.") % {"name": printer}, field="name") from error
    return printer


@retried
def printer_set_active(*, printer: ReceiptPrinter, is_active: bool, by: User) -> ReceiptPrinter:
    """Take a receipt printer out of use, or back into it."""
    _refuse_strangers(by)
    printer.is_active = is_active
    printer.save(update_fields=["is_active"])
    return printer


def _refuse_strangers(by: User) -> None:
    if not by.can("shop_change"):
        raise NotAllowed(_("Only an admin may change receipt printers."))
