"""The lists of the pharmacy study: the history of all calculations, and one calculation with its steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import django_filters
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from inventori.dates import wall_clock
from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.money import active_currency
from inventori.templatetags.inventori import money, qty

from .models import Calculation, CalculationLine
from .study_states import sentence

MOST_ON_PAPER = 5_000


class HistoryFilter(django_filters.FilterSet):
    calculation = django_filters.ModelChoiceFilter(
        queryset=Calculation.objects.all(), to_field_name="number", label=_lazy("Calculation"), empty_label=_lazy("all")
    )


def history_page(request: HttpRequest) -> ListPage:
    """Return what was computed for each product, the newest first."""
    rows = CalculationLine.objects.select_related("calculation", "calculation__warehouse")
    return ListPage(
        request,
        rows.order_by("-calculation_id", "pk"),
        columns=[
            Column("calculation.computed_at", _("Date"), kind="datetime", sort=("calculation_id", "pk"), url=_of_line),
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
        filters=HistoryFilter,
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
        _ours("service_safety_stock", _("SS by service level")),
        Column("min_qty", _("MIN"), kind="qty", sort="min_qty"),
        _ours("service_rop", _("Reorder point")),
        Column("max_qty", _("MAX"), kind="qty", sort="max_qty"),
        Column("order_qty", _("Q"), kind="qty", sort="order_qty"),
        _ours("service_qty", _("Order quantity")),
        Column("toc", _("TOC"), kind="money", sort="toc"),
        Column("tcc", _("TCC"), kind="money", sort="tcc"),
        Column("tic", _("TIC"), kind="money", sort="tic"),
        Column("other_tic", _("TIC by the other rule"), kind="money", sort="other_tic"),
        Column("state", _("Note"), value=lambda line: str(sentence(line.state)), css="is-note"),
    ]
    return [column for column in columns if with_costs or column.kind != "money"]


def _ours(key: str, label: str) -> Column:
    """Return a column of the shop's own policy, shaded."""
    return Column(key, label, kind="qty", sort=key, css="is-ours")


def lines_page(request: HttpRequest, calculation: Calculation) -> ListPage:
    return ListPage(
        request,
        calculation.lines.all(),
        columns=line_columns(with_costs=cast(User, request.user).can("cost_view")),
        search=["sku", "name"],
        search_hint=_("Code or name"),
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
            _("%(first)s to %(last)s (months: %(months)s)")
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


@dataclass(frozen=True, slots=True)
class Paper:
    """A calculation as it is printed: every line, every cell as it is written."""

    title: str
    facts: list[tuple[str, str]]
    columns: list[Column]
    rows: list[list[str]]


def paper_of(calculation: Calculation, *, with_costs: bool) -> Paper:
    """Return a calculation for paper. Raises DomainError for more rows than anybody reads there."""
    if calculation.lines.count() > MOST_ON_PAPER:
        raise DomainError(_("This is too long for paper: take it as Excel or CSV."), code="too_long")
    columns = line_columns(with_costs=with_costs)
    facts = criteria_facts(calculation, with_costs=with_costs)
    return Paper(title_of(calculation), facts, columns, _written(calculation.lines.all(), columns))


def _written(lines: QuerySet[CalculationLine], columns: list[Column]) -> list[list[str]]:
    writes: dict[str, Callable[[Any], str]] = {"money": money, "qty": qty, "text": str}
    return [
        ["" if (value := column.of(line)) is None else str(writes[column.kind](value)) for column in columns]
        for line in lines
    ]


def title_of(calculation: Calculation) -> str:
    return _("Study calculation %(number)s") % {"number": calculation.number}
