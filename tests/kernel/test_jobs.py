from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inventori import jobs
from inventori.errors import DomainError
from inventori.models import Job
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def count_to_ten(job, reporter):
    for number in range(1, 11):
        reporter.report(number, 10, "counting")
        if number == job.parameters.get("cancel_at"):
            jobs.job_cancel(job=job)
            # A report of a new phase is never held back, so the wish to stop is seen at once.
            reporter.report(number, 10, "stopping")
    if job.parameters.get("refuse"):
        raise DomainError("Ten is too many.")
    if job.parameters.get("crash"):
        raise ZeroDivisionError
    return {"counted": 10}


@pytest.fixture(autouse=True)
def counting():
    jobs.register(jobs.Kind(name="count", right="master_import", run=count_to_ten, is_resumable=True))
    yield
    del jobs._kinds["count"]


@pytest.fixture
def client(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def by():
    return UserFactory(role="Manager")


def start(by, **parameters):
    job = jobs.job_start(kind="count", title="Count", parameters=parameters, by=by)
    job.refresh_from_db()
    return job


def abandoned(by):
    """A job whose worker was killed two minutes ago."""
    return Job.objects.create(
        kind="count",
        title="Count",
        by=by,
        status=Job.Status.RUNNING,
        heartbeat_at=timezone.now() - timedelta(minutes=2),
    )


def test_a_job_runs_and_keeps_its_result(by):
    job = start(by)

    assert (job.status, job.done, job.total, job.result) == ("DONE", 10, 10, {"counted": 10})
    assert job.started_at <= job.finished_at


def test_a_refused_job_fails_with_the_sentence(by):
    job = start(by, refuse=True)

    assert (job.status, job.message) == ("FAILED", "Ten is too many.")


def test_a_job_that_breaks_off_says_so_instead_of_running_for_ever(by):
    job = start(by, crash=True)

    assert (job.status, job.message) == ("FAILED", "The work broke off. The log of the worker says why.")


def test_a_job_stops_at_its_next_report_and_goes_on_when_asked(by):
    job = start(by, cancel_at=4)
    assert (job.status, job.done) == ("CANCELLED", 4)

    Job.objects.filter(pk=job.pk).update(parameters={})
    assert jobs.job_resume(job=job) is True

    job.refresh_from_db()
    assert (job.status, job.done, job.cancel_requested) == ("DONE", 10, False)


def test_a_waiting_job_is_cancelled_at_once_and_the_worker_leaves_it_alone(by):
    job = Job.objects.create(kind="count", title="Count", by=by)

    jobs.job_cancel(job=job)
    jobs.run_job.call(job.pk)

    job.refresh_from_db()
    assert (job.status, job.done) == ("CANCELLED", 0)


def test_a_job_is_run_by_one_worker_only(by):
    job = Job.objects.create(kind="count", title="Count", by=by, status=Job.Status.RUNNING, done=3)

    jobs.run_job.call(job.pk)

    job.refresh_from_db()
    assert (job.status, job.done) == ("RUNNING", 3)


def test_a_job_that_a_killed_worker_left_behind_goes_on(by):
    job = abandoned(by)

    assert jobs.jobs_resume_interrupted() == 1

    job.refresh_from_db()
    assert (job.status, job.done) == ("DONE", 10)
    assert jobs.jobs_resume_interrupted() == 0


def test_a_job_with_a_beating_heart_is_not_taken_away_from_its_worker(by):
    job = Job.objects.create(kind="count", title="Count", by=by, status=Job.Status.RUNNING, heartbeat_at=timezone.now())

    assert jobs.job_resume(job=job) is False
    assert jobs.jobs_resume_interrupted() == 0
    assert jobs.jobs_resume_interrupted(workers_are_down=True) == 1


def test_a_job_that_is_done_is_not_run_again(by):
    assert jobs.job_resume(job=start(by)) is False


def test_the_page_shows_an_abandoned_job_as_interrupted_and_lets_it_go_on(client, by):
    job = abandoned(by)
    client.force_login(by)

    page = client.get(reverse("job_show", args=[job.pk])).content.decode()
    client.post(reverse("job_resume", args=[job.pk]))

    assert "Nobody works on this any more" in page
    assert 'hx-get="/jobs/' not in page
    job.refresh_from_db()
    assert job.status == "DONE"


def test_the_progress_bar_asks_while_the_job_runs_and_has_the_page_reloaded_at_its_end(client, by):
    job = Job.objects.create(
        kind="count", title="Count", by=by, status=Job.Status.RUNNING, heartbeat_at=timezone.now(), done=3, total=10
    )
    client.force_login(by)
    address = reverse("job_show", args=[job.pk])

    running = client.get(address, headers={"HX-Request": "true"})
    Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE)
    done = client.get(address, headers={"HX-Request": "true"})

    assert f'hx-get="{address}"' in running.content.decode()
    assert "3 of 10" in running.content.decode()
    assert "HX-Refresh" not in running.headers
    assert done.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("name", ["job_show", "job_cancel", "job_resume"])
def test_people_without_the_right_do_not_learn_that_a_job_exists(client, by, name):
    job = abandoned(by)
    client.force_login(UserFactory(role="Cashier"))
    address = reverse(name, args=[job.pk])

    answer = client.get(address) if name == "job_show" else client.post(address)

    assert answer.status_code == 404
    job.refresh_from_db()
    assert (job.status, job.cancel_requested) == ("RUNNING", False)


def test_a_file_is_sent_only_when_the_result_names_it(client, by):
    job = start(by)
    jobs.folder(job).mkdir(parents=True)
    (jobs.folder(job) / "named.csv").write_text("a,b")
    (jobs.folder(job) / "secret.csv").write_text("c,d")
    Job.objects.filter(pk=job.pk).update(result={"files": {"named.csv": "text/csv"}})
    client.force_login(by)

    named = client.get(reverse("job_file", args=[job.pk, "named.csv"]))
    secret = client.get(reverse("job_file", args=[job.pk, "secret.csv"]))

    assert b"".join(named.streaming_content) == b"a,b"
    assert secret.status_code == 404
