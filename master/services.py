"""What people do to master data: save, take out of use, delete what has no history."""

from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.transactions import retried

from .barcode_holders import barcodes_claim
from .models import Category, Customer, Product, Supplier

Record = Category | Supplier | Customer | Product
R = TypeVar("R", Category, Supplier, Customer, Product)

# What a record is numbered with when nobody thought of a code for it.
CODE_PREFIXES = {Category: "CAT", Supplier: "SUP", Customer: "CUS"}


@retried
def record_save(*, record: R, by: User) -> R:
    """Save a new or changed category, supplier, customer or product.

    A record without a code gets the next one. The buying price stays as it is unless the person may see it.
    Raises NotAllowed without the right, InvalidInput when a code or barcode is taken.
    """
    is_new = record.pk is None
    if not by.can("master_change") and not (is_new and isinstance(record, Customer) and by.can("customer_add")):
        raise NotAllowed(_("You may not change this. Ask a manager."))
    if isinstance(record, Product) and not by.can("cost_view"):
        stored = Product.objects.filter(pk=record.pk).values_list("cost", flat=True).first()
        record.cost = stored if stored is not None else Product._meta.get_field("cost").get_default()
    if isinstance(record, Product) and not is_new:
        # Switched in inventory, which splits what lies there into batches.
        record.tracks_batches = (
            Product.objects.select_for_update().only("tracks_batches").get(pk=record.pk).tracks_batches
        )
    if isinstance(record, Product):
        barcodes_claim([record])
    try:
        with transaction.atomic():
            if not isinstance(record, Product) and not record.code:
                record.code = next_code(type(record))
            record.save()
    except IntegrityError as error:
        raise InvalidInput(
            _("%(name)s was not saved: its code or barcode already belongs to another record.") % {"name": record}
        ) from error
    return record


def next_code(model: type[models.Model]) -> str:
    """Return the first free code such as CUS00042."""
    prefix = CODE_PREFIXES[model]
    number = (model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    while model._default_manager.filter(code=f"{prefix}{number:05d}").exists():
        number += 1
    return f"{prefix}{number:05d}"


@retried
def record_set_active(*, record: R, is_active: bool, by: User) -> R:
    """Take a record out of use, or back into it. What was done with it stays as it is."""
    if not by.can("master_change"):
        raise NotAllowed(_("You may not change this. Ask a manager."))
    record.is_active = is_active
    record.save(update_fields=["is_active"])
    return record


@retried
def record_delete(*, record: Record, by: User) -> None:
    """Delete a record that nothing refers to.

    Raises DomainError with the code "has_history" when something does.
    """
    if not by.can("master_delete"):
        raise NotAllowed(_("You may not delete this. Deactivate it instead."))
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError as error:
        kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
        raise DomainError(
            _("%(name)s cannot be deleted, because there are records of it (%(kinds)s). Deactivate it instead.")
            % {"name": record, "kinds": ", ".join(kinds)},
            code="has_history",
        ) from error
