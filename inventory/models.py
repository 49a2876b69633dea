"""Where goods lie, and the ledger of every move they made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventori.dates import TIME_ZONES
from inventori.fields import CodeField, MoneyField, QtyField
from inventori.models import AppendOnly
from inventori.posting import PostedOnce
from master.models import Product


class Warehouse(models.Model):
    code = CodeField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=100)
    address = models.TextField(_("address"), blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=40, choices=TIME_ZONES, default="Asia/Jakarta")
    allow_negative = models.BooleanField(
        _("stock may fall below zero"), default=False, help_text=_("For goods that are sold before they are booked in.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Stock(models.Model):
    """What lies of one product in one warehouse. Written by the ledger alone."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    qty = QtyField(_("on hand"), default=0)
    average_cost = MoneyField(_("average cost"), default=0)
    # The warehouse's switch, copied here because a CHECK constraint sees one row only.
    allow_negative = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse"], name="stock_of_product_in_warehouse"),
            models.CheckConstraint(condition=Q(qty__gte=0) | Q(allow_negative=True), name="stock_not_below_zero"),
            models.CheckConstraint(condition=Q(average_cost__gte=0), name="stock_average_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.warehouse}: {self.qty}"


class RefType(models.TextChoices):
    """What caused a move. A move names its source so that inventory never knows what a sale is."""

    SALE = "SALE", _("sale")
    GRN = "GRN", _("goods receipt")
    ADJUST = "ADJUST", _("adjustment")
    TRANSFER = "TRANSFER", _("transfer")
    RETURN = "RETURN", _("return")


class StockMove(AppendOnly):
    """One line of the stock card."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, db_index=False, verbose_name=_("product"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False, verbose_name=_("warehouse"))
    ref_type = models.CharField(_("source"), max_length=8, choices=RefType.choices)
    ref_id = models.PositiveBigIntegerField(_("document"))
    qty_in = QtyField(_("in"), default=0)
    qty_out = QtyField(_("out"), default=0)
    balance = QtyField(_("balance"))
    unit_cost = MoneyField(_("unit cost"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    moved_at = models.DateTimeField(_("time"))
    business_date = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["ref_type", "ref_id"], name="move_source"),
            models.Index(fields=["product", "moved_at"], name="move_product_time"),
            models.Index(fields=["warehouse", "product"], name="move_card"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(qty_in__gt=0, qty_out=0) | Q(qty_in=0, qty_out__gt=0)), name="move_goes_one_way"
            ),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="move_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.ref_type} {self.ref_id}: {self.qty_in - self.qty_out} × {self.product_id}"


class AdjustReason(models.TextChoices):
    OPENING = "OPENING", _("opening stock")
    COUNT = "COUNT", _("count difference")
    DAMAGE = "DAMAGE", _("damaged")
    EXPIRED = "EXPIRED", _("expired")
    LOST = "LOST", _("lost or stolen")
    FOUND = "FOUND", _("found")
    USE = "USE", _("own use or sample")
    OTHER = "OTHER", _("other")


class StockAdjustment(PostedOnce):
    """A correction with a reason; its lines are the moves that name it as their source."""

    number = models.CharField(_("number"), max_length=32, unique=True, null=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    reason = models.CharField(_("reason"), max_length=8, choices=AdjustReason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    posted_at = models.DateTimeField(_("time"))
    business_date = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["-id"]
        indexes = [models.Index(fields=["business_date"], name="adjustment_day")]

    def __str__(self) -> str:
        return self.number or str(self.pk)
