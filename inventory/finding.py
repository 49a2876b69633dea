"""What the search of everything finds among adjustments, transfers and counts, by number."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventori import search
from inventori.dates import wall_clock
from inventori.search import Hit, numbered, parts
from inventori.templatetags.inventori import spoken_day

from .counts import badge_code
from .models import StockAdjustment, StockCount, Transfer


def register() -> None:
    may = ("stock_view",)
    for source in (
        search.Source("transfers", _("Transfers"), "arrow-left-right", may, find_transfers, "inventory:transfer_list"),
        search.Source("counts", _("Stock counts"), "clipboard-check", may, find_counts, "inventory:count_list"),
        search.Source(
            "adjustments", _("Adjustments"), "plus-slash-minus", may, find_adjustments, "inventory:adjustment_list"
        ),
    ):
        search.register(source)


def find_transfers(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    rows = Transfer.objects.select_related("source", "target")
    return [
        Hit(
            str(transfer),
            reverse("inventory:transfer_show", args=[transfer.pk]),
            parts(
                f"{transfer.source} → {transfer.target}",
                spoken_day(wall_clock(transfer.sent_at, transfer.source.time_zone)),
            ),
            transfer.status,
            is_exact=is_exact,
        )
        for transfer, is_exact in numbered(rows, "number", text, limit)
    ]


def find_counts(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    rows = StockCount.objects.select_related("warehouse")
    return [
        Hit(
            str(count),
            reverse("inventory:count_show", args=[count.pk]),
            parts(count.warehouse, count.scope, spoken_day(wall_clock(count.opened_at, count.warehouse.time_zone))),
            badge_code(count),
            is_exact=is_exact,
        )
        for count, is_exact in numbered(rows, "number", text, limit)
    ]


def find_adjustments(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    rows = StockAdjustment.objects.select_related("warehouse")
    return [
        Hit(
            str(adjustment),
            reverse("inventory:adjustment_show", args=[adjustment.pk]),
            parts(
                adjustment.get_reason_display(),
                adjustment.warehouse,
                spoken_day(wall_clock(adjustment.posted_at, adjustment.warehouse.time_zone)),
            ),
            is_exact=is_exact,
        )
        for adjustment, is_exact in numbered(rows, "number", text, limit)
    ]
