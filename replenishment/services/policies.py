"""Reorder policies computed from history: select, compute, store. One press, for a catalogue or a selection."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import numpy as np
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.errors import InvalidInput
from inventori.transactions import retried
from inventory.alerts import reorder_points_apply
from inventory.demand_history import demand_fold
from inventory.formula_input import State
from inventory.models import ReorderPolicy, Warehouse
from inventory.reorder_models import Fit
from inventory.selectors import business_today
from replenishment.calendar import DayMarks, day_marks
from replenishment.measuring import (
    Facts,
    Inputs,
    Measured,
    classes_of,
    default_range,
    inputs_of,
    measured,
    open_share,
    tables_of,
    typed_values,
)
from replenishment.policy_numbers import Numbers, policy_numbers
from replenishment.selectors import replenishment_settings
from replenishment.services.effects import effects_estimate
from replenishment.services.events import events_refresh_if_due

LONGEST_DAYS = 3 * 366
# Policies stored in one transaction.
STORED = 2_000
# How often what a person typed meanwhile is computed anew before it is left to the next time.
ROUNDS = 3


class Listener(Protocol):
    """Hears how far the work is, and may stop it between two whole steps: inventori.jobs.Reporter."""

    def report(self, done: int, total: int, message: str = "") -> None: ...


def policies_compute(
    *,
    warehouse: Warehouse,
    product_ids: Sequence[int] | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    by: User | None = None,
    reporter: Listener | None = None,
    marks: DayMarks | None = None,
) -> dict[str, int]:
    """Compute the policies of `warehouse` from its history, put them into force, and count them by state.

    product_ids: a selection; default every active product that was ever kept there or has a policy. date_from,
    date_to: the days to learn from, by default those of the settings; today, which is not over, is never one.
    marks: closed days and feasts, by default those of the calendar. What people typed stays. Raises InvalidInput for
    days that are none.
    """
    settings = replenishment_settings()
    start, end = policies_range(warehouse, date_from, date_to)
    marks = marks or day_marks(warehouse=warehouse, start=start, end=end)
    if not connection.in_atomic_block:
        demand_fold()
    counts: Counter[str] = Counter()
    wanted = product_ids
    for _round in range(ROUNDS):
        facts = Facts(warehouse, settings, wanted)
        run = _Run(warehouse, facts, start, end, marks, is_whole=wanted is None, reporter=reporter)
        wanted = run.compute_and_store()
        counts += run.counts
        if not wanted:
            break
    return dict(counts)


def policies_range(warehouse: Warehouse, date_from: date | None, date_to: date | None) -> tuple[date, date]:
    """Return the days to learn from, both included: what is asked for, up to yesterday."""
    first, yesterday = default_range(business_today(warehouse), replenishment_settings())
    end = min(date_to or yesterday, yesterday)
    start = date_from or min(first, end)
    if start > end:
        raise InvalidInput(_("The first day must lie before today and not after the last."), field="date_from")
    if (end - start).days >= LONGEST_DAYS:
        raise InvalidInput(_("Choose at most three years."), field="date_from")
    return start, end


class _Run:
    """One pass over the products: measure all, class them, then compute and store them part by part."""

    def __init__(
        self,
        warehouse: Warehouse,
        facts: Facts,
        start: date,
        end: date,
        marks: DayMarks,
        *,
        is_whole: bool,
        reporter: Listener | None,
    ) -> None:
        self.warehouse, self.facts, self.start, self.end, self.marks = warehouse, facts, start, end, marks
        self.is_whole, self.reporter = is_whole, reporter
        self.counts: Counter[str] = Counter()
        self.total = len(facts.products)

    def compute_and_store(self) -> list[int]:
        """Return the products whose typed values somebody changed meanwhile: they are not stored."""
        parts = list(self._measure())
        known = None if self.is_whole else self.facts.classes_known()
        whole = parts if self.is_whole else None
        abc = known or classes_of(self.warehouse, self.facts, self.start, self.end, whole)
        share, now, done = open_share(self.marks), timezone.now(), 0
        changed: list[int] = []
        while parts:
            part = parts.pop(0)
            inputs = inputs_of(part, self.facts, abc, share)
            rows = policy_rows(self.warehouse, part, inputs, policy_numbers(inputs.known), (self.start, self.end, now))
            for first in range(0, len(rows), STORED):
                done += len(rows[first : first + STORED])
                changed += self._store(rows[first : first + STORED])
                self._tell(done, _("Storing the policies"))
        return changed

    def _measure(self) -> Iterable[Measured]:
        done = 0
        tables = tables_of(self.warehouse, self.facts.ids, self.start, self.end, is_whole=self.is_whole)
        for table in tables:
            yield measured(table, self.marks, leave_out_outliers=self.facts.settings.leave_out_outliers)
            done += len(table.product_ids)
            self._tell(done, _("Reading the sales"))

    def _store(self, rows: list[tuple]) -> list[int]:
        ids = [row[0] for row in rows]
        before = {pk: self.facts.typed[pk] for pk in ids if pk in self.facts.typed}
        changed = policies_store(self.warehouse, rows, before)
        stored = [row for row in rows if row[0] not in changed]
        self.counts.update(row[_STATE] for row in stored)
        reorder_points_apply(warehouse=self.warehouse, product_ids=[row[0] for row in stored])
        return sorted(changed)

    def _tell(self, done: int, message: str) -> None:
        if self.reporter:
            self.reporter.report(done, self.total, message)


# --- Rows ------------------------------------------------------------------------------
_COLUMNS = (
    *("product", "warehouse", "method", "avg_daily_demand", "demand_std", "lead_time_days", "lead_time_std"),
    *("lead_time_source", "review_days", "service_measure", "service_level", "ordering_cost", "holding_cost"),
    *("safety_stock", "rop", "reorder_qty", "min_qty", "max_qty", "fit", "state", "abc_class"),
    *("history_from", "history_to", "counted_days", "stockout_days", "sale_days", "outlier_days", "computed_at"),
)
_STATE = _COLUMNS.index("state")
_NAMES = [state.name for state in State]


def policy_rows(
    warehouse: Warehouse, part: Measured, inputs: Inputs, numbers: Numbers, history: tuple[date, date, datetime]
) -> list[tuple]:
    """Return the rows of ReorderPolicy, in the order of `_COLUMNS`."""
    known, stats, count = inputs.known, part.stats, len(part.product_ids)
    start, end, now = history
    columns: list[Iterable[Any]] = [
        part.product_ids.tolist(),
        [warehouse.pk] * count,
        known.method.tolist(),
        _texts(numbers.mean, 4),
        _texts(numbers.std, 4),
        _texts(np.minimum(known.lead_time, 99_999.0), 2),
        _texts(np.minimum(known.lead_time_std, 99_999.0), 2),
        inputs.source,
        known.review.astype(int).tolist(),
        inputs.service_measure,
        _texts(inputs.service_level, 2),
        _texts(known.ordering_cost, 2),
        _texts(known.holding_cost, 2),
        *(
            _texts(column, 3)
            for column in (numbers.safety_stock, numbers.rop, numbers.reorder_qty, numbers.min_qty, numbers.max_qty)
        ),
        [Fit.EMPIRICAL.value if empirical else Fit.NORMAL.value for empirical in numbers.is_empirical.tolist()],
        [_NAMES[code] for code in numbers.state.tolist()],
        inputs.abc_class,
        [start] * count,
        [end] * count,
        stats.days.tolist(),
        part.stockout_days.tolist(),
        stats.sale_days.tolist(),
        np.count_nonzero(stats.outliers, axis=1).tolist(),
        [now] * count,
    ]
    return list(zip(*columns, strict=True))


def _texts(column: Any, places: int) -> list[str]:
    """Return numbers as the database takes them: a hundred thousand Decimals take longer than the formulas."""
    form = f"%.{places}f"
    return [form % value for value in column.tolist()]


@retried
def policies_store(warehouse: Warehouse, rows: Sequence[tuple], before: dict[int, dict[str, Any]]) -> set[int]:
    """Write the rows and return the products that are left out, because what is typed is no longer `before`."""
    ids = [row[0] for row in rows]
    locked = ReorderPolicy.objects.filter(warehouse=warehouse, product__in=ids).order_by("product_id")
    list(locked.select_for_update().values_list("pk", flat=True))
    typed = typed_values(warehouse, ids)
    changed = {pk for pk in typed.keys() | before.keys() if typed.get(pk) != before.get(pk)}
    insert_rows(
        ReorderPolicy,
        (*_COLUMNS, "is_active", "typed"),
        [(*row, True, "[]") for row in rows if row[0] not in changed],
        update=_COLUMNS[2:],
        key=_COLUMNS[:2],
    )
    return changed


# --- By the clock -----------------------------------------------------------------------
def is_due(today: date) -> bool:
    """Tell whether the settings want the policies computed again: seven days after the last time, or next month."""
    settings = replenishment_settings()
    last = settings.recomputed_on
    if settings.recompute == settings.Recompute.NEVER:
        return False
    if last is None:
        return True
    if settings.recompute == settings.Recompute.WEEKLY:
        return today - last >= timedelta(days=7)
    return (today.year, today.month) > (last.year, last.month)


def policies_compute_all(*, by: User | None = None, reporter: Listener | None = None) -> dict[str, int]:
    """Compute the policies of every active warehouse, and note that it was done today.

    What feasts do is estimated anew first, once a month.
    """
    settings, today = replenishment_settings(), shop_today()
    events_refresh_if_due()
    if settings.recomputed_on is None or (settings.recomputed_on.year, settings.recomputed_on.month) != (
        today.year,
        today.month,
    ):
        effects_estimate()
    counts: Counter[str] = Counter()
    for warehouse in Warehouse.objects.filter(is_active=True):
        counts.update(policies_compute(warehouse=warehouse, by=by, reporter=reporter))
    settings.recomputed_on = today
    settings.save(update_fields=["recomputed_on"])
    return dict(counts)


def shop_today() -> date:
    """Return the latest business day of the shop's warehouses."""
    days = [business_today(warehouse) for warehouse in Warehouse.objects.filter(is_active=True)]
    return max(days, default=timezone.localdate())


def policies_compute_due() -> str:
    """Compute everything if it is time; return what was done in words, "" where it was not. For the clock."""
    if not Warehouse.objects.filter(is_active=True).exists() or not is_due(shop_today()):
        return ""
    counts = policies_compute_all()
    return f"computed {sum(counts.values())} policies"


def demand_fold_quietly() -> str:
    """Carry settled moves over, so that computing finds little left to read. For the clock."""
    demand_fold()
    return ""
