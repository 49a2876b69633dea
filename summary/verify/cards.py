"""Replays every stock card: balance, stock on hand and average cost, move by move."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

from inventori.money import ZERO
from inventory.ledger import moving_average
from inventory.models import Stock, StockMove
from master.models import Product

Row = tuple[str, str, Any, Any]  # rule, subject, expected, found

# Products whose moves are in memory at once; a driver that buffers whole results stays small.
PRODUCTS_AT_ONCE = 200
_COLUMNS = ("product_id", "warehouse_id", "id", "qty_in", "qty_out", "balance", "unit_cost")


def stock_card_differences() -> Iterator[Row]:
    """Yield what a replay of all moves, in the order they were posted, does not reproduce."""
    ids = [0, *Product.objects.order_by("pk").values_list("pk", flat=True)[PRODUCTS_AT_ONCE - 1 :: PRODUCTS_AT_ONCE]]
    ids.append(2**62)
    for after, upto in pairwise(ids):
        yield from _slice_differences(after, upto)


def _slice_differences(after: int, upto: int) -> Iterator[Row]:
    here = {"product_id__gt": after, "product_id__lte": upto}
    stocks = {
        (stock.product_id, stock.warehouse_id): stock
        for stock in Stock.objects.filter(**here).select_related("product", "warehouse")
    }
    moves = StockMove.objects.filter(**here).order_by("product_id", "warehouse_id", "id").values_list(*_COLUMNS)
    for key, card in groupby(moves, key=lambda move: move[:2]):
        yield from _card_differences(key, list(card), stocks.pop(key, None))
    for stock in stocks.values():
        if stock.qty:
            yield "stock equals its moves (I1)", _name(stock), ZERO, stock.qty


def _card_differences(key: tuple[int, int], card: list[tuple], stock: Stock | None) -> Iterator[Row]:
    name = _name(stock) if stock else f"product {key[0]} in warehouse {key[1]}"
    balance = average = ZERO
    chain_holds = True
    for _product, _warehouse, move_id, qty_in, qty_out, written, unit_cost in card:
        if qty_in:
            average = moving_average(balance, average, qty_in, unit_cost)
        elif unit_cost != average:
            yield "goods leave at their average cost", f"{name}, move {move_id}", average, unit_cost
        balance += qty_in - qty_out
        if written != balance:
            yield "running balance follows the moves", f"{name}, move {move_id}", balance, written
            # One changed move shows once, not on every line after it.
            chain_holds = False
            break
    balance = sum((move[3] - move[4] for move in card), ZERO)
    if stock is None or stock.qty != balance:
        yield "stock equals its moves (I1)", name, balance, stock.qty if stock else None
    elif chain_holds and stock.average_cost != average:
        yield "average cost follows the receipts", name, average, stock.average_cost


def _name(stock: Stock) -> str:
    return f"{stock.product.sku} in {stock.warehouse.code}"
