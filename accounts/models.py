from typing import Any, ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from inventori.permissions import ADMIN, RIGHTS, START_PAGES


class PeopleManager(UserManager["User"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """Make the shop's first admin: `createsuperuser` gives the Admin role as well."""
        user = super().create_superuser(username, email, password, **fields)
        user.groups.set([Group.objects.get(name=ADMIN)])
        return user


class User(AbstractUser):
    """A person with exactly one role (a group); the role decides what they see and may do."""

    language = models.CharField(_("language"), max_length=5, blank=True, default="")
    theme = models.CharField(
        _("appearance"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    pin_hash = models.CharField(_("manager PIN"), max_length=128, blank=True, default="", editable=False)

    # Keys of the till that this person has moved: action → key.
    till_keys = models.JSONField(default=dict, blank=True, editable=False)

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        # One permission for each right of the table in `inventori.permissions`.
        default_permissions = ()
        permissions = [(name, str(name)) for name in RIGHTS]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @cached_property
    def role(self) -> str:
        """The name of the person's group, or "" for nobody's; it comes with the person who is signed in."""
        return self.groups.values_list("name", flat=True).first() or ""

    def can(self, right: str) -> bool:
        """Say whether the person has the right `right` of the permission table."""
        return self.is_active and (self.is_superuser or self.role in RIGHTS[right].roles)

    @property
    def start_page(self) -> str:
        """The URL name of the page this person works on."""
        return START_PAGES.get(self.role, "accounts:profile")

    def set_pin(self, pin: str) -> None:
        """Keep a hash of the manager PIN; an empty string takes the PIN away."""
        self.pin_hash = make_password(pin) if pin else ""

    def check_pin(self, pin: str) -> bool:
        return bool(self.pin_hash) and check_password(pin, self.pin_hash)


class PinAttempt(models.Model):
    """One asking for a manager's PIN; those that succeeded are taken away, so the rest are the wrong ones."""

    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tried_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("PIN attempt")
        verbose_name_plural = _("PIN attempts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.by} {self.tried_at:%Y-%m-%d %H:%M:%S}"
