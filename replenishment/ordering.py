"""The plan of what to order from whom: suggestions by supplier, within a budget, filled up to a minimum order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from inventori.money import ZERO
from inventory.formulas import interval_std
from inventory.models import Warehouse
from inventory.selectors import business_today
from master.models import Supplier

from .budget import Purchase, Wish, left_out, spend
from .filling import Candidate, fill
from .planning import ENOUGH, NO_DEMAND, ON_ORDER, ORDER, trigger_level
from .suggesting import Proposal, proposals


@dataclass(slots=True)
class Group:
    """What is suggested of one supplier, or, with supplier None, of products that nobody delivers."""

    supplier: Supplier | None
    proposals: list[Proposal] = field(default_factory=list)
    is_filled: bool = False

    @property
    def value(self) -> Decimal:
        return sum((one.value for one in self.proposals), ZERO)

    @property
    def minimum(self) -> Decimal:
        return self.supplier.min_order_value if self.supplier else ZERO

    @property
    def is_below_minimum(self) -> bool:
        return ZERO < self.value < self.minimum


@dataclass(slots=True)
class OrderPlan:
    """groups: what to decide, by supplier. covered: would be due, were not enough on order or in drafts already.

    others: due by its level but not ordered now, with the reason in the state of its need.
    """

    warehouse: Warehouse
    day: date
    groups: list[Group]
    covered: list[Proposal]
    others: list[Proposal]
    budget: Decimal | None = None
    lost: Decimal = ZERO

    @property
    def proposals(self) -> list[Proposal]:
        return [one for group in self.groups for one in group.proposals]

    @property
    def value(self) -> Decimal:
        return sum((group.value for group in self.groups), ZERO)

    @property
    def count(self) -> int:
        """How many products are to be ordered."""
        return sum(one.qty > 0 for one in self.proposals)


def order_plan(
    *,
    warehouse: Warehouse,
    budget: Decimal | None = None,
    fills: Iterable[int] = (),
    today: date | None = None,
) -> OrderPlan:
    """Return what to order for `warehouse` today.

    budget: the most that may be spent, None for as much as is needed. fills: ids of the suppliers whose order is
    filled up to their minimum order value with what will be needed next.
    """
    day = today or business_today(warehouse)
    wanted = set(fills)
    found = proposals(warehouse=warehouse, of_suppliers=wanted, today=day)
    due = [one for one in found if one.need.state == ORDER]
    lost = _within(due, budget) if budget is not None else ZERO
    groups = _grouped(due)
    for supplier_id in sorted(wanted):
        if supplier_id in groups:
            _fill(groups[supplier_id], found)
    covered = [one for one in found if one.need.state == ON_ORDER and not one.qty]
    others = [one for one in found if one.need.state not in (ORDER, ON_ORDER, ENOUGH, NO_DEMAND)]
    return OrderPlan(warehouse, day, _sorted(groups.values()), covered, others, budget, lost)


# --- By supplier ------------------------------------------------------------------------
def _grouped(due: Sequence[Proposal]) -> dict[int, Group]:
    groups: dict[int, Group] = {}
    for one in due:
        supplier = one.terms.supplier
        groups.setdefault(supplier.pk if supplier else 0, Group(supplier)).proposals.append(one)
    return groups


def _sorted(groups: Iterable[Group]) -> list[Group]:
    """By the supplier's name; what has no supplier comes last."""
    return sorted(groups, key=lambda group: (group.supplier is None, str(group.supplier)))


# --- Within a budget --------------------------------------------------------------------
def _within(due: Sequence[Proposal], budget: Decimal) -> Decimal:
    """Cut the proposals to what the budget buys, and return the expected margin of what it leaves out."""
    orderable = [one for one in due if one.terms.supplier]
    bought = spend([_wish(one) for one in orderable], budget)
    for one in orderable:
        purchase: Purchase = bought[one.product.pk]
        if purchase.qty != one.qty:
            one.need, one.lost = one.need.then("BUDGET", purchase.qty, lost=purchase.lost), purchase.lost
    return left_out(bought)


def _wish(one: Proposal) -> Wish:
    policy, situation = one.policy, one.situation
    spread = interval_std(
        float(situation.mean),
        float(policy.demand_std),
        float(policy.lead_time_days),
        float(policy.lead_time_std),
        float(policy.review_days),
    )
    return Wish(
        product_id=one.product.pk,
        wanted=one.qty,
        position=situation.position,
        demand_mean=float(situation.mean * situation.days),
        demand_std=float(spread),
        unit_cost=one.terms.unit_cost,
        unit_margin=one.margin,
        pack=one.terms.pack,
    )


# --- Up to the supplier's minimum ---------------------------------------------------------
def _fill(group: Group, found: Sequence[Proposal]) -> None:
    """Add to the group what of its supplier's products will be needed next, until the order reaches the minimum."""
    group.is_filled = True
    of_supplier = [one for one in found if one.terms.supplier == group.supplier]
    there = {one.product.pk: one for one in of_supplier if one.need.state in (ORDER, ENOUGH, ON_ORDER)}
    added = fill([_candidate(one) for one in there.values()], value=group.value, minimum=group.minimum)
    listed = {one.product.pk for one in group.proposals}
    for product_id, more in added.items():
        one = there[product_id]
        one.need = one.need.then("FILL", one.qty + more.qty, added=more.qty, days=more.needed_in)
        if product_id not in listed:
            group.proposals.append(one)


def _candidate(one: Proposal) -> Candidate:
    return Candidate(
        product_id=one.product.pk,
        position=one.situation.position + one.qty,
        level=trigger_level(one.situation),
        mean=one.situation.mean,
        unit_cost=one.terms.unit_cost,
        pack=one.terms.pack,
        ordered=one.qty,
        cap=one.situation.cap,
    )
