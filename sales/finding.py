"""What the search of everything finds among sales: a cashier only their own of today."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventori import search
from inventori.dates import wall_clock
from inventori.search import Hit, numbered, parts
from inventori.templatetags.inventori import spoken_day

from .selectors import sales_seen_by


def register() -> None:
    search.register(search.Source("sales", _("Sales"), "receipt", ("sale_view", "sell"), find_sales, "sales:sale_list"))


def find_sales(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    user: Any = request.user
    rows = sales_seen_by(user).select_related("customer", "warehouse")
    return [
        Hit(
            sale.invoice_number,
            reverse("sales:sale_show", args=[sale.pk]),
            parts(sale.customer, spoken_day(wall_clock(sale.sold_at, sale.warehouse.time_zone))),
            sale.status,
            is_exact=is_exact,
        )
        for sale, is_exact in numbered(rows, "invoice_number", text, limit)
    ]
