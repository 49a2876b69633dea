"""One form of a mining run, sent many times at the same moment, and runs that take force at once, on MariaDB."""

from datetime import timedelta
from functools import partial

import pytest

from inventori import jobs
from inventori.models import Job
from inventori.posting import new_key
from inventory.selectors import business_today
from mining.models import HintSettings, MiningRun
from mining.services import runs
from mining.services.runs import Asked, run_put_in_force, run_start
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory
from tests.mining.shop import sold
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

CLICKS = 20


@pytest.fixture(autouse=True)
def nobody_works(settings):
    """What the worker does is not the question here."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def question():
    ShopProfileFactory()
    HintSettings.objects.get_or_create(pk=1)
    by, warehouse = UserFactory(role="Analyst"), WarehouseFactory()
    today, products = business_today(warehouse), ProductFactory.create_batch(2)
    for _n in range(3):
        sold(products, warehouse=warehouse, by=by, day=today)
    return {"asked": Asked(today - timedelta(days=30), today, min_count=2), "key": new_key(), "by": by}


def test_twenty_clicks_at_once_start_one_run(question):
    results = at_once([partial(run_start, **question) for _n in range(CLICKS)])

    assert (MiningRun.objects.count(), Job.objects.count()) == (1, 1)
    assert {result.pk for result in results} == {MiningRun.objects.get().pk}


def test_without_waiting_for_each_other_they_start_several(question, monkeypatch):
    monkeypatch.setattr(runs, "wait_for_others", lambda: None)

    at_once([partial(run_start, **question) for _n in range(CLICKS)])

    assert MiningRun.objects.count() > 1


def test_of_runs_put_into_force_at_once_one_is(question):
    made = []
    for _n in range(4):
        run = run_start(**{**question, "key": new_key()})
        jobs.run_job.func(run.job_id)
        made.append(MiningRun.objects.get(pk=run.pk))
    assert all(run.rules == 2 for run in made)

    at_once([partial(run_put_in_force, run=run, by=question["by"]) for run in made])

    assert MiningRun.objects.filter(is_active=True).count() == 1
