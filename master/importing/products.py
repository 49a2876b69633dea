"""Products: inserted or updated by SKU, with their category and supplier found by code or name."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.numbers import Notation
from master.barcode_holders import barcodes_claim
from master.models import Category, Product, Supplier
from master.services import next_code

from . import cells
from .barcode_column import let_go, refuse_taken
from .cells import CellError, Context
from .plan import CHANGED, CellFault, Options, Plan, ReadRow, RowChange
from .records import RecordImporter, column


class Lookup:
    """Records by code or by name, read once."""

    def __init__(self, model: type[Model]) -> None:
        self.by_code: dict[str, Any] = {}
        self.by_name: dict[str, list[Any]] = {}
        for record in model._default_manager.all():
            self.by_code[record.code] = record  # type: ignore[attr-defined]
            self.by_name.setdefault(record.name.casefold(), []).append(record)  # type: ignore[attr-defined]

    def find(self, written: str) -> Any:
        """Return the record, or None. Raises CellError when several have this name."""
        found = self.by_code.get(cells.tidy_code(written))
        if found is not None:
            return found
        named = self.by_name.get(written.casefold(), [])
        if len(named) > 1:
            codes = ", ".join(record.code for record in named)
            raise CellError(_("Several have this name. Write the code instead: %(codes)s.") % {"codes": codes})
        return named[0] if named else None


def category_cell(cell: Any, notation: Notation, context: Context) -> Category:
    written = cells.text(cell, notation, context)
    found = context["categories"].find(written)
    if found is not None:
        return found
    if not context["create_missing"]:
        raise CellError(_("There is no such category. Create it first, or tick “Create missing categories”."))
    if len(written) > 100:
        raise CellError(_("This name is longer than 100 characters."))
    # Saved when the import is applied; rows with the same name share it.
    made = Category(name=written)
    context["categories"].by_name[written.casefold()] = [made]
    return made


def supplier_cell(cell: Any, notation: Notation, context: Context) -> Supplier:
    found = context["suppliers"].find(cells.text(cell, notation, context))
    if found is None:
        raise CellError(_("There is no such supplier. Bring the suppliers in first."))
    return found


class ProductImporter(RecordImporter):
    name = "products"
    label = gettext_lazy("Products")
    hint = gettext_lazy("Inserted or updated by SKU. Category and supplier by code or name.")
    model = Product
    key = ("sku",)
    needed_when_new = ("name", "category", "price")
    columns = (
        column(Product, "sku", cells.code),
        column(Product, "barcode", cells.barcode),
        column(Product, "name", cells.text),
        column(Product, "category", category_cell),
        column(Product, "supplier", supplier_cell),
        column(Product, "uom", cells.text),
        column(Product, "sold_by_measure", cells.yes_or_no, kind="badge"),
        column(Product, "price", cells.number, kind="money"),
        column(Product, "cost", cells.number, kind="money", right="cost_view"),
        column(Product, "min_stock", cells.number, kind="qty"),
        column(Product, "order_multiple", cells.number, kind="qty"),
        column(Product, "tracks_batches", cells.yes_or_no, kind="badge"),
        column(Product, "shelf", cells.text),
        column(Product, "indication", cells.text),
        column(Product, "is_favourite", cells.yes_or_no, kind="badge"),
        column(Product, "is_active", cells.yes_or_no, kind="badge"),
        column(Product, "description", cells.text),
    )
    example = {
        "sku": "OBT-001",
        "barcode": "8990000000013",
        "name": "Paracetamol 500 mg",
        "category": "Obat bebas",
        "uom": "strip",
        "price": "12500",
        "cost": "9000",
        "min_stock": "10",
    }

    def prepare(self, options: Options) -> dict[str, Any]:
        return {
            "categories": Lookup(Category),
            "suppliers": Lookup(Supplier),
            "create_missing": options.create_missing,
        }

    def rows(self) -> Any:
        return Product.objects.select_related("category", "supplier")

    def compare(self, rows: list[ReadRow], options: Options, plan: Plan) -> None:
        super().compare(rows, options, plan)
        refuse_taken(plan, Product)
        self._refuse_switched_batches(plan)
        made = {
            new.name
            for change in plan.changes
            for _old, new in change.values.values()
            if isinstance(new, Category) and not new.pk
        }
        if made:
            plan.warnings.append(_("New categories will be made: %(names)s.") % {"names": ", ".join(sorted(made))})

    def _refuse_switched_batches(self, plan: Plan) -> None:
        """A known product may have stock, which a file cannot split into batches."""
        for change in plan.changes:
            if change.record is not None and "tracks_batches" in change.values:
                sentence = _("Batches are switched on or off on the product's page, where its stock is split.")
                written = str(change.values["tracks_batches"][1])
                plan.faults.append(CellFault(change.row, "tracks_batches", written, sentence))

    def apply(self, plan: Plan, *, options: Options, key: str) -> None:
        barcodes_claim([_with_barcode(change) for change in plan.changes if "barcode" in change.values])
        self._save_new_categories(plan, options)
        let_go([change for change in plan.changes if change.kind == CHANGED], Product)
        super().apply(plan, options=options, key=key)

    def _save_new_categories(self, plan: Plan, options: Options) -> None:
        news = (change.values["category"][1] for change in plan.changes if "category" in change.values)
        for category in {id(category): category for category in news if category.pk is None}.values():
            category.code = next_code(Category)
            category.save()


def _with_barcode(change: RowChange) -> Product:
    """Return the product as it would hold its barcode, unsaved."""
    return Product(pk=change.record and change.record.pk, name=change.key, barcode=change.values["barcode"][1])
