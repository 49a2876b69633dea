"""The stock card, stock on a past day, and what it was worth."""

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from inventori.dates import wall_clock
from inventori.lists import Column
from inventori.money import ZERO, currency_step, round_half_up
from inventory.batches import tidy_number
from inventory.models import RefType, StockMove, Warehouse
from inventory.past import averages_on, stock_on
from inventory.selectors import products_named
from inventory.sources import card_url
from master.models import Product
from master.selectors import shop_profile

from .columns import UNIT_COST, of_batch, of_quantity
from .forms import CardForm, DayForm
from .report import Report


# --- The stock card ------------------------------------------------------------------
def _card(asked: dict[str, Any]) -> list[dict[str, Any]]:
    moves = StockMove.objects.filter(product=asked["product"])
    if asked["warehouse"]:
        moves = moves.filter(warehouse=asked["warehouse"])
    if asked["batch"]:
        moves = moves.filter(batch__number=tidy_number(asked["batch"]))
    before = moves.filter(business_date__lt=asked["day_from"]).order_by()
    sums = before.aggregate(ins=Sum("qty_in"), outs=Sum("qty_out"))
    balance = (sums["ins"] or ZERO) - (sums["outs"] or ZERO)
    found = [{"moved_at": asked["day_from"], "source": str(_("Balance before")), "balance": balance}]
    within = moves.filter(business_date__gte=asked["day_from"], business_date__lte=asked["day_to"])
    for move in within.select_related("warehouse", "batch", "by").order_by("business_date", "id"):
        balance += move.qty_in - move.qty_out
        found.append(_card_row(move) | {"balance": balance})
    return found


def _card_row(move: StockMove) -> dict[str, Any]:
    return {
        "moved_at": wall_clock(move.moved_at, move.warehouse.time_zone),
        "warehouse": move.warehouse.name,
        "source": str(RefType(move.ref_type).label),
        "note": move.note,
        "batch": move.batch.number if move.batch else "",
        "expires_on": move.batch.expires_on if move.batch else None,
        "qty_in": move.qty_in or None,
        "qty_out": move.qty_out or None,
        "unit_cost": move.unit_cost,
        "by": str(move.by),
    }


STOCK_CARD = Report(
    name="stock_card",
    title=_("Stock card"),
    hint=_("Every move of one product between two days, from the balance before to the balance after."),
    icon="journal-text",
    right="stock_view",
    form=CardForm,
    columns=[
        Column("moved_at", _("Time"), kind="datetime"),
        Column("warehouse", _("Warehouse")),
        Column("source", _("Source")),
        Column("note", _("Note")),
        *of_batch("batch", "expires_on"),
        Column("qty_in", _("In"), kind="qty"),
        Column("qty_out", _("Out"), kind="qty"),
        Column("balance", _("Balance"), kind="qty", css="strong"),
        UNIT_COST,
        Column("by", _("Who")),
    ],
    rows=_card,
    totals=("qty_in", "qty_out"),
)


# --- Stock on a day --------------------------------------------------------------------
def _products(asked: dict[str, Any]) -> dict[int, Product] | None:
    """Return the products asked for, by id; None where nothing was asked."""
    if not (asked["category"] or asked["product"]):
        return None
    found = products_named(asked["product"]) if asked["product"] else Product.objects.all()
    if asked["category"]:
        found = found.filter(category=asked["category"])
    return found.select_related("category").in_bulk()


def _on_day(asked: dict[str, Any]) -> list[dict[str, Any]]:
    products = _products(asked)
    ids = None if products is None else list(products)
    lying = {
        key: qty for key, qty in stock_on(asked["day"], warehouse=asked["warehouse"], product_ids=ids).items() if qty
    }
    if products is None:
        products = Product.objects.select_related("category").in_bulk({key[0] for key in lying})
    places = Warehouse.objects.in_bulk()
    rows = [_day_row(products[key[0]], places[key[1]], qty) for key, qty in lying.items()]
    return sorted(rows, key=lambda row: (row["name"].casefold(), row["sku"], row["code"]))


def _day_row(product: Product, warehouse: Warehouse, qty: Any) -> dict[str, Any]:
    return {
        "key": (product.pk, warehouse.pk),
        "name": product.name,
        "sku": product.sku,
        "category": product.category.name,
        "warehouse": warehouse.name,
        "code": warehouse.code,
        "qty": round(qty, 3),
        "uom": product.uom,
    }


def _valued(asked: dict[str, Any]) -> list[dict[str, Any]]:
    rows, step = _on_day(asked), currency_step(shop_profile().currency)
    ids = sorted({row["key"][0] for row in rows}) if asked["category"] or asked["product"] else None
    averages = averages_on(asked["day"], warehouse=asked["warehouse"], product_ids=ids)
    for row in rows:
        row["average_cost"] = averages.get(row["key"], ZERO)
        row["value"] = round_half_up(row["qty"] * row["average_cost"], step)
    return rows


_DAY_COLUMNS = [
    Column("name", _("Product"), url=lambda row: card_url(row["sku"], row["code"])),
    Column("sku", _("SKU"), css="mono"),
    Column("category", _("Category")),
    Column("warehouse", _("Warehouse")),
    *of_quantity("uom"),
]

STOCK_ON = Report(
    name="stock_on",
    title=_("Stock on a day"),
    hint=_("What lay in each warehouse at the end of a business day, counted from the moves up to it."),
    icon="calendar-date",
    right="stock_view",
    form=DayForm,
    columns=_DAY_COLUMNS,
    rows=_on_day,
    totals=("qty",),
)

VALUATION = Report(
    name="valuation",
    title=_("Stock value"),
    hint=_("What the stock was worth at the end of a business day, at its moving average cost."),
    icon="cash-coin",
    right="cost_view",
    form=DayForm,
    columns=[
        *_DAY_COLUMNS,
        Column("average_cost", _("Average cost"), kind="money"),
        Column("value", _("Value"), kind="money"),
    ],
    rows=_valued,
    totals=("qty", "value"),
)
