"""Uploaded sales files, and the two jobs that each goes through: look at it, then import it."""

import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from inventori import jobs
from inventori.errors import DomainError
from inventori.models import Job

from .check import sales_file
from .options import ImportOptions
from .progress import POSTING
from .rejects import rejects_write
from .run import import_sales
from .summary import Summary

KIND = "sales_import"
REJECTS = "rejects.csv"
STEPS = [gettext_lazy("Choose a file"), gettext_lazy("Check"), gettext_lazy("Import")]
KEPT_SECONDS = 7 * 24 * 60 * 60


def folder() -> Path:
    return Path(settings.DATA_DIR) / "past_sales"


def upload_keep(upload: UploadedFile) -> Path:
    """Store an uploaded file under a name that nobody can guess; what lay there for a week is thrown away."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder().iterdir():
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    path = folder() / f"{secrets.token_hex(16)}.csv"
    with path.open("wb") as file:
        for part in upload.chunks():
            file.write(part)
    return path


def check_start(*, options: ImportOptions, name: str, by: User) -> Job:
    """Let the worker read the file and say what it would do. Raises InvalidInput for a file that is none."""
    sales_file(options)
    title = _("Check of %(file)s") % {"file": name}
    parameters = {"options": {**options.to_json(), "dry_run": True}, "file_name": name}
    return jobs.job_start(kind=KIND, title=title, parameters=parameters, by=by)


@transaction.atomic
def import_start(*, check_id: int, by: User) -> Job:
    """Import the file that the job `check_id` has looked at; a second click returns the first import.

    Raises DomainError when the check is not done or the file is gone.
    """
    check = Job.objects.select_for_update().get(pk=check_id)
    if follower := check.parameters.get("import_job"):
        return Job.objects.get(pk=follower)
    options = ImportOptions.from_json(check.parameters["options"])
    if check.status != Job.Status.DONE or not options.dry_run:
        raise DomainError(_("The file has not been checked yet."), code="not_checked")
    if not Path(options.path).is_file():
        raise DomainError(_("This upload is no longer here. Upload the file again."), code="upload_gone")
    name = check.parameters["file_name"]
    parameters = {"options": {**options.to_json(), "dry_run": False}, "file_name": name}
    job = jobs.job_start(kind=KIND, title=_("Import of %(file)s") % {"file": name}, parameters=parameters, by=by)
    check.parameters["import_job"] = job.pk
    # Only this column: the job may be running already and reports in the others.
    Job.objects.filter(pk=check.pk).update(parameters=check.parameters)
    return job


def upload_drop(check: Job) -> None:
    """Throw the uploaded file of a check away, unless its import has begun."""
    if not check.parameters.get("import_job"):
        Path(check.parameters["options"]["path"]).unlink(missing_ok=True)


def _run(job: Job, reporter: jobs.Reporter) -> dict[str, Any]:
    options = ImportOptions.from_json(job.parameters["options"])
    words = {True: _("Posting the sales"), False: _("Reading the file")}
    summary = import_sales(
        options,
        by=job.by,
        progress=lambda phase, done, total: reporter.report(done, total, words[phase == POSTING]),
        keep_plan=lambda plan: rejects_write(plan, jobs.folder(job) / REJECTS),
    )
    if not options.dry_run:
        Path(options.path).unlink(missing_ok=True)
    files = {REJECTS: "text/csv; charset=utf-8"} if summary.rejected else {}
    return {"summary": summary.to_json(), "files": files}


def _context(job: Job, request: HttpRequest) -> dict[str, Any]:
    options = job.parameters["options"]
    frame = {
        "back_url": reverse("sales:import_start"),
        "back_label": _("Import past sales"),
        "steps": STEPS,
        "at": 2 if options["dry_run"] else 3,
    }
    if job.status != Job.Status.DONE:
        return frame
    path = Path(options["path"])
    return frame | {
        "summary": Summary.from_json(job.result["summary"]),
        "import_job": job.parameters.get("import_job"),
        "is_here": path.is_file(),
        "rejects": REJECTS if job.result["files"] else "",
    }


def register() -> None:
    jobs.register(
        jobs.Kind(
            name=KIND,
            right="master_import",
            run=_run,
            is_resumable=True,
            template="sales/import_result.html",
            context=_context,
        )
    )
