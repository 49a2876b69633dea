"""Which days are ordinary, and what the days to come are worth in usual days."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Warehouse
from master.models import Category
from replenishment.calendar import Outlook, day_marks, effective_days
from replenishment.models import CalendarEvent, ClosedDay, EventEffect, EventKind
from replenishment.windows import AFTER, BEFORE, DURING
from tests.factories import CategoryFactory, WarehouseFactory

pytestmark = pytest.mark.django_db
# A Sunday.
START = date(2026, 3, 1)


def kind_of(code: str, before: int = 0, after: int = 0) -> EventKind:
    return EventKind.objects.create(code=code, name=code.title(), days_before=before, days_after=after)


def event(kind: EventKind, first: date, days: int = 1, *, is_closed: bool = False) -> CalendarEvent:
    last = first + timedelta(days - 1)
    return CalendarEvent.objects.create(kind=kind, starts_on=first, ends_on=last, is_closed=is_closed)


def effect(kind: EventKind, window: str, factor: str, category: Category | None = None, **more: object) -> EventEffect:
    more = {"occurrences": 1} | more
    return EventEffect.objects.create(kind=kind, category=category, window=window, factor=Decimal(factor), **more)


def worth(warehouse: Warehouse, days: int, category: Category) -> float:
    """Return what so many days from START on are worth."""
    one = effective_days(warehouse=warehouse, start=START, days=np.array([days]), category_ids=np.array([category.pk]))
    return round(float(one[0]), 6)


# --- Marks --------------------------------------------------------------------------------
def test_shop_without_a_calendar_is_open_on_usual_days() -> None:
    marks = day_marks(warehouse=WarehouseFactory(), start=START, end=START + timedelta(6))

    assert marks.open.tolist() == [True] * 7
    assert marks.event.tolist() == [False] * 7


def test_weekday_and_single_day_are_closed_for_their_warehouse_or_for_all() -> None:
    here, there = WarehouseFactory(), WarehouseFactory()
    ClosedDay.objects.create(warehouse=here, weekday=6)
    ClosedDay.objects.create(day=START + timedelta(2))
    ClosedDay.objects.create(day=START - timedelta(2))

    days = [
        day_marks(warehouse=warehouse, start=START, end=START + timedelta(7)).open.tolist()
        for warehouse in (here, there)
    ]

    assert days[0] == [False, True, False, True, True, True, True, False]
    assert days[1] == [True, True, False, True, True, True, True, True]


def test_windows_before_during_and_after_an_event_are_marked() -> None:
    event(kind_of("FAIR", before=2, after=1), START + timedelta(3), days=2)

    marks = day_marks(warehouse=WarehouseFactory(), start=START, end=START + timedelta(7))

    assert marks.event.tolist() == [False, True, True, True, True, True, False, False]
    assert marks.open.all()


def test_event_on_which_the_shop_is_closed_closes_its_days_only() -> None:
    event(kind_of("FAIR", before=1, after=1), START + timedelta(2), days=2, is_closed=True)

    marks = day_marks(warehouse=WarehouseFactory(), start=START, end=START + timedelta(5))

    assert marks.open.tolist() == [True, True, False, False, True, True]


def test_inactive_kind_marks_nothing() -> None:
    kind = kind_of("FAIR", before=2, after=1)
    event(kind, START, is_closed=True)
    EventKind.objects.update(is_active=False)

    marks = day_marks(warehouse=WarehouseFactory(), start=START, end=START + timedelta(3))

    assert (marks.event.any(), marks.open.all()) == (False, True)


# --- Days to come ---------------------------------------------------------------------------
def test_usual_days_are_worth_themselves() -> None:
    assert worth(WarehouseFactory(), 9, CategoryFactory()) == 9


def test_days_of_an_event_are_worth_its_factor_and_closed_days_nothing() -> None:
    warehouse, syrups = WarehouseFactory(), CategoryFactory()
    fair = kind_of("FAIR", before=2)
    event(fair, START + timedelta(3))
    effect(fair, BEFORE, "1.6", syrups)
    effect(fair, DURING, "0.5")
    ClosedDay.objects.create(day=START)

    # Day 0 is closed, 1 and 2 are before the fair, 3 is the fair, 4 is usual.
    assert [worth(warehouse, days, syrups) for days in range(6)] == [0, 0, 1.6, 3.2, 3.7, 4.7]
    # Another category has no factor of its own before the fair, and all categories' during it.
    assert worth(warehouse, 5, CategoryFactory()) == 3.5


def test_factor_that_was_neither_typed_nor_seen_counts_as_usual() -> None:
    warehouse, syrups = WarehouseFactory(), CategoryFactory()
    fair = kind_of("FAIR")
    event(fair, START)
    guess = effect(fair, DURING, "3", syrups, occurrences=0)
    assert worth(warehouse, 1, syrups) == 1

    guess.is_typed = True
    guess.save()

    assert worth(warehouse, 1, syrups) == 3


def test_overlapping_days_belong_to_the_shorter_window() -> None:
    warehouse, dates = WarehouseFactory(), CategoryFactory()
    fast, feast = kind_of("FAST"), kind_of("FEAST", before=3)
    event(fast, START, days=10)
    event(feast, START + timedelta(10))
    effect(fast, DURING, "1.5")
    effect(feast, BEFORE, "4")

    # Seven days of the fast, three before the feast; they are not multiplied.
    assert worth(warehouse, 10, dates) == 7 * 1.5 + 3 * 4


def test_window_of_which_nothing_is_known_leaves_its_days_to_the_longer_one() -> None:
    warehouse, dates = WarehouseFactory(), CategoryFactory()
    fast, feast = kind_of("FAST"), kind_of("FEAST", before=3)
    event(fast, START, days=10)
    event(feast, START + timedelta(10))
    effect(fast, DURING, "1.5")

    assert worth(warehouse, 10, dates) == 15


def test_many_products_are_answered_in_three_queries() -> None:
    warehouse = WarehouseFactory()
    syrups, sweets = CategoryFactory(), CategoryFactory()
    fair = kind_of("FAIR")
    for n in range(3):
        event(fair, START + timedelta(7 * n))
    effect(fair, DURING, "2", syrups)
    days = np.tile([0, 1, 8, 15, -3], 2_000)
    categories = np.repeat([syrups.pk, sweets.pk], 5_000)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = effective_days(warehouse=warehouse, start=START, days=days, category_ids=categories)

    assert len(queries) == 3
    assert found[:5].tolist() == [0, 2, 10, 18, 0]
    assert found[5_000:5_005].tolist() == [0, 1, 8, 15, 0]


def test_days_beyond_every_horizon_are_usual_ones() -> None:
    assert worth(WarehouseFactory(), 99_999, CategoryFactory()) == 99_999


def test_no_products_are_no_days() -> None:
    none = np.array([], dtype=np.int64)

    assert effective_days(warehouse=WarehouseFactory(), start=START, days=none, category_ids=none).tolist() == []


# --- Notes ------------------------------------------------------------------------------------
def test_notes_name_the_events_that_moved_a_number() -> None:
    warehouse, syrups = WarehouseFactory(), CategoryFactory()
    fair = kind_of("FAIR", before=2, after=2)
    event(fair, START + timedelta(3))
    effect(fair, BEFORE, "1.6", syrups)
    effect(fair, DURING, "1", syrups)
    effect(fair, AFTER, "0.5", syrups)

    notes = Outlook(warehouse=warehouse, start=START, days=5).notes(5, syrups.pk)

    assert [(note.name, note.window, note.first, note.last, note.days, note.factor) for note in notes] == [
        ("Fair", BEFORE, START + timedelta(1), START + timedelta(2), 2, 1.6),
        ("Fair", AFTER, START + timedelta(4), START + timedelta(4), 1, 0.5),
    ]
    assert Outlook(warehouse=warehouse, start=START, days=1).notes(1, syrups.pk) == []
