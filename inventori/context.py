"""What every page's frame needs: rights, menu, appearance, and what the apps register here.

The kernel imports no app, so an app that has something for the frame (the warehouses, the shop's
name) registers a provider in its `AppConfig.ready`:

    from inventori import context
    context.register(warehouse_choice)     # request -> {"warehouses": …, "warehouse": …}
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from . import navigation
from .permissions import RIGHTS

Provider = Callable[[HttpRequest], dict[str, Any]]
THEMES = [("auto", _("As the device"), "circle-half"), ("light", _("Light"), "sun"), ("dark", _("Dark"), "moon")]
THEME_COOKIE = "theme"

_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider of frame values for signed-in people; registering twice counts once."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


class Rights:
    """`rights.sell` in a template: whether the person may."""

    def __init__(self, user: Any) -> None:
        self._user = user

    def __getitem__(self, name: str) -> bool:
        if name not in RIGHTS:
            # Not a KeyError: a template would swallow it, and a misspelt right would hide a button for ever.
            raise ImproperlyConfigured(f"a template asks for the unknown right {name!r}")
        return bool(self._user.is_authenticated and self._user.can(name))


def theme_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "auto": the person's choice, else the browser's cookie."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.theme)
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in {code for code, _label, _icon in THEMES} else "auto"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: values are lazy, so that a fragment pays only for what it shows."""
    values: dict[str, Any] = {
        "demo": settings.DEMO,
        "theme": SimpleLazyObject(lambda: theme_of(request)),
        "themes": THEMES,
        "languages": settings.LANGUAGES,
    }
    user = getattr(request, "user", None)
    if user is None:
        return values
    values["rights"] = Rights(user)
    if not user.is_authenticated:
        return values
    groups: Any = SimpleLazyObject(lambda: navigation.groups_for(request))
    values["menu"] = groups
    values["phone_menu"] = SimpleLazyObject(lambda: navigation.phone_entries(request))
    values["place"] = SimpleLazyObject(lambda: navigation.current_entry(groups) or "")
    for provider in _providers:
        values.update(provider(request))
    return values
