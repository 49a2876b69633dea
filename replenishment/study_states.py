"""What kept a line of the pharmacy study's calculation from being computed as usual, and what to do next."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from . import states

SENTENCES: dict[str, StrOrPromise] = {
    "OK": "",
    "NO_SALES": _("Nothing was sold in this period, so there is nothing to compute. Choose a longer one."),
    "NEGATIVE_DEMAND": _("More came back than was sold in this period. Check the returns, or choose a longer one."),
    "MAX_NOT_ABOVE_MIN": _(
        "By this rule MAX is not above MIN, so nothing would be ordered. "
        "Take the consistent rule, or a shorter lead time."
    ),
    "LEAD_TIME_ZERO": _("The lead time is 0 days, so MIN is the safety stock alone."),
    "HOLDING_ZERO": _("Keeping costs nothing, so no quantity is economic: the need of a month stands for EOQ."),
    "ORDERING_ZERO": _("An order costs nothing, so no quantity is economic: the need of a month stands for EOQ."),
    "TOO_LARGE": _("The numbers are larger than can be kept. Check the costs."),
}


def sentence(state: str) -> StrOrPromise:
    """Return what `state` means; "" where all is as usual."""
    return SENTENCES[state] if state in SENTENCES else states.sentence(state)
