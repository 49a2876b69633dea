"""The decision-support screen of the pharmacy study: history, a new calculation, one that was kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory.warehouse_choice import current_warehouse
from master.selectors import shop_profile
from replenishment.coming import shop_today
from replenishment.models import Calculation
from replenishment.selectors import replenishment_settings
from replenishment.services.study import Asked, Need, calculation_make, study_need
from replenishment.study_forms import PeriodForm, StudyForm, usual_period
from replenishment.study_pages import (
    Paper,
    criteria_facts,
    history_page,
    lines_page,
    paper_of,
    title_of,
    totals_of,
)
from replenishment.study_pdf import study_pdf


@require_GET
@requires("reorder_view")
def study_list(request: HttpRequest) -> HttpResponseBase:
    return history_page(request).render("replenishment/study_list.html")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reorder_change")
def study_create(request: HttpRequest) -> HttpResponse:
    """Choose days, goods and criteria; months and need come out before anything is computed."""
    if request.method != "POST":
        form = StudyForm(initial=_usual(request))
        return _create_page(request, form, PeriodForm(_usual(request)))
    form, period = StudyForm(request.POST), PeriodForm(request.POST)
    if "show" in request.POST:
        return _create_page(request, StudyForm(initial=request.POST.dict()), period)
    if not form.is_valid():
        return _create_page(request, form, period, 400)
    try:
        asked = Asked(**form.period, **form.criteria)
        calculation = calculation_make(asked=asked, key=request.POST.get("key", ""), by=request.user)
    except DomainError as error:
        refuse(form, error)
        return _create_page(request, form, period, error.status)
    messages.success(request, _("%(number)s is computed and kept.") % {"number": calculation.number})
    return redirect("replenishment:study_show", calculation.pk)


def _usual(request: HttpRequest) -> dict[str, Any]:
    warehouse = current_warehouse(request)
    first, last = usual_period(shop_today(warehouse))
    return {
        "warehouse": warehouse,
        "date_from": first,
        "date_to": last,
        "ordering_cost": replenishment_settings().ordering_cost,
        "safety_percent": 15,
        "lead_time_days": 3,
        "rule": Calculation.Rule.PUBLISHED,
    }


def _create_page(request: HttpRequest, form: StudyForm, period: PeriodForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "key": request.POST.get("key") or new_key(), **_need_of(period)}
    return render(request, "replenishment/study_create.html", context, status=status)


def _need_of(period: PeriodForm) -> dict[str, Any]:
    """Return months and need of what the form names, or why there are none."""
    need: Need | None = None
    try:
        if period.is_valid():
            need = study_need(**period.period)
    except DomainError as error:
        return {"need": None, "need_refusal": str(error)}
    errors = [sentence for sentences in period.errors.values() for sentence in sentences]
    return {"need": need, "need_refusal": errors[0] if errors else ""}


@require_GET
@requires("reorder_change")
def study_need_part(request: HttpRequest) -> HttpResponse:
    """Answer with months and need alone, for the form that is being filled."""
    return render(request, "replenishment/study_need.html", _need_of(PeriodForm(request.GET)))


@require_GET
@requires("reorder_view")
def study_show(request: HttpRequest, pk: int) -> HttpResponseBase:
    calculation = _load(pk)
    with_costs = request.user.can("cost_view")
    context = {
        "calculation": calculation,
        "heading": title_of(calculation),
        "facts": criteria_facts(calculation, with_costs=with_costs),
        "totals": totals_of(calculation) if with_costs else None,
    }
    return lines_page(request, calculation).render("replenishment/study_show.html", context)


@require_GET
@requires("reorder_view")
def study_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every line on one long page for the printer."""
    calculation = _load(pk)
    paper = _paper(request, calculation)
    if paper is None:
        return redirect("replenishment:study_show", pk)
    rows = [list(zip(paper.columns, row, strict=True)) for row in paper.rows]
    context = {"calculation": calculation, "heading": paper.title, "facts": paper.facts, "columns": paper.columns}
    return render(request, "replenishment/study_print.html", context | {"rows": rows})


@require_GET
@requires("reorder_view")
def study_pdf_file(request: HttpRequest, pk: int) -> HttpResponse:
    calculation = _load(pk)
    paper = _paper(request, calculation)
    if paper is None:
        return redirect("replenishment:study_show", pk)
    response = HttpResponse(study_pdf(paper, shop=shop_profile().name), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="min-max-{calculation.number}.pdf"'
    return response


def _paper(request: HttpRequest, calculation: Calculation) -> Paper | None:
    """Return the calculation on paper; None, with a message, where it is too long for it."""
    try:
        return paper_of(calculation, with_costs=request.user.can("cost_view"))
    except DomainError as error:
        messages.error(request, str(error))
        return None


def _load(pk: int) -> Calculation:
    return get_object_or_404(Calculation.objects.select_related("warehouse", "by"), pk=pk)
