"""The form of a person's keys of the till: one field an action."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from .keys import ACTIONS, PAY, TILL

TITLES = {TILL: _("At the basket"), PAY: _("While paying")}


class TillKeysForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for action in ACTIONS:
            self.fields[action.name] = forms.CharField(label=action.label, required=False, max_length=30)

    @property
    def parts(self) -> list[tuple[StrOrPromise, list[tuple[forms.BoundField, str]]]]:
        """The fields under the headings they are shown under, each with its usual key."""
        return [
            (title, [(self[action.name], action.default) for action in ACTIONS if action.context == context])
            for context, title in TITLES.items()
        ]
