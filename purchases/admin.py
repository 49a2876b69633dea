from django.contrib import admin

from inventori.admin import ReadOnlyAdmin, ReadOnlyInline

from .models import (
    GoodsReceipt,
    GoodsReceiptItem,
    POItem,
    PurchaseOrder,
    SupplierReturn,
    SupplierReturnItem,
)


class POItemInline(ReadOnlyInline):
    model = POItem


class GoodsReceiptItemInline(ReadOnlyInline):
    model = GoodsReceiptItem


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "supplier", "warehouse", "status", "ordered_at", "expected_at", "total_amount"]
    list_filter = ["status", "warehouse"]
    list_select_related = ["supplier", "warehouse"]
    search_fields = ["po_number", "supplier__name"]
    inlines = [POItemInline]


@admin.register(POItem)
class POItemAdmin(ReadOnlyAdmin):
    list_display = ["po", "product", "qty", "price", "received_qty"]
    list_select_related = ["po", "product"]
    search_fields = ["po__po_number"]


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    list_display = ["grn_number", "supplier", "warehouse", "business_date", "by"]
    list_filter = ["warehouse"]
    list_select_related = ["supplier", "warehouse", "by"]
    search_fields = ["grn_number", "supplier__name"]
    inlines = [GoodsReceiptItemInline]


@admin.register(GoodsReceiptItem)
class GoodsReceiptItemAdmin(ReadOnlyAdmin):
    list_display = ["receipt", "product", "qty"]
    list_select_related = ["receipt", "product"]


class SupplierReturnItemInline(ReadOnlyInline):
    model = SupplierReturnItem


@admin.register(SupplierReturn)
class SupplierReturnAdmin(ReadOnlyAdmin):
    list_display = ["number", "supplier", "warehouse", "business_date", "by"]
    list_filter = ["warehouse"]
    list_select_related = ["supplier", "warehouse", "by"]
    search_fields = ["number", "supplier__name"]
    inlines = [SupplierReturnItemInline]
