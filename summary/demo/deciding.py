"""What the demo shop has decided about ordering: its policies, what Lebaran does, and what was made of suggestions."""

from datetime import date, time, timedelta
from decimal import Decimal

from inventori.dates import local_instant
from inventori.money import round_half_up
from inventory.models import Warehouse
from master.models import Category, Supplier
from mining.services.hints import hint_switch_off
from mining.services.runs import Asked, run_start
from replenishment.models import EventEffect, EventKind, Suggestion
from replenishment.ordering import order_plan
from replenishment.services.events import EffectKey, effects_type, events_refresh
from replenishment.services.orders import Decision, orders_make
from replenishment.services.policies import policies_compute
from replenishment.services.replays import replay_start

from .events import SHOP
from .shop import Shop

# What the manager remembers of earlier years: how many times the usual demand, before and during Lebaran.
LEBARAN = {"SNK": ("1.8", "1.3"), "MNM": ("1.6", "1.4"), "SBK": ("1.5", "0.9"), "OBT": ("1.1", "1.2")}

# Sold with a doctor's prescription only.
PRESCRIPTIONS = "RES"

# Three months to be replayed, and enough days before them to know what sells.
REPLAYED_DAYS = 150


def policies_write(shop: Shop) -> None:
    """Know the feasts and compute the policies of every warehouse from the sales of the story."""
    manager = shop.people["manager"]
    events_refresh()
    lebaran = EventKind.objects.get(code="LEBARAN")
    categories = dict(Category.objects.values_list("code", "pk"))
    window = EventEffect.Window
    typed: dict[EffectKey, Decimal | None] = {}
    for code, factors in LEBARAN.items():
        for when, factor in zip((window.BEFORE, window.DURING), factors, strict=True):
            typed[categories[code], when.value] = Decimal(factor)
    effects_type(kind=lebaran, typed=typed, by=manager)
    for warehouse in Warehouse.objects.filter(is_active=True):
        policies_compute(warehouse=warehouse, by=manager)


def suggestions_write(shop: Shop, seed: int, day: date) -> None:
    """One supplier delivers larger orders only; of another the manager took what was suggested, but for one product."""
    place = shop.warehouses[SHOP]
    groups = [group for group in order_plan(warehouse=place, today=day).groups if group.supplier]
    if len(groups) < 2:
        return
    groups.sort(key=lambda group: (len(group.proposals), group.value))
    small, large = groups[0], groups[-1]
    least = round_half_up(small.value * 2, Decimal(50_000))
    Supplier.objects.filter(product__in=[small.proposals[0].product]).update(min_order_value=least)
    rejected, *taken = large.proposals
    decisions = [Decision(one.product.pk, one.qty, one.qty) for one in taken]
    decisions.append(Decision(rejected.product.pk, rejected.qty, Decimal(0), Suggestion.Reason.ENOUGH))
    orders_make(
        key=f"demo-{seed}:suggestions",
        warehouse=place,
        decisions=decisions,
        by=shop.people["manager"],
        at=local_instant(day, time(8), place.time_zone),
    )


def replay_write(shop: Shop, seed: int, days: int) -> None:
    """Ask for a replay of the last three months, where the story is long enough; the worker does it when it starts."""
    if days < REPLAYED_DAYS:
        return
    replay_start(
        warehouse=shop.warehouses[SHOP],
        months=3,
        wanted_fill_rate=Decimal("99.5"),
        asked={"scope": "all"},
        key=f"demo-{seed}:replay",
        by=shop.people["manager"],
    )


def mining_write(shop: Shop, seed: int, day: date) -> None:
    """Ask what sold together in the last three months; the worker finds it when it starts.

    Prescription medicines are never hinted at.
    """
    hint_switch_off(category=Category.objects.get(code=PRESCRIPTIONS), note="Obat keras")
    asked = Asked(day - timedelta(days=90), day, min_support=Decimal("0.003"), min_confidence=Decimal("0.25"))
    run_start(asked=asked, key=f"demo-{seed}:mining", by=shop.people["manager"])
