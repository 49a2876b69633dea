"""How many times its usual demand a category sells around each feast, from the shop's own past. Pure.

Of every category and day two numbers are known: `actual`, what was sold of the products that lay there, and `usual`,
the sum of these products' own means. A product that was out of stock is in neither, so a stock-out teaches nothing.
On an ordinary day the two are alike; their ratio over the ordinary days near an event, for each day of the week,
is the baseline: it follows growth and the shop's week.

    expected(day) = usual(day) · Σ actual / Σ usual over the ordinary days near the event of the same day of the week
    factor        = w · Σ actual / Σ expected + (1 − w) · pooled,  w = n/(n+3), n = events seen

The pooled factor is that of all categories together, drawn towards 1 likewise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from inventory.formula_input import TINY
from inventory.formulas import event_factor

from .windows import DAY, Span, place, weakest_first

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Ordinary days this many days before and after a window make its baseline.
NEAR = 56 * DAY


@dataclass(frozen=True, slots=True)
class History:
    """The past of one warehouse. actual, usual: [categories, days]; open, event: [days]."""

    start: date
    actual: Floats
    usual: Floats
    open: Flags
    event: Flags


@dataclass(slots=True)
class Seen:
    """What was seen of one window of one kind: by category, in all warehouses and years together."""

    actual: Floats
    expected: Floats
    # Which categories were seen in which event.
    events: dict[int, Flags] = field(default_factory=dict)

    @property
    def occurrences(self) -> npt.NDArray[np.int64]:
        return np.stack(list(self.events.values())).sum(axis=0, dtype=np.int64)

    @property
    def occurrences_of_all(self) -> int:
        return sum(bool(flags.any()) for flags in self.events.values())


Key = tuple[int, str]  # kind, window


def observe(histories: Iterable[tuple[History, Sequence[Span]]]) -> dict[Key, Seen]:
    """Return what each window of each kind sold, and what its days would have sold as ordinary days.

    A window counts once all of it lies in the past; a category, where goods of it lay there on half of its open days.
    """
    found: dict[Key, Seen] = {}
    for history, spans in histories:
        days = history.open.size
        owner = np.full(days, -1)
        ordered = weakest_first(spans)
        for at, span in enumerate(ordered):
            owner[place(span, history.start, days)] = at
        for at, span in enumerate(ordered):
            is_whole = span.first >= history.start and span.last < history.start + days * DAY
            own = np.flatnonzero((owner == at) & history.open)
            if is_whole and own.size:
                _add(found, history, span, own)
    return found


def _add(found: dict[Key, Seen], history: History, span: Span, own: npt.NDArray[np.int64]) -> None:
    expected = history.usual[:, own] * _level(history, span)[:, _weekdays(history, own)]
    was_there = (expected > TINY).sum(axis=1) * 2 >= own.size
    if not was_there.any():
        return
    nothing = np.zeros(len(expected))
    seen = found.setdefault((span.kind_id, span.window), Seen(nothing.copy(), nothing.copy()))
    seen.actual += np.where(was_there, history.actual[:, own].sum(axis=1), 0.0)
    seen.expected += np.where(was_there, expected.sum(axis=1), 0.0)
    # Two warehouses see one event once.
    seen.events[span.event_id] = seen.events.get(span.event_id, np.zeros(len(expected), dtype=bool)) | was_there


def _level(history: History, span: Span) -> Floats:
    """Return actual ÷ usual of the ordinary days near `span`, by category and day of the week: [categories, 7].

    Where a day of the week has none, all of them stand for it; where none is near, the whole past does.
    """
    ordinary = history.open & ~history.event
    near = np.zeros(ordinary.size, dtype=bool)
    near[place(Span(0, 0, "", span.first - NEAR, span.last + NEAR), history.start, ordinary.size)] = True
    of_all = _ratio(history, np.flatnonzero(ordinary), np.zeros(len(history.usual)))
    of_near = _ratio(history, np.flatnonzero(ordinary & near), of_all)
    weekdays = _weekdays(history, np.arange(ordinary.size))
    by_day = [_ratio(history, np.flatnonzero(ordinary & near & (weekdays == day)), of_near) for day in range(7)]
    return np.stack(by_day, axis=1)


def _ratio(history: History, days: npt.NDArray[np.int64], otherwise: Floats) -> Floats:
    actual, usual = history.actual[:, days].sum(axis=1), history.usual[:, days].sum(axis=1)
    return np.divide(np.maximum(actual, 0.0), usual, out=otherwise.copy(), where=usual > TINY)


def _weekdays(history: History, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return (history.start.weekday() + days) % 7


@dataclass(frozen=True, slots=True)
class Factors:
    """of_all: the pooled factor and the events behind it; of_each: by category."""

    of_all: float
    occurrences: int
    of_each: Floats
    occurrences_of_each: npt.NDArray[np.int64]


def factors(seen: Seen, *, pooled: float | None = None) -> Factors:
    """Return the factors of one window. pooled: a person's own factor for all categories, drawn to instead.

    >>> five = Seen(np.array([30.0, 0.0]), np.array([10.0, 0.0]), {n: np.array([True, False]) for n in range(3)})
    >>> factors(five).of_all, factors(five, pooled=1.0).of_each.tolist()
    (2.0, [2.0, 1.0])
    """
    actual, n = np.maximum(seen.actual, 0.0), seen.occurrences
    of_all = pooled
    if of_all is None:
        of_all = float(event_factor(actual.sum(), seen.expected.sum(), seen.occurrences_of_all, 1.0))
    return Factors(of_all, seen.occurrences_of_all, event_factor(actual, seen.expected, n, of_all), n)
