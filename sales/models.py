"""What was sold, returned and paid at the till, and the shift in whose drawer the money lies."""

import secrets
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from inventori.fields import MoneyField, PercentField, QtyField
from inventori.models import AppendOnly
from inventori.posting import PostedOnce
from inventory.models import Batch, Warehouse
from master.models import CASH, Customer, PaymentMethod, Product


def display_token() -> str:
    return secrets.token_urlsafe(24)


def method_key(**kwargs: Any) -> models.ForeignKey:
    """A column with the code of a payment method."""
    return models.ForeignKey(
        PaymentMethod, on_delete=models.PROTECT, to_field="code", db_column="method", related_name="+", **kwargs
    )


class ReceiptPrinter(models.Model):
    """A receipt printer on the shop's network that understands ESC/POS, with the drawer on its cable."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    host = models.CharField(_("address"), max_length=100, help_text=_("Such as 192.168.1.50."))
    port = models.PositiveIntegerField(_("port"), default=9100)
    width = models.PositiveSmallIntegerField(_("paper"), default=80, choices=[(80, _("80 mm")), (58, _("58 mm"))])
    has_drawer = models.BooleanField(_("opens the cash drawer"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("receipt printer")
        verbose_name_plural = _("receipt printers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Shift(PostedOnce):
    """A cashier's time at the drawer, from the float to the counted money. It touches no stock.

    expected_cash and counted_cash are frozen when it closes; what it holds meanwhile is `shift_report`.
    """

    number = models.CharField(_("shift"), max_length=40, unique=True, null=True)
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("cashier")
    )
    # The cashier while the shift is open, nobody afterwards: unique, so that each has one open shift at most.
    open_for = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="open_shift", editable=False
    )
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    printer = models.ForeignKey(
        ReceiptPrinter, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("receipt printer")
    )
    opening_float = MoneyField(_("float"))
    opened_at = models.DateTimeField(_("opened"))
    business_date = models.DateField(_("day"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("closed by")
    )
    expected_cash = MoneyField(_("expected"), null=True)
    counted_cash = MoneyField(_("counted"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    # Opens the customer's screen of this shift, without a sign-in.
    display_token = models.CharField(max_length=43, unique=True, editable=False, default=display_token)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["business_date"], name="shift_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, open_for__isnull=False)
                | Q(closed_at__isnull=False, open_for__isnull=True, counted_cash__isnull=False),
                name="shift_is_open_or_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ShiftCount(AppendOnly):
    """So many pieces of one note or coin in the drawer at the end of a shift."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="counts")
    value = MoneyField(_("note or coin"))
    pieces = models.PositiveIntegerField(_("pieces"))

    class Meta:
        verbose_name = _("counted money")
        verbose_name_plural = _("counted money")
        ordering = ["-value"]
        constraints = [models.UniqueConstraint(fields=["shift", "value"], name="shift_counts_a_value_once")]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.value}"


class CashMove(PostedOnce, AppendOnly):
    """Money put into the drawer or taken out of it without a sale, or the drawer opened for neither."""

    class Kind(models.TextChoices):
        IN = "IN", _("cash in")
        OUT = "OUT", _("cash out")
        OPEN = "OPEN", _("drawer opened")

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="cash_moves")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    amount = MoneyField(_("amount"), default=0)
    reason = models.CharField(_("reason"), max_length=200)
    moved_at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("cash in or out")
        verbose_name_plural = _("cash in and out")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="OPEN", amount=0) | (~Q(kind="OPEN") & Q(amount__gt=0)), name="cash_move_has_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


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
    # The shift whose drawer it was paid into; past sales that were brought in have none.
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="sales", verbose_name=_("shift")
    )
    # A basket put aside: since when, and under which name.
    held_at = models.DateTimeField(_("held since"), null=True)
    held_as = models.CharField(_("held as"), max_length=60, blank=True, default="", db_default="")
    # A discount in per cent is computed anew with every line; one in money stands still.
    discount_percent = PercentField(_("discount (%)"), null=True)
    # Up to this much a manager has allowed, whatever the cashier's limit.
    discount_allowed = MoneyField(default=0, db_default=0, editable=False)
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
    # What a change of the basket did besides, for the cashier to read.
    notices: tuple[StrOrPromise, ...] = ()

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
    """One line; `discount` is an amount for the whole line, `cost` the unit cost frozen when it was paid.

    list_price: the product's own price where the line has another one.
    """

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="items", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    qty = QtyField(_("quantity"))
    # A unit of the product that was sold, such as a box of 10: `qty` counts boxes, qty · factor leave the stock.
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="", db_default="")
    factor = QtyField(_("holds"), default=1, db_default=1)
    price = MoneyField(_("price"))
    list_price = MoneyField(_("list price"), null=True)
    discount = MoneyField(_("discount"), default=0)
    discount_percent = PercentField(_("discount (%)"), null=True)
    discount_allowed = MoneyField(default=0, db_default=0, editable=False)
    note = models.CharField(_("note"), max_length=100, blank=True, default="", db_default="")
    # Sold from this batch instead of the one that expires first; the note says why.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("batch"))
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

    @property
    def stock_qty(self) -> Decimal:
        """How many of the product's own unit it is: what leaves the stock."""
        return self.qty * self.factor

    @property
    def unit_name(self) -> str:
        return self.unit or self.product.uom


class Payment(AppendOnly):
    """Money that settled a sale: amount = tendered − change. A cancelled sale has it paid back as a negative row."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="payments")
    method = method_key(verbose_name=_("method"))
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
    """Goods taken back: money out, stock in. total_amount = Σ lines + tax + rounding, `tax` as in the sale."""

    return_number = models.CharField(_("return number"), max_length=40, unique=True, null=True)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, null=True, related_name="returns", verbose_name=_("sale"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, verbose_name=_("customer"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, related_name="returns", verbose_name=_("shift")
    )
    method = method_key(verbose_name=_("refund by"), default=CASH)
    tax = MoneyField(_("tax"), default=0, db_default=0)
    tax_included = MoneyField(_("tax included"), default=0, db_default=0)
    rounding = MoneyField(_("rounding"), default=0, db_default=0)
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
    # May be minus one step: a part of a line can round up where the whole did not.
    discount = MoneyField(_("discount"), default=0)
    cost = MoneyField(_("cost"), default=0)
    factor = QtyField(_("holds"), default=1, db_default=1)
    is_damaged = models.BooleanField(_("damaged"), default=False, db_default=False)

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="return_item_qty_positive"),
            models.CheckConstraint(condition=Q(price__gte=0), name="return_item_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"

    @property
    def stock_qty(self) -> Decimal:
        """How many of the product's own unit it is: what comes back into stock."""
        return self.qty * self.factor

    @property
    def unit_name(self) -> str:
        """The unit it was sold in, which the line of the sale knows."""
        return (self.sale_item.unit if self.sale_item else "") or self.product.uom


class Approval(AppendOnly):
    """A manager allowed, at the till, what the cashier may not do alone: this one action, with both names."""

    right = models.CharField(_("what"), max_length=40)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="approvals", verbose_name=_("sale"))
    detail = models.CharField(_("detail"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("allowed by")
    )
    allowed_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.right}: {self.by} / {self.allowed_by}"
