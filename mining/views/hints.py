"""What goes well with a basket, and what became of it: asked and told by the till.

None of these may stop a sale: whatever goes wrong, the till gets no hint, and the error is logged.
"""

import logging
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from inventori.permissions import requires
from master.models import Product
from mining.hinting import Hint, hint_settings, hints_for, is_control
from mining.models import ShownHint
from mining.services.hints import hint_answer, hints_record
from sales.shifts import open_shift_of

logger = logging.getLogger(__name__)
MOST_SKUS = 300
# Tells the till that there was something to write down, also where the sale is a control and sees nothing.
TO_RECORD = "X-Hints"


@never_cache
@require_GET
@requires("sell")
def recommendations(request: HttpRequest) -> JsonResponse:
    """Answer ?sku=A&sku=B&basket=KEY with [{"product": id, "sku": …, "name": …}, …], the best first."""
    key = request.GET.get("basket", "")[:64]
    try:
        settings = hint_settings()
        hints = _hints(request, settings, key) if settings.is_on else []
    except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError):
        logger.exception("no hints")
        return JsonResponse([], safe=False)
    is_shown = not (key and is_control(key, settings.control_percent))
    shown = [{"product": hint.product_id, "sku": hint.sku, "name": hint.name} for hint in hints if is_shown]
    answer = JsonResponse(shown, safe=False)
    if hints and key:
        answer[TO_RECORD] = "1"
    return answer


def _hints(request: HttpRequest, settings: Any, key: str) -> list[Hint]:
    shift = open_shift_of(request.user)
    if shift is None:
        return []
    basket = _products(request.GET.getlist("sku"))
    return hints_for(basket=basket, warehouse=shift.warehouse, settings=settings, sale_key=key)


def _products(skus: list[str]) -> list[int]:
    return list(Product.objects.filter(sku__in=skus[:MOST_SKUS]).values_list("pk", flat=True)) if skus else []


@require_POST
@requires("sell")
def hints_shown(request: HttpRequest) -> HttpResponse:
    """Write down what the till shows for a basket; the hints are computed here, not taken from the page."""
    shift = open_shift_of(request.user)
    if shift is not None:
        hints_record(
            key=request.POST.get("basket", "")[:64],
            basket=_products(request.POST.getlist("sku")),
            warehouse=shift.warehouse,
            by=request.user,
        )
    return HttpResponse(status=204)


@require_POST
@requires("sell")
def hints_take(request: HttpRequest) -> HttpResponse:
    return _answer(request, ShownHint.Outcome.TAKEN)


@require_POST
@requires("sell")
def hints_refuse(request: HttpRequest) -> HttpResponse:
    return _answer(request, ShownHint.Outcome.REFUSED)


def _answer(request: HttpRequest, outcome: str) -> HttpResponse:
    product, key = request.POST.get("product", ""), request.POST.get("basket", "")[:64]
    if product.isdecimal() and len(product) < 19:
        hint_answer(key=key, product_id=int(product), outcome=outcome, by=request.user)
    return HttpResponse(status=204)
