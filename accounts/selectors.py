"""Questions about people."""

from datetime import timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from inventori.permissions import ADMIN, RIGHTS

from .models import User


def user_rows() -> QuerySet[User]:
    """Return all people with their role's name as `role_name`."""
    return User.objects.annotate(role_name=Min("groups__name")).order_by("username")


def active_admins() -> QuerySet[User]:
    return User.objects.filter(is_active=True, groups__name=ADMIN)


def pin_holders(right: str) -> QuerySet[User]:
    """Return the active people with a PIN whose role has `right`."""
    return User.objects.filter(is_active=True, groups__name__in=RIGHTS[right].roles).exclude(pin_hash="")


def lockout_minutes(request: HttpRequest, username: str) -> int:
    """Return in how many minutes `username` may try to sign in again, at least 1."""
    cool_off = get_cool_off(request) or timedelta()
    last = (
        AccessAttempt.objects.filter(username=username).order_by("-attempt_time").values_list("attempt_time", flat=True)
    ).first()
    left = (last + cool_off - timezone.now()) if last else cool_off
    return max(1, -(-int(left.total_seconds()) // 60))
