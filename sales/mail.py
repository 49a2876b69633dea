"""A receipt by e-mail: asked for at the till, sent by the worker, with the PDF attached."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from inventori import jobs
from inventori.errors import DomainError
from inventori.mailing import pdf_mail
from inventori.models import Job

from .models import Sale
from .receipt import receipt_of
from .receipt_pdf import receipt_pdf
from .receipt_rows import message

KIND = "receipt_mail"


def receipt_mail(*, sale: Sale, by: User) -> Job:
    """Let the worker send the receipt of `sale` to its customer.

    Raises DomainError where the customer has no e-mail address, or the shop no mail server.
    """
    address = sale.customer.email if sale.customer else ""
    if not address:
        raise DomainError(_("The customer of %(invoice)s has no e-mail address. Add it first.") % {"invoice": sale})
    if not settings.MAIL_IS_SET_UP:
        raise DomainError(_("This shop sends no e-mail yet. Ask the admin to set EMAIL_URL, then try again."))
    # Who may see the job need not learn the customer's address from its title.
    title = _("Receipt %(invoice)s by e-mail") % {"invoice": sale}
    return jobs.job_start(kind=KIND, title=title, parameters={"sale": sale.pk, "address": address}, by=by)


def _send(job: Job, reporter: jobs.Reporter) -> dict[str, Any]:
    sale = Sale.objects.select_related("warehouse", "cashier", "customer").get(pk=job.parameters["sale"])
    receipt = receipt_of(sale)
    subject = _("Receipt %(invoice)s from %(shop)s") % {"invoice": receipt.number, "shop": receipt.shop}
    pdf = receipt_pdf(receipt, receipt.paper)
    reporter.report(0, 1)
    pdf_mail(
        to=job.parameters["address"],
        subject=subject,
        text=message(receipt),
        name=receipt.number,
        pdf=pdf,
        refusal=_(
            "The mail server did not take the receipt (%(why)s). Ask the admin to look at EMAIL_URL,"
            " then send it again."
        ),
    )
    return {"sent": 1}


def register() -> None:
    jobs.register(jobs.Kind(name=KIND, right="sell", run=_send, is_resumable=True, template="sales/receipt_sent.html"))
