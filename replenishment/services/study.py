"""The calculation of the pharmacy study: select, compute, store. Kept as it came out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import insert_rows
from inventori.errors import InvalidInput, NotAllowed
from inventori.money import ZERO
from inventori.numbering import document_number
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory.demand import demand_tables
from inventory.models import ReorderPolicy, Stock, Warehouse
from inventory.selectors import business_today
from master.models import Product
from replenishment.models import Calculation, CalculationLine
from replenishment.states import NOT_COMPUTED
from replenishment.study import Criteria, StudyLine, months_between, study_line

LONGEST_DAYS = 5 * 366
MOST_COST = Decimal(10) ** 9
MOST_LEAD_DAYS = Decimal(365)
COLUMNS = (
    *("calculation", "product", "sku", "name", "stock", "demand"),
    *("eoq", "monthly_need", "safety_stock", "max_qty", "min_qty", "order_qty", "toc", "tcc", "tic", "other_tic"),
    *("service_rop", "service_safety_stock", "service_qty", "state"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a calculation is asked for. product_ids: None for all goods of the warehouse that are in use."""

    warehouse: Warehouse
    date_from: date
    date_to: date
    product_ids: Sequence[int] | None
    ordering_cost: Decimal
    holding_cost: Decimal
    safety_percent: Decimal
    lead_time_days: Decimal
    rule: str = Calculation.Rule.PUBLISHED


@dataclass(frozen=True, slots=True)
class Need:
    """What was sold, less what came back, by product id."""

    months: Decimal
    by_product: dict[int, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.by_product.values(), ZERO)

    @property
    def products(self) -> int:
        return len(self.by_product)


def study_need(*, warehouse: Warehouse, date_from: date, date_to: date, product_ids: Sequence[int] | None) -> Need:
    """Return months and need of a period, before anything is computed. Raises InvalidInput for an impossible one."""
    _check_period(warehouse, date_from, date_to)
    active = Product.objects.filter(is_active=True)
    if product_ids is None:
        wanted = set(active.filter(stock__warehouse=warehouse).values_list("pk", flat=True))
    else:
        wanted = set(product_ids)
    needs = dict.fromkeys(sorted(wanted), ZERO)
    ids = None if product_ids is None else sorted(wanted)
    for table in demand_tables(warehouse=warehouse, start=date_from, end=date_to, product_ids=ids):
        # Whole thousandths: the sum is exact again.
        thousandths = np.rint(table.demand.sum(axis=1) * 1000).astype(np.int64)
        found = zip(table.product_ids.tolist(), thousandths.tolist(), strict=True)
        needs |= {pk: Decimal(n) / 1000 for pk, n in found if pk in wanted}
    return Need(months_between(date_from, date_to), needs)


def _check_period(warehouse: Warehouse, date_from: date, date_to: date) -> None:
    if date_to < date_from:
        raise InvalidInput(_("The last day is before the first."), field="date_to")
    if date_to > business_today(warehouse):
        raise InvalidInput(_("These days are not over yet: choose a last day up to today."), field="date_to")
    if (date_to - date_from).days >= LONGEST_DAYS:
        raise InvalidInput(_("Choose at most five years."), field="date_from")
    if months_between(date_from, date_to) <= 0:
        raise InvalidInput(_("Choose more days."), field="date_to")


def calculation_make(*, asked: Asked, key: str, by: User, at: datetime | None = None) -> Calculation:
    """Compute and keep a calculation. The same key again returns the first one.

    Raises InvalidInput for an impossible period or criterion; a product that cannot be computed gets its state.
    """
    if not by.can("reorder_change"):
        raise NotAllowed(_("Only an admin or a manager may make a calculation."))
    _check_criteria(asked)
    need = study_need(
        warehouse=asked.warehouse,
        date_from=asked.date_from,
        date_to=asked.date_to,
        product_ids=asked.product_ids,
    )
    if not need.by_product:
        raise InvalidInput(_("There is no product to compute. Choose others, or all."), field="products")
    criteria = Criteria(
        need.months,
        asked.ordering_cost,
        asked.holding_cost,
        asked.safety_percent,
        asked.lead_time_days,
        "published" if asked.rule == Calculation.Rule.PUBLISHED else "consistent",
    )
    # Many of a shop's products sell alike: each need is computed once.
    by_need = {demand: study_line(demand, criteria) for demand in set(need.by_product.values())}
    lines = {pk: by_need[demand] for pk, demand in need.by_product.items()}
    return _keep(asked, need, lines, key, by, at or timezone.now())


def _check_criteria(asked: Asked) -> None:
    for name in ("ordering_cost", "holding_cost"):
        if not ZERO <= getattr(asked, name) <= MOST_COST:
            raise InvalidInput(_("A cost lies between 0 and 1,000,000,000."), field=name)
    if not ZERO <= asked.safety_percent <= 100:
        raise InvalidInput(_("A share lies between 0 and 100 per cent."), field="safety_percent")
    if not ZERO <= asked.lead_time_days <= MOST_LEAD_DAYS:
        raise InvalidInput(_("A lead time lies between 0 and 365 days."), field="lead_time_days")
    if asked.rule not in Calculation.Rule.values:
        raise InvalidInput(_("Choose a rule."), field="rule")


@retried
def _keep(asked: Asked, need: Need, lines: dict[int, StudyLine], key: str, by: User, at: datetime) -> Calculation:
    calculation, made = _claim(asked, need, key, by, at)
    if not made:
        return calculation
    calculation.number = document_number("MM", business_today(asked.warehouse, now=at), calculation.pk)
    calculation.save(update_fields=["number"])
    products = Product.objects.in_bulk(list(lines))
    stocks = dict(Stock.objects.filter(warehouse=asked.warehouse).values_list("product_id", "qty"))
    policies = {
        policy.product_id: policy
        for policy in ReorderPolicy.objects.filter(warehouse=asked.warehouse).exclude(state=NOT_COMPUTED)
    }
    ordered = sorted(products.values(), key=lambda product: (product.name.casefold(), product.pk))
    insert_rows(
        CalculationLine,
        COLUMNS,
        [
            (
                *(calculation.pk, product.pk, product.sku, product.name),
                *(stocks.get(product.pk, ZERO), need.by_product[product.pk]),
                *_values(lines[product.pk], policies.get(product.pk)),
            )
            for product in ordered
        ],
    )
    return calculation


def _claim(asked: Asked, need: Need, key: str, by: User, at: datetime) -> tuple[Calculation, bool]:
    head = {
        "warehouse": asked.warehouse,
        "date_from": asked.date_from,
        "date_to": asked.date_to,
        "ordering_cost": asked.ordering_cost,
        "holding_cost": asked.holding_cost,
        "safety_percent": asked.safety_percent,
        "lead_time_days": asked.lead_time_days,
        "rule": asked.rule,
    }
    ids = None if asked.product_ids is None else sorted(asked.product_ids)
    plain = {name: str(value.normalize()) if isinstance(value, Decimal) else value for name, value in head.items()}
    digest = fingerprint([plain | {"warehouse": asked.warehouse.pk}, ids])
    return claim(
        lambda: Calculation.objects.create(
            **head, months=need.months, computed_at=at, by=by, key=key, key_fingerprint=digest
        ),
        model=Calculation,
        key=key,
        digest=digest,
    )


def _values(line: StudyLine, policy: ReorderPolicy | None) -> tuple[object, ...]:
    own = (policy.rop, policy.safety_stock, policy.reorder_qty) if policy else (None, None, None)
    return (
        *(line.eoq, line.monthly_need, line.safety_stock, line.max_qty, line.min_qty, line.order_qty),
        *(line.toc, line.tcc, line.tic, line.other_tic),
        *own,
        line.state,
    )
