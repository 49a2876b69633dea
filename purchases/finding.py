"""What the search of everything finds among orders, receipts and returns, by number."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventori import search
from inventori.dates import wall_clock
from inventori.search import Hit, numbered, parts
from inventori.templatetags.inventori import spoken_day

from .models import GoodsReceipt, PurchaseOrder, SupplierReturn


def register() -> None:
    search.register(
        search.Source("orders", _("Purchase orders"), "bag", ("purchase_view",), find_orders, "purchases:order_list")
    )
    search.register(
        search.Source(
            "receipts",
            _("Goods receipts"),
            "box-arrow-in-down",
            ("purchase_view",),
            find_receipts,
            "purchases:receipt_list",
        )
    )
    search.register(
        search.Source(
            "supplier_returns",
            _("Returns to suppliers"),
            "box-arrow-up",
            ("purchase_view",),
            find_supplier_returns,
            "purchases:supplier_return_list",
        )
    )


def find_orders(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    rows = PurchaseOrder.objects.select_related("supplier", "warehouse")
    return [
        Hit(
            order.po_number or str(order),
            reverse("purchases:order_show", args=[order.pk]),
            parts(order.supplier, spoken_day(wall_clock(order.ordered_at, order.warehouse.time_zone))),
            order.status,
            is_exact=is_exact,
        )
        for order, is_exact in numbered(rows, "po_number", text, limit)
    ]


def find_receipts(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    rows = GoodsReceipt.objects.select_related("supplier", "warehouse")
    return [
        Hit(
            receipt.grn_number or str(receipt),
            reverse("purchases:receipt_show", args=[receipt.pk]),
            parts(receipt.supplier, spoken_day(wall_clock(receipt.received_at, receipt.warehouse.time_zone))),
            is_exact=is_exact,
        )
        for receipt, is_exact in numbered(rows, "grn_number", text, limit)
    ]


def find_supplier_returns(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    rows = SupplierReturn.objects.select_related("supplier", "warehouse")
    return [
        Hit(
            taken.number or str(taken),
            reverse("purchases:supplier_return_show", args=[taken.pk]),
            parts(taken.supplier, spoken_day(wall_clock(taken.returned_at, taken.warehouse.time_zone))),
            is_exact=is_exact,
        )
        for taken, is_exact in numbered(rows, "number", text, limit)
    ]
