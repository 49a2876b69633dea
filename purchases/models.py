"""What was ordered from suppliers, and what came in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventori.fields import MoneyField, QtyField
from inventori.models import AppendOnly
from inventori.posting import PostedOnce
from inventory.models import Warehouse
from master.models import Product, Supplier


class PurchaseOrder(models.Model):
    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("draft")
        SENT = "SENT", _("sent")
        RECEIVED = "RECEIVED", _("received")
        CANCELLED = "CANCELLED", _("cancelled")

    po_number = models.CharField(_("order number"), max_length=32, unique=True, null=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, verbose_name=_("supplier"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    total_amount = MoneyField(_("total"), default=0)
    ordered_at = models.DateTimeField(_("ordered"))
    expected_at = models.DateField(_("expected"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "expected_at"], name="po_status_expected")]

    def __str__(self) -> str:
        return self.po_number or f"#{self.pk}"


class POItem(models.Model):
    po = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    qty = QtyField(_("ordered"))
    price = MoneyField(_("price"))
    discount = MoneyField(_("discount"), default=0)
    received_qty = QtyField(_("received"), default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="po_item_qty_positive"),
            models.CheckConstraint(
                condition=Q(price__gte=0, discount__gte=0, received_qty__gte=0), name="po_item_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"


class GoodsReceipt(PostedOnce):
    grn_number = models.CharField(_("receipt number"), max_length=32, unique=True, null=True)
    purchase_order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, null=True, related_name="receipts", verbose_name=_("purchase order")
    )
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, verbose_name=_("supplier"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    received_at = models.DateTimeField(_("received"))
    business_date = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["business_date"], name="receipt_day")]

    def __str__(self) -> str:
        return self.grn_number or f"#{self.pk}"


class GoodsReceiptItem(AppendOnly):
    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="items")
    po_item = models.ForeignKey(POItem, on_delete=models.PROTECT, null=True, related_name="receipts")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    qty = QtyField(_("quantity"))
    unit_cost = MoneyField(_("unit cost"))

    class Meta:
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="receipt_item_qty_positive"),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="receipt_item_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"
