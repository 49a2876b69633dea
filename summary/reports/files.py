"""A sheet as a file: Excel, CSV or PDF."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from inventori.exports import csv_response, xlsx_response
from master.selectors import shop_profile

from .pdf import sheet_pdf
from .report import Sheet

KINDS = ("xlsx", "csv", "pdf")


def sheet_file(sheet: Sheet, kind: str) -> HttpResponseBase:
    """Answer with the sheet as a file of `kind`; all its rows, and its totals as the last line."""
    name = slugify(sheet.name.replace("_", "-"))
    totals = _labelled(sheet) if sheet.has_totals else []
    if kind == "csv":
        return csv_response(name, sheet.header, [*sheet.plain_rows, *([totals] if totals else [])])
    if kind == "xlsx":
        return xlsx_response(name, sheet.header, sheet.plain_rows, totals)
    drawn = sheet_pdf(sheet, shop=shop_profile().name, printed_at=timezone.localtime())
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _labelled(sheet: Sheet) -> list[Any]:
    first, *others = sheet.total_values
    return [_("Total") if first is None else first, *others]
