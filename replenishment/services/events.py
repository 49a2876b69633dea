"""Feasts, their days, what they do to demand, and closed days: brought by the calendar or typed by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.transactions import retried
from inventory.models import Warehouse
from replenishment.feasts import FEASTS, FIRST_YEAR, LAST_YEAR, Occurrence, occurrences
from replenishment.models import CalendarEvent, ClosedDay, EventEffect, EventKind
from replenishment.windows import DAY

# A typed date stands for the computed one this near to it: moon sightings differ by a day or two.
SAME_FEAST = 20 * DAY
# Past feasts are where effects are learned from.
PAST_YEARS, COMING_YEARS = 4, 2
MOST_WINDOW_DAYS = 120

EffectKey = tuple[int | None, str]  # category or None for all, window


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Events of the calendar: added, taken out because it names another day now."""

    added: int
    removed: int


def _may_change(by: User) -> None:
    if not by.can("reorder_change"):
        raise NotAllowed(_("Only an admin or a manager may change the calendar."))


def years_to_know() -> range:
    this_year = timezone.now().year
    return range(max(this_year - PAST_YEARS, FIRST_YEAR), min(this_year + COMING_YEARS, LAST_YEAR) + 1)


@retried
def events_refresh(years: Iterable[int] | None = None) -> Refreshed:
    """Bring in the feasts of `years` (default: four past ones to two ahead). Twice makes nothing new.

    A kind that a person changed stays as it is, and where a person typed a date it stands for the computed one.
    """
    wanted = sorted(set(years_to_know() if years is None else years))
    computed = occurrences(wanted)
    kinds = _kinds()
    added = removed = 0
    for code, kind in kinds.items():
        rows = CalendarEvent.objects.filter(kind=kind)
        typed = list(rows.filter(is_typed=True))
        due = {row.starts_on: row for row in computed if row.code == code and not _stands_for(row, typed)}
        stale = rows.filter(is_typed=False, starts_on__year__in=wanted).exclude(starts_on__in=due)
        removed += stale.delete()[0]
        there = {row.starts_on: row for row in rows.filter(starts_on__in=due)}
        for starts_on, row in due.items():
            if starts_on not in there:
                CalendarEvent.objects.create(kind=kind, starts_on=starts_on, ends_on=row.ends_on)
                added += 1
            elif there[starts_on].ends_on != row.ends_on and not there[starts_on].is_typed:
                rows.filter(starts_on=starts_on).update(ends_on=row.ends_on)
    return Refreshed(added, removed)


def events_refresh_if_due() -> None:
    """Bring in the feasts where nobody did, or where the years known have run short."""
    soon = timezone.localdate() + 400 * DAY
    if not CalendarEvent.objects.filter(starts_on__gte=soon, kind__code__in=[feast.code for feast in FEASTS]).exists():
        events_refresh()


def _kinds() -> dict[str, EventKind]:
    """Return the kinds that we bring, made where they are missing, locked: two refreshes wait for each other."""
    for feast in FEASTS:
        EventKind.objects.get_or_create(
            code=feast.code,
            defaults={"name": feast.name, "days_before": feast.days_before, "days_after": feast.days_after},
        )
    codes = [feast.code for feast in FEASTS]
    return {kind.code: kind for kind in EventKind.objects.select_for_update().filter(code__in=codes).order_by("pk")}


def _stands_for(row: Occurrence, typed: Iterable[CalendarEvent]) -> bool:
    return any(abs(event.starts_on - row.starts_on) <= SAME_FEAST for event in typed)


@retried
def kind_save(*, kind: EventKind, by: User) -> EventKind:
    """Save a new or changed kind of event. Effects are estimated anew by `effects_estimate`, not here."""
    _may_change(by)
    for name in ("days_before", "days_after"):
        if not 0 <= getattr(kind, name) <= MOST_WINDOW_DAYS:
            raise InvalidInput(_("At most %(days)s days.") % {"days": MOST_WINDOW_DAYS}, field=name)
    if not kind.pk and EventKind.objects.filter(code=kind.code).exists():
        raise DomainError(_("%(code)s is there already.") % {"code": kind.code}, field="code")
    kind.save()
    return kind


@retried
def event_save(
    *, kind: EventKind, starts_on: date, ends_on: date, is_closed: bool, by: User, event: CalendarEvent | None = None
) -> CalendarEvent:
    """Write a person's own dates: new ones, or in the place of `event`."""
    _may_change(by)
    if ends_on < starts_on:
        raise InvalidInput(_("The last day is before the first."), field="ends_on")
    if (ends_on - starts_on).days >= MOST_WINDOW_DAYS:
        raise InvalidInput(_("At most %(days)s days.") % {"days": MOST_WINDOW_DAYS}, field="ends_on")
    # Locked, so that two people do not type the same day at once.
    kind = EventKind.objects.select_for_update().get(pk=kind.pk)
    others = CalendarEvent.objects.filter(kind=kind, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if any(other != event for other in others):
        raise DomainError(_("These days overlap with another date of the same event."), field="starts_on")
    row = event or CalendarEvent(kind=kind)
    row.starts_on, row.ends_on, row.is_closed, row.is_typed = starts_on, ends_on, is_closed, True
    row.save()
    return row


@retried
def event_release(*, event: CalendarEvent, by: User) -> None:
    """Take a person's dates out; those of the calendar come back where it knows the feast."""
    _may_change(by)
    if not event.is_typed:
        raise DomainError(_("These dates are the calendar's own."))
    year = event.starts_on.year
    event.delete()
    events_refresh(y for y in (year - 1, year, year + 1) if FIRST_YEAR <= y <= LAST_YEAR)


@retried
def effects_type(*, kind: EventKind, typed: Mapping[EffectKey, Decimal | None], by: User) -> bool:
    """Write a person's factors; None releases one. Say whether one was released, so that it is estimated anew."""
    _may_change(by)
    # The unique constraint does not see two rows of all categories (NULL): the kind's row is their lock.
    kind = EventKind.objects.select_for_update().get(pk=kind.pk)
    rows = {(row.category_id, row.window): row for row in EventEffect.objects.filter(kind=kind)}
    released = False
    for (category_id, window), factor in typed.items():
        row = rows.get((category_id, window)) or EventEffect(kind=kind, category_id=category_id, window=window)
        if factor is None:
            if row.is_typed:
                row.delete()
                released = True
            continue
        if not 0 <= factor <= 99:
            raise InvalidInput(_("A factor lies between 0 and 99."))
        if not row.is_typed or row.factor != factor:
            row.factor, row.is_typed = factor, True
            row.save()
    return released


@retried
def closed_day_add(
    *, by: User, warehouse: Warehouse | None = None, day: date | None = None, weekday: int | None = None, note: str = ""
) -> ClosedDay:
    """Close a day, or the same day of every week, of one warehouse or of all. Twice makes one."""
    _may_change(by)
    if (day is None) == (weekday is None):
        raise InvalidInput(_("Choose a date or a day of the week."), field="day")
    if weekday is not None and not 0 <= weekday <= 6:
        raise InvalidInput(_("Choose a day of the week."), field="weekday")
    found = ClosedDay.objects.filter(warehouse=warehouse, day=day, weekday=weekday).first()
    return found or ClosedDay.objects.create(warehouse=warehouse, day=day, weekday=weekday, note=note.strip())


@retried
def closed_day_remove(*, closed_day: ClosedDay, by: User) -> None:
    """Open a day again."""
    _may_change(by)
    closed_day.delete()
