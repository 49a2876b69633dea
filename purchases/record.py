"""A supplier judged by its own orders: how long it takes, how often it is on time, how much of it comes.

Lead time: the days from the day an order is sent to the day its goods come in. Each ordered line counts once;
what comes in parts counts by its share of the line, so a line's lead time is weighted by quantity:

    w_j = q_j / Q,  mean = Σ w_j·t_j / Σ w_j,  spread = √(Σ w_j·(t_j − mean)² / Σ w_j)

q_j: units that came after t_j days, Q: units ordered on that line.

Of one line of 100, 60 come after 3 days and 40 after 8; another order's line of 10 comes whole after 6:

>>> day = date(2026, 11, 2)
>>> parts = OrderRecord(day, date(2026, 11, 6), (LineRecord(100, ((date(2026, 11, 5), 60), (date(2026, 11, 10), 40))),))
>>> whole = OrderRecord(day, date(2026, 11, 9), (LineRecord(10, ((date(2026, 11, 8), 10),)),))
>>> lead_times([parts, whole])
(Decimal('5.50'), Decimal('1.80'))

The first was full four days after its expected day, the second one day before; all that was ordered came:

>>> on_time_rate([parts, whole])
Decimal('0.5')
>>> fill_rate([parts, whole])
Decimal('1')
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
ZERO, ONE = Decimal(0), Decimal(1)
# From so many receipts on, a supplier's own record says more than what was agreed.
ENOUGH_RECEIPTS = 3


@dataclass(frozen=True, slots=True)
class LineRecord:
    """ordered: units; came: the day and the units of each receipt of this line."""

    ordered: Decimal | int
    came: tuple[tuple[date, Decimal | int], ...] = ()

    @property
    def full_on(self) -> date | None:
        """The day on which the line was full, or None while something of it is missing."""
        left = Decimal(self.ordered)
        for day, units in sorted(self.came):
            left -= units
            if left <= 0:
                return day
        return None

    @property
    def share(self) -> Decimal:
        """What came of what was ordered, at most 1."""
        return min(sum((Decimal(units) for _day, units in self.came), ZERO) / self.ordered, ONE)


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order that was sent: when, for which day, and what came of it when."""

    sent_on: date
    expected_on: date | None
    lines: tuple[LineRecord, ...]

    @property
    def full_on(self) -> date | None:
        days = [line.full_on for line in self.lines]
        return max(day for day in days if day) if days and all(days) else None

    @property
    def receipt_days(self) -> list[date]:
        """The days on which something came, the first one first."""
        return sorted({day for line in self.lines for day, _units in line.came})


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from order to receipt. receipts: how many deliveries stood by.

    is_measured: taken from these; otherwise it is what was agreed with the supplier, with a spread of 0.
    """

    mean_days: Decimal
    std_days: Decimal
    receipts: int
    is_measured: bool


def lead_time(orders: Sequence[OrderRecord], *, receipts: int, agreed_days: int) -> LeadTime:
    """Return the lead time by the record once there are three receipts, else the agreed one."""
    found = lead_times(orders) if receipts >= ENOUGH_RECEIPTS else None
    if found is None:
        return LeadTime(Decimal(agreed_days), ZERO, receipts, is_measured=False)
    return LeadTime(*found, receipts, is_measured=True)


def lead_times(orders: Iterable[OrderRecord]) -> tuple[Decimal, Decimal] | None:
    """Return mean and standard deviation in days, each to the hundredth; None where nothing has come."""
    parts = [
        (Decimal(units) / line.ordered, Decimal(max((day - order.sent_on).days, 0)))
        for order in orders
        for line in order.lines
        for day, units in line.came
    ]
    weight = sum((w for w, _days in parts), ZERO)
    if not weight:
        return None
    mean = sum((w * days for w, days in parts), ZERO) / weight
    variance = sum((w * (days - mean) ** 2 for w, days in parts), ZERO) / weight
    return _rounded(mean), _rounded(variance.sqrt())


def on_time_rate(due: Sequence[OrderRecord]) -> Decimal | None:
    """Return the share of the orders that were full on or before their expected day; None without any.

    due: the orders whose time has come, with an expected day.
    """
    dated = [order for order in due if order.expected_on]
    if not dated:
        return None
    return Decimal(sum(_is_on_time(order) for order in dated)) / len(dated)


def fill_rate(due: Sequence[OrderRecord]) -> Decimal | None:
    """Return what came of what was ordered, as the mean over the lines: a box and a kilogram count the same."""
    shares = [line.share for order in due for line in order.lines]
    return sum(shares, ZERO) / len(shares) if shares else None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What one unit of a product cost first and last; ratio: 0.05 for 5 % dearer."""

    first: Decimal
    last: Decimal
    first_on: date
    last_on: date

    @property
    def ratio(self) -> Decimal:
        return self.last / self.first - 1


def price_change(costs: Iterable[tuple[date, Decimal]]) -> PriceChange | None:
    """Return how the cost of one product moved over its receipts; None where nothing was paid for.

    >>> change = price_change([(date(2026, 3, 1), Decimal(5000)), (date(2026, 9, 1), Decimal(5250))])
    >>> change.ratio
    Decimal('0.05')
    """
    paid = [(day, cost) for day, cost in costs if cost > 0]
    if not paid:
        return None
    (first_on, first), (last_on, last) = paid[0], paid[-1]
    return PriceChange(first, last, first_on, last_on)


def mean_ratio(changes: Sequence[PriceChange]) -> Decimal:
    """Return by which share the changed prices moved on average; 0 where none did."""
    return sum((change.ratio for change in changes), ZERO) / len(changes) if changes else ZERO


def _is_on_time(order: OrderRecord) -> bool:
    return bool(order.full_on and order.expected_on and order.full_on <= order.expected_on)


def _rounded(days: Decimal) -> Decimal:
    return days.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
