"""Stock counts: opened, counted by scanning, handed to a manager, posted."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from inventori.dates import wall_clock
from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.money import currency_decimals, round_half_up
from inventori.numbers import active_notation, parse_number
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventory import counts, services
from inventory.count_forms import CountForm, CountLineForm, SubmitForm, sees_expected
from inventory.count_scan import Said, count_add, count_scan, said
from inventory.filters import CountFilter
from inventory.models import StockCount
from inventory.warehouse_choice import current_warehouse

Status = StockCount.Status
LINES_ON_A_PAGE = 50
RECENT = 5

COLUMNS = [
    Column("number", gettext_lazy("Number"), url="inventory:count_show", sort="id", css="mono"),
    Column(
        "opened_at",
        gettext_lazy("Opened"),
        kind="datetime",
        value=lambda row: wall_clock(row.opened_at, row.warehouse.time_zone),
        sort="opened_at",
    ),
    Column("warehouse.name", gettext_lazy("Warehouse"), sort="warehouse__code"),
    Column("scope", gettext_lazy("What is counted"), css="is-cut"),
    Column("status", gettext_lazy("Status"), kind="badge", value=counts.badge_code, sort="status"),
    Column("lines_counted", gettext_lazy("Counted"), kind="qty"),
    Column("lines_all", gettext_lazy("Lines"), kind="qty"),
    Column("by", gettext_lazy("Opened by"), sort="by__username"),
]


@requires("stock_view")
def count_list(request: HttpRequest) -> HttpResponseBase:
    may_count = request.user.can("stock_adjust")
    page = ListPage(
        request,
        counts.count_rows(),
        columns=COLUMNS,
        search=["number", "scope"],
        search_hint=_("Number or what is counted"),
        filters=CountFilter,
        default_sort="-number",
        export_name="counts",
        caption=_("Stock counts"),
        empty_text=_("No count yet. Count a shelf while the till sells: the figures stay right."),
        empty_icon="clipboard-check",
        empty_url=reverse("inventory:count_create") if may_count else "",
        empty_label=_("Open a count"),
    )
    return page.render("inventory/count_list.html")


# --- Open ------------------------------------------------------------------------------
@requires("stock_adjust")
def count_create(request: HttpRequest) -> HttpResponse:
    """Choose what is counted, and open the sheet."""
    if request.method != "POST":
        form = CountForm(initial={"warehouse": current_warehouse(request), "chosen": request.GET.get("product", "")})
        if request.GET.get("product"):
            form.initial["what"] = "chosen"
        return _opening(request, form, new_key(), 200)
    form, key = CountForm(request.POST), request.POST.get("key", "")
    if not form.is_valid():
        return _opening(request, form, key, 400)
    try:
        count = services.count_open(
            warehouse=form.cleaned_data["warehouse"],
            product_ids=form.product_ids,
            scope=form.scope,
            is_blind=form.cleaned_data["is_blind"],
            key=key,
            by=request.user,
        )
    except DomainError as refusal:
        refuse(form, refusal)
        return _opening(request, form, key, refusal.status)
    return redirect("inventory:count_show", pk=count.pk)


def _opening(request: HttpRequest, form: CountForm, key: str, status: int) -> HttpResponse:
    return render(request, "inventory/count_create.html", {"form": form, "key": key or new_key()}, status=status)


# --- Show ------------------------------------------------------------------------------
@never_cache
@requires("stock_view")
def count_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a count: the sheet while it is counted, the differences from then on."""
    return _page(request, _found(pk), {})


@requires("stock_adjust")
def count_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet on paper; of a blind count without what should be there."""
    count = _found(pk)
    context = _facts(request, count) | {"lines": list(counts.sheet_lines(count))}
    # Paper goes from hand to hand: a blind sheet is blind whoever prints it.
    context["sees_expected"] = not count.is_blind
    return render(request, "inventory/count_print.html", context)


# --- Count -----------------------------------------------------------------------------
@never_cache
@require_POST
@requires("stock_adjust")
def count_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a scan, a picked line or a typed quantity; a script gets the sheet anew, a form goes back to it."""
    count = _found(pk)
    try:
        answer = _step(request, count)
    except DomainError as refusal:
        answer = Said(str(refusal), is_bad=True)
    if request.headers.get("X-Part") == "sheet":
        count = _found(pk)
        return render(request, "inventory/count_state.html", _facts(request, count) | _sheet(request, count, answer))
    if answer.matches or answer.is_bad:
        return _page(request, _found(pk), {"said": answer}, 200 if answer.matches else 400)
    return redirect(f"{reverse('inventory:count_show', args=[pk])}?{request.GET.urlencode()}")


def _step(request: HttpRequest, count: StockCount) -> Said:
    data, by = request.POST, request.user
    if "scan" in data and "line" not in data:
        return count_scan(count=count, text=data["scan"], by=by)
    line = get_object_or_404(count.lines, pk=data.get("line") if str(data.get("line")).isdecimal() else 0)
    try:
        qty = parse_number(data.get("qty", ""), active_notation())
    except ValueError:
        return Said(_("“%(text)s” is no number.") % {"text": data.get("qty", "")}, is_bad=True)
    if "add" in data:
        return count_add(line_id=line.pk, qty=qty, by=by)
    return said(services.count_line_save(line_id=line.pk, qty=qty, by=by))


@require_POST
@requires("stock_adjust")
def count_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what lies there and is not on the sheet on it."""
    count, form = _found(pk), CountLineForm(request.POST)
    if form.is_valid():
        try:
            line = services.count_line_add(count=count, **form.cleaned_data, by=request.user)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(product)s is on the sheet.") % {"product": line.product.name})
            return redirect(f"{reverse('inventory:count_show', args=[pk])}?q={line.product.sku}")
    return _page(request, count, {"line_form": form}, 400)


# --- Hand in, approve ------------------------------------------------------------------
@require_POST
@requires("stock_adjust")
def count_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the count to whoever approves it."""
    count, form = _found(pk), SubmitForm(request.POST)
    if form.is_valid():
        try:
            services.count_submit(count=count, uncounted=form.cleaned_data["uncounted"], by=request.user)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(count)s waits for approval.") % {"count": count})
            return redirect("inventory:count_show", pk=pk)
    return _page(request, count, {"submit_form": form}, 400)


@require_POST
@requires("cost_view")
def count_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Have chosen lines counted again."""
    ids = [int(value) for value in request.POST.getlist("lines") if value.isdecimal()]
    return _done(
        request,
        pk,
        lambda count: services.count_send_back(count=count, line_ids=ids, by=request.user),
        _("The chosen lines are to be counted again."),
    )


@require_POST
@requires("cost_view")
def count_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Post the differences."""
    return _done(
        request,
        pk,
        lambda count: services.count_approve(count=count, by=request.user),
        _("The count is posted. The stock is as it was counted, less what was sold since."),
    )


@require_POST
@requires("stock_adjust")
def count_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request,
        pk,
        lambda count: services.count_cancel(count=count, by=request.user),
        _("The count is cancelled. No stock was changed."),
    )


def _done(request: HttpRequest, pk: int, act, text: str) -> HttpResponse:
    """Do one thing to a count and say so; a refusal stands on top of its page."""
    try:
        act(_found(pk))
    except DomainError as refusal:
        return _page(request, _found(pk), {"refusal": str(refusal)}, refusal.status)
    messages.success(request, text)
    return redirect("inventory:count_show", pk=pk)


# --- What is due ----------------------------------------------------------------------
MOST_DUE = 100


@requires("stock_view")
def count_due(request: HttpRequest) -> HttpResponse:
    """Show what is due in the chosen warehouse, by its class."""
    warehouse = current_warehouse(request)
    due = counts.due_counts(warehouse) if warehouse else []
    context = {
        "due": due[:MOST_DUE],
        "more": max(0, len(due) - MOST_DUE),
        "here": warehouse,
        "key": new_key(),
        "days": counts.DAYS_BETWEEN_COUNTS,
    }
    return render(request, "inventory/count_due.html", context)


@require_POST
@requires("stock_adjust")
def count_due_open(request: HttpRequest) -> HttpResponse:
    """Open a count of what is due."""
    warehouse = current_warehouse(request)
    due = counts.due_counts(warehouse) if warehouse else []
    try:
        count = services.count_open(
            warehouse=warehouse,
            product_ids=[one.product.pk for one in due[:MOST_DUE]],
            scope=_("due by class"),
            is_blind=True,
            key=request.POST.get("key", ""),
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("inventory:count_due")
    return redirect("inventory:count_show", pk=count.pk)


# --- Pages ----------------------------------------------------------------------------
def _found(pk: int) -> StockCount:
    return get_object_or_404(counts.count_rows().select_related("approved_by", "adjustment"), pk=pk)


def _facts(request: HttpRequest, count: StockCount) -> dict:
    zone, may_count = count.warehouse.time_zone, request.user.can("stock_adjust")
    return {
        "count": count,
        "status": counts.badge_code(count),
        "opened_at": wall_clock(count.opened_at, zone),
        "posted_at": wall_clock(count.posted_at, zone) if count.posted_at else None,
        "sees_expected": sees_expected(count, request.user),
        "may_count": may_count and count.status == Status.OPEN,
        "may_approve": may_count and request.user.can("cost_view") and count.status == Status.SUBMITTED,
        "may_cancel": may_count and count.status in counts.UNFINISHED,
    }


def _page(request: HttpRequest, count: StockCount, more: dict, status: int = 200) -> HttpResponse:
    context = _facts(request, count)
    if count.status == Status.OPEN:
        context |= _sheet(request, count, more.pop("said", Said()))
        context |= {"line_form": CountLineForm(), "submit_form": SubmitForm()}
    else:
        context |= _review(request, count, context["sees_expected"])
    return render(request, "inventory/count_show.html", context | more, status=status)


def _sheet(request: HttpRequest, count: StockCount, answer: Said) -> dict:
    """What stands on the sheet while it is counted: a page of lines, and those counted last."""
    lines = counts.sheet_lines(count)
    shown, q = request.GET.get("show", ""), request.GET.get("q", "").strip()[:100]
    asked = lines
    if shown in ("todo", "done"):
        asked = asked.filter(counted_qty__isnull=shown == "todo")
    if q:
        asked = counts.lines_named(asked, q)
    return {
        "said": answer,
        "shown": shown,
        "q": q,
        "page": Paginator(asked, LINES_ON_A_PAGE).get_page(request.GET.get("page")),
        "recent": list(lines.exclude(counted_at=None).order_by("-counted_at")[:RECENT]),
        "todo": count.lines_all - count.lines_counted,
        "address": request.GET.urlencode(),
    }


def _review(request: HttpRequest, count: StockCount, with_expected: bool) -> dict:
    lines = list(counts.sheet_lines(count).exclude(counted_qty=None))
    differing = [line for line in lines if line.counted_qty != line.expected_qty] if with_expected else lines
    for line in differing if with_expected else []:
        # Rounded as the shop's money is, line by line, so that what is shown adds up.
        line.value = round_half_up(line.difference * line.cost, Decimal(1).scaleb(-currency_decimals()))
    return {
        "lines": differing,
        "equal": len(lines) - len(differing),
        "left_out": count.lines_all - len(lines),
        "value": sum((line.value for line in differing), Decimal(0)) if with_expected else None,
    }
