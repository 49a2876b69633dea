"""What the pages of runs show."""

from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.lists import Column, ListPage
from inventori.numbers import write_number
from inventory.selectors import business_today
from inventory.warehouse_choice import current_warehouse
from master.models import Product

from .models import MiningRun
from .run_forms import initial_of, last_months
from .run_words import as_percent, support_words
from .selectors import last_good_run, runs, status_of
from .services.runs import asked_of

PARTS = {
    "read": gettext_lazy("reading the sales"),
    "encode": gettext_lazy("encoding"),
    "mine": gettext_lazy("mining"),
    "rules": gettext_lazy("making rules"),
    "store": gettext_lazy("judging and writing"),
}


def usual(request: HttpRequest) -> dict[str, Any]:
    """Return what the form opens with: the last three months, asked as the last good run was."""
    warehouse = current_warehouse(request)
    days: dict[str, Any] = {}
    if warehouse:
        days["date_from"], days["date_to"] = last_months(business_today(warehouse))
    last = last_good_run()
    if last:
        return initial_of(asked_of(last)) | days
    return days | {"min_support": 1, "min_confidence": 50, "min_lift": 1, "max_length": 4}


def history_page(request: HttpRequest) -> ListPage:
    columns = [
        Column("at", gettext_lazy("Started"), kind="datetime", url="mining:run_show", sort="at"),
        Column("status", gettext_lazy("Status"), kind="badge", value=badge_of, sort="status"),
        Column("date_to", gettext_lazy("Days"), value=days_of, sort=["date_to", "date_from"]),
        Column("level", gettext_lazy("Looked for"), value=lambda run: run.get_level_display(), sort="level"),
        Column("support", gettext_lazy("Support"), value=support_words),
        Column("min_confidence", gettext_lazy("Confidence"), value=lambda run: as_percent(run.min_confidence)),
        Column("baskets", gettext_lazy("Sales"), kind="qty", sort="baskets"),
        Column("itemsets", gettext_lazy("Itemsets"), kind="qty", sort="itemsets"),
        Column("rules", gettext_lazy("Rules"), kind="qty", sort="rules"),
        Column("seconds", gettext_lazy("Seconds"), kind="qty", sort="seconds"),
        Column("by", gettext_lazy("Who"), value=lambda run: str(run.by)),
    ]
    return ListPage(
        request,
        runs(),
        columns=columns,
        default_sort="-at",
        export_name="mining-runs",
        caption=gettext_lazy("Mining runs"),
        empty_text=gettext_lazy("Nothing was mined yet. Start the first run."),
    )


def badge_of(run: MiningRun) -> str:
    return "IN_FORCE" if run.is_active else status_of(run)


def days_of(run: MiningRun) -> str:
    return f"{date_format(run.date_from)} – {date_format(run.date_to)}"


def run_facts(run: MiningRun) -> list[tuple[str, str]]:
    """Return what was asked, as names and values."""
    left_out = Product.objects.filter(pk__in=run.left_out).order_by("name").values_list("name", flat=True)
    return [
        (_("Warehouse"), run.warehouse.name if run.warehouse else _("all warehouses")),
        (_("Customers"), run.get_customers_display()),
        (_("Looked for"), run.get_level_display()),
        (_("Minimum support"), support_words(run)),
        (_("Minimum confidence"), as_percent(run.min_confidence)),
        (_("Minimum lift"), write_number(run.min_lift)),
        (_("Most items of a set"), str(run.max_length)),
        (_("Left out"), ", ".join(left_out) or _("nothing")),
    ]


def time_parts(run: MiningRun) -> list[tuple[Any, float, int]]:
    """Return each part's name, its seconds, and its share in whole per cent."""
    total = sum(run.shares.values()) or 1
    known = [(name, run.shares[name]) for name in PARTS if name in run.shares]
    return [(PARTS[name], seconds, round(100 * seconds / total)) for name, seconds in known]
