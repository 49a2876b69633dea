"""Warehouses: changed, closed and opened again."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import DomainError, NotAllowed
from inventori.transactions import retried
from inventory import ledger
from inventory.models import Stock, StockMove, Warehouse


@retried
def warehouse_change(*, warehouse: Warehouse, by: User) -> Warehouse:
    """Save a new or changed warehouse and carry its below-zero switch to its stock rows.

    Raises DomainError when stock below zero lies there and the switch is turned off, or when
    the time zone of a warehouse with moves is changed.
    """
    if warehouse.pk:
        before = Warehouse.objects.select_for_update().get(pk=warehouse.pk)
        if before.time_zone != warehouse.time_zone and StockMove.objects.filter(warehouse=before).exists():
            raise DomainError(
                _("%(warehouse)s already has moves: its time zone, and with it the day of each move, is fixed.")
                % {"warehouse": before.name},
                field="time_zone",
            )
    warehouse.save()
    ledger.set_allow_negative(warehouse)
    return warehouse


@retried
def warehouse_set_active(*, warehouse: Warehouse, is_active: bool, by: User) -> Warehouse:
    """Close a warehouse or open it again.

    Raises DomainError while goods lie in it, or when it is the last one in use.
    """
    if not by.can("shop_change"):
        raise NotAllowed(_("Only an admin may change warehouses."))
    # All of them are locked: two admins must not close the last two at once.
    others = [row for row in Warehouse.objects.select_for_update().filter(is_active=True) if row.pk != warehouse.pk]
    if not is_active and not others:
        raise DomainError(_("%(warehouse)s is the last warehouse in use.") % {"warehouse": warehouse.name})
    if not is_active and Stock.objects.filter(warehouse=warehouse).exclude(qty=0).exists():
        raise DomainError(
            _("Goods still lie in %(warehouse)s. Move them or write them off first.") % {"warehouse": warehouse.name}
        )
    warehouse.is_active = is_active
    warehouse.save(update_fields=["is_active"])
    return warehouse
