"""How it is decided what to order: settings, events, calculations, suggestions and replays."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventori.fields import CodeField, MoneyField, PercentField, QtyField
from inventori.models import Job
from inventori.posting import PostedOnce
from inventory.models import Warehouse
from inventory.reorder_models import ReorderMethod, ServiceMeasure
from master.models import NOT_NEGATIVE, PER_CENT, Category, Product, Supplier
from purchases.models import PurchaseOrder

LEVEL = [MinValueValidator(50), MaxValueValidator(99.99)]


class ReplenishmentSettings(models.Model):
    """What a policy takes where nothing was typed for it: one row."""

    class Recompute(models.TextChoices):
        NEVER = "NEVER", _("only by hand")
        WEEKLY = "WEEKLY", _("every week")
        MONTHLY = "MONTHLY", _("every month")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    method = models.CharField(_("method"), max_length=6, choices=ReorderMethod.choices, default=ReorderMethod.ROP_EOQ)
    service_measure = models.CharField(
        _("service is measured as"), max_length=5, choices=ServiceMeasure.choices, default=ServiceMeasure.CYCLE
    )
    service_level_a = PercentField(_("service level of class A (%)"), default=97, validators=LEVEL)
    service_level_b = PercentField(_("service level of class B (%)"), default=95, validators=LEVEL)
    service_level_c = PercentField(_("service level of class C (%)"), default=90, validators=LEVEL)
    ordering_cost = MoneyField(
        _("cost of an order"),
        default=10_000,
        validators=NOT_NEGATIVE,
        help_text=_("What one order costs in work, calls and transport, for one product of it."),
    )
    holding_percent = PercentField(
        _("holding cost a year (%)"),
        default=25,
        validators=NOT_NEGATIVE,
        help_text=_("Of the cost of the goods: money bound, space, loss."),
    )
    review_days = models.PositiveSmallIntegerField(
        _("review interval (days)"),
        default=1,
        validators=[MaxValueValidator(90)],
        help_text=_("Days from one look at the orders to the next."),
    )
    history_days = models.PositiveSmallIntegerField(
        _("days of history"), default=180, validators=[MinValueValidator(7), MaxValueValidator(1095)]
    )
    leave_out_outliers = models.BooleanField(_("leave obvious outliers out of the mean"), default=False)
    expiry_quantile = PercentField(
        _("shelf-life quantile (%)"),
        default=50,
        validators=PER_CENT,
        help_text=_("No more is ordered than is sold within the usable life with this certainty."),
    )
    recompute = models.CharField(
        _("recompute policies"), max_length=7, choices=Recompute.choices, default=Recompute.WEEKLY
    )
    recomputed_on = models.DateField(_("recomputed"), null=True, editable=False)
    mails_alerts = models.BooleanField(_("e-mail new alerts once a day"), default=True)
    alerts_mailed_on = models.DateField(_("alerts mailed"), null=True, editable=False)

    class Meta:
        verbose_name = _("replenishment settings")
        verbose_name_plural = _("replenishment settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


# --- The calendar ---------------------------------------------------------------------
class EventKind(models.Model):
    """A feast that comes every year, on other days: Lebaran, Ramadan, Christmas, the school year."""

    code = CodeField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    days_before = models.PositiveSmallIntegerField(_("days before"), default=7)
    days_after = models.PositiveSmallIntegerField(_("days after"), default=7)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("kind of event")
        verbose_name_plural = _("kinds of events")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CalendarEvent(models.Model):
    """One occurrence: Lebaran 2026."""

    kind = models.ForeignKey(EventKind, on_delete=models.CASCADE, related_name="events", verbose_name=_("event"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    # A date that a person typed is not overwritten by the calendar of the libraries.
    is_typed = models.BooleanField(_("typed"), default=False)
    is_closed = models.BooleanField(_("the shop is closed"), default=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="event_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="event_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.starts_on}"


class EventEffect(models.Model):
    """How many times the usual demand a category sells before, during or after an event."""

    class Window(models.TextChoices):
        BEFORE = "BEFORE", _("before")
        DURING = "DURING", _("during")
        AFTER = "AFTER", _("after")

    kind = models.ForeignKey(EventKind, on_delete=models.CASCADE, related_name="effects", verbose_name=_("event"))
    # Empty: all categories together, what a category is shrunk to.
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("category"))
    window = models.CharField(_("when"), max_length=6, choices=Window.choices)
    factor = models.DecimalField(
        _("factor"), max_digits=6, decimal_places=3, default=1, validators=[MinValueValidator(0), MaxValueValidator(99)]
    )
    occurrences = models.PositiveSmallIntegerField(_("seen"), default=0)
    is_typed = models.BooleanField(_("typed"), default=False)

    class Meta:
        verbose_name = _("effect of an event")
        verbose_name_plural = _("effects of events")
        ordering = ["kind", "category", "window"]
        constraints = [models.UniqueConstraint(fields=["kind", "category", "window"], name="event_effect_once")]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.window}: {self.factor}"


class ClosedDay(models.Model):
    """A day (`day`) or every week's day (`weekday`, Monday is 0) on which nothing can be sold."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("warehouse")
    )
    day = models.DateField(_("day"), null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(_("day of the week"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["day", "weekday"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__isnull=False, weekday__isnull=True)
                | Q(day__isnull=True, weekday__isnull=False, weekday__lte=6),
                name="closed_day_or_weekday",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day or self.weekday}"


# --- The calculation of the pharmacy study ---------------------------------------------
class Calculation(PostedOnce):
    """One computation by the study's formulas, kept as it came out."""

    class Rule(models.TextChoices):
        PUBLISHED = "PUBLISHED", _("as published: MAX = EOQ + safety stock")
        CONSISTENT = "CONSISTENT", _("consistent: MAX = MIN + EOQ")

    number = models.CharField(_("number"), max_length=32, unique=True, null=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("warehouse"))
    date_from = models.DateField(_("from"))
    date_to = models.DateField(_("to"))
    months = models.DecimalField(_("months"), max_digits=6, decimal_places=2)
    ordering_cost = MoneyField(_("ordering cost (S)"), validators=NOT_NEGATIVE)
    # Of one unit for the whole period, the same as the demand D.
    holding_cost = MoneyField(_("holding cost (H)"), validators=NOT_NEGATIVE)
    safety_percent = PercentField(_("safety stock (%)"), validators=PER_CENT)
    lead_time_days = models.DecimalField(_("lead time (days)"), max_digits=6, decimal_places=2, validators=NOT_NEGATIVE)
    rule = models.CharField(_("rule"), max_length=10, choices=Rule.choices, default=Rule.PUBLISHED)
    computed_at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("calculation")
        verbose_name_plural = _("calculations")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


class CalculationLine(models.Model):
    """One product of a calculation; code and name as they were. NULL where a state kept it from being computed."""

    calculation = models.ForeignKey(Calculation, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    sku = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    stock = QtyField(_("stock"))
    demand = QtyField(_("total need (D)"))
    eoq = QtyField(_("EOQ"), null=True)
    monthly_need = QtyField(_("need of a month"), null=True)
    safety_stock = QtyField(_("safety stock"), null=True)
    max_qty = QtyField(_("MAX"), null=True)
    min_qty = QtyField(_("MIN"), null=True)
    order_qty = QtyField(_("Q"), null=True)
    toc = MoneyField(_("ordering costs (TOC)"), null=True)
    tcc = MoneyField(_("holding costs (TCC)"), null=True)
    tic = MoneyField(_("total costs (TIC)"), null=True)
    # What the other rule would cost, and what our own policy says.
    other_tic = MoneyField(_("total costs by the other rule"), null=True)
    service_rop = QtyField(_("reorder point by service level"), null=True)
    service_safety_stock = QtyField(_("safety stock by service level"), null=True)
    service_qty = QtyField(_("quantity by service level"), null=True)
    state = models.CharField(_("state"), max_length=30, default="OK")

    class Meta:
        verbose_name = _("calculated line")
        verbose_name_plural = _("calculated lines")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["calculation", "product"], name="calculation_line_once")]

    def __str__(self) -> str:
        return f"{self.sku}: {self.min_qty}–{self.max_qty}"


# --- Suggestions -------------------------------------------------------------------------
class SuggestionRun(PostedOnce):
    """One press of "make orders": the drafts it made are the orders of its suggestions."""

    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    budget = MoneyField(_("budget"), null=True, blank=True)

    class Meta:
        verbose_name = _("press of “make orders”")
        verbose_name_plural = _("presses of “make orders”")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Suggestion(models.Model):
    """What was suggested, what a person made of it, why, and later what each of the two would have cost.

    inputs: everything the number was made of, as it was then (see replenishment/planning.py): it answers
    "why did we buy this?" for the line of the same product in `order`.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("accepted")
        CHANGED = "CHANGED", _("changed")
        REJECTED = "REJECTED", _("rejected")

    class Reason(models.TextChoices):
        NONE = "", "–"
        ENOUGH = "ENOUGH", _("there is enough")
        SLOW = "SLOW", _("it sells slower now")
        FAST = "FAST", _("it will sell faster")
        PRICE = "PRICE", _("price or promotion")
        CASH = "CASH", _("no money now")
        SPACE = "SPACE", _("no space")
        EXPIRY = "EXPIRY", _("would expire")
        STOPPED = "STOPPED", _("no longer sold")
        OTHER = "OTHER", _("other")

    run = models.ForeignKey(SuggestionRun, on_delete=models.PROTECT, null=True, related_name="suggestions")
    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, null=True, related_name="suggestions", verbose_name=_("purchase order")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("supplier")
    )
    made_on = models.DateField(_("day"))
    made_at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    suggested_qty = QtyField(_("suggested"))
    decided_qty = QtyField(_("decided"))
    unit_cost = MoneyField(_("cost of a unit"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=7, choices=Reason.choices, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    inputs = models.JSONField(_("what it was made of"))
    # --- After the lead time: what it came to.
    due_on = models.DateField(_("judged from"))
    judged_at = models.DateTimeField(_("judged"), null=True)
    app_cost = MoneyField(_("cost of the suggestion"), null=True)
    person_cost = MoneyField(_("cost of the decision"), null=True)
    outcome = models.JSONField(_("outcome"), default=dict)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["made_on"], name="suggestion_day"),
            models.Index(fields=["judged_at", "due_on"], name="suggestion_due"),
        ]

    def __str__(self) -> str:
        return f"{self.suggested_qty} → {self.decided_qty} × {self.product_id}"


# --- Replays ------------------------------------------------------------------------------
class Replay(models.Model):
    """The shop's own past under each policy; the lines and `results` are written when its job is done."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="+")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, verbose_name=_("warehouse"))
    date_from = models.DateField(_("from"))
    date_to = models.DateField(_("to"))
    wanted_fill_rate = PercentField(_("wanted fill rate (%)"), default=98, validators=LEVEL)
    parameters = models.JSONField(default=dict)
    results = models.JSONField(default=dict)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ReplayLine(models.Model):
    """How one policy would have served one product."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product"))
    abc_class = models.CharField(_("class"), max_length=1)
    policy = models.CharField(_("policy"), max_length=10)
    stockout_days = models.PositiveIntegerField(_("days without stock"))
    demand = QtyField(_("asked for"))
    served = QtyField(_("served"))
    average_stock = QtyField(_("average stock"))
    average_value = MoneyField(_("average stock value"))
    orders = models.PositiveIntegerField(_("orders"))
    ordered_qty = QtyField(_("ordered"))
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("replayed line")
        verbose_name_plural = _("replayed lines")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["replay", "product", "policy"], name="replay_line_once")]

    def __str__(self) -> str:
        return f"{self.policy}: {self.served} / {self.demand}"
