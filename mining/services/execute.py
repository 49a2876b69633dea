"""A run in the worker: read, encode, mine, rules, store."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from inventori import jobs
from inventori.errors import DomainError
from inventori.models import Job
from mining.apriori import Progress, frequent_itemsets
from mining.bounds import Limits
from mining.itemsets import Itemsets
from mining.models import MiningRun
from mining.reading import Reading, names_of, read_baskets
from mining.rules import Rules, association_rules
from mining.run_words import stopped_json

from .runs import KIND, window_of
from .storing import Store

# What a shop can still look through, and a till hold in memory.
LIMITS = Limits(max_itemsets=500_000, max_rules=200_000, max_seconds=300.0)


class Clock:
    """Seconds of each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - begin, 3)


def run_execute(job: Job, reporter: jobs.Reporter) -> dict[str, Any]:
    """Mine what the job's run asks for. However it ends, the run says so; only a good end takes force."""
    run = MiningRun.objects.select_related("warehouse").get(job=job)
    MiningRun.objects.filter(pk=run.pk).update(status=MiningRun.Status.RUNNING, stopped={}, finished_at=None)
    try:
        _execute(run, reporter)
    except jobs.JobCancelled:
        _ended(run, MiningRun.Status.CANCELLED, _("It was cancelled."))
        raise
    except DomainError as error:
        _ended(run, MiningRun.Status.FAILED, str(error))
        raise
    # Whatever broke: a run must not stand as running for ever.
    except Exception:
        _ended(run, MiningRun.Status.FAILED, _("The work broke off. The log of the worker says why."))
        raise
    return {"run": run.pk}


def _ended(run: MiningRun, status: str, message: str) -> None:
    MiningRun.objects.filter(pk=run.pk).update(status=status, stopped={"message": message})


def _execute(run: MiningRun, reporter: jobs.Reporter) -> None:
    clock = Clock()
    begin = time.perf_counter()
    with clock.part("read"):
        words = _("Reading the sales")
        reading = read_baskets(window_of(run), report=lambda done, total: reporter.report(done, total, words))
    if not reading.baskets.count:
        raise DomainError(_("Of what was sold in these days nothing was kept."), code="empty")
    itemsets = _mine(run, reading, reporter, clock)
    with clock.part("rules"):
        rules = _rules(run, itemsets, reporter)
    reporter.report(0, 0, _("Judging the rules"))
    with clock.part("store"):
        store = Store(run, itemsets, rules, names_of(run.level, np.asarray(itemsets.labels).tolist()))
        figures, words = _figures(run, reading, itemsets, rules), _("Writing the rules")
        store.write(
            figures,
            takes_force=len(rules) > 0 and run.level == MiningRun.Level.PRODUCT,
            report=lambda done, total: reporter.report(done, total, words),
        )
    seconds = Decimal(f"{time.perf_counter() - begin:.3f}")
    MiningRun.objects.filter(pk=run.pk).update(seconds=seconds, shares=clock.seconds)


class Levels:
    """Tells the worker's page how many levels are done, and hears there that the run should stop."""

    def __init__(self, run: MiningRun, reporter: jobs.Reporter, clock: Clock) -> None:
        self.reporter, self.clock, self.begin = reporter, clock, time.perf_counter()
        # One more than there are, so that the last level is not taken for the end.
        self.done, self.total, self.message = 0, run.max_length + 1, _("Counting items")

    def progress(self, level: Progress) -> None:
        if level.level == 1:
            # The first level is there as soon as the baskets are encoded.
            self.clock.seconds["encode"] = round(time.perf_counter() - self.begin, 3)
        words = _("Sets of %(level)s items are counted: %(found)s are frequent")
        self.done, self.message = level.level, words % {"level": level.level, "found": level.found}
        self.ask()

    def ask(self) -> bool:
        """Raise JobCancelled when the run should stop."""
        self.reporter.report(self.done, self.total, self.message)
        return False


def _mine(run: MiningRun, reading: Reading, reporter: jobs.Reporter, clock: Clock) -> Itemsets:
    levels = Levels(run, reporter, clock)
    found = frequent_itemsets(
        reading.baskets,
        min_support=float(run.min_support) if run.min_support is not None else int(run.min_count or 1),
        max_length=run.max_length,
        limits=LIMITS,
        progress=levels.progress,
        cancelled=levels.ask,
    )
    spent = time.perf_counter() - levels.begin
    clock.seconds["mine"] = round(spent - clock.seconds.setdefault("encode", round(spent, 3)), 3)
    return found


def _rules(run: MiningRun, itemsets: Itemsets, reporter: jobs.Reporter) -> Rules:
    def cancelled() -> bool:
        reporter.report(0, 0, _("Making rules"))
        return False

    return association_rules(
        itemsets,
        min_confidence=float(run.min_confidence),
        min_lift=float(run.min_lift),
        limits=LIMITS,
        cancelled=cancelled,
    )


def _figures(run: MiningRun, reading: Reading, itemsets: Itemsets, rules: Rules) -> dict[str, Any]:
    stopped = rules.stopped or itemsets.stopped
    return {
        "status": MiningRun.Status.STOPPED if stopped else MiningRun.Status.DONE,
        "stopped": stopped_json(stopped) if stopped else {},
        "baskets": reading.baskets.count,
        "lines": reading.lines,
        "items": len(np.unique(reading.baskets.item)),
        "least_count": itemsets.min_count,
        "itemsets": len(itemsets),
        "rules": len(rules),
        "by_level": {str(size): found for size, found in enumerate(itemsets.found, start=1)},
    }


def register() -> None:
    jobs.register(
        jobs.Kind(
            name=KIND,
            right="mining_run",
            run=run_execute,
            is_resumable=True,
            template="mining/run_done.html",
            context=lambda job, request: {"run": MiningRun.objects.filter(job=job).first()},
        )
    )
