"""Labels with barcode and price, for the goods and for the shelf."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from inventori.search import tidy
from inventory.label_form import LabelForm, asked_rows, typed_rows
from inventory.label_pdf import labels_pdf
from inventory.label_rows import MOST_ROWS, LabelRow, labels_of, products_meant, rows_of_products, unit_scanned
from inventory.label_sheets import LAYOUTS
from master.models import Product
from master.selectors import shop_profile

MATCHES = 12


@requires("master_view")
def label_print(request: HttpRequest) -> HttpResponse:
    """Choose products and how many labels of each, and print them. Nothing is stored.

    ?items=12:10,15:4 starts with ten labels of product 12 and four of 15.
    """
    if request.method != "POST":
        return _page(request, LabelForm(), asked_rows(request.GET.get("items", "")))
    form = LabelForm(request.POST)
    form.full_clean()
    rows = typed_rows(request.POST, form)
    if dropped := request.POST.get("drop"):
        return _page(request, form, [row for row in rows if row.item != dropped])
    if not form.is_valid():
        return _page(request, form, rows)
    if request.POST.get("do") == "print":
        return _pdf(request, form, rows)
    return _add(request, form, rows)


def _add(request: HttpRequest, form: LabelForm, rows: list[LabelRow]) -> HttpResponse:
    """Put what was scanned, chosen or found into the list; a text that means several asks which."""
    given = form.cleaned_data
    text, category, shelf = tidy(given["text"]), given["category"], given["shelf"]
    if unit := unit_scanned(text):
        return _page(request, form.emptied(), _joined(request, rows, [LabelRow(unit.product, unit, given["each"])]))
    if chosen := request.POST.get("add"):
        found = list(Product.objects.filter(sku=chosen))
    elif text or category or shelf:
        found = list(products_meant(text=text, category=category and category.pk, shelf=shelf)[: MOST_ROWS + 1])
    else:
        form.add_error("text", _("Scan a product, or choose a category or a shelf."))
        return _page(request, form, rows)
    if not found:
        form.add_error(None, _("No active product is meant by this. Check it, or choose another."))
        return _page(request, form, rows)
    if len(found) > 1 and text and not chosen:
        return _page(request, form, rows, matches=found[:MATCHES])
    more = rows_of_products(found, given["each"], with_units=given["with_units"])
    return _page(request, form.emptied(), _joined(request, rows, more))


def _joined(request: HttpRequest, rows: list[LabelRow], more: list[LabelRow]) -> list[LabelRow]:
    """Add rows to the list; what stands in it already gets more labels."""
    by_item = {row.item: row for row in rows}
    for row in more:
        if row.item in by_item:
            by_item[row.item].count += row.count
        else:
            by_item[row.item] = row
    if len(by_item) > MOST_ROWS:
        messages.warning(request, _("The list holds %(n)s rows at most. Print these first.") % {"n": MOST_ROWS})
    return list(by_item.values())[:MOST_ROWS]


def _pdf(request: HttpRequest, form: LabelForm, rows: list[LabelRow]) -> HttpResponse:
    given = form.cleaned_data
    try:
        labels = labels_of(rows, currency=shop_profile().currency, day=timezone.localdate())
    except DomainError as error:
        refuse(form, error)
        return _page(request, form, rows)
    layout = LAYOUTS[given["layout"]]
    is_shelf = given["kind"] == "shelf"
    pdf = labels_pdf(labels, layout, for_shelf=is_shelf, start=given["start"], title=_("Labels"))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return answer


def _page(request: HttpRequest, form: LabelForm, rows: list[LabelRow], **more: Any) -> HttpResponse:
    context = {"form": form, "rows": rows, "total": sum(row.count for row in rows), **more}
    return render(request, "inventory/label_print.html", context)
