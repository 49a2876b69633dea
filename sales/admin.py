from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from inventori.admin import ReadOnlyAdmin, ReadOnlyInline, ShopAdmin

from .models import CashMove, Payment, ReceiptPrinter, Sale, SaleItem, SaleReturn, SaleReturnItem, Shift, ShiftCount
from .printer_form import PrinterForm
from .services.printers import printer_save


class SaleItemInline(ReadOnlyInline):
    model = SaleItem


class PaymentInline(ReadOnlyInline):
    model = Payment


class SaleReturnItemInline(ReadOnlyInline):
    model = SaleReturnItem


@admin.register(Sale)
class SaleAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "status", "warehouse", "business_date", "total_amount", "cashier"]
    list_filter = ["status", "warehouse"]
    list_select_related = ["warehouse", "cashier"]
    search_fields = ["invoice_number"]
    inlines = [SaleItemInline, PaymentInline]


@admin.register(SaleItem)
class SaleItemAdmin(ReadOnlyAdmin):
    list_display = ["sale", "product", "qty", "price", "discount", "cost"]
    list_select_related = ["sale", "product"]
    search_fields = ["sale__invoice_number"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["sale", "method", "amount", "tendered", "change"]
    list_filter = ["method"]
    list_select_related = ["sale"]
    search_fields = ["sale__invoice_number", "reference"]


@admin.register(SaleReturn)
class SaleReturnAdmin(ReadOnlyAdmin):
    list_display = ["return_number", "sale", "warehouse", "business_date", "total_amount", "by"]
    list_filter = ["warehouse"]
    list_select_related = ["sale", "warehouse", "by"]
    search_fields = ["return_number"]
    inlines = [SaleReturnItemInline]


@admin.register(SaleReturnItem)
class SaleReturnItemAdmin(ReadOnlyAdmin):
    list_display = ["sale_return", "product", "qty"]
    list_select_related = ["sale_return", "product"]


@admin.register(ReceiptPrinter)
class ReceiptPrinterAdmin(ShopAdmin):
    form = PrinterForm
    list_display = ["name", "host", "port", "width", "has_drawer", "is_active"]

    def save_model(self, request: HttpRequest, obj: ReceiptPrinter, form: Any, change: bool) -> None:
        printer_save(printer=obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShiftCountInline(ReadOnlyInline):
    model = ShiftCount


class CashMoveInline(ReadOnlyInline):
    model = CashMove


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "cashier", "warehouse", "business_date", "closed_at", "expected_cash", "counted_cash"]
    list_filter = ["warehouse"]
    list_select_related = ["cashier", "warehouse"]
    search_fields = ["number", "note"]
    exclude = ["display_token"]
    inlines = [CashMoveInline, ShiftCountInline]
