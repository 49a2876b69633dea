"""Replays: started once, run in the worker, and what a person takes over from their results."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventori import jobs
from inventori.bulk import insert_rows
from inventori.errors import DomainError, InvalidInput
from inventori.models import Job
from inventori.posting import fingerprint
from inventory.models import ReorderPolicy, Warehouse
from inventory.selectors import business_today
from replenishment.models import Replay, ReplayLine, ReplenishmentSettings
from replenishment.replay import Outcome
from replenishment.replay_material import LeadTimes, Part, Shelf, Span, material, replayed_products
from replenishment.replay_run import ALL, CLASSES, METHODS, POLICIES, Results, Run, to_type
from replenishment.replay_words import title
from replenishment.selectors import replenishment_settings

from .policies import policies_compute
from .typing import policies_set_method

KIND = "replay"
MOST_MONTHS = 24
# A page shows at most a hundred.
MOST_TICKED = 500


def months_back(end: date, months: int) -> date:
    """Return the first of the days that end with `end` and last `months` months."""
    after = end + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    for day in range(after.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:  # the 31st of a shorter month
            continue
    raise AssertionError("every month has a first day")


def replay_start(
    *, warehouse: Warehouse, months: int, wanted_fill_rate: Decimal, asked: dict[str, Any], key: str, by: User
) -> Replay:
    """Let the worker replay the last `months` months; the same form sent twice is one replay.

    asked: "scope" is "all", or another word and then "products" holds the ids; "name" is that of a class or category.
    Raises InvalidInput for months outside 1 to 24 and where no product is left.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise InvalidInput(_("Choose 1 to %(most)s months.") % {"most": MOST_MONTHS}, code="months")
    if not key:
        raise InvalidInput(_("This form has no valid posting key. Open it again."), code="no_key")
    if not replayed_products(warehouse, asked):
        raise InvalidInput(_("No active product of this choice was ever kept there."), code="no_products")
    end = business_today(warehouse) - timedelta(days=1)
    start = months_back(end, months)
    question = fingerprint([warehouse.pk, start, end, str(wanted_fill_rate), asked])
    with transaction.atomic():
        _wait_for_others()
        if found := _same(key, question):
            return found
        made = Replay(
            warehouse=warehouse,
            date_from=start,
            date_to=end,
            wanted_fill_rate=wanted_fill_rate,
            parameters={**asked, "months": months, "key": key, "question": question},
            at=timezone.now(),
            by=by,
        )
        jobs.job_start(kind=KIND, title=title(months, warehouse.name), parameters={}, by=by, also=partial(_write, made))
    return made


def _wait_for_others() -> None:
    """Lock the one row that everybody locks: the second click waits here, and then finds what the first one made."""
    replenishment_settings()
    ReplenishmentSettings.objects.select_for_update().get(pk=1)


def _write(made: Replay, job: Job) -> None:
    made.job = job
    made.save()


def _same(key: str, question: str) -> Replay | None:
    """Return the replay of this form, or one of the same question that still runs."""
    replays = Replay.objects.select_related("job")
    by_key = replays.filter(parameters__key=key).first()
    active = replays.filter(parameters__question=question, job__status__in=[Job.Status.WAITING, Job.Status.RUNNING])
    return by_key or next((one for one in active if not jobs.is_interrupted(one.job)), None)


# --- In the worker ---------------------------------------------------------------------
def _run(job: Job, reporter: jobs.Reporter) -> dict[str, Any]:
    found = Replay.objects.select_related("warehouse").get(job=job)
    span = Span(found.date_from, found.date_to, replenishment_settings().history_days)
    reporter.report(0, 0, _("Reading the past"))
    ids = replayed_products(found.warehouse, found.parameters)
    shelf = Shelf(found.warehouse, ids)
    leads = LeadTimes(shelf.suppliers, span.end)
    parts = []
    for part in material(found.warehouse, ids, span, leads, shelf):
        parts.append(part)
        reporter.report(sum(len(one.product_ids) for one in parts), len(ids), _("Reading the past"))
    run = Run(parts, span, reporter.report)
    results = run.policies()
    if not results.policies[POLICIES[0]].demand:
        sentence = _(
            "Nothing was sold in these days that could be foreseen from sales before them. Choose other months."
        )
        raise DomainError(sentence, code="nothing_to_replay")
    results.calibration = run.calibration(float(found.wanted_fill_rate))
    reporter.report(0, 0, _("Writing the results"))
    _lines_write(found, parts, results)
    facts = {
        "asked": len(ids),
        "suppliers": len(leads.agreed) - 1,
        "measured": leads.measured,
        "history_days": span.history_days,
    }
    Replay.objects.filter(pk=found.pk).update(results=results.to_json() | {"facts": facts})
    return {"replay": found.pk}


def _lines_write(found: Replay, parts: Sequence[Part], results: Results) -> None:
    """Write a line for each product and policy; those of a run that was broken off are replaced."""
    ReplayLine.objects.filter(replay=found).delete()
    columns = (
        "replay",
        "product",
        "abc_class",
        "policy",
        "stockout_days",
        "demand",
        "served",
        "average_stock",
        "average_value",
        "orders",
        "ordered_qty",
        "details",
    )
    for code, outcomes in results.outcomes.items():
        for part, outcome in zip(parts, outcomes, strict=True):
            # A transaction for each: the tills write between them.
            with transaction.atomic():
                insert_rows(ReplayLine, columns, _lines(found.pk, code, part, outcome))


def _lines(replay_id: int, code: str, part: Part, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    stock, typed = outcome.average_stock, to_type(code, part)
    for row in np.flatnonzero(outcome.days).tolist():
        details: dict[str, Any] = {name: int(getattr(outcome, name)[row]) for name in ("days", "cycles", "good_cycles")}
        details["typed"] = {name: str(_decimal(values[row], 3)) for name, values in typed.items() if values[row] > 0}
        yield (
            replay_id,
            int(part.product_ids[row]),
            str(part.abc_class[row]),
            code,
            int(outcome.short_days[row]),
            _decimal(outcome.demand[row], 3),
            _decimal(outcome.served[row], 3),
            _decimal(stock[row], 3),
            _decimal(stock[row] * part.past.unit_cost[row], 2),
            int(outcome.orders[row]),
            _decimal(outcome.ordered[row], 3),
            json.dumps(details),
        )


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")


def _context(job: Job, request: Any) -> dict[str, Any]:
    return {"replay": Replay.objects.filter(job=job).first()}


def register() -> None:
    jobs.register(
        jobs.Kind(
            name=KIND,
            right="reorder_change",
            run=_run,
            is_resumable=True,
            template="replenishment/replay_done.html",
            context=_context,
        )
    )


# --- What is taken over ------------------------------------------------------------------
def replay_levels_take(*, replay: Replay, group: str, by: User) -> dict[str, Decimal]:
    """Set the service level that the replay found for a class, or for all classes, and return what was set.

    Raises DomainError where the replay found none.
    """
    found = replay.results.get("calibration", {}).get(group)
    if group not in (*CLASSES, ALL) or not found or found["level"] is None:
        raise DomainError(_("This replay found no level for this class."), code="no_level")
    level = Decimal(str(found["level"]))
    fields = [f"service_level_{name.lower()}" for name in (CLASSES if group == ALL else (group,))]
    settings = replenishment_settings()
    for name in fields:
        setattr(settings, name, level)
    settings.save(update_fields=fields)
    return dict.fromkeys(fields, level)


def replay_methods_take(
    *, replay: Replay, method: str, abc_class: str = "", product_ids: Sequence[int] = (), by: User
) -> int:
    """Use `method` for a class of the replay, or for some of its products, and return how many they are.

    The lot and the review interval that were replayed are typed with it. Raises InvalidInput for a method that is
    none, DomainError where no product is left.
    """
    if method not in METHODS:
        raise InvalidInput(_("Choose one of the methods."), code="method", field="method")
    lines = ReplayLine.objects.filter(replay=replay, policy=method, product__is_active=True)
    lines = lines.filter(abc_class=abc_class) if abc_class else lines.filter(product_id__in=product_ids[:MOST_TICKED])
    found = dict(lines.values_list("product_id", "details"))
    if not found:
        raise DomainError(_("Tick the products that are to be ordered so."), code="no_products")
    ids, warehouse = list(found), replay.warehouse
    with transaction.atomic():
        there = ReorderPolicy.objects.filter(warehouse=warehouse).values_list("product_id", flat=True)
        if missing := sorted(set(ids) - set(there)):
            policies_compute(warehouse=warehouse, product_ids=missing, by=by)
        _type(warehouse, {pk: details.get("typed", {}) for pk, details in found.items()})
        policies_set_method(warehouse=warehouse, product_ids=ids, method=method, by=by)
    return len(ids)


def _type(warehouse: Warehouse, values: Mapping[int, Mapping[str, str]]) -> None:
    """Type what the method was replayed with; the caller computes the rest."""
    policies = ReorderPolicy.objects.select_for_update().filter(warehouse=warehouse, product_id__in=list(values))
    changed = [policy for policy in policies.order_by("pk") if values[policy.product_id]]
    names = {name for typed in values.values() for name in typed}
    for policy in changed:
        for name, text in values[policy.product_id].items():
            setattr(policy, name, Decimal(text))
        policy.typed = sorted({*policy.typed, *values[policy.product_id]})
    if changed:
        ReorderPolicy.objects.bulk_update(changed, ["typed", *names], batch_size=500)
