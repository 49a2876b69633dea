"""The admin site itself."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


def may(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.can("admin_site")


class ShopAdminSite(admin.AdminSite):
    """An admin site that asks the permission table, and signs in where everybody signs in."""

    site_header = _("Inventori administration")
    site_title = "Inventori"
    index_title = _("Everything on record")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and may(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.path)
