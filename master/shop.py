"""What the admin does to the shop's profile and its tax rates."""

import hashlib
from datetime import date
from functools import partial
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed, written
from inventori.transactions import retried

from .models import Product, ShopProfile, TaxRate

LOGO_MAX_BYTES = 1024 * 1024
LOGO_MAX_PIXELS = 16_000_000
LOGO_BOX = (600, 600)


def has_documents() -> bool:
    """Say whether anything was bought, sold or stocked yet: any row of any app that names a product."""
    return any(relation.related_model._default_manager.exists() for relation in Product._meta.related_objects)  # type: ignore[union-attr]


@retried
def profile_save(
    *, profile: ShopProfile, by: User, logo: IO[bytes] | None = None, no_logo: bool = False
) -> ShopProfile:
    """Save the shop's profile, with a new `logo` or without one.

    Raises DomainError when the currency changes although amounts in the old one are on record,
    InvalidInput when managers could give less discount than cashiers.
    """
    if not by.can("shop_change"):
        raise NotAllowed(_("Only an admin may change the shop profile."))
    before = ShopProfile.objects.select_for_update().filter(pk=1).first() or ShopProfile(pk=1)
    if before.currency != profile.currency and has_documents():
        raise DomainError(
            _("The shop has documents in %(currency)s already: its currency is fixed.") % {"currency": before.currency},
            field="currency",
        )
    if profile.manager_discount_limit < profile.cashier_discount_limit:
        raise InvalidInput(
            _("A manager may give at least what a cashier may: %(percent)s %%.")
            % {"percent": written(profile.cashier_discount_limit)},
            field="manager_discount_limit",
        )
    profile.logo = before.logo.name
    if logo or no_logo:
        if before.logo:
            transaction.on_commit(partial(_forget_file, before.logo.storage, before.logo.name))
        profile.logo = ""
    if logo:
        content = shrink_logo(logo)
        profile.logo.save(f"logo-{hashlib.sha256(content).hexdigest()[:12]}.png", ContentFile(content), save=False)
    profile.save()
    return profile


def _forget_file(storage: Storage, name: str) -> None:
    storage.delete(name)


def shrink_logo(file: IO[bytes]) -> bytes:
    """Return the picture drawn anew as a PNG of at most 600 × 600: nothing else that came with it survives.

    Raises InvalidInput for what is no PNG or JPEG, or is too large.
    """
    raw = file.read(LOGO_MAX_BYTES + 1)
    if len(raw) > LOGO_MAX_BYTES:
        raise InvalidInput(_("The logo is larger than 1 MB. Choose a smaller picture."), field="logo_file")
    try:
        with Image.open(BytesIO(raw), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > LOGO_MAX_PIXELS:
                raise InvalidInput(_("The logo has too many pixels. Choose a smaller picture."), field="logo_file")
            drawn = picture.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise InvalidInput(_("The logo has too many pixels. Choose a smaller picture."), field="logo_file") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise InvalidInput(_("The logo must be a PNG or JPEG picture."), field="logo_file") from error
    drawn.thumbnail(LOGO_BOX)
    out = BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


@retried
def tax_rate_save(*, rate: TaxRate, by: User, today: date) -> TaxRate:
    """Save a tax rate. Once it may have been charged only its last day can still be set, to today or later.

    Raises DomainError for a rate in use, InvalidInput when two rates would be in force on one day.
    """
    if not by.can("shop_change"):
        raise NotAllowed(_("Only an admin may change tax rates."))
    if rate.pk:
        before = TaxRate.objects.select_for_update().get(pk=rate.pk)
        if is_in_use(before, today) and not _only_ends(before, rate, today):
            raise DomainError(
                _("%(rate)s has been in force since %(day)s: only its last day can still be set, to today or later.")
                % {"rate": before, "day": before.valid_from.strftime("%d-%m-%Y")},
            )
    _refuse_overlap(rate)
    rate.save()
    return rate


def is_in_use(rate: TaxRate, today: date) -> bool:
    """Say whether `rate` may stand in a document: it has begun, and the shop has documents."""
    return rate.valid_from <= today and has_documents()


def _only_ends(before: TaxRate, after: TaxRate, today: date) -> bool:
    fixed = ("name", "percent", "base_numerator", "base_denominator", "valid_from")
    if any(getattr(before, name) != getattr(after, name) for name in fixed):
        return False
    ends = [day for day in (before.valid_until, after.valid_until) if day is not None]
    return before.valid_until == after.valid_until or all(day >= today for day in ends)


def _refuse_overlap(rate: TaxRate) -> None:
    others = TaxRate.objects.exclude(pk=rate.pk).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=rate.valid_from)
    )
    if rate.valid_until:
        others = others.filter(valid_from__lte=rate.valid_until)
    other = others.first()
    if other:
        raise InvalidInput(
            _("%(other)s is in force on some of these days too (from %(day)s). End it first, on the day before.")
            % {"other": other, "day": other.valid_from.strftime("%d-%m-%Y")},
            field="valid_from",
        )


@retried
def tax_rate_delete(*, rate: TaxRate, by: User, today: date) -> None:
    """Delete a rate that no document can carry."""
    if not by.can("shop_change"):
        raise NotAllowed(_("Only an admin may change tax rates."))
    if is_in_use(rate, today):
        raise DomainError(_("%(rate)s is on receipts already. Set its last day instead.") % {"rate": rate})
    rate.delete()
