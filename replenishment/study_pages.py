"""The lists of the pharmacy study: the history of all calculations, and one calculation with its steps."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from inventori.dates import wall_clock
from inventori.lists import Column, ListPage
from inventori.money import active_currency
from inventori.templatetags.inventori import money, qty

from .models import Calculation, CalculationLine
from .study_states import sentence

# As many lines as a page shows, and a printer prints.
LINES_ON_PAGE = 500


def history_page(request: HttpRequest) -> ListPage:
    """Return what was computed for each product, the newest first."""
    rows = CalculationLine.objects.select_related("calculation", "calculation__warehouse")
    return ListPage(
        request,
        rows.order_by("-calculation", "pk"),
        columns=[
            Column("calculation.computed_at", _("Date"), kind="datetime", sort=("-calculation", "pk"), url=_of_line),
            Column("calculation.number", _("Number"), url=_of_line, css="mono"),
            Column("calculation.warehouse.name", _("Warehouse")),
            Column("sku", _("Code"), sort="sku", css="mono"),
            Column("name", _("Name"), sort="name"),
            Column("stock", _("Stock"), kind="qty", sort="stock"),
            Column("max_qty", _("MAX"), kind="qty", sort="max_qty"),
            Column("min_qty", _("MIN"), kind="qty", sort="min_qty"),
            Column("order_qty", _("Q"), kind="qty", sort="order_qty"),
        ],
        search=["sku", "name", "calculation__number"],
        search_hint=_("Code, name or number of a calculation"),
        export_name="min-max",
        caption=_("What was computed"),
        empty_text=_("Nothing has been computed yet. Choose a period and the costs, and MIN, MAX and Q come out."),
        empty_icon="calculator",
        empty_url=reverse("replenishment:study_create") if cast(User, request.user).can("reorder_change") else "",
        empty_label=_("Compute"),
    )


def _of_line(line: CalculationLine) -> str:
    return reverse("replenishment:study_show", args=[line.calculation_id])


def line_columns(*, with_costs: bool) -> list[Column]:
    """Return the columns of a calculation: the study's steps, each beside what the service level says."""
    columns = [
        Column("name", _("Name"), sort="name"),
        Column("sku", _("Code"), sort="sku", css="mono"),
        Column("stock", _("Stock"), kind="qty", sort="stock"),
        Column("demand", _("Need (D)"), kind="qty", sort="demand"),
        Column("monthly_need", _("Of a month"), kind="qty", sort="monthly_need"),
        Column("eoq", _("EOQ"), kind="qty", sort="eoq"),
        Column("safety_stock", _("SS"), kind="qty", sort="safety_stock"),
        Column("min_qty", _("MIN"), kind="qty", sort="min_qty"),
        Column("max_qty", _("MAX"), kind="qty", sort="max_qty"),
        Column("order_qty", _("Q"), kind="qty", sort="order_qty"),
        Column("toc", _("TOC"), kind="money", sort="toc"),
        Column("tcc", _("TCC"), kind="money", sort="tcc"),
        Column("tic", _("TIC"), kind="money", sort="tic"),
        Column("other_tic", _("TIC by the other rule"), kind="money", sort="other_tic"),
        Column(
            "service_safety_stock", _("SS by service level"), kind="qty", sort="service_safety_stock", css="is-ours"
        ),
        Column("service_rop", _("Reorder point"), kind="qty", sort="service_rop", css="is-ours"),
        Column("service_qty", _("Order quantity"), kind="qty", sort="service_qty", css="is-ours"),
        Column("state", _("Note"), value=lambda line: str(sentence(line.state)), css="is-note"),
    ]
    return [column for column in columns if with_costs or column.kind != "money"]


def lines_page(request: HttpRequest, calculation: Calculation) -> ListPage:
    return ListPage(
        request,
        calculation.lines.all(),
        columns=line_columns(with_costs=cast(User, request.user).can("cost_view")),
        search=["sku", "name"],
        search_hint=_("Code or name"),
        page_size=LINES_ON_PAGE,
        export_name=f"min-max-{calculation.number}",
        caption=_("What was computed"),
    )


def criteria_facts(calculation: Calculation, *, with_costs: bool) -> list[tuple[str, str]]:
    """Return what it was computed from, in words."""
    first, last = (formats.date_format(day, "DATE_FORMAT") for day in (calculation.date_from, calculation.date_to))
    computed = wall_clock(calculation.computed_at, calculation.warehouse.time_zone)
    currency = active_currency()
    costs = [
        (_("Ordering cost (S)"), f"{currency} {money(calculation.ordering_cost)}"),
        (
            _("Holding cost (H)"),
            _("%(cost)s a unit for the whole period") % {"cost": f"{currency} {money(calculation.holding_cost)}"},
        ),
    ]
    return [
        (_("Warehouse"), calculation.warehouse.name),
        (
            _("Period"),
            _("%(first)s to %(last)s, %(months)s months")
            % {"first": first, "last": last, "months": qty(calculation.months)},
        ),
        *(costs if with_costs else []),
        (_("Safety stock"), _("%(share)s %% of the need of a month") % {"share": qty(calculation.safety_percent)}),
        (_("Lead time"), _("%(days)s of 30 days") % {"days": qty(calculation.lead_time_days)}),
        (_("Rule"), str(calculation.get_rule_display())),
        (_("Computed"), f"{formats.date_format(computed, 'DATETIME_FORMAT')}, {calculation.by}"),
    ]


def totals_of(calculation: Calculation) -> dict[str, Any]:
    """Return the costs of all products by each rule, over the lines that both could compute."""
    both = calculation.lines.filter(tic__isnull=False, other_tic__isnull=False)
    sums = both.aggregate(own=Sum("tic"), other=Sum("other_tic"))
    is_published = calculation.rule == Calculation.Rule.PUBLISHED
    published, consistent = (sums["own"], sums["other"]) if is_published else (sums["other"], sums["own"])
    return {"published": published, "consistent": consistent, "lines": both.count()}


def text_rows(lines: QuerySet[CalculationLine], columns: list[Column]) -> list[list[str]]:
    """Return the cells as they are written on paper."""
    writes: dict[str, Callable[[Any], str]] = {"money": money, "qty": qty, "text": str}
    return [
        ["" if (value := column.of(line)) is None else str(writes[column.kind](value)) for column in columns]
        for line in lines
    ]


def title_of(calculation: Calculation) -> str:
    return pgettext("title", "Min-Max %(number)s") % {"number": calculation.number}
