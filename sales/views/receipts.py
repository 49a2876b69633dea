"""The receipt on paper: 80 mm, or 58 mm with ?width=58."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.dates import TIME_ZONES, wall_clock
from inventori.money import ZERO
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


@never_cache
@require_GET
@requires("sell")
def sale_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the change, and wait for the next customer."""
    own = sales_seen_by(request.user).filter(cashier=request.user)
    sale = get_object_or_404(own.select_related("warehouse", "customer"), pk=pk)
    payments = list(sale.payments.all())
    context = {
        "sale": sale,
        "tendered": sum((payment.tendered for payment in payments), ZERO),
        "change": sum((payment.change for payment in payments), ZERO),
        "page_keys": [("Enter", _("New sale")), ("P", _("Print the receipt"))],
    }
    return render(request, "sales/sale_done.html", context)
