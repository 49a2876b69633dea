"""What a run is called, and why it stopped, in whole sentences."""

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventori.numbers import write_number

from .bounds import Stopped
from .models import MiningRun


def run_title(run: MiningRun) -> str:
    """Return "What sells together, 1 Sep – 30 Nov"."""
    values = {"first": date_format(run.date_from), "last": date_format(run.date_to)}
    return _("What sells together, %(first)s to %(last)s") % values


def as_percent(share: float | Decimal) -> str:
    """Write a share with as many digits as it needs: 0.08 %, 12.5 %."""
    value = Decimal(repr(float(share))) * 100
    places = 4 if value < Decimal("0.1") else 2
    return f"{write_number(round(value, places).normalize() + 0)} %"


def support_words(run: MiningRun) -> str:
    """Return what was asked of the support: "0.5 %" or "10 sales"."""
    if run.min_support is not None:
        return as_percent(run.min_support)
    words = ngettext("%(count)s sale", "%(count)s sales", run.min_count or 0)
    return words % {"count": write_number(run.min_count or 0)}


def stopped_json(stopped: Stopped) -> dict[str, Any]:
    """Return what `stop_words` needs, as it is kept with the run."""
    names = ("code", "level", "support", "amount", "limit", "try_support")
    return {name: getattr(stopped, name) for name in names}


def stop_words(stopped: dict[str, Any]) -> str:
    """Return why a run ended early and what would do, as one or two sentences."""
    if not stopped:
        return ""
    if "message" in stopped:
        return str(stopped["message"])
    numbers = {
        "support": as_percent(stopped["support"]),
        "amount": write_number(int(stopped["amount"])),
        "limit": write_number(int(stopped["limit"])),
        "level": stopped["level"],
        "whole": stopped["level"] - 1,
    }
    sentences = [_sentence(stopped["code"]) % numbers]
    if stopped["level"] > 2:
        sentences.append(_("What it found of up to %(whole)s items is complete.") % numbers)
    if stopped.get("try_support"):
        sentences.append(_("Try a minimum support of %(support)s.") % {"support": as_percent(stopped["try_support"])})
    return " ".join(sentences)


def _sentence(code: str) -> str:
    return {
        "pairs": _("A support of %(support)s would look at %(amount)s pairs; %(limit)s are allowed."),
        "candidates": _("It stopped at sets of %(level)s items: %(amount)s of them would have to be looked at."),
        "itemsets": _("It stopped at sets of %(level)s items: more than %(limit)s itemsets."),
        "memory": _("It stopped at sets of %(level)s items: they would need %(amount)s bytes of memory."),
        "rules": _("It stopped at rules of %(level)s items: more than %(limit)s rules."),
        "time": _("It stopped at sets of %(level)s items: it takes longer than %(limit)s seconds."),
    }.get(code, _("It stopped at sets of %(level)s items."))
