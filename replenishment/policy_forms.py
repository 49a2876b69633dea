"""The forms of policies: what is typed into one, what is set for many, and which days are computed from."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from inventori.formfields import NumberField, NumberInput
from inventory.models import ReorderPolicy
from inventory.reorder_models import ReorderMethod, ServiceMeasure

from .models import ReplenishmentSettings
from .services.typing import CHOICES, NUMBERS, TYPEABLE

LONGEST_DAYS = 3 * 366
AS_IT_IS: StrOrPromise = gettext_lazy("as it is")
WEEKDAYS = [
    ("", gettext_lazy("any day")),
    *enumerate(
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        )
    ),
]
COSTS = ("ordering_cost", "holding_cost")
HELP: dict[str, StrOrPromise] = {
    "method": gettext_lazy(
        "Reorder point: order when what is available has come down to it. Min-Max: at the minimum, up to the maximum. "
        "Up to a level: on each review day, up to the level."
    ),
    "service_measure": gettext_lazy(
        "Cycle service 95 %: in 95 of 100 orders nothing is missing before the goods come. "
        "Fill rate 95 %: of 100 units asked for, 95 are there. The same figure as a fill rate needs less stock."
    ),
    "service_level": gettext_lazy("From 50 to 99.99. Each point nearer to 100 costs more stock than the one before."),
    "review_days": gettext_lazy("Days from one look at the orders to the next; they are protected too."),
    "review_weekday": gettext_lazy("On which day of the week it is ordered."),
    "avg_daily_demand": gettext_lazy("Units sold on an open day with goods on the shelf, returns taken off."),
    "demand_std": gettext_lazy("How much one day differs from another (standard deviation)."),
    "lead_time_days": gettext_lazy("From the order to the goods on the shelf."),
    "lead_time_std": gettext_lazy("How much one delivery differs from another (standard deviation)."),
    "ordering_cost": gettext_lazy("Work, calls and transport, for one product of an order."),
    "holding_cost": gettext_lazy("Money bound, space and loss of one unit in a year."),
    "safety_stock": gettext_lazy("What is kept for the days on which more is sold or the goods come late."),
    "rop": gettext_lazy("At or below it there is an alert and a suggestion."),
    "reorder_qty": gettext_lazy("Economic quantity or your fixed lot, before packs."),
    "min_qty": gettext_lazy("Min-Max: at or below it is ordered."),
    "max_qty": gettext_lazy("Min-Max and up to a level: what an order fills up to."),
}
PARTS: list[tuple[StrOrPromise, tuple[str, ...]]] = [
    (
        gettext_lazy("How it is ordered"),
        ("method", "service_measure", "service_level", "review_days", "review_weekday"),
    ),
    (
        gettext_lazy("What it is computed from"),
        ("avg_daily_demand", "demand_std", "lead_time_days", "lead_time_std", *COSTS),
    ),
    (gettext_lazy("What comes out"), ("safety_stock", "rop", "reorder_qty", "min_qty", "max_qty")),
]


class HiddenNumber(NumberInput):
    """What a number was when the form was opened, written as the form writes it."""

    input_type = "hidden"
    template_name = "django/forms/widgets/hidden.html"


class PolicyForm(forms.ModelForm):
    """Everything of a policy. What the person changes is typed; what they leave alone stays as it is.

    Each field carries what it was when the form was opened: a computation meanwhile is no change of theirs.
    """

    class Meta:
        model = ReorderPolicy
        fields = [*CHOICES, *NUMBERS, "is_active"]
        field_classes = dict.fromkeys((name for name in NUMBERS if not name.startswith("review_")), NumberField)

    def __init__(self, *args: Any, sees_costs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_costs:
            for name in COSTS:
                del self.fields[name]
        day = self.fields["review_weekday"]
        self.fields["review_weekday"] = forms.TypedChoiceField(
            label=day.label, choices=WEEKDAYS, coerce=int, empty_value=None, required=False
        )
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
            field.show_hidden_initial = True
            if isinstance(field, NumberField):
                field.hidden_widget = HiddenNumber
                field.required = True
        self.fields["method"].label = _("Method")
        self.fields["is_active"].label = _("Order this product here")

    def originals(self) -> list[Any]:
        """Return the hidden fields with what each value was."""
        return [bound.as_hidden(only_initial=True) for bound in self.visible_fields()]

    def typed(self) -> dict[str, Any]:
        """Return what the person changed, by its name in ReorderPolicy."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in TYPEABLE}

    def fields_of_parts(self) -> list[tuple[StrOrPromise, list[Any]]]:
        """Return the fields with whether each is typed, under their headings."""
        return [
            (title, [(self[name], name in self.instance.typed) for name in names if name in self.fields])
            for title, names in PARTS
        ]

    def _post_clean(self) -> None:
        # The service writes and checks; validating a half-made instance here would say the same in other words.
        pass


class BulkForm(forms.Form):
    """What is set for the ticked products; what is left empty stays as it is in each."""

    method = forms.ChoiceField(
        label=gettext_lazy("Method"), required=False, choices=[("", AS_IT_IS), *ReorderMethod.choices]
    )
    service_measure = forms.ChoiceField(
        label=gettext_lazy("Service is measured as"),
        required=False,
        choices=[("", AS_IT_IS), *ServiceMeasure.choices],
    )
    service_level = NumberField(label=gettext_lazy("Service level (%)"), required=False, max_digits=5, decimal_places=2)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class RangeForm(forms.Form):
    """The days to compute from. Empty: the shop's usual days up to yesterday."""

    date_from = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    date_to = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date, history_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.history_days = today, history_days
        self.fields["date_to"].initial = today - timedelta(days=1)
        self.fields["date_from"].initial = today - timedelta(days=history_days)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        end = found.get("date_to") or self.today - timedelta(days=1)
        start = found.get("date_from") or end - timedelta(days=self.history_days - 1)
        if end >= self.today:
            raise ValidationError({"date_to": _("History ends yesterday at the latest: today is not over yet.")})
        if start > end:
            raise ValidationError({"date_from": _("The first day lies after the last one. Choose an earlier day.")})
        if (end - start).days + 1 > LONGEST_DAYS:
            raise ValidationError({"date_from": _("At most three years are looked at. Choose a later first day.")})
        return {"date_from": start, "date_to": end}


class SettingsForm(forms.ModelForm):
    """The shop's settings of replenishment, in words."""

    class Meta:
        model = ReplenishmentSettings
        fields = [
            *("method", "service_measure", "service_level_a", "service_level_b", "service_level_c"),
            *("ordering_cost", "holding_percent", "review_days"),
            *("history_days", "leave_out_outliers", "recompute", "expiry_quantile", "mails_alerts"),
        ]
        field_classes = dict.fromkeys(
            (
                *("service_level_a", "service_level_b", "service_level_c", "ordering_cost", "holding_percent"),
                "expiry_quantile",
            ),
            NumberField,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].label = _("Method")
        self.fields["method"].help_text = HELP["method"]
        self.fields["service_measure"].help_text = HELP["service_measure"]
        self.fields["service_level_a"].help_text = _("The few products that make 80 % of the turnover.")
        self.fields["service_level_b"].help_text = _("Those that make the next 15 %.")
        self.fields["service_level_c"].help_text = _("All others.")
        self.fields["history_days"].help_text = _("What “Compute from history” looks at, up to yesterday.")
        self.fields["leave_out_outliers"].help_text = _("They are marked on each product’s page in any case.")

    @property
    def parts(self) -> list[tuple[StrOrPromise, list[Any]]]:
        names: list[tuple[StrOrPromise, list[str]]] = [
            (_("How it is ordered"), ["method", "review_days"]),
            (
                _("Service level"),
                ["service_measure", "service_level_a", "service_level_b", "service_level_c"],
            ),
            (_("Costs"), ["ordering_cost", "holding_percent"]),
            (_("History"), ["history_days", "leave_out_outliers", "recompute"]),
            (_("Expiry and alerts"), ["expiry_quantile", "mails_alerts"]),
        ]
        return [(title, [self[name] for name in fields]) for title, fields in names]
