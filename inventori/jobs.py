"""Long work in the worker: started once, reports, can be stopped, goes on after a killed worker.

An app that has such work registers a kind in its `AppConfig.ready`:

    jobs.register(jobs.Kind(name="sales_import", right="master_import", run=run_import, is_resumable=True))
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from .errors import DomainError
from .models import Job

SECONDS_BETWEEN_REPORTS = 0.5
# Longer than any honest silence between two reports.
SILENCE = timedelta(seconds=60)


class JobCancelled(Exception):
    """Somebody asked the work to stop; it is raised where nothing is half-done."""


class Reporter:
    """What running work tells about itself, and where it hears that it should stop."""

    def __init__(self, job: Job) -> None:
        self._job_id = job.pk
        self._message = ""
        self._began, self._from, self._last = time.monotonic(), 0, 0.0

    def report(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is. Raises JobCancelled when it should stop: call it between two whole steps."""
        now = time.monotonic()
        is_new_phase = message != self._message
        if not is_new_phase and done < total and now - self._last < SECONDS_BETWEEN_REPORTS:
            return
        if is_new_phase:
            self._message, self._began, self._from = message, now, done
        self._last = now
        seconds = now - self._began
        rate = int((done - self._from) / seconds) if seconds > 1 else 0
        pace = {"rate": rate, "seconds_left": int((total - done) / rate) + 1} if rate else {}
        jobs = Job.objects.filter(pk=self._job_id)
        jobs.update(done=done, total=total, message=message, result=pace, heartbeat_at=timezone.now())
        if jobs.filter(cancel_requested=True).exists():
            raise JobCancelled


@dataclass(frozen=True)
class Kind:
    """A kind of work. right: who may see, stop and continue it. run: does it and returns its result as JSON values.

    template: shows the result, given what `context` returns. A result may name "files" (name → media type)
    that lie in `folder(job)`.
    """

    name: str
    right: str
    run: Callable[[Job, Reporter], dict[str, Any]]
    is_resumable: bool = False
    template: str = ""
    context: Callable[[Job, HttpRequest], dict[str, Any]] = lambda job, request: {}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(job: Job) -> Kind:
    try:
        return _kinds[job.kind]
    except KeyError:
        raise ImproperlyConfigured(f"no app registered the job kind {job.kind!r}") from None


def visible_to(user: Any) -> QuerySet[Job]:
    """Return the jobs that `user` may see."""
    return Job.objects.filter(kind__in=[kind.name for kind in _kinds.values() if user.can(kind.right)])


def folder(job: Job) -> Path:
    """Return where the files of `job` lie."""
    return Path(settings.DATA_DIR) / "jobs" / str(job.pk)


def job_start(
    *, kind: str, title: str, parameters: dict[str, Any], by: Any, also: Callable[[Job], Any] | None = None
) -> Job:
    """Write the job down, and what `also` writes beside it, and hand it to the worker."""
    with transaction.atomic():
        job = Job.objects.create(kind=kind, title=title[:200], parameters=parameters, by=by)
        if also:
            also(job)
        run_job.enqueue(job.pk)
    return job


def job_cancel(*, job: Job) -> None:
    """Stop the job: at once when nobody works on it, else at its next report."""
    nobody_works = Q(status=Job.Status.WAITING) | _left_behind()
    jobs = Job.objects.filter(pk=job.pk)
    if not jobs.filter(nobody_works).update(status=Job.Status.CANCELLED, finished_at=timezone.now()):
        jobs.filter(status=Job.Status.RUNNING).update(cancel_requested=True)


def job_resume(*, job: Job) -> bool:
    """Let a stopped, failed or abandoned job go on; return whether it was one."""
    return kind_of(job).is_resumable and _again(Job.objects.filter(pk=job.pk).filter(_left_behind() | _ended())) == 1


def jobs_resume_interrupted(*, workers_are_down: bool = False) -> int:
    """Hand every job that a killed worker left behind to the worker again, and return their number.

    workers_are_down: nobody works now, so every running job is one.
    """
    resumable = [kind.name for kind in _kinds.values() if kind.is_resumable]
    left = Q(status=Job.Status.RUNNING) if workers_are_down else _left_behind()
    count = 0
    for job in Job.objects.filter(left, kind__in=resumable):
        count += _again(Job.objects.filter(left, pk=job.pk))
    return count


def is_interrupted(job: Job) -> bool:
    silent = job.heartbeat_at is not None and job.heartbeat_at < _silent_since()
    return job.status == Job.Status.RUNNING and silent


def _silent_since() -> Any:
    return timezone.now() - SILENCE


def _left_behind() -> Q:
    return Q(status=Job.Status.RUNNING, heartbeat_at__lt=_silent_since())


def _ended() -> Q:
    return Q(status__in=[Job.Status.CANCELLED, Job.Status.FAILED])


def _again(jobs: QuerySet[Job]) -> int:
    """Claim the one job of `jobs` and hand it over; two clicks start it once."""
    with transaction.atomic():
        pk = jobs.values_list("pk", flat=True).first()
        waiting = {"status": Job.Status.WAITING, "cancel_requested": False, "finished_at": None, "message": ""}
        if pk is None or not jobs.update(**waiting, heartbeat_at=None):
            return 0
        run_job.enqueue(pk)
    return 1


@task()
def run_job(job_id: int) -> None:
    """Run a waiting job in the worker. A job that somebody else took, or that was stopped, is left alone."""
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, status=Job.Status.WAITING).update(
        status=Job.Status.RUNNING, started_at=now, heartbeat_at=now
    )
    if not claimed:
        return
    job = Job.objects.select_related("by").get(pk=job_id)
    # What is left in place when the work breaks off for a reason that nobody foresaw.
    with translation.override(job.by.language or settings.LANGUAGE_CODE):
        end: dict[str, Any] = {
            "status": Job.Status.FAILED,
            "message": _("The work broke off. The log of the worker says why."),
        }
        try:
            result = kind_of(job).run(job, Reporter(job))
            end = {"status": Job.Status.DONE, "message": "", "result": result}
        except JobCancelled:
            end = {"status": Job.Status.CANCELLED, "message": _("Stopped. What was done so far stays.")}
        except DomainError as error:
            end = {"status": Job.Status.FAILED, "message": str(error)}
        finally:
            Job.objects.filter(pk=job_id).update(**{"result": {}, **end}, finished_at=timezone.now())
