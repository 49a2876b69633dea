"""The sheet on which an order is written: rows as they were typed, what they come to, and what a scan does to them.

Nothing is stored here: the sheet travels with its form, and is read again at each step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventori.errors import InvalidInput
from inventori.money import CENT, ZERO, currency_step, round_half_up
from inventori.numbers import active_notation, parse_number, write_number
from inventori.templatetags.inventori import qty as show_qty
from inventory.scanning import Scanned, scanned
from inventory.services import check_quantity
from master.models import Product, Supplier

from .costs import line_gross
from .models import POItem, PurchaseOrder, SupplierPrice
from .services import OrderLine, unit_line
from .steps import is_whole_step, rounded_up

MAX_ROWS = 300
ONE = Decimal(1)
MOST = Decimal(10) ** 9
NAMES = ("product", "unit", "unit_before", "qty", "price", "discount")


@dataclass(slots=True)
class Row:
    """One line as it was typed, and what it means. unit: the name of a larger unit, "" for the product's own."""

    product: str
    unit: str = ""
    unit_before: str = ""
    qty: str = ""
    price: str = ""
    discount: str = ""
    goods: Product = field(init=False)
    factors: dict[str, Decimal] = field(init=False, default_factory=dict)
    errors: dict[str, str] = field(init=False, default_factory=dict)
    count: Decimal = field(init=False, default=ZERO)
    unit_price: Decimal = field(init=False, default=ZERO)
    off: Decimal = field(init=False, default=ZERO)
    hints: list[str] = field(init=False, default_factory=list)

    @property
    def factor(self) -> Decimal:
        return self.factors.get(self.unit, ONE)

    @property
    def own_qty(self) -> Decimal:
        return self.count * self.factor

    @property
    def gross(self) -> Decimal:
        return line_gross(qty=self.own_qty, factor=self.factor, unit_price=self.unit_price)

    @property
    def amount(self) -> Decimal:
        return self.gross - self.off

    @property
    def units(self) -> list[tuple[str, str]]:
        """The units to choose from, as they are shown: box of 10."""
        larger = [
            (name, _("%(unit)s of %(qty)s") % {"unit": name, "qty": show_qty(factor)})
            for name, factor in self.factors.items()
            if name
        ]
        return [("", self.goods.uom), *larger]

    @property
    def conversion(self) -> str:
        """3 box = 30 strip; "" in the product's own unit."""
        if not self.unit or self.factor == 1 or not self.count:
            return ""
        own = f"{show_qty(self.own_qty)} {self.goods.uom}"
        return f"{show_qty(self.count)} {self.unit} = {own}"


@dataclass(slots=True)
class Said:
    """What a step answers: a sentence, whether it is a refusal, and what it may have meant."""

    text: str = ""
    is_bad: bool = False
    matches: Sequence[Product] = ()


class OrderSheet:
    """Rows, with the prices of the supplier in mind."""

    def __init__(self, rows: Iterable[Row], supplier: Supplier | None, discount: str = "") -> None:
        self.supplier, self.discount_text, self.discount_error = supplier, discount, ""
        rows = list(rows)[:MAX_ROWS]
        ids = {int(row.product) for row in rows if row.product.isdecimal()}
        self.products = {p.pk: p for p in Product.objects.filter(pk__in=ids).prefetch_related("units")}
        self.asked = supplier.prices.filter(product_id__in=ids) if supplier else SupplierPrice.objects.none()
        self.prices = {price.product_id: price for price in self.asked}
        self.rows = [row for row in rows if row.product.isdecimal() and int(row.product) in self.products]
        for row in self.rows:
            self._meet(row)
        self.discount = ZERO
        self.read()

    # --- What the rows mean --------------------------------------------------------
    def _meet(self, row: Row) -> None:
        row.goods = self.products[int(row.product)]
        row.factors = {"": ONE} | {unit.name: unit.factor for unit in row.goods.units.all()}
        if row.unit not in row.factors:
            row.unit = ""
        if row.unit != row.unit_before:
            row.price, row.unit_before = self._usual_price(row), row.unit

    def _usual_price(self, row: Row) -> str:
        price = self.prices.get(row.goods.pk)
        per_own = price.unit_price / price.factor if price else row.goods.cost
        return write_number(round_half_up(per_own * row.factor, CENT))

    def read(self) -> None:
        """Read what was typed: figures where it is right, sentences where it is not."""
        for row in self.rows:
            row.errors, row.hints = {}, []
            row.count, row.unit_price, row.off = self._figure(row, "qty"), self._figure(row, "price"), ZERO
            try:
                row.off = discount_read(row.discount, row.gross)
            except ValueError as error:
                row.errors["discount"] = str(error)
            self._check(row)
            row.hints = self._hints(row)
        self.discount_error = ""
        try:
            self.discount = discount_read(self.discount_text, self.subtotal)
        except ValueError as error:
            self.discount, self.discount_error = ZERO, str(error)

    def _figure(self, row: Row, name: str) -> Decimal:
        text = getattr(row, name)
        try:
            number = parse_number(text, active_notation()) if text.strip() else ZERO
        except ValueError:
            values = {"value": text, "example": active_notation().example}
            row.errors[name] = _("“%(value)s” is no number. Write it like %(example)s.") % values
            return ZERO
        places = 3 if name == "qty" else 2
        if number < 0 or number >= MOST or number != round(number, places):
            row.errors[name] = _("Enter a number from 0 to below 1,000,000,000.")
            return ZERO
        return number

    def _check(self, row: Row) -> None:
        if "qty" in row.errors:
            return
        if not row.count:
            row.errors["qty"] = _("Enter how many to order.")
            return
        try:
            check_quantity(row.goods, row.own_qty)
        except InvalidInput as refusal:
            row.errors["qty"] = str(refusal)

    def _hints(self, row: Row) -> list[str]:
        """Say what the supplier will not like: it is a warning, and the order can still be sent."""
        price = self.prices.get(row.goods.pk)
        if not price or "qty" in row.errors:
            return []
        uom, hints = row.goods.uom, []
        if row.own_qty < price.min_qty:
            values = {"qty": show_qty(price.min_qty), "unit": uom}
            hints.append(_("The supplier's minimum is %(qty)s %(unit)s.") % values)
        if not is_whole_step(row.own_qty, price.multiple):
            values = {"qty": show_qty(price.multiple), "unit": uom}
            hints.append(_("The supplier sells in steps of %(qty)s %(unit)s.") % values)
        return hints

    @property
    def subtotal(self) -> Decimal:
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount

    @property
    def has_hints(self) -> bool:
        return any(row.hints for row in self.rows)

    @property
    def is_valid(self) -> bool:
        return not self.discount_error and not any(row.errors for row in self.rows)

    @property
    def lines(self) -> list[OrderLine]:
        return [
            unit_line(
                product=row.goods,
                unit=row.unit,
                factor=row.factor,
                count=row.count,
                unit_price=row.unit_price,
                discount=row.off,
            )
            for row in self.rows
        ]

    # --- What is done to the rows -----------------------------------------------------
    def remove(self, index: int) -> None:
        if 0 <= index < len(self.rows):
            del self.rows[index]

    def round_up(self) -> None:
        """Raise each line to what the supplier sells."""
        for row in self.rows:
            price = self.prices.get(row.goods.pk)
            if not price or "qty" in row.errors or not row.hints:
                continue
            qty = rounded_up(row.own_qty, minimum=price.min_qty, multiple=price.multiple, factor=row.factor)
            row.qty = write_number(qty / row.factor)
        self.read()

    def take_prices(self) -> None:
        """Put the supplier's price (else the product's cost) into each line."""
        for row in self.rows:
            row.price = self._usual_price(row)
        self.read()

    def add(self, product_id: str) -> Said:
        """Add the product that was picked from several."""
        product = Product.objects.filter(pk=product_id).first() if product_id.isdecimal() else None
        return self._raise(Scanned(product)) if product else Said(_("This product does not exist."), is_bad=True)

    def scan(self, text: str) -> Said:
        """Raise the line of what was scanned by one; a product that is not on the order yet gets a line."""
        text = text.strip()[:200]
        if not text:
            return Said()
        found = scanned(text)
        if len(found) == 1:
            return self._raise(found[0], is_unit_scanned=bool(found[0].unit))
        if found:
            matches = [one.product for one in found]
            return Said(_("Several products fit “%(text)s”. Pick one.") % {"text": text}, matches=matches)
        return Said(_("No product has the code or name “%(text)s”.") % {"text": text}, is_bad=True)

    def _raise(self, found: Scanned, *, is_unit_scanned: bool = False) -> Said:
        row = self._row_of(found, is_unit_scanned)
        if row is None:
            if len(self.rows) >= MAX_ROWS:
                return Said(_("An order holds %(n)s lines at most.") % {"n": MAX_ROWS}, is_bad=True)
            row = self._new_row(found, is_unit_scanned)
        elif "qty" not in row.errors or not row.qty.strip():
            row.qty = write_number(row.count + 1)
        self.read()
        values = {"product": row.goods.name, "qty": row.qty, "unit": row.unit or row.goods.uom}
        return Said(_("%(product)s: %(qty)s %(unit)s") % values)

    def _row_of(self, found: Scanned, is_unit_scanned: bool) -> Row | None:
        mine = [row for row in self.rows if row.goods.pk == found.product.pk]
        return next((row for row in mine if not is_unit_scanned or row.unit == found.unit), None)

    def _new_row(self, found: Scanned, is_unit_scanned: bool) -> Row:
        product = found.product
        self.products[product.pk] = product
        if self.supplier and (price := self.supplier.prices.filter(product=product).first()):
            self.prices[product.pk] = price
        usual = next((unit.name for unit in product.units.all() if unit.is_for_buying), "")
        unit = found.unit if is_unit_scanned else usual
        row = Row(str(product.pk), unit=unit, unit_before="\0", qty="1")
        self._meet(row)
        self.rows.append(row)
        return row


def discount_read(text: str, amount: Decimal) -> Decimal:
    """Return what comes off `amount`: "5 %" of it, or an amount. Raises ValueError with a sentence."""
    text = text.strip()
    if not text:
        return ZERO
    is_percent = text.endswith("%")
    try:
        number = parse_number(text.rstrip("% \u00a0"), active_notation())
    except ValueError:
        raise ValueError(_("Write the discount as an amount, or as a percentage such as 5%.")) from None
    if number < 0 or (is_percent and number > 100):
        raise ValueError(_("The discount must be between nothing and the whole."))
    off = round_half_up(amount * number / 100, currency_step()) if is_percent else round_half_up(number, CENT)
    if off > amount:
        raise ValueError(_("The discount is above what it is taken off."))
    return off


def sheet_typed(data: Mapping[str, Any], supplier: Supplier | None) -> OrderSheet:
    """Return the sheet of a posted form as it was typed."""
    count = str(data.get("rows", ""))
    numbers = range(min(int(count[:9]), MAX_ROWS) if count.isdecimal() else 0)
    rows = [Row(**{name: str(data.get(f"line-{n}-{name}", ""))[:100] for name in NAMES}) for n in numbers]
    return OrderSheet(rows, supplier, str(data.get("discount", ""))[:40])


def sheet_of_order(order: PurchaseOrder) -> OrderSheet:
    """Return the sheet of a draft, to write on."""
    items = order.items.select_related("product").prefetch_related("product__units")
    discount = write_number(order.discount) if order.discount else ""
    return OrderSheet([_row_of_item(item) for item in items], order.supplier, discount)


def _row_of_item(item: POItem) -> Row:
    # A unit that holds another number by now would turn three boxes into another quantity: count its own units.
    still = any(one.name == item.unit and one.factor == item.factor for one in item.product.units.all())
    by_unit = still and item.unit_price is not None
    unit, factor, price = (item.unit, item.factor, item.unit_price) if by_unit else ("", ONE, item.price)
    discount = write_number(item.discount) if item.discount else ""
    return Row(str(item.product_id), unit, unit, write_number(item.qty / factor), write_number(price), discount)
