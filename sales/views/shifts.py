"""What a cashier does with a shift: open it, put cash in and out, count the drawer and close it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from inventori.errors import DomainError
from inventori.money import ZERO, currency_decimals
from inventori.numbers import write_number
from inventori.permissions import requires
from inventori.posting import new_key
from inventori.refusals import refuse
from inventori.templatetags.inventori import safe_address
from inventory.warehouse_choice import choosable, choose, current_warehouse
from master.selectors import shop_profile
from sales import services
from sales.denominations import usual_floats
from sales.forms import first_error
from sales.models import CashMove, Shift
from sales.printing import PrinterError, drawer_open
from sales.shift_forms import CashMoveForm, CountForm, DrawerForm, OpenShiftForm
from sales.shifts import baskets_waiting, cash_of, last_shift_of, open_shift_of

from .shift_reports import seen_shift


# --- The own shift -----------------------------------------------------------------
@never_cache
@requires("sell")
def shift_open(request: HttpRequest) -> HttpResponseBase:
    """Open the person's shift and go on to the till, or to where they were going."""
    following = safe_address(request.POST.get("next") or request.GET.get("next") or reverse("sales:pos"), request)
    if request.method != "POST":
        if open_shift_of(request.user):
            return redirect(following)
        return _opening(request, _fresh_opening(request), following)
    form = OpenShiftForm(request.POST, warehouses=choosable(request))
    if not form.is_valid():
        return _opening(request, form, following, status=400)
    try:
        shift = services.shift_open(**form.cleaned_data, by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _opening(request, form, following, status=refusal.status)
    choose(request, shift.warehouse)
    messages.success(request, _("Your shift is open. Good selling!"))
    return redirect(following)


@never_cache
@requires("sell")
def shift_cash(request: HttpRequest) -> HttpResponseBase:
    """Put money into the drawer, or take some out, with the reason."""
    shift = open_shift_of(request.user)
    if request.method != "POST":
        return _cash_page(request, shift, CashMoveForm(initial={"key": new_key()})) if shift else _open_first(request)
    form = CashMoveForm(request.POST)
    if not form.is_valid():
        return _cash_page(request, shift, form, status=400)
    try:
        move, _now = services.cash_move_post(**form.cleaned_data, by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _cash_page(request, shift, form, status=refusal.status)
    said = _("%(amount)s put into the drawer.") if move.kind == CashMove.Kind.IN else _("%(amount)s taken out.")
    messages.success(request, said % {"amount": write_number(move.amount)})
    return redirect("sales:shift_own")


@never_cache
@requires("sell")
def shift_drawer(request: HttpRequest) -> HttpResponseBase:
    """Ask why the drawer is opened without a sale, note it, then open it; a script's post is answered as JSON."""
    if request.method != "POST":
        asked = DrawerForm(initial={"key": new_key(), "reason": _("Give change")})
        return _drawer_page(request, asked) if open_shift_of(request.user) else _open_first(request)
    form = DrawerForm(request.POST)
    if not form.is_valid():
        return _drawer_refused(request, form, str(first_error(form)), 400)
    try:
        move, now = services.cash_move_post(**form.cleaned_data, kind=CashMove.Kind.OPEN, amount=ZERO, by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _drawer_refused(request, form, str(refusal), refusal.status)
    if not now:
        # What is noted once opens the drawer once.
        return _drawer_said(request, _("This was noted already. Ask anew to open the drawer again."), "warning")
    printer = move.shift.printer
    if printer is None or not printer.is_active or not printer.has_drawer:
        return _drawer_said(request, _("Noted. Open the drawer with its key."), "success")
    try:
        drawer_open(printer)
    except PrinterError as error:
        return _drawer_said(request, str(error), "warning")
    return _drawer_said(request, _("The drawer is open."), "success")


# --- Closing -----------------------------------------------------------------------
@never_cache
@requires("sell")
def shift_close_own(request: HttpRequest) -> HttpResponseBase:
    """Count and close the shift that the person has open."""
    shift = open_shift_of(request.user)
    return _close(request, shift) if shift else _open_first(request)


@never_cache
@requires("sell", "shift_manage")
def shift_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Count and close a shift: one's own, or with the right to it that of somebody else."""
    return _close(request, seen_shift(request, pk))


def _close(request: HttpRequest, shift: Shift) -> HttpResponseBase:
    currency = shop_profile().currency
    if request.method != "POST":
        if not shift.is_open:
            return redirect("sales:shift_show", pk=shift.pk)
        return _counting(request, shift, CountForm(currency=currency))
    form = CountForm(request.POST, currency=currency)
    if not form.is_valid():
        return _counting(request, shift, form, status=400)
    try:
        services.shift_close(shift_id=shift.pk, counts=form.counts(), note=form.cleaned_data["note"], by=request.user)
    except DomainError as refusal:
        refuse(form, refusal)
        return _counting(request, shift, form, status=refusal.status)
    messages.success(request, _("%(shift)s is closed.") % {"shift": shift})
    return redirect("sales:shift_show", pk=shift.pk)


# --- Answers -----------------------------------------------------------------------
def _open_first(request: HttpRequest) -> HttpResponseBase:
    messages.info(request, _("Your shift is not open. Open it first."))
    return redirect("sales:shift_open")


def _fresh_opening(request: HttpRequest) -> OpenShiftForm:
    last = last_shift_of(request.user)
    return OpenShiftForm(
        warehouses=choosable(request),
        initial={
            "key": new_key(),
            "warehouse": current_warehouse(request),
            "printer": last.printer if last else None,
        },
    )


def _opening(request: HttpRequest, form: OpenShiftForm, following: str, status: int = 200) -> HttpResponse:
    last = last_shift_of(request.user)
    handy = {*usual_floats(shop_profile().currency), *([last.opening_float] if last and last.opening_float else [])}
    context = {"form": form, "next": following, "handy": [write_number(amount) for amount in sorted(handy)]}
    return render(request, "sales/shift_open.html", context, status=status)


def _cash_page(request: HttpRequest, shift: Shift | None, form: CashMoveForm, status: int = 200) -> HttpResponse:
    reasons = {
        CashMove.Kind.OUT.value: [_("Bank deposit"), _("Small purchases"), _("Paid a supplier"), _("Owner took it")],
        CashMove.Kind.IN.value: [_("Small change"), _("Owner put it in")],
    }
    context = {"form": form, "shift": shift, "reasons": reasons, "cash": cash_of(shift) if shift else None}
    return render(request, "sales/shift_cash.html", context, status=status)


def _counting(request: HttpRequest, shift: Shift, form: CountForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "shift": shift,
        "expected": cash_of(shift).expected,
        "decimals": currency_decimals(),
        "waiting": baskets_waiting(shift.cashier),
        "is_own": shift.cashier_id == request.user.pk,
    }
    return render(request, "sales/shift_close.html", context, status=status)


def _drawer_page(request: HttpRequest, form: DrawerForm, status: int = 200) -> HttpResponse:
    return render(
        request, "sales/shift_drawer_form.html", {"form": form, "next": _after_drawer(request)}, status=status
    )


def _after_drawer(request: HttpRequest) -> str:
    following = request.POST.get("next") or request.GET.get("next") or reverse("sales:pos")
    return safe_address(following, request)


def _drawer_refused(request: HttpRequest, form: DrawerForm, text: str, status: int) -> HttpResponseBase:
    if _is_script(request):
        return JsonResponse({"said": text, "tone": "error"}, status=status)
    return _drawer_page(request, form, status)


def _drawer_said(request: HttpRequest, text: str, tone: str) -> HttpResponseBase:
    if _is_script(request):
        return JsonResponse({"said": text, "tone": tone})
    getattr(messages, tone)(request, text)
    return redirect(_after_drawer(request))


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Till") == "1"
