"""The larger units of products: inserted or updated by SKU and name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import InvalidInput
from master.barcode_holders import barcodes_claim
from master.models import Product, ProductUnit
from master.units import refuse_unit

from . import cells
from .barcode_column import let_go, refuse_taken
from .cells import Column
from .plan import CHANGED, NEW, UNCHANGED, CellFault, Importer, Options, Plan, ReadRow, RowChange
from .records import CHUNK, field_of, log_changes, same

# Column of the file → field of the unit.
FIELDS = {"unit": "name", "holds": "factor", "barcode": "barcode", "price": "price"}


class UnitImporter(Importer):
    name = "units"
    label = gettext_lazy("Units of products")
    hint = gettext_lazy("Boxes, cartons, packs: inserted or updated by SKU and unit. Bring the products in first.")
    key = ("sku", "unit")
    columns = (
        Column("sku", cells.code, field_of(Product, "sku")),
        Column("unit", cells.text, field_of(ProductUnit, "name")),
        Column("holds", cells.number, field_of(ProductUnit, "factor"), kind="qty"),
        Column("barcode", cells.barcode, field_of(ProductUnit, "barcode")),
        Column("price", cells.number, field_of(ProductUnit, "price"), kind="money"),
    )
    example = {"sku": "OBT-001", "unit": "box", "holds": "10", "barcode": "8990000000020", "price": "118000"}

    def compare(self, rows: list[ReadRow], options: Options, plan: Plan) -> None:
        products = _products([row.values["sku"] for row in rows])
        for row in rows:
            product = products.get(row.values["sku"])
            if product is None:
                sentence = _("There is no such product. Bring the products in first.")
                plan.faults.append(CellFault(row.number, "sku", row.values["sku"], sentence))
            else:
                self._compare(row, product, plan)
        refuse_taken(plan, ProductUnit)

    def _compare(self, row: ReadRow, product: Product, plan: Plan) -> None:
        # The rows before this one count too: the list of units is the product's own, read once.
        units = product.read_units  # type: ignore[attr-defined]
        stored = next((unit for unit in units if unit.name.casefold() == row.values["unit"].casefold()), None)
        if stored is None and "holds" not in row.values:
            sentence = _("A new record needs this. Fill the cell in.")
            plan.faults.append(CellFault(row.number, "holds", "", sentence))
            return
        if stored is not None and stored.pk is None:
            sentence = _("%(product)s already has the unit %(unit)s.") % {"product": product, "unit": stored}
            plan.faults.append(CellFault(row.number, "unit", row.values["unit"], sentence))
            return
        change = _change(row, product, stored)
        wanted = _with(change, product)
        try:
            refuse_unit(wanted, product, units)
        except InvalidInput as refusal:
            column = {"name": "unit", "factor": "holds"}[str(refusal.field)]
            plan.faults.append(CellFault(row.number, column, str(row.values[column]), str(refusal)))
            return
        if stored is None:
            units.append(wanted)
        plan.changes.append(change)

    def apply(self, plan: Plan, *, options: Options, key: str) -> None:
        fresh = [change for change in plan.changes if change.kind == NEW]
        changed = [change for change in plan.changes if change.kind == CHANGED]
        for change in (*fresh, *changed):
            for column, (_old, new) in change.values.items():
                if column in FIELDS:
                    setattr(change.record, FIELDS[column], new)
        barcodes_claim([change.record for change in (*fresh, *changed) if "barcode" in change.values])
        let_go(changed, ProductUnit)
        if changed:
            names = ["name", "factor", "barcode", "price"]
            ProductUnit.objects.bulk_update([change.record for change in changed], names, batch_size=CHUNK)
        ProductUnit.objects.bulk_create([change.record for change in fresh], batch_size=CHUNK)
        _number(fresh)
        log_changes(ProductUnit, [*fresh, *changed], options.by)


def _products(skus: list[str]) -> dict[str, Product]:
    """Return the products by SKU, each with its units in the list `read_units`."""
    found: dict[str, Product] = {}
    for start in range(0, len(skus), CHUNK):
        part = Product.objects.filter(sku__in=skus[start : start + CHUNK]).prefetch_related("units")
        for product in part:
            product.read_units = list(product.units.all())  # type: ignore[attr-defined]
            found[product.sku] = product
    return found


def _change(row: ReadRow, product: Product, stored: ProductUnit | None) -> RowChange:
    key = f"{product.sku} · {row.values['unit']}"
    asked = {column: row.values[column] for column in FIELDS if column in row.values}
    if stored is None:
        values = {column: (None, value) for column, value in asked.items()}
        return RowChange(row.number, key, NEW, values, ProductUnit(product=product))
    differs = {}
    for column, value in asked.items():
        old = getattr(stored, FIELDS[column])
        if not same(old, value):
            differs[column] = (old, value)
    return RowChange(row.number, key, CHANGED if differs else UNCHANGED, differs, stored)


def _with(change: RowChange, product: Product) -> ProductUnit:
    """Return the unit as it would be, without touching the stored one."""
    stored: Any = change.record
    held = {field: getattr(stored, field) for field in FIELDS.values()}
    held |= {FIELDS[column]: new for column, (_old, new) in change.values.items()}
    return ProductUnit(pk=stored.pk, product=product, **held)


def _number(changes: list[RowChange]) -> None:
    """Give new units the ids that the database gave them: MySQL does not hand them back for many rows."""
    if all(change.record.pk for change in changes):
        return
    ids = {change.record.product_id for change in changes}
    rows = ProductUnit.objects.filter(product__in=ids).values_list("product", "name", "pk")
    known = {(product, name): pk for product, name, pk in rows}
    for change in changes:
        change.record.pk = known[change.record.product_id, change.record.name]
