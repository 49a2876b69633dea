"""What the till shows: the basket with every amount computed, and the products that a text finds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, Prefetch, Q, QuerySet, Sum

from accounts.models import User
from inventori.errors import written
from inventori.money import ZERO, currency_step, use_currency
from inventori.numbers import write_number
from inventori.prepared import prepared
from inventori.search import holds_every_word
from inventori.templatetags.inventori import qty
from inventory.models import Warehouse
from inventory.selectors import available, available_column
from master.models import CASH, Customer, Product, ProductUnit, ShopProfile
from master.product_search import product_ids_found

from .models import Sale, SaleItem
from .pricing import cash_rounding, handy_amounts
from .selectors import line_amount
from .services import Tender

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

    @property
    def discount_text(self) -> str:
        """The discount as it is typed: `10%` or an amount, nothing without one."""
        return discount_text(self.item.discount, self.item.discount_percent)

    @property
    def unit_text(self) -> str:
        """What a line in a larger unit comes to: 2 box (20 strip); nothing for the product's own unit."""
        item = self.item
        if not item.unit:
            return ""
        return f"{qty(item.qty)} {item.unit} ({qty(item.stock_qty)} {item.product.uom})"


def discount_text(amount: Decimal, percent: Decimal | None) -> str:
    if percent is not None:
        return f"{written(percent)}%"
    return write_number(amount) if amount else ""


@dataclass(frozen=True, slots=True)
class BasketView:
    """The basket as the till shows it; due is what the customer pays in cash, rounded to the coin."""

    key: str
    customer: Customer | None
    lines: list[BasketLine]
    units: Decimal
    subtotal: Decimal
    discount: Decimal
    discount_percent: Decimal | None
    tax: Decimal
    total: Decimal
    rounding: Decimal
    due: Decimal
    handy: list[Decimal]

    @property
    def short(self) -> int:
        return sum(line.is_short for line in self.lines)

    @property
    def discount_text(self) -> str:
        return discount_text(self.discount, self.discount_percent)


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
        customer=sale.customer if sale else None,
        lines=lines,
        units=sum((item.qty for item in items), ZERO),
        subtotal=sale.subtotal if sale else ZERO,
        discount=sale.discount if sale else ZERO,
        discount_percent=sale.discount_percent if sale else None,
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
    there = available(warehouse=warehouse, product_ids=[item.product_id for item in items], profile=profile)
    wanted: dict[int, Decimal] = {}
    for item in items:
        wanted[item.product_id] = wanted.get(item.product_id, ZERO) + item.stock_qty
    return [
        BasketLine(
            item=item,
            amount=line_amount(item, profile.currency),
            on_hand=there[item.product_id],
            is_short=wanted[item.product_id] > there[item.product_id]
            and (item.product.tracks_batches or not warehouse.allow_negative),
        )
        for item in items
    ]


def open_basket(*, warehouse: Warehouse, by: User) -> Sale | None:
    """Return the cashier's latest basket here that holds something and is not on hold, with its lines in `lines`."""
    drafts = Sale.objects.filter(status=Sale.Status.DRAFT, held_at=None, cashier=by, warehouse=warehouse)
    return with_lines(drafts.filter(items__isnull=False).select_related("customer").order_by("-id").first())


def basket_of(*, key: str, by: User) -> Sale | None:
    """Return the cashier's unpaid basket of `key` with its lines in `lines`, if there is one."""
    drafts = Sale.objects.filter(key=key, status=Sale.Status.DRAFT, held_at=None, cashier=by)
    return with_lines(drafts.select_related("customer", "warehouse").first())


def held_baskets(*, warehouse: Warehouse) -> QuerySet[Sale]:
    """Return the baskets on hold in `warehouse`, the oldest first, with `units`: how many they hold."""
    held = Sale.objects.filter(status=Sale.Status.DRAFT, held_at__isnull=False, warehouse=warehouse)
    units = Sum("items__qty", output_field=DecimalField(max_digits=14, decimal_places=3))
    return held.select_related("cashier", "customer").annotate(units=units).order_by("held_at")


def customers_named(text: str) -> list[Customer]:
    """Return up to ten active customers whose name, phone or code holds every word of `text`."""
    if not text.strip():
        return []
    alike = holds_every_word(text, "name__icontains", "phone__icontains", "code__istartswith")
    # A phone is written with and without spaces, dashes and the country's code.
    if len(digits := re.sub(r"\D", "", text)) >= 4:
        alike |= Q(phone__icontains=digits) | Q(phone__icontains=re.sub(r"^(62|0)", "", digits))
    return list(Customer.objects.filter(alike, is_active=True).order_by("name")[: FOUND_AT_MOST // 2])


@dataclass(frozen=True, slots=True)
class PayQuote:
    """What the money entered so far comes to: `rest` is still to be paid, `change` goes back."""

    rest: Decimal
    rounding: Decimal
    change: Decimal


def pay_quote(sale: Sale | None, tenders: Sequence[Tender], *, profile: ShopProfile) -> PayQuote:
    """Return what `tenders` leave of the basket's total, the cash part rounded to the coin."""
    use_currency(profile.currency)
    total = sale.total_amount if sale else ZERO
    cash = [tender.amount for tender in tenders if tender.method == CASH]
    given = sum(cash, ZERO)
    cash_due = total - sum((tender.amount for tender in tenders if tender.method != CASH), ZERO)
    rounding = cash_rounding(cash_due, coin=profile.cash_coin, direction=profile.cash_rounding) if cash else ZERO
    due = cash_due + rounding - given
    return PayQuote(rest=max(due, ZERO), rounding=rounding, change=max(-due, ZERO))


def with_lines(sale: Sale | None) -> Sale | None:
    if sale is not None:
        sale.lines = list(sale.items.select_related("product", "batch"))
    return sale


_products_of_code = prepared(lambda barcode, sku: Product.objects.filter(Q(barcode=barcode) | Q(sku=sku)))


def product_of_code(code: str) -> Product | None:
    """Return the product with exactly this barcode, else with exactly this SKU; both are indexed."""
    alike = _products_of_code(code, Product._meta.get_field("sku").get_prep_value(code))
    return min(alike, key=lambda product: product.barcode != code, default=None)


def unit_of_code(code: str) -> ProductUnit | None:
    """Return the larger unit with exactly this barcode. Asked only for a code that no product has."""
    return ProductUnit.objects.filter(barcode=code).select_related("product").first()


def products_named(text: str, *, warehouse: Warehouse) -> list[Product]:
    """Return the products that `text` finds, the best first, with units `there` and `sold_units` that have a price."""
    ids = product_ids_found(text, limit=FOUND_AT_MOST)
    sold = Prefetch("units", ProductUnit.objects.filter(price__isnull=False), to_attr="sold_units")
    found = with_stock(Product.objects.all(), warehouse).prefetch_related(sold).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def with_stock(products: QuerySet[Product], warehouse: Warehouse) -> QuerySet[Product]:
    """Annotate `there`: the units that may be sold in `warehouse` now."""
    return products.annotate(there=available_column(warehouse))
