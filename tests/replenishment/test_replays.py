"""Replays of a ledger's past: started, run, and what is taken over from them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventori import jobs
from inventori.errors import DomainError, InvalidInput
from inventori.models import Job
from inventori.posting import new_key
from inventory.models import ReorderPolicy
from inventory.selectors import business_today
from replenishment.models import Replay, ReplayLine
from replenishment.selectors import replenishment_settings
from replenishment.services import replays
from replenishment.services.replays import months_back, replay_levels_take, replay_methods_take, replay_start
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory

from .past import came_in, days_between, sold

pytestmark = pytest.mark.django_db

ALL = {"scope": "all"}


@pytest.fixture
def by():
    return UserFactory(role="Manager")


@pytest.fixture
def warehouse():
    return WarehouseFactory(name="Toko")


@pytest.fixture
def yesterday(warehouse):
    return business_today(warehouse) - timedelta(days=1)


@pytest.fixture
def goods(warehouse, yesterday, by):
    """Two products with 100 days of sales: 8 and 2 a day in turn, and one every fourth day."""
    supplier = SupplierFactory(lead_time_days=3)
    first = yesterday - timedelta(days=99)
    steady, slow = ProductFactory(supplier=supplier), ProductFactory(supplier=supplier)
    for product in (steady, slow):
        came_in(product, warehouse, 2_000, first - timedelta(days=1), by=by)
    days = list(days_between(first, yesterday))
    sold(steady, warehouse, {day: 8 if n % 2 else 2 for n, day in enumerate(days)}, by=by)
    sold(slow, warehouse, {day: 1 for n, day in enumerate(days) if n % 4 == 0}, by=by)
    return steady, slow


def start(warehouse, by, *, months=1, wanted="98", asked=ALL, key=None):
    return replay_start(
        warehouse=warehouse, months=months, wanted_fill_rate=Decimal(wanted), asked=asked, key=key or new_key(), by=by
    )


def done(replay):
    replay.refresh_from_db()
    replay.job.refresh_from_db()
    assert (replay.job.status, replay.job.message) == ("DONE", "")
    return replay


def test_a_replay_has_a_line_for_each_product_and_policy_and_their_sums(warehouse, goods, by, yesterday):
    replay = done(start(warehouse, by, months=2))

    assert replay.date_to == yesterday
    assert replay.date_from == months_back(yesterday, 2)
    days = (replay.date_to - replay.date_from).days + 1
    assert ReplayLine.objects.filter(replay=replay).count() == 2 * 5
    steady = ReplayLine.objects.get(replay=replay, product=goods[0], policy="EOQ")
    assert steady.demand == sum(8 if n % 2 else 2 for n in range(100 - days, 100))
    assert steady.details["days"] == days
    found = replay.results
    assert set(found["policies"]) == {"CURRENT", "LOT", "EOQ", "MINMAX", "UPTO"}
    for code, sums in found["policies"].items():
        lines = ReplayLine.objects.filter(replay=replay, policy=code)
        assert sums["orders"] == sum(line.orders for line in lines)
        assert sums["short_days"] == sum(line.stockout_days for line in lines)
        assert Decimal(sums["served"]) == sum(line.served for line in lines)
        assert sums["value"] == pytest.approx(float(sum(line.average_value for line in lines)), abs=0.02)
        by_class = found["classes"].values()
        assert sums["orders"] == sum(one[code]["orders"] for one in by_class)
        assert len(found["daily"][code]["short"]) == days
    assert found["facts"] == {"asked": 2, "suppliers": 1, "measured": 0, "history_days": 180}


def test_without_a_policy_the_settings_decide_and_a_typed_reorder_point_holds(warehouse, goods, by):
    ReorderPolicy.objects.create(product=goods[0], warehouse=warehouse, rop=0, reorder_qty=5, typed=["rop"])

    replay = done(start(warehouse, by))

    lines = {line.policy: line for line in ReplayLine.objects.filter(replay=replay, product=goods[0])}
    assert lines["CURRENT"].stockout_days > lines["EOQ"].stockout_days
    assert lines["CURRENT"].served < lines["EOQ"].served


def test_rules_see_nothing_of_the_days_they_are_replayed_on(warehouse, by, yesterday):
    # Sold for 60 days once a day; in the replayed month ten times that.
    product = ProductFactory(supplier=SupplierFactory(lead_time_days=3))
    begin = months_back(yesterday, 1)
    came_in(product, warehouse, 2_000, begin - timedelta(days=61), by=by)
    before = days_between(begin - timedelta(days=60), begin - timedelta(days=1))
    sold(product, warehouse, dict.fromkeys(before, 1), by=by)
    sold(product, warehouse, dict.fromkeys(days_between(begin, yesterday), 10), by=by)

    replay = done(start(warehouse, by))

    line = ReplayLine.objects.get(replay=replay, product=product, policy="UPTO")
    # A week's and the lead time's need of one a day is far too little.
    assert line.served < line.demand / 2


def test_the_same_form_sent_twice_is_one_replay(warehouse, goods, by):
    key = new_key()

    first, second = (start(warehouse, by, key=key) for _n in range(2))

    assert first.pk == second.pk
    assert (Replay.objects.count(), Job.objects.count()) == (1, 1)


def test_the_same_question_is_not_asked_again_while_it_is_being_answered(warehouse, goods, by):
    first = start(warehouse, by)
    Job.objects.filter(pk=first.job_id).update(status="RUNNING")

    second = start(warehouse, by)
    other = start(warehouse, by, months=2)

    assert second.pk == first.pk
    assert other.pk != first.pk


@pytest.mark.parametrize("months", [0, 25])
def test_too_few_and_too_many_months_are_refused(warehouse, goods, by, months):
    with pytest.raises(InvalidInput):
        start(warehouse, by, months=months)

    assert (Replay.objects.count(), Job.objects.count()) == (0, 0)


def test_a_choice_without_products_is_refused(warehouse, goods, by):
    with pytest.raises(InvalidInput, match="No active product"):
        start(warehouse, by, asked={"scope": "chosen", "products": [ProductFactory().pk]})

    assert Replay.objects.count() == 0


def test_days_without_sales_end_with_a_sentence(warehouse, by):
    came_in(ProductFactory(), warehouse, 5, date(2026, 1, 1), by=by)

    replay = start(warehouse, by)

    job = Job.objects.get(pk=replay.job_id)
    assert job.status == "FAILED"
    assert job.message.startswith("Nothing was sold in these days")
    assert ReplayLine.objects.count() == 0


def test_a_replay_of_a_choice_replays_that_choice(warehouse, goods, by):
    replay = done(start(warehouse, by, asked={"scope": "chosen", "products": [goods[1].pk]}))

    assert set(ReplayLine.objects.filter(replay=replay).values_list("product_id", flat=True)) == {goods[1].pk}


def test_a_stopped_replay_leaves_nothing_and_can_go_on(warehouse, goods, by, monkeypatch):
    told = []

    def stop(reporter, done, total, message=""):
        told.append(message)
        if len(told) == 9:
            raise jobs.JobCancelled

    with monkeypatch.context() as patch:
        patch.setattr(jobs.Reporter, "report", stop)
        replay = start(warehouse, by, months=2)
    job = Job.objects.get(pk=replay.job_id)
    replay.refresh_from_db()
    assert (job.status, replay.results, ReplayLine.objects.count()) == ("CANCELLED", {}, 0)
    assert told[0] == "Reading the past"
    assert any(message.startswith("as it is now: ") for message in told)

    assert jobs.job_resume(job=job)

    assert ReplayLine.objects.filter(replay=done(replay)).count() == 10


def test_a_class_and_all_classes_get_the_level_that_reached_the_wanted_rate(warehouse, goods, by):
    replay = done(start(warehouse, by, months=2, wanted="97"))
    found = replay.results["calibration"]
    assert found["A"]["level"] is not None
    assert found["B"]["level"] is None or found["C"]["level"] is None

    assert 0 <= found["A"]["cycle"] <= 1
    assert 0 <= found["ALL"]["cycle"] <= 1

    taken = replay_levels_take(replay=replay, group="A", by=by)

    settings = replenishment_settings()
    assert taken == {"service_level_a": Decimal(str(found["A"]["level"]))}
    assert (settings.service_level_a, settings.service_level_b) == (taken["service_level_a"], Decimal(95))

    replay_levels_take(replay=replay, group="ALL", by=by)

    settings = replenishment_settings()
    level = Decimal(str(found["ALL"]["level"]))
    assert (settings.service_level_a, settings.service_level_b, settings.service_level_c) == (level, level, level)


@pytest.mark.parametrize("group", ["B", "X", ""])
def test_a_level_that_was_not_found_is_not_set(warehouse, goods, by, group):
    replay = done(start(warehouse, by))
    replay.results["calibration"]["B"]["level"] = None

    with pytest.raises(DomainError, match="found no level"):
        replay_levels_take(replay=replay, group=group, by=by)

    assert replenishment_settings().service_level_b == 95


def test_a_method_that_is_used_is_typed_with_the_lot_that_was_replayed(warehouse, goods, by):
    replay = done(start(warehouse, by))

    count = replay_methods_take(replay=replay, method="LOT", product_ids=[goods[0].pk], by=by)

    policy = ReorderPolicy.objects.get()
    lot = ReplayLine.objects.get(replay=replay, policy="LOT", product=goods[0]).details["typed"]["reorder_qty"]
    assert (count, policy.product, policy.method) == (1, goods[0], "LOT")
    # Thirty days of the five a day that were known by the first of the last month.
    assert policy.reorder_qty == Decimal(lot)
    assert 145 <= policy.reorder_qty <= 155
    assert policy.typed == ["method", "reorder_qty"]


@pytest.mark.parametrize(
    ("method", "ids"), [("CURRENT", "mine"), ("", "mine"), ("MINMAX", "other"), ("MINMAX", "none")]
)
def test_a_method_that_is_none_and_products_that_were_not_replayed_change_nothing(warehouse, goods, by, method, ids):
    replay = done(start(warehouse, by, asked={"scope": "chosen", "products": [goods[0].pk]}))
    ids = {"mine": [goods[0].pk], "other": [goods[1].pk], "none": []}[ids]

    with pytest.raises(DomainError):
        replay_methods_take(replay=replay, method=method, product_ids=ids, by=by)

    assert not ReorderPolicy.objects.exists()


def test_months_go_back_to_the_day_after_the_same_day():
    assert months_back(date(2026, 11, 23), 1) == date(2026, 10, 24)
    assert months_back(date(2026, 3, 30), 1) == date(2026, 2, 28)
    assert months_back(date(2026, 12, 31), 12) == date(2026, 1, 1)
    assert replays.MOST_MONTHS == 24
