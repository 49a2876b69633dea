"""The five people of the demo shop."""

import secrets
from collections.abc import Iterable

from django.conf import settings

from accounts.demo import DEMO_LOGINS, DemoLogin
from accounts.models import User
from accounts.services import user_create, user_set_pin


def people_ensure() -> tuple[dict[str, User], list[User]]:
    """Return the demo people by user name, making who is missing, and those who were made.

    Their passwords are public, so outside demo mode they get secret ones, and `people_retire` makes them
    inactive when the story is told.
    """
    known = {
        user.username: user for user in User.objects.filter(username__in=[login.username for login in DEMO_LOGINS])
    }
    made = {login.username: _made(login) for login in DEMO_LOGINS if login.username not in known}
    everyone = known | made
    return {login.username: everyone[login.username] for login in DEMO_LOGINS}, list(made.values())


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
    if settings.DEMO and login.pin:
        user_set_pin(user=user, pin=login.pin, by=user)
    return user


def people_retire(made: Iterable[User]) -> None:
    """Leave the people that the demo made as inactive names on documents; in demo mode they stay."""
    if not settings.DEMO:
        User.objects.filter(pk__in=[user.pk for user in made]).update(is_active=False)
