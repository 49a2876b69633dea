"""An order by e-mail: asked for on its page, sent by the worker, with the PDF attached."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from inventori import jobs
from inventori.errors import DomainError
from inventori.mailing import pdf_mail
from inventori.models import Job

from .models import PurchaseOrder
from .order_paper import message, order_paper
from .order_pdf import order_pdf

KIND = "order_mail"


def check_mailable(order: PurchaseOrder) -> None:
    """Raise DomainError where the supplier has no e-mail address, or the shop no mail server."""
    if not order.supplier.email:
        raise DomainError(
            _("%(supplier)s has no e-mail address. Add it, or mark the order as sent.") % {"supplier": order.supplier}
        )
    if not settings.MAIL_IS_SET_UP:
        raise DomainError(_("This shop sends no e-mail yet. Ask the admin to set EMAIL_URL, then try again."))


def order_mail(*, order: PurchaseOrder, address: str, by: User) -> Job:
    """Let the worker send the sent `order` to its supplier; address: that of the supplier's page."""
    check_mailable(order)
    title = _("Order %(order)s by e-mail") % {"order": order}
    parameters = {"order": order.pk, "to": order.supplier.email, "address": address}
    return jobs.job_start(kind=KIND, title=title, parameters=parameters, by=by)


def _send(job: Job, reporter: jobs.Reporter) -> dict[str, Any]:
    orders = PurchaseOrder.objects.select_related("supplier", "warehouse")
    order = orders.get(pk=job.parameters["order"])
    if order.status == PurchaseOrder.Status.CANCELLED:
        raise DomainError(_("%(order)s is cancelled and is not sent.") % {"order": order})
    paper = order_paper(order, address=job.parameters["address"])
    reporter.report(0, 1)
    pdf_mail(
        to=job.parameters["to"],
        subject=_("Order %(order)s from %(shop)s") % {"order": paper.number, "shop": paper.shop},
        text=message(paper),
        name=paper.number,
        pdf=order_pdf(paper),
        refusal=_(
            "The mail server did not take the order (%(why)s). Ask the admin to look at EMAIL_URL, then send it again."
        ),
    )
    return {"sent": 1}


def register() -> None:
    jobs.register(
        jobs.Kind(
            name=KIND, right="purchase_change", run=_send, is_resumable=True, template="purchases/order_mailed.html"
        )
    )
