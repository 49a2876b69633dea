from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inventori import jobs
from inventori.models import Job
from inventory.models import StockMove
from sales.importing import uploads
from sales.importing.options import ImportOptions
from sales.models import Sale
from tests.factories import UserFactory, WarehouseFactory
from tests.sales.sales_files import HEADER, dirty_rows, write_file

pytestmark = pytest.mark.django_db
START = "/sales/import/"


@pytest.fixture
def client(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def warehouse():
    return WarehouseFactory(code="UK")


@pytest.fixture
def manager(client):
    person = UserFactory(role="Manager")
    client.force_login(person)
    return person


def upload(client, warehouse, path, **changes):
    fields = {"warehouse": warehouse.pk, "dates": "iso", "decimal": ".", "source": "past", "cost_share": 60}
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(START, {**fields, "file": file, **changes})


@pytest.fixture
def dirty(tmp_path):
    return write_file(tmp_path / "sales.csv.gz", dirty_rows(seed=5, invoices=60))


def stored_files():
    return list(uploads.folder().glob("*")) if uploads.folder().exists() else []


@pytest.fixture(autouse=True)
def no_files_left():
    for path in stored_files():
        path.unlink()


def test_an_upload_is_checked_first_and_posts_nothing(client, manager, warehouse, dirty):
    answer = upload(client, warehouse, dirty)

    check = Job.objects.get()
    page = client.get(answer.url).content.decode()
    assert (check.status, check.title) == ("DONE", "Check of sales.csv.gz")
    assert Sale.objects.count() == 0
    assert "Nothing is stored yet." in page
    assert "The code sells no goods" in page
    assert reverse("sales:import_apply", args=[check.pk]) in page


def test_the_confirmed_file_is_imported_and_deleted_and_its_rejects_can_be_downloaded(
    client, manager, warehouse, dirty
):
    upload(client, warehouse, dirty)
    check = Job.objects.get()
    assert len(stored_files()) == 1

    answer = client.post(reverse("sales:import_apply", args=[check.pk]))

    done = Job.objects.get(title="Import of sales.csv.gz")
    assert answer.url == reverse("job_show", args=[done.pk])
    assert done.status == "DONE"
    assert Sale.objects.count() == done.result["summary"]["sales"] > 0
    assert Sale.objects.first().cashier == manager
    assert stored_files() == []
    page = client.get(answer.url).content.decode()
    rejects = client.get(reverse("job_file", args=[done.pk, "rejects.csv"]))
    assert "The sales are imported." in page
    lines = b"".join(rejects.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) - 1 == sum(done.result["summary"]["rejected"].values())


def test_a_second_click_on_import_returns_the_first_import(client, manager, warehouse, dirty):
    upload(client, warehouse, dirty)
    apply = reverse("sales:import_apply", args=[Job.objects.get().pk])

    first, second = client.post(apply), client.post(apply)

    assert first.url == second.url
    assert Job.objects.count() == 2


def test_an_upload_that_was_thrown_away_cannot_be_imported(client, manager, warehouse, dirty):
    upload(client, warehouse, dirty)
    check = Job.objects.get()

    client.post(reverse("sales:import_drop", args=[check.pk]))
    answer = client.post(reverse("sales:import_apply", args=[check.pk]), follow=True)

    assert stored_files() == []
    assert "This upload is no longer here." in answer.content.decode()
    assert (Job.objects.count(), Sale.objects.count()) == (1, 0)


def test_a_stopped_import_keeps_its_upload_and_goes_on(client, manager, warehouse, dirty, monkeypatch):
    upload(client, warehouse, dirty, source="old")
    check = Job.objects.get()
    parameters = {**check.parameters, "options": {**check.parameters["options"], "dry_run": False, "chunk_lines": 50}}
    job = Job.objects.create(kind=uploads.KIND, title="Import", parameters=parameters, by=manager)

    class StopsHalfWay(jobs.Reporter):
        def report(self, done, total, message=""):
            super().report(done, total, message)
            if message == "Posting the sales" and done > total / 2:
                raise jobs.JobCancelled

    monkeypatch.setattr(jobs, "Reporter", StopsHalfWay)
    jobs.run_job.call(job.pk)
    monkeypatch.undo()
    job.refresh_from_db()
    half = Sale.objects.count()
    assert (job.status, len(stored_files())) == ("CANCELLED", 1)

    client.post(reverse("job_resume", args=[job.pk]))

    job.refresh_from_db()
    assert job.status == "DONE"
    assert 0 < half < Sale.objects.count()
    assert Sale.objects.filter(key__startswith="import:OLD:").count() == Sale.objects.count()
    assert StockMove.objects.filter(ref_type="ADJUST").values("ref_id").distinct().count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("sales.xlsx", b"PK", "Choose a file that ends in .csv or .csv.gz."),
        ("sales.csv", b"Nota,Kode\n1,A\n", "The file has no column for invoice, sku, qty, price, sold_at."),
        ("sales.csv.gz", b"\x1f\x8b\x08\x00broken", "The file breaks off near line 1."),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(client, manager, warehouse, tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)

    page = upload(client, warehouse, path)

    assert sentence in page.content.decode()
    assert (Job.objects.count(), stored_files()) == (0, [])


def test_other_headings_and_codes_are_taken_from_the_form(client, manager, warehouse, tmp_path):
    heading = ["Nota", *HEADER[1:]]
    line = ["1", "A", "Apple", "2", "21/11/2025 08:00", "3,50", "", ""]
    path = write_file(tmp_path / "s.csv", [heading, line, ["1", "fee", *line[2:]]], delimiter=";")

    upload(client, warehouse, path, columns="invoice=Nota", decimal=",", dates="day", not_goods="fee, tip")

    summary = Job.objects.get().result["summary"]
    assert (summary["accepted"], summary["rejected"]) == (1, {"not_goods": 1})
    assert summary["months"] == [["2025-11", "7.00", "0"]]


def test_options_survive_json():
    options = ImportOptions(path="/x", warehouse="UK", mapping=(("qty", "Jumlah"),), not_goods=("FEE",))

    assert ImportOptions.from_json(options.to_json()) == options


def test_only_people_who_may_import_see_the_page(client, warehouse):
    client.force_login(UserFactory(role="Cashier"))

    assert client.get(START).status_code == 403
    assert client.post(START, {"file": BytesIO(b"x")}).status_code == 403


def test_a_check_of_somebody_elses_kind_is_not_found(client, manager):
    job = Job.objects.create(kind="other", title="Other", by=manager)

    assert client.post(reverse("sales:import_apply", args=[job.pk])).status_code == 404
