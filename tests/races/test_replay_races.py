"""One form of a replay, sent many times at the same moment, on MariaDB."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from inventori.models import Job
from inventori.posting import new_key
from inventory.selectors import business_today
from replenishment.models import Replay, ReplenishmentSettings
from replenishment.services import replays
from replenishment.services.replays import replay_start
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory
from tests.races.runner import at_once
from tests.replenishment.past import came_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

CLICKS = 8


@pytest.fixture(autouse=True)
def nobody_works(settings):
    """What the worker does is not the question here."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def click_often():
    ShopProfileFactory()
    by, warehouse = UserFactory(role="Manager"), WarehouseFactory()
    ReplenishmentSettings.objects.get_or_create(pk=1)
    came_in(ProductFactory(), warehouse, 5, business_today(warehouse) - timedelta(days=40), by=by)
    question = {"months": 1, "wanted_fill_rate": Decimal(98), "asked": {"scope": "all"}, "key": new_key()}
    return at_once([partial(replay_start, warehouse=warehouse, by=by, **question) for _n in range(CLICKS)])


def test_many_clicks_at_once_start_one_replay():
    results = click_often()

    assert (Replay.objects.count(), Job.objects.count()) == (1, 1)
    assert {result.pk for result in results} == {Replay.objects.get().pk}


def test_without_waiting_for_each_other_they_start_several(monkeypatch):
    monkeypatch.setattr(replays, "_wait_for_others", lambda: None)

    click_often()

    assert Replay.objects.count() > 1
