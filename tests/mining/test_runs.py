"""Runs: what may be asked, how they end, and whose rules are in force."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inventori import jobs
from inventori.errors import DomainError, InvalidInput
from inventori.models import Job
from inventori.posting import new_key
from inventory.selectors import business_today
from mining import estimating
from mining.bounds import Limits
from mining.estimating import estimate
from mining.models import AssociationRule, FrequentItemset, MiningRun
from mining.selectors import active_run, compare, status_of
from mining.services import execute, storing
from mining.services.again import is_due, mine_again, mine_if_due
from mining.services.runs import Asked, run_put_in_force, run_start
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory
from tests.mining.shop import sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(settings):
    """Let jobs wait until a test runs them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def shop(waiting):
    class Shop:
        def __init__(self):
            ShopProfileFactory()
            self.by, self.warehouse = UserFactory(role="Analyst"), WarehouseFactory()
            self.today = business_today(self.warehouse)
            self.tea, self.milk, self.salt = (ProductFactory(name=name) for name in ("Tea", "Milk", "Salt"))
            for products in [[self.tea, self.milk]] * 6 + [[self.tea]] * 2 + [[self.salt]] * 4:
                self.sell(*products)
            days = (self.today - timedelta(days=30), self.today)
            self.asked = Asked(*days, min_count=2, min_confidence=Decimal("0.7"))

        def sell(self, *products):
            sold(list(products), warehouse=self.warehouse, by=self.by, day=self.today)

        def start(self, key="", **values):
            return run_start(asked=replace(self.asked, **values), key=key or new_key(), by=self.by)

        def mine(self, **values):
            run = self.start(**values)
            jobs.run_job.func(run.job_id)
            return MiningRun.objects.select_related("job").get(pk=run.pk)

    return Shop()


# --- What a run finds ------------------------------------------------------------------
def test_a_run_keeps_its_itemsets_and_rules_and_takes_force(shop):
    run = shop.mine()

    assert (run.status, run.is_active, active_run()) == ("DONE", True, run)
    assert (run.baskets, run.lines, run.items, run.least_count) == (12, 18, 3, 2)
    assert (run.itemsets, run.rules, run.by_level) == (4, 2, {"1": 3, "2": 1})
    assert set(run.shares) == {"read", "encode", "mine", "rules", "store"}
    both = FrequentItemset.objects.get(run=run, size=2)
    assert (both.item_ids, both.names, both.count, both.support) == (
        [shop.tea.pk, shop.milk.pk],
        ["Tea", "Milk"],
        6,
        0.5,
    )


def test_a_rule_is_kept_with_its_measures_and_the_names_as_sold(shop):
    run = shop.mine()
    shop.milk.name = "Milk, new"
    shop.milk.save()

    rule = AssociationRule.objects.get(run=run, antecedent_ids=[shop.milk.pk])

    assert (rule.antecedent, rule.consequent) == (["Milk"], ["Tea"])
    assert rule.item_key == f",{shop.milk.pk},|,{shop.tea.pk},"
    assert (rule.count, rule.antecedent_count, rule.consequent_count) == (6, 6, 8)
    assert (rule.support, rule.confidence, rule.lift, rule.conviction) == (0.5, 1.0, 1.5, None)
    # C(8, 6) / C(12, 6) = 28 / 924; one of two possible rules, both with this p.
    assert rule.p_value == pytest.approx(28 / 924)
    assert (rule.may_be_chance, rule.is_redundant, rule.general_id) == (False, False, None)


def test_a_redundant_rule_names_the_general_one(shop):
    for _n in range(3):
        shop.sell(shop.tea, shop.milk, shop.salt)

    run = shop.mine()

    rule = AssociationRule.objects.get(run=run, antecedent_ids=sorted([shop.milk.pk, shop.salt.pk]))
    general = AssociationRule.objects.get(run=run, antecedent_ids=[shop.milk.pk], consequent_ids=[shop.tea.pk])
    assert (rule.is_redundant, rule.general_id) == (True, general.pk)


def test_a_run_that_finds_no_rule_leaves_the_rules_from_before_in_force(shop):
    good = shop.mine()

    run = shop.mine(min_count=12)

    assert (run.status, run.rules, active_run()) == ("DONE", 0, good)


# --- How a run can end -------------------------------------------------------------------
def test_a_failed_run_leaves_the_last_good_rules_in_force_and_says_so(shop, monkeypatch):
    good = shop.mine()

    def breaks(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(execute, "association_rules", breaks)
    with pytest.raises(RuntimeError):
        shop.mine(min_count=3)

    run = MiningRun.objects.first()
    assert (run.status, run.is_active, active_run()) == ("FAILED", None, good)
    assert run.stopped == {"message": "The work broke off. The log of the worker says why."}
    assert AssociationRule.objects.filter(run=good).count() == 2
    assert not AssociationRule.objects.filter(run=run).exists()


def test_a_cancelled_run_ends_and_changes_nothing(shop):
    good = shop.mine()
    run = shop.start(min_count=3)
    Job.objects.filter(pk=run.job_id).update(cancel_requested=True)

    jobs.run_job.func(run.job_id)

    run = MiningRun.objects.select_related("job").get(pk=run.pk)
    assert (run.status, run.job.status, active_run()) == ("CANCELLED", "CANCELLED", good)


def test_a_run_whose_worker_was_killed_counts_as_failed(shop):
    run = shop.start()
    MiningRun.objects.filter(pk=run.pk).update(status="RUNNING")
    long_ago = business_today(shop.warehouse) and run.at - timedelta(minutes=5)
    Job.objects.filter(pk=run.job_id).update(status="RUNNING", heartbeat_at=long_ago)

    assert status_of(MiningRun.objects.select_related("job").get(pk=run.pk)) == "FAILED"


def test_a_job_stopped_before_it_began_makes_its_run_a_cancelled_one(shop):
    run = shop.start()
    jobs.job_cancel(job=run.job)

    assert status_of(MiningRun.objects.select_related("job").get(pk=run.pk)) == "CANCELLED"


def test_a_run_that_stops_at_a_limit_keeps_what_is_complete_and_takes_force(shop, monkeypatch):
    for _n in range(3):
        shop.sell(shop.tea, shop.milk, shop.salt)
    monkeypatch.setattr(execute, "LIMITS", Limits(max_itemsets=6))

    run = shop.mine(min_confidence=Decimal("0.2"))

    assert (run.status, run.is_active, run.by_level) == ("STOPPED", True, {"1": 3, "2": 3})
    assert (run.stopped["code"], run.stopped["level"]) == ("itemsets", 3)
    assert all(len(rule.item_key.replace("|", "").split(",")) - 2 <= 4 for rule in AssociationRule.objects.all())


def test_a_broken_off_run_starts_again_from_the_beginning(shop):
    run = shop.start()
    FrequentItemset.objects.create(run=run, size=1, item_ids=[1], names=["x"], count=1, support=1)

    jobs.run_job.func(run.job_id)

    assert FrequentItemset.objects.filter(run=run).count() == 4


# --- What may be asked -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"min_count": None}, "min_support"),
        ({"min_count": None, "min_support": Decimal(0)}, "min_support"),
        ({"min_count": None, "min_support": Decimal("1.01")}, "min_support"),
        ({"min_support": Decimal("0.1")}, "min_support"),
        ({"min_count": 0}, "min_count"),
        ({"min_confidence": Decimal("1.1")}, "min_confidence"),
        ({"min_lift": Decimal("0.9")}, "min_lift"),
        ({"max_length": 1}, "max_length"),
        ({"max_length": 11}, "max_length"),
        ({"level": "SHELF"}, "level"),
        ({"customers": "SOME"}, "customers"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_the_name_of_its_field(shop, values, field):
    with pytest.raises(InvalidInput) as refused:
        shop.start(**values)

    assert refused.value.field == field
    assert (MiningRun.objects.count(), Job.objects.count()) == (0, 0)


def test_days_in_the_future_turned_round_or_without_sales_are_refused(shop):
    day = timedelta(days=1)
    for dates, field in [
        ((shop.today, shop.today + 2 * day), "date_to"),
        ((shop.today, shop.today - day), "date_to"),
        ((shop.today - 9 * day, shop.today - 5 * day), "date_from"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            shop.start(date_from=dates[0], date_to=dates[1])
        assert refused.value.field == field

    assert MiningRun.objects.count() == 0


def test_the_same_form_or_the_same_question_is_one_run(shop):
    first = shop.start(key="a")

    assert shop.start(key="a") == first
    assert shop.start(key="b") == first
    assert shop.start(key="c", min_count=3) != first
    assert Job.objects.count() == 2


def test_an_answered_question_can_be_asked_again(shop):
    first = shop.mine()

    assert shop.start() != first


# --- In force ------------------------------------------------------------------------------
def test_an_older_run_is_put_into_force_again(shop):
    older, newer = shop.mine(), shop.mine(min_count=3)

    run_put_in_force(run=older, by=shop.by)

    newer.refresh_from_db()
    assert (active_run(), newer.is_active) == (older, None)


def test_a_run_without_rules_cannot_be_put_into_force(shop):
    good, empty = shop.mine(), shop.mine(min_count=12)

    with pytest.raises(DomainError):
        run_put_in_force(run=empty, by=shop.by)

    assert active_run() == good


def test_two_runs_tell_which_rules_are_new_gone_and_changed(shop):
    before = shop.mine()
    for _n in range(2):
        shop.sell(shop.milk)
    for _n in range(9):
        shop.sell(shop.salt, shop.tea)
    now = shop.mine(min_confidence=Decimal("0.5"), min_lift=Decimal(1))

    found = compare(before, now)

    sides = [(rule["antecedent"], rule["consequent"]) for rule in found.gone]
    assert sides == [(["Tea"], ["Milk"])]
    assert [(pair.before["confidence"], pair.now["confidence"]) for pair in found.changed] == [(1.0, 0.75)]
    assert found.same == 0


# --- Beforehand and again ----------------------------------------------------------------
def test_the_estimate_of_a_small_window_is_what_the_run_finds(shop):
    found = estimate(shop.asked.window, share=None, count=2, min_confidence=0.7, min_lift=1, max_length=4)

    assert (found.sales, found.itemsets, found.rules, found.is_exact) == (12, 1, 2, True)


def test_mining_again_asks_the_same_over_the_last_three_months(shop):
    last = shop.mine(max_length=3)

    again = mine_again()

    assert (again.min_count, again.max_length, again.by, again.date_to) == (2, 3, shop.by, shop.today)
    assert (again.date_to - again.date_from).days >= 89
    assert (again.pk != last.pk, is_due()) == (True, False)


def test_without_a_run_there_is_nothing_to_do_again(shop):
    with pytest.raises(DomainError):
        mine_again()


def test_a_run_over_categories_is_kept_but_leaves_the_rules_of_products_in_force(shop):
    good = shop.mine()

    run = shop.mine(level="CATEGORY", min_confidence=Decimal("0.1"))

    assert (run.status, run.rules > 0, active_run()) == ("DONE", True, good)
    with pytest.raises(DomainError):
        run_put_in_force(run=run, by=shop.by)


def test_a_run_cancelled_while_it_mines_ends_before_it_writes(shop, monkeypatch):
    run, read = shop.start(), execute.read_baskets

    def then_cancel(*args, **kwargs):
        found = read(*args, **kwargs)
        Job.objects.filter(pk=run.job_id).update(cancel_requested=True)
        return found

    monkeypatch.setattr(execute, "read_baskets", then_cancel)
    jobs.run_job.func(run.job_id)

    run.refresh_from_db()
    assert (run.status, run.itemsets, active_run()) == ("CANCELLED", 0, None)
    assert not FrequentItemset.objects.exists()


@pytest.mark.parametrize("rows_before", [1, 4, 5])
def test_a_run_cancelled_while_it_writes_takes_everything_back(shop, monkeypatch, rows_before):
    good = shop.mine()
    run = shop.start(min_count=3)
    monkeypatch.setattr(storing, "ROWS_AT_ONCE", 1)
    insert, written = storing.insert_rows, []

    def then_cancel(*args, **kwargs):
        written.append(1)
        if len(written) == rows_before:
            Job.objects.filter(pk=run.job_id).update(cancel_requested=True)
            monkeypatch.setattr(jobs, "SECONDS_BETWEEN_REPORTS", 0)
        return insert(*args, **kwargs)

    monkeypatch.setattr(storing, "insert_rows", then_cancel)
    jobs.run_job.func(run.job_id)

    run.refresh_from_db()
    assert (len(written), run.status, run.rules, active_run()) == (rows_before, "CANCELLED", 0, good)
    assert not run.frequent_itemsets.exists()
    assert not run.association_rules.exists()


def test_the_command_starts_a_run_once_a_week(shop):
    last = shop.mine()

    call_command("mine", "--due", verbosity=0)
    assert MiningRun.objects.count() == 1

    MiningRun.objects.filter(pk=last.pk).update(at=last.at - timedelta(days=7))
    call_command("mine", "--due", verbosity=0)
    assert MiningRun.objects.count() == 2


def test_the_command_says_when_there_is_nothing_to_do_again(shop):
    with pytest.raises(CommandError, match="Start the first one"):
        call_command("mine")


def test_the_estimate_of_a_large_window_looks_at_its_last_sales(shop, monkeypatch):
    monkeypatch.setattr(estimating, "MOST_SALES", 4)
    for _n in range(4):
        shop.sell(shop.milk, shop.salt)

    found = estimate(shop.asked.window, share=0.25, count=None, min_confidence=0.7, min_lift=1, max_length=4)

    assert (found.sales, found.looked_at, found.itemsets, found.rules, found.is_exact) == (16, 4, 1, 2, False)


def test_the_clock_mines_again_after_a_week_and_not_twice_a_day(shop):
    assert mine_if_due() == ""

    last = shop.mine()
    assert mine_if_due() == ""

    MiningRun.objects.filter(pk=last.pk).update(at=last.at - timedelta(days=7))
    assert mine_if_due() != ""
    MiningRun.objects.exclude(pk=last.pk).update(status=MiningRun.Status.FAILED)
    assert mine_if_due() == ""
    assert MiningRun.objects.count() == 2
