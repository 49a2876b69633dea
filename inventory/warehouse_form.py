"""The form of a warehouse."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from master.forms import tidy_code

from .models import Warehouse


class WarehouseForm(forms.ModelForm):
    class Meta:
        model = Warehouse
        fields = ["name", "code", "address", "time_zone", "allow_negative"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["rows"] = 3
        self.fields["time_zone"].help_text = _("Decides which day a sale belongs to. Fixed from the first move on.")

    def clean_code(self) -> str:
        code = tidy_code(self.cleaned_data["code"])
        other = Warehouse.objects.filter(code__iexact=code).exclude(pk=self.instance.pk).first()
        if other:
            raise ValidationError(
                _("%(code)s already belongs to %(other)s."), code="taken", params={"code": code, "other": other}
            )
        return code
