import struct
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from inventori.errors import DomainError, InvalidInput
from inventori.permissions import ADMIN
from master.models import ShopProfile, TaxRate
from master.selectors import shop_profile
from master.shop import tax_rate_delete, tax_rate_save
from tests.factories import ProductFactory, TaxRateFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def admin(client):
    user = UserFactory(role=ADMIN)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def profile(**more):
    return {
        "name": "Apotek",
        "address": "",
        "phone": "",
        "npwp": "",
        "receipt_footer": "",
        "currency": "IDR",
        "cash_coin": "100",
        "cash_rounding": "nearest",
        "cutoff_hour": "3",
        "cashier_discount_limit": "10",
        "over_receipt_percent": "0",
        "manager_discount_limit": "100",
        "receipt_width": "80",
        "prints_after_sale": "on",
        **more,
    }


def picture(kind="PNG", size=(1200, 800)):
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def test_the_shop_profile_is_saved_with_its_tax_number_grouped(admin):
    admin.post(reverse("master:shop_profile"), profile(npwp="012345678901234"))

    saved = shop_profile()
    assert (saved.name, saved.npwp, saved.cash_coin, saved.cutoff_hour) == (
        "Apotek",
        "01.234.567.8-901.234",
        Decimal(100),
        3,
    )


def test_lines_are_kept_as_they_were_typed_and_saving_again_changes_nothing(admin):
    for _time in range(2):
        admin.post(reverse("master:shop_profile"), profile(receipt_footer="Terima kasih\r\nDatang lagi"))

    changes = LogEntry.objects.get_for_object(shop_profile()).filter(action=LogEntry.Action.UPDATE)
    assert shop_profile().receipt_footer == "Terima kasih\nDatang lagi"
    assert not changes.exists()


def test_discount_limits_and_the_receipt_are_settled_in_the_profile(admin):
    sent = {
        "cashier_discount_limit": "7.5",
        "manager_discount_limit": "30",
        "receipt_width": "58",
        "over_receipt_percent": "2.5",
    }

    admin.post(reverse("master:shop_profile"), profile(**sent, prints_after_sale=""))

    saved = shop_profile()
    assert (saved.cashier_discount_limit, saved.manager_discount_limit) == (Decimal("7.5"), Decimal(30))
    assert saved.over_receipt_percent == Decimal("2.5")
    assert (saved.receipt_width, saved.prints_after_sale) == (58, False)


def test_every_field_of_the_profile_stands_under_one_heading(admin):
    form = admin.get(reverse("master:shop_profile")).context["form"]

    shown = [bound.name for _title, fields in form.parts for bound in fields]
    assert [str(title) for title, _fields in form.parts] == [
        "The shop",
        "Money and days",
        "Discounts at the till",
        "Goods-in",
        "Receipt",
    ]
    assert shown == list(form.fields)


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        (
            {"cashier_discount_limit": "101"},
            {"cashier_discount_limit": ["Ensure this value is less than or equal to 100."]},
        ),
        (
            {"manager_discount_limit": "-1"},
            {"manager_discount_limit": ["Ensure this value is greater than or equal to 0."]},
        ),
        (
            {"cashier_discount_limit": "12.5", "manager_discount_limit": "5"},
            {"manager_discount_limit": ["A manager may give at least what a cashier may: 12.5 %."]},
        ),
        (
            {"receipt_width": "76"},
            {"receipt_width": ["Select a valid choice. 76 is not one of the available choices."]},
        ),
    ],
)
def test_limits_and_papers_that_cannot_be_are_refused(admin, sent, errors):
    page = admin.post(reverse("master:shop_profile"), profile(**sent))

    assert page.context["form"].errors == errors
    assert not ShopProfile.objects.exists()


def test_a_tax_number_of_another_length_is_refused(admin):
    page = admin.post(reverse("master:shop_profile"), profile(npwp="1234"))

    assert page.context["form"].errors == {"npwp": ["An NPWP has 15 or 16 digits."]}
    assert not ShopProfile.objects.exists()


def test_a_logo_is_drawn_anew_shrunk_and_served_to_everybody(admin, client):
    file = SimpleUploadedFile("logo.jpg", picture("JPEG"), "image/jpeg")

    admin.post(reverse("master:shop_profile"), profile(logo_file=file))
    client.logout()
    sent = client.get(reverse("master:shop_logo"))

    drawn = Image.open(BytesIO(b"".join(sent.streaming_content)))
    assert (drawn.format, drawn.size, sent["Content-Type"]) == ("PNG", (600, 400), "image/png")


def claiming(width, height):
    """Return a small PNG whose head speaks of `width` × `height` pixels."""
    content = picture(size=(1, 1))
    head = b"IHDR" + struct.pack(">II", width, height) + content[24:29]
    return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "The logo must be a PNG or JPEG picture."),
        ("logo.png", b"\x89PNG\r\n\x1a\nnothing", "The logo must be a PNG or JPEG picture."),
        ("logo.png", picture("GIF"), "The logo must be a PNG or JPEG picture."),
        ("logo.png", claiming(5_000, 5_000), "The logo has too many pixels. Choose a smaller picture."),
        ("logo.png", claiming(20_000, 20_000), "The logo has too many pixels. Choose a smaller picture."),
        ("logo.png", b"x" * (1024 * 1024 + 1), "The logo is larger than 1 MB. Choose a smaller picture."),
    ],
)
def test_a_logo_that_is_no_small_picture_is_refused(admin, name, content, sentence):
    page = admin.post(reverse("master:shop_profile"), profile(logo_file=SimpleUploadedFile(name, content)))

    assert page.context["form"].errors == {"logo_file": [sentence]}
    assert admin.get(reverse("master:shop_logo")).status_code == 404


def test_the_logo_can_be_taken_away(admin, django_capture_on_commit_callbacks):
    admin.post(reverse("master:shop_profile"), profile(logo_file=SimpleUploadedFile("logo.png", picture())))
    name = shop_profile().logo.name

    with django_capture_on_commit_callbacks(execute=True):
        admin.post(reverse("master:shop_profile"), profile(no_logo="on"))

    assert shop_profile().logo.name == ""
    assert not shop_profile().logo.storage.exists(name)


def test_the_currency_is_fixed_from_the_first_document_on(admin):
    admin.post(reverse("master:shop_profile"), profile(currency="USD"))
    stock_up(ProductFactory(), WarehouseFactory(), 1)

    page = admin.post(reverse("master:shop_profile"), profile(currency="IDR"))

    assert page.context["form"].errors == {
        "currency": ["The shop has documents in USD already: its currency is fixed."]
    }
    assert shop_profile().currency == "USD"


def test_tax_rates_of_the_same_days_are_refused():
    TaxRateFactory(valid_from=date(2025, 1, 1))
    rate = TaxRate(percent=Decimal(11), valid_from=date(2026, 1, 1))

    with pytest.raises(InvalidInput, match=r"PPN 12 % is in force on some of these days too \(from 01-01-2025\)"):
        tax_rate_save(rate=rate, by=UserFactory(role=ADMIN), today=TODAY)

    assert TaxRate.objects.count() == 1


def test_a_tax_rate_may_follow_one_that_has_ended():
    TaxRateFactory(valid_from=date(2022, 4, 1), valid_until=date(2024, 12, 31))

    tax_rate_save(
        rate=TaxRate(percent=Decimal(12), valid_from=date(2025, 1, 1)), by=UserFactory(role=ADMIN), today=TODAY
    )

    assert TaxRate.objects.count() == 2


def test_a_tax_rate_in_use_can_only_be_ended():
    admin, rate = UserFactory(role=ADMIN), TaxRateFactory(valid_from=date(2025, 1, 1))
    stock_up(ProductFactory(), WarehouseFactory(), 1)
    rate.percent = Decimal(11)

    with pytest.raises(DomainError, match="only its last day can still be set"):
        tax_rate_save(rate=rate, by=admin, today=TODAY)
    with pytest.raises(DomainError, match="Set its last day instead"):
        tax_rate_delete(rate=rate, by=admin, today=TODAY)
    rate = TaxRate.objects.get()
    rate.valid_until = date(2026, 12, 31)
    tax_rate_save(rate=rate, by=admin, today=TODAY)

    saved = TaxRate.objects.get()
    assert (saved.percent, saved.valid_until) == (Decimal(12), date(2026, 12, 31))


def test_a_tax_rate_is_added_and_deleted_on_its_pages(admin):
    data = {"name": "PPN", "percent": "12", "base_numerator": 11, "base_denominator": 12, "valid_from": "2025-01-01"}

    admin.post(reverse("master:tax_rate_create"), data)
    made = TaxRate.objects.get()
    admin.post(reverse("master:tax_rate_delete", args=[made.pk]))

    assert made.factor == Decimal("0.11")
    assert not TaxRate.objects.exists()
