"""Spans of business days: the ones people ask for by name, and the same days before them.

>>> same_days_before("month", date(2026, 3, 31))
Span(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 2, 28))
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import week_start
from inventori.errors import InvalidInput

PERIODS = {
    "today": gettext_lazy("today"),
    "week": gettext_lazy("this week"),
    "month": gettext_lazy("this month"),
    "year": gettext_lazy("this year"),
    "custom": gettext_lazy("chosen days"),
}
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __str__(self) -> str:
        last = str(formats.date_format(self.end, "DATE_FORMAT"))
        if self.start == self.end:
            return last
        short = "d-m" if self.start.year == self.end.year else "DATE_FORMAT"
        return f"{formats.date_format(self.start, short)} – {last}"


def named_span(period: str, today: date, *, start: str = "", end: str = "") -> Span:
    """Return the days of `period` up to `today`; "custom" runs from `start` to `end` (ISO 8601).

    Raises InvalidInput for an unknown period, an unreadable day, and an end before its start.
    """
    starts = {"today": today, "week": week_start(today), "month": today.replace(day=1)}
    starts["year"] = today.replace(month=1, day=1)
    if period in starts:
        return Span(starts[period], today)
    if period != "custom":
        raise InvalidInput(
            _("“%(period)s” is no period: choose today, week, month, year or custom.") % {"period": period}
        )
    span = Span(_day(start, "from"), _day(end, "to"))
    if span.end < span.start:
        raise InvalidInput(_("The last day lies before the first one."), field="to")
    return span


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _("“%(name)s” must be a day such as 2026-11-21.") % {"name": name}
        raise InvalidInput(sentence, field=name) from None


def same_days_before(period: str, today: date) -> Span:
    """Return the days that today, this week or this month are compared with.

    Today with the same weekday a week ago, the week with Monday to the same weekday, the month with
    the same days of the month before (to its last day where that one is shorter).
    """
    if period == "today":
        return Span(today - WEEK, today - WEEK)
    if period == "week":
        return Span(week_start(today) - WEEK, today - WEEK)
    if period != "month":
        raise ValueError("period must be today, week or month")
    last = today.replace(day=1) - timedelta(days=1)
    return Span(last.replace(day=1), last.replace(day=min(today.day, last.day)))
