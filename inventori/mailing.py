"""A mail with a PDF, sent by the worker."""

from smtplib import SMTPException

from django.core.mail import EmailMessage
from django_stubs_ext import StrOrPromise

from .errors import DomainError


def pdf_mail(*, to: str, subject: str, text: str, name: str, pdf: bytes, refusal: StrOrPromise) -> None:
    """Send `text` to `to` with `pdf` as `name`.pdf. Raises DomainError with `refusal`, which names %(why)s."""
    mail = EmailMessage(" ".join(subject.split()), text, to=[to])
    mail.attach(f"{name}.pdf", pdf, "application/pdf")
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        raise DomainError(str(refusal) % {"why": str(error)[:100]}) from error
