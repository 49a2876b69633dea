"""The larger units of a product: a box of 10 strips, with a barcode and a price of its own where it has them."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import InvalidInput, NotAllowed
from inventori.transactions import retried

from .barcode_holders import barcodes_claim
from .models import Product, ProductUnit


@retried
def unit_save(*, unit: ProductUnit, by: User) -> ProductUnit:
    """Save a new or changed unit of a product; one that is usual for buying takes that from the others.

    Documents carry their own copy of name and factor, so what was bought or sold in it stays as it was.
    Raises NotAllowed without the right, InvalidInput for a name or barcode that is taken, and for a fraction
    of a product that is counted in whole units.
    """
    _refuse_strangers(by)
    # The units of one product change one after the other: only one of them is usual for buying.
    product = Product.objects.select_for_update().get(pk=unit.product_id)
    refuse_unit(unit, product, product.units.all())
    barcodes_claim([unit])
    if unit.is_for_buying:
        for other in product.units.filter(is_for_buying=True).exclude(pk=unit.pk):
            other.is_for_buying = False
            other.save(update_fields=["is_for_buying"])
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise InvalidInput(
            _("%(name)s was not saved: its name or barcode already belongs to another unit.") % {"name": unit}
        ) from error
    return unit


def refuse_unit(unit: ProductUnit, product: Product, others: Iterable[ProductUnit]) -> None:
    """Raise InvalidInput, naming the field, for what a unit of `product` cannot be beside its `others`."""
    names = {product.uom.casefold(), *(other.name.casefold() for other in others if other.pk != unit.pk)}
    if unit.name.casefold() in names:
        raise InvalidInput(
            _("%(product)s already has the unit %(unit)s.") % {"product": product, "unit": unit.name}, field="name"
        )
    if not product.sold_by_measure and unit.factor != unit.factor.to_integral_value():
        raise InvalidInput(
            _("%(product)s is counted in whole %(uom)s: enter a whole number.")
            % {"product": product, "uom": product.uom},
            field="factor",
        )


@retried
def unit_delete(*, unit: ProductUnit, by: User) -> None:
    """Take a unit away. What was bought or sold in it keeps its name and factor."""
    _refuse_strangers(by)
    unit.delete()


def _refuse_strangers(by: User) -> None:
    if not by.can("master_change"):
        raise NotAllowed(_("You may not change this. Ask a manager."))
