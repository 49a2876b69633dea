"""Questions about runs of the miner."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from inventori import jobs
from inventori.models import Job

from .models import AssociationRule, MiningRun

Status = MiningRun.Status


def active_run() -> MiningRun | None:
    """Return the run in force: its rules are shown and hinted at."""
    return MiningRun.objects.filter(is_active=True).first()


def runs() -> QuerySet[MiningRun]:
    """Return all runs, the last first, with who started them."""
    return MiningRun.objects.select_related("job", "by", "warehouse")


def last_good_run() -> MiningRun | None:
    """Return the last run over products that ended well."""
    good = MiningRun.objects.filter(level=MiningRun.Level.PRODUCT, status__in=[Status.DONE, Status.STOPPED])
    return good.select_related("by", "warehouse").first()


def status_of(run: MiningRun) -> str:
    """Return how the run stands, as its job tells: a killed or cancelled worker had no time to write it."""
    if run.status not in (Status.WAITING, Status.RUNNING):
        return run.status
    if run.job is None or run.job.status == Job.Status.FAILED or jobs.is_interrupted(run.job):
        return Status.FAILED
    if run.job.status == Job.Status.CANCELLED:
        return Status.CANCELLED
    return run.status


def is_good(run: MiningRun) -> bool:
    """Tell whether the run ended well and holds rules."""
    return run.status in (Status.DONE, Status.STOPPED) and run.rules > 0


def can_be_in_force(run: MiningRun) -> bool:
    """Tell whether the till could hint at the rules of the run: of categories it cannot sell one."""
    return is_good(run) and run.level == MiningRun.Level.PRODUCT


# --- Two runs ----------------------------------------------------------------------------
# From so much on a rule counts as changed: confidence in points, lift as a share.
CONFIDENCE_STEP = 0.05
LIFT_STEP = 0.10
COLUMNS = ("item_key", "antecedent", "consequent", "confidence", "lift", "count")


@dataclass(frozen=True)
class Changed:
    """A rule that both runs have, before and now."""

    before: dict[str, Any]
    now: dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """What became of the rules from one run to the other, the highest lift first."""

    new: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    changed: list[Changed]
    same: int


def compare(before: MiningRun, now: MiningRun) -> Comparison:
    old, fresh = _rules(before), _rules(now)
    both = [Changed(old[key], rule) for key, rule in fresh.items() if key in old]
    changed = [pair for pair in both if _differs(pair)]
    return Comparison(
        new=[rule for key, rule in fresh.items() if key not in old],
        gone=[rule for key, rule in old.items() if key not in fresh],
        changed=changed,
        same=len(both) - len(changed),
    )


def _rules(run: MiningRun) -> dict[str, dict[str, Any]]:
    rules = AssociationRule.objects.filter(run=run).order_by("-lift", "-confidence", "pk").values(*COLUMNS)
    return {rule["item_key"]: rule for rule in rules}


def _differs(pair: Changed) -> bool:
    moved = abs(pair.now["confidence"] - pair.before["confidence"])
    return moved >= CONFIDENCE_STEP or abs(pair.now["lift"] / pair.before["lift"] - 1) >= LIFT_STEP
