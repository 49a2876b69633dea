"""The page of a piece of long work: how far it is, what came out, stop and go on."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import jobs
from .models import Job
from .permissions import signed_in


def _load(request: HttpRequest, pk: int) -> Job:
    """Load a job of a kind that this person may see; others do not learn that it exists."""
    return get_object_or_404(jobs.visible_to(request.user).select_related("by"), pk=pk)


def job_context(job: Job, poll_url: str, *, can_stop: bool = True) -> dict[str, Any]:
    """Return what a page shows of a job. poll_url: answers with the progress bar alone."""
    kind = jobs.kind_of(job)
    is_interrupted = jobs.is_interrupted(job)
    is_active = job.is_active and not is_interrupted
    return {
        "job": job,
        "kind": kind,
        "is_interrupted": is_interrupted,
        "can_resume": kind.is_resumable and (is_interrupted or job.status in (Job.Status.FAILED, Job.Status.CANCELLED)),
        "progress": {
            "title": job.title,
            "status": job.status,
            "done": job.done,
            "total": job.total,
            "message": job.message,
            "is_active": is_active,
            **{name: job.result.get(name) for name in ("rate", "seconds_left") if is_active},
        },
        "poll_url": poll_url,
        "cancel_url": reverse("job_cancel", args=[job.pk]) if can_stop else "",
    }


@signed_in
def job_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the job. To its own progress bar, which asks every second, it answers with the bar alone."""
    job = _load(request, pk)
    context = job_context(job, reverse("job_show", args=[pk]))
    if "HX-Request" not in request.headers:
        return render(request, "jobs/job_show.html", context | context["kind"].context(job, request))
    response = render(request, "fragments/progress.html", context)
    if not context["progress"]["is_active"]:
        # The work has ended: the whole page has something new to say.
        response["HX-Refresh"] = "true"
    return response


@signed_in
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    jobs.job_cancel(job=_load(request, pk))
    messages.info(request, _("The work stops as soon as nothing is half-done."))
    return redirect("job_show", pk)


@signed_in
@require_POST
def job_resume(request: HttpRequest, pk: int) -> HttpResponse:
    if jobs.job_resume(job=_load(request, pk)):
        messages.success(request, _("The work goes on where it stopped."))
    return redirect("job_show", pk)


@signed_in
def job_file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """Send a file that the job's result names."""
    job = _load(request, pk)
    path = jobs.folder(job) / name
    if name not in job.result.get("files", {}) or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=job.result["files"][name])
