from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from inventori.admin import ReadOnlyAdmin, ShopAdmin

from .models import Stock, StockAdjustment, StockMove, Warehouse
from .services import warehouse_change


@admin.register(Warehouse)
class WarehouseAdmin(ShopAdmin):
    list_display = ["code", "name", "time_zone", "allow_negative", "is_active"]
    # Closing one is refused while goods lie in it: that is asked on its own page.
    readonly_fields = ["is_active"]

    def save_model(self, request: HttpRequest, obj: Warehouse, form: Any, change: bool) -> None:
        warehouse_change(warehouse=obj, by=request.user)


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    list_display = ["product", "warehouse", "qty", "average_cost"]
    list_filter = ["warehouse"]
    list_select_related = ["product", "warehouse"]
    search_fields = ["product__sku", "product__name"]


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    list_display = ["moved_at", "product", "warehouse", "ref_type", "ref_id", "qty_in", "qty_out", "balance", "by"]
    list_filter = ["warehouse", "ref_type"]
    list_select_related = ["product", "warehouse", "by"]
    search_fields = ["product__sku", "product__name"]


@admin.register(StockAdjustment)
class StockAdjustmentAdmin(ReadOnlyAdmin):
    list_display = ["number", "warehouse", "reason", "business_date", "by"]
    list_filter = ["warehouse", "reason"]
    list_select_related = ["warehouse", "by"]
    search_fields = ["number", "note"]
