"""The column `barcode` of an import: nobody's barcode is taken away, and two rows of one file may swap theirs."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from master.barcode_holders import Holder, barcode_holders
from master.models import Product, ProductUnit

from .plan import CellFault, Plan, RowChange

CHUNK = 500


def refuse_taken(plan: Plan, model: type[Product] | type[ProductUnit]) -> None:
    """Name each barcode that two products or units would have after the import of a list of `model`."""
    asking = [change for change in plan.changes if "barcode" in change.values]
    # What this file gives another barcode frees its own.
    freed = {change.record.pk for change in asking if change.record is not None}
    wanted: dict[str, RowChange] = {}
    for change in asking:
        new = change.values["barcode"][1]
        first = wanted.setdefault(new.casefold(), change)
        if first is not change:
            sentence = _("Row %(row)s (%(sku)s) has this barcode too.") % {"row": first.row, "sku": first.key}
            plan.faults.append(CellFault(change.row, "barcode", new, sentence))
    for code, holders in barcode_holders(wanted).items():
        others = [holder for holder in holders if not (isinstance(holder, model) and holder.pk in freed)]
        plan.faults.extend(_held(wanted[code].row, holder) for holder in others)


def _held(row: int, holder: Holder) -> CellFault:
    product = holder if isinstance(holder, Product) else holder.product
    name = product.name if holder is product else f"{product.name}, {holder}"
    sentence = _("%(product)s (%(sku)s) already has this barcode.") % {"product": name, "sku": product.sku}
    return CellFault(row, "barcode", str(holder.barcode), sentence)


def let_go(changes: Sequence[RowChange], model: type[Product] | type[ProductUnit]) -> None:
    """Empty the barcodes that `changes` replace: of two that swap, both let go before either takes."""
    moved = [change.record.pk for change in changes if change.values.get("barcode", (None, None))[0]]
    for start in range(0, len(moved), CHUNK):
        model._default_manager.filter(pk__in=moved[start : start + CHUNK]).update(barcode=None)
