"""What a line of a stock form would do, in words and figures that are ready to be shown."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventori.money import ZERO
from inventori.numbers import active_notation, parse_number, write_number
from inventori.templatetags.inventori import qty as show_qty
from master.models import Product

from . import ledger, selectors
from .models import AdjustReason, Warehouse
from .scanning import Scanned, scanned

# With these goods only go out.
OUTWARD = {AdjustReason.DAMAGE, AdjustReason.EXPIRED, AdjustReason.LOST, AdjustReason.USE}


def line_preview(
    *, text: str, typed_qty: str, warehouse: Warehouse | None, goes_out: bool = False, reason: str = ""
) -> dict[str, Any]:
    """Return the product that `text` means (or those it may mean), its balance after the change, and what to fill in.

    goes_out: the quantity is what leaves, not what is added. reason: of an adjustment.
    """
    meant = scanned(text) if text else []
    matches = [{"sku": found.product.sku, "name": found.product.name} for found in meant]
    if len(meant) != 1 or warehouse is None:
        hint = _("No product has this SKU, barcode or name.") if text and not meant else ""
        return {
            "name": "",
            "on_hand": "",
            "balance": "",
            "is_short": False,
            "hint": hint,
            "matches": matches,
            "fill": {},
        }
    fill = _fill(meant[0], -1 if reason in OUTWARD else 1)
    figures = _figures(meant[0].product, typed_qty or fill.get("qty", ""), warehouse, -1 if goes_out else 1)
    return {"matches": matches, "hint": "", "fill": fill} | figures


def _fill(found: Scanned, sign: int) -> dict[str, str]:
    """Return what a label or a box says, by the field it belongs to; nothing for a product's own code."""
    said = {}
    if found.unit:
        said["qty"] = write_number(sign * found.factor)
    if found.product.tracks_batches and found.batch:
        said["batch"] = found.batch.upper()
        if found.expires_on:
            said["expires_on"] = f"{found.expires_on:%d-%m-%Y}"
    # The code of a box means the box: the row goes on with the product's own.
    return {"product": found.product.sku} | said if said else {}


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
