"""The business day of an instant: the day in the warehouse's own time zone, after the shop's cut-off hour."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

TIME_ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def business_date(instant: datetime, time_zone: str, cutoff_hour: int = 0) -> date:
    """Return the day that `instant` (aware) belongs to.

    With a cut-off at 3, a sale at 02:59 local time still belongs to the day before.

    >>> business_date(datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC), "Asia/Jakarta")
    datetime.date(2026, 11, 21)
    >>> business_date(datetime(2026, 11, 20, 19, 59, tzinfo=UTC), "Asia/Jakarta", 3)
    datetime.date(2026, 11, 20)
    """
    if instant.tzinfo is None:
        raise ValueError("instant must be aware of its time zone")
    return (instant.astimezone(_zone(time_zone)) - timedelta(hours=cutoff_hour)).date()


def local_instant(day: date, at: time, time_zone: str) -> datetime:
    """Return the UTC instant of the wall-clock time `at` on `day` in `time_zone`."""
    return datetime.combine(day, at, tzinfo=_zone(time_zone)).astimezone(UTC)


def wall_clock(instant: datetime, time_zone: str) -> datetime:
    """Return what the clock on the wall in `time_zone` showed at `instant`, without a zone.

    >>> wall_clock(datetime(2026, 11, 20, 17, 5, tzinfo=UTC), "Asia/Jayapura")
    datetime.datetime(2026, 11, 21, 2, 5)
    """
    return instant.astimezone(_zone(time_zone)).replace(tzinfo=None)


def week_start(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())
