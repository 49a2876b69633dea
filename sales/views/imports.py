"""Past sales from a file: choose it, look at what it would do, import it in the worker."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori import jobs
from inventori.errors import DomainError
from inventori.models import Job
from inventori.permissions import requires
from inventori.refusals import refuse
from sales.importing import uploads
from sales.importing.forms import SalesFileForm


def _load(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(jobs.visible_to(request.user), pk=pk, kind=uploads.KIND)


@requires("master_import")
def import_start(request: HttpRequest) -> HttpResponse:
    form = SalesFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        path = uploads.upload_keep(form.cleaned_data["file"])
        try:
            name = form.cleaned_data["file"].name
            job = uploads.check_start(options=form.options(str(path)), name=name, by=request.user)
        except DomainError as error:
            path.unlink(missing_ok=True)
            refuse(form, error)
        else:
            return redirect("job_show", job.pk)
    earlier = jobs.visible_to(request.user).filter(kind=uploads.KIND).select_related("by")[:10]
    return render(request, "sales/import_start.html", {"form": form, "jobs": earlier, "steps": uploads.STEPS})


@requires("master_import")
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    check = _load(request, pk)
    try:
        job = uploads.import_start(check_id=check.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("sales:import_start")
    return redirect("job_show", job.pk)


@requires("master_import")
@require_POST
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    uploads.upload_drop(_load(request, pk))
    messages.info(request, _("The upload is thrown away. Nothing was imported."))
    return redirect("sales:import_start")
