"""One barcode has one meaning: no two products, no two units, and no product and unit share it.

A column's uniqueness sees only its own table, so every door that writes a barcode comes through `barcodes_claim`.
"""

from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from inventori.errors import InvalidInput

from .models import Product, ProductUnit, ShopProfile

Holder = Product | ProductUnit

# Beyond so many, reading all barcodes once is quicker than asking for each.
FEW = 20


def barcodes_claim(claimants: Collection[Holder]) -> None:
    """Refuse the barcodes of `claimants` that another product or unit holds; call it in the transaction that saves.

    A claimant counts with the barcode that it is about to have, so two of them may swap. One claim waits for the
    other. Raises InvalidInput.
    """
    wanted = [claimant for claimant in claimants if claimant.barcode]
    if not wanted:
        return
    _wait_for_others()
    held = barcode_holders(str(claimant.barcode) for claimant in wanted)
    moving = {(type(claimant), claimant.pk) for claimant in claimants}
    first_of: dict[str, Holder] = {}
    for claimant in wanted:
        code = str(claimant.barcode).casefold()
        others = [holder for holder in held.get(code, []) if (type(holder), holder.pk) not in moving]
        if (first := first_of.setdefault(code, claimant)) is not claimant:
            others.append(first)
        if others:
            raise InvalidInput(
                _("%(code)s already belongs to %(other)s.") % {"code": claimant.barcode, "other": described(others[0])},
                field="barcode",
            )


def _wait_for_others() -> None:
    """Let one claim follow the other: the two tables have no index in common that would refuse the later one.

    The shop's one row stands for all barcodes; a shop without one has nobody else at work yet.
    """
    list(ShopProfile.objects.select_for_update().values_list("pk"))


def barcode_holders(barcodes: Iterable[str]) -> dict[str, list[Holder]]:
    """Return the products and units that hold `barcodes`, by the barcode in small letters."""
    wanted = {barcode.casefold() for barcode in barcodes}
    found: dict[str, list[Holder]] = {}
    if not wanted:
        return found
    held = Q(barcode__isnull=False)
    if len(wanted) <= FEW:
        held = Q()
        for barcode in wanted:
            held |= Q(barcode__iexact=barcode)
    products, units = Product.objects.filter(held), ProductUnit.objects.filter(held).select_related("product")
    holders: list[Holder] = [*products.only("sku", "barcode", "name"), *units]
    for holder in holders:
        if (code := str(holder.barcode).casefold()) in wanted:
            found.setdefault(code, []).append(holder)
    return found


def barcode_holder(barcode: str, *, besides: Holder) -> str:
    """Return who holds `barcode` besides the one that asks for it, in words; nobody is empty."""
    for holder in barcode_holders([barcode]).get(barcode.casefold(), []):
        if (type(holder), holder.pk) != (type(besides), besides.pk):
            return described(holder)
    return ""


def described(holder: Holder) -> str:
    return f"{holder.product} ({holder.name})" if isinstance(holder, ProductUnit) else str(holder)
