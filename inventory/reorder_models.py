"""What the ledger must know of replenishment: reorder policies, alerts, and demand by day."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from inventori.fields import MoneyField, PercentField, QtyField
from master.models import Product


class ReorderMethod(models.TextChoices):
    """When to order and how much; docs/replenishment.md explains each with an example."""

    ROP_EOQ = "EOQ", _("reorder point, economic quantity")
    ROP_LOT = "LOT", _("reorder point, fixed quantity")
    MIN_MAX = "MINMAX", _("Min-Max")
    UP_TO = "UPTO", _("up to a level, by review day")


class ServiceMeasure(models.TextChoices):
    """What a service level promises."""

    CYCLE = "CYCLE", _("cycle service: the share of order cycles without a stock-out")
    FILL = "FILL", _("fill rate: the share of units that are there when asked for")


class LeadTimeSource(models.TextChoices):
    MEASURED = "MEASURED", _("from the supplier's receipts")
    AGREED = "AGREED", _("as agreed with the supplier")


def lead_time_origin(source: str, typed: Collection[str]) -> StrOrPromise:
    return _("typed by a person") if "lead_time_days" in typed else LeadTimeSource(source).label


class Fit(models.TextChoices):
    """Where the safety stock comes from."""

    NORMAL = "NORMAL", _("normal model")
    EMPIRICAL = "EMPIRICAL", _("what was sold in every such interval")


class ReorderPolicy(models.Model):
    """When to order a product for a warehouse, and how much. Computed from history or typed.

    Demand is in own units a day, times are in days. `typed` names the values that a person typed: they stay
    until they are released. `state` names what kept a value from being computed (inventory/formulas.py).
    """

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="reorder_policies", verbose_name=_("product")
    )
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.CASCADE, verbose_name=_("warehouse"))
    method = models.CharField(_("method"), max_length=6, choices=ReorderMethod.choices, default=ReorderMethod.ROP_EOQ)
    is_active = models.BooleanField(_("active"), default=True)
    # --- What it is computed from
    avg_daily_demand = models.DecimalField(_("demand a day"), max_digits=14, decimal_places=4, default=0)
    demand_std = models.DecimalField(_("spread of demand a day"), max_digits=14, decimal_places=4, default=0)
    lead_time_days = models.DecimalField(_("lead time (days)"), max_digits=7, decimal_places=2, default=0)
    lead_time_std = models.DecimalField(_("spread of the lead time (days)"), max_digits=7, decimal_places=2, default=0)
    lead_time_source = models.CharField(
        _("source of the lead time"), max_length=8, choices=LeadTimeSource.choices, default=LeadTimeSource.AGREED
    )
    review_days = models.PositiveSmallIntegerField(_("review interval (days)"), default=0)
    # Monday is 0. Empty: any day is a review day.
    review_weekday = models.PositiveSmallIntegerField(_("review day"), null=True, blank=True)
    service_measure = models.CharField(
        _("service is measured as"), max_length=5, choices=ServiceMeasure.choices, default=ServiceMeasure.CYCLE
    )
    service_level = PercentField(_("service level (%)"), default=95)
    ordering_cost = MoneyField(_("cost of an order"), default=0)
    # Of one unit for a year.
    holding_cost = MoneyField(_("holding cost of a unit a year"), default=0)
    # --- What comes out
    safety_stock = QtyField(_("safety stock"), default=0)
    rop = QtyField(_("reorder point"), default=0)
    # EOQ, fixed lot, or MAX - MIN, before multiples.
    reorder_qty = QtyField(_("order quantity"), default=0)
    min_qty = QtyField(_("minimum"), default=0)
    max_qty = QtyField(_("maximum"), default=0)
    fit = models.CharField(_("model"), max_length=9, choices=Fit.choices, default=Fit.NORMAL)
    state = models.CharField(_("state"), max_length=30, default="NOT_COMPUTED")
    abc_class = models.CharField(_("class"), max_length=1, default="C")
    typed = models.JSONField(_("typed values"), default=list)
    # --- What history it saw
    history_from = models.DateField(_("history from"), null=True, blank=True)
    history_to = models.DateField(_("history to"), null=True, blank=True)
    counted_days = models.PositiveIntegerField(_("days counted"), default=0)
    stockout_days = models.PositiveIntegerField(_("days without stock"), default=0)
    sale_days = models.PositiveIntegerField(_("days with sales"), default=0)
    outlier_days = models.PositiveIntegerField(_("days with an outlier"), default=0)
    computed_at = models.DateTimeField(_("computed"), null=True, blank=True)

    class Meta:
        verbose_name = _("reorder policy")
        verbose_name_plural = _("reorder policies")
        ordering = ["product", "warehouse"]
        indexes = [models.Index(fields=["warehouse", "abc_class"], name="policy_class")]
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse"], name="policy_of_product_in_warehouse"),
            models.CheckConstraint(
                condition=Q(
                    demand_std__gte=0,
                    lead_time_days__gte=0,
                    lead_time_std__gte=0,
                    safety_stock__gte=0,
                    rop__gte=0,
                    reorder_qty__gte=0,
                    min_qty__gte=0,
                    max_qty__gte=0,
                ),
                name="policy_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(service_level__gt=0, service_level__lt=100), name="policy_service_level_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.warehouse_id}: {self.method}"

    @property
    def lead_time_origin(self) -> StrOrPromise:
        """Where the lead time comes from, in words."""
        return lead_time_origin(self.lead_time_source, self.typed)


class ReorderAlert(models.Model):
    """What is available of a product fell to its reorder point; cleared by what brought it above again.

    Written in the transaction of the move that caused it. While open, `is_open` is True, else NULL: one open
    alert for each product and warehouse.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, verbose_name=_("product"))
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.CASCADE, verbose_name=_("warehouse"))
    is_open = models.BooleanField(_("open"), null=True, default=True)
    available = QtyField(_("available"))
    rop = QtyField(_("reorder point"))
    # What raised it; empty where a new reorder point, a hold or a day's expiry did.
    ref_type = models.CharField(_("source"), max_length=8, blank=True, default="")
    ref_id = models.PositiveBigIntegerField(_("document"), null=True)
    raised_at = models.DateTimeField(_("raised"))
    cleared_at = models.DateTimeField(_("cleared"), null=True)
    # The e-mail that told of it: each alert is told once.
    mailed_at = models.DateTimeField(_("mailed"), null=True)

    class Meta:
        verbose_name = _("reorder alert")
        verbose_name_plural = _("reorder alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse", "is_open"], name="alert_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.warehouse_id}: {self.available} ≤ {self.rop}"


class DemandHistory(models.Model):
    """Demand and change of stock of each day of a year, packed: what ten thousand policies are computed from.

    packed: see inventory/demand.py. Made from the ledger's moves up to `DemandFold.folded_to`, and from nothing else.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, db_index=False)
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()
    packed = models.BinaryField()

    class Meta:
        verbose_name = _("demand history")
        verbose_name_plural = _("demand histories")
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse", "year"], name="demand_of_product_in_year"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.warehouse_id}: {self.year}"


class DemandFold(models.Model):
    """How far the ledger has been folded into DemandHistory: one row.

    A move's id is given before its transaction commits, so the fold goes only up to an id that was the highest
    some minutes ago: `next_to`, seen at `next_seen_at`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    folded_to = models.PositiveBigIntegerField(default=0)
    next_to = models.PositiveBigIntegerField(default=0)
    next_seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("demand fold")
        verbose_name_plural = _("demand folds")

    def __str__(self) -> str:
        return f"up to {self.folded_to}"
