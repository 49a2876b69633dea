"""What the demo shop has decided about ordering: its policies, what Lebaran does, and what was made of suggestions."""

from decimal import Decimal

from inventory.models import Warehouse
from master.models import Category
from replenishment.models import EventEffect, EventKind
from replenishment.services.events import effects_type, events_refresh
from replenishment.services.policies import policies_compute

from .shop import Shop

# What the manager remembers of earlier years: how many times the usual demand, before and during Lebaran.
LEBARAN = {"SNK": ("1.8", "1.3"), "MNM": ("1.6", "1.4"), "SBK": ("1.5", "0.9"), "OBT": ("1.1", "1.2")}


def policies_write(shop: Shop) -> None:
    """Know the feasts and compute the policies of every warehouse from the sales of the story."""
    manager = shop.people["manager"]
    events_refresh()
    lebaran = EventKind.objects.get(code="LEBARAN")
    categories = dict(Category.objects.values_list("code", "pk"))
    window = EventEffect.Window
    typed = {}
    for code, factors in LEBARAN.items():
        for when, factor in zip((window.BEFORE, window.DURING), factors, strict=True):
            typed[categories[code], when.value] = Decimal(factor)
    effects_type(kind=lebaran, typed=typed, by=manager)
    for warehouse in Warehouse.objects.filter(is_active=True):
        policies_compute(warehouse=warehouse, by=manager)
