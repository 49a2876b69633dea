"""A manager at the cashier's elbow: one action is allowed, once, with both names on record."""

from django.utils import timezone
from django_stubs_ext import StrOrPromise

from accounts.models import User
from inventori.errors import NotAllowed
from sales.models import Approval, Sale


class NeedsApproval(NotAllowed):
    """The person may not do this alone; the same request with a manager's PIN may pass.

    right: what the manager must hold.
    """

    code = "needs_approval"

    def __init__(self, message: StrOrPromise, *, right: str) -> None:
        super().__init__(message, right=right)
        self.right = right


def require(right: str, *, by: User, allowed_by: User | None, message: StrOrPromise) -> User | None:
    """Return whose word it took: nobody's where `by` holds `right`, else that of `allowed_by`. Raises NeedsApproval."""
    if by.can(right):
        return None
    if allowed_by is None or not allowed_by.can(right):
        raise NeedsApproval(message, right=right)
    return allowed_by


def approval_note(right: str, *, sale: Sale, by: User, allowed_by: User | None, detail: str) -> None:
    """Record that `allowed_by` allowed it, in the action's transaction; nothing where the person needed nobody."""
    if allowed_by is not None and allowed_by.pk != by.pk:
        Approval.objects.create(
            right=right, sale=sale, by=by, allowed_by=allowed_by, detail=detail[:200], allowed_at=timezone.now()
        )
