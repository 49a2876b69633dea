from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from inventori.admin import ReadOnlyAdmin, ShopAdmin

from . import payments, services, shop
from .forms import CategoryForm, CustomerForm, ProductForm, SupplierForm
from .models import Category, Customer, ImportRun, PaymentMethod, Product, ShopProfile, Supplier, TaxRate
from .payment_form import PaymentMethodForm
from .shop_forms import TaxRateForm


class RecordAdmin(ShopAdmin):
    """Saved and deleted through the same services, and checked by the same form, as on the pages."""

    record_form: type[forms.ModelForm]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        base = self.record_form

        class FormOfThisPerson(base):  # type: ignore[valid-type, misc]
            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, by=request.user, **more)

        FormOfThisPerson._meta = base._meta
        return FormOfThisPerson

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.record_form._meta.fields or [])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.record_save(record=obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.record_delete(record=obj, by=request.user)


@admin.register(Category)
class CategoryAdmin(RecordAdmin):
    record_form = CategoryForm
    list_display = ["code", "name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name"]


@admin.register(Supplier)
class SupplierAdmin(RecordAdmin):
    record_form = SupplierForm
    list_display = ["code", "name", "city", "lead_time_days", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name", "city"]


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    record_form = CustomerForm
    list_display = ["code", "name", "phone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name", "phone"]


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    record_form = ProductForm
    list_display = ["sku", "name", "category", "uom", "price", "is_active"]
    list_filter = ["is_active", "category"]
    list_select_related = ["category"]
    search_fields = ["sku", "barcode", "name"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Switched on the product's own page, where its stock is split into batches.
        return [name for name in super().get_fields(request, obj) if obj is None or name != "tracks_batches"]


@admin.register(TaxRate)
class TaxRateAdmin(ShopAdmin):
    form = TaxRateForm
    list_display = ["name", "percent", "valid_from", "valid_until"]

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        shop.tax_rate_save(rate=obj, by=request.user, today=timezone.localdate())

    def delete_model(self, request: HttpRequest, obj: TaxRate) -> None:
        shop.tax_rate_delete(rate=obj, by=request.user, today=timezone.localdate())


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ShopAdmin):
    form = PaymentMethodForm
    list_display = ["__str__", "code", "kind", "position", "is_active"]

    def save_model(self, request: HttpRequest, obj: PaymentMethod, form: Any, change: bool) -> None:
        payments.payment_method_save(method=obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# Changed on its own page, which knows what a change means.
admin.site.register([ShopProfile, ImportRun], ReadOnlyAdmin)
