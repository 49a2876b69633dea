"""What a customer has bought: a part of the customer's page, asked for by its address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.dates import wall_clock
from inventori.permissions import requires
from master.models import Customer
from sales.selectors import bought_by


@never_cache
@require_GET
@requires("sale_view", "sell")
def customer_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the latest purchases of one customer and what they come to; costs are not among it."""
    history = bought_by(get_object_or_404(Customer, pk=pk))
    rows = [(sale, wall_clock(sale.sold_at, sale.warehouse.time_zone), sale.items.all()) for sale in history.latest]
    return render(request, "sales/customer_history.html", {"history": history, "rows": rows})
