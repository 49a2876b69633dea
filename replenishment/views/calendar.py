"""Feasts, what they do to demand, and closed days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from inventori.errors import DomainError
from inventori.permissions import requires
from inventori.refusals import refuse
from inventory.warehouse_choice import current_warehouse
from replenishment.calendar import kind_name
from replenishment.coming import (
    cell_name,
    closed_days,
    coming_events,
    effect_rows,
    kind_rows,
    shop_today,
    told_events,
    windows_of,
)
from replenishment.event_forms import ClosedDayForm, EffectsForm, EventForm, KindForm, NewKindForm
from replenishment.models import CalendarEvent, ClosedDay, EventEffect, EventKind
from replenishment.services.effects import effects_estimate
from replenishment.services.events import (
    closed_day_add,
    closed_day_remove,
    effects_type,
    event_release,
    event_save,
    events_refresh_if_due,
    kind_save,
)


@requires("reorder_view")
def calendar(request: HttpRequest) -> HttpResponse:
    events_refresh_if_due()
    return _calendar_page(request, ClosedDayForm(), 200)


def _calendar_page(request: HttpRequest, closed_form: ClosedDayForm, status: int) -> HttpResponse:
    today = shop_today(current_warehouse(request))
    coming = coming_events(today)
    context = {
        "coming": coming,
        "told": told_events(coming, today),
        "kinds": kind_rows(today),
        "closed_days": closed_days(),
        "closed_form": closed_form,
    }
    return render(request, "replenishment/calendar.html", context, status=status)


@requires("reorder_change")
@require_POST
def effects_estimate_now(request: HttpRequest) -> HttpResponse:
    found = effects_estimate()
    if found.effects:
        sentence = ngettext(
            "%(n)s factor is estimated from the past of this shop.",
            "%(n)s factors are estimated from the past of this shop.",
            found.effects,
        )
        messages.success(request, sentence % {"n": found.effects})
    else:
        messages.warning(
            request,
            _("This shop has not seen a whole feast yet. Its days count as usual ones until you type a factor."),
        )
    return redirect("replenishment:calendar")


# --- Kinds of events ------------------------------------------------------------------------
@requires("reorder_view")
def event_kind(request: HttpRequest, pk: int) -> HttpResponse:
    return _kind_page(request, get_object_or_404(EventKind, pk=pk))


def _kind_page(
    request: HttpRequest,
    kind: EventKind,
    form: KindForm | None = None,
    effects: EffectsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stored = EventKind.objects.get(pk=kind.pk)
    today = shop_today(current_warehouse(request))
    coming = coming_events(today, kind=stored)
    context = {
        "kind": stored,
        "name": kind_name(stored),
        "form": form or KindForm(instance=stored),
        "effects": effects or _effects_form(stored),
        "windows": [EventEffect.Window(window).label for window in windows_of(stored)],
        "dates": stored.events.order_by("-starts_on")[:12],
        "told": coming[:1],
    }
    return render(request, "replenishment/event_kind.html", context, status=status)


@requires("reorder_change")
@require_POST
def event_kind_save(request: HttpRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(EventKind, pk=pk)
    form = KindForm(request.POST, instance=kind)
    if form.is_valid():
        try:
            kind_save(kind=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            effects_estimate()
            messages.success(request, _("%(name)s is saved, and its effects are estimated anew.") % {"name": kind})
            return redirect("replenishment:event_kind", pk)
    return _kind_page(request, kind, form=form, status=400)


@requires("reorder_change")
def event_kind_create(request: HttpRequest) -> HttpResponse:
    form = NewKindForm(request.POST or None, initial={"days_before": 7, "days_after": 3})
    if request.method == "POST" and form.is_valid():
        try:
            kind = kind_save(kind=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is added. Type its dates next.") % {"name": kind})
            return redirect("replenishment:event_kind", kind.pk)
    context = {"form": form, "cancel_url": reverse("replenishment:calendar")}
    return render(request, "replenishment/event_kind_form.html", context)


@requires("reorder_change")
@require_POST
def effects_save(request: HttpRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(EventKind, pk=pk)
    form = _effects_form(kind, request)
    if not form.is_valid():
        return _kind_page(request, kind, effects=form, status=400)
    try:
        if effects_type(kind=kind, typed=form.typed, by=request.user):
            effects_estimate()
    except DomainError as error:
        refuse(form, error)
        return _kind_page(request, kind, effects=form, status=error.status)
    messages.success(request, _("The factors are saved."))
    return redirect("replenishment:event_kind", pk)


def _effects_form(kind: EventKind, request: HttpRequest | None = None) -> EffectsForm:
    rows = effect_rows(kind)
    keys = {
        cell_name(pk, window): (pk, window)
        for row in rows
        for window in windows_of(kind)
        for pk in [row.category.pk if row.category else None]
    }
    return EffectsForm(request.POST if request else None, rows=rows, keys=keys)


# --- Dates ------------------------------------------------------------------------------------
@requires("reorder_change")
def event_create(request: HttpRequest) -> HttpResponse:
    kind = EventKind.objects.filter(code=request.GET.get("kind", "")).first()
    return _edit_event(request, EventForm(request.POST or None, initial={"kind": kind}), kind)


@requires("reorder_change")
def event_change(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(CalendarEvent.objects.select_related("kind"), pk=pk)
    return _edit_event(request, EventForm(request.POST or None, instance=event), event.kind, event)


def _edit_event(
    request: HttpRequest, form: EventForm, kind: EventKind | None, event: CalendarEvent | None = None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        asked = {"kind": kind, "event": event, **form.cleaned_data}
        try:
            saved = event_save(**asked, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The dates of %(name)s are saved.") % {"name": kind_name(saved.kind)})
            return redirect("replenishment:event_kind", saved.kind_id)
    cancel = reverse("replenishment:event_kind", args=[kind.pk]) if kind else reverse("replenishment:calendar")
    context = {
        "form": form,
        "event": event,
        "kind": kind,
        "name": kind_name(kind) if kind else "",
        "cancel_url": cancel,
    }
    return render(request, "replenishment/event_form.html", context)


@requires("reorder_change")
@require_POST
def event_release_now(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(CalendarEvent.objects.select_related("kind"), pk=pk)
    try:
        event_release(event=event, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The typed dates are taken out."))
    return redirect("replenishment:event_kind", event.kind_id)


# --- Closed days --------------------------------------------------------------------------------
@requires("reorder_change")
@require_POST
def closed_day_create(request: HttpRequest) -> HttpResponse:
    form = ClosedDayForm(request.POST)
    if form.is_valid():
        try:
            closed_day_add(**form.cleaned_data, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The closed day is saved."))
            return redirect("replenishment:calendar")
    return _calendar_page(request, form, 400)


@requires("reorder_change")
@require_POST
def closed_day_delete(request: HttpRequest, pk: int) -> HttpResponse:
    closed_day_remove(closed_day=get_object_or_404(ClosedDay, pk=pk), by=request.user)
    messages.success(request, _("The day is open again."))
    return redirect("replenishment:calendar")
