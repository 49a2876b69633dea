"""The receipt by e-mail and WhatsApp."""

import re
from datetime import UTC
from io import BytesIO
from smtplib import SMTPRecipientsRefused
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone, translation
from pypdf import PdfReader

from inventori.models import Job
from inventori.phones import phone_digits
from sales.receipt import receipt_of
from sales.receipt_rows import message
from sales.whatsapp import whatsapp_link

from .receipts import ReceiptShop, get, post

pytestmark = pytest.mark.django_db


class RefusingBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({"budi@example.com": (550, b"no such user")})


@pytest.fixture(autouse=True)
def in_english(client, settings):
    settings.MAIL_IS_SET_UP = True
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def test_the_worker_mails_the_receipt_with_its_pdf(client, django_capture_on_commit_callbacks):
    shop = ReceiptShop(receipt_width=58, receipt_footer="Terima kasih")
    sale = shop.sell_to(email="budi@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        answer = post(client, shop.cashier, "sale_email", sale.pk)

    job = Job.objects.get()
    assert answer.json() == {"said": "The receipt goes to budi@example.com.", "see": f"/jobs/{job.pk}/"}
    assert (job.status, job.title) == ("DONE", f"Receipt {sale.invoice_number} by e-mail")
    sent = mail.outbox[0]
    assert (len(mail.outbox), sent.to) == (1, ["budi@example.com"])
    assert sent.subject == f"Receipt {sale.invoice_number} from Toko Uji"
    assert sent.body == message(receipt_of(sale))
    name, content, kind = sent.attachments[0]
    assert (name, kind) == (f"{sale.invoice_number}.pdf", "application/pdf")
    page = PdfReader(BytesIO(content)).pages[0]
    assert "Terima kasih" in page.extract_text()
    assert round(float(page.mediabox.width) * 25.4 / 72) == 58
    assert "The receipt is sent." in get_job(client, job)


def get_job(client, job):
    return client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_mail_server_that_refuses_is_named_and_the_job_can_go_on(
    client, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    shop = ReceiptShop()
    sale = shop.sell_to(email="budi@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        post(client, shop.cashier, "sale_email", sale.pk)

    job = Job.objects.get()
    assert job.status == "FAILED"
    assert job.message.startswith("The mail server did not take the receipt (")
    assert "Continue" in get_job(client, job)


def test_without_a_mail_server_the_till_says_so(client, settings):
    settings.MAIL_IS_SET_UP = False
    shop = ReceiptShop()
    sale = shop.sell_to(email="budi@example.com")

    answer = post(client, shop.cashier, "sale_email", sale.pk)

    assert answer.status_code == 409
    said = "This shop sends no e-mail yet. Ask the admin to set EMAIL_URL, then try again."
    assert answer.json()["said"] == said
    assert (Job.objects.count(), mail.outbox) == (0, [])


def test_a_customer_without_an_address_gets_no_mail_and_no_link(client):
    shop = ReceiptShop()
    known, stranger = shop.sell_to(), shop.sell()

    for sale in (known, stranger):
        answer = post(client, shop.cashier, "sale_email", sale.pk)
        assert answer.status_code == 409
        assert answer.json()["said"] == (f"The customer of {sale.invoice_number} has no e-mail address. Add it first.")
        for name in ("sale_done", "sale_receipt"):
            page = get(client, shop.cashier, name, sale.pk).content.decode()
            assert "wa.me" not in page
            assert f"/sales/{sale.pk}/email/" not in page
    assert Job.objects.count() == 0


def test_a_sale_of_somebody_else_is_not_mailed(client):
    shop = ReceiptShop()
    sale = shop.sell_to(email="budi@example.com")
    sale.cashier = shop.manager
    sale.save()

    assert post(client, shop.cashier, "sale_email", sale.pk).status_code == 404
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("081234567890", "6281234567890"),
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("+62 (0)812 3456 7890", "6281234567890"),
        ("62 812 3456 7890", "6281234567890"),
        ("812 3456 7890", "6281234567890"),
        ("0062 812 3456 7890", "6281234567890"),
        ("+65 9123 4567", "6591234567"),
        ("123", ""),
        ("", ""),
        ("tanya Bu Siti", ""),
    ],
)
def test_a_phone_number_as_people_write_it_becomes_one_that_whatsapp_takes(phone, digits):
    assert phone_digits(phone) == digits


def test_the_whatsapp_link_holds_the_whole_receipt(client):
    shop = ReceiptShop(receipt_footer="Beli 2 & hemat 10%?")
    sale = shop.sell_to(phone="0812 3456 7890", at=timezone.now().astimezone(UTC))

    link = whatsapp_link(sale, receipt_of(sale))

    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("wa.me", "/6281234567890")
    assert parse_qs(parts.query) == {"text": [message(receipt_of(sale))]}
    for name in ("sale_done", "sale_receipt"):
        page = get(client, shop.cashier, name, sale.pk).content.decode()
        anchor = re.search(r'<a [^>]*href="https://wa\.me/6281234567890\?text=[^"]+"[^>]*>', page)[0]
        assert 'target="_blank" rel="noopener noreferrer"' in anchor


def test_the_receipt_is_mailed_in_the_language_of_who_sent_it(client, django_capture_on_commit_callbacks):
    shop = ReceiptShop()
    shop.cashier.language = "id"
    shop.cashier.save()
    sale = shop.sell_to(email="budi@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        post(client, shop.cashier, "sale_email", sale.pk)

    assert "2 pcs × 10.000 = 20.000" in mail.outbox[0].body
    assert "Kasir: Siti" in mail.outbox[0].body
