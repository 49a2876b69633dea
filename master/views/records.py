"""What the pages of categories, products, suppliers and customers have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from inventori.errors import DomainError
from inventori.refusals import refuse
from master import services
from master.forms import RecordForm

Facts = Callable[[HttpRequest, Any], list[tuple[StrOrPromise, Any, str]]]


@dataclass(frozen=True)
class Kind:
    """One kind of record: its model, its form, its words, and which facts its page shows.

    facts: (request, record) → rows of label, value and how the value is written (text, money, qty, badge, lines).
    """

    name: str
    model: type[Model]
    form: type[RecordForm]
    plural: StrOrPromise
    new: StrOrPromise
    facts: Facts = field(repr=False)
    related: tuple[str, ...] = ()
    show_template: str = "master/record_show.html"

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"master:{self.name}_{page}", args=args)

    def record(self, pk: int) -> Any:
        return get_object_or_404(self.model._default_manager.select_related(*self.related), pk=pk)

    def context(self, record: Any = None, **more: Any) -> dict[str, Any]:
        pages = ("change", "activate", "deactivate", "delete")
        urls = {page: self.url(page, record.pk) for page in pages} if record and record.pk else {}
        return {"kind": self, "record": record, "list_url": self.url("list"), "urls": urls, **more}


def show(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    record = kind.record(pk)
    return render(
        request,
        kind.show_template,
        kind.context(record, facts=[fact for fact in kind.facts(request, record) if fact[1] not in (None, "")]),
    )


def create(request: HttpRequest, kind: Kind) -> HttpResponse:
    return _edit(request, kind, None, kind.url("list"))


def change(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    return _edit(request, kind, kind.record(pk), kind.url("show", pk))


def _edit(request: HttpRequest, kind: Kind, record: Any, back: str) -> HttpResponse:
    form = kind.form(request.POST or None, instance=record, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.record_save(record=form.instance, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved})
            return redirect(kind.url("show", saved.pk))
    # The heading keeps the stored name while another is being typed.
    stored = kind.record(record.pk) if record and form.errors else record
    return render(request, "master/record_form.html", kind.context(stored, form=form, cancel_url=back))


def set_active(request: HttpRequest, kind: Kind, pk: int, *, is_active: bool) -> HttpResponse:
    record = services.record_set_active(record=kind.record(pk), is_active=is_active, by=request.user)
    sentence = _("%(name)s is in use again.") if is_active else _("%(name)s is no longer in use. Its history stays.")
    messages.success(request, sentence % {"name": record})
    return redirect(kind.url("show", pk))


def delete(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    record = kind.record(pk)
    try:
        services.record_delete(record=record, by=request.user)
    except DomainError as error:
        if error.code != "has_history":
            raise
        return render(request, "master/delete_refused.html", kind.context(record, error=error), status=error.status)
    messages.success(request, _("%(name)s is deleted.") % {"name": record})
    return redirect(kind.url("list"))
