"""The report card: the app's numbers against those of the people who decide."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.models import User
from inventori.lists import Column, ListPage
from inventori.money import use_currency
from inventori.permissions import requires
from inventory.filters import ALL
from inventory.selectors import business_today
from inventory.warehouse_choice import current_warehouse
from master.selectors import shop_profile
from replenishment.models import Suggestion
from replenishment.record import record as added_up
from replenishment.record import suggestions_since
from replenishment.verdict_words import verdict_sentence

USUAL_DAYS = 90
OTHER_DAYS = {"30": gettext_lazy("last 30 days"), "365": gettext_lazy("last 365 days")}


class RecordFilter(django_filters.FilterSet):
    days = django_filters.ChoiceFilter(
        label=gettext_lazy("Decided"),
        method="all_rows",
        empty_label=gettext_lazy("last 90 days"),
        choices=list(OTHER_DAYS.items()),
    )
    decision = django_filters.ChoiceFilter(
        label=gettext_lazy("Decision"), empty_label=ALL, choices=Suggestion.Decision.choices
    )
    reason = django_filters.ChoiceFilter(
        label=gettext_lazy("Reason"),
        empty_label=ALL,
        choices=[choice for choice in Suggestion.Reason.choices if choice[0]],
    )
    by = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Who"),
        empty_label=ALL,
        to_field_name="username",
        queryset=User.objects.filter(pk__in=Suggestion.objects.values("by")),
    )

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def all_rows(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The days are chosen where the rows are made, so that the sums above them follow too."""
        return queryset


@require_GET
@requires("reorder_view")
def record(request: HttpRequest) -> HttpResponseBase:
    """Show how many suggestions were accepted, changed and rejected, and what that came to."""
    warehouse = current_warehouse(request)
    if warehouse is None:
        return render(request, "replenishment/no_warehouse.html")
    use_currency(shop_profile().currency)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in OTHER_DAYS else USUAL_DAYS
    rows = suggestions_since(warehouse, business_today(warehouse) - timedelta(days=days))
    page = ListPage(
        request,
        rows.select_related("product", "by", "order"),
        columns=_columns(sees_costs=request.user.can("cost_view")),
        search=["product__name", "product__sku"],
        search_hint=_("Product or SKU"),
        filters=RecordFilter,
        default_sort="-made_on",
        export_name="report-card",
        caption=_("Suggestions and decisions"),
    )
    context = {"record": added_up(rows), "days": days}
    return page.render("replenishment/record.html", context)


def _columns(*, sees_costs: bool) -> list[Column]:
    return [
        Column(
            "product",
            gettext_lazy("Product"),
            value=lambda row: row.product.name,
            url=_why_url,
            sort=["product__name", "made_on"],
        ),
        Column("made_on", gettext_lazy("Day"), kind="date", sort="made_on"),
        Column("suggested_qty", gettext_lazy("Suggested"), kind="qty", sort="suggested_qty"),
        Column("decided_qty", gettext_lazy("Decided"), kind="qty", sort="decided_qty"),
        Column(
            "decision",
            gettext_lazy("Decision"),
            kind="badge",
            text=lambda row: row.get_decision_display(),
            sort=["decision", "made_on"],
        ),
        Column("reason", gettext_lazy("Reason"), value=lambda row: row.get_reason_display() if row.reason else ""),
        Column("by", gettext_lazy("Who"), value=lambda row: str(row.by)),
        Column(
            "outcome",
            gettext_lazy("What it came to"),
            value=lambda row: verdict_sentence(row, sees_costs=sees_costs),
            css="record-sentence",
        ),
        Column("saved", gettext_lazy("Money saved"), kind="money", value=_saved, right="cost_view"),
    ]


def _saved(row: Suggestion) -> Decimal | None:
    if row.app_cost is None or row.person_cost is None or row.decision == Suggestion.Decision.ACCEPTED:
        return None
    return row.app_cost - row.person_cost


def _why_url(row: Suggestion) -> str:
    if row.order_id:
        return reverse("replenishment:order_why", args=[row.order_id, row.product_id])
    return reverse("replenishment:order_why_now", args=[row.product_id])
