"""Which days are no ordinary ones: closed days and feasts, and what they do to the demand of the days to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import Q
from django.utils.translation import gettext

from inventory.models import Warehouse

from .models import CalendarEvent, ClosedDay, EventEffect, EventKind
from .windows import Span, place, spans_of, weakest_first

Days = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Ten years. What lies beyond counts as usual days.
HORIZON = 3_660
# Longer than any window reaches from its event.
REACH = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DayMarks:
    """open: something can be sold. event: within a window of an active event. One value for each day."""

    open: Days
    event: Days


@dataclass(frozen=True, slots=True)
class EventNote:
    """An event that changes the days ahead of one category: its days among them, and how many times they sell."""

    kind_id: int
    name: str
    window: str
    first: date
    last: date
    days: int
    factor: float


def kind_name(kind: EventKind) -> str:
    """Return the name of a kind in the active language: those that we bring are translated."""
    return gettext(kind.name)


def day_marks(*, warehouse: Warehouse, start: date, end: date) -> DayMarks:
    """Mark the days from `start` to `end`, both included, in two queries."""
    days = max((end - start).days + 1, 0)
    event = np.zeros(days, dtype=bool)
    events = events_between(start, end)
    for span in _spans(events):
        event[place(span, start, days)] = True
    return DayMarks(_open_days(warehouse, start, days, events), event)


def events_between(start: date, end: date) -> list[CalendarEvent]:
    """Return the events of active kinds of which a window may touch these days, with their kinds."""
    found = CalendarEvent.objects.filter(
        kind__is_active=True, starts_on__lte=end + REACH, ends_on__gte=start - REACH
    ).select_related("kind")
    return list(found)


def spans_between(start: date, end: date) -> list[Span]:
    """Return the windows of active events that touch these days, each before those that take days from it."""
    return [span for span in _spans(events_between(start, end)) if span.first <= end and span.last >= start]


def _spans(events: Sequence[CalendarEvent]) -> list[Span]:
    return weakest_first(
        span
        for event in events
        for span in spans_of(
            event.kind_id, event.pk, event.starts_on, event.ends_on, event.kind.days_before, event.kind.days_after
        )
    )


def _open_days(warehouse: Warehouse, start: date, days: int, events: Sequence[CalendarEvent]) -> Days:
    closed = np.zeros(days, dtype=bool)
    weekdays = (start.weekday() + np.arange(days)) % 7
    for row in ClosedDay.objects.filter(Q(warehouse=None) | Q(warehouse=warehouse)):
        if row.day is None:
            closed |= weekdays == row.weekday
        elif 0 <= (at := (row.day - start).days) < days:
            closed[at] = True
    for event in events:
        if event.is_closed:
            closed[place(Span(event.kind_id, event.pk, "", event.starts_on, event.ends_on), start, days)] = True
    return ~closed


class Outlook:
    """The days from `start` on as they will sell: loaded once in three queries, asked for many products."""

    def __init__(self, *, warehouse: Warehouse, start: date, days: int) -> None:
        self.start = start
        self.days = min(max(days, 0), HORIZON)
        events = events_between(start, start + timedelta(days=self.days))
        self._kinds = {event.kind_id: event.kind for event in events}
        self._spans = [span for span in _spans(events) if self._place(span).start < self._place(span).stop]
        self._effects = effects_known(self._kinds)
        self._open = _open_days(warehouse, start, self.days, events)

    def effective_days(self, days: Whole, category_ids: Whole) -> Floats:
        """Return Σ open × factor of the next `days` days (start included) for each product."""
        wanted = np.maximum(np.asarray(days, dtype=np.int64), 0)
        within = np.minimum(wanted, self.days)
        categories, row = np.unique(np.asarray(category_ids, dtype=np.int64), return_inverse=True)
        sums = np.zeros((len(categories), self.days + 1))
        np.cumsum(self._factors(categories) * self._open, axis=1, out=sums[:, 1:])
        result: Floats = sums[row.reshape(wanted.shape), within] + (wanted - within)
        return result

    def open_days(self, days: Whole) -> Floats:
        """Return how many of the next `days` days (start included) the shop is open, feasts left out."""
        wanted = np.maximum(np.asarray(days, dtype=np.int64), 0)
        within = np.minimum(wanted, self.days)
        result: Floats = np.concatenate([[0.0], np.cumsum(self._open)])[within] + (wanted - within)
        return result

    def notes(self, days: int, category_id: int) -> list[EventNote]:
        """Return the events that make the next `days` days of a category sell otherwise than usual."""
        days = min(max(days, 0), self.days)
        owner = np.full(days, -1)
        known: list[tuple[Span, float]] = []
        for span in self._spans:
            factor = self._factor(span, category_id)
            if factor is not None:
                owner[place(span, self.start, days)] = len(known)
                known.append((span, factor))
        owner = np.where(self._open[:days], owner, -1)
        notes = [
            self._note(span, factor, np.flatnonzero(owner == at))
            for at, (span, factor) in enumerate(known)
            if factor != 1
        ]
        return sorted((note for note in notes if note), key=lambda note: note.first)

    def _note(self, span: Span, factor: float, at: Whole) -> EventNote | None:
        if not len(at):
            return None
        first, last = (self.start + timedelta(days=int(day)) for day in (at[0], at[-1]))
        return EventNote(span.kind_id, kind_name(self._kinds[span.kind_id]), span.window, first, last, len(at), factor)

    def _factors(self, categories: Whole) -> Floats:
        factors = np.ones((len(categories), self.days))
        for span in self._spans:
            # A window of which nothing is known leaves its days to the next longer one.
            for row, category in enumerate(categories.tolist()):
                factor = self._factor(span, category)
                if factor is not None:
                    factors[row, self._place(span)] = factor
        return factors

    def _factor(self, span: Span, category_id: int) -> float | None:
        of_all = self._effects.get((span.kind_id, None, span.window))
        return self._effects.get((span.kind_id, category_id, span.window), of_all)

    def _place(self, span: Span) -> slice:
        return place(span, self.start, self.days)


def effects_known(kind_ids: Sequence[int] | dict[int, EventKind]) -> dict[tuple[int, int | None, str], float]:
    """Return (kind, category or None for all, window) → factor, of what was typed or seen at least once."""
    rows = EventEffect.objects.filter(Q(is_typed=True) | Q(occurrences__gt=0), kind_id__in=list(kind_ids))
    return {
        (kind, category, window): float(factor)
        for kind, category, window, factor in rows.values_list("kind_id", "category_id", "window", "factor")
    }


def effective_days(*, warehouse: Warehouse, start: date, days: Whole, category_ids: Whole) -> Floats:
    """Return how many usual days the next `days` days are worth: Σ open × event factor of the category.

    start: the first day that counts. A forecast is the mean of an open day × this.
    """
    days = np.asarray(days, dtype=np.int64)
    longest = int(days.max()) if days.size else 0
    return Outlook(warehouse=warehouse, start=start, days=longest).effective_days(days, category_ids)
