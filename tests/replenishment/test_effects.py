"""Effects of feasts are what the shop's own past says, no more than it says, and a typed one stays."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from inventori.errors import InvalidInput
from inventori.permissions import MANAGER
from inventory.models import Warehouse
from master.models import Category
from replenishment.estimating import Key, Past, Seen, factors, observe
from replenishment.models import CalendarEvent, ClosedDay, EventEffect, EventKind, ReplenishmentSettings
from replenishment.services.effects import Estimated, effects_estimate
from replenishment.services.events import effects_type
from replenishment.services.policies import policies_compute_all
from replenishment.windows import AFTER, BEFORE, DURING, Span, place, spans_of
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory
from tests.replenishment.past import came_in, days_between, sold

START = date(2026, 1, 1)


# --- The arithmetic -------------------------------------------------------------------------
def past(daily: np.ndarray, spans: list[Span], closed: np.ndarray | None = None, warehouse_id: int = 1) -> Past:
    """One category of one product that always lay there; `daily` is what it sold."""
    days = daily.size
    event = np.zeros(days, dtype=bool)
    for span in spans:
        event[place(span, START, days)] = True
    is_open = np.ones(days, dtype=bool) if closed is None else ~closed
    stocked = np.ones((1, days), dtype=bool)
    return Past(warehouse_id, START, np.array([0]), daily[None, :].astype(float), stocked, is_open, event)


def observed(daily: np.ndarray, spans: list[Span], closed: np.ndarray | None = None) -> dict[Key, Seen]:
    return observe([(past(daily, spans, closed), spans)], 1)


def fair_every(weeks: int, *, count: int, before: int = 3) -> list[Span]:
    days = [START + timedelta(21 + 7 * weeks * n) for n in range(count)]
    return [span for n, day in enumerate(days) for span in spans_of(1, n, day, day + timedelta(1), before, 0)]


def sales(days: int, spans: list[Span], times: dict[str, float], usual: float = 10) -> np.ndarray:
    daily = np.full(days, usual)
    for span in spans:
        daily[place(span, START, days)] = usual * times[span.window]
    return daily


def test_known_factor_is_found_exactly_and_drawn_to_one_by_what_was_seen() -> None:
    spans = fair_every(6, count=3)

    seen = observed(sales(200, spans, {BEFORE: 2, DURING: 0.5}), spans)

    before, during = seen[1, BEFORE], seen[1, DURING]
    assert (before.actual.tolist(), before.expected.tolist()) == ([180], [90])
    assert (during.actual.tolist(), during.expected.tolist()) == ([30], [60])
    # n = 3: w = 1/2. Pooled 1 + (2 − 1)/2, the category half way between its own 2 and that.
    found = factors(before)
    assert (found.of_all, found.of_each.tolist(), found.occurrences) == (1.5, [1.75], 3)
    assert factors(during).of_each.tolist() == [0.625]


def test_more_events_count_for_more() -> None:
    pulls = []
    for count in (1, 3, 12):
        spans = fair_every(4, count=count)
        seen = observed(sales(400, spans, {BEFORE: 2, DURING: 1}), spans)
        pulls.append(round(factors(seen[1, BEFORE]).of_all, 4))

    assert pulls == [1.25, 1.5, 1.8]


def test_event_that_is_not_over_yet_or_began_before_the_past_is_not_counted() -> None:
    spans = [*spans_of(1, 1, START, START, 3, 0), *spans_of(1, 2, START + timedelta(99), START + timedelta(101), 3, 0)]

    seen = observed(sales(100, spans, {BEFORE: 2, DURING: 1}), spans)

    assert set(seen) == {(1, DURING), (1, BEFORE)}
    assert (seen[1, DURING].occurrences.tolist(), seen[1, BEFORE].occurrences.tolist()) == ([1], [1])


def test_week_of_the_shop_is_no_effect() -> None:
    """Saturdays sell three times as much, and the fair is always on Saturday: nothing is left for it."""
    day = START + timedelta((5 - START.weekday()) % 7 + 21)
    spans = [Span(1, n, DURING, day + timedelta(28 * n), day + timedelta(28 * n)) for n in range(3)]
    weekday = (START.weekday() + np.arange(200)) % 7

    seen = observed(np.where(weekday == 5, 30.0, 10.0), spans)

    assert factors(seen[1, DURING]).of_each.tolist() == [1]


def test_growth_of_the_shop_is_no_effect() -> None:
    """It sells twice as much in the second year; only days near the fair are its baseline."""
    spans = [Span(1, 1, DURING, START + timedelta(500), START + timedelta(506))]
    daily = np.where(np.arange(730) < 365, 10.0, 20.0)

    seen = observed(daily, spans)

    assert factors(seen[1, DURING]).of_each.tolist() == [1]


def test_days_in_two_windows_are_told_apart() -> None:
    """Thirty days of fasting at 1.2, of which the last seven, before the feast, at 3."""
    fast = Span(1, 1, DURING, START + timedelta(70), START + timedelta(99))
    feast = Span(2, 2, BEFORE, START + timedelta(93), START + timedelta(99))
    daily = np.full(200, 10.0)
    daily[70:100], daily[93:100] = 12, 30

    seen = observed(daily, [fast, feast])

    assert (seen[1, DURING].actual / seen[1, DURING].expected).round(6).tolist() == [1.2]
    assert (seen[2, BEFORE].actual / seen[2, BEFORE].expected).round(6).tolist() == [3]
    assert seen[1, DURING].actual.tolist() == [23 * 12]


def test_closed_days_of_an_event_say_nothing_about_it() -> None:
    spans = [Span(1, 1, DURING, START + timedelta(50), START + timedelta(53))]
    closed = np.zeros(100, dtype=bool)
    closed[50:52] = True
    daily = np.where(closed, 0.0, 10.0)
    daily[52:54] = 20

    seen = observed(daily, spans, closed)

    assert (seen[1, DURING].actual.tolist(), seen[1, DURING].expected.tolist()) == ([40], [20])


def test_shop_that_is_closed_all_through_has_not_seen_the_event() -> None:
    spans = [Span(1, 1, DURING, START + timedelta(50), START + timedelta(51))]
    closed = np.zeros(100, dtype=bool)
    closed[50:52] = True

    assert observed(np.where(closed, 0.0, 10.0), spans, closed) == {}


def test_two_warehouses_see_one_event_once() -> None:
    spans = fair_every(6, count=1)
    daily = sales(100, spans, {BEFORE: 2, DURING: 1})

    seen = observe([(past(daily, spans, warehouse_id=pk), spans) for pk in (1, 2)], 1)[1, BEFORE]

    assert (seen.actual.tolist(), seen.expected.tolist(), seen.occurrences.tolist()) == ([120], [60], [1])


def test_returns_above_sales_are_a_factor_of_nothing_and_not_less() -> None:
    spans = fair_every(6, count=1, before=0)

    seen = observed(sales(100, spans, {DURING: -1}), spans)

    assert factors(seen[1, DURING]).of_all == 0.75


# --- From the ledger --------------------------------------------------------------------------
class Shop:
    """Four months of ten syrups a day, twice as many in the five days before each of the `fairs`."""

    def __init__(self, *, fairs: tuple[int, ...] = (60,)) -> None:
        self.by = UserFactory(role=MANAGER)
        self.warehouse: Warehouse = WarehouseFactory()
        self.syrups: Category = CategoryFactory(name="Syrups")
        self.kind = EventKind.objects.create(code="FAIR", name="Fair", days_before=5, days_after=0)
        for n in fairs:
            day = START + timedelta(n)
            CalendarEvent.objects.create(kind=self.kind, starts_on=day, ends_on=day)
        self.busy = {START + timedelta(n - back) for n in fairs for back in range(1, 6)}
        self.product = ProductFactory(category=self.syrups)
        self.stock(self.product)

    def stock(self, product: object, qty: int = 5_000) -> None:
        came_in(product, self.warehouse, qty, START, by=self.by)

    def sell(self, product: object, usual: int = 10, busy: int = 20, *, last: int = 119) -> None:
        days = days_between(START, START + timedelta(last))
        sold(product, self.warehouse, {day: busy if day in self.busy else usual for day in days}, by=self.by)

    def effects(self) -> dict[tuple[str, str], tuple[Decimal, int]]:
        return {
            (row.category.name if row.category else "", row.window): (row.factor, row.occurrences)
            for row in EventEffect.objects.filter(kind=self.kind).select_related("category")
        }


@pytest.mark.django_db
def test_one_occurrence_moves_a_quarter_of_the_way() -> None:
    shop = Shop()
    shop.sell(shop.product)

    assert effects_estimate() == Estimated(kinds=1, effects=4)

    # 2.0 seen once: pooled 1 + 1/4, the category 2/4 + 1.25 × 3/4.
    assert shop.effects() == {
        ("", BEFORE): (Decimal("1.250"), 1),
        ("Syrups", BEFORE): (Decimal("1.438"), 1),
        ("", DURING): (Decimal("1.000"), 1),
        ("Syrups", DURING): (Decimal("1.000"), 1),
    }


@pytest.mark.django_db
def test_shop_without_a_past_has_no_effects() -> None:
    shop = Shop()
    EventEffect.objects.create(kind=shop.kind, window=AFTER, factor=9, occurrences=2)

    # Goods came in before; nothing was sold.
    assert effects_estimate() == Estimated(kinds=0, effects=0)
    assert shop.effects() == {}


@pytest.mark.django_db
def test_category_without_sales_gets_no_factor_of_its_own() -> None:
    shop = Shop()
    shop.sell(shop.product)
    shop.stock(ProductFactory(category=CategoryFactory(name="Candles")))
    CategoryFactory(name="Empty")

    effects_estimate()

    assert {name for name, _window in shop.effects()} == {"", "Syrups"}


@pytest.mark.django_db
def test_days_without_stock_teach_nothing() -> None:
    """A second syrup ran out before the fair: what it did not sell must not look like less demand."""
    shop = Shop()
    shop.sell(shop.product)
    second = ProductFactory(category=shop.syrups)
    shop.stock(second, 10 * 50)
    shop.sell(second, busy=10, last=49)

    effects_estimate()

    assert shop.effects()["Syrups", BEFORE] == (Decimal("1.438"), 1)


@pytest.mark.django_db
def test_closed_weekday_is_out_of_baseline_and_event() -> None:
    shop = Shop()
    ClosedDay.objects.create(weekday=6)
    days = [day for day in days_between(START, START + timedelta(119)) if day.weekday() != 6]
    sold(shop.product, shop.warehouse, {day: 20 if day in shop.busy else 10 for day in days}, by=shop.by)

    effects_estimate()

    assert shop.effects()["Syrups", BEFORE] == (Decimal("1.438"), 1)


@pytest.mark.django_db
def test_typed_factor_stays_until_it_is_released() -> None:
    shop = Shop()
    shop.sell(shop.product)
    typed = {(shop.syrups.pk, BEFORE): Decimal("1.9")}
    assert effects_type(kind=shop.kind, typed=typed, by=shop.by) is False

    effects_estimate()
    row = EventEffect.objects.get(category=shop.syrups, window=BEFORE)
    assert (row.factor, row.is_typed) == (Decimal("1.900"), True)

    assert effects_type(kind=shop.kind, typed={(shop.syrups.pk, BEFORE): None}, by=shop.by) is True
    effects_estimate()
    row = EventEffect.objects.get(category=shop.syrups, window=BEFORE)
    assert (row.factor, row.is_typed) == (Decimal("1.438"), False)


@pytest.mark.django_db
def test_categories_are_drawn_to_a_typed_factor_of_all() -> None:
    shop = Shop()
    shop.sell(shop.product)
    effects_type(kind=shop.kind, typed={(None, BEFORE): Decimal(3)}, by=shop.by)

    effects_estimate()

    # 2.0 × 1/4 + 3.0 × 3/4
    assert shop.effects()["Syrups", BEFORE] == (Decimal("2.750"), 1)
    assert shop.effects()["", BEFORE] == (Decimal("3.000"), 0)


@pytest.mark.django_db
def test_impossible_factor_is_refused_and_nothing_is_written() -> None:
    shop = Shop()
    typed = {(None, BEFORE): Decimal(2), (None, DURING): Decimal(-1)}

    with pytest.raises(InvalidInput, match="between 0 and 99"):
        effects_type(kind=shop.kind, typed=typed, by=shop.by)

    assert not EventEffect.objects.exists()


@pytest.mark.django_db
def test_estimating_twice_says_the_same() -> None:
    shop = Shop(fairs=(30, 60, 90))
    shop.sell(shop.product, last=149)

    effects_estimate()
    first = shop.effects()
    effects_estimate()

    assert shop.effects() == first
    assert first["Syrups", BEFORE] == (Decimal("1.750"), 3)


@pytest.mark.django_db
def test_what_sells_at_the_feast_only_is_left_out() -> None:
    """Its usual demand is nothing, so no factor says what it will sell, and it must not raise the others'."""
    shop = Shop()
    shop.sell(shop.product)
    cakes = ProductFactory(category=shop.syrups)
    shop.stock(cakes)
    shop.sell(cakes, usual=0, busy=50)

    effects_estimate()

    assert shop.effects()["Syrups", BEFORE] == (Decimal("1.438"), 1)


def test_estimate_without_warehouses_is_nothing(db: None) -> None:
    assert effects_estimate() == Estimated(kinds=0, effects=0)


@pytest.mark.django_db
def test_recompute_of_a_new_month_estimates_effects_and_one_in_the_same_month_does_not() -> None:
    shop = Shop()
    shop.sell(shop.product)
    policies_compute_all()
    assert shop.effects()["Syrups", BEFORE] == (Decimal("1.438"), 1)
    assert CalendarEvent.objects.filter(kind__code="LEBARAN").exists()
    EventEffect.objects.all().delete()

    policies_compute_all()
    assert shop.effects() == {}

    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    ReplenishmentSettings.objects.update(recomputed_on=last_month)
    policies_compute_all()
    assert shop.effects()["Syrups", BEFORE] == (Decimal("1.438"), 1)
