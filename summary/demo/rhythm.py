"""When people come: the week, payday, the trend, and the fasting month by the Hijri calendar."""

from dataclasses import dataclass
from datetime import date

from hijridate import Gregorian

SALES_A_DAY = 102
WEEKDAYS = (0.93, 0.90, 0.92, 0.95, 1.00, 1.16, 1.13)  # Monday first
OPENS_AT, CLOSES_AT = 8, 22
HOURS = (4, 6, 7, 7, 6, 5, 5, 6, 8, 10, 11, 12, 9, 4)  # 08:00 to 21:59
# In the fasting month people shop before sunset and after the evening prayer.
HOURS_RAMADAN = (4, 5, 6, 6, 4, 4, 6, 10, 15, 12, 4, 9, 12, 7)

RAMADAN, SYAWAL, ZULHIJAH = 9, 10, 12
# What the fasting month and the feast make people buy more of, as a multiple.
FEAST_CATEGORIES = {"SBK": 1.5, "SNK": 1.7, "MNM": 1.5, "KPT": 1.2, "DPR": 1.4, "SGR": 1.4}


@dataclass(frozen=True, slots=True)
class DayMood:
    """factor: visits relative to an ordinary day; feast: 0 … 1, how much the basket leans to the feast."""

    factor: float
    feast: float
    hours: tuple[int, ...]


def mood(day: date, *, first: date, last: date) -> DayMood:
    """Return what kind of day `day` is in a window from `first` to `last`."""
    feast_factor, feast = _feast(day)
    factor = WEEKDAYS[day.weekday()] * _payday(day) * _trend(day, first, last) * feast_factor
    fasting = Gregorian.fromdate(day).to_hijri().month == RAMADAN
    return DayMood(factor=factor, feast=feast, hours=HOURS_RAMADAN if fasting else HOURS)


def _payday(day: date) -> float:
    """Wages come between the 25th and the 1st, and are spent at once."""
    return 1.12 if day.day >= 25 or day.day <= 2 else 1.0


def _trend(day: date, first: date, last: date) -> float:
    """Grow by a sixth from the first day to the last of half a year."""
    days = max((last - first).days, 179)
    return 0.93 + 0.15 * ((day - first).days / days)


def _feast(day: date) -> tuple[float, float]:
    """Return (visits, lean): rising through Ramadan, steep before Lebaran, nearly shut on the day itself."""
    hijri = Gregorian.fromdate(day).to_hijri()
    if hijri.month == RAMADAN:
        return (1.10 + 0.01 * hijri.day, 0.6) if hijri.day < 20 else (1.30 + 0.03 * (hijri.day - 19), 1.0)
    if hijri.month == SYAWAL and hijri.day <= 7:
        return (0.35, 0.5) if hijri.day <= 2 else (0.75, 0.3)
    if hijri.month == ZULHIJAH and hijri.day in (8, 9, 10):
        return (0.55, 0.5) if hijri.day == 10 else (1.15, 0.5)
    return 1.0, 0.0


def category_factor(category: str, feast: float) -> float:
    """Return how much more of `category` is bought on a day with this lean to the feast."""
    return 1 + (FEAST_CATEGORIES.get(category, 1.0) - 1) * feast
