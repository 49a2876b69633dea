import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from accounts.services import user_change
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_createsuperuser_makes_the_shops_first_admin(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse 42")

    call_command("createsuperuser", interactive=False, username="owner", email="owner@example.com")

    owner = User.objects.get()
    assert (owner.role, owner.is_staff) == ("Admin", True)
    assert client.login(username="owner", password="correct horse 42")
    assert client.get(reverse("home")).url == reverse("summary:dashboard")
    assert client.get(reverse("accounts:user_list")).status_code == 200


def test_a_first_admin_who_becomes_a_cashier_keeps_no_other_right():
    owner, successor = User.objects.create_superuser("owner"), UserFactory(role="Admin")

    user_change(user=owner, role="Cashier", first_name="", last_name="", email="", by=successor)

    changed = User.objects.get(pk=owner.pk)
    assert (changed.can("sell"), changed.can("user_manage"), changed.is_staff) == (True, False, False)
