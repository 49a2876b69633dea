from django.contrib import admin
from django.contrib.auth.models import Group

from inventori.admin import ReadOnlyAdmin

from .models import User

# Which role may do what is decided in inventori/permissions.py, not row by row.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People are looked after on their own page, which keeps the last admin from being locked out."""

    list_display = ["username", "first_name", "last_name", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "first_name", "last_name"]
    exclude = ["password", "user_permissions"]
