"""What was ordered from suppliers, and what came in."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventori.fields import MoneyField, PercentField, QtyField
from inventori.models import AppendOnly
from inventori.posting import PostedOnce
from inventory.models import Batch, Warehouse
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
    # An amount off the whole order; each line bears its share in what its goods cost.
    discount = MoneyField(_("discount"), default=0, db_default=0)
    total_amount = MoneyField(_("total"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")
    ordered_at = models.DateTimeField(_("ordered"))
    expected_at = models.DateField(_("expected"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    # Made when the form of a new order was opened: one form is one order.
    key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    # Opens the supplier's page of this order, without a sign-in; made when it is sent.
    token = models.CharField(max_length=43, unique=True, null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    confirmed_for = models.DateField(_("confirmed for"), null=True)
    supplier_note = models.CharField(_("supplier's note"), max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "expected_at"], name="po_status_expected")]

    def __str__(self) -> str:
        return self.po_number or f"#{self.pk}"

    @property
    def due_on(self) -> date | None:
        """The day it is waited for: what the supplier confirmed, or else what was expected when it was ordered."""
        return self.confirmed_for or self.expected_at


class POItem(models.Model):
    po = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    qty = QtyField(_("ordered"))
    price = MoneyField(_("price"))
    discount = MoneyField(_("discount"), default=0)
    received_qty = QtyField(_("received"), default=0)
    # As it was ordered: 3 boxes of 10 at 95,000 a box. qty and price are in the product's own unit.
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="", db_default="")
    factor = QtyField(_("holds"), default=1, db_default=1)
    unit_price = MoneyField(_("price of the unit"), null=True)
    confirmed_qty = QtyField(_("confirmed"), null=True)

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
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")
    # The tolerance in force when it was posted: the shop may change it later.
    over_percent = PercentField(_("may be received above the order (%)"), default=0, db_default=0, editable=False)
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
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("batch"))
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


class SupplierPrice(models.Model):
    """What a supplier asks for a product, in one of its units, and how little and in which steps it is sold."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="prices", verbose_name=_("supplier"))
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices", verbose_name=_("product"))
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    factor = QtyField(_("holds"), default=1)
    unit_price = MoneyField(_("price of the unit"))
    # In the product's own unit.
    min_qty = QtyField(_("minimum order"), default=0)
    multiple = QtyField(_("order multiple"), default=1)
    changed_on = models.DateField(_("since"), null=True)
    previous_price = MoneyField(_("price before"), null=True)

    class Meta:
        verbose_name = _("supplier price")
        verbose_name_plural = _("supplier prices")
        ordering = ["supplier", "product"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "product"], name="supplier_price_once"),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, min_qty__gte=0, multiple__gt=0, factor__gt=0),
                name="supplier_price_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.unit_price}"


class SupplierReturn(PostedOnce):
    """Goods sent back to a supplier: out of stock, of what a receipt brought or of what lies there."""

    number = models.CharField(_("number"), max_length=32, unique=True, null=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, verbose_name=_("supplier"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    receipt = models.ForeignKey(
        GoodsReceipt, on_delete=models.PROTECT, null=True, related_name="returns", verbose_name=_("goods receipt")
    )
    reason = models.CharField(_("reason"), max_length=200)
    total_amount = MoneyField(_("value"))
    returned_at = models.DateTimeField(_("time"))
    business_date = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("return to a supplier")
        verbose_name_plural = _("returns to suppliers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["business_date"], name="supplier_return_day")]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


class SupplierReturnItem(AppendOnly):
    supplier_return = models.ForeignKey(SupplierReturn, on_delete=models.PROTECT, related_name="items")
    receipt_item = models.ForeignKey(GoodsReceiptItem, on_delete=models.PROTECT, null=True, related_name="returned")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("batch"))
    qty = QtyField(_("quantity"))
    unit_cost = MoneyField(_("unit cost"))

    class Meta:
        verbose_name = _("line sent back")
        verbose_name_plural = _("lines sent back")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="supplier_return_item_qty_positive")]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"
