"""The receipt on paper: 80 mm, or 58 mm with ?width=58."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from inventori.dates import TIME_ZONES, wall_clock
from inventori.permissions import requires
from master.selectors import shop_profile, tax_rate_on
from sales.selectors import line_amount, sales_seen_by

WIDTHS = ("80", "58")


@requires("sale_view", "sell")
def sale_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the receipt; ?print=1 opens the print dialog, ?copy=1 marks it as a copy."""
    seen = sales_seen_by(request.user).select_related("warehouse", "cashier", "customer")
    sale = get_object_or_404(seen, pk=pk)
    profile = shop_profile()
    items = sale.items.select_related("product")
    asked = request.GET.get("width")
    context = {
        "sale": sale,
        "profile": profile,
        "lines": [(item, line_amount(item, profile.currency)) for item in items],
        # A cancelled sale has its payments twice: as they were made, and paid back.
        "payments": [payment for payment in sale.payments.all() if payment.amount >= 0],
        "sold_at": wall_clock(sale.sold_at, sale.warehouse.time_zone),
        "zone": dict(TIME_ZONES)[sale.warehouse.time_zone],
        "rate": tax_rate_on(sale.business_date, profile=profile) if sale.tax or sale.tax_included else None,
        "width": asked if asked in WIDTHS else WIDTHS[0],
        "is_copy": request.GET.get("copy") == "1",
        "prints": request.GET.get("print") == "1",
    }
    return render(request, "sales/receipt.html", context)
