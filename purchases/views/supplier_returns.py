"""Goods sent back to suppliers: what was sent, and sending it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventori.dates import wall_clock
from inventori.errors import DomainError, InsufficientStock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory.warehouse_choice import choosable, current_warehouse
from master.models import Product, Supplier
from purchases import selectors
from purchases.filters import SupplierReturnFilter
from purchases.models import GoodsReceipt, SupplierReturn
from purchases.receive_sheet import Row, Said, Sheet, do_step, sheet_typed
from purchases.refusals import LinesRefused
from purchases.return_forms import ReceiptReturnForm, ReturnHeadForm, ReturnLines, return_lines
from purchases.services.supplier_returns import supplier_return_post

COLUMNS = [
    Column("number", gettext_lazy("Number"), url="purchases:supplier_return_show", sort="id", css="mono"),
    Column(
        "returned_at",
        gettext_lazy("Time"),
        kind="datetime",
        value=lambda taken: wall_clock(taken.returned_at, taken.warehouse.time_zone),
        sort="returned_at",
    ),
    Column("supplier.name", gettext_lazy("Supplier"), sort="supplier__name"),
    Column("warehouse.name", gettext_lazy("Warehouse"), sort="warehouse__code"),
    Column("receipt.grn_number", gettext_lazy("Receipt"), css="mono"),
    Column("reason", gettext_lazy("Reason")),
    Column("lines", gettext_lazy("Products"), kind="qty"),
    Column("total_amount", gettext_lazy("Value"), kind="money", sort="total_amount", right="cost_view"),
    Column("by", gettext_lazy("Who"), sort="by__username"),
]


@requires("purchase_view")
def supplier_return_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.supplier_return_rows(),
        columns=COLUMNS,
        search=["number", "supplier__name", "receipt__grn_number", "reason"],
        search_hint=_("Number, receipt, supplier or reason"),
        filters=SupplierReturnFilter,
        default_sort="-number",
        export_name="supplier-returns",
        caption=_("Returns to suppliers"),
        empty_text=_("Nothing has been sent back yet. Goods of a receipt are sent back from its page."),
        empty_icon="box-arrow-up",
    )
    return page.render("purchases/supplier_return_list.html")


@requires("purchase_view")
def supplier_return_show(request: HttpRequest, pk: int) -> HttpResponse:
    rows = SupplierReturn.objects.select_related("supplier", "warehouse", "receipt", "by")
    taken = get_object_or_404(rows, pk=pk)
    lines = selectors.supplier_return_lines(taken)
    context = {
        "taken": taken,
        "returned_at": wall_clock(taken.returned_at, taken.warehouse.time_zone),
        "lines": lines,
        "has_batches": any(line.batch for line in lines),
    }
    return render(request, "purchases/supplier_return_show.html", context)


@requires("stock_adjust")
def receipt_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back some of what a receipt brought."""
    receipt = get_object_or_404(GoodsReceipt.objects.select_related("supplier", "warehouse"), pk=pk)
    form = ReceiptReturnForm(request.POST or None, receipt=receipt)
    key, status = request.POST.get("key") or new_key(), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                taken = supplier_return_post(
                    receipt=receipt, lines=form.lines, reason=form.cleaned_data["reason"], key=key, by=request.user
                )
                return _sent(request, taken)
            except DomainError as refusal:
                status = refusal.status
                _mark(form, refusal)
                refuse(form, refusal)
    context = {"form": form, "receipt": receipt, "key": key}
    return render(request, "purchases/receipt_return.html", context, status=status)


@requires("stock_adjust")
def supplier_return_create(request: HttpRequest) -> HttpResponse:
    """Send back what lies in a warehouse, whatever receipt it came with."""
    if request.method != "POST":
        return _empty_form(request)
    sheet = sheet_typed(request.POST, None)
    if request.POST.get("step"):
        return _stepped(request, sheet)
    head, lines = ReturnHeadForm(request.POST), return_lines(sheet, request.user)
    # Both are asked, so that one refusal names everything that is wrong.
    if not all([head.is_valid(), lines.is_valid()]):
        return _page(request, head, lines, 400)
    try:
        taken = supplier_return_post(
            **head.cleaned_data,
            lines=[form.line for form in lines.came],
            key=request.POST.get("key", ""),
            by=request.user,
        )
    except DomainError as refusal:
        _mark(lines, refusal)
        refuse(head, refusal)
        return _page(request, head, lines, refusal.status)
    return _sent(request, taken)


def _empty_form(request: HttpRequest) -> HttpResponse:
    """Open the form, with supplier, warehouse and one batch filled in where the address names them."""
    asked = request.GET
    warehouse = next((w for w in choosable(request) if w.code == asked.get("warehouse")), current_warehouse(request))
    supplier = Supplier.objects.filter(code=asked.get("supplier", "")).first()
    product = Product.objects.filter(sku=asked.get("product", "")).first()
    row = Row(str(product.pk), qty=asked.get("qty", ""), batch=asked.get("batch", "")) if product else None
    head = ReturnHeadForm(initial={"warehouse": warehouse, "supplier": supplier})
    return _page(request, head, return_lines(Sheet([row] if row else []), request.user), 200)


def _mark(form: ReceiptReturnForm | ReturnLines, refusal: DomainError) -> None:
    if isinstance(refusal, LinesRefused):
        form.mark(refusal)
    elif isinstance(refusal, InsufficientStock):
        form.mark_short(refusal)


def _sent(request: HttpRequest, taken: SupplierReturn) -> HttpResponse:
    messages.success(request, _("%(number)s is posted.") % {"number": taken.number})
    return redirect("purchases:supplier_return_show", pk=taken.pk)


def _stepped(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Do one step and show the sheet again: its lines alone to a script, the whole page without one."""
    said = do_step(sheet, request.POST["step"], request.POST.get("scan", ""))
    lines = return_lines(sheet, request.user)
    if request.headers.get("X-Part") == "lines":
        return render(request, "purchases/receive_lines.html", {"lines": lines, "sheet": sheet, "said": said})
    return _page(request, ReturnHeadForm(initial=request.POST.dict()), lines, 200, said)


def _page(
    request: HttpRequest, head: ReturnHeadForm, lines: ReturnLines, status: int, said: Said | None = None
) -> HttpResponse:
    context = {
        "form": head,
        "lines": lines,
        "sheet": lines.sheet,
        "said": said or Said(),
        "key": request.POST.get("key") or new_key(),
    }
    return render(request, "purchases/supplier_return_new.html", context, status=status)
