"""Sessions are the database's: one that ended there has ended at the next request."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from inventori.sessions import SessionStore
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_session_is_read_in_one_statement(django_assert_num_queries):
    kept = SessionStore()
    kept["scanner"] = "left"
    kept.save()

    with django_assert_num_queries(1):
        assert SessionStore(kept.session_key)["scanner"] == "left"


@pytest.mark.parametrize("how", ["deleted", "expired", "unknown"])
def test_a_session_that_ended_signs_out(client, how):
    client.force_login(UserFactory())
    profile = reverse("accounts:profile")
    before = client.get(profile).status_code

    if how == "deleted":
        Session.objects.all().delete()
    elif how == "expired":
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    else:
        client.cookies["sessionid"] = "x" * 32

    assert (before, client.get(profile).status_code) == (200, 302)
