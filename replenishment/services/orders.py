"""One press of "make draft orders": what was decided of each suggestion, and the drafts that come of it, once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, KeyReused
from inventori.money import CENT, ZERO, round_half_up
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from inventory.models import Warehouse
from inventory.selectors import business_today
from master.models import Product, Supplier
from purchases.models import PurchaseOrder
from purchases.services import OrderLine, order_create, unit_line
from replenishment.freezing import batch_numbers, frozen
from replenishment.models import Suggestion, SuggestionRun
from replenishment.ordering import OrderPlan, order_plan
from replenishment.planning import ONE
from replenishment.suggesting import Proposal, interval_days, proposals

Kind = Suggestion.Decision


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person made of a suggestion. seen: the number that was suggested on the page; qty: 0 rejects it."""

    product_id: int
    seen: Decimal
    qty: Decimal
    reason: str = ""


class StalePlan(DomainError):
    """Stock, orders or policies changed since the plan was shown; `product_ids` are those with another number now."""

    code = "stale_plan"

    def __init__(self, names: Mapping[int, str]) -> None:
        self.product_ids = list(names)
        some = ", ".join(list(names.values())[:5])
        super().__init__(
            _("Something moved since you opened the plan. Look at the new numbers of: %(products)s. Then press again.")
            % {"products": some}
        )


def orders_make(
    *,
    key: str,
    warehouse: Warehouse,
    decisions: Sequence[Decision],
    by: User,
    budget: Decimal | None = None,
    fills: Collection[int] = (),
    at: datetime | None = None,
) -> SuggestionRun:
    """Draft an order for each supplier of what was decided, and keep every decision with what it was made of.

    budget, fills: as the plan was shown with. The same key again returns the first run. Raises StalePlan where a
    number is no longer what was seen; nothing is then made.
    """
    if not decisions:
        raise InvalidInput(_("Tick at least one product."), code="nothing_decided")
    content = [warehouse.pk, budget, sorted(fills), [[d.product_id, d.seen, d.qty, d.reason] for d in decisions]]
    press = _Press(key, fingerprint(content), warehouse, {one.product_id: one for one in decisions}, by, at)
    if run := press.first():
        return run
    plan = order_plan(warehouse=warehouse, budget=budget, fills=fills, today=business_today(warehouse, now=at))
    try:
        press.check(plan)
        return _make(press, plan)
    except StalePlan:
        # The press of the same form that came first has changed what is needed: its drafts are ours.
        if run := press.first():
            return run
        raise


@dataclass(frozen=True, slots=True)
class _Press:
    key: str
    digest: str
    warehouse: Warehouse
    decisions: Mapping[int, Decision]
    by: User
    at: datetime | None

    def first(self) -> SuggestionRun | None:
        """Return the run that this form made already. Raises KeyReused where it asked for something else."""
        run = SuggestionRun.objects.filter(key=self.key).first()
        if run and run.key_fingerprint != self.digest:
            raise KeyReused(_("This form was already posted with other content. Open a new one."), first_id=run.pk)
        return run

    def check(self, plan: OrderPlan) -> None:
        """Refuse what is no longer suggested as it was seen, and what nobody delivers."""
        found = {one.product.pk: one for one in plan.proposals}
        stale = [pk for pk, decision in self.decisions.items() if pk not in found or found[pk].qty != decision.seen]
        if stale:
            raise StalePlan(_names(stale))
        for pk, decision in self.decisions.items():
            if decision.qty < 0:
                raise InvalidInput(_("A quantity must not be negative."), field="qty")
            if decision.qty and not found[pk].terms.supplier:
                raise InvalidInput(
                    _("%(product)s has no supplier. Choose one on its page first.")
                    % {"product": found[pk].product.name},
                    code="no_supplier",
                )


@retried
def _make(press: _Press, plan: OrderPlan) -> SuggestionRun:
    at = press.at or timezone.now()
    run, made_now = claim(
        lambda: SuggestionRun.objects.create(
            key=press.key, key_fingerprint=press.digest, at=at, by=press.by, budget=plan.budget
        ),
        model=SuggestionRun,
        key=press.key,
        digest=press.digest,
    )
    if not made_now:
        return run
    decided = [one for one in plan.proposals if one.product.pk in press.decisions]
    _check_again(plan, decided)
    orders = _draft(press, decided, at)
    _keep(press, plan, run, decided, orders, at)
    return run


def _check_again(plan: OrderPlan, decided: Sequence[Proposal]) -> None:
    """See under a lock that nobody ordered the same meanwhile: two people who press at once must not both order it."""
    suppliers = {one.terms.supplier.pk for one in decided if one.terms.supplier}
    list(Supplier.objects.select_for_update().filter(pk__in=suppliers).order_by("pk"))
    ids = [one.product.pk for one in decided]
    fresh = proposals(warehouse=plan.warehouse, product_ids=ids, today=plan.day)
    now = {one.product.pk: one.base.qty for one in fresh}
    stale = {one.product.pk: one.product.name for one in decided if now.get(one.product.pk) != one.base.qty}
    if stale:
        raise StalePlan(stale)


def _draft(press: _Press, decided: Sequence[Proposal], at: datetime) -> dict[int, PurchaseOrder]:
    """Draft one order for each supplier, and return them by the supplier's id."""
    lines: dict[Supplier, list[OrderLine]] = {}
    for one in decided:
        qty = press.decisions[one.product.pk].qty
        if qty > 0 and one.terms.supplier:
            lines.setdefault(one.terms.supplier, []).append(_line(one, qty))
    return {
        supplier.pk: order_create(supplier=supplier, warehouse=press.warehouse, lines=wanted, by=press.by, at=at)
        for supplier, wanted in lines.items()
    }


def _line(one: Proposal, qty: Decimal) -> OrderLine:
    """Order by whole packs of the supplier; what a person typed in between is ordered by the product's own unit."""
    pack, price = one.terms.pack, one.terms.unit_price
    if qty % pack.factor:
        return OrderLine(one.product, qty, round_half_up(price / pack.factor, CENT))
    unit = "" if pack.factor == ONE and not pack.unit else pack.unit
    return unit_line(product=one.product, unit=unit, factor=pack.factor, count=qty / pack.factor, unit_price=price)


def _keep(
    press: _Press,
    plan: OrderPlan,
    run: SuggestionRun,
    decided: Sequence[Proposal],
    orders: Mapping[int, PurchaseOrder],
    at: datetime,
) -> None:
    numbers = batch_numbers(decided)
    rows = []
    for one in decided:
        decision, supplier = press.decisions[one.product.pk], one.terms.supplier
        order = orders.get(supplier.pk) if supplier and decision.qty > 0 else None
        rows.append(
            Suggestion(
                run=run,
                order=order,
                product=one.product,
                warehouse=press.warehouse,
                supplier=supplier,
                made_on=plan.day,
                made_at=at,
                by=press.by,
                suggested_qty=one.qty,
                decided_qty=decision.qty,
                unit_cost=one.terms.unit_cost,
                decision=_kind(one, decision),
                reason=decision.reason,
                inputs=frozen(one, budget=plan.budget, numbers=numbers),
                due_on=plan.day + timedelta(days=interval_days(one.policy)),
            )
        )
    Suggestion.objects.bulk_create(rows, batch_size=500)


def _kind(one: Proposal, decision: Decision) -> Kind:
    if decision.qty == one.qty:
        return Kind.ACCEPTED
    return Kind.CHANGED if decision.qty > ZERO else Kind.REJECTED


def _names(product_ids: Sequence[int]) -> dict[int, str]:
    return dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "name"))
