"""Runs of the miner: asked for once, checked, written down beside their job, and put into force again."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventori import jobs
from inventori.errors import DomainError, InvalidInput
from inventori.models import Job
from inventori.posting import fingerprint
from inventory.models import Warehouse
from inventory.selectors import business_today
from mining.models import MiningRun
from mining.reading import Window, sales_of
from mining.run_words import run_title
from mining.selectors import can_be_in_force

from .storing import wait_for_others

KIND = "mining"
LONGEST = 10


@dataclass(frozen=True)
class Asked:
    """What a run is asked for. min_support: a share of the sales; or min_count, a number of sales.

    left_out: ids of products.
    """

    date_from: date
    date_to: date
    min_support: Decimal | None = None
    min_count: int | None = None
    min_confidence: Decimal = Decimal("0.5")
    min_lift: Decimal = Decimal(1)
    max_length: int = 4
    level: str = MiningRun.Level.PRODUCT
    customers: str = MiningRun.Customers.ALL
    warehouse: Warehouse | None = None
    left_out: list[int] = field(default_factory=list)

    @property
    def window(self) -> Window:
        warehouse_id = self.warehouse.pk if self.warehouse else None
        days = (self.date_from, self.date_to)
        return Window(*days, warehouse_id, self.customers, self.level, tuple(self.left_out))

    def as_fields(self) -> dict[str, Any]:
        """Return the fields of the run."""
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"left_out": sorted(set(self.left_out))}


def asked_of(run: MiningRun) -> Asked:
    """Return what `run` was asked for."""
    return Asked(**{one.name: getattr(run, one.name) for one in fields(Asked)})


def window_of(run: MiningRun) -> Window:
    return asked_of(run).window


# --- Checks ----------------------------------------------------------------------------
def asked_check(asked: Asked) -> None:
    """Raise InvalidInput, naming the field, for what cannot be asked."""
    for name, holds, sentence in _checks(asked):
        if not holds:
            raise InvalidInput(sentence, code=name, field=name)
    if not sales_of(asked.window).exists():
        sentence = _("Nothing was sold in these days that this choice takes in. Choose other days.")
        raise InvalidInput(sentence, code="empty", field="date_from")


def _checks(asked: Asked) -> list[tuple[str, bool, str]]:
    support, count = asked.min_support, asked.min_count
    return [
        ("date_to", asked.date_from <= asked.date_to, _("The last day lies before the first one.")),
        ("date_to", asked.date_to <= _today(asked.warehouse), _("The last day lies in the future.")),
        ("min_support", (support is None) != (count is None), _("Give the minimum support or the minimum count.")),
        (
            "min_support",
            support is None or 0 < support <= 1,
            _("The minimum support lies above 0 and is at most 100 %."),
        ),
        ("min_count", count is None or count >= 1, _("The minimum count is at least 1.")),
        ("min_confidence", 0 <= asked.min_confidence <= 1, _("The minimum confidence lies between 0 and 100 %.")),
        ("min_lift", 1 <= asked.min_lift <= 10_000, _("The minimum lift lies between 1 and 10,000.")),
        ("max_length", 2 <= asked.max_length <= LONGEST, _("A set has 2 to 10 items.")),
        ("level", asked.level in MiningRun.Level.values, _("Choose products or categories.")),
        ("customers", asked.customers in MiningRun.Customers.values, _("Choose which customers.")),
    ]


def _today(warehouse: Warehouse | None) -> date:
    warehouses = [warehouse] if warehouse else Warehouse.objects.all()
    return max((business_today(one) for one in warehouses), default=timezone.now().date())


# --- Starting --------------------------------------------------------------------------
def run_start(*, asked: Asked, key: str, by: User) -> MiningRun:
    """Let the worker mine; the same form sent twice, or the same question while it is being answered, is one run.

    Raises InvalidInput for what cannot be asked.
    """
    if not key or len(key) > 64:
        raise InvalidInput(_("This form has no valid posting key. Open it again."), code="no_key")
    asked_check(asked)
    question = fingerprint({**asked.as_fields(), "warehouse": asked.warehouse.pk if asked.warehouse else None})
    made = MiningRun(**asked.as_fields(), by=by, at=timezone.now())
    with transaction.atomic():
        wait_for_others()
        if found := _same(key, question):
            return found
        parameters = {"key": key, "question": question}
        jobs.job_start(kind=KIND, title=run_title(made), parameters=parameters, by=by, also=partial(_write, made))
    return made


def _write(made: MiningRun, job: Job) -> None:
    made.job = job
    made.save()


def _same(key: str, question: str) -> MiningRun | None:
    """Return the run of this form, or one of the same question that is not yet answered."""
    runs = MiningRun.objects.select_related("job")
    by_key = runs.filter(job__parameters__key=key).first()
    active = runs.filter(job__parameters__question=question, job__status__in=[Job.Status.WAITING, Job.Status.RUNNING])
    return by_key or next((one for one in active if one.job and not jobs.is_interrupted(one.job)), None)


# --- In force --------------------------------------------------------------------------
def run_put_in_force(*, run: MiningRun, by: User) -> MiningRun:
    """Let the rules of an older run be shown and hinted at again.

    Raises DomainError for a run that did not end well, found no rule, or looked at categories.
    """
    with transaction.atomic():
        wait_for_others()
        found = MiningRun.objects.select_for_update().get(pk=run.pk)
        if not can_be_in_force(found):
            raise DomainError(_("This run holds no rules that could be in force."), code="no_rules")
        if not found.is_active:
            MiningRun.objects.filter(is_active=True).update(is_active=None)
            found.is_active = True
            found.save(update_fields=["is_active"])
    return found
