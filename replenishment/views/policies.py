"""When each product is ordered and how much: the list, the page of one, and what people type into them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from inventori.templatetags.inventori import qty as show_qty
from inventory.models import ReorderPolicy, Stock, Warehouse
from inventory.selectors import business_today
from inventory.warehouse_choice import current_warehouse
from master.models import Product
from replenishment import states
from replenishment.models import ReplenishmentSettings
from replenishment.policy_forms import BulkForm, PolicyForm, RangeForm
from replenishment.policy_list import PolicyPage, policy_badge
from replenishment.policy_page import policy_page
from replenishment.selectors import replenishment_settings, without_policy
from replenishment.services import typing
from replenishment.services.policies_job import policies_start
from replenishment.unsold import unsold_sentences


# --- The list ---------------------------------------------------------------------------
@require_GET
@requires("reorder_view")
def policy_list(request: HttpRequest) -> HttpResponseBase:
    """Show the policies of the warehouse that the person works in."""
    warehouse, settings = current_warehouse(request), replenishment_settings()
    if warehouse is None:
        return render(request, "replenishment/no_warehouse.html")
    page = PolicyPage(request, warehouse)
    context = {
        "missing": without_policy(warehouse).count(),
        "range_form": _range_form(None, warehouse, settings),
        "bulk_form": BulkForm(),
        "history_days": settings.history_days,
    }
    return page.render("replenishment/policy_list.html", context)


@require_POST
@requires("reorder_change")
def policies_compute(request: HttpRequest) -> HttpResponse:
    """Let the worker compute policies from history: all of the warehouse, or those that are ticked."""
    warehouse = _warehouse(request)
    form = _range_form(request.POST, warehouse, replenishment_settings())
    if not form.is_valid():
        for sentences in form.errors.values():
            messages.error(request, sentences[0])
        return redirect("replenishment:policy_list")
    product_ids = None
    if request.POST.get("scope") == "ticked":
        product_ids = _ids(request)
        if not product_ids:
            messages.error(request, _("No product is ticked. Tick those that you want to compute, or compute all."))
            return redirect("replenishment:policy_list")
    try:
        job = policies_start(warehouse=warehouse, product_ids=product_ids, by=request.user, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("replenishment:policy_list")
    return redirect("job_show", job.pk)


@require_POST
@requires("reorder_change")
def policies_set(request: HttpRequest) -> HttpResponse:
    """Set method and service level of those that are ticked."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        for sentences in form.errors.values():
            messages.error(request, sentences[0])
        return redirect("replenishment:policy_list")
    try:
        changed = typing.policies_set(
            warehouse=_warehouse(request), product_ids=_ids(request), values=form.values(), by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        sentence = ngettext(
            "%(n)s product is changed and computed.", "%(n)s products are changed and computed.", changed
        )
        messages.success(request, sentence % {"n": show_qty(changed)})
    return redirect("replenishment:policy_list")


# --- One policy -------------------------------------------------------------------------
@require_GET
@requires("reorder_view")
def policy_show(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _load(pk))


@require_POST
@requires("reorder_change")
def policy_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the person typed, and show what follows from it."""
    policy = _load(pk)
    form = _form(request, policy, request.POST)
    if form.is_valid():
        try:
            is_active = form.cleaned_data["is_active"] if "is_active" in form.changed_data else None
            typing.policy_change(policy=policy, values=form.typed(), is_active=is_active, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved and computed.") % {"name": policy.product})
            return redirect("replenishment:policy_show", pk)
    return _show(request, policy, form)


@require_POST
@requires("reorder_change")
def policy_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a typed value be computed again."""
    policy, field = _load(pk), request.POST.get("field", "")
    try:
        typing.policy_release(policy=policy, field=field, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        sentence = _("%(label)s is computed again.") % {"label": str(typing.label_of(field)).capitalize()}
        messages.success(request, sentence)
    return redirect("replenishment:policy_show", pk)


@require_http_methods(["GET", "POST"])
@requires("reorder_view")
def policy_of_product(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the product's policy in the warehouse that the person works in; without one, offer to start it."""
    product, warehouse = get_object_or_404(Product, pk=pk), _warehouse(request)
    policy = ReorderPolicy.objects.filter(product=product, warehouse=warehouse).first()
    if policy is None and request.method == "POST" and request.user.can("reorder_change"):
        policy = typing.policy_of(product=product, warehouse=warehouse)
        typing.policy_change(policy=policy, values={}, by=request.user)
    if policy:
        return redirect("replenishment:policy_show", policy.pk)
    return render(request, "replenishment/policy_none.html", {"product": product})


# --- Rows --------------------------------------------------------------------------------
def _show(request: HttpRequest, policy: ReorderPolicy, form: PolicyForm | None = None) -> HttpResponse:
    may_change = request.user.can("reorder_change")
    is_low = Stock.objects.filter(product=policy.product_id, warehouse=policy.warehouse_id, is_low=True).exists()
    context = {
        "policy": policy,
        "look": policy_page(policy),
        "state": states.sentence(policy.state),
        "badge": policy_badge(policy, is_low=is_low),
        "unsold": unsold_sentences(policy.product, policy.warehouse, sees_costs=request.user.can("cost_view")),
        "form": form or (_form(request, policy) if may_change else None),
    }
    return render(request, "replenishment/policy_show.html", context)


def _form(request: HttpRequest, policy: ReorderPolicy, data: Any = None) -> PolicyForm:
    return PolicyForm(data, instance=policy, sees_costs=request.user.can("cost_view"))


def _range_form(data: Any, warehouse: Warehouse, settings: ReplenishmentSettings) -> RangeForm:
    return RangeForm(data, today=business_today(warehouse), history_days=settings.history_days)


def _load(pk: int) -> ReorderPolicy:
    rows = ReorderPolicy.objects.select_related("product__category", "product__supplier", "warehouse")
    return get_object_or_404(rows, pk=pk)


def _warehouse(request: HttpRequest) -> Warehouse:
    warehouse = current_warehouse(request)
    if warehouse is None:
        raise Http404
    return warehouse


def _ids(request: HttpRequest) -> list[int]:
    # No shop has a product of nineteen digits.
    return [int(one) for one in request.POST.getlist("pick") if one.isdecimal() and len(one) < 19]
