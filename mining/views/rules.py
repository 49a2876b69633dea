"""The rules of a run: the list, as a page or as data, and one of them with the sales behind it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventori.dates import wall_clock
from inventori.errors import InvalidInput
from inventori.lists import Column, ListPage
from inventori.money import use_currency
from inventori.permissions import requires
from master.selectors import shop_profile
from mining.models import AssociationRule, MiningRun
from mining.rule_list import filtered, rule_page
from mining.rule_selectors import as_data, asked_limit, asked_run, asked_sort, folded_under, sales_behind, top_rules
from mining.rule_words import rule_facts, rule_sentence

JSON = "application/json"
SALE_COLUMNS = [
    Column("invoice_number", gettext_lazy("Invoice"), url="sales:sale_show", sort="id", css="mono"),
    Column(
        "sold_at",
        gettext_lazy("Time"),
        kind="datetime",
        value=lambda sale: wall_clock(sale.sold_at, sale.warehouse.time_zone),
        sort="sold_at",
    ),
    Column("warehouse.name", gettext_lazy("Warehouse")),
    Column("customer.name", gettext_lazy("Customer")),
    Column("total_amount", gettext_lazy("Total"), kind="money", sort="total_amount"),
]


@require_GET
@requires("rule_view")
def rule_list(request: HttpRequest) -> HttpResponseBase:
    """Show the rules of the run in force, or of ?run=; answer them as data to who accepts JSON only."""
    run = asked_run(request.GET.get("run", ""))
    as_json = request.get_preferred_type(["text/html", JSON]) == JSON
    answer = _data(request, run) if as_json else _page(request, run)
    patch_vary_headers(answer, ["Accept"])
    return answer


def _page(request: HttpRequest, run: MiningRun | None) -> HttpResponseBase:
    page = rule_page(request, run, may_run=request.user.can("mining_run"))
    return page.render("mining/rule_list.html", {"run": run})


def _data(request: HttpRequest, run: MiningRun | None) -> JsonResponse:
    try:
        sort, limit = asked_sort(request.GET.get("sort", "lift")), asked_limit(request.GET.get("limit", "10"))
        rules = filtered(request, run)
    except InvalidInput as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    return JsonResponse(as_data(top_rules(rules, sort, limit)), safe=False)


@require_GET
@requires("rule_view")
def rule_show(request: HttpRequest, pk: int) -> HttpResponse | HttpResponseBase:
    """Show one rule, its figures, what is folded under it, and the sales that it was made from."""
    use_currency(shop_profile().currency)
    rule = get_object_or_404(AssociationRule.objects.select_related("run__warehouse"), pk=pk)
    page = ListPage(
        request,
        sales_behind(rule).select_related("warehouse", "customer"),
        columns=SALE_COLUMNS,
        search=["invoice_number"],
        search_hint=_("Invoice number"),
        default_sort="-sold_at",
        export_name="rule-sales",
        caption=_("Sales with all of these goods"),
        empty_text=_("None of these sales is left: they were cancelled, or the goods came back."),
        empty_icon="receipt",
    )
    context = {
        "rule": rule,
        "run": rule.run,
        "sentence": rule_sentence(rule),
        "facts": rule_facts(rule),
        "folded": [(one.pk, rule_sentence(one)) for one in folded_under(rule)[:50]],
        "general": AssociationRule.objects.filter(pk=rule.general_id).first() if rule.general_id else None,
    }
    return page.render("mining/rule_show.html", context)
