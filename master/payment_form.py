"""The form of a payment method."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventori.errors import DomainError
from inventori.refusals import refuse

from .forms import tidy_code
from .models import CASH, PaymentKind, PaymentMethod
from .payments import refuse_another_cash


class PaymentMethodForm(forms.ModelForm):
    class Meta:
        model = PaymentMethod
        fields = ["name", "code", "kind", "asks_reference", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, kind = self.fields["code"], self.fields["kind"]
        code.help_text = _("Short and lasting, such as GOPAY: payments carry it, and it is never changed.")
        kind.help_text = _("Reports add up by it.")
        self.fields["position"].help_text = _("The till shows the lowest first.")
        if self.instance.pk:
            code.disabled = True
            code.help_text = _("Fixed: payments carry it.")
        if self.instance.code == CASH:
            kind.disabled = self.fields["asks_reference"].disabled = True
            kind.help_text = _("Only cash has change, rounding and a drawer.")
        else:
            # Not offered; who sends it all the same is told why.
            kind.widget.choices = [choice for choice in PaymentKind.choices if choice[0] != CASH]

    def clean_code(self) -> str:
        code = tidy_code(self.cleaned_data["code"])
        if not re.fullmatch(r"[A-Z0-9_-]+", code):
            raise ValidationError(_("A code has letters, digits and hyphens only."), code="signs")
        if other := PaymentMethod.objects.filter(code=code).exclude(pk=self.instance.pk).first():
            raise ValidationError(
                _("%(code)s already belongs to %(other)s."), code="taken", params={"code": code, "other": other}
            )
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # Asked here too: the check of the database would word it worse.
        if "code" in cleaned and "kind" in cleaned:
            try:
                refuse_another_cash(code=cleaned["code"], kind=cleaned["kind"])
            except DomainError as error:
                refuse(self, error)
        return cleaned

    def clean_position(self) -> int:
        position: int = self.cleaned_data["position"]
        if position > 999:
            raise ValidationError(_("Enter a position from 0 to 999."), code="position")
        return position
