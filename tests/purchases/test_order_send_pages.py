"""An order on its way to the supplier: paper, PDF, mail and message."""

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from pypdf import PdfReader

from inventori.models import Job
from purchases.models import PurchaseOrder
from purchases.services import order_send

from .buying import signed_in
from .desk import D, named_desk

pytestmark = pytest.mark.django_db
TOTAL = "263.200"


@pytest.fixture
def desk():
    return named_desk()


def test_the_pdf_says_what_is_ordered_in_boxes_and_in_indonesian_numbers(desk):
    order = desk.order(desk.boxes(3, 95_000, 14_250), discount=D(7550), note="Before noon")
    client = signed_in()
    client.cookies.load({"django_language": "id"})

    response = client.get(f"/po/{order.pk}/order.pdf")

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    assert response["Content-Type"] == "application/pdf"
    for part in ("Apotek Sehat", "Jl. Merdeka 1", desk.supplier.name, "3 box", "30 strip", "95.000", TOTAL, "Before"):
        assert part in text, part


def test_a_long_order_goes_on_over_pages(desk):
    order = desk.order(*[desk.boxes() for _n in range(80)])

    reader = PdfReader(BytesIO(signed_in().get(f"/po/{order.pk}/order.pdf").content))

    assert len(reader.pages) > 2
    assert sum(page.extract_text().count("Amoxicillin") for page in reader.pages) == 80


def test_the_print_page_shows_the_paper(desk):
    order = desk.order(desk.boxes(3, 95_000, 14_250), discount=D(7550))

    page = signed_in().get(f"/po/{order.pk}/print/").content.decode()

    assert "= 30 strip" in page
    assert "263,200" in page


def test_a_mail_sends_the_order_with_its_pdf_and_the_suppliers_address(desk, settings):
    settings.MAIL_IS_SET_UP = True
    desk.supplier.email = "order@supplier.example"
    desk.supplier.save()
    order = desk.order()

    signed_in().post(f"/po/{order.pk}/email/")

    order.refresh_from_db()
    letter = mail.outbox[0]
    assert (order.status, Job.objects.get().status) == ("SENT", "DONE")
    assert (letter.to, letter.subject) == (["order@supplier.example"], f"Order {order} from Apotek Sehat")
    assert f"http://testserver/supplier/{order.token}/" in letter.body
    assert "Amoxicillin: 3 box" in letter.body
    assert [(name, kind) for name, _content, kind in letter.attachments] == [(f"{order}.pdf", "application/pdf")]


@pytest.mark.parametrize(("email", "is_set_up"), [("", True), ("order@supplier.example", False)])
def test_an_order_that_cannot_be_mailed_stays_a_draft(desk, settings, email, is_set_up):
    settings.MAIL_IS_SET_UP = is_set_up
    desk.supplier.email = email
    desk.supplier.save()
    order = desk.order()

    response = signed_in().post(f"/po/{order.pk}/email/")

    assert response.status_code == 409
    assert PurchaseOrder.objects.get().status == "DRAFT"
    assert mail.outbox == []


def test_the_whatsapp_link_holds_the_order_and_the_suppliers_address(desk):
    desk.supplier.phone = "0812 3456 7890"
    desk.supplier.save()
    order = order_send(order=desk.order(), by=desk.by)

    link = urlsplit(signed_in().get(f"/po/{order.pk}/").context["whatsapp"])

    assert (link.netloc, link.path) == ("wa.me", "/6281234567890")
    assert f"/supplier/{order.token}/" in parse_qs(link.query)["text"][0]
