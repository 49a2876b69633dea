"""The reports: one address for each, which reproduces it on screen, on paper and as a file."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django_stubs_ext import StrOrPromise

from inventori.errors import DomainError
from inventori.money import use_currency
from inventori.permissions import requires
from master.selectors import shop_profile
from summary.reports.buying import PURCHASES, RECEIPTS
from summary.reports.files import KINDS, sheet_file
from summary.reports.report import Report, Sheet
from summary.reports.stock import STOCK_CARD, STOCK_ON, VALUATION

REPORTS = (PURCHASES, RECEIPTS, STOCK_CARD, STOCK_ON, VALUATION)


@dataclass(frozen=True)
class Entry:
    """A report on the index page."""

    title: StrOrPromise
    hint: StrOrPromise
    icon: str
    url: str


@require_GET
@requires("stock_view", "purchase_view", "cost_view")
def report_index(request: HttpRequest) -> HttpResponse:
    can = request.user.can
    entries = [
        Entry(report.title, report.hint, report.icon, reverse(f"summary:report_{report.name}"))
        for report in REPORTS
        if can(report.right)
    ]
    if can("stock_view"):
        entries += [
            Entry(
                _("Expiry list"),
                _("Batches that expire within 30, 60 and 90 days, and those that have expired."),
                "calendar-x",
                reverse("summary:expiry_list"),
            ),
            Entry(
                _("Recall of a batch"),
                _("From a batch number to every receipt, sale and customer, and to where it lies now."),
                "megaphone",
                reverse("summary:recall"),
            ),
        ]
    return render(request, "summary/report_list.html", {"entries": entries})


def _view(report: Report) -> Callable[..., HttpResponseBase]:
    """Make the page of one report."""

    @require_GET
    @requires(report.right)
    def show(request: HttpRequest) -> HttpResponseBase:
        use_currency(shop_profile().currency)
        form = report.form(request.GET)
        context = {"report": report, "form": form}
        if not form.is_valid():
            return render(request, "summary/report.html", context, status=400 if request.GET else 200)
        rows = report.rows(form.cleaned_data)
        sheet = Sheet(report.name, str(report.title), form.facts, report.columns, rows, report.totals, request.user)
        return sheet_response(request, sheet, "summary/report.html", context)

    return show


def sheet_response(request: HttpRequest, sheet: Sheet, template: str, context: dict) -> HttpResponseBase:
    """Answer with the page, or with the file that the address asks for."""
    kind, status = request.GET.get("export", ""), 200
    if kind in KINDS:
        try:
            return sheet_file(sheet, kind)
        except DomainError as refusal:
            context, status = context | {"refusal": refusal}, refusal.status
    return render(request, template, context | {"sheet": sheet}, status=status)


purchases = _view(PURCHASES)
receipts = _view(RECEIPTS)
stock_card = _view(STOCK_CARD)
stock_on_day = _view(STOCK_ON)
valuation = _view(VALUATION)
