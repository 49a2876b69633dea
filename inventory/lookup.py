"""What a line of a stock form would do, in words and figures that are ready to be shown."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventori.money import ZERO
from inventori.numbers import active_notation, parse_number
from inventori.templatetags.inventori import qty as show_qty
from master.models import Product

from . import ledger, selectors
from .models import Warehouse

MATCHES = 12


def line_preview(*, text: str, typed_qty: str, warehouse: Warehouse | None, goes_out: bool = False) -> dict[str, Any]:
    """Return the product that `text` means (or those it may mean) and its balance after the change.

    goes_out: the quantity is what leaves, not what is added.
    """
    named = list(selectors.products_named(text)[:MATCHES]) if text else []
    matches = [{"sku": product.sku, "name": product.name} for product in named]
    if len(named) != 1 or warehouse is None:
        hint = _("No product has this SKU, barcode or name.") if text and not named else ""
        return {"name": "", "on_hand": "", "balance": "", "is_short": False, "hint": hint, "matches": matches}
    return {"matches": matches, "hint": ""} | _figures(named[0], typed_qty, warehouse, -1 if goes_out else 1)


def _figures(product: Product, typed_qty: str, warehouse: Warehouse, sign: int) -> dict[str, Any]:
    on_hand = selectors.on_hand(warehouse=warehouse, product_ids=[product.pk])[product.pk]
    change = _number(typed_qty)
    after = on_hand + sign * change if change is not None else None
    return {
        "name": f"{product.name} · {product.sku}",
        "on_hand": f"{show_qty(on_hand)} {product.uom}",
        "balance": show_qty(after) if after is not None else "",
        "is_short": after is not None and after < ZERO and not warehouse.allow_negative,
    }


def _number(text: str) -> Decimal | None:
    try:
        number = parse_number(text, active_notation())
    except ValueError:
        return None
    return number if abs(number) < ledger.MOST_UNITS else None
