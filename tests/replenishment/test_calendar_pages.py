"""The calendar where people meet it: what is coming, factors typed in a table, dates, closed days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventori.permissions import ANALYST, MANAGER
from replenishment.models import CalendarEvent, ClosedDay, EventEffect, EventKind
from replenishment.windows import BEFORE, DURING
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory
from tests.replenishment.past import came_in, days_between, sold

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("error::RuntimeWarning")]


def signed_in(role: str = MANAGER) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def page_of(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"replenishment:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@time_machine.travel("2026-02-10 05:00Z", tick=False)
def test_first_opening_brings_in_the_feasts_and_says_what_the_next_one_does() -> None:
    WarehouseFactory()
    client = signed_in()
    page_of(client, "calendar")
    lebaran = EventKind.objects.get(code="LEBARAN")
    syrups = CategoryFactory(name="Syrups")
    EventEffect.objects.create(kind=lebaran, category=syrups, window=BEFORE, factor=Decimal("1.6"), occurrences=1)
    EventEffect.objects.create(kind=lebaran, category=None, window=DURING, factor=Decimal("0.4"), is_typed=True)

    page = page_of(client, "calendar")

    assert "Lebaran (Idul Fitri) in 39 days" in page
    assert "Syrups ×1.6 from 11 March to 20 March" in page
    assert "all categories ×0.4 from 21 March to 22 March" in page
    assert "Chinese New Year (Imlek) in 7 days" in page
    assert "What it does here is not known yet: its days count as usual ones." in page


@time_machine.travel("2026-02-17 05:00Z", tick=False)
def test_event_of_today_is_said_to_be_now() -> None:
    WarehouseFactory()

    page = page_of(signed_in(), "calendar")

    assert "Chinese New Year (Imlek): now, until 17 February" in page


def test_opening_again_asks_the_library_nothing_and_costs_the_same_with_more_events(django_assert_num_queries) -> None:
    WarehouseFactory()
    client = signed_in()
    page_of(client, "calendar")
    count = CalendarEvent.objects.count()
    with django_assert_num_queries(14):
        page_of(client, "calendar")
    kind = EventKind.objects.get(code="SCHOOL_YEAR")
    for n in range(3):
        day = timezone.localdate() + timedelta(30 * n)
        CalendarEvent.objects.create(kind=kind, starts_on=day, ends_on=day, is_typed=True)
        ClosedDay.objects.create(day=day)

    with django_assert_num_queries(14):
        page_of(client, "calendar")

    assert CalendarEvent.objects.count() == count + 3


def test_estimating_without_a_past_says_so() -> None:
    WarehouseFactory()
    client = signed_in()
    page_of(client, "calendar")

    response = client.post(reverse("replenishment:effects_estimate"), follow=True)

    assert said(response) == [
        "This shop has not seen a whole feast yet. Its days count as usual ones until you type a factor."
    ]
    assert not EventEffect.objects.exists()


class Fair:
    """Syrups sold ten a day, twenty in the five days before a fair that is over."""

    def __init__(self) -> None:
        self.warehouse, self.syrups = WarehouseFactory(), CategoryFactory(name="Syrups")
        self.kind = EventKind.objects.create(code="FAIR", name="Fair", days_before=5, days_after=0)
        self.day = timezone.localdate() - timedelta(60)
        CalendarEvent.objects.create(kind=self.kind, starts_on=self.day, ends_on=self.day, is_typed=True)
        product, by = ProductFactory(category=self.syrups), UserFactory(role=MANAGER)
        first = self.day - timedelta(61)
        came_in(product, self.warehouse, 5_000, first, by=by)
        days = days_between(first, self.day + timedelta(59))
        busy = range(1, 6)
        sold(product, self.warehouse, {day: 20 if (self.day - day).days in busy else 10 for day in days}, by=by)

    @property
    def before(self) -> str:
        return f"factor-{self.syrups.pk}-BEFORE"


def test_one_press_estimates_and_the_page_of_the_event_shows_each_category() -> None:
    fair, client = Fair(), signed_in()

    response = client.post(reverse("replenishment:effects_estimate"), follow=True)

    assert said(response) == ["4 factors are estimated from the past of this shop."]
    page = page_of(client, "event_kind", fair.kind.pk)
    assert 'placeholder="1.44" aria-label="Factor of Syrups, before"' in page
    assert "seen 1 time" in page


def test_factor_is_typed_and_released_in_the_table() -> None:
    fair, client = Fair(), signed_in()
    address = reverse("replenishment:effects_save", args=[fair.kind.pk])

    client.post(address, {fair.before: "1.9"})
    row = EventEffect.objects.get(category=fair.syrups)
    assert (row.window, row.factor, row.is_typed) == (BEFORE, Decimal("1.900"), True)
    assert 'value="1.9"' in page_of(client, "event_kind", fair.kind.pk)

    client.post(address, {fair.before: ""})

    row = EventEffect.objects.get(category=fair.syrups, window=BEFORE)
    assert (row.factor, row.is_typed) == (Decimal("1.438"), False)


@pytest.mark.parametrize("typed", ["-1", "100", "much", "1.23456", "9" * 40, "NaN"])
def test_impossible_factor_is_refused_beside_its_field_and_nothing_is_written(typed: str) -> None:
    fair, client = Fair(), signed_in()

    response = client.post(
        reverse("replenishment:effects_save", args=[fair.kind.pk]), {fair.before: typed, "factor-all-BEFORE": "2"}
    )

    assert response.status_code == 400
    assert list(response.context["effects"].errors) == [fair.before]
    assert not EventEffect.objects.exists()


def test_dates_are_typed_changed_and_taken_out() -> None:
    client = signed_in()
    WarehouseFactory()
    page_of(client, "calendar")
    kind = EventKind.objects.get(code="SCHOOL_YEAR")

    client.post(reverse("replenishment:event_create"), {"kind": kind.pk, "starts_on": "2027-07-12", "ends_on": ""})
    event = kind.events.get()
    assert (event.starts_on, event.ends_on, event.is_typed) == (date(2027, 7, 12), date(2027, 7, 12), True)

    asked = {"starts_on": "2027-07-12", "ends_on": "2027-07-14", "is_closed": "on"}
    client.post(reverse("replenishment:event_change", args=[event.pk]), asked)
    event.refresh_from_db()
    assert (event.ends_on, event.is_closed) == (date(2027, 7, 14), True)

    client.post(reverse("replenishment:event_release", args=[event.pk]))
    assert not kind.events.exists()


def test_dates_that_run_backwards_are_refused_beside_their_field() -> None:
    client = signed_in()
    kind = EventKind.objects.create(code="FAIR", name="Fair")

    response = client.post(
        reverse("replenishment:event_create"), {"kind": kind.pk, "starts_on": "2027-07-12", "ends_on": "2027-07-01"}
    )

    assert response.context["form"].errors == {"ends_on": ["The last day is before the first."]}
    assert not kind.events.exists()


def test_own_kind_of_event_is_added_once() -> None:
    client = signed_in()
    asked = {"name": "Night market", "code": "night-market", "days_before": "2", "days_after": "0"}

    client.post(reverse("replenishment:event_kind_create"), asked)
    again = client.post(reverse("replenishment:event_kind_create"), asked)

    kind = EventKind.objects.get()
    assert (kind.name, kind.code, kind.days_before, kind.is_active) == ("Night market", "NIGHT-MARKET", 2, True)
    assert list(again.context["form"].errors) == ["code"]


def test_windows_of_a_kind_are_changed_and_its_effects_follow() -> None:
    fair, client = Fair(), signed_in()
    asked = {"name": "Fair", "days_before": "0", "days_after": "2", "is_active": "on"}

    client.post(reverse("replenishment:event_kind_save", args=[fair.kind.pk]), asked)

    fair.kind.refresh_from_db()
    assert (fair.kind.days_before, fair.kind.days_after) == (0, 2)
    assert set(EventEffect.objects.values_list("window", flat=True)) == {"DURING", "AFTER"}


def test_window_of_a_year_is_refused() -> None:
    kind, client = EventKind.objects.create(code="FAIR", name="Fair", days_before=3), signed_in()
    asked = {"name": "Fair", "days_before": "365", "days_after": "2", "is_active": "on"}

    response = client.post(reverse("replenishment:event_kind_save", args=[kind.pk]), asked)

    assert response.status_code == 400
    assert response.context["form"].errors == {"days_before": ["At most 120 days."]}
    kind.refresh_from_db()
    assert kind.days_before == 3


def test_closed_days_are_added_and_opened_again() -> None:
    warehouse, client = WarehouseFactory(name="Shop"), signed_in()
    address = reverse("replenishment:closed_day_create")

    client.post(address, {"weekday": "6", "warehouse": warehouse.pk})
    client.post(address, {"day": "2027-01-02", "note": "Stocktaking"})
    refused = client.post(address, {"weekday": "6", "day": "2027-01-02"})

    assert refused.status_code == 400
    assert "Choose either a day of the week or one date." in refused.content.decode()
    assert [(row.weekday, row.day, row.note) for row in ClosedDay.objects.order_by("pk")] == [
        (6, None, ""),
        (None, date(2027, 1, 2), "Stocktaking"),
    ]
    assert "Sunday" in page_of(client, "calendar")

    client.post(reverse("replenishment:closed_day_delete", args=[ClosedDay.objects.earliest("pk").pk]))
    assert ClosedDay.objects.get().note == "Stocktaking"


def test_analyst_sees_the_factors_and_may_change_nothing() -> None:
    fair, client = Fair(), signed_in(ANALYST)
    EventEffect.objects.create(kind=fair.kind, category=fair.syrups, window=BEFORE, factor=2, is_typed=True)

    page = page_of(client, "event_kind", fair.kind.pk)

    assert "×2" in page
    assert 'name="factor-' not in page
    assert client.post(reverse("replenishment:effects_save", args=[fair.kind.pk]), {}).status_code == 403
    assert client.post(reverse("replenishment:closed_day_create"), {"weekday": "6"}).status_code == 403
    assert not ClosedDay.objects.exists()
    assert EventEffect.objects.get().factor == 2
