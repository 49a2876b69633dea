"""Corrections of stock, opening stock among them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventori.dates import wall_clock
from inventori.errors import DomainError, InsufficientStock
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory import selectors
from inventory.filters import AdjustmentFilter
from inventory.forms import MORE_ROWS, AdjustmentForm, line_forms, typed_so_far
from inventory.lookup import line_preview
from inventory.models import StockAdjustment
from inventory.services import adjustment_enter
from inventory.sources import card_url
from inventory.warehouse_choice import choosable, current_warehouse

COLUMNS = [
    Column("number", gettext_lazy("Number"), url="inventory:adjustment_show", sort="id", css="mono"),
    Column(
        "posted_at",
        gettext_lazy("Time"),
        kind="datetime",
        value=lambda row: wall_clock(row.posted_at, row.warehouse.time_zone),
        sort="posted_at",
    ),
    Column("warehouse.name", gettext_lazy("Warehouse"), sort="warehouse__code"),
    Column("get_reason_display", gettext_lazy("Reason"), sort="reason"),
    Column("lines", gettext_lazy("Products"), kind="qty"),
    Column("note", gettext_lazy("Note")),
    Column("by", gettext_lazy("Who"), sort="by__username"),
]


@requires("stock_view")
def adjustment_list(request: HttpRequest) -> HttpResponseBase:
    may_post = request.user.can("stock_adjust")
    page = ListPage(
        request,
        selectors.adjustment_rows(),
        columns=COLUMNS,
        search=["number", "note"],
        search_hint=_("Number or note"),
        filters=AdjustmentFilter,
        default_sort="-number",
        export_name="adjustments",
        caption=_("Adjustments"),
        empty_text=_("No adjustment yet. The first one is usually the opening stock: what lies on the shelves today."),
        empty_icon="plus-slash-minus",
        empty_url=f"{reverse('inventory:adjustment_create')}?reason=OPENING" if may_post else "",
        empty_label=_("Enter the opening stock"),
    )
    return page.render("inventory/adjustment_list.html")


@requires("stock_view")
def adjustment_show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one adjustment with what it changed."""
    adjustment = get_object_or_404(StockAdjustment.objects.select_related("warehouse", "by"), pk=pk)
    context = {
        "adjustment": adjustment,
        "posted_at": wall_clock(adjustment.posted_at, adjustment.warehouse.time_zone),
    }
    page = ListPage(
        request,
        selectors.adjustment_lines(adjustment),
        columns=_line_columns(adjustment),
        search=["product__sku", "product__name"],
        search_hint=_("SKU or name"),
        default_sort="pk",
        page_size=50,
        export_name=adjustment.number or "adjustment",
        caption=_("What changed"),
    )
    return page.render("inventory/adjustment_show.html", context)


def _line_columns(adjustment: StockAdjustment) -> list[Column]:
    place = adjustment.warehouse.code
    return [
        Column(
            "product.name",
            gettext_lazy("Product"),
            url=lambda line: card_url(line.product.sku, place),
            sort="product__name",
        ),
        Column("product.sku", gettext_lazy("SKU"), css="mono"),
        Column("batch.number", gettext_lazy("Batch number"), css="mono"),
        Column("change", gettext_lazy("Change"), kind="qty", value=lambda line: line.qty_in - line.qty_out),
        Column("product.uom", gettext_lazy("Unit")),
        Column("balance", gettext_lazy("Balance after"), kind="qty"),
        Column("unit_cost", gettext_lazy("Unit cost"), kind="money", right="cost_view"),
    ]


@requires("stock_adjust")
def adjustment_create(request: HttpRequest) -> HttpResponse:
    """Fill in and post an adjustment; a refused one comes back as it was typed, its rows marked."""
    if request.method != "POST":
        return _empty_form(request)
    if "more" in request.POST:
        return _with_more_rows(request)
    head, lines = AdjustmentForm(request.POST), line_forms(request.user, request.POST)
    # Both are asked, so that one refusal names everything that is wrong.
    if not all([head.is_valid(), lines.is_valid()]):
        return _page(request, head, lines, request.POST.get("key", ""), 400)
    try:
        adjustment = adjustment_enter(
            **head.cleaned_data, lines=lines.lines, key=request.POST.get("key", ""), by=request.user
        )
    except DomainError as refusal:
        if isinstance(refusal, InsufficientStock):
            lines.mark_short(refusal)
        refuse(head, refusal)
        return _page(request, head, lines, request.POST.get("key", ""), refusal.status)
    messages.success(request, _("%(number)s is posted.") % {"number": adjustment.number})
    return redirect("inventory:adjustment_show", pk=adjustment.pk)


def _empty_form(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("warehouse", "").upper()
    asked = next((w for w in choosable(request) if w.code == code), None) or current_warehouse(request)
    head = AdjustmentForm(initial={"warehouse": asked, "reason": request.GET.get("reason", "")})
    product = request.GET.get("product", "")
    # Goods that are thrown away go out one by one as a rule: a quick entry has it typed already.
    row = {"product": product, "qty": request.GET.get("qty", ""), "batch": request.GET.get("batch", "")}
    lines = line_forms(request.user, initial=[row] if product else [])
    return _page(request, head, lines, new_key(), 200)


def _with_more_rows(request: HttpRequest) -> HttpResponse:
    """Open the form again as it was typed, with more rows: how rows are added without scripts."""
    head, rows = typed_so_far(request.POST)
    lines = line_forms(request.user, initial=rows, extra=MORE_ROWS)
    return _page(request, AdjustmentForm(initial=head), lines, request.POST.get("key", ""), 200)


def _page(request: HttpRequest, head: AdjustmentForm, lines, key: str, status: int) -> HttpResponse:
    context = {
        "form": head,
        "lines": lines,
        "key": key or new_key(),
        "caption": _("Products to adjust"),
        "list_url": reverse("inventory:adjustment_list"),
        "preview_url": reverse("inventory:adjustment_preview"),
    }
    return render(request, "inventory/adjustment_create.html", context, status=status)


@require_GET
@requires("stock_adjust")
def adjustment_preview(request: HttpRequest) -> JsonResponse:
    """Answer what a half-filled line would do: the product meant, what lies there, the balance after."""
    warehouse = next((w for w in choosable(request) if str(w.pk) == request.GET.get("warehouse")), None)
    text = request.GET.get("product", "").strip()[:200]
    typed = {"typed_qty": request.GET.get("qty", ""), "reason": request.GET.get("reason", "")}
    return JsonResponse(line_preview(text=text, warehouse=warehouse, **typed))
