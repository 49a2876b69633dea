"""How each product is bought: from whom, by which unit, at what price, in which steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventori.money import CENT, round_half_up
from master.models import Product, ProductUnit, Supplier
from purchases.models import SupplierPrice

from .planning import ONE, Pack


@dataclass(frozen=True, slots=True)
class Terms:
    """How a product is bought: from whom, by which unit, at what price of that unit."""

    supplier: Supplier | None
    pack: Pack
    unit_price: Decimal

    @property
    def unit_cost(self) -> Decimal:
        """Of one own unit."""
        return round_half_up(self.unit_price / self.pack.factor, CENT)


def buying_terms(products: Sequence[Product]) -> dict[int, Terms]:
    """Return for each product its usual supplier's terms; without a usual one, those of the cheapest that is known."""
    asked: dict[int, list[SupplierPrice]] = {}
    prices = SupplierPrice.objects.filter(product__in=products, supplier__is_active=True).select_related("supplier")
    for price in prices.order_by("pk"):
        asked.setdefault(price.product_id, []).append(price)
    units = _buying_units(products)
    return {
        product.pk: _terms(product, asked.get(product.pk, []), units.get(product.pk, ("", ONE))) for product in products
    }


def _buying_units(products: Sequence[Product]) -> dict[int, tuple[str, Decimal]]:
    rows = ProductUnit.objects.filter(product__in=products, is_for_buying=True)
    return {row.product_id: (row.name, row.factor) for row in rows.order_by("-pk")}


def _terms(product: Product, asked: Sequence[SupplierPrice], unit: tuple[str, Decimal]) -> Terms:
    usual = product.supplier if product.supplier and product.supplier.is_active else None
    if usual:
        price = next((one for one in asked if one.supplier_id == usual.pk), None)
    else:
        price = min(asked, key=lambda one: one.unit_price / one.factor, default=None)
    if price is None:
        name, factor = unit
        pack = Pack(multiple=_whole(product, product.order_multiple), factor=factor, unit=name)
        return Terms(usual, pack, round_half_up(product.cost * factor, CENT))
    # A price that was learnt from an order knows no steps: the product's own then hold.
    multiple = product.order_multiple if price.multiple == ONE else price.multiple
    pack = Pack(price.min_qty, _whole(product, multiple), price.factor, price.unit)
    return Terms(usual or price.supplier, pack, price.unit_price)


def _whole(product: Product, multiple: Decimal) -> Decimal:
    """A step of half a piece would order what cannot be."""
    is_possible = product.sold_by_measure or multiple == multiple.to_integral_value()
    return multiple if is_possible and multiple > 0 else ONE
