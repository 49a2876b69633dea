"""Feasts come in from the calendar, once, and never over a date that a person typed."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.permissions import ANALYST, MANAGER
from replenishment.feasts import FEASTS, occurrences, ramadan_before
from replenishment.models import CalendarEvent, ClosedDay, EventKind
from replenishment.services.events import (
    Refreshed,
    closed_day_add,
    closed_day_remove,
    event_release,
    event_save,
    events_refresh,
    kind_save,
)
from tests.factories import UserFactory, WarehouseFactory


def dates_of(code: str) -> list[tuple[date, date]]:
    return list(CalendarEvent.objects.filter(kind__code=code).values_list("starts_on", "ends_on"))


@pytest.fixture
def manager(db: None) -> User:
    return UserFactory(role=MANAGER)


def test_feasts_of_2026_fall_on_their_official_days() -> None:
    found = {(row.code, row.starts_on): row.ends_on for row in occurrences([2026])}

    assert found == {
        ("NEW_YEAR", date(2026, 1, 1)): date(2026, 1, 1),
        ("CHINESE_NEW_YEAR", date(2026, 2, 17)): date(2026, 2, 17),
        ("RAMADAN", date(2026, 2, 19)): date(2026, 3, 20),
        ("NYEPI", date(2026, 3, 19)): date(2026, 3, 19),
        ("LEBARAN", date(2026, 3, 21)): date(2026, 3, 22),
        ("IDUL_ADHA", date(2026, 5, 27)): date(2026, 5, 27),
        ("INDEPENDENCE", date(2026, 8, 17)): date(2026, 8, 17),
        ("CHRISTMAS", date(2026, 12, 25)): date(2026, 12, 25),
    }


def test_lebaran_moves_some_eleven_days_a_year() -> None:
    found = [row.starts_on for row in occurrences(range(2023, 2028)) if row.code == "LEBARAN"]

    assert found == [date(2023, 4, 22), date(2024, 4, 10), date(2025, 3, 31), date(2026, 3, 21), date(2027, 3, 10)]


@pytest.mark.parametrize("year", range(2018, 2035))
def test_ramadan_is_the_29_or_30_days_before_lebaran(year: int) -> None:
    found = occurrences([year - 1, year, year + 1])
    fasts = {row.ends_on: (row.ends_on - row.starts_on).days + 1 for row in found if row.code == "RAMADAN"}

    for row in found:
        if row.code == "LEBARAN" and row.starts_on.year == year:
            assert fasts[date.fromordinal(row.starts_on.toordinal() - 1)] in (29, 30)


def test_ramadan_stays_with_a_lebaran_that_was_seen_a_day_later() -> None:
    assert ramadan_before(date(2025, 3, 30)).starts_on == date(2025, 3, 1)
    assert ramadan_before(date(2025, 3, 31)).starts_on == date(2025, 3, 1)
    assert ramadan_before(date(2025, 4, 1)).starts_on == date(2025, 3, 2)


def test_two_lebarans_in_one_year_are_two_events() -> None:
    found = [row.starts_on for row in occurrences([2033]) if row.code == "LEBARAN"]

    assert found == [date(2033, 1, 3), date(2033, 12, 23)]


def test_refresh_twice_makes_nothing_new(db: None) -> None:
    first, second = events_refresh([2025, 2026]), events_refresh([2025, 2026])

    assert (first, second) == (Refreshed(16, 0), Refreshed(0, 0))
    assert set(EventKind.objects.values_list("code", flat=True)) == {feast.code for feast in FEASTS}
    assert dates_of("SCHOOL_YEAR") == []


def test_refresh_leaves_a_typed_date_alone_and_does_not_add_the_computed_one(manager: User) -> None:
    events_refresh([2026])
    event = CalendarEvent.objects.get(kind__code="LEBARAN")
    event_save(
        kind=event.kind, event=event, starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 22), is_closed=True, by=manager
    )

    events_refresh([2026])

    assert dates_of("LEBARAN") == [(date(2026, 3, 20), date(2026, 3, 22))]
    event.refresh_from_db()
    assert (event.is_typed, event.is_closed) == (True, True)


def test_refresh_corrects_a_date_that_the_library_knows_better_now(db: None) -> None:
    events_refresh([2026])
    CalendarEvent.objects.filter(kind__code="LEBARAN").update(starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 21))

    assert events_refresh([2026]) == Refreshed(1, 1)
    assert dates_of("LEBARAN") == [(date(2026, 3, 21), date(2026, 3, 22))]


def test_released_date_is_the_calendar_s_again(manager: User) -> None:
    events_refresh([2026])
    event = CalendarEvent.objects.get(kind__code="IDUL_ADHA")
    typed = date(2026, 5, 28)
    event_save(kind=event.kind, event=event, starts_on=typed, ends_on=typed, is_closed=False, by=manager)

    event_release(event=event, by=manager)

    assert dates_of("IDUL_ADHA")[-3:] == [
        (date(2025, 6, 6), date(2025, 6, 6)),
        (date(2026, 5, 27), date(2026, 5, 27)),
        (date(2027, 5, 17), date(2027, 5, 17)),
    ]


def test_refresh_keeps_windows_and_names_that_a_person_changed(manager: User) -> None:
    events_refresh([2026])
    kind = EventKind.objects.get(code="LEBARAN")
    kind.days_before, kind.is_active = 21, False
    kind_save(kind=kind, by=manager)

    events_refresh([2026, 2027])

    kind.refresh_from_db()
    assert (kind.days_before, kind.is_active) == (21, False)


def test_refresh_of_years_beyond_the_calendar_is_refused(db: None) -> None:
    with pytest.raises(InvalidInput, match="from 1990 to 2076"):
        events_refresh([2400])

    assert not EventKind.objects.exists()


def test_command_brings_in_the_years_it_is_given(db: None) -> None:
    out = StringIO()

    call_command("refresh_calendar", "2026", "--estimate", stdout=out)

    assert out.getvalue() == "8 events added, 0 taken out.\n0 factors of 0 kinds of event estimated.\n"
    with pytest.raises(CommandError, match="from 1990 to 2076"):
        call_command("refresh_calendar", "1066")


def test_dates_of_one_event_must_not_overlap_nor_run_backwards(manager: User) -> None:
    events_refresh([2026])
    kind = EventKind.objects.get(code="LEBARAN")
    day = date(2026, 3, 22)

    with pytest.raises(DomainError, match="overlap"):
        event_save(kind=kind, starts_on=day, ends_on=day, is_closed=False, by=manager)
    with pytest.raises(InvalidInput, match="before the first"):
        event_save(kind=kind, starts_on=day, ends_on=date(2026, 3, 1), is_closed=False, by=manager)

    assert dates_of("LEBARAN") == [(date(2026, 3, 21), date(2026, 3, 22))]


def test_analyst_may_not_change_the_calendar(db: None) -> None:
    analyst = UserFactory(role=ANALYST)
    events_refresh([2026])
    kind = EventKind.objects.get(code="SCHOOL_YEAR")

    with pytest.raises(NotAllowed):
        event_save(kind=kind, starts_on=date(2026, 7, 13), ends_on=date(2026, 7, 13), is_closed=False, by=analyst)
    with pytest.raises(NotAllowed):
        closed_day_add(weekday=6, by=analyst)

    assert dates_of("SCHOOL_YEAR") == []
    assert not ClosedDay.objects.exists()


def test_closed_day_is_added_once_and_opened_again(manager: User) -> None:
    warehouse = WarehouseFactory()
    first = closed_day_add(weekday=6, warehouse=warehouse, by=manager)
    assert closed_day_add(weekday=6, warehouse=warehouse, by=manager) == first
    with pytest.raises(InvalidInput):
        closed_day_add(by=manager)
    with pytest.raises(InvalidInput):
        closed_day_add(weekday=6, day=date(2026, 3, 1), by=manager)

    closed_day_remove(closed_day=first, by=manager)

    assert not ClosedDay.objects.exists()
