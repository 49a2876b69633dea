"""A replay from the first day read to its results: every policy in turn, then the level that was wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils import formats
from django.utils.translation import gettext as _

from inventory.reorder_models import ReorderMethod

from .calibration import HALVINGS, LADDER, calibrate
from .policy_numbers import Known
from .replay import Outcome, replay
from .replay_material import RUN_IN, Part, Span
from .replay_rules import Start, rule, under
from .replay_words import CURRENT, policy_name

ALL = "ALL"
METHODS = (
    ReorderMethod.ROP_LOT.value,
    ReorderMethod.ROP_EOQ.value,
    ReorderMethod.MIN_MAX.value,
    ReorderMethod.UP_TO.value,
)
POLICIES = (CURRENT, *METHODS)
CLASSES = ("A", "B", "C")

SUMS = ("days", "demand", "served", "short_days", "cycles", "good_cycles", "orders", "ordered")

# What is known otherwise than it is: under another method, at other levels.
Change = Callable[[Part, Known], Known]
# Told how many days of how many were replayed, and what is being done.
Told = Callable[[int, int, str], None]


@dataclass
class Progress:
    """Counts product-days; the calibration is reckoned with at its longest."""

    tell: Told
    total: int
    done: int = 0

    def month(self, day_count: int, message: str) -> None:
        self.tell(min(self.done, self.total), self.total, message)
        self.done += day_count


@dataclass
class Sums:
    """What came out over some products, as JSON keeps it. value: of the average stock."""

    days: int = 0
    demand: float = 0.0
    served: float = 0.0
    short_days: int = 0
    cycles: int = 0
    good_cycles: int = 0
    orders: int = 0
    ordered: float = 0.0
    value: float = 0.0
    products: int = 0

    def add(self, outcome: Outcome, unit_cost: npt.NDArray[np.float64], rows: npt.NDArray[np.bool_]) -> None:
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(outcome, name)[rows].sum().item())
        self.value += (outcome.average_stock * unit_cost)[rows].sum().item()
        self.products += int(np.count_nonzero(outcome.days[rows]))


@dataclass
class Daily:
    """What came out on each day over all products."""

    short: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    orders: npt.NDArray[np.int64]

    def add(self, outcome: Outcome) -> None:
        self.short = self.short + outcome.short_by_day
        self.value = self.value + outcome.value_by_day
        self.orders = self.orders + outcome.orders_by_day


@dataclass
class Results:
    """policies, classes: sums by policy, and by class and policy; daily by policy; outcomes: by policy and part."""

    policies: dict[str, Sums] = field(default_factory=dict)
    classes: dict[str, dict[str, Sums]] = field(default_factory=dict)
    daily: dict[str, Daily] = field(default_factory=dict)
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "policies": {code: asdict(sums) for code, sums in self.policies.items()},
            "classes": {
                name: {code: asdict(sums) for code, sums in by_policy.items()}
                for name, by_policy in self.classes.items()
            },
            "daily": {
                code: {
                    "short": daily.short.tolist(),
                    "value": np.round(daily.value, 2).tolist(),
                    "orders": daily.orders.tolist(),
                }
                for code, daily in self.daily.items()
            },
            "calibration": self.calibration,
        }


class Run:
    """Replays the parts of a span under any policy, and tells how far it is once a month of the past."""

    def __init__(self, parts: Sequence[Part], span: Span, tell: Told) -> None:
        self.parts, self.span = parts, span
        # The share of cycles without loss, by group and level, of what the calibration tried.
        self._cycles: dict[tuple[str, float], float] = {}
        most_replays = len(POLICIES) + len(LADDER) + 2 * HALVINGS
        self.progress = Progress(tell, most_replays * span.days * max(len(parts), 1))

    def under(self, change: Change, what: str) -> Iterator[tuple[Part, Outcome]]:
        for part in self.parts:
            yield part, self._replay(part, change, what)

    def _replay(self, part: Part, change: Change, what: str) -> Outcome:
        mornings = [*sorted(part.mornings), self.span.days]
        lengths = dict(zip(mornings, np.diff(mornings).tolist(), strict=False))
        rules = {}
        start = Start(self.span.begin.weekday(), part.review_weekday, part.phase)

        def on_day(day: int) -> None:
            if day in part.mornings:
                month = formats.date_format(self.span.begin + timedelta(days=day), "YEAR_MONTH_FORMAT")
                self.progress.month(lengths[day], _("%(what)s: %(month)s") % {"what": what, "month": month})
                rules[day] = rule(change(part, part.mornings[day]), start)

        return replay(part.past, rules, on_day, run_in=RUN_IN)

    def policies(self) -> Results:
        found = Results(classes={name: {} for name in CLASSES})
        for code in POLICIES:
            found.policies[code], zeros = Sums(), np.zeros(self.span.days - RUN_IN)
            found.daily[code] = Daily(zeros.astype(np.int64), zeros, zeros.astype(np.int64))
            found.outcomes[code] = []
            for name in CLASSES:
                found.classes[name][code] = Sums()
            for part, outcome in self.under(partial(by_policy, code), policy_name(code)):
                found.outcomes[code].append(outcome)
                found.daily[code].add(outcome)
                found.policies[code].add(outcome, part.past.unit_cost, outcome.days > 0)
                for name in CLASSES:
                    found.classes[name][code].add(outcome, part.past.unit_cost, part.abc_class == name)
        return found

    def calibration(self, wanted: float) -> dict[str, Any]:
        """Return by class, and by one level for all, the nominal level that reaches `wanted` per cent of the units."""
        found = calibrate(self._reach, [*CLASSES, ALL], wanted)
        return {
            name: asdict(one) | {"cycle": self._cycles.get((name, one.level)) if one.level else None}
            for name, one in found.items()
        }

    def _reach(self, levels: Mapping[str, float]) -> dict[str, float | None]:
        by_class = {name: levels[name] for name in CLASSES if name in levels}
        rates = self._rates(by_class) if by_class else {}
        if ALL in levels and by_class != (same := dict.fromkeys(CLASSES, levels[ALL])):
            rates[ALL] = self._rates(same)[ALL]
        return rates

    def _rates(self, levels: Mapping[str, float]) -> dict[str, float | None]:
        """Return the share of units served by class and of all, in per cent; None where nothing was asked for."""
        asked, served, cycles, good = (dict.fromkeys([*CLASSES, ALL], 0.0) for _n in range(4))
        for part, outcome in self.under(partial(at_levels, levels), _("Looking for the level")):
            for name in (*CLASSES, ALL):
                rows = slice(None) if name == ALL else part.abc_class == name
                asked[name] += outcome.demand[rows].sum().item()
                served[name] += outcome.served[rows].sum().item()
                cycles[name] += outcome.cycles[rows].sum().item()
                good[name] += outcome.good_cycles[rows].sum().item()
        one_level = {ALL: levels[CLASSES[0]]} if len(levels) == len(CLASSES) and len(set(levels.values())) == 1 else {}
        for name, level in {**levels, **one_level}.items():
            if cycles[name]:
                self._cycles[name, level] = round(good[name] / cycles[name], 5)
        return {name: round(100 * served[name] / asked[name], 3) if asked[name] else None for name in asked}


def by_policy(code: str, part: Part, known: Known) -> Known:
    return known if code == CURRENT else under(known, code)


def at_levels(levels: Mapping[str, float], part: Part, known: Known) -> Known:
    """Return what is known with the level of each class, in per cent; one that was typed for a product stays."""
    level = known.level.copy()
    for name, percent in levels.items():
        level[part.abc_class == name] = percent / 100
    return replace(known, level=known.keep("service_level", level * 100) / 100)


def to_type(code: str, part: Part) -> dict[str, npt.NDArray[np.float64]]:
    """Return what has to be typed besides the method for a policy to be what was replayed last, by field name."""
    known = part.mornings[max(part.mornings)]
    if code == ReorderMethod.ROP_LOT:
        return {"reorder_qty": under(known, code).typed["reorder_qty"]}
    if code == ReorderMethod.UP_TO and (known.review < 2).any():
        return {"review_days": under(known, code).review}
    return {}
