"""The pharmacy study's calculation of one product, as it is kept. Pure: the formulas are inventory.formulas'."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from inventori.money import round_half_up
from inventory.formula_input import State
from inventory.formulas import Rule, StudyMinMax, study_min_max

MONTH_DAYS = 30
HUNDREDTH = Decimal("0.01")
# What the columns hold: quantities and amounts below these.
MOST_QTY, MOST_AMOUNT = Decimal(10) ** 11, Decimal(10) ** 12
TOO_LARGE = "TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Criteria:
    """holding_cost: of one unit for all `months`, the same as the demand. rule: "published" or "consistent"."""

    months: Decimal
    ordering_cost: Decimal
    holding_cost: Decimal
    safety_percent: Decimal
    lead_time_days: Decimal
    rule: Rule

    @property
    def other_rule(self) -> Rule:
        return "consistent" if self.rule == "published" else "published"


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One product's numbers; None where a state kept them from being computed."""

    state: str
    eoq: Decimal | None = None
    monthly_need: Decimal | None = None
    safety_stock: Decimal | None = None
    max_qty: Decimal | None = None
    min_qty: Decimal | None = None
    order_qty: Decimal | None = None
    toc: Decimal | None = None
    tcc: Decimal | None = None
    tic: Decimal | None = None
    other_tic: Decimal | None = None


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later (earlier below 0); the last of a month that is shorter.

    >>> months_later(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> Decimal:
    """Return the months from `first` to `last`, both included; days beyond whole months are thirtieths.

    >>> months_between(date(2026, 8, 1), date(2026, 10, 31)), months_between(date(2026, 8, 1), date(2026, 8, 15))
    (Decimal('3.00'), Decimal('0.50'))
    """
    after = last + timedelta(days=1)
    whole = (after.year - first.year) * 12 + after.month - first.month
    if months_later(first, whole) > after:
        whole -= 1
    rest = (after - months_later(first, whole)).days
    return round_half_up(Decimal(whole) + Decimal(rest) / MONTH_DAYS, HUNDREDTH)


def study_line(demand: Decimal, criteria: Criteria) -> StudyLine:
    """Compute one product by the chosen rule, and what it would cost by the other one."""
    own, other = (_computed(demand, criteria, rule) for rule in (criteria.rule, criteria.other_rule))
    if own.state in (State.NO_SALES, State.NEGATIVE_DEMAND):
        return StudyLine(own.state.name)
    line = StudyLine(
        own.state.name,
        own.eoq,
        own.monthly_need,
        own.safety,
        own.max_qty,
        own.min_qty,
        own.qty,
        own.ordering_total,
        own.holding_total,
        own.total,
        other.total,
    )
    return line if _fits(line) else StudyLine(TOO_LARGE)


def _computed(demand: Decimal, criteria: Criteria, rule: Rule) -> StudyMinMax:
    return study_min_max(
        demand,
        criteria.months,
        criteria.ordering_cost,
        criteria.holding_cost,
        criteria.safety_percent,
        criteria.lead_time_days,
        month_days=MONTH_DAYS,
        rule=rule,
    )


def _fits(line: StudyLine) -> bool:
    quantities = (line.eoq, line.monthly_need, line.safety_stock, line.max_qty, line.min_qty, line.order_qty)
    amounts = (line.toc, line.tcc, line.tic, line.other_tic)
    return all((qty or 0) < MOST_QTY for qty in quantities) and all((sum_ or 0) < MOST_AMOUNT for sum_ in amounts)
