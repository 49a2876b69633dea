"""What kept a number from being computed as usual, in one sentence with the next step, and its badge.

The states of a policy are those of `inventory.formulas.State` and NOT_COMPUTED; those of a need come from planning.py.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from inventori.badges import Badge
from inventory.formula_input import State

NOT_COMPUTED = "NOT_COMPUTED"
OK = "OK"

SENTENCES: dict[str, StrOrPromise] = {
    OK: _("Computed from history as usual."),
    NOT_COMPUTED: _("Nothing has been computed yet. Compute it from history, or type the values."),
    "NO_HISTORY": _(
        "It was on the shelf on none of these days, so they say nothing of its demand; what was known before stays. "
        "Choose a longer range, or type the demand a day."
    ),
    "NEGATIVE_DEMAND": _(
        "In these days more came back than was sold, so demand counts as 0. "
        "Check the returns, choose a longer range, or type the demand a day."
    ),
    "NO_SALES": _(
        "Nothing was sold in these days, so the policy orders nothing. "
        "Choose a longer range, type the demand a day, or stop ordering it."
    ),
    "ONE_SALE": _(
        "It was sold on one day only, so its spread is a guess. Choose a longer range, or type the safety stock."
    ),
    "SERVICE_LEVEL_IMPOSSIBLE": _(
        "No stock can promise this service level, so it is taken as 95 %. Set a level between 50 and 99.99 %."
    ),
    "MAX_NOT_ABOVE_MIN": _(
        "The maximum is not above the minimum, so there is nothing to order. Raise the maximum, or release it."
    ),
    "NO_SUPPLIER": _(
        "It has no supplier, so its lead time is a guess. Give the product a supplier, or type the lead time."
    ),
    "LEAD_TIME_ZERO": _(
        "Its lead time is 0 days, so only the review interval is protected. "
        "If the goods do not come the same day, enter the supplier’s lead time."
    ),
    "HOLDING_ZERO": _(
        "Keeping it costs nothing, so no quantity is economic: an order covers its lead time and review interval. "
        "Enter the cost of the product or its holding cost, or type the order quantity."
    ),
    "ORDERING_ZERO": _(
        "An order costs nothing, so no quantity is economic: an order covers its lead time and review interval. "
        "Enter the cost of an order, or type the order quantity."
    ),
    # --- Of a need
    "ORDER": _("It is time to order."),
    "ENOUGH": _("There is enough. Nothing needs to be done."),
    "ON_ORDER": _("What is on order is enough. Receive it when it comes."),
    "NOT_REVIEW_DAY": _("Today is not its review day. It is looked at on the next one."),
    "NO_DEMAND": _("Nobody asks for it now, so nothing is ordered. Type a level if you want it on the shelf anyway."),
    "WOULD_EXPIRE": _("What would be ordered expires before it is sold. Order less, or batches that last longer."),
}
UNKNOWN = _("Its state is not known. Compute it from history again.")

BADGES: dict[str, Badge] = {
    OK: Badge("good", "check-lg", pgettext_lazy("policy", "computed")),
    NOT_COMPUTED: Badge("plain", "hourglass", _("not computed")),
    "NO_HISTORY": Badge("watch", "question-circle", _("no history")),
    "NEGATIVE_DEMAND": Badge("bad", "arrow-return-left", _("more returned than sold")),
    "NO_SALES": Badge("watch", "dash-circle", _("no sales")),
    "ONE_SALE": Badge("watch", "1-circle", _("one sale only")),
    "SERVICE_LEVEL_IMPOSSIBLE": Badge("bad", "exclamation-triangle", _("impossible service level")),
    "MAX_NOT_ABOVE_MIN": Badge("bad", "exclamation-triangle", _("maximum not above minimum")),
    "NO_SUPPLIER": Badge("watch", "truck", _("no supplier")),
    "LEAD_TIME_ZERO": Badge("info", "clock", _("no lead time")),
    "HOLDING_ZERO": Badge("info", "cash", _("no holding cost")),
    "ORDERING_ZERO": Badge("info", "cash", _("no ordering cost")),
    "ORDER": Badge("watch", "cart-plus", pgettext_lazy("badge", "order now")),
    "ENOUGH": Badge("good", "check-lg", _("enough")),
    "ON_ORDER": Badge("info", "truck", _("on order")),
    "NOT_REVIEW_DAY": Badge("plain", "calendar", _("not today")),
    "NO_DEMAND": Badge("plain", "dash-circle", _("no demand")),
    "WOULD_EXPIRE": Badge("bad", "calendar-x", _("would expire")),
}
# What a policy can be in, as the list's filter offers it.
POLICY_STATES = (OK, NOT_COMPUTED, *(state.name for state in State if state.name != OK))


def sentence(state: str) -> StrOrPromise:
    """Return what `state` means and what to do next."""
    return SENTENCES.get(state, UNKNOWN)


def badge_of(state: str) -> Badge:
    """Return the badge of `state`; one that is not known shows its own name."""
    return BADGES.get(state) or Badge("plain", "question-circle", state)
