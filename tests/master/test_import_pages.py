from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from inventori.permissions import MANAGER
from master.importing import importers
from master.models import ImportRun, Product
from tests.factories import CategoryFactory, ProductFactory, UserFactory
from tests.master.files import csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    client.force_login(UserFactory(role=MANAGER))
    client.cookies["django_language"] = "en"
    return client


def upload(client, content, name="list.csv", **more):
    data = {"kind": "products", "notation": "en", "file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("master:import_start"), data)


def test_a_file_is_uploaded_checked_and_applied(manager):
    CategoryFactory(code="MIN")

    check_url = upload(manager, csv_of("sku,name,category,price", "A1,Kopi,MIN,12500"))["Location"]
    page = manager.get(check_url)
    manager.post(f"{check_url}apply/")

    assert page.context["plan"]["counts"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert "12,500" in page.content.decode()
    assert Product.objects.get().name == "Kopi"
    assert ImportRun.objects.get().file_name == "list.csv"
    assert manager.get(check_url).status_code == 409


def test_the_check_page_names_each_error_and_offers_no_apply(manager):
    ProductFactory(sku="A1")

    check_url = upload(manager, csv_of("sku,price", "A1,much"))["Location"]
    text = manager.get(check_url).content.decode()

    assert "Row 2" in text
    assert "This is no number written like 1,234.56." in text
    assert f"{check_url}apply/" not in text


def test_the_changes_are_shown_page_by_page_and_by_kind(manager):
    CategoryFactory(code="MIN")
    ProductFactory(sku="OLD")
    rows = [f"P{number:03d},Barang {number},MIN,1" for number in range(60)]

    check_url = upload(manager, csv_of("sku,name,category,price", *rows, "OLD,Baru,,"))["Location"]

    assert len(manager.get(check_url).context["shown"]) == 50
    assert len(manager.get(check_url, {"page": 2}).context["shown"]) == 11
    assert [row["key"] for row in manager.get(check_url, {"show": "changed"}).context["shown"]] == ["OLD"]


def test_a_thrown_away_upload_is_gone(manager):
    check_url = upload(manager, csv_of("sku,price"))["Location"]

    manager.post(f"{check_url}drop/")

    assert manager.get(check_url).status_code == 409


def test_what_is_no_table_is_refused_on_the_form(manager):
    page = upload(manager, b"\x00\x01\x02", "x.bin")

    assert page.context["form"].non_field_errors() == ["x.bin is neither CSV nor XLSX."]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_template_is_brought_in_without_an_error(manager, form):
    for importer in importers():
        sent = manager.get(reverse("master:import_template", args=[importer.name, form]))
        content = b"".join(sent.streaming_content)

        check_url = upload(manager, content, f"{importer.name}.{form}", kind=importer.name)["Location"]
        plan = manager.get(check_url).context["plan"]

        assert (plan["counts"], plan["faults"]) == ({"new": 0, "changed": 0, "unchanged": 0}, [])
        assert plan["warnings"] == ["Rows that begin with # are left out: 1."]


def test_a_template_names_the_columns_in_english(manager):
    content = b"".join(manager.get(reverse("master:import_template", args=["suppliers", "xlsx"])).streaming_content)

    heading = [cell.value for cell in load_workbook(BytesIO(content)).active[1]]

    assert heading == [
        *("code", "name", "contact", "phone", "email", "address", "city", "lead_time_days"),
        *("min_order_value", "is_active"),
    ]


def test_an_exported_list_can_be_brought_in_again(manager):
    ProductFactory(sku="A1", price="12500.00")
    exported = b"".join(manager.get(reverse("master:product_list"), {"export": "xlsx"}).streaming_content)

    check_url = upload(manager, exported, "products.xlsx")["Location"]
    plan = manager.get(check_url).context["plan"]

    assert (plan["counts"], plan["faults"]) == ({"new": 0, "changed": 0, "unchanged": 1}, [])
