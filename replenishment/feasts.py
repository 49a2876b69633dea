"""The feasts of Indonesia and the days they fall on, by the libraries `holidays` and `hijridate`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from inventori.errors import InvalidInput

from .windows import DAY

FIRST_YEAR, LAST_YEAR = 1990, 2076


@dataclass(frozen=True, slots=True)
class Feast:
    """A kind of event that we bring. called: what the library calls its days; "" for what only the shop knows."""

    code: str
    name: str
    days_before: int
    days_after: int
    called: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    code: str
    starts_on: date
    ends_on: date


# How far people shop ahead of each differs from shop to shop; these are to begin with.
FEASTS = (
    Feast("RAMADAN", gettext_noop("Ramadan"), 7, 0),
    Feast("LEBARAN", gettext_noop("Lebaran (Idul Fitri)"), 10, 7, "Eid al-Fitr"),
    Feast("IDUL_ADHA", gettext_noop("Idul Adha"), 5, 2, "Eid al-Adha"),
    Feast("CHRISTMAS", gettext_noop("Christmas"), 7, 1, "Christmas Day"),
    Feast("NEW_YEAR", gettext_noop("New Year"), 3, 1, "New Year's Day"),
    Feast("CHINESE_NEW_YEAR", gettext_noop("Chinese New Year (Imlek)"), 5, 1, "Lunar New Year"),
    Feast("NYEPI", gettext_noop("Nyepi"), 3, 1, "Day of Silence"),
    Feast("INDEPENDENCE", gettext_noop("Independence Day"), 3, 0, "Independence Day"),
    # Every district sets its own day.
    Feast("SCHOOL_YEAR", gettext_noop("Start of the school year"), 14, 7),
)


def occurrences(years: Iterable[int]) -> list[Occurrence]:
    """Return the feasts that begin in `years` by the calendar. Moon sightings may move one by a day.

    Raises InvalidInput for years that no calendar reaches.
    """
    wanted = sorted(set(years))
    if wanted and not (wanted[0] >= FIRST_YEAR and wanted[-1] <= LAST_YEAR):
        raise InvalidInput(
            _("The calendar of feasts reaches from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
            code="year",
        )
    found: list[Occurrence] = []
    for year in wanted:
        # Ramadan may begin in the year before its Lebaran.
        days = _named_days(range(year, year + 2))
        found += [row for feast in FEASTS if feast.called for row in _runs(feast.code, days.get(feast.called, []))]
        found += [ramadan_before(row.starts_on) for row in _runs("", days.get("Eid al-Fitr", []))]
    in_years = {row for row in found if row.starts_on.year in wanted}
    return sorted(in_years, key=lambda row: (row.starts_on, row.code))


def _named_days(years: Iterable[int]) -> dict[str, list[date]]:
    # Imported here: it brings a hundred countries along.
    from holidays.countries.indonesia import Indonesia

    named: dict[str, list[date]] = {}
    for day, names in sorted(Indonesia(years=list(years), language="en_US").items()):
        for name in names.split("; "):
            plain = name.removesuffix(" (estimated)").removesuffix(" Second Day")
            named.setdefault(plain, []).append(day)
    return named


def _runs(code: str, days: Iterable[date]) -> Iterator[Occurrence]:
    """Join days that follow each other: Lebaran has two."""
    first: date | None = None
    last = date.min
    for day in days:
        if first is not None and day != last + DAY:
            yield Occurrence(code, first, last)
            first = None
        first, last = first or day, day
    if first is not None:
        yield Occurrence(code, first, last)


def ramadan_before(eid: date) -> Occurrence:
    """Return the 29 or 30 days before Idul Fitri: from the computed first of Ramadan, where that is one of the two.

    >>> ramadan_before(date(2025, 3, 31)).starts_on
    datetime.date(2025, 3, 1)
    """
    from hijridate import Gregorian, Hijri

    # A week before Eid is Ramadan by any calendar.
    within = Gregorian.fromdate(eid - 7 * DAY).to_hijri()
    computed = Hijri(within.year, within.month, 1).to_gregorian()
    first = min(max(date(computed.year, computed.month, computed.day), eid - 30 * DAY), eid - 29 * DAY)
    return Occurrence("RAMADAN", first, eid - DAY)
