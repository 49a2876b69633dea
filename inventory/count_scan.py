"""What a scan does to a count: it raises the one line it means, or asks which of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from inventori.numbers import active_notation, parse_number
from inventori.templatetags.inventori import qty as show_qty

from .models import StockCount, StockCountLine
from .scanning import Scanned, scanned
from .services import count_line_save


@dataclass(slots=True)
class Said:
    """What a step answers: a sentence, whether it is a refusal, the line it counted, and what it may have meant."""

    text: str = ""
    is_bad: bool = False
    line: StockCountLine | None = None
    matches: Sequence[Any] = ()
    qty: Decimal = Decimal(1)


def read_scan(text: str) -> tuple[Decimal, str]:
    """Split `12*code` into quantity and code; a code alone is one. Raises ValueError for what is no quantity."""
    before, star, after = text.strip().partition("*")
    if not star or not after.strip():
        return Decimal(1), text.strip()
    return parse_number(before, active_notation()), after.strip()


def count_scan(*, count: StockCount, text: str, by: User) -> Said:
    """Count what was scanned once more."""
    try:
        qty, code = read_scan(text[:200])
    except ValueError:
        return Said(
            _("“%(text)s” is no number. Write it like 12*code.") % {"text": text.partition("*")[0]}, is_bad=True
        )
    if not code:
        return Said()
    found = scanned(code)
    if not found:
        return Said(_("No product has the code or name “%(text)s”.") % {"text": code}, is_bad=True)
    lines = _lines(count, found)
    if not lines:
        return Said(_not_here(found), is_bad=True)
    qty *= found[0].factor if len(found) == 1 else 1
    if len(lines) > 1:
        return Said(_("Several lines fit “%(text)s”. Pick one.") % {"text": code}, matches=lines, qty=qty)
    return count_add(line_id=lines[0].pk, qty=qty, by=by)


def count_add(*, line_id: int, qty: Decimal, by: User) -> Said:
    return said(count_line_save(line_id=line_id, qty=qty, by=by, adds=True))


def said(line: StockCountLine) -> Said:
    """Say how many of a line are counted now."""
    name = f"{line.product.name} ({line.batch.number})" if line.batch else line.product.name
    values = {"product": name, "qty": show_qty(line.counted_qty), "unit": line.product.uom}
    return Said(_("%(product)s: %(qty)s %(unit)s") % values, line=line)


def _lines(count: StockCount, found: Sequence[Scanned]) -> list[StockCountLine]:
    lines = StockCountLine.objects.filter(count=count, product__in=[one.product for one in found])
    if len(found) == 1 and found[0].batch and found[0].product.tracks_batches:
        lines = lines.filter(batch__number=found[0].batch.upper())
    return list(lines.select_related("product", "batch").order_by("product__name", "pk")[:20])


def _not_here(found: Sequence[Scanned]) -> str:
    one = found[0]
    if len(found) == 1 and one.batch:
        values = {"product": one.product.name, "batch": one.batch}
        return _("Batch %(batch)s of %(product)s is not on this sheet. Add a line for it.") % values
    return _("%(product)s is not on this sheet. Add a line for it if it lies here.") % {"product": one.product.name}
