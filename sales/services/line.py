"""Another price, a discount or a note for one line, and a discount for the whole basket."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import InvalidInput
from inventori.money import ZERO, currency_step, round_half_up
from inventori.transactions import retried
from inventory.models import Batch
from inventory.selectors import sellable_batches
from master.models import ShopProfile
from master.selectors import shop_profile
from sales.models import Sale, SaleItem

from .approval import approval_note, require
from .basket import MAX_TOTAL, item_of, locked_basket, save_totals
from .discount import OVER_LIMIT, Discount, line_discount, sale_discount, settle_line


@retried
def line_change(
    *,
    key: str,
    item_id: int,
    by: User,
    price: Decimal | None = None,
    discount: Discount | None = None,
    note: str | None = None,
    batch_id: int | None = None,
    allowed_by: User | None = None,
    profile: ShopProfile | None = None,
) -> Sale:
    """Give one line another price, discount, note or batch; what is None stays, batch 0 is the first to expire again.

    Another batch than the first to expire needs a note that says why.
    Raises NeedsApproval for another price or a discount above the limit without the right to it.
    """
    sale, profile = locked_basket(key, by), profile or shop_profile()
    item = item_of(sale, item_id)
    if price is not None:
        _set_price(sale, item, price, by=by, allowed_by=allowed_by, profile=profile)
    if discount is not None:
        line_discount(sale, item, discount, by=by, allowed_by=allowed_by, profile=profile)
        if item.discount_allowed:
            detail = f"{item.product.name}: −{item.discount}"
            approval_note(OVER_LIMIT, sale=sale, by=by, allowed_by=allowed_by, detail=detail)
    if note is not None:
        item.note = " ".join(note.split())[:100]
    if batch_id is not None:
        item.batch = _batch(sale, item, batch_id) if batch_id else None
    if item.batch_id and not item.note:
        raise InvalidInput(_("Say in the note why this batch is sold before the first to expire."), field="note")
    item.save(
        update_fields=["price", "list_price", "discount", "discount_percent", "discount_allowed", "note", "batch"]
    )
    return save_totals(sale, profile, by)


def _batch(sale: Sale, item: SaleItem, batch_id: int) -> Batch:
    batch = next(
        (offer.batch for offer in sellable_batches(item.product, sale.warehouse) if offer.batch_id == batch_id), None
    )
    if batch is None:
        raise InvalidInput(_("This batch cannot be sold here. Choose another."), field="batch")
    return batch


def _set_price(
    sale: Sale, item: SaleItem, price: Decimal, *, by: User, allowed_by: User | None, profile: ShopProfile
) -> None:
    step = currency_step(profile.currency)
    price, usual = round_half_up(price, step), round_half_up(_usual_price(item), step)
    if not 0 <= price <= MAX_TOTAL:
        raise InvalidInput(_("Enter a price of zero or more."), field="price")
    if price == item.price:
        return
    if price != usual:
        sentence = _("Another price needs a manager's PIN.")
        helper = require("price_override", by=by, allowed_by=allowed_by, message=sentence)
        detail = f"{item.product.name}: {usual} → {price}"
        approval_note("price_override", sale=sale, by=by, allowed_by=helper, detail=detail)
    item.price, item.list_price = price, None if price == usual else usual
    settle_line(sale, item, by=by, profile=profile)


def _usual_price(item: SaleItem) -> Decimal:
    """Return the price it is lowered or raised from: a larger unit's is the one that the line began with."""
    if not item.unit:
        return Decimal(item.product.price)
    return item.price if item.list_price is None else item.list_price


@retried
def basket_discount(
    *,
    key: str,
    discount: Discount,
    by: User,
    allowed_by: User | None = None,
    profile: ShopProfile | None = None,
) -> Sale:
    """Give the whole basket a discount; zero takes it off. Raises NeedsApproval above the limit."""
    sale, profile = locked_basket(key, by), profile or shop_profile()
    if not sale.lines and (discount.percent or discount.amount != ZERO):
        raise InvalidInput(_("The basket is empty. Scan a product first."), code="empty")
    sale_discount(sale, discount, by=by, allowed_by=allowed_by, profile=profile)
    if sale.discount_allowed:
        detail = f"−{sale.discount}"
        approval_note(OVER_LIMIT, sale=sale, by=by, allowed_by=allowed_by, detail=detail)
    return save_totals(sale, profile, by)
