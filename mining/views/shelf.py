"""The shelf: what to place together, and what stays where it is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventori.permissions import requires
from inventory.selectors import business_today
from inventory.warehouse_choice import current_warehouse
from master.models import Category
from mining.models import FixedPlace, MiningRun
from mining.reading import Window
from mining.run_forms import last_months
from mining.selectors import active_run
from mining.services.shelf import fixed_place_drop, fixed_place_set
from mining.shelf_forms import FixedPlaceForm
from mining.shelf_plan import shelf_plan


@require_GET
@requires("rule_view")
def shelf(request: HttpRequest) -> HttpResponse:
    """Show which categories, or which products of one, to place together."""
    return _show(request, FixedPlaceForm())


@require_POST
@requires("master_change")
def fixed_place_save(request: HttpRequest) -> HttpResponse:
    form = FixedPlaceForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=400)
    fixed = fixed_place_set(**form.cleaned_data, by=request.user)
    messages.success(
        request, _("%(category)s stays at: %(place)s.") % {"category": fixed.category, "place": fixed.place}
    )
    return redirect("mining:shelf")


@require_POST
@requires("master_change")
def fixed_place_delete(request: HttpRequest, pk: int) -> HttpResponse:
    fixed = get_object_or_404(FixedPlace.objects.select_related("category"), pk=pk)
    fixed_place_drop(fixed=fixed, by=request.user)
    messages.success(request, _("%(category)s may be moved again.") % {"category": fixed.category})
    return redirect("mining:shelf")


def _show(request: HttpRequest, form: FixedPlaceForm, status: int = 200) -> HttpResponse:
    category = Category.objects.filter(code=request.GET.get("category", "").upper()).first()
    window = _window(request, category)
    context: dict[str, Any] = {
        "plan": shelf_plan(window, category) if window else None,
        "window": window,
        "category": category,
        "categories": Category.objects.filter(is_active=True).order_by("name"),
        "fixed_places": FixedPlace.objects.select_related("category"),
        "form": form,
    }
    return render(request, "mining/shelf.html", context, status=status)


def _window(request: HttpRequest, category: Category | None) -> Window | None:
    """The sales that the run in force looked at, or the last three months of the chosen warehouse."""
    level = MiningRun.Level.CATEGORY if category is None else MiningRun.Level.PRODUCT
    run = active_run()
    if run is not None:
        return Window(run.date_from, run.date_to, run.warehouse_id, run.customers, level)
    warehouse = current_warehouse(request)
    return Window(*last_months(business_today(warehouse)), warehouse.pk, level=level) if warehouse else None
