"""Who is signed in: the person and their role in one statement, read anew with every request."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import F

from inventori.prepared import prepared

from .models import User

_person = prepared(
    lambda pk: User.objects.filter(pk=pk).annotate(role_name=F("groups__name")).order_by("groups__id"),
)


class PeopleBackend(ModelBackend):
    """Django's own, with the role read along: a right taken away is gone at the next request."""

    def get_user(self, user_id: Any) -> User | None:
        user = _person.first(int(user_id))
        if user is None or not self.user_can_authenticate(user):
            return None
        user.role = user.role_name or ""  # type: ignore[attr-defined]
        return user
