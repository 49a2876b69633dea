"""Ten presses of "compute" at once, and computing while the tills sell and others compute, on MariaDB."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from inventori.models import Job
from inventory import ledger
from inventory.demand import demand_table
from inventory.demand_history import demand_fold
from inventory.ledger import Document, Line
from inventory.models import DemandFold, RefType, ReorderPolicy, Stock, StockMove
from inventory.selectors import business_today
from replenishment.models import ReplenishmentSettings
from replenishment.selectors import replenishment_settings
from replenishment.services.policies import policies_compute
from replenishment.services.policies_job import policies_start
from tests.factories import ProductFactory, ShopProfileFactory, SupplierFactory, UserFactory, WarehouseFactory, stock_up
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]


@pytest.fixture
def shop(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    ShopProfileFactory()
    warehouse, by = WarehouseFactory(), UserFactory(role="Manager")
    products = ProductFactory.create_batch(6, supplier=SupplierFactory())
    for product in products:
        stock_up(product, warehouse, 1_000, by=by)
    replenishment_settings()
    return warehouse, by, products


def sell(product, warehouse, by, days_ago):
    document = Document(warehouse, RefType.SALE.value, 1, [Line(product.pk, Decimal(-1))], timezone.now(), by)
    document.business_date = business_today(warehouse) - timedelta(days_ago)
    with transaction.atomic():
        ledger.post(document)


def test_ten_presses_at_once_are_one_job(shop):
    warehouse, by, _products = shop

    results = at_once([partial(policies_start, warehouse=warehouse, by=by)] * 10)

    assert {result.pk for result in results} == {Job.objects.get().pk}


def test_without_the_lock_they_are_many(shop, monkeypatch):
    warehouse, by, _products = shop
    monkeypatch.setattr(ReplenishmentSettings.objects, "select_for_update", ReplenishmentSettings.objects.all)

    results = at_once([partial(policies_start, warehouse=warehouse, by=by)] * 10)

    assert len({result.pk for result in results}) > 1


def test_folding_at_once_while_others_sell_counts_every_sale_once(shop):
    warehouse, by, products = shop
    for product in products:
        sell(product, warehouse, by, 3)
    demand_fold(now=timezone.now() - timedelta(hours=1))
    selling = [partial(sell, product, warehouse, by, 2) for product in products]
    days = {"start": business_today(warehouse) - timedelta(5), "end": business_today(warehouse)}
    reading = [partial(demand_table, warehouse=warehouse, **days)] * 4

    results = at_once([*[demand_fold] * 4, *selling, *reading])

    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(results[:4])[:3] == [0, 0, 0]
    assert DemandFold.objects.get().folded_to > 0
    table = demand_table(warehouse=warehouse, **days)
    assert table.demand.sum(axis=1).tolist() == [2.0] * 6
    for read in results[-4:]:
        assert read.stocked[:, -1].all()
        assert set(read.demand.sum(axis=1).tolist()) <= {1.0, 2.0}


def test_computing_at_once_makes_one_policy_a_product_and_loses_no_sale(shop):
    warehouse, by, products = shop
    computing = [partial(policies_compute, warehouse=warehouse, by=by)] * 4
    selling = [partial(sell, product, warehouse, by, 1) for product in products]

    results = at_once([*computing, *selling])

    assert Counter(type(result).__name__ for result in results) == {"dict": 4, "NoneType": 6}
    assert ReorderPolicy.objects.count() == 6
    assert set(Stock.objects.values_list("qty", flat=True)) == {Decimal(999)}
    assert StockMove.objects.filter(ref_type=RefType.SALE).count() == 6
