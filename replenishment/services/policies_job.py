"""Policies computed by the worker: one press makes one job, with progress, and it can be stopped."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from inventori import jobs
from inventori.models import Job
from inventory.models import Warehouse
from replenishment.models import ReplenishmentSettings
from replenishment.selectors import replenishment_settings
from replenishment.states import badge_of, sentence

from .policies import policies_compute, policies_range

KIND = "policies"


def policies_start(
    *,
    warehouse: Warehouse,
    product_ids: Sequence[int] | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    by: User,
) -> Job:
    """Let the worker compute the policies of `warehouse`; asked for again while it runs, it is the same job.

    The same arguments as `policies_compute`, which also says what they mean. Raises InvalidInput for days that are
    none.
    """
    start, end = policies_range(warehouse, date_from, date_to)
    parameters = {
        "warehouse": warehouse.pk,
        "product_ids": sorted(set(product_ids)) if product_ids is not None else None,
        "date_from": start.isoformat(),
        "date_to": end.isoformat(),
    }
    with transaction.atomic():
        # One row that everybody locks: the second press waits here, and then finds the job of the first.
        replenishment_settings()
        ReplenishmentSettings.objects.select_for_update().get(pk=1)
        for job in Job.objects.filter(kind=KIND, status__in=[Job.Status.WAITING, Job.Status.RUNNING]):
            if job.parameters == parameters:
                jobs.job_resume(job=job)  # which only one that a dead worker left behind needs
                return job
        title = _("Policies of %(place)s") % {"place": warehouse.name}
        return jobs.job_start(kind=KIND, title=title, parameters=parameters, by=by)


def _run(job: Job, reporter: jobs.Reporter) -> dict[str, Any]:
    asked = job.parameters
    counts = policies_compute(
        warehouse=Warehouse.objects.get(pk=asked["warehouse"]),
        product_ids=asked["product_ids"],
        date_from=date.fromisoformat(asked["date_from"]),
        date_to=date.fromisoformat(asked["date_to"]),
        by=job.by,
        reporter=reporter,
    )
    return {"counts": counts}


def _context(job: Job, request: HttpRequest) -> dict[str, Any]:
    frame: dict[str, Any] = {"back_url": reverse("replenishment:policy_list"), "back_label": _("Reorder policies")}
    if job.status != Job.Status.DONE:
        return frame
    counts = sorted(job.result["counts"].items(), key=lambda pair: -pair[1])
    rows = [{"badge": badge_of(state), "sentence": sentence(state), "count": n, "state": state} for state, n in counts]
    return frame | {"rows": rows, "total": sum(job.result["counts"].values())}


def register() -> None:
    jobs.register(
        jobs.Kind(
            name=KIND,
            right="reorder_change",
            run=_run,
            is_resumable=True,
            template="replenishment/policies_done.html",
            context=_context,
        )
    )
