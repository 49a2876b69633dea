"""The sheet that is filled while goods come in: rows as they were typed, and what a scan does to them.

Nothing is stored here: the sheet travels with its form, and is read again at each step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventori.money import ZERO
from inventori.numbers import active_notation, parse_number, write_number
from inventori.templatetags.inventori import qty as show_qty
from inventory.scanning import Scanned, scanned
from master.models import Product

from .models import POItem, PurchaseOrder

MAX_ROWS = 300


@dataclass(slots=True)
class Row:
    """One line as it was typed. unit: the name of a larger unit, "" for the product's own."""

    product: str
    po_item: str = ""
    unit: str = ""
    qty: str = ""
    unit_cost: str = ""
    batch: str = ""
    expires_on: str = ""


FIELDS = [one.name for one in fields(Row)]


@dataclass(slots=True)
class Said:
    """What a step answers: a sentence, whether it is a refusal, and what it may have meant."""

    text: str = ""
    is_bad: bool = False
    matches: Sequence[Product] = ()


@dataclass(slots=True)
class Sheet:
    """is_counting: quantities are counted up by a scanner, and no longer what was still to come."""

    rows: list[Row]
    order: PurchaseOrder | None = None
    is_counting: bool = False
    products: dict[int, Product] = field(default_factory=dict)
    items: dict[int, POItem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.order:
            items = self.order.items.select_related("product").prefetch_related("product__units")
            self.items = {item.pk: item for item in items}
            self.products = {item.product_id: item.product for item in self.items.values()}
        self._know(int(row.product) for row in self.rows if row.product.isdecimal())
        known = [row for row in self.rows if row.product.isdecimal() and int(row.product) in self.products]
        self.rows = [row for row in known if not self.order or self.item(row)]

    def _know(self, product_ids: Iterable[int]) -> None:
        missing = set(product_ids) - set(self.products)
        if missing and not self.order:
            found = Product.objects.filter(pk__in=missing).prefetch_related("units")
            self.products |= {product.pk: product for product in found}

    # --- What a row means -----------------------------------------------------------
    def product(self, row: Row) -> Product:
        return self.products[int(row.product)]

    def item(self, row: Row) -> POItem | None:
        return self.items.get(int(row.po_item)) if row.po_item.isdecimal() else None

    def factors(self, row: Row) -> dict[str, Decimal]:
        """Return how many of the product's own unit each unit holds, by its name; its own is "" and first."""
        units = {"": Decimal(1)} | {unit.name: unit.factor for unit in self.product(row).units.all()}
        item = self.item(row)
        if item and item.unit and item.factor != 1:
            units[item.unit] = item.factor
        return units

    def units(self, row: Row) -> Decimal:
        """Return what the row comes to in the product's own unit; what is no number counts nothing."""
        return _number(row.qty) * self.factors(row).get(row.unit, Decimal(1))

    def open_qty(self, item: POItem) -> Decimal:
        return max(item.qty - item.received_qty, ZERO)

    # --- What is done to the rows ------------------------------------------------------
    def fill_open(self) -> None:
        """Put one row for each line of the order, with what is still to come of it."""
        self.is_counting = False
        self.rows = [_open_row(item, self.open_qty(item)) for item in self.items.values() if self.open_qty(item) > 0]

    def split(self, index: int) -> None:
        """Open another row for the same line: for another batch of it."""
        if 0 <= index < len(self.rows) < MAX_ROWS:
            row = self.rows[index]
            self.rows.insert(index + 1, Row(row.product, row.po_item, row.unit, unit_cost=row.unit_cost))

    def remove(self, index: int) -> None:
        if 0 <= index < len(self.rows):
            del self.rows[index]

    def add(self, product_id: str) -> Said:
        """Raise the line of a product that was picked from several."""
        product = Product.objects.filter(pk=product_id).first() if product_id.isdecimal() else None
        return self._raise(Scanned(product)) if product else Said(_("This product does not exist."), is_bad=True)

    def scan(self, text: str) -> Said:
        """Raise the line of what was scanned by one; a product that is not on the sheet yet gets a line."""
        text = text.strip()[:200]
        if not text:
            return Said()
        found = scanned(text)
        if len(found) == 1:
            return self._raise(found[0])
        mine = [one.product for one in found if not self.order or one.product.pk in self.products]
        if len(mine) == 1:
            return self._raise(Scanned(mine[0]))
        if mine:
            return Said(_("Several products fit “%(text)s”. Pick one.") % {"text": text}, matches=mine)
        if self.order:
            return Said(_("No line of %(order)s fits “%(text)s”.") % {"order": self.order, "text": text}, is_bad=True)
        return Said(_("No product has the code or name “%(text)s”.") % {"text": text}, is_bad=True)

    def _raise(self, found: Scanned) -> Said:
        product = found.product
        if self.order and product.pk not in self.products:
            values = {"product": product.name, "order": self.order}
            return Said(_("%(product)s is not in %(order)s.") % values, is_bad=True)
        self._know([product.pk])
        self._count_from_zero()
        row = self._row_for(found)
        if row is None:
            return Said(_("The sheet is full. Post it, and go on with another."), is_bad=True)
        if not self._add_one(row, found.unit):
            values = {"product": product.name, "text": row.qty}
            return Said(_("%(product)s: “%(text)s” is no number.") % values, is_bad=True)
        if self.product(row).tracks_batches and found.batch:
            row.batch = found.batch.upper()
            row.expires_on = found.expires_on.strftime("%d-%m-%Y") if found.expires_on else row.expires_on
        return self._said(row)

    def _count_from_zero(self) -> None:
        """At the first scan take out what was filled in and nobody changed."""
        if not self.order or self.is_counting:
            return
        self.is_counting = True
        filled = {item.pk: _open_row(item, self.open_qty(item)) for item in self.items.values()}
        for row in self.rows:
            item = self.item(row)
            if item and (row.unit, row.qty) == (filled[item.pk].unit, filled[item.pk].qty):
                row.qty = ""

    def _row_for(self, found: Scanned) -> Row | None:
        """Return the row that a scan raises: of its batch, else one without a batch yet, else another one."""
        mine = [row for row in self.rows if row.product == str(found.product.pk)]
        batch = found.batch.upper() if self.products[found.product.pk].tracks_batches else ""
        if batch:
            same = [row for row in mine if row.batch.strip().upper() == batch]
            free = [row for row in mine if not row.batch.strip()]
            if same or free:
                return (same or free)[0]
        elif mine:
            return next((row for row in mine if self._has_room(row)), mine[-1])
        if len(self.rows) >= MAX_ROWS:
            return None
        if mine:
            place = next(place for place, row in enumerate(self.rows) if row is mine[-1])
            self.split(place)
            return self.rows[place + 1]
        po_item = next((str(item.pk) for item in self.items.values() if item.product_id == found.product.pk), "")
        self.rows.append(Row(str(found.product.pk), po_item, found.unit))
        return self.rows[-1]

    def _has_room(self, row: Row) -> bool:
        """Say whether the order's line of `row` is not full yet; where it is split, its last row is counted up."""
        item = self.item(row)
        if item is None:
            return False
        siblings = [one for one in self.rows if one.po_item == row.po_item]
        return row is siblings[-1] and sum(map(self.units, siblings), ZERO) < self.open_qty(item)

    def _add_one(self, row: Row, unit: str) -> bool:
        factors = self.factors(row)
        try:
            count = _read(row.qty)
        except ValueError:
            return False
        if not count:
            row.unit, row.qty = (unit if unit in factors else ""), "1"
        elif row.unit == unit:
            row.qty = write_number(count + 1)
        else:
            # A box on top of strips: count in the product's own unit.
            row.qty = write_number(count * factors.get(row.unit, Decimal(1)) + factors.get(unit, Decimal(1)))
            row.unit = ""
        return True

    def _said(self, row: Row) -> Said:
        product, item = self.product(row), self.item(row)
        values = {"product": product.name, "qty": row.qty, "unit": row.unit or product.uom}
        if item:
            here = sum((self.units(one) for one in self.rows if one.po_item == row.po_item), ZERO)
            if here > self.open_qty(item):
                values["open"] = show_qty(self.open_qty(item))
                sentence = _("%(product)s: %(qty)s %(unit)s, and only %(open)s still to come.")
                return Said(sentence % values, is_bad=True)
        return Said(_("%(product)s: %(qty)s %(unit)s") % values)


def _open_row(item: POItem, left: Decimal) -> Row:
    """Return the row of what is still to come, in the unit it was ordered in where it comes out even."""
    even = bool(item.unit) and item.factor > 1 and left % item.factor == 0
    unit, qty = (item.unit, left / item.factor) if even else ("", left)
    return Row(str(item.product_id), str(item.pk), unit, write_number(qty))


def sheet_of_order(order: PurchaseOrder) -> Sheet:
    sheet = Sheet([], order)
    sheet.fill_open()
    return sheet


def sheet_typed(data: Mapping[str, Any], order: PurchaseOrder | None) -> Sheet:
    """Return the sheet of a posted form as it was typed."""
    count = str(data.get("line-TOTAL_FORMS", ""))
    numbers = range(min(int(count[:9]), MAX_ROWS) if count.isdecimal() else 0)
    rows = [Row(**{name: str(data.get(f"line-{n}-{name}", ""))[:200] for name in FIELDS}) for n in numbers]
    return Sheet(rows, order, is_counting=bool(data.get("counting")))


def do_step(sheet: Sheet, name: str, text: str) -> Said:
    """Do the step that a button or a scan asked for: "scan", "fill", "add:7" (a product), "split:0" (a row) …"""
    step, _colon, what = name.partition(":")
    place = int(what) if what.isdecimal() and len(what) < 6 else -1
    if step == "scan":
        return sheet.scan(text)
    if step == "add":
        return sheet.add(what[:18])
    if step == "split":
        sheet.split(place)
    elif step == "remove":
        sheet.remove(place)
    elif step == "fill":
        sheet.fill_open()
    return Said()


def as_form_data(sheet: Sheet) -> dict[str, str]:
    """Return the rows as a form posts them: to read them as if they had been typed."""
    data = {"line-TOTAL_FORMS": str(len(sheet.rows)), "line-INITIAL_FORMS": "0"}
    for n, row in enumerate(sheet.rows):
        data |= {f"line-{n}-{name}": value for name, value in asdict(row).items()}
    return data


def _number(text: str) -> Decimal:
    try:
        return _read(text)
    except ValueError:
        return ZERO


def _read(text: str) -> Decimal:
    return parse_number(text, active_notation()) if text.strip() else ZERO
