"""What to order: the plan, its press, and what came of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.posting import new_key
from inventory.models import Warehouse
from inventory.warehouse_choice import choosable, current_warehouse
from replenishment.models import SuggestionRun
from replenishment.ordering import order_plan as plan_of
from replenishment.plan_sheet import MONEY, REASONS, PlanSheet, decisions_posted
from replenishment.services.orders import orders_make


@dataclass(slots=True)
class Asked:
    """How the plan is wanted: where, with how much money, and which suppliers' orders filled up."""

    warehouse: Warehouse
    budget: Decimal | None
    budget_text: str
    budget_error: str
    fills: list[int]


@requires("reorder_view")
def order_plan(request: HttpRequest) -> HttpResponse:
    """Show what to order; a post reads the form again after a step: a budget, an order filled up, a number typed."""
    asked = _asked(request)
    if asked is None:
        return render(request, "replenishment/order_none.html")
    if request.method != "POST":
        return _page(request, asked, PlanSheet(_plan(asked)))
    step, _colon, target = request.POST.get("do", "").partition(":")
    if step in ("fill", "unfill") and target.isdecimal() and len(target) < 12:
        asked.fills = sorted({*asked.fills, int(target)} if step == "fill" else {*asked.fills} - {int(target)})
    elif step == "nobudget":
        asked.budget, asked.budget_text, asked.budget_error = None, "", ""
    return _page(request, asked, PlanSheet(_plan(asked), request.POST), status=400 if asked.budget_error else 200)


@require_POST
@requires("purchase_change")
def order_make(request: HttpRequest) -> HttpResponse:
    """Draft what is ticked. What is refused comes back as it was typed, with the numbers of now."""
    asked = _asked(request)
    if asked is None:
        return redirect("replenishment:order_plan")
    sheet = PlanSheet(_plan(asked), request.POST)
    if asked.budget_error or not sheet.is_valid:
        return _page(request, asked, sheet, status=400)
    try:
        run = orders_make(
            key=request.POST.get("key", ""),
            warehouse=asked.warehouse,
            decisions=decisions_posted(request.POST, sheet),
            by=request.user,
            budget=asked.budget,
            fills=asked.fills,
        )
    except DomainError as refusal:
        return _page(request, asked, sheet, status=refusal.status, refusal=str(refusal))
    return redirect("replenishment:order_made", pk=run.pk)


@require_GET
@requires("reorder_view")
def order_made(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the drafts of one press, and what was rejected."""
    run = get_object_or_404(SuggestionRun.objects.select_related("by"), pk=pk)
    kept = list(run.suggestions.select_related("product", "supplier", "order__supplier", "warehouse").order_by("pk"))
    orders = {one.order_id: one.order for one in kept if one.order}
    lines = [(order, sum(one.order_id == order.pk for one in kept)) for order in orders.values()]
    left = [one for one in kept if one.order is None]
    context = {"run": run, "orders": lines, "left": left, "place": kept[0].warehouse if kept else None}
    return render(request, "replenishment/order_made.html", context)


# --- What was asked --------------------------------------------------------------------
def _asked(request: HttpRequest) -> Asked | None:
    """Return what the form asks for; money is asked of those alone who may see it. None in a shop without a place."""
    data = request.POST
    posted = next((one for one in choosable(request) if str(one.pk) == data.get("warehouse", "")), None)
    warehouse = posted or current_warehouse(request)
    if warehouse is None:
        return None
    text = data.get("budget", "")[:40] if request.user.can("cost_view") else ""
    budget, error = None, ""
    try:
        budget = MONEY.clean(text)
    except ValidationError as refusal:
        error = " ".join(refusal.messages)
    fills = [int(pk) for pk in data.getlist("fill") if pk.isdecimal() and len(pk) < 12]
    return Asked(warehouse, budget, text, error, fills)


def _plan(asked: Asked):
    return plan_of(warehouse=asked.warehouse, budget=asked.budget, fills=asked.fills)


def _page(
    request: HttpRequest, asked: Asked, sheet: PlanSheet, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {
        "sheet": sheet,
        "plan": sheet.plan,
        "asked": asked,
        "key": request.POST.get("key", "")[:64] or new_key(),
        "reasons": [(reason.value, f"{n} {reason.label}") for n, reason in enumerate(REASONS, 1)],
        "refusal": refusal,
        "is_refused": status >= 400,
        "may_order": request.user.can("purchase_change"),
    }
    fragment = request.headers.get("X-Fragment")
    template = "replenishment/fragments/order_sheet.html" if fragment else "replenishment/order_plan.html"
    return render(request, template, context, status=status)
