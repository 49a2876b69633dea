"""What replays and their policies are called."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.reorder_models import ReorderMethod

from .models import Replay

CURRENT = "CURRENT"
EVERYTHING, CATEGORY, CLASS, CHOSEN = "all", "category", "class", "chosen"


def policy_name(code: str) -> str:
    """Return what a policy of a replay is called."""
    return _("as it is now") if code == CURRENT else str(ReorderMethod(code).label)


def short_name(code: str) -> str:
    """Return it where room is scarce."""
    names = {
        CURRENT: _("now"),
        ReorderMethod.ROP_LOT.value: _("fixed lot"),
        ReorderMethod.ROP_EOQ.value: "EOQ",
        ReorderMethod.MIN_MAX.value: "Min-Max",
        ReorderMethod.UP_TO.value: _("up to"),
    }
    return names[code]


def title(months: int, place: str) -> str:
    sentence = ngettext("Replay of %(months)s month, %(place)s", "Replay of %(months)s months, %(place)s", months)
    return sentence % {"months": months, "place": place}


def goods(asked: Mapping[str, Any]) -> str:
    """Say which products were asked for."""
    if asked["scope"] == CATEGORY:
        return str(asked["name"])
    words = {
        EVERYTHING: _("all products"),
        CLASS: _("class %(class)s") % {"class": asked.get("name", "")},
        CHOSEN: _("chosen products"),
    }
    return words[asked["scope"]]


def name_of(replay: Replay) -> str:
    return title(replay.parameters["months"], replay.warehouse.name)
