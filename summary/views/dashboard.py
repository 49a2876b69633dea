"""The dashboard, and the figures that it hands out as data."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventori.errors import InvalidInput
from inventori.money import use_currency
from inventori.permissions import requires
from inventory.models import Warehouse
from inventory.warehouse_choice import choosable, current_warehouse
from master.selectors import shop_profile
from sales.selectors import top_products
from summary import selectors
from summary.periods import PERIODS, Span, named_span
from summary.tiles import Board, guarded, tiles

MAX_LIMIT = 100


# --- The dashboard ------------------------------------------------------------------------
@require_GET
@requires("dashboard_view")
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the day: sales, stock and orders, each as far as the person may see it."""
    use_currency(shop_profile().currency)
    board = _board(request)
    asked = _asked(request, board)
    can = request.user.can
    context = {
        "board": board,
        "asked": asked,
        "periods": PERIODS.items(),
        "steps": guarded(lambda: selectors.first_steps(choosable(request)), None),
        "tiles": tiles(board, can),
        "chart": guarded(board.chart, None) if can("sale_view") else None,
        "low": guarded(board.low_list, None) if can("stock_view") else None,
    }
    if can("sale_view"):
        span = asked.span(board)
        context |= {"span": span, "best": guarded(lambda: board.best_sellers(span), None)}
    return render(request, "summary/dashboard.html", context)


@dataclass(frozen=True)
class Asked:
    """The period in the address; what cannot be read falls back to this month and says why."""

    period: str
    start: str
    end: str
    error: str = ""

    def span(self, board: Board) -> Span:
        return named_span("month" if self.error else self.period, board.today, start=self.start, end=self.end)


def _asked(request: HttpRequest, board: Board) -> Asked:
    period, start, end = (request.GET.get(name, "") for name in ("period", "from", "to"))
    if period == "custom" and not (start or end):
        # Chosen just now: the fields open with this month, to be changed.
        start, end = board.today.replace(day=1).isoformat(), board.today.isoformat()
    asked = Asked(period or "month", start, end)
    try:
        asked.span(board)
    except InvalidInput as refusal:
        return Asked(asked.period, start, end, error=str(refusal))
    return asked


def _board(request: HttpRequest) -> Board:
    warehouse = _asked_warehouse(request)
    return Board(warehouse=warehouse, today=selectors.today_of(warehouse or current_warehouse(request)))


def _asked_warehouse(request: HttpRequest) -> Warehouse | None:
    code = request.GET.get("warehouse", "").upper()
    return next((w for w in choosable(request) if w.code == code), None)


# --- Data ------------------------------------------------------------------------------------
@require_GET
@requires("sale_view")
def top_products_data(request: HttpRequest) -> JsonResponse:
    """Answer the best-selling products of a period as JSON, returns taken off."""
    try:
        board = _board(request)
        span, limit = _asked_span(request, board), _limit(request.GET.get("limit", "10"))
    except InvalidInput as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    rows = top_products(span.start, span.end, board.warehouse, limit)
    return JsonResponse([_as_numbers(row) for row in rows], safe=False)


def _asked_span(request: HttpRequest, board: Board) -> Span:
    asked = request.GET
    if asked.get("warehouse", "all").lower() != "all" and board.warehouse is None:
        raise InvalidInput(_("There is no warehouse “%(code)s”.") % {"code": asked["warehouse"]})
    start, end = asked.get("from", ""), asked.get("to", "")
    return named_span(asked.get("period", "month"), board.today, start=start, end=end)


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_LIMIT:
        raise InvalidInput(_("“limit” must be a number from 1 to %(most)s.") % {"most": MAX_LIMIT})
    return int(text)


def _as_numbers(row: dict) -> dict:
    # JSON has one kind of number. Its text is made from the exact amount here and nothing is computed with it.
    return row | {name: row[name] if isinstance(row[name], int) else float(row[name]) for name in ("qty", "revenue")}
