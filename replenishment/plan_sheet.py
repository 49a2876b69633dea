"""The plan as it is decided on its page: what was ticked, typed and rejected, beside what is suggested now.

Nothing is stored here: the sheet travels with its form, and is read again at each step. What a person typed stays;
a number that nobody touched follows its suggestion.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from inventori.errors import InvalidInput
from inventori.formfields import NumberField
from inventori.money import ZERO
from inventori.numbers import write_number
from inventori.templatetags.inventori import qty as show_qty
from inventory.services import check_quantity
from master.models import Product
from purchases.steps import is_whole_step

from .models import Suggestion
from .ordering import Group, OrderPlan
from .services.orders import Decision
from .suggesting import Proposal
from .wording import Receipt, receipt

QTY = NumberField(max_digits=12, decimal_places=3, min_value=0, required=False)
MONEY = NumberField(max_digits=14, decimal_places=2, min_value=0, required=False)
REASONS = [reason for reason in Suggestion.Reason if reason != Suggestion.Reason.NONE]


@dataclass(slots=True)
class Row:
    """One suggestion: ticked or not, the quantity as it was typed, and why it is another one or none."""

    proposal: Proposal
    text: str
    is_taken: bool
    reason: str = ""
    was: Decimal | None = None
    qty: Decimal = ZERO
    error: str = ""
    receipt: Receipt = field(init=False)

    def __post_init__(self) -> None:
        self.receipt = receipt(self.proposal.need)
        self._read()

    def _read(self) -> None:
        try:
            self.qty = QTY.clean(self.text) or ZERO
            check_quantity(self.proposal.product, self.qty)
        except ValidationError as refusal:
            self.error = " ".join(refusal.messages)
        except InvalidInput as refusal:
            self.error = str(refusal)

    @property
    def pk(self) -> int:
        return self.proposal.product.pk

    @property
    def seen(self) -> str:
        """The suggestion in plain digits, to be posted back."""
        return f"{self.proposal.qty:f}"

    @property
    def is_urgent(self) -> bool:
        """Whether it runs out before the supplier could bring more."""
        cover = self.proposal.cover_days
        return cover is not None and cover < self.proposal.policy.lead_time_days

    @property
    def can_be_ordered(self) -> bool:
        return self.proposal.terms.supplier is not None

    @property
    def is_rejected(self) -> bool:
        return not self.error and self.qty == 0 and bool(self.reason or self.is_taken)

    @property
    def is_decided(self) -> bool:
        return self.is_taken or bool(self.reason)

    @property
    def is_changed(self) -> bool:
        return not self.error and self.qty != self.proposal.qty

    @property
    def value(self) -> Decimal:
        return self.proposal.value_of(self.qty) if self.is_taken and not self.error else ZERO

    @property
    def packs(self) -> str:
        """2 box, where it is ordered by the box."""
        pack = self.proposal.terms.pack
        if pack.factor == 1 or self.error or not self.qty or self.qty % pack.factor:
            return ""
        return f"{show_qty(self.qty / pack.factor)} {pack.unit}"

    @property
    def hints(self) -> list[str]:
        """Say what the supplier will not like; it can be ordered all the same."""
        pack, uom = self.proposal.terms.pack, self.proposal.product.uom
        if self.error or not self.qty:
            return []
        hints = []
        if self.qty < pack.minimum:
            hints.append(
                _("The supplier's minimum is %(qty)s %(unit)s.") % {"qty": show_qty(pack.minimum), "unit": uom}
            )
        if not is_whole_step(self.qty, pack.step):
            hints.append(
                _("The supplier sells in steps of %(qty)s %(unit)s.") % {"qty": show_qty(pack.step), "unit": uom}
            )
        return hints


@dataclass(slots=True)
class Part:
    """The rows of one supplier."""

    group: Group
    rows: list[Row]

    @property
    def value(self) -> Decimal:
        """What is ticked comes to."""
        return sum((row.value for row in self.rows), ZERO)

    @property
    def missing(self) -> Decimal:
        """What an order of it lacks of the supplier's minimum order value."""
        return max(self.group.minimum - self.value, ZERO) if self.value else ZERO

    @property
    def is_all_taken(self) -> bool:
        return all(row.is_taken for row in self.rows)


class PlanSheet:
    """A plan, and what a person made of it so far."""

    def __init__(self, plan: OrderPlan, data: Mapping[str, Any] | None = None) -> None:
        self.plan = plan
        self.parts = [Part(group, [_row(one, data) for one in group.proposals]) for group in plan.groups]
        self.gone = _gone(plan, data) if data else []

    @property
    def rows(self) -> list[Row]:
        return [row for part in self.parts for row in part.rows]

    @property
    def is_valid(self) -> bool:
        return not any(row.error for row in self.rows if row.is_decided)

    @property
    def moved(self) -> list[Row]:
        """The rows whose suggestion is another one than was seen."""
        return [row for row in self.rows if row.was is not None]

    @property
    def value(self) -> Decimal:
        return sum((part.value for part in self.parts), ZERO)

    @property
    def count(self) -> int:
        return sum(row.is_taken and row.qty > 0 for row in self.rows)

    @property
    def decisions(self) -> list[Decision]:
        return [Decision(row.pk, row.proposal.qty, row.qty, row.reason) for row in self.rows if row.is_decided]


def decisions_posted(data: Mapping[str, Any], sheet: PlanSheet) -> list[Decision]:
    """Return what was decided of the numbers as they were seen, also of products that are suggested no more."""
    by_id = {row.pk: row for row in sheet.rows}
    found = []
    for pk in _posted(data):
        row, seen = by_id.get(pk), _seen(data, pk)
        is_decided = f"take-{pk}" in data or _reason(data, pk)
        if seen is None or not is_decided:
            continue
        found.append(Decision(pk, seen, row.qty if row else _typed(data, pk), _reason(data, pk)))
    return found


# --- From what was posted -----------------------------------------------------------
def _row(one: Proposal, data: Mapping[str, Any] | None) -> Row:
    seen = _seen(data, one.product.pk) if data else None
    if data is None or seen is None:
        return Row(one, write_number(one.qty), is_taken=one.qty > 0 and one.terms.supplier is not None)
    return _typed_row(one, data, seen)


def _typed_row(one: Proposal, data: Mapping[str, Any], seen: Decimal) -> Row:
    pk = one.product.pk
    text, reason = str(data.get(f"qty-{pk}", ""))[:40], _reason(data, pk)
    is_taken = f"take-{pk}" in data
    is_untouched = _typed(data, pk) == seen
    if is_untouched and reason:
        # A reason without another quantity rejects.
        text = "0"
    elif is_untouched and seen != one.qty:
        text = write_number(one.qty)
        is_taken = one.qty > 0 and one.terms.supplier is not None and (is_taken or seen == 0)
    return Row(one, text, is_taken, reason, was=seen if seen != one.qty else None)


def _gone(plan: OrderPlan, data: Mapping[str, Any]) -> Sequence[Product]:
    """Return the products that were on the page and are suggested no more."""
    there = {one.product.pk for one in plan.proposals}
    gone = [pk for pk in _posted(data) if pk not in there and (f"take-{pk}" in data or _reason(data, pk))]
    return list(Product.objects.filter(pk__in=gone)) if gone else []


def _posted(data: Mapping[str, Any]) -> Iterable[int]:
    return [int(name[5:]) for name in data if name.startswith("seen-") and name[5:].isdecimal() and len(name) < 24]


def _seen(data: Mapping[str, Any], pk: int) -> Decimal | None:
    """Return the number that the page showed; it was written by us, so in plain digits."""
    text = str(data.get(f"seen-{pk}", ""))[:20]
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else None


def _typed(data: Mapping[str, Any], pk: int) -> Decimal:
    """Return the quantity as far as it can be read; −1 where it cannot."""
    try:
        return QTY.clean(str(data.get(f"qty-{pk}", ""))[:40]) or ZERO
    except ValidationError:
        return Decimal(-1)


def _reason(data: Mapping[str, Any], pk: int) -> str:
    reason = str(data.get(f"reason-{pk}", ""))
    return reason if reason in REASONS else ""
