"""What the hints at the till caused, read from the paid sales for which there was something to hint at."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from inventori.money import currency_decimals, round_half_up
from master.models import Product
from sales.models import Sale, SaleItem

from .effects import Comparison, compare
from .models import AssociationRule, HintedSale, HintOff, ShownHint

# A hint shown so often that nobody ever took, or that earned nothing, has had its chance.
LEAST_SHOWN = 30
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class MeasuredSale:
    is_control: bool
    day: date
    margin: float


@dataclass(frozen=True, slots=True)
class MeasuredHint:
    """One hint of a paid sale; bought: the sale holds the product in the end."""

    sale: MeasuredSale
    product_id: int
    rule_id: int | None
    is_bought: bool
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Extra:
    """Margin a sale that the hints caused, with its 95 % interval, as money."""

    amount: Decimal
    low: Decimal
    high: Decimal


def extra_of(margin: Comparison) -> Extra | None:
    """Return the estimate where there are enough sales for one."""
    if not margin.is_enough or margin.difference is None or margin.low is None or margin.high is None:
        return None
    step = Decimal(1).scaleb(-currency_decimals())
    figures = (margin.difference, margin.low, margin.high)
    return Extra(*(round_half_up(Decimal(repr(figure)), step) for figure in figures))


@dataclass(frozen=True, slots=True)
class Tally:
    """Hints of one product, rule or week. anyway: bought in sales that saw no hint, of `unseen`."""

    key: Any
    shown: int
    taken: int
    refused: int
    unseen: int
    anyway: int
    margin: Comparison

    @property
    def extra(self) -> Extra | None:
        return extra_of(self.margin)

    @property
    def take_percent(self) -> float | None:
        return 100 * self.taken / self.shown if self.shown else None

    @property
    def anyway_percent(self) -> float | None:
        return 100 * self.anyway / self.unseen if self.unseen else None

    @property
    def causes_nothing(self) -> bool:
        high = self.margin.high
        is_worthless = self.margin.is_enough and high is not None and high <= 0
        return self.shown >= LEAST_SHOWN and (self.taken == 0 or is_worthless)


@dataclass(frozen=True, slots=True)
class Effect:
    margin: Comparison
    hints: Tally
    weeks: list[Tally]
    products: list[Tally]
    rules: list[Tally]
    retire: list[Tally]

    @property
    def extra(self) -> Extra | None:
        return extra_of(self.margin)


def hint_effect(*, since: date) -> Effect:
    """Return what the hints of the sales paid from `since` on caused. Goods that came back later still count."""
    sales = _sales(since)
    hints = _hints(sales)
    off = set(HintOff.objects.filter(product__isnull=False).values_list("product_id", flat=True))
    products = _tallies(hints, lambda hint: hint.product_id)
    rules = [tally for tally in _tallies(hints, lambda hint: hint.rule_id) if tally.key is not None]
    names = {p.pk: p for p in Product.objects.filter(pk__in=[tally.key for tally in products])}
    known = AssociationRule.objects.in_bulk([tally.key for tally in rules[:MOST_ROWS]])
    named = [_keyed(tally, names[tally.key]) for tally in products if tally.key in names]
    weeks = _tallies(hints, lambda hint: _monday(hint.sale.day))
    return Effect(
        margin=_margin(sale for sale, _items in sales.values()),
        hints=_tally(None, hints),
        weeks=sorted(weeks, key=lambda tally: tally.key, reverse=True)[:MOST_ROWS],
        products=named[:MOST_ROWS],
        rules=[_keyed(tally, known[tally.key]) for tally in rules[:MOST_ROWS] if tally.key in known],
        retire=[tally for tally in named if tally.causes_nothing and tally.key.pk not in off],
    )


def _sales(since: date) -> dict[int, tuple[MeasuredSale, set[int]]]:
    """Return each paid sale with something to hint at, and the products that it holds, by its HintedSale."""
    paid = HintedSale.objects.filter(sale__status=Sale.Status.PAID, sale__business_date__gte=since)
    costs: dict[int, float] = defaultdict(float)
    products: dict[int, set[int]] = defaultdict(set)
    lines = SaleItem.objects.filter(sale__in=paid.values("sale")).order_by()
    for sale_id, product_id, qty, factor, cost in lines.values_list("sale", "product", "qty", "factor", "cost"):
        costs[sale_id] += float(qty * factor * cost)
        products[sale_id].add(product_id)
    net = F("sale__subtotal") - F("sale__discount") - F("sale__tax_included")
    rows = paid.annotate(net=net).values_list("pk", "sale", "is_control", "sale__business_date", "net")
    return {
        pk: (MeasuredSale(is_control, day, float(net) - costs[sale_id]), products[sale_id])
        for pk, sale_id, is_control, day, net in rows
        if day
    }


def _hints(sales: dict[int, tuple[MeasuredSale, set[int]]]) -> list[MeasuredHint]:
    days = [sale.day for sale, _items in sales.values()]
    if not days:
        return []
    rows = ShownHint.objects.filter(hinted__sale__status=Sale.Status.PAID, hinted__sale__business_date__gte=min(days))
    return [
        MeasuredHint(sales[hinted][0], product, rule, product in sales[hinted][1], outcome == ShownHint.Outcome.REFUSED)
        for hinted, product, rule, outcome in rows.values_list("hinted", "product", "rule", "outcome")
        if hinted in sales
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _tallies(hints: Iterable[MeasuredHint], key: Callable[[MeasuredHint], Hashable]) -> list[Tally]:
    """Return the hints by `key`, those shown most first."""
    groups: dict[Hashable, list[MeasuredHint]] = defaultdict(list)
    for hint in hints:
        groups[key(hint)].append(hint)
    tallies = [_tally(name, group) for name, group in groups.items()]
    return sorted(tallies, key=lambda tally: -tally.shown)


def _tally(key: Any, hints: list[MeasuredHint]) -> Tally:
    seen = [hint for hint in hints if not hint.sale.is_control]
    unseen = [hint for hint in hints if hint.sale.is_control]
    return Tally(
        key=key,
        shown=len(seen),
        taken=sum(hint.is_bought for hint in seen),
        refused=sum(hint.is_refused and not hint.is_bought for hint in seen),
        unseen=len(unseen),
        anyway=sum(hint.is_bought for hint in unseen),
        # A sale with several hints of the group is one sale.
        margin=_margin({id(hint.sale): hint.sale for hint in hints}.values()),
    )


def _keyed(tally: Tally, thing: Any) -> Tally:
    values = {name: getattr(tally, name) for name in Tally.__dataclass_fields__}
    return Tally(**{**values, "key": thing})


def _margin(sales: Iterable[MeasuredSale]) -> Comparison:
    arms: dict[bool, list[float]] = {True: [], False: []}
    for sale in sales:
        arms[sale.is_control].append(sale.margin)
    return compare(arms[False], arms[True])
