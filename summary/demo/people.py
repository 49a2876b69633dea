"""The five people of the demo shop."""

import secrets

from django.conf import settings

from accounts.demo import DEMO_LOGINS, DemoLogin
from accounts.models import User
from accounts.services import user_create, user_set_pin


def people_ensure() -> dict[str, User]:
    """Return the demo people by user name, making who is missing.

    Their passwords are public, so outside demo mode nobody can sign in as one of them: they are
    inactive names on documents.
    """
    known = {
        user.username: user for user in User.objects.filter(username__in=[login.username for login in DEMO_LOGINS])
    }
    return {login.username: known.get(login.username) or _made(login) for login in DEMO_LOGINS}


def _made(login: DemoLogin) -> User:
    user = user_create(
        username=login.username,
        password=login.password if settings.DEMO else secrets.token_urlsafe(32),
        role=login.role,
        first_name=login.first_name,
        last_name=login.last_name,
        language="id",
        by=None,
    )
    if not settings.DEMO:
        user.is_active = False
        user.save(update_fields=["is_active"])
    elif login.pin:
        user_set_pin(user=user, pin=login.pin, by=user)
    return user
