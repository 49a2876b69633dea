"""What sells together: runs of the miner, what they found, and what became of its hints at the till."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventori.fields import MoneyField, PercentField
from inventori.models import Job
from inventory.models import Warehouse
from master.models import PER_CENT, Category, Product
from sales.models import Sale


class MiningRun(models.Model):
    """One search for goods that are bought together: what was asked, how it went, what it found.

    Of all runs at most one is in force (`is_active` True, else NULL): its rules are shown and hinted at.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        RUNNING = "RUNNING", _("running")
        DONE = "DONE", _("done")
        # It ended in time with what it had found: `stopped` says where and why.
        STOPPED = "STOPPED", _("stopped at a limit")
        FAILED = "FAILED", _("failed")
        CANCELLED = "CANCELLED", _("cancelled")

    class Level(models.TextChoices):
        PRODUCT = "PRODUCT", _("products")
        CATEGORY = "CATEGORY", _("categories")

    class Customers(models.TextChoices):
        ALL = "ALL", _("all customers")
        KNOWN = "KNOWN", _("customers with a name")
        UNKNOWN = "UNKNOWN", _("customers without a name")

    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.WAITING)
    is_active = models.BooleanField(_("in force"), null=True, default=None, unique=True)
    # --- What was asked
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("warehouse")
    )
    date_from = models.DateField(_("from"))
    date_to = models.DateField(_("to"))
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, default=Level.PRODUCT)
    customers = models.CharField(_("customers"), max_length=7, choices=Customers.choices, default=Customers.ALL)
    # A share of the sales or, where it is given, a count; `least_count` is what came of the two.
    min_support = models.DecimalField(_("minimum support"), max_digits=9, decimal_places=7, null=True, blank=True)
    min_count = models.PositiveIntegerField(_("minimum count"), null=True, blank=True)
    min_confidence = models.DecimalField(_("minimum confidence"), max_digits=5, decimal_places=4)
    min_lift = models.DecimalField(_("minimum lift"), max_digits=8, decimal_places=3, default=1)
    max_length = models.PositiveSmallIntegerField(_("most items of a set"), default=4)
    left_out = models.JSONField(_("left out"), default=list)
    engine = models.CharField(_("engine"), max_length=10, default="builtin")
    # --- How it went
    baskets = models.PositiveIntegerField(_("sales read"), default=0)
    lines = models.PositiveIntegerField(_("lines read"), default=0)
    items = models.PositiveIntegerField(_("different items"), default=0)
    least_count = models.PositiveIntegerField(_("least count"), default=0)
    itemsets = models.PositiveIntegerField(_("frequent itemsets"), default=0)
    rules = models.PositiveIntegerField(_("rules"), default=0)
    by_level = models.JSONField(_("itemsets by length"), default=dict)
    stopped = models.JSONField(_("why it stopped"), default=dict)
    seconds = models.DecimalField(_("seconds"), max_digits=9, decimal_places=3, default=0)
    # Seconds of each part: read, encode, mine, rules, store.
    shares = models.JSONField(_("seconds by part"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("time"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("mining run")
        verbose_name_plural = _("mining runs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(date_to__gte=models.F("date_from")), name="mining_run_window"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class FrequentItemset(models.Model):
    """Items that at least `least_count` sales of a run hold together; names as they were sold then."""

    run = models.ForeignKey(MiningRun, on_delete=models.CASCADE, related_name="frequent_itemsets")
    size = models.PositiveSmallIntegerField(_("length"))
    item_ids = models.JSONField(_("items"))
    names = models.JSONField(_("names"))
    count = models.PositiveIntegerField(_("sales"))
    support = models.FloatField(_("support"))

    class Meta:
        verbose_name = _("frequent itemset")
        verbose_name_plural = _("frequent itemsets")
        ordering = ["-size", "-count"]
        indexes = [models.Index(fields=["run", "size", "count"], name="itemset_of_run")]

    def __str__(self) -> str:
        return " + ".join(self.names)


class AssociationRule(models.Model):
    """Who buys the antecedent also buys the consequent. antecedent, consequent: names as they were sold then.

    item_key: ",12,45,|,7," holds the ids of both sides, to find the rules of a product by.
    """

    run = models.ForeignKey(MiningRun, on_delete=models.CASCADE, related_name="association_rules")
    antecedent = models.JSONField(_("who buys"))
    consequent = models.JSONField(_("also takes"))
    antecedent_ids = models.JSONField()
    consequent_ids = models.JSONField()
    item_key = models.CharField(max_length=255)
    # Sales with both sides, with the antecedent, with the consequent.
    count = models.PositiveIntegerField(_("sales"))
    antecedent_count = models.PositiveIntegerField(_("sales with the first"))
    consequent_count = models.PositiveIntegerField(_("sales with the second"))
    support = models.FloatField(_("support"))
    confidence = models.FloatField(_("confidence"))
    lift = models.FloatField(_("lift"))
    leverage = models.FloatField(_("leverage"))
    # NULL: never broken, so infinite.
    conviction = models.FloatField(_("conviction"), null=True)
    # Fisher's exact test, one-sided; `may_be_chance` after correction for the number of rules.
    p_value = models.FloatField(_("p-value"), null=True)
    may_be_chance = models.BooleanField(_("may be chance"), default=False)
    # A more general rule of the run says the same at least as well.
    is_redundant = models.BooleanField(_("redundant"), default=False)
    general_id = models.PositiveBigIntegerField(null=True)
    generated_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("association rule")
        verbose_name_plural = _("association rules")
        ordering = ["-lift", "-confidence", "-support"]
        indexes = [
            models.Index(fields=["lift", "confidence", "support"], name="rule_lift"),
            models.Index(fields=["run", "lift"], name="rule_of_run"),
        ]

    def __str__(self) -> str:
        return f"{' + '.join(self.antecedent)} → {' + '.join(self.consequent)}"


# --- Hints at the till --------------------------------------------------------------------
class HintSettings(models.Model):
    """How the till hints: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_on = models.BooleanField(_("hints at the till"), default=True)
    control_percent = PercentField(
        _("sales without hints (%)"),
        default=10,
        validators=PER_CENT,
        help_text=_("They show what would have been sold anyway: without them no effect can be measured."),
    )
    min_lift = models.DecimalField(
        _("least lift of a hint"), max_digits=6, decimal_places=2, default=1, validators=[MinValueValidator(1)]
    )
    excess_weight = models.DecimalField(
        _("weight of excess stock"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
        help_text=_("How much more a hint counts whose goods lie in excess or expire soon."),
    )

    class Meta:
        verbose_name = _("hint settings")
        verbose_name_plural = _("hint settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class HintOff(models.Model):
    """A product or a category that is never hinted at: prescription medicines, tobacco."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    note = models.CharField(_("note"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("never hinted at")
        verbose_name_plural = _("never hinted at")
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=False, category__isnull=True)
                | Q(product__isnull=True, category__isnull=False),
                name="hint_off_product_or_category",
            ),
            models.UniqueConstraint(fields=["product"], name="hint_off_product_once"),
            models.UniqueConstraint(fields=["category"], name="hint_off_category_once"),
        ]

    def __str__(self) -> str:
        return str(self.product or self.category)


class HintedSale(models.Model):
    """A sale for which there was something to hint at; a control saw none of it."""

    sale = models.OneToOneField(Sale, on_delete=models.CASCADE, related_name="+")
    is_control = models.BooleanField(_("without hints"), default=False)
    first_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("sale with hints")
        verbose_name_plural = _("sales with hints")

    def __str__(self) -> str:
        return f"{self.sale_id}"


class ShownHint(models.Model):
    """One product hinted at in one sale (or, of a control, that would have been), and what became of it."""

    class Outcome(models.TextChoices):
        SHOWN = "SHOWN", _("shown")
        TAKEN = "TAKEN", _("taken")
        REFUSED = "REFUSED", _("refused")

    hinted = models.ForeignKey(HintedSale, on_delete=models.CASCADE, related_name="hints")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    rule = models.ForeignKey(AssociationRule, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome.choices, default=Outcome.SHOWN)
    # Of one unit, when it was hinted at.
    margin = MoneyField(_("margin"), default=0)
    shown_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("hint")
        verbose_name_plural = _("hints")
        constraints = [models.UniqueConstraint(fields=["hinted", "product"], name="hint_once_in_a_sale")]
        indexes = [models.Index(fields=["product", "shown_at"], name="hint_product_time")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.outcome}"


# --- The shelf ----------------------------------------------------------------------------
class FixedPlace(models.Model):
    """A category that stays on its shelf: fridge, prescription counter."""

    category = models.OneToOneField(Category, on_delete=models.CASCADE, related_name="+", verbose_name=_("category"))
    place = models.CharField(_("place"), max_length=40)

    class Meta:
        verbose_name = _("fixed place")
        verbose_name_plural = _("fixed places")
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.category}: {self.place}"
