"""What policies are computed from, as it lies in the database: demand, classes, lead times, costs, typed values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from inventory.abc import C, classes
from inventory.demand import CHUNK, DemandTable, demand_tables
from inventory.demand_stats import DemandStats, demand_stats
from inventory.formula_input import FloatArray, State
from inventory.models import ReorderPolicy, Stock, Warehouse
from inventory.reorder_models import LeadTimeSource, ServiceMeasure
from master.models import Product, Supplier
from purchases.record import LeadTime
from purchases.supplier_record import lead_times_of

from .calendar import DayMarks
from .models import ReplenishmentSettings
from .policy_numbers import Known

Ints = npt.NDArray[np.int64]

# What a person may type that is a number.
TYPED_NUMBERS = (
    *("avg_daily_demand", "demand_std", "lead_time_days", "lead_time_std", "review_days", "service_level"),
    *("ordering_cost", "holding_cost", "safety_stock", "rop", "reorder_qty", "min_qty", "max_qty"),
)
TYPED_CHOICES = ("method", "service_measure")
# Of a product without a supplier nothing was agreed: what a new supplier is taken to need.
USUAL_LEAD_TIME = float(Supplier._meta.get_field("lead_time_days").default)

Typed = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Measured:
    """The counted days of a chunk of products. units: of all days of the range, by which classes are made."""

    product_ids: Ints
    demand: npt.NDArray[np.float32]
    counted: npt.NDArray[np.bool_]
    stats: DemandStats
    stockout_days: Ints
    units: FloatArray


def measured(table: DemandTable, marks: DayMarks, *, leave_out_outliers: bool) -> Measured:
    """Return what the days say that count: open, with goods on the shelf, and no feast.

    A product that was there during feasts only is judged by those: better than by nothing.
    """
    usual = table.stocked & (marks.open & ~marks.event)
    only_feasts = ~usual.any(axis=1)
    usual[only_feasts] = table.stocked[only_feasts] & marks.open
    stats = demand_stats(table.demand, usual, leave_out_outliers=leave_out_outliers)
    counted = usual & ~stats.outliers if leave_out_outliers else usual
    was_there = np.logical_or.accumulate(table.stocked, axis=1)
    empty = was_there & ~table.stocked & marks.open
    return Measured(
        table.product_ids,
        table.demand.astype(np.float32),
        counted,
        stats,
        np.count_nonzero(empty, axis=1),
        table.demand.sum(axis=1),
    )


def never_kept(warehouse: Warehouse, product_ids: Ints, start: date, days: int) -> DemandTable:
    """Return the table of products that have no stock row: nothing was there, nothing was sold."""
    shape = (len(product_ids), days)
    return DemandTable(start, warehouse.pk, product_ids, np.zeros(shape), np.zeros(shape, bool))


class Facts:
    """What the database knows of the products and policies of a warehouse, loaded once in a few queries."""

    def __init__(
        self, warehouse: Warehouse, settings: ReplenishmentSettings, product_ids: Sequence[int] | None
    ) -> None:
        self.warehouse, self.settings = warehouse, settings
        policies = ReorderPolicy.objects.filter(warehouse=warehouse, product__is_active=True)
        stocks = Stock.objects.filter(warehouse=warehouse, product__is_active=True)
        products = Product.objects.filter(is_active=True)
        if product_ids is not None:
            policies, stocks = policies.filter(product__in=product_ids), stocks.filter(product__in=product_ids)
            products = products.filter(pk__in=product_ids)
        # What the last computation found, by product id: class, mean and spread.
        found = policies.exclude(computed_at=None).values_list(
            "product_id", "abc_class", "avg_daily_demand", "demand_std"
        )
        self.earlier: dict[int, Sequence[Any]] = {pk: rest for pk, *rest in found.iterator()}
        self.average_cost = dict(stocks.values_list("product_id", "average_cost").iterator())
        rows = products.values_list("pk", "price", "cost", "supplier_id", "sold_by_measure").iterator()
        wanted = set(self.average_cost) | set(policies.values_list("product_id", flat=True))
        named = set(product_ids or ())
        # Price, cost, supplier, and whether it is sold by measure.
        self.products: dict[int, Sequence[Any]] = {pk: rest for pk, *rest in rows if pk in wanted or pk in named}
        self.typed = typed_values(warehouse, product_ids)
        self.lead_times = lead_times_of({row[2] for row in self.products.values() if row[2]})

    @property
    def ids(self) -> Ints:
        return np.array(sorted(self.products), np.int64)

    def classes_known(self) -> dict[int, str] | None:
        """Return the class of every product by the last computation; None where one has never been computed."""
        if self.earlier.keys() >= self.products.keys():
            return {pk: self.earlier[pk][0] for pk in self.products}
        return None

    def holding_cost(self, product_id: int) -> float:
        """Return what a unit costs to keep for a year: a share of what it cost, or of its buying price."""
        cost = self.average_cost.get(product_id) or self.products[product_id][1]
        return min(float(cost * self.settings.holding_percent / 100), 9e11)


def typed_values(warehouse: Warehouse, product_ids: Iterable[int] | None) -> dict[int, dict[str, Any]]:
    """Return what people typed, by product id and field name."""
    policies = ReorderPolicy.objects.filter(warehouse=warehouse).exclude(typed=[])
    if product_ids is not None:
        policies = policies.filter(product__in=list(product_ids))
    names = (*TYPED_NUMBERS, *TYPED_CHOICES)
    rows = policies.values_list("product_id", "typed", *names).iterator()
    return {
        pk: {name: value for name, value in zip(names, values, strict=True) if name in typed}
        for pk, typed, *values in rows
    }


def classes_of(
    warehouse: Warehouse, facts: Facts, start: date, end: date, whole: Sequence[Measured] | None
) -> dict[int, str]:
    """Return the class of each product by the value it sold. whole: the days of every product, where they are known."""
    if whole is not None:
        units = {
            int(pk): sold for part in whole for pk, sold in zip(part.product_ids, part.units.tolist(), strict=True)
        }
        prices = {pk: row[0] for pk, row in facts.products.items()}
    else:
        tables = demand_tables(warehouse=warehouse, start=start, end=end)
        units = {
            int(pk): sold
            for table in tables
            for pk, sold in zip(table.product_ids, table.demand.sum(axis=1).tolist(), strict=True)
        }
        prices = dict(Product.objects.filter(is_active=True, pk__in=list(units)).values_list("pk", "price"))
    return classes({pk: Decimal(round(sold * float(prices[pk]))) for pk, sold in units.items() if pk in prices})


def tables_of(warehouse: Warehouse, ids: Ints, start: date, end: date, *, is_whole: bool) -> Iterable[DemandTable]:
    """Yield the days of `ids`, those that were never kept there last."""
    kept: list[Ints] = []
    for table in demand_tables(
        warehouse=warehouse, start=start, end=end, product_ids=None if is_whole else ids.tolist(), chunk=CHUNK
    ):
        rows = np.isin(table.product_ids, ids)
        kept.append(table.product_ids)
        if rows.all():
            yield table
        elif rows.any():
            yield DemandTable(start, warehouse.pk, table.product_ids[rows], table.demand[rows], table.stocked[rows])
    others = np.setdiff1d(ids, np.concatenate(kept)) if kept else ids
    for first in range(0, len(others), CHUNK):
        yield never_kept(warehouse, others[first : first + CHUNK], start, (end - start).days + 1)


# --- One chunk ---------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class Inputs:
    """A chunk of products as `policy_numbers` takes it, and what else its rows hold."""

    known: Known
    service_level: FloatArray  # in per cent
    abc_class: list[str]
    source: list[str]
    service_measure: list[str]
    typed: list[Typed]


def inputs_of(part: Measured, facts: Facts, abc: Mapping[int, str], open_share: float) -> Inputs:
    settings, ids = facts.settings, part.product_ids.tolist()
    typed: list[Typed] = [facts.typed.get(pk, {}) for pk in ids]
    numbers = {name: column for name in TYPED_NUMBERS if (column := _column(typed, name)) is not None}

    def keep(name: str, computed: Iterable[float] | float) -> FloatArray:
        values = np.broadcast_to(np.asarray(computed, np.float64), len(ids))
        return np.where(np.isnan(numbers[name]), values, numbers[name]) if name in numbers else values

    abc_class = [abc.get(pk, C) for pk in ids]
    levels = {name: float(getattr(settings, f"service_level_{name.lower()}")) for name in "ABC"}
    level = keep("service_level", [levels[name] for name in abc_class])
    measure = [str(row.get("service_measure", settings.service_measure)) for row in typed]
    suppliers = [facts.products[pk][2] for pk in ids]
    leads: list[LeadTime | None] = [facts.lead_times.get(supplier) for supplier in suppliers]
    mean, std = _demand(part, facts)
    known = Known(
        demand=part.demand,
        counted=part.counted,
        stats=part.stats,
        mean=mean,
        std=std,
        open_share=open_share,
        method=np.array([str(row.get("method", settings.method)) for row in typed]),
        level=level / 100,
        is_fill=np.array([name == ServiceMeasure.FILL for name in measure]),
        lead_time=keep("lead_time_days", [float(lead.mean_days) if lead else USUAL_LEAD_TIME for lead in leads]),
        lead_time_std=keep("lead_time_std", [float(lead.std_days) if lead else 0.0 for lead in leads]),
        review=keep("review_days", float(settings.review_days)),
        ordering_cost=keep("ordering_cost", float(settings.ordering_cost)),
        holding_cost=keep("holding_cost", [facts.holding_cost(pk) for pk in ids]),
        has_supplier=np.array([supplier is not None for supplier in suppliers]),
        unit=np.array([0.001 if facts.products[pk][3] else 1.0 for pk in ids]),
        typed=numbers,
    )
    source = [LeadTimeSource.MEASURED if lead and lead.is_measured else LeadTimeSource.AGREED for lead in leads]
    return Inputs(known, level, abc_class, [str(name.value) for name in source], measure, typed)


def _column(typed: Sequence[Typed], name: str) -> FloatArray | None:
    """Return the typed numbers of one field, NaN where there is none; None where nobody typed one."""
    if not any(name in row for row in typed):
        return None
    return np.array([float(row[name]) if row.get(name) is not None else np.nan for row in typed])


def _demand(part: Measured, facts: Facts) -> tuple[FloatArray, FloatArray]:
    """Return mean and spread of a counted day.

    Of what was never on the shelf in these days, what was known of it before stays: having run out of something
    must not teach the shop to stop buying it.
    """
    mean, std = part.stats.mean.copy(), part.stats.std.copy()
    for row in np.flatnonzero(part.stats.state == State.NO_HISTORY):
        earlier = facts.earlier.get(int(part.product_ids[row]))
        if earlier:
            mean[row], std[row] = float(earlier[1]), float(earlier[2])
    return mean, std


def open_share(marks: DayMarks) -> float:
    """Return the share of days on which something can be sold; 1 where the calendar knows no open day at all."""
    return float(marks.open.mean()) if marks.open.any() else 1.0


def default_range(today: date, settings: ReplenishmentSettings) -> tuple[date, date]:
    """Return the days of history: as many as the settings say, the last of them yesterday."""
    end = today - timedelta(days=1)
    return end - timedelta(days=settings.history_days - 1), end
