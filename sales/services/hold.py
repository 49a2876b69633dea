"""A basket put aside, and taken up again at any till of the same warehouse."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from inventori.errors import DomainError, InvalidInput
from inventori.money import ZERO
from inventori.transactions import retried
from inventory.alerts import units_hold
from inventory.models import Warehouse
from sales.models import Sale, SaleItem

from .basket import locked_basket


@retried
def basket_hold(*, key: str, name: str, by: User) -> Sale:
    """Put the basket aside under `name`, or under its number alone. Raises InvalidInput for an empty one."""
    sale = locked_basket(key, by)
    if not sale.lines:
        raise InvalidInput(_("The basket is empty. Scan a product first."), code="empty")
    sale.held_at, sale.held_as = timezone.now(), " ".join(name.split())[:60]
    sale.save(update_fields=["held_at", "held_as"])
    units_hold(warehouse=sale.warehouse, units=_units(sale.lines))
    return sale


@retried
def basket_resume(*, sale_id: int, warehouse: Warehouse, by: User, current_key: str = "") -> Sale:
    """Take a held basket up: from now on it is the basket of `by`. One that `by` was filling is put aside for it.

    Raises DomainError when somebody else was quicker, or when it is held in another warehouse.
    """
    held: dict[int, Decimal] = {}
    if current_key:
        current = Sale.objects.select_for_update().filter(key=current_key, cashier=by, status=Sale.Status.DRAFT).first()
        if current is not None and current.pk != sale_id and current.items.exists():
            current.held_at = timezone.now()
            current.save(update_fields=["held_at"])
            if current.warehouse_id == warehouse.pk:
                held = _units(current.items.all())
            else:
                units_hold(warehouse=current.warehouse, units=_units(current.items.all()))
    # One statement claims it: of two tills that take it up at once, one finds nothing to change.
    claimed = Sale.objects.filter(
        pk=sale_id, status=Sale.Status.DRAFT, held_at__isnull=False, warehouse=warehouse
    ).update(held_at=None, cashier=by)
    sale = Sale.objects.filter(pk=sale_id).first()
    if sale is None or not claimed:
        raise DomainError(_refusal(sale, warehouse), code="not_held")
    sale.lines = list(sale.items.select_related("product"))
    freed = _units(sale.lines)
    # Both baskets at once, because stock is locked once and in one order.
    units_hold(warehouse=warehouse, units={pk: held.get(pk, ZERO) - freed.get(pk, ZERO) for pk in {*held, *freed}})
    return sale


def _units(items: Iterable[SaleItem]) -> dict[int, Decimal]:
    """Return the own units of each product that the lines would take out of stock."""
    units: dict[int, Decimal] = {}
    for item in items:
        units[item.product_id] = units.get(item.product_id, ZERO) + item.stock_qty
    return units


def _refusal(sale: Sale | None, warehouse: Warehouse) -> StrOrPromise:
    if sale is not None and sale.held_at is not None and sale.warehouse_id != warehouse.pk:
        return _("This basket is held in %(warehouse)s. Take it up there.") % {"warehouse": sale.warehouse}
    return _("This basket is no longer on hold: somebody has taken it up or paid it.")
