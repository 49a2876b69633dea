"""How a supplier has delivered: a part of the supplier's page, asked for by its address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.permissions import requires
from master.models import Supplier
from purchases.supplier_record import prices_of, record_of


@never_cache
@require_GET
@requires("purchase_view")
def supplier_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lead time, punctuality and completeness of one supplier; prices to those who may see costs."""
    supplier = get_object_or_404(Supplier, pk=pk)
    prices = prices_of(supplier) if request.user.can("cost_view") else None
    context = {"supplier": supplier, "record": record_of(supplier), "prices": prices}
    return render(request, "purchases/supplier_record.html", context)
