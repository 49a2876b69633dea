"""Runs of the miner: ask for one, see how it went, compare two, put an older one into force again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from mining.estimating import estimate
from mining.models import MiningRun
from mining.run_forms import RunForm
from mining.run_pages import history_page, run_facts, time_parts, usual
from mining.run_words import run_title, stop_words
from mining.selectors import can_be_in_force, compare, is_good, runs, status_of
from mining.services.runs import asked_check, run_put_in_force, run_start

MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires("mining_run")
def run(request: HttpRequest) -> HttpResponse:
    """Ask for a run; it is done in the worker."""
    if request.method != "POST":
        return render(request, "mining/run.html", {"form": RunForm(initial=usual(request))})
    form = RunForm(request.POST)
    if form.is_valid():
        try:
            started = run_start(asked=form.asked, key=form.cleaned_data["key"], by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("job_show", started.job_id) if started.job_id else redirect("mining:run_show", started.pk)
    return render(request, "mining/run.html", {"form": form}, status=400)


@require_GET
@requires("mining_run")
def run_estimate(request: HttpRequest) -> HttpResponse:
    """Say how many itemsets and rules the form as it stands would find."""
    form = RunForm(request.GET)
    context: dict[str, Any] = {}
    if form.is_valid():
        asked = form.asked
        try:
            asked_check(asked)
        except DomainError as error:
            context["refused"] = str(error)
        else:
            context["estimate"] = estimate(
                asked.window,
                share=None if asked.min_support is None else float(asked.min_support),
                count=asked.min_count,
                min_confidence=float(asked.min_confidence),
                min_lift=float(asked.min_lift),
                max_length=asked.max_length,
            )
    return render(request, "mining/fragments/estimate.html", context)


@require_GET
@requires("rule_view")
def run_list(request: HttpRequest) -> HttpResponseBase:
    return history_page(request).render("mining/run_list.html")


def _load(pk: Any) -> MiningRun:
    return get_object_or_404(runs(), pk=pk)


@require_GET
@requires("rule_view")
def run_show(request: HttpRequest, pk: int) -> HttpResponse:
    found = _load(pk)
    others = [one for one in runs().exclude(pk=pk).filter(rules__gt=0, level=found.level)[:20] if is_good(one)]
    context = {
        "run": found,
        "title": run_title(found),
        "status": status_of(found),
        "facts": run_facts(found),
        "stopped": stop_words(found.stopped),
        "levels": [(int(size), count) for size, count in found.by_level.items()],
        "parts": time_parts(found),
        "can_force": can_be_in_force(found) and not found.is_active and request.user.can("mining_run"),
        "has_rules": is_good(found),
        "others": others if is_good(found) else [],
    }
    return render(request, "mining/run_show.html", context)


@require_POST
@requires("mining_run")
def run_activate(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        run_put_in_force(run=_load(pk), by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rules of this run are in force: they are shown, and the till hints at them."))
    return redirect("mining:run_show", pk)


@require_GET
@requires("rule_view")
def run_compare(request: HttpRequest) -> HttpResponse:
    """Show what became of the rules from run ?a= to run ?b=."""
    given = [request.GET.get(name, "") for name in ("a", "b")]
    chosen = [text for text in given if text.isascii() and text.isdigit()]
    if len(chosen) < 2:
        messages.info(request, _("Choose two runs to compare."))
        return redirect("mining:run_list")
    # Whichever way round they were chosen, the older one comes first.
    before, now = sorted((_load(int(name[:18])) for name in chosen), key=lambda one: one.pk)
    if before.level != now.level:
        messages.info(request, _("A run over products and one over categories cannot be compared."))
        return redirect("mining:run_show", now.pk)
    found = compare(before, now)
    parts = [
        ("new", _("New rules"), len(found.new), found.new[:MOST_SHOWN]),
        ("gone", _("Rules that are gone"), len(found.gone), found.gone[:MOST_SHOWN]),
    ]
    context = {"before": before, "now": now, "parts": parts, "found": found, "changed": found.changed[:MOST_SHOWN]}
    return render(request, "mining/run_compare.html", context)
