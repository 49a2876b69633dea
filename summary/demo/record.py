"""What the demo shop made of the suggestions of its last weeks, so that the report card has something to say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from inventori.dates import business_date, local_instant
from inventori.money import ZERO
from inventory.models import Warehouse
from inventory.past import stock_on
from master.selectors import shop_profile
from purchases.models import POItem, PurchaseOrder
from replenishment.freezing import frozen
from replenishment.models import Suggestion
from replenishment.planning import ORDER, plan
from replenishment.services.judging import suggestions_judge
from replenishment.suggesting import Proposal, interval_days, proposals

from .events import SHOP
from .shop import Shop

# Decisions are made between so many days ago.
FIRST, LAST = 80, 14
ACCEPTED, CHANGED, REJECTED = 16, 12, 8
# What was not ordered yet, so many days before it was.
EARLIER = 5
Kind, Reason = Suggestion.Decision, Suggestion.Reason
LESS = (Reason.CASH, Reason.CASH, Reason.SLOW, Reason.SPACE)
MORE = (Reason.FAST, Reason.PRICE)
NOTHING = (Reason.ENOUGH, Reason.ENOUGH, Reason.CASH)


def record_write(shop: Shop, seed: int, day: date) -> None:
    """Hold what was ordered in the story against what would have been suggested on the same evening, and judge it."""
    place, random = shop.warehouses[SHOP], Random(seed)
    lines = _lines(place, day)
    random.shuffle(lines)
    kept = _kept(shop, place, lines, random)
    Suggestion.objects.bulk_create(sorted(kept, key=lambda one: (one.made_on, one.product_id)))
    suggestions_judge(now=local_instant(day, time(22), place.time_zone))


def _lines(place: Warehouse, day: date) -> list[POItem]:
    first, last = (local_instant(day - timedelta(days=ago), time(), place.time_zone) for ago in (FIRST, LAST))
    items = POItem.objects.filter(
        po__warehouse=place, po__status=PurchaseOrder.Status.RECEIVED, po__ordered_at__range=(first, last)
    )
    return list(items.select_related("po__supplier").order_by("pk"))


def _kept(shop: Shop, place: Warehouse, lines: Sequence[POItem], random: Random) -> list[Suggestion]:
    found = proposals(warehouse=place, product_ids={line.product_id for line in lines})
    by_product = {one.product.pk: one for one in found}
    cutoff_hour = shop_profile().cutoff_hour
    kept: list[Suggestion] = []
    wanted = {Kind.ACCEPTED: ACCEPTED, Kind.CHANGED: CHANGED, Kind.REJECTED: REJECTED}
    for line in lines:
        now = by_product.pop(line.product_id, None)
        if now is None or not any(wanted.values()):
            continue
        day = business_date(line.po.ordered_at, place.time_zone, cutoff_hour)
        kind, then = Kind.REJECTED, _as_of(now, place, day - timedelta(days=EARLIER))
        if then.need.state != ORDER or not wanted[kind]:
            then = _as_of(now, place, day)
            kind = Kind.ACCEPTED if then.qty == line.qty else Kind.CHANGED
        if then.need.state == ORDER and wanted[kind]:
            wanted[kind] -= 1
            kept.append(_suggestion(shop, place, line, then, kind, random))
    return kept


def _as_of(now: Proposal, place: Warehouse, day: date) -> Proposal:
    """Return the proposal as it would have been in the evening of a day."""
    product_id = now.product.pk
    there = stock_on(day, warehouse=place, product_ids=[product_id]).get((product_id, place.pk), ZERO)
    situation = replace(
        now.situation, on_hand=there, expired=ZERO, held=ZERO, expiring=ZERO, on_order=ZERO, drafts=ZERO, cap=None
    )
    need = plan(situation)
    return replace(now, day=day, situation=situation, base=need, need=need, orders=(), batches=[], events=())


def _suggestion(
    shop: Shop, place: Warehouse, line: POItem, then: Proposal, kind: Suggestion.Decision, random: Random
) -> Suggestion:
    decided = ZERO if kind == Kind.REJECTED else line.qty
    return Suggestion(
        order=None if kind == Kind.REJECTED else line.po,
        product=then.product,
        warehouse=place,
        supplier=line.po.supplier,
        made_on=then.day,
        made_at=local_instant(then.day, time(19), place.time_zone),
        by=shop.people["manager"],
        suggested_qty=then.qty,
        decided_qty=decided,
        unit_cost=Decimal(line.price),
        decision=kind,
        reason=_reason(kind, decided < then.qty, random),
        inputs=frozen(then, numbers={}),
        due_on=then.day + timedelta(days=interval_days(then.policy)),
    )


def _reason(kind: Suggestion.Decision, is_less: bool, random: Random) -> str:
    if kind == Kind.ACCEPTED:
        return ""
    if kind == Kind.REJECTED:
        return random.choice(NOTHING)
    return random.choice(LESS if is_less else MORE)
