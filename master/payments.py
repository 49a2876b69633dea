"""What the admin does to the ways to pay. None is ever deleted: payments carry its code."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.transactions import retried

from .models import CASH, PaymentKind, PaymentMethod


@retried
def payment_method_save(*, method: PaymentMethod, by: User) -> PaymentMethod:
    """Save a new or changed way to pay.

    Raises NotAllowed without the right, DomainError when the code or the kind of cash changes,
    InvalidInput for a second cash, a taken code, or a method of the shop's own that has no name.
    """
    _refuse_strangers(by)
    before = PaymentMethod.objects.select_for_update().filter(pk=method.pk).first()
    if before and before.code != method.code:
        raise DomainError(_("The code %(code)s is fixed: payments carry it.") % {"code": before.code}, field="code")
    refuse_another_cash(code=method.code, kind=method.kind)
    _refuse_closing_cash(method)
    if not method.name and method.code not in PaymentKind.values:
        raise InvalidInput(_("Give it a name, so that the till can tell it from the others."), field="name")
    try:
        with transaction.atomic():
            method.save()
    except IntegrityError as error:
        raise InvalidInput(
            _("%(name)s was not saved: its code already belongs to another payment method.") % {"name": method},
            field="code",
        ) from error
    return method


def refuse_another_cash(*, code: str, kind: str) -> None:
    """Raise DomainError when cash would be of another kind, InvalidInput when another method would be cash."""
    if code == CASH and kind != CASH:
        raise DomainError(_("%(code)s stays cash: it is what the drawer counts.") % {"code": CASH}, field="kind")
    if code != CASH and kind == CASH:
        raise InvalidInput(
            _("There is one cash, %(code)s, because there is one drawer. Choose another kind.") % {"code": CASH},
            field="kind",
        )


def _refuse_closing_cash(method: PaymentMethod) -> None:
    if method.code == CASH and not method.is_active:
        raise DomainError(_("Cash cannot be deactivated: a till without it could give no change."))


@retried
def payment_method_set_active(*, method: PaymentMethod, is_active: bool, by: User) -> PaymentMethod:
    """Take a way to pay off the till, or put it back. Raises DomainError for cash."""
    _refuse_strangers(by)
    method.is_active = is_active
    _refuse_closing_cash(method)
    method.save(update_fields=["is_active"])
    return method


def _refuse_strangers(by: User) -> None:
    if not by.can("shop_change"):
        raise NotAllowed(_("Only an admin may change payment methods."))
