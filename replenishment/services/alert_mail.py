"""New alerts by e-mail, once a day, to those who order."""

from collections.abc import Sequence
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from inventori.permissions import RIGHTS
from inventori.templatetags.inventori import qty as show_qty
from inventory.alerts import alerts_check
from inventory.models import ReorderAlert
from inventory.selectors import active_warehouses, business_today
from master.selectors import shop_profile
from replenishment.alerting import AlertRow, alert_rows
from replenishment.models import ReplenishmentSettings
from replenishment.selectors import replenishment_settings

MOST_LINES = 50


def alerts_check_and_mail() -> str:
    """Check every policy, and mail the alerts that nobody was told of yet; return what was done in words."""
    settled = alerts_check()
    mails = alerts_mail()
    if not (settled.raised or settled.cleared or mails):
        return ""
    return f"{settled.raised} raised, {settled.cleared} cleared, {mails} mailed"


def alerts_mail() -> int:
    """Mail the open alerts once a day if some of them are new; return how many people were written to."""
    rules, places = replenishment_settings(), active_warehouses()
    if not (settings.MAIL_IS_SET_UP and rules.mails_alerts and places):
        return 0
    rows = alert_rows()
    new = [row.alert.pk for row in rows if row.alert.mailed_at is None]
    people = _people()
    today = max(business_today(place) for place in places)
    if not (new and people) or not _claim(today):
        return 0
    for count, person in enumerate(people):
        try:
            with translation.override(person.language or settings.LANGUAGE_CODE):
                _mail(person, rows, len(new)).send()
        except (SMTPException, OSError):
            if not count:
                # Nobody was told: the next quarter of an hour tries again.
                ReplenishmentSettings.objects.filter(pk=1).update(alerts_mailed_on=None)
            raise
    ReorderAlert.objects.filter(pk__in=new).update(mailed_at=timezone.now())
    return len(people)


def _claim(today: date) -> bool:
    """Say whether this call is the first of the day: of two clocks, one mails."""
    waiting = ReplenishmentSettings.objects.filter(pk=1).filter(
        Q(alerts_mailed_on__isnull=True) | Q(alerts_mailed_on__lt=today)
    )
    return waiting.update(alerts_mailed_on=today) == 1


def _people() -> list[User]:
    """Return those who may order and have an e-mail address."""
    roles = RIGHTS["purchase_change"].roles
    active = User.objects.filter(is_active=True).exclude(email="")
    return list(active.filter(Q(groups__name__in=roles) | Q(is_superuser=True)).distinct().order_by("pk"))


def _mail(person: User, rows: Sequence[AlertRow], new: int) -> EmailMessage:
    shop = shop_profile().name or "Inventori"
    subject = ngettext(
        "%(n)s product to order, %(new)s of it new · %(shop)s",
        "%(n)s products to order, %(new)s of them new · %(shop)s",
        len(rows),
    ) % {"n": show_qty(len(rows)), "new": show_qty(new), "shop": shop}
    lines = [_line(row) for row in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        lines.append(_("… and %(n)s more") % {"n": show_qty(len(rows) - MOST_LINES)})
    lines += ["", _("The page “Alerts” shows them all, “What to order” makes the orders.")]
    return EmailMessage(subject, "\n".join(lines), to=[person.email])


def _line(row: AlertRow) -> str:
    return _("%(product)s (%(place)s): %(units)s %(uom)s at a reorder point of %(rop)s. %(cover)s.") % {
        "product": row.alert.product.name,
        "place": row.alert.warehouse.name,
        "units": show_qty(row.available),
        "uom": row.alert.product.uom,
        "rop": show_qty(row.rop),
        "cover": row.cover,
    }
