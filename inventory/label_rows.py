"""What labels are printed for: products and their units, found by scan, text, category or shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from babel import Locale
from babel.numbers import get_currency_symbol
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventori.errors import InvalidInput
from inventori.money import ZERO
from inventori.templatetags.inventori import money
from master.models import Product, ProductUnit

from . import selectors
from .label_pdf import Label

MOST_ROWS = 500
MOST_LABELS = 2_000
MOST_IN_ADDRESS = 250


@dataclass(slots=True)
class LabelRow:
    """A product or one of its units, and how many labels of it."""

    product: Product
    unit: ProductUnit | None
    count: int

    @property
    def item(self) -> str:
        """What names it in a form: p12 for a product, u5 for a unit."""
        return f"u{self.unit.pk}" if self.unit else f"p{self.product.pk}"

    @property
    def unit_name(self) -> str:
        return self.unit.name if self.unit else self.product.uom

    @property
    def price(self) -> Decimal | None:
        return self.unit.price if self.unit else self.product.price

    @property
    def code(self) -> str:
        """The barcode; the SKU where a product has none. A unit without one has nothing to be scanned by."""
        if self.unit:
            return self.unit.barcode or ""
        return self.product.barcode or self.product.sku


def labels_url(items: Iterable[tuple[int, Decimal]]) -> str:
    """Return the address of the page with these products, pairs of product id and quantity, chosen already."""
    units: dict[int, Decimal] = {}
    for pk, qty in items:
        units[pk] = units.get(pk, ZERO) + qty
    # An address has an end: servers refuse one of more than 4,000 letters.
    asked = [f"{pk}:{qty.to_integral_value(ROUND_CEILING):f}" for pk, qty in units.items() if qty > 0][:MOST_IN_ADDRESS]
    return f"{reverse('inventory:label_print')}?items={','.join(asked)}"


def rows_of_items(counts: dict[str, int]) -> list[LabelRow]:
    """Return the rows that a form named, in its order; what is no longer there is left out."""
    products = Product.objects.in_bulk(_ids(counts, "p"))
    units = ProductUnit.objects.select_related("product").in_bulk(_ids(counts, "u"))
    rows = []
    for item, count in counts.items():
        kind, pk = item[:1], int(item[1:])
        if kind == "p" and pk in products:
            rows.append(LabelRow(products[pk], None, count))
        elif kind == "u" and pk in units:
            rows.append(LabelRow(units[pk].product, units[pk], count))
    return rows


def _ids(items: Iterable[str], kind: str) -> list[int]:
    return [int(item[1:]) for item in items if item[:1] == kind]


def rows_of_products(products: Sequence[Product], count: int, *, with_units: bool) -> list[LabelRow]:
    """Return a row for each product, and where asked for each unit that has a barcode or a price."""
    units: dict[int, list[ProductUnit]] = {}
    if with_units:
        for unit in ProductUnit.objects.filter(product__in=[product.pk for product in products]):
            if unit.barcode or unit.price is not None:
                units.setdefault(unit.product_id, []).append(unit)
    rows = []
    for product in products:
        rows.append(LabelRow(product, None, count))
        rows += [LabelRow(product, unit, count) for unit in units.get(product.pk, [])]
    return rows


def unit_scanned(text: str) -> ProductUnit | None:
    return ProductUnit.objects.filter(barcode=text).select_related("product").first() if text else None


def products_meant(*, text: str = "", category: int | None = None, shelf: str = "") -> QuerySet[Product]:
    """Return the active products that a text, a category or a shelf means, by name."""
    found = selectors.products_named(text) if text else Product.objects.all()
    if category:
        found = found.filter(category=category)
    if shelf:
        found = found.filter(shelf=shelf)
    return found.filter(is_active=True).order_by("name", "pk")


def shelves() -> list[str]:
    """Return the shelves that active products stand on."""
    named = Product.objects.filter(is_active=True).exclude(shelf="").order_by("shelf")
    return list(named.values_list("shelf", flat=True).distinct())


def labels_of(rows: Sequence[LabelRow], *, currency: str, day: date) -> list[Label]:
    """Return each row's label as often as it is asked for. Raises InvalidInput for none, or for too many."""
    total = sum(row.count for row in rows)
    if total <= 0:
        raise InvalidInput(_("Say how many labels of at least one product."), code="none")
    if total > MOST_LABELS:
        raise InvalidInput(
            _("That would be %(n)s labels. At most %(most)s are printed at once.") % {"n": total, "most": MOST_LABELS},
            code="too_many",
        )
    symbol = get_currency_symbol(currency, locale=Locale.parse((get_language() or "en").replace("-", "_")))
    printed = formats.date_format(day, "SHORT_DATE_FORMAT")
    return [label for row in rows for label in [_label(row, symbol, printed)] * row.count]


def _label(row: LabelRow, symbol: str, printed: str) -> Label:
    holds = ""
    if row.unit:
        holds = f" ({row.unit.factor.normalize():f} {row.product.uom})"
    return Label(
        name=row.product.name,
        price=f"{symbol} {money(row.price)}" if row.price is not None else "",
        per=f"/ {row.unit_name}",
        code=row.code,
        foot=f"{row.product.sku} · {row.unit_name}{holds} · {printed}",
    )
