"""One colour and one word for each status in the whole product."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Badge:
    """tone: good, watch, bad, info or plain; the icon says the same without colour."""

    tone: str
    icon: str
    label: StrOrPromise


BADGES: dict[str, Badge] = {
    # Documents
    "DRAFT": Badge("plain", "pencil", _("draft")),
    "HELD": Badge("watch", "pause", _("held")),
    "PAID": Badge("good", "check-lg", _("paid")),
    "CANCELLED": Badge("bad", "x-lg", _("cancelled")),
    "SENT": Badge("info", "send", _("sent")),
    "PARTIAL": Badge("watch", "hourglass-split", _("partly received")),
    "RECEIVED": Badge("good", "check-lg", _("received")),
    "LATE": Badge("bad", "alarm", _("late")),
    "POSTED": Badge("good", "check-lg", _("posted")),
    # Stock counts
    "COUNTING": Badge("info", "clipboard", _("being counted")),
    "SUBMITTED": Badge("watch", "hourglass-split", _("to be approved")),
    # Shifts
    "OPEN": Badge("good", "unlock", pgettext_lazy("badge", "open")),
    "CLOSED": Badge("plain", "lock", pgettext_lazy("badge", "closed")),
    # Moves
    "SALE": Badge("info", "receipt", _("sale")),
    "GRN": Badge("good", "box-arrow-in-down", _("receipt of goods")),
    "ADJUST": Badge("watch", "plus-slash-minus", _("adjustment")),
    "TRANSFER": Badge("plain", "arrow-left-right", _("transfer")),
    "RETURN": Badge("bad", "arrow-return-left", _("return")),
    "SUPRET": Badge("watch", "box-arrow-up", _("return to a supplier")),
    "DAMAGED": Badge("bad", "exclamation-triangle", _("damaged")),
    # Stock
    "OK": Badge("good", "check-lg", _("enough")),
    "LOW": Badge("watch", "exclamation-triangle", _("low")),
    "OUT": Badge("bad", "slash-circle", _("out of stock")),
    "EXPIRED": Badge("bad", "calendar-x", _("expired")),
    "EXPIRING": Badge("watch", "calendar-event", _("expires soon")),
    "NEVER": Badge("plain", "dash", _("never held")),
    # Things and people
    "ACTIVE": Badge("good", "check-lg", _("active")),
    "INACTIVE": Badge("plain", "slash-circle", _("inactive")),
    "YES": Badge("good", "check-lg", pgettext_lazy("badge", "yes")),
    "NO": Badge("plain", "dash", pgettext_lazy("badge", "no")),
    # Rows of an import
    "NEW": Badge("good", "plus-lg", _("new")),
    "CHANGED": Badge("info", "pencil", _("changed")),
    # Suggestions
    "ACCEPTED": Badge("good", "check-lg", _("accepted")),
    "REJECTED": Badge("plain", "x-lg", _("rejected")),
    # Jobs
    "WAITING": Badge("plain", "hourglass", _("waiting")),
    "RUNNING": Badge("info", "arrow-repeat", _("running")),
    "DONE": Badge("good", "check-lg", _("done")),
    "FAILED": Badge("bad", "x-octagon", _("failed")),
    "STOPPED": Badge("watch", "sign-stop", _("stopped at a limit")),
    "SURE": Badge("good", "check-lg", _("sure")),
    "MAY_BE_CHANCE": Badge("watch", "dice-3", _("may be chance")),
    "IN_FORCE": Badge("good", "lightning-charge", _("in force")),
}


def badge_for(status: object) -> Badge:
    """Return the badge of a status code; a truth value means active or inactive."""
    if isinstance(status, bool):
        return BADGES["ACTIVE" if status else "INACTIVE"]
    code = str(status).upper()
    return BADGES.get(code) or Badge("plain", "circle", str(status))
