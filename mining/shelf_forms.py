"""A category that stays where it is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from master.models import Category


class FixedPlaceForm(forms.Form):
    category = forms.ModelChoiceField(Category.objects.order_by("name"), label=_("Category"))
    place = forms.CharField(label=_("Stays at"), max_length=40, help_text=_("Such as the fridge or the counter."))
