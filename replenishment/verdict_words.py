"""What became of a suggestion in a sentence: "Ordered 12 instead of 24: short on 3 days, IDR 84,000 lost. …"."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventori.money import active_currency
from inventori.templatetags.inventori import money, spoken_day
from inventori.templatetags.inventori import qty as show_qty

from .models import Suggestion


def verdict_sentence(one: Suggestion, *, sees_costs: bool) -> str:
    """Say what the decision came to, and what the suggestion would have come to; sums only to whom may see costs."""
    if one.judged_at is None:
        return _("It is judged from %(day)s on.") % {"day": spoken_day(one.due_on + timedelta(days=1))}
    if not one.outcome["days"]:
        return _("The goods did not come early enough to tell the two numbers apart.")
    return " ".join(part for part in (_compared(one, sees_costs), _assumed(one.outcome)) if part)


def _compared(one: Suggestion, sees_costs: bool) -> str:
    words = {
        "decided": show_qty(one.decided_qty),
        "suggested": show_qty(one.suggested_qty),
        "person": _came_to(one.outcome["person"], sees_costs),
        "app": _came_to(one.outcome["app"], sees_costs),
    }
    if one.decision == Suggestion.Decision.ACCEPTED:
        return _("Ordered %(decided)s as suggested: %(person)s.") % words
    if one.decision == Suggestion.Decision.REJECTED:
        return _("Ordered nothing instead of %(suggested)s: %(person)s. With %(suggested)s: %(app)s.") % words
    return _("Ordered %(decided)s instead of %(suggested)s: %(person)s. With %(suggested)s: %(app)s.") % words


def _came_to(verdict: Mapping[str, Any], sees_costs: bool) -> str:
    days, numbers = verdict["days_short"], {name: Decimal(value) for name, value in verdict.items()}
    short = ngettext("short on %(n)s day", "short on %(n)s days", days) % {"n": show_qty(days)}
    parts = [short if days else _("never short")]
    if sees_costs:
        sums = (
            (_("%(sum)s lost"), numbers["lost_margin"]),
            (_("%(sum)s to hold"), numbers["keeping"]),
            (_("%(sum)s to order"), numbers["ordering"]),
            (_("%(sum)s written off"), numbers["write_off"]),
        )
        parts += [text % {"sum": f"{active_currency()} {money(value)}"} for text, value in sums if value]
    else:
        units = (
            (_("%(n)s not served"), numbers["lost"]),
            (_("%(n)s left over"), numbers["over"]),
            (_("%(n)s expired"), numbers["expired"]),
        )
        parts += [text % {"n": show_qty(round(value, 1))} for text, value in units if value]
    return ", ".join(parts)


def _assumed(outcome: Mapping[str, Any]) -> str:
    """Say where the usual demand stands for what nobody could buy."""
    days = outcome["assumed_days"]
    if not days:
        return ""
    sentence = ngettext(
        "On %(n)s day the shelf was empty; it counts with the usual demand.",
        "On %(n)s days the shelf was empty; they count with the usual demand.",
        days,
    )
    return sentence % {"n": show_qty(days)}
