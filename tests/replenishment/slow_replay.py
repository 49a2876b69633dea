"""One product, day by day, in plain Python: what replenishment/replay.py must agree with."""

import math
from dataclasses import dataclass
from typing import Any

TINY = 1e-6


@dataclass
class SlowRule:
    trigger: float
    level: float
    lot: float
    review: int
    offset: int
    start: float
    known: bool


def slow_replay(
    demand: list[float],
    lead_days: list[int],
    multiple: float,
    minimum: float,
    rules: dict[int, SlowRule],
    run_in: int = 0,
) -> dict[str, Any]:
    rule = rules[0]
    started, on_hand, is_short = False, 0.0, False
    under_way: list[tuple[int, float]] = []
    found = _nothing()
    for day, asked in enumerate(demand):
        if day == run_in:
            found, is_short = _nothing(), False
        rule = rules.get(day, rule)
        if rule.known and not started:
            started, on_hand = True, rule.start
        came = sum(qty for at, qty in under_way if at == day)
        under_way = [(at, qty) for at, qty in under_way if at > day]
        on_hand += came
        if came > 0:
            found["cycles"] += 1
            found["good_cycles"] += not is_short
            is_short = False
        if not started:
            continue
        found["days"] += 1
        found["demand"] += asked
        served = min(asked, on_hand)
        if on_hand <= TINY or asked - served > TINY:
            found["short_days"] += 1
        if asked - served > TINY:
            is_short = True
        on_hand -= served
        found["served"] += served
        found["stock_days"] += on_hand
        position = on_hand + sum(qty for _at, qty in under_way)
        if (day + rule.offset) % rule.review or position > rule.trigger + TINY:
            continue
        qty = _qty(rule, position)
        if qty > TINY:
            qty = max(qty, minimum)
            qty = math.ceil(qty / multiple - 1e-9) * multiple
            under_way.append((day + lead_days[day] + 1, qty))
            found["orders"] += 1
            found["ordered"] += qty
    found["cycles"] += is_short
    return found


def _nothing() -> dict[str, Any]:
    whole = dict.fromkeys(("days", "short_days", "cycles", "good_cycles", "orders"), 0)
    return whole | dict.fromkeys(("demand", "served", "stock_days", "ordered"), 0.0)


def _qty(rule: SlowRule, position: float) -> float:
    if rule.lot <= 0:
        return rule.level - position
    qty = rule.lot
    while position + qty <= rule.trigger + TINY:
        qty += rule.lot
    return qty
