"""What suppliers ask: learnt from the orders that are sent, or typed in."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import business_date
from inventori.errors import InvalidInput
from inventori.money import CENT, ZERO, round_half_up
from inventori.transactions import retried
from inventory.models import Warehouse
from inventory.selectors import business_today
from master.models import Product, Supplier
from master.selectors import shop_profile
from purchases.models import PurchaseOrder, SupplierPrice

FIELDS = ["unit", "factor", "unit_price", "changed_on", "previous_price"]


def prices_learn(*, order: PurchaseOrder, at: datetime) -> None:
    """Keep the price of each line as the supplier's price. Call it inside the transaction that sends the order."""
    day = business_date(at, order.warehouse.time_zone, shop_profile().cutoff_hour)
    # Two orders of one supplier that are sent at once must not both make the first row of a product.
    Supplier.objects.select_for_update().get(pk=order.supplier_id)
    known = {row.product_id: row for row in SupplierPrice.objects.filter(supplier_id=order.supplier_id)}
    touched: dict[int, SupplierPrice] = {}
    for item in order.items.all():
        price, factor = (item.price, Decimal(1)) if item.unit_price is None else (item.unit_price, item.factor)
        row = known.get(item.product_id) or SupplierPrice(supplier_id=order.supplier_id, product_id=item.product_id)
        known[item.product_id] = touched[item.product_id] = row
        _take(row, unit=item.unit if factor != 1 or item.unit else "", factor=factor, price=price, day=day)
    SupplierPrice.objects.bulk_update([row for row in touched.values() if row.pk], FIELDS)
    SupplierPrice.objects.bulk_create([row for row in touched.values() if not row.pk])


def _take(row: SupplierPrice, *, unit: str, factor: Decimal, price: Decimal, day: date | None) -> None:
    """Write a price onto the row; the price before is kept when it differs, told in the new unit."""
    before = None if row.unit_price is None else round_half_up(row.unit_price / row.factor * factor, CENT)
    if before != price:
        row.previous_price, row.changed_on = before, day
    elif row.previous_price is not None:
        row.previous_price = round_half_up(row.previous_price / row.factor * factor, CENT)
    row.unit, row.factor, row.unit_price = unit, factor, price


@retried
def price_save(
    *,
    supplier: Supplier,
    product: Product,
    unit: str,
    unit_price: Decimal,
    min_qty: Decimal,
    multiple: Decimal,
    by: User,
) -> SupplierPrice:
    """Write what a supplier asks for a product by `unit`, one of its units or "" for its own.

    min_qty, multiple: in the product's own unit.
    """
    factor = {"": Decimal(1)} | {one.name: one.factor for one in product.units.all()}
    if unit not in factor:
        raise InvalidInput(_("%(product)s has no unit of this name.") % {"product": product.name}, field="unit")
    if unit_price < 0 or min_qty < 0:
        raise InvalidInput(_("Prices and quantities must not be negative."), field="unit_price")
    if multiple <= 0:
        raise InvalidInput(_("The order multiple must be above zero."), field="multiple")
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    row = SupplierPrice.objects.filter(supplier=supplier, product=product).first()
    row = row or SupplierPrice(supplier=supplier, product=product)
    place = Warehouse.objects.order_by("pk").first()
    _take(row, unit=unit, factor=factor[unit], price=unit_price, day=business_today(place) if place else None)
    row.min_qty, row.multiple = min_qty or ZERO, multiple
    row.save()
    return row
