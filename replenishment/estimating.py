"""How many times its usual demand a category sells around each feast, from the shop's own past. Pure.

usual(product) is its mean over the ordinary days near the event on which it lay there: neither closed nor within a
window of any event. So growth is no effect, and a product that was out of stock counts neither as sold nor as usual.

    level(weekday) = Σ sold / Σ usual over the ordinary days near the event, of all products of the category
    expected       = Σ usual · level over the days of the window, of the products that lay there
    factor         = w · Σ actual / Σ expected + (1 − w) · pooled,  w = n/(n+3), n = events seen

The pooled factor is that of all categories together, drawn towards 1 likewise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy import sparse

from inventory.formula_input import TINY
from inventory.formulas import event_factor

from .windows import DAY, Span, place, weakest_first

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

# Ordinary days this many days before and after a window make its baseline.
NEAR = 56 * DAY

Key = tuple[int, str]  # kind, window


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The past of some products of one warehouse: their category's row [n]; demand, stocked [n, days]; the rest [days].

    Products of one warehouse may come in several parts.
    """

    warehouse_id: int
    start: date
    category: Whole
    demand: Floats
    stocked: Flags
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
    def occurrences(self) -> Whole:
        return np.stack(list(self.events.values())).sum(axis=0, dtype=np.int64)

    @property
    def occurrences_of_all(self) -> int:
        return sum(bool(flags.any()) for flags in self.events.values())


@dataclass(slots=True)
class _Sums:
    """One window of one event in one warehouse, by category and day: its own days, and the ordinary ones near it."""

    own_days: Whole  # days of the week
    near_days: Whole
    actual: Floats
    usual: Floats
    near_actual: Floats
    near_usual: Floats


def observe(pasts: Iterable[tuple[Past, Sequence[Span]]], categories: int) -> dict[Key, Seen]:
    """Return what each window of each kind sold, and what its days would have sold as ordinary days.

    A window counts once all of it lies in the past; a category, where goods of it lay there on half of its open days.
    """
    windows: dict[tuple[int, Span], _Sums] = {}
    for past, spans in pasts:
        _add(windows, past, weakest_first(spans), categories)
    found: dict[Key, Seen] = {}
    for (_warehouse, span), sums in windows.items():
        expected = sums.usual * _level(sums)[:, sums.own_days]
        was_there = (expected > TINY).sum(axis=1) * 2 >= sums.own_days.size
        if was_there.any():
            seen = found.setdefault((span.kind_id, span.window), Seen(np.zeros(categories), np.zeros(categories)))
            seen.actual += np.where(was_there, sums.actual.sum(axis=1), 0.0)
            seen.expected += np.where(was_there, expected.sum(axis=1), 0.0)
            # Two warehouses see one event once.
            seen.events[span.event_id] = seen.events.get(span.event_id, np.zeros(categories, dtype=bool)) | was_there
    return found


def _add(windows: dict[tuple[int, Span], _Sums], past: Past, spans: Sequence[Span], categories: int) -> None:
    days, products = past.open.size, past.category.size
    owner = np.full(days, -1)
    for at, span in enumerate(spans):
        owner[place(span, past.start, days)] = at
    there = past.stocked & past.open
    ordinary = there & ~past.event
    cells = past.category, np.arange(products)
    of_category = sparse.csr_array((np.ones(products), cells), shape=(categories, products))
    always = _mean(past.demand, ordinary, np.zeros(products))
    for at, span in enumerate(spans):
        own = np.flatnonzero((owner == at) & past.open)
        if span.first < past.start or span.last >= past.start + days * DAY or not own.size:
            continue
        near = place(Span(0, 0, "", span.first - NEAR, span.last + NEAR), past.start, days)
        # What never sells on an ordinary day has no usual demand to multiply.
        mean = _mean(past.demand[:, near], ordinary[:, near], always)[:, None]
        own_there, near_there = there[:, own] & (mean > 0), ordinary[:, near] & (mean > 0)
        sums = windows.get((past.warehouse_id, span)) or _no_sums(past, own, near, categories)
        sums.actual += of_category @ np.where(own_there, past.demand[:, own], 0.0)
        sums.usual += of_category @ np.where(own_there, mean, 0.0)
        sums.near_actual += of_category @ np.where(near_there, past.demand[:, near], 0.0)
        sums.near_usual += of_category @ np.where(near_there, mean, 0.0)
        windows[past.warehouse_id, span] = sums


def _no_sums(past: Past, own: Whole, near: slice, categories: int) -> _Sums:
    weekdays = (past.start.weekday() + np.arange(past.open.size)) % 7
    of_own, of_near = ((categories, weekdays[where].size) for where in (own, near))
    return _Sums(
        weekdays[own], weekdays[near], np.zeros(of_own), np.zeros(of_own), np.zeros(of_near), np.zeros(of_near)
    )


def _mean(demand: Floats, counts: Flags, otherwise: Floats) -> Floats:
    """Return the mean of the days that count; `otherwise` for a product that has none."""
    days = counts.sum(axis=1)
    sold = np.maximum(np.where(counts, demand, 0.0).sum(axis=1), 0.0)
    return np.where(days > 0, sold / np.maximum(days, 1), otherwise)


def _level(sums: _Sums) -> Floats:
    """Return sold ÷ usual near the event, by category and day of the week; of all days where a weekday has none."""
    all_days = _ratio(sums, np.ones(sums.near_days.size, dtype=bool), np.ones(len(sums.actual)))
    return np.stack([_ratio(sums, sums.near_days == day, all_days) for day in range(7)], axis=1)


def _ratio(sums: _Sums, days: Flags, otherwise: Floats) -> Floats:
    actual, usual = sums.near_actual[:, days].sum(axis=1), sums.near_usual[:, days].sum(axis=1)
    return np.divide(np.maximum(actual, 0.0), usual, out=otherwise.copy(), where=usual > TINY)


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
