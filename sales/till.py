"""What the till shows: the basket with every amount computed, and the products that a text finds."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from inventori.errors import written
from inventori.money import ZERO, currency_step, use_currency
from inventori.search import holds_every_word
from inventory.models import Stock, Warehouse
from inventory.selectors import on_hand
from master.models import Product, ShopProfile

from .models import Sale, SaleItem
from .pricing import cash_rounding, handy_amounts
from .selectors import line_amount

FOUND_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One row of the till. on_hand: units that lie in the warehouse now."""

    item: SaleItem
    amount: Decimal
    on_hand: Decimal
    is_short: bool

    @property
    def qty_text(self) -> str:
        """The quantity as it stands in its field: with the language's decimal mark, without grouping."""
        return written(self.item.qty)


@dataclass(frozen=True, slots=True)
class BasketView:
    """The basket as the till shows it; due is what the customer pays in cash, rounded to the coin."""

    key: str
    lines: list[BasketLine]
    units: Decimal
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    rounding: Decimal
    due: Decimal
    handy: list[Decimal]

    @property
    def short(self) -> int:
        return sum(line.is_short for line in self.lines)


def basket_view(
    *, key: str, sale: Sale | None, items: list[SaleItem], warehouse: Warehouse, profile: ShopProfile
) -> BasketView:
    """Compute what the till shows of the basket `sale` (None: nothing scanned yet)."""
    use_currency(profile.currency)
    total = sale.total_amount if sale else ZERO
    rounding = cash_rounding(total, coin=profile.cash_coin, direction=profile.cash_rounding)
    lines = _lines(items, warehouse, profile)
    return BasketView(
        key=key,
        lines=lines,
        units=sum((item.qty for item in items), ZERO),
        subtotal=sale.subtotal if sale else ZERO,
        discount=sale.discount if sale else ZERO,
        tax=sale.tax if sale else ZERO,
        total=total,
        rounding=rounding,
        due=total + rounding,
        handy=handy_amounts(total + rounding, step=currency_step(profile.currency)) if lines else [],
    )


def _lines(items: list[SaleItem], warehouse: Warehouse, profile: ShopProfile) -> list[BasketLine]:
    """Mark every line of a product of which the basket holds more than there is."""
    if not items:
        return []
    there = on_hand(warehouse=warehouse, product_ids=[item.product_id for item in items])
    wanted: dict[int, Decimal] = {}
    for item in items:
        wanted[item.product_id] = wanted.get(item.product_id, ZERO) + item.qty
    return [
        BasketLine(
            item=item,
            amount=line_amount(item, profile.currency),
            on_hand=there[item.product_id],
            is_short=wanted[item.product_id] > there[item.product_id] and not warehouse.allow_negative,
        )
        for item in items
    ]


def open_basket(*, warehouse: Warehouse, by: User) -> Sale | None:
    """Return the cashier's latest basket here that holds something, with its lines in `lines`."""
    drafts = Sale.objects.filter(status=Sale.Status.DRAFT, cashier=by, warehouse=warehouse, items__isnull=False)
    sale = drafts.order_by("-id").first()
    return with_lines(sale)


def basket_of(*, key: str, by: User) -> Sale | None:
    """Return the cashier's unpaid basket of `key` with its lines in `lines`, if there is one."""
    return with_lines(Sale.objects.filter(key=key, status=Sale.Status.DRAFT, cashier=by).first())


def with_lines(sale: Sale | None) -> Sale | None:
    if sale is not None:
        sale.lines = list(sale.items.select_related("product"))
    return sale


def product_of_code(code: str) -> Product | None:
    """Return the product with exactly this barcode, else with exactly this SKU; both are indexed."""
    alike = Product.objects.filter(Q(barcode=code) | Q(sku=code))
    return min(alike, key=lambda product: product.barcode != code, default=None)


def products_named(text: str, *, warehouse: Warehouse) -> QuerySet[Product]:
    """Return products whose name, SKU or barcode holds every word of `text`, in any order, with units `there`."""
    if not text.strip():
        return Product.objects.none()
    alike = holds_every_word(text, "name__icontains", "sku__icontains", "barcode__startswith")
    stock = Stock.objects.filter(product=OuterRef("pk"), warehouse=warehouse).values("qty")
    first = Case(When(name__istartswith=text.split()[0], then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Product.objects.filter(alike, is_active=True)
    return found.annotate(there=Coalesce(Subquery(stock), ZERO)).order_by(first, "name")[:FOUND_AT_MOST]
