"""The search of everything: each app registers what it can find, and for whom.

    from inventori import search
    search.register(search.Source("products", _("Products"), "tag", ("master_view",), find_products))

A source is asked only for people who have one of its rights.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from . import navigation

SHORTEST = 2
LONGEST = 100
AT_MOST = 5
WORDS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; `is_exact`: the text is its whole code, so a scan goes straight to it."""

    title: StrOrPromise
    url: str
    detail: str = ""
    status: str = ""
    icon: str = ""
    is_exact: bool = False


# Asked for one hit more than is shown, which tells whether there are others.
Find = Callable[[HttpRequest, str, int], list[Hit]]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be found. list_name: the URL name of the list that shows all hits of `?q=`."""

    key: str
    label: StrOrPromise
    icon: str
    rights: tuple[str, ...]
    find: Find
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    source: Source
    hits: list[Hit]
    more_url: str


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; registering its key again replaces it."""
    _sources[source.key] = source


def search(request: HttpRequest, text: str) -> list[Group]:
    """Return what this person may find for `text`, at most five a group, groups with an exact hit first."""
    text = tidy(text)
    if len(text) < SHORTEST:
        return []
    groups = [_group(source, request, text) for source in [_PAGES, *_sources.values()] if _may(request, source)]
    found = [group for group in groups if group.hits]
    return sorted(found, key=lambda group: not group.hits[0].is_exact)


def tidy(text: str) -> str:
    """Return what is searched for: single spaces, nothing that a database refuses."""
    return " ".join(text.replace("\0", "").split())[:LONGEST].strip()


def only_exact(groups: list[Group]) -> Hit | None:
    """Return the one hit whose code was typed or scanned, if there is exactly one."""
    exact = [hit for group in groups for hit in group.hits if hit.is_exact]
    return exact[0] if len(exact) == 1 else None


def _may(request: HttpRequest, source: Source) -> bool:
    user: Any = request.user
    return not source.rights or any(user.can(name) for name in source.rights)


def _group(source: Source, request: HttpRequest, text: str) -> Group:
    hits = source.find(request, text, AT_MOST + 1)
    has_more = len(hits) > AT_MOST and source.list_name
    more_url = f"{reverse(source.list_name)}?{urlencode({'q': text})}" if has_more else ""
    return Group(source, [replace(hit, icon=hit.icon or source.icon) for hit in hits[:AT_MOST]], more_url)


# --- What sources ask their tables ------------------------------------------------------
def holds_every_word(text: str, *lookups: str) -> Q:
    """Return the condition that each word of `text`, in any order, is held by one of `lookups`; without words, none."""
    words = text.split()[:WORDS_AT_MOST]
    return reduce(and_, (reduce(or_, (Q(**{lookup: word}) for lookup in lookups)) for word in words), Q())


def exact_first(rows: QuerySet[Any], exact: Q, alike: Q, limit: int) -> list[tuple[Any, bool]]:
    """Return up to `limit` rows with whether they are exact: those of `exact` first, by its index.

    Two questions, because one sorted by exactness would read and sort all that is merely alike.
    """
    first = list(rows.filter(exact)[:limit])
    others = [row for row in rows.filter(alike)[:limit] if row not in first]
    return [*((row, True) for row in first), *((row, False) for row in others)][:limit]


def numbered(rows: QuerySet[Any], field: str, text: str, limit: int) -> list[tuple[Any, bool]]:
    """Find documents by their whole number, by how it begins, or by its serial alone; newest first."""
    whole = Q(**{f"{field}__in": {text, text.upper()}})
    alike = Q(**{f"{field}__istartswith": text})
    if text.isascii() and text.isdigit() and len(text) < 18:
        # The serial of a number is the row's own id.
        alike |= Q(pk=int(text), **{f"{field}__endswith": text})
    return exact_first(rows.order_by("-pk"), whole, alike, limit)


def parts(*texts: Any) -> str:
    """Join what says more about a hit, leaving out what is empty."""
    return " · ".join(str(text) for text in texts if text)


def status_of(record: Model) -> str:
    """Return the badge of a master record: only what is no longer active says so."""
    return "" if getattr(record, "is_active", True) else "INACTIVE"


# --- Pages ------------------------------------------------------------------------------
def find_pages(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    """Find places of the person's menu by name in the language they read, or by that of their group."""
    words = text.casefold().split()
    hits = [
        Hit(entry.place.label, entry.url, str(group.title), icon=entry.place.icon)
        for group in navigation.groups_for(request)
        for entry in group.entries
        if all(word in f"{group.title} {entry.place.label} {entry.place.short}".casefold() for word in words)
    ]
    return hits[:limit]


_PAGES = Source("pages", _("Pages"), "window", (), find_pages)
