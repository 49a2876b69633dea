"""What to order of one product, and what the number is made of. Pure arithmetic, no Django.

need = target − position. The position counts what will be there to sell: on hand − expired − held − what will expire
unsold within the lead time + on order + in drafts (what was drafted yesterday is not drafted again today). The target
is by method
- up to a level: forecast over lead time and review interval + safety stock, on each review day;
- reorder point: the same level, once the position is at or below it, and at least the lot;
- Min-Max: MAX, once the position is at or below MIN.

Then up to the supplier's minimum and to whole packs, then down to what sells before it expires.

9 days × 2.0 and a safety stock of 8, with 5 on hand of which 1 will expire, by boxes of 12:

>>> need = plan(Situation(method=UP_TO, mean=Decimal(2), days=Decimal(9), usual_days=Decimal(9), safety=Decimal(8),
...                       on_hand=Decimal(5), expiring=Decimal(1), pack=Pack(unit="box", factor=Decimal(12))))
>>> need.qty, need.shortage, need.state
(Decimal('24'), Decimal('22.000'), 'ORDER')
>>> [(term.kind, str(term.qty)) for term in need.terms if term.qty]
[('FORECAST', '18.000'), ('SAFETY', '8'), ('ON_HAND', '-5'), ('EXPIRING', '1')]
>>> [(step.kind, str(step.qty)) for step in need.steps]
[('PACKS', '24')]
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from inventori.money import ZERO, round_half_up
from purchases.steps import rounded_up

ONE = Decimal(1)
THOUSANDTH = Decimal("0.001")

ROP_EOQ, ROP_LOT, MIN_MAX, UP_TO = "EOQ", "LOT", "MINMAX", "UPTO"

# States
ORDER = "ORDER"
ENOUGH = "ENOUGH"
ON_ORDER = "ON_ORDER"
NOT_REVIEW_DAY = "NOT_REVIEW_DAY"
NO_DEMAND = "NO_DEMAND"
WOULD_EXPIRE = "WOULD_EXPIRE"


@dataclass(frozen=True, slots=True)
class Pack:
    """How little and in which steps it is sold, in own units; unit: the name of the pack of `factor`, "" for none."""

    minimum: Decimal = ZERO
    multiple: Decimal = ONE
    factor: Decimal = ONE
    unit: str = ""

    @property
    def step(self) -> Decimal:
        """The least quantity of which every order is a multiple."""
        return rounded_up(THOUSANDTH, minimum=ZERO, multiple=self.multiple, factor=self.factor)

    def up(self, qty: Decimal) -> Decimal:
        return (qty / self.step).to_integral_value(ROUND_CEILING) * self.step

    def down(self, qty: Decimal) -> Decimal:
        return (qty / self.step).to_integral_value(ROUND_FLOOR) * self.step


PIECES = Pack()


@dataclass(frozen=True, slots=True)
class Situation:
    """A product as it stands: quantities in own units, times in days, all exact.

    mean: units an open day; days: what lead time and review interval are worth in usual days, with feasts and closed
    days in them; usual_days: how many of them are open. typed: names of the policy's values that a person typed: no
    event moves them. cap: the most that sells before it expires, within the keeps_days that it keeps; None where it
    does not expire. cap_is_worth: the cap is where more would be written off than won. life_is_unknown: it
    expires, nobody knows when.
    """

    method: str
    mean: Decimal = ZERO
    days: Decimal = ZERO
    usual_days: Decimal = ZERO
    safety: Decimal = ZERO
    service_level: Decimal = ZERO
    rop: Decimal = ZERO
    lot: Decimal = ZERO
    min_level: Decimal = ZERO
    max_level: Decimal = ZERO
    typed: frozenset[str] = frozenset()
    is_review_day: bool = True
    on_hand: Decimal = ZERO
    expired: Decimal = ZERO
    held: Decimal = ZERO
    expiring: Decimal = ZERO
    on_order: Decimal = ZERO
    drafts: Decimal = ZERO
    pack: Pack = PIECES
    cap: Decimal | None = None
    keeps_days: Decimal = ZERO
    cap_is_worth: bool = False
    life_is_unknown: bool = False

    @property
    def position(self) -> Decimal:
        return self.available - self.expiring + self.on_order + self.drafts

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.expired - self.held


@dataclass(frozen=True, slots=True)
class Term:
    """A signed part of the sum that is the shortage, and the numbers it was made of."""

    kind: str
    qty: Decimal
    numbers: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What raised or cut the quantity to `qty`, after the sum."""

    kind: str
    qty: Decimal
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """qty: to order, 0 with the reason in `state`. The terms add up to the shortage exactly."""

    qty: Decimal
    terms: tuple[Term, ...]
    steps: tuple[Step, ...]
    state: str

    @property
    def shortage(self) -> Decimal:
        return sum((term.qty for term in self.terms), ZERO)

    def then(self, kind: str, qty: Decimal, **numbers: Decimal) -> "Need":
        """Return this need with one more step, by which it becomes `qty`."""
        return replace(self, qty=qty, steps=(*self.steps, Step(kind, qty, numbers)))


def plan(situation: Situation) -> Need:
    """Return what to order. Nothing needed is 0 with its reason."""
    target, trigger = _target(situation)
    terms = (*target, *_position_terms(situation))
    shortage = sum((term.qty for term in terms), ZERO)
    state = _state(situation, trigger, shortage)
    if state != ORDER:
        return Need(ZERO, terms, (), state)
    steps = tuple(_steps(situation, shortage))
    qty = steps[-1].qty if steps else shortage
    return Need(qty, terms, steps, ORDER if qty > 0 else WOULD_EXPIRE)


def trigger_level(situation: Situation) -> Decimal:
    """Return the position at or below which it is ordered: the reorder point, MIN, or the level to fill up to."""
    return _target(situation)[1]


# --- The sum ------------------------------------------------------------------------
def _target(s: Situation) -> tuple[tuple[Term, ...], Decimal]:
    """Return the terms of the target, and the position at or below which it is ordered."""
    if s.method == MIN_MAX:
        return _min_max(s)
    name, typed_level = ("max_qty", s.max_level) if s.method == UP_TO else ("rop", s.rop)
    if name in s.typed:
        return (Term("TYPED", typed_level),), typed_level
    forecast = Term("FORECAST", _product(s.mean, s.days), {"days": s.days, "mean": s.mean})
    safety = Term("SAFETY", s.safety, {"level": s.service_level})
    level = forecast.qty + safety.qty
    # The reorder point in force is the least: an alert at it must not meet a suggestion of nothing.
    if s.method != UP_TO and s.rop > level:
        return (forecast, safety, Term("TO_ROP", s.rop - level, {"rop": s.rop})), s.rop
    return (forecast, safety), level


def _min_max(s: Situation) -> tuple[tuple[Term, ...], Decimal]:
    shift = _product(s.mean, s.days - s.usual_days)
    target: tuple[Term, ...] = (Term("MAXIMUM", s.max_level, {"minimum": s.min_level}),)
    if shift and "max_qty" not in s.typed:
        target += (Term("EVENTS", shift, {"days": s.days - s.usual_days, "mean": s.mean}),)
    return target, s.min_level + (ZERO if "min_qty" in s.typed else shift)


def _position_terms(s: Situation) -> tuple[Term, ...]:
    """What is there and what comes. On hand and on order are always told, the others where there is something."""
    always = (Term("ON_HAND", -s.on_hand), Term("ON_ORDER", -s.on_order))
    some = (
        Term("DRAFTS", -s.drafts),
        Term("EXPIRED", s.expired),
        Term("HELD", s.held),
        Term("EXPIRING", s.expiring),
    )
    return (*always, *(term for term in some if term.qty))


def _state(s: Situation, trigger: Decimal, shortage: Decimal) -> str:
    if s.mean <= 0 and not s.typed & {"rop", "min_qty", "max_qty"}:
        return NO_DEMAND
    if s.method == UP_TO and not s.is_review_day:
        return NOT_REVIEW_DAY
    is_due = shortage > 0 if s.method == UP_TO else s.position <= trigger
    if not is_due:
        return ON_ORDER if s.available - s.expiring <= trigger else ENOUGH
    return ORDER if max(shortage, _lot(s)) > 0 else ENOUGH


# --- From the sum to what is ordered --------------------------------------------------
def _lot(s: Situation) -> Decimal:
    return s.lot if s.method in (ROP_EOQ, ROP_LOT) else ZERO


def _steps(s: Situation, shortage: Decimal) -> list[Step]:
    steps: list[Step] = []
    qty = shortage
    if _lot(s) > qty:
        qty = s.lot
        steps.append(Step("ECONOMIC" if s.method == ROP_EOQ else "LOT", qty, {"lot": s.lot}))
    if s.pack.minimum > qty:
        qty = s.pack.minimum
        steps.append(Step("MINIMUM", qty, {"minimum": s.pack.minimum}))
    if (whole := s.pack.up(qty)) != qty:
        qty = whole
        steps.append(Step("PACKS", qty, {"step": s.pack.step, "factor": s.pack.factor}, s.pack.unit))
    if s.cap is not None and s.cap < qty:
        qty = s.pack.down(max(s.cap, ZERO))
        qty = qty if qty >= s.pack.minimum else ZERO
        steps.append(Step("WORTH" if s.cap_is_worth else "CAP", qty, {"cap": s.cap, "days": s.keeps_days}))
    elif s.life_is_unknown:
        steps.append(Step("NO_LIFE", qty))
    return steps


def _product(mean: Decimal, days: Decimal) -> Decimal:
    return round_half_up(mean * days, THOUSANDTH)


# --- Kept with the order ------------------------------------------------------------
def need_data(need: Need) -> dict[str, Any]:
    """Return the need as plain data, to be frozen beside what was ordered."""
    return {
        "qty": str(need.qty),
        "state": need.state,
        "terms": [{"kind": term.kind, "qty": str(term.qty), "numbers": _plain(term.numbers)} for term in need.terms],
        "steps": [
            {"kind": step.kind, "qty": str(step.qty), "numbers": _plain(step.numbers), "unit": step.unit}
            for step in need.steps
        ],
    }


def need_read(data: Mapping[str, Any]) -> Need:
    """Return what `need_data` froze.

    >>> need_read(need_data(plan(Situation(method=ROP_LOT, typed=frozenset({"rop"}), rop=ONE, lot=ONE)))).qty
    Decimal('1')
    """
    terms = (Term(one["kind"], Decimal(one["qty"]), _exact(one["numbers"])) for one in data["terms"])
    steps = (Step(one["kind"], Decimal(one["qty"]), _exact(one["numbers"]), one["unit"]) for one in data["steps"])
    return Need(Decimal(data["qty"]), tuple(terms), tuple(steps), data["state"])


def _plain(numbers: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items()}


def _exact(numbers: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(number) for name, number in numbers.items()}
