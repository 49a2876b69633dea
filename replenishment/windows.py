"""The days before, during and after a feast. Pure.

Where windows overlap a day belongs to one of them, the shortest that holds it: the week before Lebaran is Lebaran's
and not Ramadan's, Nyepi's day is Nyepi's. Of two equally long ones the day itself comes before the days before it,
these before the days after; then the feast that begins first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

BEFORE, DURING, AFTER = "BEFORE", "DURING", "AFTER"
WINDOWS = (BEFORE, DURING, AFTER)
_RANK = {DURING: 0, BEFORE: 1, AFTER: 2}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """One window of one event: its first and its last day."""

    kind_id: int
    event_id: int
    window: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def spans_of(
    kind_id: int, event_id: int, starts_on: date, ends_on: date, days_before: int, days_after: int
) -> Iterator[Span]:
    """Yield the windows of an event, without those that have no day.

    >>> [(s.window, s.days) for s in spans_of(1, 1, date(2026, 3, 21), date(2026, 3, 22), 7, 0)]
    [('BEFORE', 7), ('DURING', 2)]
    """
    if days_before:
        yield Span(kind_id, event_id, BEFORE, starts_on - days_before * DAY, starts_on - DAY)
    yield Span(kind_id, event_id, DURING, starts_on, ends_on)
    if days_after:
        yield Span(kind_id, event_id, AFTER, ends_on + DAY, ends_on + days_after * DAY)


def weakest_first(spans: Iterable[Span]) -> list[Span]:
    """Return the windows in an order in which a later one takes its days from an earlier one.

    >>> lebaran = Span(1, 1, BEFORE, date(2026, 3, 14), date(2026, 3, 20))
    >>> ramadan = Span(2, 2, DURING, date(2026, 2, 19), date(2026, 3, 20))
    >>> [span.kind_id for span in weakest_first([lebaran, ramadan])]
    [2, 1]
    """
    return sorted(spans, key=lambda span: (span.days, _RANK[span.window], span.first, span.event_id), reverse=True)


def place(span: Span, start: date, days: int) -> slice:
    """Return where the days of `span` lie in an array that begins at `start`; empty where they do not.

    >>> place(Span(1, 1, DURING, date(2026, 3, 1), date(2026, 3, 4)), date(2026, 3, 3), 10)
    slice(0, 2, None)
    """
    first, last = (span.first - start).days, (span.last - start).days
    return slice(min(max(first, 0), days), min(max(last + 1, 0), days))
