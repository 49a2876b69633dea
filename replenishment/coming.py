"""What stands on the page of feasts: which come next, what they do, and what is known of each kind."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from inventori.errors import written
from inventori.money import round_half_up
from inventory.models import Warehouse
from inventory.selectors import business_today
from master.models import Category

from .calendar import kind_name
from .models import CalendarEvent, ClosedDay, EventEffect, EventKind
from .windows import AFTER, BEFORE, DURING, WINDOWS, Span, spans_of

LOOK_AHEAD = timedelta(days=366)
TOLD_AHEAD = timedelta(days=90)
TOLD_EVENTS, TOLD_EFFECTS = 4, 3
# A factor this near to 1 is not worth a word.
SMALL = Decimal("0.05")
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Coming:
    """An event of the coming year. first, last: of its windows, None where it has no such one."""

    event: CalendarEvent
    name: str
    first: date | None
    last: date | None
    days_left: int
    told: Sequence[str]

    @property
    def lead(self) -> str:
        """Say in how many days it is."""
        words = {"name": self.name, "n": self.days_left, "day": day_words(self.event.ends_on)}
        if self.days_left <= 0:
            return _("%(name)s: now, until %(day)s") % words
        return ngettext("%(name)s in %(n)s day", "%(name)s in %(n)s days", self.days_left) % words


def day_words(day: date) -> str:
    return str(formats.date_format(day, "j F"))


def shop_today(warehouse: Warehouse | None) -> date:
    """Return the business day of a warehouse; the calendar's in a shop that has none."""
    return business_today(warehouse) if warehouse else timezone.localdate()


def coming_events(today: date, *, kind: EventKind | None = None) -> list[Coming]:
    """Return the events of the coming year whose windows are not over, with what they do, the next one first."""
    events = CalendarEvent.objects.filter(
        kind__is_active=True, starts_on__lte=today + LOOK_AHEAD, ends_on__gte=today - timedelta(days=130)
    ).select_related("kind")
    if kind:
        events = events.filter(kind=kind)
    rows = list(events)
    effects = _effects({row.kind_id for row in rows})
    found = [_coming(row, today, effects[row.kind_id]) for row in rows]
    return [row for row in found if (row.last or row.event.ends_on) >= today]


def told_events(coming: Sequence[Coming], today: date) -> list[Coming]:
    """Return those near enough to act on."""
    near = [row for row in coming if (row.first or row.event.starts_on) <= today + TOLD_AHEAD]
    return near[:TOLD_EVENTS]


def _effects(kind_ids: set[int]) -> dict[int, list[EventEffect]]:
    found: dict[int, list[EventEffect]] = defaultdict(list)
    known = EventEffect.objects.filter(kind_id__in=kind_ids).select_related("category")
    for row in known:
        if row.is_typed or row.occurrences:
            found[row.kind_id].append(row)
    return found


def _coming(event: CalendarEvent, today: date, effects: Sequence[EventEffect]) -> Coming:
    kind = event.kind
    spans = {
        span.window: span
        for span in spans_of(kind.pk, event.pk, event.starts_on, event.ends_on, kind.days_before, kind.days_after)
    }
    before, after = spans.get(BEFORE), spans.get(AFTER)
    return Coming(
        event=event,
        name=kind_name(kind),
        first=before.first if before else None,
        last=after.last if after else None,
        days_left=(event.starts_on - today).days,
        told=_told(effects, {window: span for window, span in spans.items() if span.last >= today}),
    )


def _told(effects: Sequence[EventEffect], spans: dict[str, Span]) -> list[str]:
    """Say the strongest effects: "Syrups ×1.6 from 3 March"."""
    strong = [row for row in effects if row.window in spans and abs(row.factor - 1) >= SMALL]
    strong.sort(key=lambda row: (-_strength(row.factor), row.window))
    return [_sentence(row, spans[row.window]) for row in strong[:TOLD_EFFECTS]]


def _strength(factor: Decimal) -> Decimal:
    """Half as much is as strong as twice as much."""
    return max(factor, 1 / factor) if factor else Decimal(999)


def _sentence(row: EventEffect, span: Span) -> str:
    words = {
        "goods": row.category.name if row.category else _("all categories"),
        "factor": factor_words(row.factor),
        "first": day_words(span.first),
        "last": day_words(span.last),
    }
    if span.first == span.last:
        return _("%(goods)s ×%(factor)s on %(first)s") % words
    return _("%(goods)s ×%(factor)s from %(first)s to %(last)s") % words


def factor_words(factor: Decimal) -> str:
    """Write a factor as people say it: 1.438 → 1.44."""
    return written(round_half_up(factor, HUNDREDTH))


# --- Kinds ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind with its factors of all categories, "" where nothing is known."""

    kind: EventKind
    name: str
    factors: Sequence[str]
    seen: int
    next_on: date | None


def kind_rows(today: date) -> list[KindRow]:
    kinds = list(EventKind.objects.all())
    of_all = {
        (row.kind_id, row.window): row
        for row in EventEffect.objects.filter(category=None)
        if row.is_typed or row.occurrences
    }
    nexts: dict[int, date] = {}
    for kind_id, starts_on in CalendarEvent.objects.filter(starts_on__gte=today).values_list("kind_id", "starts_on"):
        nexts[kind_id] = min(starts_on, nexts.get(kind_id, starts_on))
    seen = dict(EventEffect.objects.values_list("kind_id").annotate(seen=Max("occurrences")))
    rows = [
        KindRow(
            kind,
            kind_name(kind),
            [factor_words(row.factor) if (row := of_all.get((kind.pk, window))) else "" for window in WINDOWS],
            seen.get(kind.pk, 0),
            nexts.get(kind.pk),
        )
        for kind in kinds
    ]
    return sorted(rows, key=lambda row: (not row.kind.is_active, row.next_on or date.max, row.name))


# --- Effects of one kind ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EffectCell:
    """One factor. name: of its form field; shown: in force, "" where nothing is known; note: where it is from."""

    name: str
    shown: str
    note: str
    typed: Decimal | None
    label: str


@dataclass(frozen=True, slots=True)
class EffectRow:
    category: Category | None
    cells: Sequence[EffectCell]


def cell_name(category_id: int | None, window: str) -> str:
    return f"factor-{category_id or 'all'}-{window}"


def windows_of(kind: EventKind) -> list[str]:
    """Return the windows that have days."""
    has_days = {BEFORE: bool(kind.days_before), DURING: True, AFTER: bool(kind.days_after)}
    return [window for window in WINDOWS if has_days[window]]


def effect_rows(kind: EventKind) -> list[EffectRow]:
    """Return the factors of all categories together, then of each."""
    known = {(row.category_id, row.window): row for row in EventEffect.objects.filter(kind=kind)}
    windows = windows_of(kind)
    categories = [None, *Category.objects.filter(product__isnull=False).distinct().order_by("name")]
    return [
        EffectRow(category, [_cell(known, category, EventEffect.Window(window)) for window in windows])
        for category in categories
    ]


def _cell(
    known: dict[tuple[int | None, str], EventEffect], category: Category | None, window: EventEffect.Window
) -> EffectCell:
    pk = category.pk if category else None
    own, of_all = known.get((pk, window.value)), known.get((None, window.value))
    goods = category.name if category else _("all categories")
    label = _("Factor of %(goods)s, %(window)s") % {"goods": goods, "window": window.label}
    name = cell_name(pk, window.value)
    if own and own.is_typed:
        return EffectCell(name, factor_words(own.factor), pgettext("factor", "typed"), own.factor, label)
    if own and own.occurrences:
        note = ngettext("seen %(n)s time", "seen %(n)s times", own.occurrences) % {"n": own.occurrences}
        return EffectCell(name, factor_words(own.factor), note, None, label)
    if category and of_all:
        return EffectCell(name, factor_words(of_all.factor), _("as all categories"), None, label)
    return EffectCell(name, "", _("not seen yet: as usual"), None, label)


# --- Closed days --------------------------------------------------------------------------------
def closed_days() -> list[ClosedDay]:
    """Return the days of the week first, then the single days; each knows `weekday_name`."""
    rows = list(ClosedDay.objects.select_related("warehouse"))
    for row in rows:
        row.weekday_name = "" if row.weekday is None else WEEKDAYS[row.weekday]  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: (row.day is not None, row.day or date.min, row.weekday or 0, row.pk))
