"""The basket at the till: a Sale in DRAFT, kept by the server from the first scan on."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.bulk import update_row
from inventori.dates import business_date
from inventori.errors import DomainError, InvalidInput
from inventori.money import ZERO, currency_step, round_half_up
from inventori.prepared import prepared
from inventori.transactions import retried
from inventory.models import Warehouse
from inventory.services import check_quantity
from master.models import Customer, Product, ProductUnit, ShopProfile
from master.selectors import shop_profile, tax_rate_on
from sales.models import Sale, SaleItem
from sales.pricing import PricedLine, Totals, price_basket

from .approval import approval_note, require
from .discount import settle_line, settle_sale

MAX_TOTAL = Decimal("999999999999")
ONE = Decimal(1)


@retried
def basket_open(*, key: str, warehouse: Warehouse, by: User) -> Sale:
    """Return the basket of `key`, making it on its first scan."""
    if not key or len(key) > 64:
        raise InvalidInput(_("This form has no valid posting key. Open it again."), code="no_key")
    try:
        with transaction.atomic():
            return Sale.objects.create(key=key, warehouse=warehouse, cashier=by, opened_at=timezone.now())
    except IntegrityError:
        # Locked, because who loses the race to open the basket goes on to change it.
        return Sale.objects.select_for_update().get(key=key)


@retried
def basket_add(
    *,
    key: str,
    warehouse: Warehouse,
    product: Product,
    qty: Decimal,
    by: User,
    unit: ProductUnit | None = None,
    profile: ShopProfile | None = None,
) -> Sale:
    """Put `qty` more of `product` into the basket of `key`, at the product's price of now in the currency's steps.

    unit: one of the product's larger units, such as a box, at its own price; `qty` then counts boxes.
    Like its sisters it returns the basket with its lines in `lines` and what the cashier should know in
    `notices`; `profile` spares reading it again.
    Raises InvalidInput for an inactive product, an impossible quantity or a unit without a price, DomainError when the
    basket is somebody else's, on hold or already paid.
    """
    if not product.is_active:
        raise InvalidInput(
            _("%(product)s is no longer sold. Activate it again to sell it.") % {"product": product.name}
        )
    if qty <= 0:
        raise InvalidInput(_("The quantity must be above zero."), field="qty")
    sale = locked_basket(key, by, opened=lambda: basket_open(key=key, warehouse=warehouse, by=by))
    if sale.warehouse_id != warehouse.pk:
        raise DomainError(
            _("This basket belongs to %(warehouse)s. Pay it there or empty it first.")
            % {"warehouse": sale.warehouse.name}
        )
    sale.warehouse, profile = warehouse, profile or shop_profile()
    # In rupiah a price with cents is rounded here, or the lines of the receipt would not add up to its total.
    name, factor, price = _sold_by(product, unit)
    price = round_half_up(price, currency_step(profile.currency))
    same = (product.pk, name, factor, price)
    item = next((i for i in sale.lines if (i.product_id, i.unit, i.factor, i.price) == same and _is_plain(i)), None)
    if item is None:
        item = SaleItem(sale=sale, product=product, qty=ZERO, unit=name, factor=factor, price=price)
        sale.lines.append(item)
    item.qty += qty
    _check_item(item)
    item.save()
    return save_totals(sale, profile, by)


@retried
def basket_change(
    *,
    key: str,
    item_id: int,
    qty: Decimal,
    by: User,
    allowed_by: User | None = None,
    profile: ShopProfile | None = None,
) -> Sale:
    """Set the quantity of one line; zero takes the line out.

    More units at a changed price need the right to change prices, or a manager: `allowed_by`.
    """
    if qty == 0:
        return basket_remove(key=key, item_id=item_id, by=by, profile=profile)
    if qty < 0:
        raise InvalidInput(_("The quantity must be above zero."), field="qty")
    sale = locked_basket(key, by)
    item = item_of(sale, item_id)
    before, item.qty = item.qty, qty
    _check_item(item)
    if item.list_price is not None and qty > before:
        sentence = _("More units at a changed price need a manager's PIN.")
        helper = require("price_override", by=by, allowed_by=allowed_by, message=sentence)
        detail = f"{item.product.name}: {before.normalize():f} → {qty.normalize():f} × {item.price}"
        approval_note("price_override", sale=sale, by=by, allowed_by=helper, detail=detail)
    profile = profile or shop_profile()
    settle_line(sale, item, by=by, profile=profile)
    item.save(update_fields=["qty", "discount", "discount_percent", "discount_allowed"])
    return save_totals(sale, profile, by)


@retried
def basket_remove(*, key: str, item_id: int, by: User, profile: ShopProfile | None = None) -> Sale:
    """Take one line out of the basket."""
    sale = locked_basket(key, by)
    item = item_of(sale, item_id)
    sale.lines.remove(item)
    item.delete()
    return save_totals(sale, profile, by)


@retried
def basket_set_customer(*, key: str, warehouse: Warehouse, customer: Customer | None, by: User) -> Sale:
    """Say whose basket this is; None makes it a walk-in's again. A basket without a scan opens with it."""
    if customer is not None and not customer.is_active:
        raise InvalidInput(_("%(customer)s is no longer active. Choose another customer.") % {"customer": customer})
    sale = locked_basket(key, by, opened=lambda: basket_open(key=key, warehouse=warehouse, by=by))
    sale.customer = customer
    sale.save(update_fields=["customer"])
    return sale


def basket_totals(sale: Sale, items: list[SaleItem], profile: ShopProfile, at: datetime | None = None) -> Totals:
    """Return the basket's amounts under the tax of its business day; used again when it is paid."""
    rate = None
    if profile.charges_tax:
        day = business_date(at or timezone.now(), sale.warehouse.time_zone, profile.cutoff_hour)
        rate = tax_rate_on(day, profile=profile)
    return price_basket(
        [PricedLine(item.qty, item.price, item.discount) for item in items],
        discount=sale.discount,
        tax_factor=rate.factor if rate else ZERO,
        prices_include_tax=profile.prices_include_tax,
        step=currency_step(profile.currency),
    )


# No join here: MariaDB would lock the warehouse's row too, and with it every other till.
sale_to_lock = prepared(lambda key: Sale.objects.select_for_update().filter(key=key))
lines_of = prepared(lambda sale: SaleItem.objects.filter(sale=sale).select_related("product", "batch"))


def locked_basket(key: str, by: User, opened: Callable[[], Sale] | None = None) -> Sale:
    """Lock the basket and read its lines, through the door that checks whose it is."""
    sale = sale_to_lock.first(key) or (opened and opened())
    if not sale:
        raise InvalidInput(_("This basket no longer exists. Start a new sale."), code="no_basket")
    if sale.status != Sale.Status.DRAFT:
        raise DomainError(
            _("This basket is already paid as %(invoice)s. Start a new sale.") % {"invoice": sale.invoice_number},
            code="already_paid",
            sale_id=sale.pk,
        )
    if sale.cashier_id != by.pk:
        raise DomainError(_("This basket belongs to another cashier. Start a new sale."), code="not_yours")
    refuse_held(sale)
    sale.lines = lines_of(sale.pk)
    return sale


def refuse_held(sale: Sale) -> None:
    if sale.held_at is not None:
        raise DomainError(_("This basket was put on hold. Take it up again from the list of held ones."), code="held")


def item_of(sale: Sale, item_id: int) -> SaleItem:
    item = next((line for line in sale.lines if line.pk == item_id), None)
    if item is None:
        raise InvalidInput(_("This line is no longer in the basket."), code="no_line")
    return item


_TOTALS = (
    *("subtotal", "tax", "tax_included", "total_amount", "rounding"),
    *("discount", "discount_percent", "discount_allowed"),
)


def save_totals(sale: Sale, profile: ShopProfile | None, by: User) -> Sale:
    """Compute the basket's amounts anew and keep them."""
    profile = profile or shop_profile()
    settle_sale(sale, by=by, profile=profile)
    totals = basket_totals(sale, sale.lines, profile)
    if totals.total > MAX_TOTAL:
        raise InvalidInput(_("The total is too large. Check the quantities."), field="qty")
    sale.subtotal, sale.tax, sale.tax_included = totals.subtotal, totals.tax, totals.tax_included
    sale.total_amount, sale.rounding = totals.total, ZERO
    update_row(sale, *_TOTALS)
    return sale


def _sold_by(product: Product, unit: ProductUnit | None) -> tuple[str, Decimal, Decimal]:
    """Return name, factor and price of what is sold; the product's own unit has no name on a line."""
    if unit is None:
        return "", ONE, Decimal(product.price)
    if unit.product_id != product.pk:
        raise ValueError("the unit belongs to another product")
    if unit.price is None:
        raise InvalidInput(
            _("%(product)s is not sold by the %(unit)s: the unit has no price.")
            % {"product": product.name, "unit": unit.name}
        )
    return unit.name, Decimal(unit.factor), Decimal(unit.price)


def _check_item(item: SaleItem) -> None:
    """Check the quantity as it is sold, and as it leaves the stock."""
    check_quantity(item.product, item.qty)
    if item.unit:
        check_quantity(item.product, item.stock_qty)


def _is_plain(item: SaleItem) -> bool:
    """Say whether one more unit of the product may join this line."""
    return not (item.discount or item.discount_percent or item.list_price is not None or item.note or item.batch_id)
