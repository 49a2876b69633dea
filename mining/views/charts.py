"""The rules of a run, drawn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from inventori.permissions import requires
from mining.models import AssociationRule
from mining.rule_charts import Link, heat_map, lift_bars, network
from mining.rule_list import rule_page
from mining.rule_selectors import asked_run
from mining.rule_words import rule_sentence

MOST_DRAWN = 25


@require_GET
@requires("rule_view")
def rule_chart(request: HttpRequest) -> HttpResponse:
    """Draw the first rules that the address asks for: as a network, a heat map and bars."""
    run = asked_run(request.GET.get("run", ""))
    page = rule_page(request, run, may_run=request.user.can("mining_run"))
    links = [_link(rule) for rule in page.queryset[:MOST_DRAWN]]
    context = {
        "page": page,
        "run": run,
        "most": MOST_DRAWN,
        "network": network(links),
        "heat": heat_map(links),
        "bars": lift_bars(links),
    }
    return render(request, "mining/rule_chart.html", context)


def _link(rule: AssociationRule) -> Link:
    return Link(
        one=list(zip(rule.antecedent_ids, rule.antecedent, strict=False)),
        other=list(zip(rule.consequent_ids, rule.consequent, strict=False)),
        lift=rule.lift,
        address=reverse("mining:rule_show", args=[rule.pk]),
        sentence=rule_sentence(rule),
    )
