"""The questions that other rooms ask about master data."""

from datetime import date

from django.db.models import Q

from .models import ShopProfile, TaxRate


def shop_profile() -> ShopProfile:
    """Return the shop's profile; a shop that has not filled it in has the defaults."""
    return ShopProfile.objects.filter(pk=1).first() or ShopProfile(pk=1)


def tax_rate_on(day: date, *, profile: ShopProfile | None = None) -> TaxRate | None:
    """Return the tax rate in force on `day`, or None where the shop charges none."""
    if not (profile or shop_profile()).charges_tax:
        return None
    in_force = Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))
    return TaxRate.objects.filter(in_force).order_by("-valid_from").first()
