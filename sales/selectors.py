"""The questions about sales. Days are business dates, so every page and report counts a sale in one day.

The rows behind a figure: /sales/?day_from=2026-11-01&day_to=2026-11-21&warehouse=CODE&status=PAID
and /returns/?day_from=…&day_to=…&warehouse=CODE.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, ExpressionWrapper, F, FloatField, Q, QuerySet, Sum, When
from django.db.models.functions import Cast, Round
from django.utils import timezone

from accounts.models import User
from inventori.money import CENT, ZERO, currency_decimals, currency_step, round_half_up
from inventory.models import RefType, StockMove, Warehouse
from inventory.selectors import business_today
from master.models import Customer
from master.selectors import shop_profile

from .models import Sale, SaleItem, SaleReturn, SaleReturnItem

JUST_PAID = timedelta(minutes=15)
_AMOUNT: DecimalField = DecimalField(max_digits=20, decimal_places=2)
_UNITS: DecimalField = DecimalField(max_digits=20, decimal_places=3)


@dataclass(frozen=True, slots=True)
class SalesTotals:
    """Paid sales of a span of days, and what came back in it."""

    count: int
    total: Decimal
    returns_count: int
    returns: Decimal


def paid_between(start_day: date, end_day: date, warehouse: Warehouse | None = None) -> QuerySet[Sale]:
    """Return the paid sales of the days `start_day` to `end_day`, both included."""
    sales = Sale.objects.filter(status=Sale.Status.PAID, business_date__range=(start_day, end_day))
    return sales.filter(warehouse=warehouse) if warehouse else sales


def returns_between(start_day: date, end_day: date, warehouse: Warehouse | None = None) -> QuerySet[SaleReturn]:
    """Return what customers brought back in the days `start_day` to `end_day`, both included."""
    returns = SaleReturn.objects.filter(business_date__range=(start_day, end_day))
    return returns.filter(warehouse=warehouse) if warehouse else returns


def totals_by_day(start_day: date, end_day: date, warehouse: Warehouse | None = None) -> dict[date, SalesTotals]:
    """Return count and amounts by day, both ends included; days without a sale or return are missing."""
    parts: list[dict[date, tuple[int, Decimal]]] = []
    for rows in (paid_between(start_day, end_day, warehouse), returns_between(start_day, end_day, warehouse)):
        grouped = rows.order_by().values_list("business_date").annotate(n=Count("pk"), amount=Sum("total_amount"))
        parts.append({day: (n, amount) for day, n, amount in grouped})
    sold, back = parts
    nothing = (0, ZERO)
    return {day: SalesTotals(*sold.get(day, nothing), *back.get(day, nothing)) for day in sorted(sold.keys() | back)}


def top_products(
    start_day: date, end_day: date, warehouse: Warehouse | None = None, limit: int = 10, by: str = "revenue"
) -> list[dict[str, Any]]:
    """Return the best-selling products as {"product__sku", "product__name", "qty", "revenue"}, returns taken off.

    by: "revenue" or "qty". A discount on a whole sale is shared by its lines, as a refund shares it.
    Whole numbers are ints, others Decimal.
    """
    if by not in ("revenue", "qty"):
        raise ValueError("by must be revenue or qty")
    span = {"business_date__range": (start_day, end_day)} | ({"warehouse": warehouse} if warehouse else {})
    amount = _line_amount(shop_profile().currency)
    back = {
        row["product"]: row
        for row in _grouped(SaleReturnItem.objects.filter(**{f"sale_return__{k}": v for k, v in span.items()}), amount)
    }
    sold = _grouped(
        SaleItem.objects.filter(sale__status=Sale.Status.PAID, **{f"sale__{k}": v for k, v in span.items()}),
        _less_sale_discount(amount),
    )
    # Returns only take off, so the best `limit` are among as many more as have returns.
    rows = []
    for row in sold.order_by("-units" if by == "qty" else "-revenue", "product")[: limit + len(back)]:
        less = back.get(row["product"], {"units": ZERO, "revenue": ZERO})
        revenue = row["revenue"] - less["revenue"]
        rows.append(row | {"qty": row["units"] - less["units"], "revenue": round_half_up(revenue, CENT)})
    rows.sort(key=lambda row: (-row[by], row["product__sku"]))
    return [
        {
            "product__sku": row["product__sku"],
            "product__name": row["product__name"],
            "qty": _plain(row["qty"]),
            "revenue": _plain(row["revenue"]),
        }
        for row in rows[:limit]
        if row["qty"] > 0
    ]


def _grouped(items: QuerySet[Any], amount: ExpressionWrapper) -> QuerySet[Any, dict[str, Any]]:
    named = items.order_by().values("product", "product__sku", "product__name")
    units = ExpressionWrapper(F("qty") * F("factor"), output_field=_UNITS)
    return named.annotate(units=Sum(units), revenue=Sum(amount))


def _less_sale_discount(amount: ExpressionWrapper) -> ExpressionWrapper:
    """Take off the line's share of a discount on its whole sale."""
    # The share is no money, so it may be a float: SQLite divides whole numbers without a rest.
    share = Cast("sale__discount", FloatField()) / F("sale__subtotal")
    net = ExpressionWrapper(amount - amount * share, output_field=_AMOUNT)
    return ExpressionWrapper(Case(When(sale__discount__gt=0, then=net), default=amount), output_field=_AMOUNT)


def _line_amount(currency: str) -> ExpressionWrapper:
    """What a line costs, as `line_amount` below, computed by the database."""
    gross = F("qty") * F("price")
    step = Case(
        When(price=Round(F("price"), currency_decimals(currency)), then=Round(gross, currency_decimals(currency))),
        default=Round(gross, 2),
        output_field=_AMOUNT,
    )
    return ExpressionWrapper(step - F("discount"), output_field=_AMOUNT)


def line_amount(item: SaleItem | SaleReturnItem, currency: str) -> Decimal:
    """Return what a line costs: rounded to the currency's step, or to the cent where its price has cents."""
    step = currency_step(currency)
    if item.price != round_half_up(item.price, step):
        step = CENT
    return round_half_up(item.qty * item.price, step) - item.discount


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number


def sales_seen_by(user: User) -> QuerySet[Sale]:
    """Return the sales `user` may look at: all with sale_view, else their own of today. Baskets are no sales."""
    sales = Sale.objects.exclude(status=Sale.Status.DRAFT)
    if user.can("sale_view"):
        return sales
    profile = shop_profile()
    days = {business_today(warehouse, profile=profile) for warehouse in Warehouse.objects.all()}
    # Who paid a sale just before midnight still sees its change, and a shift may go on past it.
    is_fresh = Q(sold_at__gte=timezone.now() - JUST_PAID) | Q(shift__open_for=user)
    return sales.filter(is_fresh | Q(business_date__in=days), cashier=user)


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer has bought: how often, for how much, and the latest sales with their items."""

    count: int
    total: Decimal
    latest: QuerySet[Sale]


def bought_by(customer: Customer) -> Bought:
    """Return the paid sales of `customer`, the latest twenty whole."""
    paid = Sale.objects.filter(customer=customer, status=Sale.Status.PAID)
    sums = paid.order_by().aggregate(n=Count("pk"), amount=Sum("total_amount"))
    latest = paid.select_related("warehouse").prefetch_related("items__product").order_by("-sold_at")[:20]
    return Bought(sums["n"], sums["amount"] or ZERO, latest)


def cost_of(item: SaleItem | SaleReturnItem) -> Decimal:
    """Return what the units of a line had cost the shop."""
    return round_half_up(item.stock_qty * item.cost, CENT)


def moves_of(document: Sale | SaleReturn) -> QuerySet[StockMove]:
    """Return the moves of stock that a sale or a return made, in their order."""
    ref_type = RefType.SALE if isinstance(document, Sale) else RefType.RETURN
    moves = StockMove.objects.filter(ref_type=ref_type, ref_id=document.pk)
    return moves.select_related("product", "by").order_by("id")
