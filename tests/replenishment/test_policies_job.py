"""One press of "compute" makes one job; the command does the same for cron."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from inventori import jobs
from inventori.models import Job
from inventory.models import ReorderPolicy
from inventory.selectors import business_today
from replenishment.selectors import replenishment_settings
from replenishment.services import policies_job
from replenishment.services.policies_job import policies_start
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory, stock_up
from tests.purchases.buying import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(settings):
    """A warehouse with three products; what is started waits until a test runs it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    warehouse, by = WarehouseFactory(code="TOKO"), UserFactory(role="Manager")
    products = ProductFactory.create_batch(3, supplier=SupplierFactory())
    for product in products:
        stock_up(product, warehouse, 10, by=by)
    return warehouse, by, products


def test_pressed_twice_it_is_one_job(shop) -> None:
    warehouse, by, products = shop

    first = policies_start(warehouse=warehouse, by=by)
    second = policies_start(warehouse=warehouse, by=by)
    other = policies_start(warehouse=warehouse, product_ids=[products[0].pk], by=by)

    assert first == second
    assert other != first
    assert Job.objects.filter(kind="policies").count() == 2


def test_a_job_that_a_dead_worker_left_behind_goes_on(shop) -> None:
    warehouse, by, _products = shop
    job = policies_start(warehouse=warehouse, by=by)
    long_ago = business_today(warehouse) - timedelta(1)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, heartbeat_at=f"{long_ago} 00:00+00:00")

    assert policies_start(warehouse=warehouse, by=by) == job

    assert Job.objects.get(pk=job.pk).status == Job.Status.WAITING


def test_after_its_end_a_press_is_a_new_job(shop) -> None:
    warehouse, by, _products = shop
    job = policies_start(warehouse=warehouse, by=by)
    jobs.run_job.call(job.pk)

    assert policies_start(warehouse=warehouse, by=by) != job


def test_the_job_computes_and_its_page_tells_each_state(shop) -> None:
    warehouse, by, _products = shop
    job = policies_start(warehouse=warehouse, by=by)

    jobs.run_job.call(job.pk)

    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    assert job.result == {"counts": {"NO_HISTORY": 3}}
    assert ReorderPolicy.objects.count() == 3
    page = signed_in("Manager").get(reverse("job_show", args=[job.pk])).content.decode()
    assert "3 policies are computed and in force." in page
    assert "?state=NO_HISTORY" in page


def test_a_stopped_job_leaves_no_policy_half_written(shop) -> None:
    warehouse, by, _products = shop
    job = policies_start(warehouse=warehouse, by=by)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)

    jobs.run_job.call(job.pk)

    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert not ReorderPolicy.objects.exists()


def test_only_who_changes_policies_sees_the_job(shop) -> None:
    warehouse, by, _products = shop
    job = policies_start(warehouse=warehouse, by=by)

    assert signed_in("Cashier").get(reverse("job_show", args=[job.pk])).status_code == 404
    assert signed_in("Warehouse").get(reverse("job_show", args=[job.pk])).status_code == 404


def test_a_selection_of_the_job_computes_no_other(shop) -> None:
    warehouse, by, products = shop
    job = policies_start(warehouse=warehouse, product_ids=[products[1].pk], by=by)

    jobs.run_job.call(job.pk)

    assert ReorderPolicy.objects.get().product == products[1]


# --- The command -------------------------------------------------------------------------
def told(*arguments: str) -> str:
    out = StringIO()
    call_command("recompute_policies", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_computes_every_active_warehouse(shop) -> None:
    _warehouse, by, products = shop
    second = WarehouseFactory(code="GUDANG")
    stock_up(products[0], second, 5, by=by)
    closed = WarehouseFactory(is_active=False)
    stock_up(products[0], closed, 5, by=by)

    assert told() == "Policies computed: 4\n  NO_HISTORY: 4\n"

    assert not ReorderPolicy.objects.filter(warehouse=closed).exists()


def test_the_command_computes_one_warehouse_and_names_the_codes_for_a_wrong_one(shop) -> None:
    assert told("--warehouse", "toko").startswith("Policies computed: 3\n")
    assert replenishment_settings().recomputed_on is None
    with pytest.raises(CommandError, match="There is no active warehouse NONE; there are: TOKO"):
        told("--warehouse", "NONE")


def test_the_command_of_cron_does_it_once_a_week(shop) -> None:
    warehouse, _by, _products = shop

    assert told("--due").startswith("Policies computed: 3\n")
    assert told("--due") == ""

    settings = replenishment_settings()
    settings.recomputed_on = business_today(warehouse) - timedelta(7)
    settings.service_level_c = Decimal(91)
    settings.save()
    assert told("--due").startswith("Policies computed: 3\n")
    assert set(ReorderPolicy.objects.values_list("service_level", flat=True)) == {Decimal(91)}


def test_cron_does_nothing_where_the_shop_computes_by_hand(shop) -> None:
    settings = replenishment_settings()
    settings.recompute = settings.Recompute.NEVER
    settings.save()

    assert told("--due") == ""
    assert not ReorderPolicy.objects.exists()


def test_the_kind_of_work_is_known() -> None:
    assert policies_job.KIND in jobs._kinds
