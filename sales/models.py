"""What was sold, returned and paid at the till."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from inventori.fields import MoneyField, QtyField
from inventori.models import AppendOnly
from inventori.posting import PostedOnce
from inventory.models import Warehouse
from master.models import Customer, Product


class PayMethod(models.TextChoices):
    CASH = "CASH", _("cash")
    CARD = "CARD", _("card")
    QRIS = "QRIS", "QRIS"
    TRANSFER = "TRANSFER", _("bank transfer")
    OTHER = "OTHER", _("other")


class Sale(models.Model):
    """A basket (DRAFT) that becomes a sale (PAID) and may be cancelled (CANCELLED).

    total_amount = subtotal − discount + tax + rounding. `tax` is charged on top of the lines;
    `tax_included` is the part of the lines that is tax where prices include it.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("basket")
        PAID = "PAID", _("paid")
        CANCELLED = "CANCELLED", _("cancelled")

    invoice_number = models.CharField(_("invoice"), max_length=40, unique=True, null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("customer"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    subtotal = MoneyField(_("subtotal"), default=0)
    discount = MoneyField(_("discount"), default=0)
    tax = MoneyField(_("tax"), default=0)
    tax_included = MoneyField(_("tax included"), default=0)
    rounding = MoneyField(_("rounding"), default=0)
    total_amount = MoneyField(_("total"), default=0)
    opened_at = models.DateTimeField(_("opened"))
    sold_at = models.DateTimeField(_("time"), null=True)
    business_date = models.DateField(_("day"), null=True)
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cashier")
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("cancelled by")
    )
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    # Made when the basket was opened; one basket is one sale (invariant I5).
    key = models.CharField(max_length=64, unique=True, editable=False)
    # What was asked when it was paid: tells a repeated Pay from another one.
    pay_fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)

    # The basket's lines with their products, filled by the services of the basket.
    lines: list["SaleItem"]

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "business_date"], name="sale_status_day"),
            models.Index(fields=["business_date", "sold_at"], name="sale_day_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_amount=Round(F("subtotal") - F("discount") + F("tax") + F("rounding"), 2)),
                name="sale_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status="DRAFT")
                | Q(invoice_number__isnull=False, sold_at__isnull=False, business_date__isnull=False),
                name="sale_paid_has_number_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.invoice_number or f"#{self.pk}"


class SaleItem(models.Model):
    """One line; `discount` is an amount for the whole line, `cost` the unit cost frozen when it was paid."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="items", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    qty = QtyField(_("quantity"))
    price = MoneyField(_("price"))
    discount = MoneyField(_("discount"), default=0)
    cost = MoneyField(_("cost"), default=0)

    class Meta:
        verbose_name = _("sale line")
        verbose_name_plural = _("sale lines")
        ordering = ["id"]
        indexes = [models.Index(fields=["sale", "product"], name="sale_item_sale_product")]
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="sale_item_qty_positive"),
            models.CheckConstraint(condition=Q(price__gte=0, discount__gte=0), name="sale_item_amounts_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"


class Payment(AppendOnly):
    """Money that settled a sale: amount = tendered − change. A cancelled sale has it paid back as a negative row."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(_("method"), max_length=8, choices=PayMethod.choices)
    amount = MoneyField(_("amount"))
    tendered = MoneyField(_("tendered"))
    change = MoneyField(_("change"), default=0)
    reference = models.CharField(_("reference"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount=Round(F("tendered") - F("change"), 2)), name="payment_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"


class SaleReturn(PostedOnce):
    """Goods taken back: money out, stock in."""

    return_number = models.CharField(_("return number"), max_length=40, unique=True, null=True)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, null=True, related_name="returns", verbose_name=_("sale"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, verbose_name=_("customer"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    method = models.CharField(_("refund by"), max_length=8, choices=PayMethod.choices, default=PayMethod.CASH)
    total_amount = MoneyField(_("refund"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    returned_at = models.DateTimeField(_("time"))
    business_date = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-id"]
        indexes = [models.Index(fields=["business_date"], name="return_day")]

    def __str__(self) -> str:
        return self.return_number or f"#{self.pk}"


class SaleReturnItem(AppendOnly):
    sale_return = models.ForeignKey(SaleReturn, on_delete=models.PROTECT, related_name="items")
    sale_item = models.ForeignKey(SaleItem, on_delete=models.PROTECT, null=True, related_name="returned")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    qty = QtyField(_("quantity"))
    price = MoneyField(_("price"))
    discount = MoneyField(_("discount"), default=0)
    cost = MoneyField(_("cost"), default=0)

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="return_item_qty_positive"),
            models.CheckConstraint(condition=Q(price__gte=0, discount__gte=0), name="return_item_amounts_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"
