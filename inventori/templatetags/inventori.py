"""Tags and filters every template has without loading: numbers, days, badges, icons, addresses."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from crispy_forms.bootstrap import PrependedAppendedText
from crispy_forms.layout import Field
from django import template
from django.core.exceptions import ImproperlyConfigured
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .. import money as money_rules
from ..badges import badge_for
from ..permissions import ROLE_LABELS

register = template.Library()


def _decimal(value: Any) -> Decimal | None:
    """Read a number exactly; None for what is no number. A float is refused: it is not exact."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        raise ImproperlyConfigured("money and quantities are Decimal, never float")
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return None


def _grouped(number: Decimal, places: int) -> str:
    text = formats.number_format(abs(number), decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"−{text}" if number < 0 else str(text)


@register.filter
def money(value: Any) -> str:
    """An amount as the shop's currency shows it, without the currency's name: 1.234.567."""
    number = _decimal(value)
    if number is None:
        return ""
    places = money_rules.currency_decimals()
    if places == 0 and number != number.to_integral_value():
        places = 2
    return _grouped(money_rules.round_half_up(number, Decimal(1).scaleb(-places)), places)


@register.filter
def qty(value: Any) -> str:
    """A quantity with up to three decimals, without trailing zeros: 0,25."""
    number = _decimal(value)
    if number is None:
        return ""
    number = money_rules.round_half_up(number, Decimal("0.001"))
    places = max(0, -int(number.normalize().as_tuple().exponent)) if number else 0
    return _grouped(number, places)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A share between 0 and 1 as a percentage: 0.125 → 12,5 %."""
    number = Decimal(str(value)) if isinstance(value, float) else _decimal(value)
    if number is None:
        return ""
    number = money_rules.round_half_up(number * 100, Decimal(1).scaleb(-int(places)))
    return f"{_grouped(number, int(places))}\u00a0%"


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """A date as people say it near today ("today 14:05"), exact on hover."""
    if not value:
        return ""
    moment = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    exact = exact_day(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, spoken_day(moment))


def exact_day(value: date | datetime) -> str:
    kind = "DATETIME_FORMAT" if isinstance(value, datetime) else "DATE_FORMAT"
    return str(formats.date_format(value, kind))


def spoken_day(value: date | datetime) -> str:
    """Say a day in the active language; `value` is already in the reader's time zone."""
    the_day = value.date() if isinstance(value, datetime) else value
    today = timezone.localdate()
    words = {today: _("today"), today - timedelta(days=1): _("yesterday"), today + timedelta(days=1): _("tomorrow")}
    word = words.get(the_day) or str(formats.date_format(the_day, "DATE_FORMAT"))
    if isinstance(value, datetime):
        return f"{word} {formats.time_format(value, 'TIME_FORMAT')}"
    return word


@register.simple_tag
def badge(status: Any, label: Any = "") -> SafeString:
    """A status as word, icon and colour; `label` replaces the usual word."""
    found = badge_for(status)
    return format_html(
        '<span class="badge-tone tone-{}"><span class="bi bi-{}" aria-hidden="true"></span>{}</span>',
        found.tone,
        found.icon,
        label or found.label,
    )


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A decorative icon; say the same in words beside it."""
    return format_html('<span class="bi bi-{}{}" aria-hidden="true"></span>', name, f" {extra}" if extra else "")


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """This page's query string with `changes`; None or "" takes a name out."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    text = parameters.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag(takes_context=True)
def sort_link(context: Context, key: str, label: Any, active: str = "") -> SafeString:
    """The link in a column's heading; `active` is the sort in force, as "name" or "-name"."""
    is_up, is_down = active == key, active == f"-{key}"
    address = query(context, sort=f"-{key}" if is_up else key, page=None, export=None)
    arrow = "caret-up-fill" if is_up else "caret-down-fill" if is_down else "chevron-expand"
    return format_html('<a href="{}">{}{}</a>', address, label, icon(arrow))


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField, unit: Any = "", before: Any = "") -> SafeString:
    """A form field through crispy: label above, help below, `unit` behind or `before` ahead inside the frame."""
    unit = unit or bound.field.widget.attrs.get("data-unit", "")
    before = before or bound.field.widget.attrs.get("data-before", "")
    form = bound.form
    # A field rendered twice on one page is no mistake of ours to raise: forms are laid out by hand.
    form.rendered_fields = set()
    if unit or before:
        layout: Field = PrependedAppendedText(bound.name, prepended_text=before or None, appended_text=unit or None)
    else:
        layout = Field(bound.name)
    with context.push(form_show_labels=True, form_show_errors=True, error_text_inline=True):
        return mark_safe(layout.render(form, context, template_pack="bootstrap5"))  # noqa: S308  crispy escapes


@register.simple_tag
def sparkline(values: Any) -> SafeString:
    """A small line of numbers; decoration beside the figure that says it."""
    numbers = [Decimal(value) for value in values or []]
    if len(numbers) < 2:
        return mark_safe("")
    low, high = min(numbers), max(numbers)
    span = (high - low) or Decimal(1)
    step = Decimal(100) / (len(numbers) - 1)
    points = " ".join(f"{step * i:.1f},{28 - 26 * (number - low) / span:.1f}" for i, number in enumerate(numbers))
    return format_html(
        '<svg class="sparkline" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5"'
        ' vector-effect="non-scaling-stroke" stroke-linejoin="round"/></svg>',
        points,
    )


@register.filter
def duration(seconds: Any) -> str:
    """A span of time as people say it: 45 s, 3 min, 2 h 5 min."""
    whole = int(seconds or 0)
    if whole < 60:
        return _("%(n)s s") % {"n": whole}
    minutes = (whole + 59) // 60
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.filter
def safe_address(value: Any, request: HttpRequest) -> str:
    """The address if it is one of ours, else the start page."""
    address = str(value)
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    # A bare word is ours too, but `redirect` would take it for the name of an address.
    return address if ours and "/" in address else "/"


@register.filter
def initials(value: Any) -> str:
    """The first letters of a person's first and last name."""
    words = str(value).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def role_label(name: str) -> Any:
    """A role's name in the reader's language."""
    return ROLE_LABELS.get(name, name)
