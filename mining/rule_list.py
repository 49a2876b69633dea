"""The list of rules: what the address may narrow it down by, and its columns."""

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from inventori.errors import InvalidInput
from inventori.lists import Column, ListPage
from inventori.money import round_half_up

from .models import AssociationRule, MiningRun
from .rule_selectors import item_ids, rules_of
from .rule_words import HUNDREDTH, in_a_row, rule_sentence

PER_CENT = Decimal(100)
ALL, SURE = "all", "sure"


class PercentFilter(django_filters.NumberFilter):
    """At least so many per cent of a column that holds a share."""

    def filter(self, qs: QuerySet[Any], value: Decimal | None) -> QuerySet[Any]:
        return super().filter(qs, None if value is None else float(value / PER_CENT))


class RunField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj: MiningRun) -> str:
        values = {"first": date_format(obj.date_from), "last": date_format(obj.date_to), "number": obj.pk}
        return _("%(first)s to %(last)s (run %(number)s)") % values


class RunFilter(django_filters.ModelChoiceFilter):
    field_class = RunField


class RuleFilter(django_filters.FilterSet):
    """The rules of `rules_of`; a redundant one is let through only where all are asked for."""

    product = django_filters.CharFilter(label=gettext_lazy("Product"), method="by_item")
    min_lift = django_filters.NumberFilter("lift", "gte", label=gettext_lazy("Lift from"))
    min_confidence = PercentFilter("confidence", "gte", label=gettext_lazy("Confidence from (%)"))
    min_support = PercentFilter("support", "gte", label=gettext_lazy("Support from (%)"))
    rules = django_filters.ChoiceFilter(
        label=gettext_lazy("Rules"),
        method="as_they_are",
        empty_label=gettext_lazy("without redundant ones"),
        choices=[
            (SURE, gettext_lazy("only the sure ones")),
            (ALL, gettext_lazy("all, redundant ones too")),
        ],
    )

    run = RunFilter(
        label=gettext_lazy("Run"),
        method="as_they_are",
        queryset=MiningRun.objects.filter(rules__gt=0),
        empty_label=gettext_lazy("the one in force"),
    )

    class Meta:
        model = AssociationRule
        fields: list[str] = []

    def __init__(self, *args: Any, level: str = MiningRun.Level.PRODUCT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level = level
        if level == MiningRun.Level.CATEGORY:
            self.filters["product"].label = gettext_lazy("Category")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.form.cleaned_data.get("rules")
        if asked != ALL:
            queryset = queryset.filter(is_redundant=False)
        if asked == SURE:
            queryset = queryset.filter(may_be_chance=False)
        return super().filter_queryset(queryset)

    def as_they_are(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset

    def by_item(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        ids = item_ids(value, self.level)
        return queryset.filter(reduce(or_, (Q(item_key__contains=f",{pk},") for pk in ids))) if ids else queryset.none()


def two_decimals(number: float) -> Decimal:
    return round_half_up(Decimal(repr(number)), HUNDREDTH)


def _share(key: str, label: StrOrPromise, share: Callable[[Any], float]) -> Column:
    return Column(key, label, kind="qty", value=lambda rule: two_decimals(share(rule) * 100), sort=[key, "lift"])


SENTENCE = Column("rule", gettext_lazy("Rule"), value=rule_sentence, url="mining:rule_show", css="is-sentence")
SIDES = [
    Column("antecedent", gettext_lazy("Who buys"), value=lambda rule: in_a_row(rule.antecedent)),
    Column("consequent", gettext_lazy("Also takes"), value=lambda rule: in_a_row(rule.consequent)),
]
FIGURES = [
    Column("lift", gettext_lazy("Lift"), kind="qty", value=lambda rule: two_decimals(rule.lift), sort="lift"),
    _share("confidence", gettext_lazy("Confidence (%)"), lambda rule: rule.confidence),
    _share("support", gettext_lazy("Support (%)"), lambda rule: rule.support),
    _share("strength", gettext_lazy("Support × confidence (%)"), lambda rule: rule.strength),
    Column("count", gettext_lazy("Sales"), kind="qty", sort=["count", "lift"]),
    Column(
        "chance",
        gettext_lazy("Guard"),
        kind="badge",
        value=lambda rule: "MAY_BE_CHANCE" if rule.may_be_chance else "SURE",
    ),
]


class RulePage(ListPage):
    """A file holds both sides of a rule in columns of their own, the page its sentence."""

    def export(self, kind: str) -> HttpResponseBase:
        self._columns = [*SIDES, *self._columns[1:]]
        return super().export(kind)


def rule_page(request: HttpRequest, run: MiningRun | None, *, may_run: bool) -> RulePage:
    return RulePage(
        request,
        rules_of(run),
        columns=[SENTENCE, *FIGURES],
        filters=_filter_of(run),
        default_sort="-lift",
        export_name="rules",
        caption=_("Rules: what sells together"),
        empty_text=_empty_text(run, may_run=may_run),
        empty_icon="diagram-3",
        empty_url=reverse("mining:run") if may_run else "",
        empty_label=_("Find what sells together"),
    )


def level_of(run: MiningRun | None) -> str:
    return run.level if run else MiningRun.Level.PRODUCT


def _filter_of(run: MiningRun | None) -> type[RuleFilter]:
    level = level_of(run)

    class OfThisRun(RuleFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, level=level, **kwargs)

    return OfThisRun


def _empty_text(run: MiningRun | None, *, may_run: bool) -> str:
    if run is not None:
        return _("This run found no rules. Try a lower minimum support or confidence.")
    if may_run:
        return _("Nothing was mined yet. Let the shop’s sales tell what is bought together.")
    return _("Nothing was mined yet.")


def filtered(request: HttpRequest, run: MiningRun | None) -> QuerySet[AssociationRule]:
    """Return the rules that the address asks for. Raises InvalidInput, with a sentence, for what it says wrongly."""
    found = RuleFilter(request.GET, queryset=rules_of(run), request=request, level=level_of(run))
    if not found.form.is_valid():
        name, errors = next(iter(found.form.errors.items()))
        raise InvalidInput(f"{found.form[name].label}: {errors[0]}", field=name)
    return found.qs
