"""What may happen to people: created, changed, deactivated, given a password or a PIN."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.permissions import ADMIN, ROLE_LABELS, rights_of

from . import selectors
from .models import PinAttempt, User

PIN_TRIES, PIN_WINDOW = 5, timedelta(minutes=1)


class LastAdmin(DomainError):
    """The change would leave the shop without an active admin, or take it from the person doing it."""

    code = "last_admin"


def user_create(
    *,
    username: str,
    password: str,
    role: str,
    by: User | None,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    language: str = "",
) -> User:
    """Create an active person with one role; `by` is None for set-up from the command line.

    Raises InvalidInput for an unknown role or a user name that is taken.
    """
    with transaction.atomic():
        user = User(username=username, first_name=first_name, last_name=last_name, email=email, language=language)
        user.set_password(password)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as error:
            raise InvalidInput(
                _("The user name “%(name)s” is taken. Choose another.") % {"name": username}, field="username"
            ) from error
        _give_role(user, role)
    return user


def user_change(*, user: User, role: str, first_name: str, last_name: str, email: str, by: User) -> User:
    """Change a person's name and role. Raises LastAdmin, InvalidInput."""
    with transaction.atomic():
        user = _locked(user)
        if role != ADMIN:
            _refuse_losing_admin(user, by=by, own=_("You cannot take the admin role from yourself. Ask another admin."))
        user.first_name, user.last_name, user.email = first_name, last_name, email
        if "sale_cancel" not in rights_of(role):
            # Who may approve nothing keeps no PIN that would work again after a later promotion.
            user.set_pin("")
        user.save(update_fields=["first_name", "last_name", "email", "pin_hash"])
        _give_role(user, role)
    return user


def user_deactivate(*, user: User, by: User) -> User:
    """Keep a person from signing in; an open session ends with the next request. Raises LastAdmin."""
    with transaction.atomic():
        user = _locked(user)
        if user.pk == by.pk:
            raise LastAdmin(_("You cannot deactivate yourself. Ask another admin."))
        _refuse_losing_admin(user, by=by, own="")
        user.is_active = False
        user.save(update_fields=["is_active"])
    return user


def user_reactivate(*, user: User, by: User) -> User:
    """Let a person sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def user_set_password(*, user: User, password: str, by: User) -> User:
    """Set a new password; every session of that person ends with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def user_set_pin(*, user: User, pin: str, by: User) -> User:
    """Set the PIN with which a manager approves at the till; "" takes it away. Raises InvalidInput."""
    if pin and not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise InvalidInput(_("A PIN has 4 to 8 digits."), field="pin")
    if pin and not user.can("sale_cancel"):
        raise InvalidInput(_("Only managers and admins have a PIN."), field="pin")
    user.set_pin(pin)
    user.save(update_fields=["pin_hash"])
    return user


def user_set_preferences(*, user: User, by: User, language: str = "", theme: str = "") -> User:
    """Keep the language and the appearance a person chose; "" leaves what was."""
    user.language, user.theme = language or user.language, theme or user.theme
    user.save(update_fields=["language", "theme"])
    return user


def user_set_profile(*, user: User, first_name: str, last_name: str, language: str, theme: str, by: User) -> User:
    """Keep what a person decides about themselves; role and rights are not among it."""
    user.first_name, user.last_name, user.language, user.theme = first_name, last_name, language, theme
    user.save(update_fields=["first_name", "last_name", "language", "theme"])
    return user


def pin_verify(*, pin: str, right: str, by: User) -> User:
    """Return the active manager or admin whose PIN this is and who has `right`.

    Call it outside a transaction: the count of wrong tries must outlive the refusal. Five wrong tries
    within a minute, counted over all processes for each asking person, and even the right PIN is refused.
    Raises NotAllowed.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        # The lock and the entry made before looking keep parallel tries from slipping past the count.
        User.objects.select_for_update().get(pk=by.pk)
        recent = PinAttempt.objects.filter(by=by, tried_at__gt=now - PIN_WINDOW).count()
        if recent < PIN_TRIES:
            attempt = PinAttempt.objects.create(by=by, tried_at=now)
    if recent >= PIN_TRIES:
        raise NotAllowed(_("Too many wrong PINs. Wait a minute and try again."), code="pin_throttled", field="pin")
    for holder in selectors.pin_holders(right):
        if holder.check_pin(pin):
            attempt.delete()
            return holder
    raise NotAllowed(_("No manager with this PIN may allow this."), code="pin_wrong", field="pin")


def _give_role(user: User, role: str) -> None:
    if role not in ROLE_LABELS:
        raise InvalidInput(_("Choose one of the roles."), field="role")
    user.groups.set([Group.objects.get(name=role)])
    # Django's own admin asks for this flag besides its permissions.
    user.is_staff = role == ADMIN
    # The first admin came as a superuser, whose rights no group would take away.
    user.is_superuser = user.is_superuser and role == ADMIN
    user.save(update_fields=["is_staff", "is_superuser"])
    user.__dict__.pop("role", None)


def _locked(user: User) -> User:
    # All admins are locked, in one order: two who demote each other at once must not both succeed.
    list(selectors.active_admins().select_for_update().order_by("pk").values_list("pk", flat=True))
    return User.objects.select_for_update().get(pk=user.pk)


def _refuse_losing_admin(user: User, *, by: User, own: object) -> None:
    if user.role != ADMIN or not user.is_active:
        return
    if user.pk == by.pk and own:
        raise LastAdmin(own)  # type: ignore[arg-type]
    if not selectors.active_admins().exclude(pk=user.pk).exists():
        raise LastAdmin(_("%(name)s is the last active admin. Make another one first.") % {"name": user})
