"""Where moves and the documents behind them are shown. Names only: inventory knows no sale and no receipt."""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from accounts.models import User

from .models import RefType, StockMove

# source: (name of its page, right needed to open it)
PAGES = {
    RefType.SALE: ("sales:sale_show", "sale_view"),
    RefType.RETURN: ("sales:return_show", "sale_view"),
    RefType.GRN: ("purchases:receipt_show", "purchase_view"),
    RefType.SUPPLIER_RETURN: ("purchases:supplier_return_show", "purchase_view"),
    RefType.ADJUST: ("inventory:adjustment_show", "stock_view"),
    RefType.TRANSFER: ("inventory:transfer_show", "stock_view"),
}


def card_url(sku: str, warehouse_code: str | None, batch: str = "") -> str:
    """Return the address of a product's stock card, in one warehouse or, with None, in all; of one batch or all."""
    asked = {"product": sku} | ({"warehouse": warehouse_code} if warehouse_code else {})
    asked |= {"batch": batch} if batch else {}
    return f"{reverse('inventory:move_list')}?{urlencode(asked)}"


def recall_url(number: str, sku: str = "") -> str:
    """Return the address that traces a batch; without `sku` it asks which product's where several have it."""
    asked = {"batch": number} | ({"product": sku} if sku else {})
    return f"{reverse('summary:recall')}?{urlencode(asked)}"


def source_url(move: StockMove, user: User) -> str:
    """Return the address of the document that caused `move`, or "" for what `user` may not open."""
    return document_url(move.ref_type, move.ref_id, user)


def document_url(ref_type: str, ref_id: int, user: User) -> str:
    """Return the address of a document that moved stock, or "" for what `user` may not open."""
    name, right = PAGES.get(RefType(ref_type), ("", ""))
    if not name or not user.can(right):
        return ""
    try:
        return reverse(name, args=[ref_id])
    except NoReverseMatch:
        return ""
