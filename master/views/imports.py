"""Bringing lists in: choose and upload, look at what it would do, apply."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori import exports
from inventori.badges import badge_for
from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from inventori.templatetags import inventori as write
from master.importing import importers, services, uploads
from master.importing.forms import UploadForm
from master.importing.plan import CHANGED, NEW
from master.importing.registry import importer_called
from master.models import ImportRun

STEPS = [gettext_lazy("Choose a file"), gettext_lazy("Check"), gettext_lazy("Apply")]
FAULTS_SHOWN = 200
ROWS_SHOWN = 50


@requires("master_import")
def import_start(request: HttpRequest) -> HttpResponse:
    asked = {"kind": request.GET.get("kind", "products")}
    form = UploadForm(request.POST or None, request.FILES or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("file")
        try:
            upload, _plan = services.import_upload(content=file.read(), file_name=file.name, by=request.user, **given)
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("master:import_check", upload.token)
    kinds = [(importer, [column.name for column in importer.columns_for(request.user)]) for importer in importers()]
    runs = [(run, label_of(run.kind)) for run in ImportRun.objects.select_related("by")[:5]]
    return render(request, "master/import_start.html", {"form": form, "kinds": kinds, "runs": runs, "steps": STEPS})


def label_of(kind: str) -> Any:
    return next((importer.label for importer in importers() if importer.name == kind), kind)


@requires("master_import")
def import_template(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Send an empty table with its heading and one example row, which begins with # and so is not imported."""
    try:
        importer = importer_called(name)
    except DomainError as error:
        raise Http404 from error
    if form not in exports.FORMATS:
        raise Http404
    columns = [column.name for column in importer.columns_for(request.user)]
    example = [importer.example.get(column, "") for column in columns]
    example[0] = f"#{example[0]}"
    make = exports.csv_response if form == "csv" else exports.xlsx_response
    return make(f"{name}-template", columns, [example])


@requires("master_import")
def import_check(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the file would do; nothing has been stored yet."""
    upload = uploads.find(token=token, by=request.user)
    plan = uploads.read_note(token, request.user, "plan")
    kind = request.GET.get("show", "")
    changes = [change for change in plan["changes"] if kind not in (NEW, CHANGED) or change["kind"] == kind]
    page = Paginator(changes, ROWS_SHOWN).get_page(request.GET.get("page"))
    return render(
        request,
        "master/import_check.html",
        {
            "upload": upload,
            "label": label_of(upload.kind),
            "plan": plan,
            "faults": plan["faults"][:FAULTS_SHOWN],
            "fault_count": len(plan["faults"]),
            "faults_left": len(plan["faults"]) - FAULTS_SHOWN,
            "rows": page,
            "shown": [shown_change(change) for change in page.object_list],
            "show": kind if kind in (NEW, CHANGED) else "",
            "to_do": plan["counts"][NEW] + plan["counts"][CHANGED],
            "steps": STEPS,
        },
    )


def shown_change(change: dict[str, Any]) -> dict[str, Any]:
    """Return one row of the plan in the reader's notation."""
    values = [(name, shown_value(old, kind), shown_value(new, kind)) for name, kind, old, new in change["values"]]
    return {**change, "values": values}


def shown_value(value: Any, kind: str) -> str:
    if value is None or value == "":
        return "–"
    if kind == "money":
        return write.money(Decimal(value))
    if kind == "qty":
        return write.qty(Decimal(value))
    return str(badge_for("YES" if value else "NO").label) if isinstance(value, bool) else str(value)


@requires("master_import")
@require_POST
def import_apply(request: HttpRequest, token: str) -> HttpResponse:
    try:
        run = services.import_apply(token=token, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        if error.code == "upload_gone":
            return redirect("master:import_start")
        return redirect("master:import_check", token)
    uploads.drop(token=token, by=request.user)
    if run.added or run.changed:
        sentence = _("Imported: %(added)s new, %(changed)s changed, %(unchanged)s unchanged.")
    else:
        sentence = _("This file changes nothing: everything in it is on record already (%(unchanged)s rows).")
    counts = {"added": run.added, "changed": run.changed, "unchanged": run.unchanged}
    messages.success(request, sentence % counts)
    return redirect("master:import_start")


@requires("master_import")
@require_POST
def import_drop(request: HttpRequest, token: str) -> HttpResponse:
    uploads.drop(token=token, by=request.user)
    messages.info(request, _("The upload is thrown away. Nothing was imported."))
    return redirect("master:import_start")
