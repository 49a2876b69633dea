"""The audit trail: who changed which master data, user or setting, and how."""

from typing import Any

import django_filters
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import User
from inventori.lists import Column, ListPage
from inventori.permissions import requires

ACTIONS = {
    LogEntry.Action.CREATE: gettext_lazy("created"),
    LogEntry.Action.UPDATE: gettext_lazy("changed"),
    LogEntry.Action.DELETE: gettext_lazy("deleted"),
}
SIGNS = {"add": "+ ", "delete": "− "}


def logged_kinds(request: HttpRequest | None) -> QuerySet[ContentType]:
    return ContentType.objects.filter(pk__in=LogEntry.objects.order_by().values("content_type").distinct())


class AuditFilter(django_filters.FilterSet):
    action = django_filters.ChoiceFilter(
        label=gettext_lazy("Action"), choices=list(ACTIONS.items()), empty_label=gettext_lazy("all")
    )
    content_type = django_filters.ModelChoiceFilter(
        label=gettext_lazy("What"), queryset=logged_kinds, empty_label=gettext_lazy("all")
    )
    actor = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Who"), queryset=User.objects.all(), empty_label=gettext_lazy("all")
    )

    class Meta:
        model = LogEntry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["content_type"].field.label_from_instance = kind_of_thing


def kind_of_thing(content_type: ContentType) -> str:
    model = content_type.model_class()
    return str(model._meta.verbose_name) if model else content_type.model


def what_changed(entry: LogEntry) -> str:
    """Return the changes as one line: "selling price: 10000 → 12000"."""
    model = entry.content_type.model_class()
    parts = []
    for name, change in (entry.changes_dict or {}).items():
        if name == "id":
            continue
        label = _label(model, name)
        if isinstance(change, dict):
            things = ", ".join(map(str, change.get("objects", [])))
            parts.append(f"{label}: {SIGNS.get(change.get('operation'), '')}{things}")
        elif entry.action == LogEntry.Action.UPDATE:
            parts.append(f"{label}: {_shown(change[0])} → {_shown(change[1])}")
        elif _shown(change[1]) != "–":
            parts.append(f"{label}: {_shown(change[1])}")
    return "; ".join(parts)


def _label(model: Any, name: str) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name)
    except (AttributeError, LookupError):
        return name


def _shown(value: Any) -> str:
    if value in ("True", "False"):
        return pgettext("badge", "yes") if value == "True" else pgettext("badge", "no")
    return "–" if value in (None, "", "None") else str(value)


@requires("audit_view")
def audit_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        LogEntry.objects.select_related("content_type", "actor"),
        columns=[
            Column("timestamp", _("Time"), kind="datetime", sort="timestamp"),
            Column("actor", _("Who"), sort="actor__username"),
            Column("action", _("Action"), value=lambda entry: ACTIONS.get(entry.action, "")),
            Column("content_type", _("What"), value=lambda entry: kind_of_thing(entry.content_type)),
            Column("object_repr", _("Name"), sort="object_repr"),
            Column("changes", pgettext_lazy("what changed", "Change"), value=what_changed, css="wrap"),
        ],
        search=["object_repr", "actor__username", "actor__first_name"],
        search_hint=_("Name or person"),
        filters=AuditFilter,
        default_sort="-timestamp",
        export_name="audit",
        caption=_("Audit trail"),
        empty_text=_("Nothing has been changed yet."),
        empty_icon="journal-check",
    )
    return page.render("master/audit_list.html")
