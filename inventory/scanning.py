"""What a scanned or typed text means among goods: a product, one of its units, or a label with its batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from master.models import Product, ProductUnit

from . import gs1
from .selectors import products_named

MATCHES = 12


@dataclass(frozen=True, slots=True)
class Scanned:
    """A product; unit: the name of the larger unit that was scanned, "" for its own, and how many units it holds.

    batch, expires_on: off a label.
    """

    product: Product
    unit: str = ""
    batch: str = ""
    expires_on: date | None = None
    factor: Decimal = Decimal(1)


def scanned(text: str) -> list[Scanned]:
    """Return what `text` means: one by its barcode, SKU or label, several by words of a name, none."""
    text = text.strip()
    label = gs1.read(text)
    batch, expires_on = (label.batch, label.expires_on) if label else ("", None)
    codes = label.barcodes if label else [text]
    unit = ProductUnit.objects.select_related("product").filter(barcode__in=codes).first()
    product = Product.objects.filter(barcode__in=codes).first()
    if product:
        return [Scanned(product, "", batch, expires_on)]
    if unit:
        return [Scanned(unit.product, unit.name, batch, expires_on, unit.factor)]
    if label or not text:
        return []
    return [Scanned(product) for product in _named(text)]


def _named(text: str) -> Sequence[Product]:
    named = products_named(text)
    # Goods that are no longer sold may still be named by their SKU, not by a word.
    exact = [product for product in named[:2] if text.upper() == product.sku.upper()]
    return exact or list(named.filter(is_active=True)[:MATCHES])
