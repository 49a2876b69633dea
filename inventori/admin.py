"""The Django admin: for whoever has the right `admin_site`; documents and the ledger can only be read there."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from .admin_site import may
from .models import Job


class ShopAdmin(admin.ModelAdmin):
    """Records that may be created and changed; deleted only one by one and only without history."""

    # Many rows at once are never deleted: each is asked for and refused by itself.
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request)


class ReadOnlyAdmin(ShopAdmin):
    """What no hand may change (invariant I3): it can be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """The lines of a document."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "status", "by", "created_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["by"]
