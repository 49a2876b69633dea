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

from .reorder_models import DemandFold as DemandFold
from .reorder_models import DemandHistory as DemandHistory
from .reorder_models import ReorderAlert as ReorderAlert
from .reorder_models import ReorderPolicy as ReorderPolicy


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
    # The product's switch, copied here so that the ledger reads it off the row it locks.
    tracks_batches = models.BooleanField(default=False, db_default=False, editable=False)
    # The policy's reorder point, copied here for the same reason; NULL where no policy is in force.
    rop = QtyField(null=True, editable=False)
    # Units that lie in baskets put aside.
    held = QtyField(_("held"), default=0, db_default=0, editable=False)
    # Whether an alert is open: what is available (on hand − expired − held) is at or below `rop`.
    is_low = models.BooleanField(default=False, db_default=False, editable=False)

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


class Batch(models.Model):
    """Goods of one product that were made together and expire together."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="batches", verbose_name=_("product"))
    number = CodeField(_("batch number"), max_length=40)
    # The last day on which it may be sold or used; from the next business day on it is expired.
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["expires_on", "id"]
        indexes = [
            models.Index(fields=["expires_on"], name="batch_expiry"),
            models.Index(fields=["number"], name="batch_number"),
        ]
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="batch_of_product_once")]

    def __str__(self) -> str:
        return self.number


class BatchStock(models.Model):
    """What lies of one batch in one warehouse, written by the ledger alone. Those of a product add up to its stock."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="stocks", verbose_name=_("batch"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    qty = QtyField(_("on hand"), default=0)

    class Meta:
        verbose_name = _("stock of a batch")
        verbose_name_plural = _("stock of batches")
        constraints = [
            models.UniqueConstraint(fields=["batch", "warehouse"], name="stock_of_batch_in_warehouse"),
            models.CheckConstraint(condition=Q(qty__gte=0), name="batch_stock_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} @ {self.warehouse}: {self.qty}"


class RefType(models.TextChoices):
    """What caused a move. A move names its source so that inventory never knows what a sale is."""

    SALE = "SALE", _("sale")
    GRN = "GRN", _("goods receipt")
    ADJUST = "ADJUST", _("adjustment")
    TRANSFER = "TRANSFER", _("transfer")
    RETURN = "RETURN", _("return")
    SUPPLIER_RETURN = "SUPRET", _("return to a supplier")


class StockMove(AppendOnly):
    """One line of the stock card."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, db_index=False, verbose_name=_("product"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False, verbose_name=_("warehouse"))
    # Of a product that tracks batches: the one batch that moved.
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="moves", verbose_name=_("batch"))
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


class Transfer(PostedOnce):
    """Goods on their way from one warehouse to another: out when it is sent, in when it is received."""

    class Status(models.TextChoices):
        SENT = "SENT", _("sent")
        RECEIVED = "RECEIVED", _("received")

    number = models.CharField(_("number"), max_length=32, unique=True, null=True)
    source = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    target = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.SENT)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    sent_at = models.DateTimeField(_("sent"))
    business_date = models.DateField(_("day"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    received_at = models.DateTimeField(_("received"), null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("received by")
    )

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "business_date"], name="transfer_status_day")]
        constraints = [models.CheckConstraint(condition=~Q(source=models.F("target")), name="transfer_goes_elsewhere")]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class TransferItem(models.Model):
    """qty left the source, at unit_cost; received_qty came to the target, the difference is an adjustment."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("batch"))
    qty = QtyField(_("sent"))
    unit_cost = MoneyField(_("unit cost"))
    received_qty = QtyField(_("received"), null=True)

    class Meta:
        verbose_name = _("transferred line")
        verbose_name_plural = _("transferred lines")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="transfer_item_qty_positive")]

    def __str__(self) -> str:
        return f"{self.qty} × {self.product_id}"


class StockCount(models.Model):
    """A stock count: sheets are filled while the till sells, a manager approves, one adjustment posts it."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("being counted")
        SUBMITTED = "SUBMITTED", _("to be approved")
        POSTED = "POSTED", _("posted")
        CANCELLED = "CANCELLED", _("cancelled")

    number = models.CharField(_("number"), max_length=32, unique=True, null=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)
    scope = models.CharField(_("what is counted"), max_length=200, blank=True, default="")
    # Whoever counts does not see what should be there.
    is_blind = models.BooleanField(_("blind"), default=True)
    opened_at = models.DateTimeField(_("opened"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    posted_at = models.DateTimeField(_("posted"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    adjustment = models.ForeignKey(
        StockAdjustment, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("adjustment")
    )
    key = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status"], name="count_status")]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class StockCountLine(models.Model):
    """One product (or batch) of a count. expected_qty is what the ledger held at the moment of counting.

    The difference is counted_qty − expected_qty: what is sold after that moment changes neither.
    """

    count = models.ForeignKey(StockCount, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("product"))
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("batch"))
    counted_qty = QtyField(_("counted"), null=True)
    expected_qty = QtyField(_("expected"), null=True)
    counted_at = models.DateTimeField(_("counted at"), null=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("counted by")
    )

    class Meta:
        verbose_name = _("counted line")
        verbose_name_plural = _("counted lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["count", "product", "batch"], name="count_line_once"),
            models.CheckConstraint(
                condition=Q(counted_qty__isnull=True) | Q(counted_qty__gte=0), name="count_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counted_qty} × {self.product_id}"
