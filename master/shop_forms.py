"""Forms for the shop's profile and its tax rates."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from inventori.formfields import LinesField, NumberField

from .models import ShopProfile, TaxRate

# How the tax office groups its numbers: 15 digits until 2024, 16 since.
NPWP_GROUPS = {15: ((2, ""), (3, "."), (3, "."), (1, "."), (3, "-"), (3, ".")), 16: ((4, ""), *((4, " "),) * 3)}


def grouped_npwp(text: str) -> str:
    """Return a tax number in its usual groups. Raises ValueError when it has not 15 or 16 digits.

    >>> grouped_npwp("012345678901234")
    '01.234.567.8-901.234'
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]{15,16}", digits):
        raise ValueError("a tax number has 15 or 16 digits")
    out, at = "", 0
    for length, before in NPWP_GROUPS[len(digits)]:
        out += before + digits[at : at + length]
        at += length
    return out


# The parts of the profile, in the order of the page.
PROFILE_PARTS = [
    (_("The shop"), ["name", "logo_file", "no_logo", "address", "phone", "npwp"]),
    (
        _("Money and days"),
        ["currency", "charges_tax", "prices_include_tax", "cash_coin", "cash_rounding", "cutoff_hour"],
    ),
    (_("Discounts at the till"), ["cashier_discount_limit", "manager_discount_limit"]),
    (_("Goods-in"), ["over_receipt_percent"]),
    (_("Receipt"), ["receipt_footer", "receipt_width", "prints_after_sale"]),
]


class ShopProfileForm(forms.ModelForm):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG or JPEG, at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    no_logo = forms.BooleanField(label=_("Take the logo away"), required=False)

    class Meta:
        model = ShopProfile
        fields = [
            *("name", "address", "phone", "npwp", "receipt_footer", "currency"),
            *("charges_tax", "prices_include_tax", "cash_coin", "cash_rounding", "cutoff_hour"),
            *("cashier_discount_limit", "manager_discount_limit", "receipt_width", "prints_after_sale"),
            "over_receipt_percent",
        ]
        field_classes = {
            "cash_coin": NumberField,
            "cashier_discount_limit": NumberField,
            "manager_discount_limit": NumberField,
            "over_receipt_percent": NumberField,
            "address": LinesField,
            "receipt_footer": LinesField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("address", "receipt_footer"):
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["npwp"].help_text = _("15 or 16 digits; leave empty where there is none.")
        self.fields["currency"].help_text = _("Fixed from the first document on.")
        self.fields["cutoff_hour"].help_text = _(
            "Sales before this hour belong to the day before. 0 is midnight. A change counts for later sales only."
        )
        for name in ("cashier_discount_limit", "manager_discount_limit", "over_receipt_percent"):
            self.fields[name].widget.attrs["data-unit"] = "%"
        if not self.instance.logo:
            del self.fields["no_logo"]
        self.order_fields([name for _title, names in PROFILE_PARTS for name in names])

    @property
    def parts(self) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
        """The fields under the headings they are shown under."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in PROFILE_PARTS]

    def clean_npwp(self) -> str:
        text = self.cleaned_data["npwp"]
        if not text:
            return ""
        try:
            return grouped_npwp(text)
        except ValueError as error:
            raise ValidationError(_("An NPWP has 15 or 16 digits."), code="npwp") from error

    def clean_cutoff_hour(self) -> int:
        hour: int = self.cleaned_data["cutoff_hour"]
        if hour > 23:
            raise ValidationError(_("Enter an hour from 0 to 23."), code="hour")
        return hour


class TaxRateForm(forms.ModelForm):
    class Meta:
        model = TaxRate
        fields = ["name", "percent", "base_numerator", "base_denominator", "valid_from", "valid_until"]
        field_classes = {"percent": NumberField}
        widgets = {
            "valid_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "valid_until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["percent"].widget.attrs["data-unit"] = "%"
        self.fields["base_denominator"].help_text = _("PPN since 2025: rate 12 on a base of 11/12 of the price.")
        self.fields["valid_until"].help_text = _("Leave empty while no end is known.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("The last day lies before the first."))
        return cleaned
