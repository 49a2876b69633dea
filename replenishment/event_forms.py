"""Forms of the calendar: kinds of events, their dates, their effects, closed days."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventori.formfields import NumberField
from inventory.models import Warehouse
from master.forms import tidy_code
from purchases.order_forms import DayInput

from .calendar import kind_name
from .coming import EffectRow
from .models import CalendarEvent, EventKind
from .services.events import MOST_WINDOW_DAYS, EffectKey


class KindForm(forms.ModelForm):
    class Meta:
        model = EventKind
        fields = ["name", "days_before", "days_after", "is_active"]
        help_texts = {
            "days_before": _("How long before its first day people shop for it."),
            "days_after": _("How long after its last day sales differ from usual."),
            "is_active": _("Its days stay out of the usual mean, and its factors count."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("days_before", "days_after"):
            self.fields[name].max_value = MOST_WINDOW_DAYS
            self.fields[name].widget.attrs.update({"data-unit": pgettext_lazy("unit", "days"), "inputmode": "numeric"})


class NewKindForm(KindForm):
    class Meta(KindForm.Meta):
        fields = ["name", "code", "days_before", "days_after"]

    def clean_code(self) -> str:
        return tidy_code(self.cleaned_data["code"])


class EventForm(forms.ModelForm):
    class Meta:
        model = CalendarEvent
        fields = ["kind", "starts_on", "ends_on", "is_closed"]
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}
        help_texts = {"is_closed": _("From the first to the last day nothing can be sold.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False
        self.fields["ends_on"].help_text = _("Leave empty for one day.")
        if self.instance.pk:
            del self.fields["kind"]
        else:
            self.fields["kind"].label_from_instance = kind_name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["ends_on"] = cleaned.get("ends_on") or cleaned.get("starts_on")
        return cleaned

    def _post_clean(self) -> None:
        """Leave the row as it is: the service writes it, and checks what the database would."""


class EffectsForm(forms.Form):
    """The factors of one kind in a table; an empty field is no typed factor."""

    def __init__(self, *args: Any, rows: list[EffectRow], keys: dict[str, EffectKey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self._keys = rows, keys
        for row in rows:
            for cell in row.cells:
                self.fields[cell.name] = field = NumberField(
                    required=False, min_value=0, max_value=99, max_digits=6, decimal_places=3, label=cell.label
                )
                field.initial = cell.typed
                shown = "" if cell.typed is not None else cell.shown
                field.widget.attrs |= {"class": "form-control", "placeholder": shown or "1", "aria-label": cell.label}

    @property
    def table(self) -> list[tuple[EffectRow, list[tuple[Any, Any]]]]:
        return [(row, [(cell, self[cell.name]) for cell in row.cells]) for row in self.rows]

    @property
    def typed(self) -> dict[EffectKey, Decimal | None]:
        return {self._keys[name]: value for name, value in self.cleaned_data.items()}


class ClosedDayForm(forms.Form):
    weekday = forms.TypedChoiceField(label=_("Every week on"), required=False, coerce=int, empty_value=None)
    day = forms.DateField(label=_("Or on one day"), required=False, widget=DayInput())
    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), required=False, queryset=Warehouse.objects.filter(is_active=True), empty_label=_("all")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = [("", "–"), *((str(n), name) for n, name in WEEKDAYS.items())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and (cleaned.get("weekday") is None) == (cleaned.get("day") is None):
            raise ValidationError(_("Choose either a day of the week or one date."))
        return cleaned
