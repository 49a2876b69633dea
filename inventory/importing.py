"""Opening stock from a file: what lay in the shop before it had its ledger."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.errors import DomainError
from inventori.numbers import Notation
from master.importing import cells
from master.importing.cells import CellError, Column, Context
from master.importing.plan import NEW, UNCHANGED, CellFault, Importer, Options, Plan, ReadRow, RowChange
from master.importing.records import field_of
from master.models import Product

from .ledger import Line
from .models import AdjustReason, RefType, StockAdjustment, StockMove, Warehouse
from .services import adjustment_post, check_quantity

CHUNK = 500


def warehouse_cell(cell: Any, notation: Notation, context: Context) -> Warehouse:
    written = cells.text(cell, notation, context)
    found: Warehouse | None = context["warehouses"].get(written.casefold())
    if found is None:
        raise CellError(_("There is no such warehouse in use. Write its code or name."))
    return found


class OpeningStockImporter(Importer):
    name = "opening-stock"
    label = gettext_lazy("Opening stock")
    hint = gettext_lazy("Quantity per product and warehouse; posted as one adjustment per warehouse.")
    key = ("sku", "warehouse")
    columns = (
        Column("sku", cells.code, field_of(Product, "sku")),
        Column("warehouse", warehouse_cell, field_of(StockMove, "warehouse")),
        Column("qty", cells.number, field_of(StockMove, "qty_in"), kind="qty"),
        Column("unit_cost", cells.number, field_of(StockMove, "unit_cost"), kind="money", right="cost_view"),
    )
    example = {"sku": "OBT-001", "warehouse": "APOTEK", "qty": "24", "unit_cost": "9000"}

    def prepare(self, options: Options) -> dict[str, Any]:
        warehouses: dict[str, Warehouse] = {}
        for warehouse in Warehouse.objects.filter(is_active=True):
            warehouses[warehouse.name.casefold()] = warehouse
        for warehouse in Warehouse.objects.filter(is_active=True):
            warehouses[warehouse.code.casefold()] = warehouse
        return {"warehouses": warehouses}

    def compare(self, rows: list[ReadRow], options: Options, plan: Plan) -> None:
        products = products_by_sku([row.values["sku"] for row in rows])
        moved = moves_of(products)
        for row in rows:
            try:
                plan.changes.append(self._change(row, products, moved))
            except CellError as error:
                column, value = error.args[1:]
                plan.faults.append(CellFault(row.number, column, str(value), str(error.args[0])))

    def _change(self, row: ReadRow, products: dict[str, Product], moved: dict[tuple[int, int], Any]) -> RowChange:
        product = products.get(row.values["sku"])
        if product is None:
            raise CellError(_("There is no such product. Bring the products in first."), "sku", row.values["sku"])
        qty = self._checked_qty(row, product)
        warehouse = row.values["warehouse"]
        cost = row.values.get("unit_cost", product.cost)
        key = f"{product.sku} · {warehouse.code}"
        before = moved.get((product.pk, warehouse.pk))
        if before is None:
            kind = NEW if qty else UNCHANGED
            values = {"warehouse": (None, warehouse), "qty": (None, qty), "unit_cost": (None, cost)} if qty else {}
            return RowChange(row.number, key, kind, values, product)
        opening_qty, opening_cost = before
        if qty == opening_qty and ("unit_cost" not in row.values or cost == opening_cost):
            return RowChange(row.number, key, UNCHANGED, {}, product)
        sentence = _("%(product)s already has moves in %(warehouse)s. Post an adjustment there instead.")
        raise CellError(sentence % {"product": product, "warehouse": warehouse}, "qty", qty)

    def _checked_qty(self, row: ReadRow, product: Product) -> Decimal:
        qty: Decimal | None = row.values.get("qty")
        if qty is None:
            raise CellError(_("This cell must not be empty."), "qty", "")
        if qty < 0:
            raise CellError(_("Opening stock is zero or more."), "qty", qty)
        if row.values.get("unit_cost", 0) < 0:
            raise CellError(_("The unit cost must not be negative."), "unit_cost", row.values["unit_cost"])
        try:
            check_quantity(product, qty)
        except DomainError as error:
            raise CellError(str(error), "qty", qty) from error
        return qty

    def apply(self, plan: Plan, *, options: Options, key: str) -> None:
        lines: dict[Warehouse, list[Line]] = defaultdict(list)
        for change in plan.changes:
            if change.kind == NEW:
                new = {name: value for name, (_old, value) in change.values.items()}
                lines[new["warehouse"]].append(Line(change.record.pk, new["qty"], new["unit_cost"]))
        for warehouse in sorted(lines, key=lambda found: found.pk):
            adjustment = adjustment_post(
                warehouse=warehouse,
                reason=AdjustReason.OPENING,
                lines=lines[warehouse],
                key=f"{key}-{warehouse.pk}",
                by=options.by,
            )
            _refuse_moved_meanwhile(adjustment, [line.product_id for line in lines[warehouse]])


def _refuse_moved_meanwhile(adjustment: StockAdjustment, ids: list[int]) -> None:
    """Refuse goods that moved since the file was checked, by another's opening stock above all.

    Asked after posting: only now does the ledger hold their stock rows, so nobody comes in between.
    """
    others = StockMove.objects.filter(warehouse=adjustment.warehouse)
    others = others.exclude(ref_type=RefType.ADJUST, ref_id=adjustment.pk)
    if any(others.filter(product__in=ids[at : at + CHUNK]).exists() for at in range(0, len(ids), CHUNK)):
        raise DomainError(
            _("Records have changed since this file was checked. Upload it again to see what it does now."),
            code="changed_since",
        )


def products_by_sku(skus: list[str]) -> dict[str, Product]:
    found: dict[str, Product] = {}
    for start in range(0, len(skus), CHUNK):
        found |= {product.sku: product for product in Product.objects.filter(sku__in=skus[start : start + CHUNK])}
    return found


def moves_of(products: dict[str, Product]) -> dict[tuple[int, int], tuple[Decimal, Decimal] | tuple[None, None]]:
    """Return (opening quantity, cost) by (product, warehouse) with moves; (None, None) where none was an opening."""
    ids = sorted(product.pk for product in products.values())
    openings = StockAdjustment.objects.filter(reason=AdjustReason.OPENING).values("pk")
    found: dict[tuple[int, int], Any] = {}
    for start in range(0, len(ids), CHUNK):
        moves = StockMove.objects.filter(product__in=ids[start : start + CHUNK]).order_by()
        for product_id, warehouse_id in moves.values_list("product", "warehouse").distinct():
            found[product_id, warehouse_id] = (None, None)
        opened = moves.filter(ref_type=RefType.ADJUST, ref_id__in=openings).order_by("-id")
        for product_id, warehouse_id, qty, cost in opened.values_list("product", "warehouse", "qty_in", "unit_cost"):
            found[product_id, warehouse_id] = (qty, cost)
    return found
